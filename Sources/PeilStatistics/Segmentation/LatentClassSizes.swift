public import PeilNumerics
public import PeilTable

/// Class sizes with the influence of any pattern of answers on them: found once from all patterns, then known to
/// whoever sums influence values over sampling units.
///
/// θ̂ − θ ≈ Σ wᵢzᵢ with zᵢ = c·(dθ/dη)·I⁻¹·s̄ᵢ, s̄ the score of the pattern (`LatentClassScores`) and c what weights were
/// scaled by.  Binder 1983; Patterson, Dayton & Graubard 2002.
public struct LatentClassSizes: Sendable {
    /// At the solution that the standard errors hold for.
    public let model: LatentClassModel
    /// c·(dθ/dη)·I⁻¹, classes × free parameters.
    public let carrier: DenseMatrix

    /// - Parameters:
    ///   - model: at the solution.
    ///   - carrier: c·(dθ/dη)·I⁻¹, classes × free parameters.
    /// - Returns: nil where the two do not belong together.
    public init?(_ model: LatentClassModel, carrier: DenseMatrix) {
        self.model = model
        self.carrier = carrier
        guard carrier.rows == model.classCount, carrier.columns == scores(nobody).free.count else { return nil }
    }

    /// Of classes that were found in patterns of answers.
    /// - Parameters:
    ///   - model: what `method` found.
    ///   - method: without covariates.
    ///   - table: a row a pattern.
    ///   - weights: Σw of each.
    ///   - alike: what each stands for.
    /// - Throws: `SegmentationError.notConverged`.
    public init(
        _ model: LatentClassModel, _ method: LatentClasses, _ table: Table, weights: [Double], alike: AlikeRespondents
    ) throws {
        precondition(method.covariates.isEmpty, "one mix for all")
        let solution = try LatentClassEstimator.solution(
            method, from: model,
            LatentClassSample(method, table, weights, items: model.answerItems, alike: alike))
        let information = LatentClassInformation(solution.sample, solution.search, solution.parameters)
        let solved = information.factor.solve(information.jacobian(answers: false).transposed).transposed
        self.model = solution.sample.model(solution.parameters, codes: model.codes)
        var carrier = solved
        for index in carrier.storage.indices { carrier.storage[index] *= solution.sample.scale }
        self.carrier = carrier
    }

    private var nobody: LatentClassData {
        LatentClassData(AnswerPatterns(model.answerItems, cells: []), MixCells(everyone: 0))
    }

    private func scores(_ data: LatentClassData) -> LatentClassScores {
        LatentClassScores(
            data, LatentClassMixture(data, classes: model.classCount),
            LatentClassParameters(sharesOfCell: [model.shares], coefficients: [], probabilities: model.probabilities))
    }

    /// The sizes as a statistic of the rows of a table.
    /// - Parameter table: the answers; nil for totals that were summed elsewhere.
    /// - Throws: `TableError`.
    public func estimator(of table: Table?) throws -> LatentClassSizeEstimator {
        guard let table else { return LatentClassSizeEstimator(model, influence: [], patternOfRow: []) }
        let patterns = try AnswerPatterns(model.answerItems, of: table, minimumAnswered: model.minimumAnswered)
        let own = scores(LatentClassData(patterns, MixCells(everyone: table.rowCount)))
        return LatentClassSizeEstimator(
            model, influence: own.influence(carrier, times: 1).storage, patternOfRow: own.data.observationOfRow)
    }
}

/// Totals of influence values of class sizes, whose gradient is the identity.
public struct LatentClassSizeEstimator: PartitionedEstimator {
    private let model: LatentClassModel
    /// One a class, pattern by pattern.
    private let influence: [Double]
    /// −1 for rows without part.
    private let patternOfRow: [Int32]

    public var basicCount: Int { model.classCount }
    public var labels: [ParameterLabel] {
        model.codes.prefix(model.classCount).map { ParameterLabel("class", level: $0) }
    }

    init(_ model: LatentClassModel, influence: [Double], patternOfRow: [Int32]) {
        self.model = model
        self.influence = influence
        self.patternOfRow = patternOfRow
    }

    public func isComplete(_ row: Int) -> Bool { patternOfRow[row] >= 0 }

    public func add(_ row: Int, weight: Double, to totals: inout [Double], at offset: Int) {
        let first = Int(patternOfRow[row]) * model.classCount
        for k in 0..<model.classCount { totals[offset + k] += weight * influence[first + k] }
    }

    public func value(at totals: [Double], count: Int) throws(EstimationError) -> [Double] {
        guard count > 0 else { throw .emptyDomain }
        return model.shares
    }

    public func gradient(at totals: [Double], values: [Double], count: Int) -> DenseMatrix {
        .identity(model.classCount)
    }
}
