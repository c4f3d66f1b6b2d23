internal import PeilNumerics
public import PeilTable

/// The design-based t test: of the means of two groups, of a mean, or of the difference of two answers.
///
/// Degrees of freedom are units minus strata of the rows used, minus 1. Rows without an answer leave as a domain.
/// R survey's svyttest.
public struct TTest: Sendable {
    public enum Comparison: Sendable, Equatable {
        /// Mean of the second group minus that of the first; groups in order, numbers by value.
        case groups(of: String, by: String)
        /// A mean against a given value.
        case mean(of: String, against: Double)
        /// The mean of first − second within respondents, against 0.
        case paired(String, minus: String)
    }

    public let comparison: Comparison
    public let level: Double

    /// - Parameters:
    ///   - comparison: what is compared.
    ///   - level: of the interval, between 0 and 1.
    public init(_ comparison: Comparison, level: Double = 0.95) {
        precondition(level > 0 && level < 1, "a level strictly between 0 and 1")
        self.comparison = comparison
        self.level = level
    }

    public static func twoGroups(_ variable: String, by groups: String, level: Double = 0.95) -> TTest {
        TTest(.groups(of: variable, by: groups), level: level)
    }
    public static func mean(_ variable: String, against value: Double = 0, level: Double = 0.95) -> TTest {
        TTest(.mean(of: variable, against: value), level: level)
    }
    public static func paired(_ first: String, minus second: String, level: Double = 0.95) -> TTest {
        TTest(.paired(first, minus: second), level: level)
    }

    /// - Throws: `TestError`, `TableError`, `DesignError`.
    public func run(_ estimation: Estimation, of table: Table, in domain: [Bool]? = nil) throws -> TTestResult {
        switch comparison {
        case .groups(let variable, let groups):
            try compare(variable, groups, estimation, table, domain)
        case .mean(let variable, let value):
            try oneSample(
                variable, try table.numbers(variable), against: value, columns: [variable], estimation, domain)
        case .paired(let first, let second):
            try oneSample(
                "\(first) - \(second)", try table.numbers(first).minus(try table.numbers(second)), against: 0,
                columns: [first, second], estimation, domain)
        }
    }

    private func compare(
        _ variable: String, _ groups: String, _ estimation: Estimation, _ table: Table, _ domain: [Bool]?
    ) throws -> TTestResult {
        let response = try table.numbers(variable)
        let inUse = response.presence(within: domain)
        let question = try CodedQuestion.all([groups], of: table, weights: estimation.design.weights, in: inUse)[0]
        guard question.levels.count == 2 else {
            throw TestError.notTwoGroups(column: groups, groups: question.levels.count)
        }
        guard !question.isConstantWithinLevels(response.values) else {
            throw TestError.noVariation(columns: [variable, groups])
        }
        let estimator = LinearRegressionEstimator(
            response: (variable, response), predictors: [(groups, question.indicator(of: 1))])
        let result = try estimation.estimate(estimator, by: .everyone(rowCount: table.rowCount), in: inUse)
        return try finish(
            result, parameter: 1, against: 0, columns: [variable, groups], method: "Design-based t-test",
            groups: question.levels)
    }

    private func oneSample(
        _ name: String, _ column: NumericColumn, against value: Double, columns: [String], _ estimation: Estimation,
        _ domain: [Bool]?
    ) throws -> TTestResult {
        let inUse = column.presence(within: domain)
        let weights = estimation.design.weights
        let rows = inUse.indices.lazy.filter { inUse[$0] && weights[$0] != 0 }
        guard let some = rows.first else { throw TestError.noCompleteRows(columns: columns) }
        guard rows.contains(where: { column.values[$0] != column.values[some] }) else {
            throw TestError.noVariation(columns: columns)
        }
        let result = try estimation.estimate(
            LinearRegressionEstimator(response: (name, column), predictors: []),
            by: .everyone(rowCount: column.count), in: inUse)
        return try finish(
            result, parameter: 0, against: value, columns: columns, method: "Design-based one-sample t-test",
            groups: [])
    }

    private func finish(
        _ result: GroupedEstimates, parameter: Int, against value: Double, columns: [String], method: String,
        groups: [String]
    ) throws -> TTestResult {
        let estimate = try result.outcomes[0].get()[parameter]
        let freedom = result.completeDegreesOfFreedom[0] - 1
        guard freedom > 0 else {
            throw TestError.tooFewUnits(columns: columns, designDegreesOfFreedom: freedom + 1, needed: 2)
        }
        guard let error = result.standardError(0, parameter), error > 0,
            let interval = ConfidenceInterval.student(
                estimate, standardError: error, degreesOfFreedom: freedom, level: level)
        else { throw TestError.noVariation(columns: columns) }
        let t = (estimate - value) / error
        return TTestResult(
            outcome: TestOutcome(
                method: method, statistic: t, degreesOfFreedom: Double(freedom), denominatorDegreesOfFreedom: nil,
                p: StudentT(degreesOfFreedom: Double(freedom)).twoSidedP(t)),
            difference: TestedDifference(estimate: estimate, standardError: error, interval: interval),
            groups: groups, rowCount: result.counts[0], designDegreesOfFreedom: freedom + 1)
    }
}

public struct TTestResult: Sendable, Equatable {
    /// The t with its degrees of freedom.
    public let outcome: TestOutcome
    /// Second group minus first, first answer minus second, or the mean itself.
    public let difference: TestedDifference
    /// The two groups in order; empty without groups.
    public let groups: [String]
    public let rowCount: Int
    public let designDegreesOfFreedom: Int
}

extension CodedQuestion {
    /// 1 for rows at `level`, 0 for other rows in use, absent elsewhere.
    func indicator(of level: Int32) -> NumericColumn {
        NumericColumn(
            values: levelOfRow.map { $0 == level ? 1 : 0 },
            reasons: levelOfRow.map { $0 < 0 ? MissingReason.notAnswered.rawValue : 0 })
    }
}

extension NumericColumn {
    /// Rows of the domain with a value.
    func presence(within domain: [Bool]?) -> [Bool] {
        (0..<count).map { isPresent($0) && (domain?[$0] ?? true) }
    }

    /// Row by row; absent where either is.
    func minus(_ other: NumericColumn) -> NumericColumn {
        NumericColumn(
            values: (0..<count).map { isPresent($0) && other.isPresent($0) ? values[$0] - other.values[$0] : 0 },
            reasons: (0..<count).map {
                isPresent($0) && other.isPresent($0) ? 0 : MissingReason.notAnswered.rawValue
            })
    }
}
