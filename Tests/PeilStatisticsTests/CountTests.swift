import PeilNumerics
import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

@Suite("Estimated numbers of people")
struct CountTests {
    @Test("Counts of all levels equal svytotal(~factor), whole and by area, to 1e-12")
    func equalR() throws {
        let estimator = try CountEstimator("age", of: FormulaSurvey.table)
        #expect(estimator.levels == ["mid", "old", "young"])
        let estimation = try FormulaSurvey.estimation(FormulaSurvey.sizes)
        let whole = try estimation.estimate(estimator, by: FormulaSurvey.everyone)
        let expected = [(86.25, 6.48247767717073), (54, 11.1191295021256), (83, 10.0849565792991)]
        for (level, numbers) in expected.enumerated() {
            expectClose(try #require(whole.value(0, level)), numbers.0, relative: 1e-14, source: FormulaSurvey.version)
            expectClose(
                try #require(whole.standardError(0, level)), numbers.1, relative: 1e-12, source: FormulaSurvey.version)
        }
        let areas = try estimation.estimate(estimator, by: FormulaSurvey.areas())
        // North before south, levels within.
        let values = [33.75, 18.75, 29.25, 52.5, 35.25, 53.75]
        let errors = [
            9.31870987722301, 6.99087866865708, 9.33706731893511, 9.63609760766137, 9.88441345701046, 8.9038727650641
        ]
        for index in 0..<6 {
            expectClose(
                try #require(areas.value(index / 3, index % 3)), values[index], relative: 1e-14,
                source: FormulaSurvey.version)
            expectClose(
                try #require(areas.standardError(index / 3, index % 3)), errors[index], relative: 1e-12,
                source: FormulaSurvey.version)
        }
    }

    @Test("A count is the total of its indicator, its share times the population, and levels make the population")
    func identities() throws {
        let estimation = try FormulaSurvey.estimation()
        let counts = try estimation.estimate(
            CountEstimator("age", of: FormulaSurvey.table), by: FormulaSurvey.everyone, wishes: .init(covariance: true))
        let shares = try estimation.estimate(
            ProportionEstimator("age", of: FormulaSurvey.table), by: FormulaSurvey.everyone)
        let population = counts.completeWeights[0]
        for level in 0..<3 {
            expectClose(
                try #require(counts.value(0, level)), try #require(shares.value(0, level)) * population,
                relative: 1e-14, source: "share · Σw")
        }
        var table = FormulaSurvey.table
        table.set(.numeric(.of([Double?](repeating: 1, count: 60))), for: Variable(name: "one"))
        let all = try estimation.estimate(TotalEstimator(["one"], of: table), by: FormulaSurvey.everyone)
        expectClose(
            CompensatedSum.of(try counts.outcomes[0].get()), try #require(all.value(0, 0)), relative: 1e-15,
            source: "Σw")
        expectClose(
            try #require(counts.covariance).quadraticForm([1, 1, 1]), all.variances[0][0], relative: 1e-12,
            source: "variance of Σw")
    }

    @Test("Respondents behind the counts: rows with weight, in the domain, per group and level")
    func respondents() throws {
        let table = Table.of(
            numbers: ["w": [1, 0, 2, 3, 4, 5]], codes: ["q": ["a", "a", "b", nil, "a", "b"]])
        let estimator = try CountEstimator("q", of: table)
        let grouping = Grouping(groupOfRow: [0, 0, 0, 0, 1, -1], keys: [["u"], ["v"]], variables: ["g"])
        let weights = try table.numbers("w").values
        #expect(estimator.respondents(by: grouping, weights: weights) == [[1, 1], [1, 0]])
        #expect(
            estimator.respondents(by: grouping, weights: weights, in: [true, true, false, true, false, true])
                == [[1, 0], [0, 0]])
    }

    @Test("Levels on request; who chose another is in the base and in no count")
    func givenLevels() throws {
        let estimator = CountEstimator("q", levels: ["yes"], levelOfRow: [0, 1, -1, 0])
        var totals = [0.0]
        for row in [0, 1, 3] { estimator.add(row, weight: 2, to: &totals, at: 0) }
        #expect(totals == [4] && !estimator.isComplete(2) && estimator.isComplete(1))
        #expect(estimator.respondents(by: .everyone(rowCount: 4), weights: [1, 1, 1, 1]) == [[2]])
        #expect(throws: EstimationError.emptyDomain) { try estimator.value(at: [0], count: 0) }
    }
}
