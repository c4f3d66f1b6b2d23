import PeilNumerics
import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

@Suite("Questions with several answers")
struct MultipleResponseTests {
    private let answers = ["a1", "a2", "a3"]

    @Test("Percent of responses equals svyratio(answer / all answers) to 1e-12")
    func responsesEqualR() throws {
        let expected = [
            (0.524421593830334, 0.107712129096392, 0.0854367789018342),
            (0.344473007712082, 0.107762210561341, 0.08557001034876),
            (0.131105398457584, 0.0405516444159025, 0.032192418592652)
        ]
        for (columns, isSized) in [(FormulaSurvey.clusters, false), (FormulaSurvey.sizes, true)] {
            let result = try FormulaSurvey.estimation(columns).estimate(
                MultipleResponseEstimator(answers, of: FormulaSurvey.table), by: FormulaSurvey.everyone)
            #expect(result.labels.map(\.variable) == answers)
            #expect(result.completeDegreesOfFreedom[0] == 9 && result.counts[0] == 55)
            for (answer, numbers) in expected.enumerated() {
                expectClose(
                    try #require(result.value(0, answer)), numbers.0, relative: 1e-12, source: FormulaSurvey.version)
                expectClose(
                    try #require(result.standardError(0, answer)), isSized ? numbers.2 : numbers.1, relative: 1e-12,
                    source: FormulaSurvey.version)
            }
        }
    }

    @Test("Percent of cases are the means of the same columns, as svymean gives them")
    func casesEqualR() throws {
        let result = try FormulaSurvey.estimation().estimate(
            MeanEstimator(answers, of: FormulaSurvey.table), by: FormulaSurvey.everyone)
        let expected = [
            (0.496954933008526, 0.167921485304636), (0.326431181485993, 0.137762197941451),
            (0.124238733252132, 0.018466974652669)
        ]
        for (answer, numbers) in expected.enumerated() {
            expectClose(
                try #require(result.value(0, answer)), numbers.0, relative: 1e-12, source: FormulaSurvey.version)
            expectClose(
                try #require(result.standardError(0, answer)), numbers.1, relative: 1e-12,
                source: FormulaSurvey.version)
        }
    }

    @Test("The shares make 1 without error, and each is a share of cases over their sum")
    func sumsToOne() throws {
        let estimation = try FormulaSurvey.estimation()
        let responses = try estimation.estimate(
            MultipleResponseEstimator(answers, of: FormulaSurvey.table), by: FormulaSurvey.areas(),
            wishes: .init(covariance: true))
        let cases = try estimation.estimate(
            MeanEstimator(answers, of: FormulaSurvey.table), by: FormulaSurvey.areas())
        for group in 0..<2 {
            let shares = try responses.outcomes[group].get()
            let means = try cases.outcomes[group].get()
            expectClose(CompensatedSum.of(shares), 1, relative: 1e-15, source: "Σ of shares")
            for (share, mean) in zip(shares, means) {
                expectClose(share, mean / CompensatedSum.of(means), relative: 1e-14, source: "percent of cases / Σ")
            }
            var ones = [Double](repeating: 0, count: 6)
            for answer in 0..<3 { ones[group * 3 + answer] = 1 }
            expectClose(
                try #require(responses.covariance).quadraticForm(ones), 0, absolute: 1e-15, source: "a constant")
        }
    }

    @Test("Who ticked nothing counts in n and changes no number; nobody at all is an error")
    func nothingTicked() throws {
        let table = Table.of(numbers: [
            "p": [1, 0, 0, nil, 1, 0], "q": [1, 1, 0, 1, 0, 0], "w": [1, 2, 5, 9, 3, 4]
        ])
        let estimation = Estimation(
            try SampleDesign(DesignColumns(weights: "w"), of: table), engine: VarianceEngine())
        let estimator = try MultipleResponseEstimator(["p", "q"], of: table)
        let result = try estimation.estimate(estimator, by: .everyone(rowCount: 6))
        #expect(result.counts[0] == 5 && result.completeDegreesOfFreedom[0] == 4 && result.degreesOfFreedom[0] == 5)
        expectClose(try #require(result.value(0, 0)), 4.0 / 7, relative: 1e-15, source: "(1 + 3) / (1 + 3 + 1 + 2)")
        let silent = try estimation.estimate(
            estimator, by: .everyone(rowCount: 6), in: [false, false, true, false, false, true])
        #expect(throws: EstimationError.noResponses) { try silent.outcomes[0].get() }
        let unasked = try estimation.estimate(
            estimator, by: .everyone(rowCount: 6), in: [false, false, false, true, false, false])
        #expect(throws: EstimationError.emptyDomain) { try unasked.outcomes[0].get() }
    }

    @Test("A column that is not 0 or 1 is named with its row")
    func notYesNo() {
        let table = Table.of(numbers: ["p": [1, 0, nil], "q": [0, 1, 2]])
        #expect(throws: EstimationError.notYesNo(variable: "q", row: 2)) {
            try MultipleResponseEstimator(["p", "q"], of: table)
        }
        #expect(throws: EstimationError.self) { try MultipleResponseEstimator(["p", "p"], of: table) }
        #expect(throws: EstimationError.self) { try MultipleResponseEstimator([], of: table) }
        #expect(throws: TableError.self) { try MultipleResponseEstimator(["r"], of: table) }
    }
}
