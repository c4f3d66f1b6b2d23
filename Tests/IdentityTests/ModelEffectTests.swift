import Foundation
import PeilNumerics
import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

/// What must hold for the effects of a model on any data.
@Suite("Identities of effects of models")
struct ModelEffectTests {
    private let survey: RandomSurvey = {
        let plain = RandomSurvey()
        var random = StableRandom(seed: 78)
        let x = (try? plain.table.numbers("x").values) ?? []
        return plain.replacing("yes", x.map { random.chance(1 / (1 + exp(4.5 - $0))) ? 1 : 0 })
            .replacing("score", x.map { ($0 / 3 + 2 * random.uniform()).rounded() })
    }()

    private static let families: [(String, ModelFamily)] = [("y", .linear), ("yes", .logistic)]

    private func run(
        _ response: String, _ terms: [ModelTerm], _ family: ModelFamily, _ effects: [ModelEffect],
        _ survey: RandomSurvey? = nil
    ) throws -> ModelResult {
        let survey = survey ?? self.survey
        return try GeneralisedLinearModel(response: response, terms: terms, family: family, effects: effects).run(
            try survey.estimation(threads: 1), of: survey.table)
    }

    private func parameters(_ result: ModelResult, _ effect: ModelEffect) throws -> [Int] {
        Array(try #require(result.effects.first { $0.effect == effect }).parameters)
    }

    private func values(_ result: ModelResult, _ effect: ModelEffect) throws -> [Double] {
        try parameters(result, effect).map { result.estimates.values[$0] }
    }

    private func errors(_ result: ModelResult, _ effect: ModelEffect) throws -> [Double] {
        try parameters(result, effect).map { try #require(result.estimates.standardError($0)) }
    }

    @Test("An interaction gets what it adds to all single columns, whose shares it leaves alone", arguments: families)
    func interactions(response: String, family: ModelFamily) throws {
        let single: [ModelTerm] = [.column("x"), .column("psu"), .column("score")]
        let plain = try run(response, single, family, [.importance])
        let whole = try run(
            response, [.interaction(["x", "score"])] + single + [.interaction(["x", "psu"])], family, [.importance])
        let shares = try values(whole, .importance)
        for (share, alone) in zip(shares[1...3], try values(plain, .importance)) {
            expectClose(share, alone, relative: 1e-9, absolute: 1e-12, source: "stages")
        }
        let fit = try #require(whole.fit)
        expectClose(shares.reduce(0, +), fit, relative: 1e-10, source: "sum of shares")
        expectClose(shares[0] + shares[4], fit - (try #require(plain.fit)), absolute: 1e-10, source: "what is added")
        for (error, alone) in zip(try errors(whole, .importance)[1...3], try errors(plain, .importance)) {
            expectClose(error, alone, relative: 1e-7, source: "stages")
        }
        #expect(throws: ModelError.interactionWithoutMain(term: "x:score", missing: "score")) {
            try run(response, [.column("x"), .interaction(["x", "score"])], family, [.importance])
        }
    }

    @Test("An effect per standard deviation does not depend on the unit of the number", arguments: families)
    func perDeviation(response: String, family: ModelFamily) throws {
        let terms: [ModelTerm] = [.column("x"), .column("score"), .interaction(["x", "score"])]
        let effects: [ModelEffect] = [.effectsPerDeviation, .marginalEffects(["x"])]
        let plain = try run(response, terms, family, effects)
        let x = try survey.table.numbers("x").values
        let scaled = try run(response, terms, family, effects, survey.replacing("x", x.map { 40 * $0 }))
        for (a, b) in zip(try values(plain, .effectsPerDeviation), try values(scaled, .effectsPerDeviation)) {
            expectClose(b, a, relative: 1e-8, source: "unit")
        }
        for (a, b) in zip(try errors(plain, .effectsPerDeviation), try errors(scaled, .effectsPerDeviation)) {
            expectClose(b, a, relative: 1e-7, source: "unit")
        }
        let ratio = try values(plain, .effectsPerDeviation)[0] / values(plain, .marginalEffects(["x"]))[0]
        expectClose(ratio, try deviation("x", response, plain), relative: 1e-8, source: "formula")
    }

    /// The weighted standard deviation over the rows of a model.
    private func deviation(_ name: String, _ response: String, _ result: ModelResult) throws -> Double {
        let weights = try survey.estimation(threads: 1).design.weights
        let columns = try ["x", response, "score"].map { try survey.table.numbers($0) }
        let used = weights.indices.filter { row in columns.allSatisfy { $0.isPresent(row) } }
        try #require(used.count == result.estimates.count)
        let x = try survey.table.numbers(name).values
        let total = used.reduce(0) { $0 + weights[$1] }
        let mean = used.reduce(0) { $0 + weights[$1] * x[$1] } / total
        return (used.reduce(0) { $0 + weights[$1] * (x[$1] - mean) * (x[$1] - mean) } / total).squareRoot()
    }

    @Test("Margins at 0 and 1 of a number are those of its two levels", arguments: families)
    func marginsAtValues(response: String, family: ModelFamily) throws {
        let flag = try survey.table.numbers("score").values.map { $0 > 3 ? 1.0 : 0 }
        let survey = survey.replacing("score", flag)
        let number = try run(
            response, [.column("x"), .column("score")], family, [.predictedMarginsAt("score", [0, 1])], survey)
        let levels = try run(
            response, [.column("x"), .column("score", isCategorical: true)], family, [.predictedMargins("score")],
            survey)
        let at = ModelEffect.predictedMarginsAt("score", [0, 1])
        for (a, b) in zip(try values(number, at), try values(levels, .predictedMargins("score"))) {
            expectClose(a, b, relative: 1e-10, source: "levels")
        }
        for (a, b) in zip(try errors(number, at), try errors(levels, .predictedMargins("score"))) {
            expectClose(a, b, relative: 1e-8, source: "levels")
        }
        #expect(number.estimates.labels[try parameters(number, at)[1]].level == "1")
    }

    @Test("Inflation is 1/(1 − R²) of a column on the others, 1 alone, and the same for any reference")
    func inflation() throws {
        let terms: [ModelTerm] = [.column("x"), .column("score"), .column("town")]
        let fit = try run("y", terms, .linear, [])
        // The same rows: those with y.
        let y = try survey.table.numbers("y")
        let own = try GeneralisedLinearModel(
            response: "x", terms: [.column("score"), .column("town")], family: .linear
        ).run(try survey.estimation(threads: 1), of: survey.table, in: y.values.indices.map { y.isPresent($0) })
        let r = try #require(own.fit)
        expectClose(fit.inflation[0].factor, 1 / (1 - r), relative: 1e-9, source: "formula")
        let other = try run(
            "y", [.column("x"), .column("score"), .column("town", reference: "c")], .linear, [])
        for (a, b) in zip(fit.inflation, other.inflation) {
            expectClose(a.factor, b.factor, relative: 1e-9, source: "reference")
        }
        #expect(try run("y", [.column("town")], .linear, []).inflation.map(\.factor) == [1])
        #expect(fit.inflation.map(\.columns) == [1, 1, fit.inflation[2].columns])
    }

    @Test("A test with interactions is of all coefficients that hold the column")
    func testsWithInteractions() throws {
        let terms: [ModelTerm] = [.column("x"), .column("score"), .interaction(["x", "score"])]
        let fit = try run("y", terms, .linear, [])
        #expect(fit.waldTestWithInteractions(term: 0)?.degreesOfFreedom == 2)
        #expect(fit.waldTestWithInteractions(term: 2)?.statistic == fit.waldTest(term: 2)?.statistic)
        // A shift of the other number moves the coefficient alone, and not what is said of the column as a whole.
        let moved = try run(
            "y", terms, .linear, [], survey.replacing("score", survey.table.numbers("score").values.map { $0 + 10 }))
        expectClose(
            try #require(moved.waldTestWithInteractions(term: 0)?.statistic),
            try #require(fit.waldTestWithInteractions(term: 0)?.statistic), relative: 1e-7, source: "shift")
        #expect(moved.waldTest(term: 0)?.statistic != fit.waldTest(term: 0)?.statistic)
    }

    @Test("Every error is that of a sample with each unit's weight changed a little", arguments: families)
    func infinitesimalJackknife(response: String, family: ModelFamily) throws {
        let terms: [ModelTerm] = [.column("x"), .column("score"), .column("town"), .interaction(["x", "score"])]
        let model = GeneralisedLinearModel(
            response: response, terms: terms, family: family,
            effects: [.marginalEffects([]), .predictedMarginsAt("x", [4.2, 4.8]), .effectsPerDeviation, .importance])
        let design = try SampleDesign(DesignColumns(weights: "w", clusters: ["psu"]), of: survey.table)
        let units = try survey.table.numbers("psu").values
        let known = Set(units).sorted()
        let step = 1e-4
        // θ(w + step on one unit) − θ(w), squared and summed, is the variance but for Σz = 0 and the factor n/(n − 1).
        var matrix = DenseMatrix(rows: known.count, columns: units.count)
        for (place, unit) in known.enumerated() {
            for row in units.indices { matrix[place, row] = design.weights[row] * (units[row] == unit ? 1 + step : 1) }
        }
        let count = Double(known.count)
        let replicates = ReplicateWeights(
            source: .rowWeights(matrix), scale: count / (count - 1) / (step * step),
            replicateScales: [Double](repeating: 1, count: known.count), isCentredAtEstimate: true)
        let linear = try model.run(Estimation(design, engine: VarianceEngine()), of: survey.table)
        let changed = try model.run(
            Estimation(design.replicated(replicates), engine: VarianceEngine()), of: survey.table)
        for parameter in linear.estimates.labels.indices {
            expectClose(
                try #require(linear.estimates.standardError(parameter)),
                try #require(changed.estimates.standardError(parameter)), relative: 2e-3,
                source: "differences of \(linear.estimates.labels[parameter])")
        }
    }
}
