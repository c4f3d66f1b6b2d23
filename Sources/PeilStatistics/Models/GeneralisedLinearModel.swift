internal import PeilNumerics
public import PeilTable

/// A regression with design-based standard errors: linear, logistic, probit or log-linear.
///
/// β̂ solves Σ wᵢ xᵢ (yᵢ − μᵢ) μ′ᵢ/Vᵢ = 0; each row's influence is zᵢ = H⁻¹ xᵢ (yᵢ − μᵢ) μ′ᵢ/Vᵢ. Rows that lack the
/// response or a predictor count as outside the domain. Tests and intervals use residual degrees of freedom: those of
/// the rows used + 1 − number of coefficients.  Binder 1983; R survey's svyglm.
///
/// What it says is which answers go together, not what causes what.
public struct GeneralisedLinearModel: Sendable {
    public var response: String
    /// Answers of the response that count as 1, all others as 0; empty where the response is a number.
    public var success: [String]
    public var terms: [ModelTerm]
    public var family: ModelFamily
    public var hasIntercept: Bool
    /// What else is estimated together with the coefficients.
    public var effects: [ModelEffect]

    public init(
        response: String, success: [String] = [], terms: [ModelTerm], family: ModelFamily, hasIntercept: Bool = true,
        effects: [ModelEffect] = []
    ) {
        self.response = response
        self.success = success
        self.terms = terms
        self.family = family
        self.hasIntercept = hasIntercept
        self.effects = effects
    }

    /// - Throws: `TableError`, `ModelError`; `EstimationError.collinear` names a column that follows from others.
    public func run(_ estimation: Estimation, of table: Table, in domain: [Bool]? = nil) throws -> ModelResult {
        let weights = estimation.design.weights.indices.map { row in
            domain?[row] != false ? estimation.design.weights[row] : 0
        }
        let frame = try ModelFrame(self, of: table, weights: weights, blocks: estimation.blocks)
        if effects.contains(.importance) {
            try Importance.checkWork(frame, replicates: estimation.design.replicates?.count ?? 0)
        }
        let estimator = try RegressionEstimator(frame, effects, blocks: estimation.blocks)
        let estimates = try estimation.estimate(estimator, in: domain)
        return ModelResult(estimates, estimator, try frame.own(weights), estimation.blocks)
    }
}

/// Coefficients, tests and effects of a fitted model.
public struct ModelResult: Sendable {
    public let estimates: FittedEstimates
    /// Coefficients come first in `estimates`; then one range per effect asked for.
    public let coefficientCount: Int
    public let effects: [(effect: ModelEffect, parameters: Range<Int>)]
    /// Terms with the coefficients that belong to each.
    public let terms: [(name: String, parameters: [Int])]
    private let columnsOfTerm: [[String]]
    public let family: ModelFamily
    /// Σw(r − r̄)²/Σw · n/(n − 1) of Pearson residuals r = (y − μ)/√V: 1 where the variance is as the family has it.
    public let dispersion: Double?
    /// 1 − D/D₀, D the weighted deviance and D₀ that of the mean alone: R² of a linear model, McFadden's 1 − ℓ/ℓ₀ of a
    /// response of 0 and 1. nil without an intercept.
    public let fit: Double?
    /// How much single columns say the same; empty without an intercept.
    public let inflation: [VarianceInflation]

    /// Degrees of freedom of the rows used + 1 − number of coefficients.
    public var residualDegreesOfFreedom: Int { estimates.completeDegreesOfFreedom + 1 - coefficientCount }

    init(_ estimates: FittedEstimates, _ estimator: RegressionEstimator, _ weights: [Double], _ blocks: ParallelBlocks)
    {
        let frame = estimator.frame
        self.estimates = estimates
        coefficientCount = frame.size
        effects = estimator.effectRanges
        family = frame.family
        terms = frame.terms.indices.map { (frame.terms[$0].name, frame.columns(of: $0)) }
        columnsOfTerm = frame.terms.map(\.columns)
        let residuals = ModelResiduals(frame, Array(estimates.values.prefix(frame.size)), weights, blocks)
        dispersion = residuals.dispersion
        fit = residuals.fit
        inflation = VarianceInflation.factors(frame, weights, blocks)
    }

    /// Wald's test that all coefficients of a term are 0: F = bᵀ V⁻¹ b / q on q and the residual degrees of freedom.
    /// nil where the covariance of the term is singular or undefined: fewer sampling units than coefficients.
    public func waldTest(term: Int) -> TestOutcome? { waldTest(terms[term].parameters) }

    /// The test of a term together with every interaction that holds its columns: that the term says nothing at all. By its
    /// own coefficients alone it would be the test of its effect where the others of the interaction are 0.
    public func waldTestWithInteractions(term: Int) -> TestOutcome? {
        let columns = Set(columnsOfTerm[term])
        return waldTest(
            terms.indices.filter { columns.isSubset(of: columnsOfTerm[$0]) }.flatMap { terms[$0].parameters })
    }

    private func waldTest(_ parameters: [Int]) -> TestOutcome? {
        guard let covariance = estimates.covariance, residualDegreesOfFreedom > 0, !parameters.isEmpty else {
            return nil
        }
        var own = DenseMatrix(rows: parameters.count, columns: parameters.count)
        for (i, a) in parameters.enumerated() { for (j, b) in parameters.enumerated() { own[i, j] = covariance[a, b] } }
        let values = parameters.map { estimates.values[$0] }
        let right = DenseMatrix(rows: values.count, columns: 1, storage: values)
        guard let solution = try? LinearAlgebra.solvePositiveDefinite(own, right) else { return nil }
        let q = Double(parameters.count)
        let statistic = zip(values, solution.storage).reduce(0) { $0 + $1.0 * $1.1 } / q
        let df = Double(residualDegreesOfFreedom)
        guard statistic.isFinite, statistic >= 0 else { return nil }
        return TestOutcome(
            method: "Wald", statistic: statistic, degreesOfFreedom: q, denominatorDegreesOfFreedom: df,
            p: FDistribution(numerator: q, denominator: df).upperTail(statistic))
    }
}

/// What the residuals of a model say about its fit.
private struct ModelResiduals {
    let dispersion: Double?
    let fit: Double?

    /// Weighted sums of Pearson residuals, their squares and the deviance.
    private typealias Sums = SIMD4<Double>

    init(_ frame: ModelFrame, _ coefficients: [Double], _ weights: [Double], _ blocks: ParallelBlocks) {
        let own = frame.recentred(coefficients)
        let parts = blocks.map(frame.blocks.count) { number in Self.sums(frame, number, own, weights) }
        let sums = parts.reduce(Sums.zero, +)
        let (total, n) = (CompensatedSum.of(weights), Double(frame.rows.count))
        let mean = sums[0] / total
        dispersion = n > 1 ? max(0, sums[1] / total - mean * mean) * n / (n - 1) : nil
        let empty = frame.hasIntercept ? Self.emptyDeviance(frame, weights, total) : 0
        fit = empty > 0 ? 1 - sums[2] / empty : nil
    }

    private static func sums(
        _ frame: ModelFrame, _ number: Int, _ coefficients: [Double], _ weights: [Double]
    ) -> Sums {
        let first = frame.range(number).lowerBound
        var sums = Sums.zero
        for (i, eta) in LinearAlgebra.product(frame.blocks[number], coefficients).enumerated() {
            let (w, y) = (weights[first + i], frame.y[first + i])
            let (pearson, deviance) = frame.family.residual(y, eta)
            sums += w * Sums(pearson, pearson * pearson, deviance, 0)
        }
        return sums
    }

    /// The deviance of the mean alone. But for a linear response the likelihood is linear in it where η is constant.
    private static func emptyDeviance(_ frame: ModelFrame, _ weights: [Double], _ total: Double) -> Double {
        let pairs = zip(weights, frame.y).lazy
        let mean = CompensatedSum.of(pairs.map { $0 * $1 }) / total
        if frame.family == .linear { return CompensatedSum.of(pairs.map { $0 * ($1 - mean) * ($1 - mean) }) }
        let saturated = CompensatedSum.of(pairs.map { $0 * frame.family.saturated($1) })
        return 2 * (saturated - total * frame.family.logLikelihood(mean, frame.family.link(mean)))
    }
}
