import PeilNumerics
import PeilStatistics
import PeilTable

/// A model of the study, fitted in one wave, with who was left out and why.
struct FittedStudyModel {
    let request: Study.ModelRequest
    let result: ModelResult
    /// People in the domain, their weight, and those of them who lack an answer.
    let population: Population
    /// nil, or why there is no importance.
    let withoutImportance: String?
    /// F and p of each term's own coefficients, and of all that hold it, interactions too; nil where undefined.
    let termTests: [TestOutcome?]
    let tests: [TestOutcome?]

    struct Population {
        let count: Int
        let dropped: Int
        let droppedShare: Double
        /// By variable: how many lack it, their weighted share, and how many lack nothing else.
        let missing: [(variable: String, count: Int, share: Double, onlyThis: Int)]
    }

    init(_ request: Study.ModelRequest, of table: Table, _ estimation: Estimation) throws {
        self.request = request
        let domain = try request.domain.map { condition in
            let column = try condition.column(of: table)
            return column.values.indices.map { column.isPresent($0) && column.values[$0] == 1 }
        }
        population = try Self.population(request, table, estimation.design.weights, domain)
        let margins = try Self.margins(request, table, estimation, domain)
        (result, withoutImportance) = try Self.fit(request, margins, table, estimation, domain)
        guard result.residualDegreesOfFreedom > 0 else {
            throw Failure(
                "NO_DEGREES_OF_FREEDOM",
                "\(result.coefficientCount) coefficients need more than "
                    + "\(result.estimates.completeDegreesOfFreedom) sampling units beyond the strata",
                remedy: "name fewer predictors", exitCode: ExitStatus.data)
        }
        if let place = result.estimates.values.firstIndex(where: { !$0.isFinite }) {
            let label = result.estimates.labels[place]
            throw Failure(
                "NOT_FINITE", "The mean at \(label.level ?? "") of '\(label.variable)' is beyond any number",
                remedy: "take margins at values that occur", exitCode: ExitStatus.configuration)
        }
        let result = result
        termTests = result.terms.indices.map { result.waldTest(term: $0) }
        tests = result.terms.indices.map { result.waldTestWithInteractions(term: $0) }
    }

    /// Importance where it can be had; a model with many predictors has its coefficients all the same.
    private static func fit(
        _ request: Study.ModelRequest, _ margins: [String: [Double]], _ table: Table, _ estimation: Estimation,
        _ domain: [Bool]?
    ) throws -> (ModelResult, String?) {
        do {
            let model = request.model(margins: margins, withImportance: true)
            return (try model.run(estimation, of: table, in: domain), nil)
        } catch let error as ModelError {
            let reason: String
            switch error {
            case .tooManyTerms(let found, let limit):
                reason = "it needs a fit of every set of predictors: \(found) are more than \(limit)"
            case .tooManyFits: reason = "it needs a fit of every set of predictors in every replicate"
            default: throw error
            }
            let model = request.model(margins: margins, withImportance: false)
            return (try model.run(estimation, of: table, in: domain), reason)
        }
    }

    // MARK: Who is left out

    private static func population(
        _ request: Study.ModelRequest, _ table: Table, _ weights: [Double], _ domain: [Bool]?
    ) throws -> Population {
        let rows = weights.indices.filter { weights[$0] != 0 && domain?[$0] != false }
        guard !rows.isEmpty else { throw EstimationError.emptyDomain }
        let columns = try request.columns.map { try table.column($0) }
        let lacking = rows.map { row in columns.indices.filter { !columns[$0].isPresent(row) } }
        let total = CompensatedSum.of(rows.lazy.map { weights[$0] })
        func share(_ chosen: [Int]) -> Double {
            total > 0 ? CompensatedSum.of(chosen.lazy.map { weights[rows[$0]] }) / total : 0
        }
        let dropped = rows.indices.filter { !lacking[$0].isEmpty }
        let missing = request.columns.enumerated().map { place, name in
            let own = rows.indices.filter { lacking[$0].contains(place) }
            return (
                variable: name, count: own.count, share: share(own), onlyThis: own.count { lacking[$0].count == 1 }
            )
        }
        return Population(
            count: rows.count, dropped: dropped.count, droppedShare: share(dropped), missing: missing)
    }

    // MARK: Where margins are taken

    private static let percentiles = [0.1, 0.5, 0.9]

    /// Percentiles of each number in the domain where the study names no values; as values they are taken as given.
    private static func margins(
        _ request: Study.ModelRequest, _ table: Table, _ estimation: Estimation, _ domain: [Bool]?
    ) throws -> [String: [Double]] {
        var margins: [String: [Double]] = [:]
        for predictor in request.predictors where !predictor.isCategorical && predictor.marginsAt.isEmpty {
            let column = try table.numbers(predictor.name)
            let weights = estimation.design.weights
            let rows = weights.indices.filter {
                weights[$0] > 0 && domain?[$0] != false && column.isPresent($0)
            }.sorted { (column.values[$0], $0) < (column.values[$1], $1) }
            let total = CompensatedSum.of(rows.lazy.map { weights[$0] })
            var (sum, place, values) = (0.0, 0, [Double]())
            for percentile in percentiles {
                while place < rows.count - 1, sum + weights[rows[place]] < percentile * total * (1 - 1e-12) {
                    sum += weights[rows[place]]
                    place += 1
                }
                if let row = rows.indices.contains(place) ? rows[place] : nil, !values.contains(column.values[row]) {
                    values.append(column.values[row])
                }
            }
            margins[predictor.name] = values
        }
        return margins
    }

    // MARK: Numbers

    /// A parameter with the residual degrees of freedom of the model.
    func figure(_ parameter: Int) -> ResearchFigure {
        ResearchFigure(
            result.estimates.values[parameter], standardError: result.estimates.standardError(parameter),
            degreesOfFreedom: result.residualDegreesOfFreedom, count: result.estimates.count)
    }

    /// Parameters of one kind of effect, all of them together.
    func parameters(_ wanted: (ModelEffect) -> Bool) -> [Int] {
        result.effects.filter { wanted($0.effect) }.flatMap { Array($0.parameters) }
    }

    /// What a term takes up of the fit; nil without importance.
    func importance(term: Int) -> ResearchFigure? {
        let parameters = parameters { $0 == .importance }
        return parameters.isEmpty ? nil : figure(parameters[term])
    }

    /// The number's effect per standard deviation.
    func perDeviation(_ name: String) -> ResearchFigure? {
        parameters { $0 == .effectsPerDeviation }.first {
            result.estimates.labels[$0].variable == name
        }.map(figure)
    }

    /// Terms from the most important down; without importance by the strength of evidence. Ties stay as declared.
    var order: [Int] {
        let rank = result.terms.indices.map { term -> Double in
            if let importance = importance(term: term)?.estimate { return -importance }
            return tests[term]?.p ?? 2
        }
        return result.terms.indices.sorted { (rank[$0], $0) < (rank[$1], $1) }
    }
}
