internal import PeilNumerics
public import PeilTable

/// Class shares, and on request the chances of answers within classes, as a statistic of the survey: their influence
/// values give design-based standard errors that hold the uncertainty of every parameter.
///
/// The shares solve the likelihood equations, so θ̂ − θ ≈ Σ wᵢ I⁻¹sᵢ with sᵢ the score of a respondent and I the observed
/// information.  Binder 1983; Patterson, Dayton & Graubard 2002.
public struct LatentClassEstimator: FittedEstimator {
    private let method: LatentClasses
    private let model: LatentClassModel
    private let table: Table
    private let withAnswers: Bool
    private let isUsed: [Bool]
    public let labels: [ParameterLabel]

    /// - Parameters:
    ///   - method: how the model was fitted.
    ///   - table: the answers.
    ///   - model: what `method` found in these data.
    ///   - withAnswers: also the chances of answers; as many parameters as classes times answers.
    public init(
        _ model: LatentClassModel, _ method: LatentClasses, of table: Table, withAnswers: Bool = false
    ) throws {
        self.method = method
        self.model = model
        self.table = table
        self.withAnswers = withAnswers
        isUsed = try LatentClassSample.used(
            method, table, [Double](repeating: 1, count: table.rowCount))
        var labels = model.codes.prefix(model.classCount).map { ParameterLabel("class", level: $0) }
        if withAnswers {
            for item in model.answerItems {
                for code in model.codes.prefix(model.classCount) {
                    labels += item.categories.map { ParameterLabel("\(item.name):\(code)", level: $0) }
                }
            }
        }
        self.labels = labels
    }

    public func isComplete(_ row: Int) -> Bool { isUsed[row] }

    public func fit(weights: [Double]) throws -> FittedValues {
        let (sample, search, parameters) = try solution(weights)
        let information = LatentClassInformation(sample, search, parameters)
        let jacobian = information.jacobian(answers: withAnswers)
        // dθ/dη · I⁻¹ for the parameters wanted, then the scores of each observation.
        let solved = information.factor.solve(jacobian.transposed).transposed
        var influence = information.scores.influence(solved, times: sample.scale)
        addMixOfRespondents(&influence, sample, parameters)
        return FittedValues(
            values: values(sample.model(parameters)), influence: influence,
            columnOfRow: sample.data.observationOfRow)
    }

    /// With covariates the shares are means over respondents, whose own mix is part of their influence.
    private func addMixOfRespondents(
        _ influence: inout DenseMatrix, _ sample: LatentClassSample, _ parameters: LatentClassParameters
    ) {
        guard sample.data.cells.count > 1 else { return }
        let shares = sample.model(parameters).shares
        for observation in 0..<sample.data.count {
            let own = parameters.sharesOfCell[Int(sample.data.cellOf[observation])]
            for k in shares.indices {
                influence[k, observation] += (own[k] - shares[k]) * sample.scale / sample.count
            }
        }
    }

    public func refit(weights: [Double], from full: FittedValues) throws -> [Double] {
        let (sample, _, parameters) = try solution(weights)
        return values(sample.model(parameters))
    }

    private func solution(
        _ weights: [Double]
    ) throws -> (LatentClassSample, LatentClassSearch, LatentClassParameters) {
        try Self.solution(
            method, from: model,
            LatentClassSample(method, table, weights, items: model.answerItems, mix: model.mix))
    }

    /// Where the likelihood of a sample stands still, near a model.
    static func solution(
        _ method: LatentClasses, from model: LatentClassModel, _ sample: LatentClassSample
    ) throws -> (sample: LatentClassSample, search: LatentClassSearch, parameters: LatentClassParameters) {
        let search = LatentClassSearch(
            sample.data, weights: sample.weights, classes: model.classCount, iterations: method.iterations)
        let run = search.run(from: search.start(near: model), tolerance: 1e-13)
        guard run.isConverged else {
            throw SegmentationError.notConverged(iterations: method.iterations, change: run.change)
        }
        return (sample, search, run.parameters)
    }

    private func values(_ model: LatentClassModel) -> [Double] {
        model.shares + (withAnswers ? model.probabilities.flatMap { $0.flatMap { $0 } } : [])
    }
}
