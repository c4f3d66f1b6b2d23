import Foundation
internal import PeilNumerics

/// How the scores of a short question set come about.
public enum ShortFormFamily: Sendable, Equatable {
    /// A multinomial logit of the segments on the chosen items, with the ridge of `MultinomialLogit`.
    case multinomialLogit(ridge: Double)
    /// Scores that are known for every candidate item, such as the log shares and log answer chances of latent
    /// classes: the class model reduced to the chosen items. Nothing is fitted anew.
    case givenScores(items: [AnswerPatterns.Item], table: ScoreTable, name: String)

    public var name: String {
        switch self {
        case .multinomialLogit: "multinomial logit"
        case .givenScores(_, _, let name): name
        }
    }

    var missingRule: ShortClassifier.MissingRule {
        switch self {
        case .multinomialLogit: .ownTable
        case .givenScores: .leaveOut
        }
    }
}

extension ShortFormFamily {
    /// Latent classes of which only the chosen items are read: Σ over the others is 1, so their factors fall away.
    /// Where the mix of classes depends on covariates, its mean counts.
    /// - Parameter model: the fitted model.
    /// - Parameter candidates: items of the model. Others make the method refuse the family.
    public static func reducedClasses(_ model: LatentClassModel, candidates: [String]) -> ShortFormFamily {
        let places = candidates.compactMap { name in model.answerItems.firstIndex { $0.name == name } }
        let scores = places.map { place -> [[Double]] in
            let chances = model.probabilities[place].map { own -> [Double] in
                let raised = own.map { max($0, LatentClassModel.smallestChance) }
                let total = raised.reduce(0, +)
                return raised.map { $0 / total }
            }
            return model.answerItems[place].categories.indices.map { answer in chances.map { log($0[answer]) } }
        }
        let constants = model.shares.map { log(max($0, LatentClassModel.smallestChance)) }
        return .givenScores(
            items: places.map { model.answerItems[$0] },
            table: ScoreTable(items: Array(places.indices), constants: constants, scores: scores),
            name: "reduced latent classes")
    }
}

/// Fits scores on some folds and tries them on others.
struct ShortFormFit: Sendable {
    let sample: ShortFormSample
    let family: ShortFormFamily
    /// Newton's tolerance: a search needs fewer digits than a result.
    let tolerance: Double

    /// Coefficients from all folds, near which those of fewer folds are sought; nil where nothing is fitted.
    func start(_ counts: ShortFormCounts) throws -> [Double]? {
        guard case .multinomialLogit(let ridge) = family else { return nil }
        return try solver(counts, without: [], ridge: ridge).solve()
    }

    private func solver(_ counts: ShortFormCounts, without left: [Int], ridge: Double) throws -> MultinomialSolver {
        let solver = MultinomialSolver(
            counts.predictors, targets: counts.training(without: left),
            classes: Array(sample.segments.codes.dropLast()),
            options: try MultinomialLogit(ridge: ridge, tolerance: tolerance))
        do { try MultinomialCheck(solver).check() } catch {
            if case .emptyClass(let code) = error { throw TypingError.segmentMissesAFold(code) }
            throw error
        }
        return solver
    }

    /// Scores of the chosen items from all folds but `left`.
    func scores(_ counts: ShortFormCounts, without left: [Int], from start: [Double]? = nil) throws -> ScoreTable {
        switch family {
        case .givenScores(_, let table, _):
            return ScoreTable(
                items: Array(counts.chosen.indices), constants: table.constants,
                scores: counts.chosen.map { table.scores[$0] })
        case .multinomialLogit(let ridge):
            let solver = try solver(counts, without: left, ridge: ridge)
            return Self.table(try solver.solve(from: start), counts.predictors, segmentCount: sample.segmentCount)
        }
    }

    /// Coefficients against the first segment and the first answers, as scores about their mean over segments and over
    /// answers.
    static func table(_ coefficients: [Double], _ predictors: PredictorMatrix, segmentCount: Int) -> ScoreTable {
        let width = predictors.columnCount
        func bySegment(_ column: Int, times factor: Double) -> [Double] {
            let raw = (0..<segmentCount).map { $0 == 0 ? 0 : factor * coefficients[($0 - 1) * width + column] }
            let mean = raw.reduce(0, +) / Double(segmentCount)
            return raw.map { $0 - mean }
        }
        var constants = bySegment(0, times: 1)
        var offset = 1
        var scores: [[[Double]]] = []
        for term in predictors.terms {
            let raw = (0..<term.codeCount).map { code -> [Double] in
                guard let entry = term.entry(code) else { return [Double](repeating: 0, count: segmentCount) }
                return bySegment(offset + entry.place, times: entry.value)
            }
            offset += term.columns.count
            let means = (0..<segmentCount).map { k in raw.reduce(0) { $0 + $1[k] } / Double(raw.count) }
            scores.append(raw.map { own in zip(own, means).map { $0 - $1 } })
            constants = zip(constants, means).map { $0 + $1 }
        }
        return ScoreTable(items: Array(predictors.terms.indices), constants: constants, scores: scores)
    }

    /// What a tool costs on people whom it has not seen, per unit of weight.
    struct Loss: Sendable, Equatable {
        /// −log P(own segment), in nats.
        var logLoss: Double
        /// The share placed wrongly.
        var error: Double
    }

    /// The loss on fold `tested`. Whoever left a chosen item open is placed by the shares of the segments alone: an item
    /// that people skip is worth less.
    func loss(_ counts: ShortFormCounts, _ table: ScoreTable, _ shares: [Double], on tested: Int) -> Loss {
        let count = sample.segmentCount
        let width = counts.chosen.count
        var (surprise, wrong) = (CompensatedSum(), CompensatedSum())
        func add(_ weights: ArraySlice<Double>, _ chances: [Double]) {
            let placed = likeliest(chances)
            for (k, weight) in weights.enumerated() where weight > 0 {
                surprise.add(-weight * Foundation.log(max(chances[k], 1e-12)))
                if k != placed { wrong.add(weight) }
            }
        }
        for line in 0..<counts.predictors.lineCount {
            let own = counts.targets[tested][(line * count)..<((line + 1) * count)]
            guard own.contains(where: { $0 > 0 }) else { continue }
            let answers = (0..<width).map { Int(counts.predictors.codes[line * width + $0]) }
            add(own, table.chances(answers))
        }
        add(counts.open[tested][...], shares)
        let total = sample.foldWeights[tested]
        return Loss(logLoss: surprise.value / total, error: wrong.value / total)
    }

    /// The whole classifier from all folds but `left`.
    func classifier(_ chosen: [Int], without left: [Int], requiredAnswers: Int) throws -> ShortClassifier {
        let sets =
            family.missingRule == .ownTable
            ? ShortClassifier.answeredSets(chosen.count, required: requiredAnswers) : [Array(chosen.indices)]
        let tables = try sets.map { answered in
            let table = try scores(sample.counts(of: answered.map { chosen[$0] }), without: left)
            return ScoreTable(items: answered, constants: table.constants, scores: table.scores)
        }
        let classifier = ShortClassifier(
            items: chosen.map { sample.items[$0] }, requiredAnswers: requiredAnswers, missingRule: family.missingRule,
            tables: tables)
        guard let classifier else { throw TypingError.badOption("the scores do not fit the items") }
        return classifier
    }
}
