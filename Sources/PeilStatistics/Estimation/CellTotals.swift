internal import PeilNumerics

/// Totals of basic values per cell, a cell being one sampling unit within one group: the state from which every
/// smooth statistic and its variance follow, whatever the number of groups.
public struct CellTotals: Mergeable, Equatable {
    public static let stateVersion = 2

    /// Basic values per cell, k.
    public let basicCount: Int
    /// Unit and group of each cell, ordered by group, then unit.
    public private(set) var units: [Int32]
    public private(set) var groups: [Int32]
    /// Complete rows with weight in each cell, the sums of their weights and of their squared weights.
    public private(set) var counts: [Int32]
    public private(set) var weights: [Double]
    public private(set) var squaredWeights: [Double]
    /// k totals a cell.
    public private(set) var totals: [Double]

    public init(basicCount: Int) {
        self.basicCount = basicCount
        (units, groups, counts) = ([], [], [])
        (weights, squaredWeights, totals) = ([], [], [])
    }

    init(basicCount: Int, units: [Int32], groups: [Int32], parts: [CellSums]) {
        self.basicCount = basicCount
        self.units = units
        self.groups = groups
        if parts.count == 1 {
            (counts, totals) = (parts[0].counts, parts[0].totals)
            (weights, squaredWeights) = (parts[0].weights, parts[0].squaredWeights)
        } else {
            (counts, weights, squaredWeights, totals) = ([], [], [], [])
            counts.reserveCapacity(units.count)
            weights.reserveCapacity(units.count)
            squaredWeights.reserveCapacity(units.count)
            totals.reserveCapacity(units.count * basicCount)
            for part in parts {
                counts += part.counts
                weights += part.weights
                squaredWeights += part.squaredWeights
                totals += part.totals
            }
        }
    }

    public var cellCount: Int { units.count }

    mutating func append(
        unit: Int32, group: Int32, count: Int32, weight: Double, squaredWeight: Double, totals cell: [Double]
    ) {
        units.append(unit)
        groups.append(group)
        counts.append(count)
        weights.append(weight)
        squaredWeights.append(squaredWeight)
        totals.append(contentsOf: cell)
    }

    public mutating func merge(_ other: CellTotals) throws(MergeError) {
        guard basicCount == other.basicCount else { throw .differentShape }
        var result = CellTotals(basicCount: basicCount)
        result.totals.reserveCapacity(totals.count + other.totals.count)
        var i = 0
        var j = 0
        while i < cellCount || j < other.cellCount {
            let order = j >= other.cellCount ? -1 : i >= cellCount ? 1 : compare(i, other, j)
            if order <= 0 {
                result.append(self, i)
                i += 1
            }
            if order >= 0 {
                if order == 0 { result.addToLast(other, j) } else { result.append(other, j) }
                j += 1
            }
        }
        self = result
    }

    private func compare(_ i: Int, _ other: CellTotals, _ j: Int) -> Int {
        if groups[i] != other.groups[j] { return groups[i] < other.groups[j] ? -1 : 1 }
        if units[i] != other.units[j] { return units[i] < other.units[j] ? -1 : 1 }
        return 0
    }

    private mutating func append(_ other: CellTotals, _ cell: Int) {
        append(
            unit: other.units[cell], group: other.groups[cell], count: other.counts[cell],
            weight: other.weights[cell], squaredWeight: other.squaredWeights[cell],
            totals: Array(other.totals[(cell * basicCount)..<((cell + 1) * basicCount)]))
    }

    private mutating func addToLast(_ other: CellTotals, _ cell: Int) {
        let last = cellCount - 1
        counts[last] += other.counts[cell]
        weights[last] += other.weights[cell]
        squaredWeights[last] += other.squaredWeights[cell]
        for k in 0..<basicCount { totals[last * basicCount + k] += other.totals[cell * basicCount + k] }
    }

    /// The same totals by larger units: `unitOf[u]` is the unit of an earlier stage in which u lies. Units of one
    /// larger unit stand together, so equal neighbours are joined.
    func joined(into unitOf: [Int32]) -> CellTotals {
        var result = CellTotals(basicCount: basicCount)
        for cell in 0..<cellCount {
            let unit = unitOf[Int(units[cell])]
            if result.units.last == unit, result.groups.last == groups[cell] {
                result.addToLast(self, cell)
            } else {
                result.append(self, cell)
                result.units[result.cellCount - 1] = unit
            }
        }
        return result
    }
}

/// The totals of each group over all its cells.
struct GroupTotals {
    /// k totals a group.
    private(set) var totals: [[Double]] = []
    private(set) var counts: [Int] = []
    private(set) var weights: [Double] = []
    private(set) var squaredWeights: [Double] = []

    init(_ cells: CellTotals, groupCount: Int) {
        let k = cells.basicCount
        var cell = 0
        for group in 0..<groupCount {
            var sums = [CompensatedSum](repeating: CompensatedSum(), count: k)
            var weight = CompensatedSum()
            var squares = CompensatedSum()
            var count = 0
            while cell < cells.cellCount, cells.groups[cell] == group {
                count += Int(cells.counts[cell])
                weight.add(cells.weights[cell])
                squares.add(cells.squaredWeights[cell])
                for b in 0..<k { sums[b].add(cells.totals[cell * k + b]) }
                cell += 1
            }
            totals.append(sums.map(\.value))
            counts.append(count)
            weights.append(weight.value)
            squaredWeights.append(squares.value)
        }
    }
}
