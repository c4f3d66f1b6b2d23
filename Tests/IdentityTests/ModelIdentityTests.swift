import Foundation
import PeilNumerics
import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

/// What must hold for a regression on any data.
@Suite("Identities of models")
struct ModelIdentityTests {
    private let survey: RandomSurvey = {
        let plain = RandomSurvey()
        var random = StableRandom(seed: 77)
        let x = (try? plain.table.numbers("x").values) ?? []
        return plain.replacing("yes", x.map { random.chance(1 / (1 + exp(4.5 - $0))) ? 1 : 0 })
    }()

    private func model(
        _ response: String, _ terms: [ModelTerm], _ family: ModelFamily = .linear, effects: [ModelEffect] = []
    ) -> GeneralisedLinearModel {
        GeneralisedLinearModel(response: response, terms: terms, family: family, effects: effects)
    }

    private func run(_ model: GeneralisedLinearModel, _ survey: RandomSurvey, threads: Int = 1) throws -> ModelResult {
        try model.run(survey.estimation(threads: threads), of: survey.table)
    }

    private func numbers(_ result: ModelResult) throws -> [Double] {
        result.estimates.values + (try #require(result.estimates.covariance)).storage
    }

    private func expectSame(_ a: ModelResult, _ b: ModelResult, _ relative: Double, _ source: String) throws {
        let (first, second) = (try numbers(a), try numbers(b))
        let count = a.estimates.values.count
        for index in first.indices {
            // An element off the diagonal is as exact as its two variances.
            let scale = index < count ? 0 : spread(second, count, index - count)
            expectClose(first[index], second[index], relative: relative, absolute: relative * scale, source: source)
        }
        #expect(a.residualDegreesOfFreedom == b.residualDegreesOfFreedom)
    }

    private func spread(_ numbers: [Double], _ count: Int, _ place: Int) -> Double {
        let (row, column) = (place % count, place / count)
        return (numbers[count + row * count + row] * numbers[count + column * count + column]).squareRoot()
    }

    private static let families: [(String, ModelFamily)] = [
        ("y", .linear), ("yes", .logistic), ("yes", .probit), ("score", .logLinear)
    ]

    @Test("A regression on dummies alone gives the domain means and their errors", arguments: families)
    func dummiesAreDomains(response: String, family: ModelFamily) throws {
        let terms: [ModelTerm] = [.column("town")]
        let fit = try run(model(response, terms, family, effects: [.predictedMargins("town")]), survey)
        let margins = try #require(fit.effects.first?.parameters)
        // Rows without an answer stay in the design, so the means are of the same rows.
        let means = try survey.estimation().estimate(MeanEstimator([response], of: survey.table), by: survey.towns())
        for (group, parameter) in margins.enumerated() {
            expectClose(
                fit.estimates.values[parameter], try #require(means.value(group, 0)), relative: 1e-10,
                source: "domain mean")
            expectClose(
                try #require(fit.estimates.standardError(parameter)), try #require(means.standardError(group, 0)),
                relative: 1e-9, source: "its standard error")
        }
    }

    @Test("Linear models equal the estimator by totals")
    func againstTotals() throws {
        let fit = try run(model("y", [.column("x"), .column("score")]), survey)
        let totals = try survey.estimation().estimate(
            LinearRegressionEstimator("y", on: ["x", "score"], of: survey.table), by: survey.everyone)
        for parameter in 0..<3 {
            expectClose(
                fit.estimates.values[parameter], try #require(totals.value(0, parameter)), relative: 1e-11,
                source: "LinearRegressionEstimator")
            expectClose(
                try #require(fit.estimates.standardError(parameter)), try #require(totals.standardError(0, parameter)),
                relative: 1e-10, source: "LinearRegressionEstimator")
        }
    }

    private static let terms: [ModelTerm] = [
        .column("x"), .column("town", reference: "c"), .interaction(["x", "town"])
    ]

    @Test("Weights times 1000 and threads change nothing; another order of rows to 1e-10", arguments: families)
    func invariance(response: String, family: ModelFamily) throws {
        let asked = model(response, Self.terms, family, effects: [.marginalEffects([])])
        let plain = try run(asked, survey)
        #expect(try numbers(plain) == numbers(run(asked, survey, threads: 4)), "the same bits on four threads")
        try expectSame(run(asked, survey.weights { _ in 1000 }), plain, 1e-9, "weights × 1000")
        var random = StableRandom(seed: 5)
        var order = Array(0..<survey.table.rowCount)
        random.shuffle(&order)
        let shuffled = RandomSurvey(table: survey.table.selecting(rows: order))
        try expectSame(run(asked, shuffled), plain, 1e-9, "rows in another order")
    }

    @Test("A weight of 2 is the row twice, for coefficients and effects", arguments: families)
    func doubledRows(response: String, family: ModelFamily) throws {
        let twice = (0..<600).flatMap { $0 % 3 == 0 ? [$0, $0] : [$0] }
        let rows = RandomSurvey(table: survey.table.selecting(rows: twice))
        let weighted = try survey.weights { $0 % 3 == 0 ? 2 : 1 }
        let asked = model(response, Self.terms, family, effects: [.marginalEffects([]), .predictedMargins("town")])
        for (a, b) in zip(try run(asked, rows).estimates.values, try run(asked, weighted).estimates.values) {
            expectClose(a, b, relative: 1e-9, absolute: 1e-11, source: "rows twice")
        }
    }

    @Test("Rows as units: products of blocks equal the walk over strata", arguments: families)
    func rowUnits(response: String, family: ModelFamily) throws {
        let asked = model(response, Self.terms, family, effects: [.marginalEffects([])])
        let design = try SampleDesign(DesignColumns(weights: "w", strata: ["stratum"]), of: survey.table)
        let towns = try survey.table.column("town").rowLabels().map { $0 != "d" }
        for mask in [nil, towns] as [[Bool]?] {
            let quick = try asked.run(Estimation(design, engine: VarianceEngine()), of: survey.table, in: mask)
            // Looking for lonely units in domains, of which there are none here, takes the walk.
            let walked = try asked.run(
                Estimation(design, engine: VarianceEngine(lonelyPSU: .remove, lonelyInDomains: true)), of: survey.table,
                in: mask)
            try expectSame(quick, walked, 1e-11, "the full walk")
            #expect(quick.estimates.degreesOfFreedom == walked.estimates.degreesOfFreedom)
            #expect(quick.estimates.count == walked.estimates.count)
            expectClose(
                quick.estimates.squaredWeight, walked.estimates.squaredWeight, relative: 1e-13, source: "the full walk")
        }
    }

    @Test("Importance adds up to the fit, and a column that says nothing gets nothing")
    func importanceAddsUp() throws {
        for (response, family) in [("y", ModelFamily.linear), ("yes", .logistic), ("score", .logLinear)] {
            let terms: [ModelTerm] = [.column("x"), .column("town"), .column("psu")]
            let fit = try run(model(response, terms, family, effects: [.importance]), survey)
            let shares = try #require(fit.effects.first?.parameters).map { fit.estimates.values[$0] }
            expectClose(shares.reduce(0, +), try #require(fit.fit), relative: 1e-9, source: "sum of shares")
            #expect(shares.allSatisfy { $0 >= 0 })
        }
    }

    @Test("A linear shift of a predictor moves the intercept only")
    func shiftedPredictor() throws {
        let x = try survey.table.numbers("x").values
        let far = survey.replacing("x", x.map { 1e6 + $0 })
        let asked = model("yes", [.column("x"), .column("town")], .logistic)
        let (near, moved) = (try run(asked, survey), try run(asked, far))
        for parameter in 1..<5 {
            expectClose(
                moved.estimates.values[parameter], near.estimates.values[parameter], relative: 1e-8, source: "shift")
            expectClose(
                try #require(moved.estimates.standardError(parameter)),
                try #require(near.estimates.standardError(parameter)), relative: 1e-8, source: "shift")
        }
        expectClose(
            moved.estimates.values[0], near.estimates.values[0] - 1e6 * near.estimates.values[1], relative: 1e-8,
            source: "shift")
    }
}
