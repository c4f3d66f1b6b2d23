public import PeilNumerics

/// Areas whose estimates are alike, by Ward's method, and how sure that is: the same on draws from the sampling
/// distribution of the estimates. A description of these areas under these indicators, not a test.
public struct AreaClusters: Sendable {
    /// nil: where the heights of the tree leap most.
    public let groups: Int?
    /// Groups that are considered where their number is not given.
    public let largestNumber: Int
    public let draws: Int
    public let seed: UInt64

    /// Fewer areas than these are only described: a group of theirs is too few to learn from.
    public static let descriptiveLimit = 20

    public init(
        groups: Int? = nil, largestNumber: Int = 8, draws: Int = 200, seed: UInt64
    ) throws(AreaClusterError) {
        guard groups ?? 2 >= 2, largestNumber >= 2, (0...100_000).contains(draws) else {
            throw .badOption("areas need 2 groups or more, and at most 100000 draws")
        }
        self.groups = groups
        self.largestNumber = largestNumber
        self.draws = draws
        self.seed = seed
    }

    /// - Parameters:
    ///   - threads: threads; the result is the same on any number.
    ///   - indicators: names of the columns of `estimates`.
    ///   - areas: areas, in the order of the rows.
    ///   - estimates: areas × indicators.
    ///   - covariance: of all estimates, area by area: indicator j of area a stands at a·indicators + j.
    public func cluster(
        areas: [String], indicators: [String], estimates: DenseMatrix, covariance: DenseMatrix, threads: Int = 1
    ) throws(AreaClusterError) -> AreaGroups {
        precondition(estimates.rows == areas.count && estimates.columns == indicators.count, "areas × indicators")
        let size = estimates.storage.count
        precondition(covariance.rows == size && covariance.columns == size, "a covariance of all estimates")
        try check(areas, indicators, estimates, covariance)
        let scales = try (0..<indicators.count).map { indicator throws(AreaClusterError) in
            try AreaGroups.Scale(indicators[indicator], indicator, estimates, covariance)
        }
        let tree = WardTree(Self.scaled(estimates, scales))
        let choice = groups.map { AreaGroups.Choice(given: $0, tree) } ?? .init(upTo: largestNumber, tree)
        let groupOfArea = Self.ordered(tree.groups(choice.groups), estimates)
        let noise = try SamplingNoise(covariance)
        let redrawn = ParallelBlocks(threads: threads).map(draws) { draw in
            var stream = StableRandom(seed: seed).stream("area clusters").stream(UInt64(draw))
            let drawn = noise.added(to: estimates, &stream)
            return WardTree(Self.scaled(drawn, scales)).groups(choice.groups)
        }
        return AreaGroups(
            areas: areas, scales: scales, tree: tree, choice: choice, groupOfArea: groupOfArea,
            together: Self.together(redrawn, areas.count),
            sureness: Self.sureness(redrawn, groupOfArea, choice.groups), draws: draws, seed: seed)
    }

    private func check(
        _ areas: [String], _ indicators: [String], _ estimates: DenseMatrix, _ covariance: DenseMatrix
    ) throws(AreaClusterError) {
        guard areas.count >= 3 else { throw .tooFewAreas(found: areas.count) }
        guard !indicators.isEmpty else { throw .badOption("areas are grouped by one indicator or more") }
        guard groups ?? 2 < areas.count else {
            throw .badOption("\(areas.count) areas make fewer groups than \(groups ?? 2)")
        }
        for area in areas.indices {
            for indicator in indicators.indices {
                let place = area * indicators.count + indicator
                guard estimates[area, indicator].isFinite, covariance[place, place].isFinite,
                    covariance[place, place] >= 0
                else { throw .notFinite(area: areas[area], indicator: indicators[indicator]) }
            }
        }
        guard covariance.storage.allSatisfy(\.isFinite) else { throw .badCovariance }
    }

    private static func scaled(_ estimates: DenseMatrix, _ scales: [AreaGroups.Scale]) -> DenseMatrix {
        var result = estimates
        for (indicator, scale) in scales.enumerated() {
            for area in 0..<estimates.rows { result[area, indicator] = estimates[area, indicator] / scale.spread }
        }
        return result
    }

    /// Groups by falling number of areas; equal ones by the mean of the first indicator on which they differ, from low
    /// to high.
    private static func ordered(_ groupOfArea: [Int], _ estimates: DenseMatrix) -> [Int] {
        let groups = (groupOfArea.max() ?? 0) + 1
        let members = (0..<groups).map { group in groupOfArea.indices.filter { groupOfArea[$0] == group } }
        let means = members.map { own in
            (0..<estimates.columns).map { indicator in
                CompensatedSum.of(own.map { estimates[$0, indicator] }.sorted()) / Double(own.count)
            }
        }
        let order = (0..<groups).sorted { left, right in
            let (a, b) = (members[left].count, members[right].count)
            return a != b ? a > b : means[left].lexicographicallyPrecedes(means[right])
        }
        return groupOfArea.map { group in order.firstIndex(of: group) ?? 0 }
    }

    // MARK: Draws

    /// Share of draws in which two areas stand in one group.
    private static func together(_ redrawn: [[Int]], _ areas: Int) -> DenseMatrix {
        var result = DenseMatrix.identity(areas)
        guard !redrawn.isEmpty else { return result }
        for first in 0..<areas {
            for second in 0..<areas where second != first {
                let count = redrawn.count { $0[first] == $0[second] }
                result[first, second] = Double(count) / Double(redrawn.count)
            }
        }
        return result
    }

    /// Share of draws in which an area is in its own group, the groups of a draw bearing the names under which most areas
    /// are in theirs.
    private static func sureness(_ redrawn: [[Int]], _ groupOfArea: [Int], _ groups: Int) -> [Double] {
        var kept = [Int](repeating: 0, count: groupOfArea.count)
        for drawn in redrawn {
            var table = DenseMatrix(rows: groups, columns: groups)
            for area in drawn.indices { table[groupOfArea[area], drawn[area]] += 1 }
            let matching = LinearAssignment.dearest(table)
            for area in drawn.indices where matching[groupOfArea[area]] == drawn[area] { kept[area] += 1 }
        }
        return kept.map { Double($0) / Double(max(1, redrawn.count)) }
    }
}

/// Draws from N(0, V), V perhaps without full rank.
private struct SamplingNoise: Sendable {
    /// Places with a variance.
    private let places: [Int]
    private let factor: DenseMatrix

    init(_ covariance: DenseMatrix) throws(AreaClusterError) {
        places = (0..<covariance.rows).filter { covariance[$0, $0] > 0 }
        var own = DenseMatrix(rows: places.count, columns: places.count)
        for (column, from) in places.enumerated() {
            for (row, place) in places.enumerated() {
                own[row, column] = (covariance[place, from] + covariance[from, place]) / 2
            }
            // Shares that sum to 1 leave a matrix without full rank; a billionth more variance gives it.
            own[column, column] *= 1 + 1e-9
        }
        do { factor = try LinearAlgebra.upperFactor(own) } catch { throw .badCovariance }
    }

    /// The noise is Uᵀz, V = UᵀU, z standard normal.
    func added(to estimates: DenseMatrix, _ random: inout StableRandom) -> DenseMatrix {
        let normal = places.map { _ in random.normal() }
        var result = estimates
        for (column, place) in places.enumerated() {
            var sum = 0.0
            for row in 0...column { sum += factor[row, column] * normal[row] }
            result[place / estimates.columns, place % estimates.columns] += sum
        }
        return result
    }
}

public enum AreaClusterError: Error, Sendable, Equatable {
    case tooFewAreas(found: Int)
    case badOption(String)
    /// An estimate or a variance that is not finite, or a variance below 0.
    case notFinite(area: String, indicator: String)
    case constantIndicator(String)
    /// Correlations beyond 1, or against each other.
    case badCovariance
}
