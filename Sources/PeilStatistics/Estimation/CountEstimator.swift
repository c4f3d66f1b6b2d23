public import PeilNumerics
public import PeilTable

/// Estimated numbers of people at each level of a closed question: N̂ₗ = Σwᵢ1(yᵢ = l), in the unit of the weights.
/// Levels and labels are those of `ProportionEstimator`. Basic values: 1(yᵢ = l).  R survey's svytotal(~factor(y)).
///
/// A level that nobody in a group chose has the count 0 with standard error 0: that is no proof of absence.
public struct CountEstimator: SmoothEstimator {
    private let name: String
    /// Level of each row, −1 where absent.
    private let levelOfRow: [Int32]
    public let levels: [String]
    public var basicCount: Int { levels.count }
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
        let level = Int(levelOfRow[row])
        if level < levels.count { totals[offset + level] += weight }
    }

    public func value(at totals: [Double], count: Int) throws(EstimationError) -> [Double] {
        guard count > 0 else { throw .emptyDomain }
        return totals
    }

    public func gradient(at totals: [Double], values: [Double], count: Int) -> DenseMatrix {
        .identity(levels.count)
    }

    /// Respondents behind each count, per group and level: rows with weight, unweighted. Disclosure rules and
    /// readers need them; they are no function of weighted totals.
    public func respondents(by grouping: Grouping, weights: [Double], in domain: [Bool]? = nil) -> [[Int]] {
        var counts = [[Int]](repeating: [Int](repeating: 0, count: levels.count), count: grouping.count)
        for row in levelOfRow.indices {
            let (group, level) = (Int(grouping.groupOfRow[row]), Int(levelOfRow[row]))
            guard group >= 0, level >= 0, level < levels.count, weights[row] != 0 else { continue }
            if domain.map({ $0[row] }) ?? true { counts[group][level] += 1 }
        }
        return counts
    }
}
