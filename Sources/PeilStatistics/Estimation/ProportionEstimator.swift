public import PeilNumerics
public import PeilTable

/// Shares of all levels of a closed question at once: p̂ₗ = Σwᵢ1(yᵢ = l) / Σwᵢ.
public struct ProportionEstimator: SmoothEstimator {
    let name: String
    /// Level of each row, −1 where absent.
    let levelOfRow: [Int32]
    public let levels: [String]
    public var basicCount: Int { 1 + levels.count }
    public var labels: [ParameterLabel] { levels.map { ParameterLabel(name, level: $0) } }

    /// Levels are those that occur, in category order for closed questions and by value for numbers.
    public init(_ variable: String, of table: Table) throws {
        let grouping = Grouping.cross([(variable, try table.column(variable))])
        self.init(variable, levels: grouping.keys.map { $0[0] }, levelOfRow: grouping.groupOfRow)
    }

    /// The given levels; rows at another level are in the base and count for none.
    public init(_ variable: String, levels: [String], levelOfRow: [Int32]) {
        name = variable
        self.levels = levels
        self.levelOfRow = levelOfRow
    }

    public func isComplete(_ row: Int) -> Bool { levelOfRow[row] >= 0 }

    public func add(_ row: Int, weight: Double, to totals: inout [Double], at offset: Int) {
        totals[offset] += weight
        let level = Int(levelOfRow[row])
        if level < levels.count { totals[offset + 1 + level] += weight }
    }

    public func add(_ rows: CellRows, to sums: inout CellSums) {
        let (own, first) = (rows.fetched(levelOfRow), rows.positions.lowerBound)
        rows.sumLevels(into: &sums, count: levels.count) { Int(own[$0 - first]) }
    }

    public func add(
        _ rows: CellRows, to sums: inout CellSums, again others: CellRows, at places: [Int32],
        to otherSums: inout CellSums
    ) {
        let (own, first) = (rows.fetched(levelOfRow), rows.positions.lowerBound)
        rows.sumLevels(into: &sums, count: levels.count) { Int(own[$0 - first]) }
        others.sumLevels(into: &otherSums, count: levels.count) { Int(own[Int(places[$0]) - first]) }
    }

    public func value(at totals: [Double], count: Int) throws(EstimationError) -> [Double] {
        guard totals[0] > 0 else { throw .emptyDomain }
        return levels.indices.map { totals[1 + $0] / totals[0] }
    }

    public func gradient(at totals: [Double], values: [Double], count: Int) -> DenseMatrix {
        var gradient = DenseMatrix(rows: levels.count, columns: basicCount)
        for l in levels.indices {
            gradient[l, 0] = -values[l] / totals[0]
            gradient[l, 1 + l] = 1 / totals[0]
        }
        return gradient
    }
}
