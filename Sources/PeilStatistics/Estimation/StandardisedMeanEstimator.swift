public import PeilNumerics
public import PeilTable

/// Directly standardised means ȳ*ⱼ = Σₖ πₖ ȳⱼₖ, ȳⱼₖ = Σ_{i∈k} wᵢyᵢⱼ / Σ_{i∈k} wᵢ: what the mean of a group would
/// be if the group had the composition πₖ of a standard population, and people within a class stayed as they are.
/// For comparing areas of different age; not the mean of the area itself.
///
/// Rows complete in all variables and in the columns of the classes take part (listwise), per group.
/// Basic values, for each class k: 1(i ∈ k), 1(i ∈ k)(yᵢⱼ − cⱼ).  ∂ȳ*ⱼ/∂Tⱼₖ = πₖ/Wₖ, ∂ȳ*ⱼ/∂Wₖ = −πₖ(ȳⱼₖ − cⱼ)/Wₖ.
/// The same as R survey's svystandardize(excluding.missing = ~y) followed by svymean, errors included: the shares
/// are fixed, so that differences between classes add no variance.
///
/// Errors: `.emptyClass` names a class with a share and no respondent in the group.
public struct StandardisedMeanEstimator: SmoothEstimator {
    private let columns: [ShiftedColumn]
    /// πₖ and names of the classes that have a share.
    private let shares: [Double]
    private let classNames: [String]
    /// −1 where the row takes no part.
    private let classOfRow: [Int32]
    public var labels: [ParameterLabel] { columns.map { ParameterLabel($0.name) } }
    public var basicCount: Int { shares.count * width }
    private var width: Int { 1 + columns.count }

    public init(_ variables: [String], of table: Table, to standard: StandardPopulation) throws {
        columns = try variables.map { ShiftedColumn($0, try table.numbers($0)) }
        let used = standard.shares.indices.filter { standard.shares[$0] > 0 }
        shares = used.map { standard.shares[$0] }
        classNames = used.map { StandardPopulation.name(standard.classes[$0]) }
        var place = [Int32](repeating: -1, count: standard.shares.count)
        for (position, index) in used.enumerated() { place[index] = Int32(position) }
        classOfRow = try standard.classOfRow(of: table).map { $0 < 0 ? -1 : place[Int($0)] }
    }

    public func isComplete(_ row: Int) -> Bool {
        classOfRow[row] >= 0 && columns.allSatisfy { $0.isPresent(row) }
    }

    public func add(_ row: Int, weight: Double, to totals: inout [Double], at offset: Int) {
        let start = offset + Int(classOfRow[row]) * width
        totals[start] += weight
        for j in columns.indices { totals[start + 1 + j] += weight * columns[j].deviation(row) }
    }

    public func value(at totals: [Double], count: Int) throws(EstimationError) -> [Double] {
        guard count > 0 else { throw .emptyDomain }
        for k in shares.indices {
            guard totals[k * width] > 0 else { throw .emptyClass(classNames[k]) }
        }
        return columns.indices.map { j in
            var deviation = CompensatedSum()
            for k in shares.indices { deviation.add(shares[k] * mean(j, k, totals)) }
            return columns[j].shift + deviation.value
        }
    }

    public func gradient(at totals: [Double], values: [Double], count: Int) -> DenseMatrix {
        var gradient = DenseMatrix(rows: columns.count, columns: basicCount)
        for k in shares.indices {
            let slope = shares[k] / totals[k * width]
            for j in columns.indices {
                gradient[j, k * width] = -slope * mean(j, k, totals)
                gradient[j, k * width + 1 + j] = slope
            }
        }
        return gradient
    }

    /// ȳⱼₖ − cⱼ.
    private func mean(_ j: Int, _ k: Int, _ totals: [Double]) -> Double {
        totals[k * width + 1 + j] / totals[k * width]
    }
}
