public import PeilNumerics
public import PeilTable

/// Percent of responses of a question with several answers: the share of each answer in all answers given,
/// p̂ⱼ = Σwᵢyᵢⱼ / Σₖ Σwᵢyᵢₖ, yⱼ = 1 when the respondent ticked answer j.  Labels are the columns; the shares make 1.
///
/// Rows are complete when every column has an answer (listwise). A respondent who ticked nothing is complete and
/// adds to no total, only to n and to the degrees of freedom. Intervals count `completeDegreesOfFreedom`: like
/// other shares, and unlike means, those who were not asked do not add to them.
/// Percent of cases, Σwᵢyᵢⱼ / Σwᵢ, are the means of the same columns: `MeanEstimator`.
///
/// Basic values: yⱼ.  ∂p̂ⱼ/∂Tₖ = (1(j = k) − p̂ⱼ) / ΣT.
/// Errors: `.notYesNo` names a column with a value other than 0 or 1; `.noResponses` when nobody ticked anything.
public struct MultipleResponseEstimator: SmoothEstimator {
    private let columns: [NumericColumn]
    public let labels: [ParameterLabel]
    public var basicCount: Int { columns.count }

    public init(_ variables: [String], of table: Table) throws {
        guard !variables.isEmpty else {
            throw EstimationError.badOption("percent of responses needs columns", remedy: "name one column an answer")
        }
        if let twice = firstRepeated(variables) {
            throw EstimationError.badOption("column '\(twice)' is named twice", remedy: "name each column once")
        }
        columns = try variables.map { name in
            let column = try table.numbers(name)
            for row in 0..<column.count where column.isPresent(row) {
                guard column.values[row] == 0 || column.values[row] == 1 else {
                    throw EstimationError.notYesNo(variable: name, row: row)
                }
            }
            return column
        }
        labels = variables.map { ParameterLabel($0) }
    }

    init(columns: [NumericColumn], labels: [ParameterLabel]) {
        self.columns = columns
        self.labels = labels
    }

    public func isComplete(_ row: Int) -> Bool { columns.allSatisfy { $0.isPresent(row) } }

    public func add(_ row: Int, weight: Double, to totals: inout [Double], at offset: Int) {
        for j in columns.indices where columns[j].values[row] == 1 { totals[offset + j] += weight }
    }

    public func value(at totals: [Double], count: Int) throws(EstimationError) -> [Double] {
        guard count > 0 else { throw .emptyDomain }
        let all = CompensatedSum.of(totals)
        guard all > 0 else { throw .noResponses }
        return totals.map { $0 / all }
    }

    public func gradient(at totals: [Double], values: [Double], count: Int) -> DenseMatrix {
        let all = CompensatedSum.of(totals)
        var gradient = DenseMatrix(rows: columns.count, columns: columns.count)
        for j in columns.indices {
            for k in columns.indices { gradient[j, k] = ((j == k ? 1 : 0) - values[j]) / all }
        }
        return gradient
    }
}
