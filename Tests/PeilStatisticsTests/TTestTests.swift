import PeilNumerics
import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

@Suite("t tests")
struct TTestTests {
    private let table = TestSurvey.table

    /// Estimate, se, t, df, p and the 95% interval.
    private func expect(_ result: TTestResult, _ expected: [Double], _ source: String) {
        expectOutcome(result.outcome, statistic: expected[2], expected[3], p: expected[4], source: source)
        let found = [
            result.difference.estimate, result.difference.standardError, result.difference.interval.lower,
            result.difference.interval.upper
        ]
        for (value, number) in zip(found, [expected[0], expected[1], expected[5], expected[6]]) {
            expectClose(value, number, relative: 1e-11, source: "\(source), \(TestSurvey.version)")
        }
    }

    @Test("Two groups, a domain and calibrated weights equal svyttest")
    func twoGroups() throws {
        let test = TTest.twoGroups("y", by: "k")
        expect(
            try test.run(TestSurvey.plain(), of: table),
            [
                -0.468706134918669, 1.36292965087808, -0.343896058477193, 11, 0.73740820778514, -3.4684940707502,
                2.53108180091287
            ], "svyttest(y ~ k)")
        expect(
            try test.run(TestSurvey.plain(), of: table, in: TestSurvey.rows(where: "a", is: "p")),
            [
                1.30687976485717, 2.57343350440941, 0.507835062618839, 11, 0.621597104760815, -4.35720918883055,
                6.97096871854489
            ], "svyttest(y ~ k, subset(a == p))")
        expect(
            try test.run(TestSurvey.raked(), of: table),
            [
                -0.625533133050555, 1.33701067731086, -0.467859489580663, 11, 0.649017851845957, -3.56827379269583,
                2.31720752659472
            ], "svyttest(y ~ k, raked)")
    }

    @Test("One mean and a paired difference equal svyttest")
    func oneSample() throws {
        expect(
            try TTest.mean("z").run(TestSurvey.plain(), of: table),
            [
                15.0980916030534, 0.461891995564536, 32.6874935007267, 11, 2.61977665451048e-12, 14.0814741752508,
                16.1147090308561
            ], "svyttest(z ~ 0)")
        expect(
            try TTest.paired("y", minus: "z").run(TestSurvey.plain(), of: table),
            [
                2.58706265256306, 0.319456034116571, 8.09833709892933, 11, 5.81472101576071e-06, 1.88394466217076,
                3.29018064295536
            ], "svyttest(I(y - z) ~ 0)")
    }

    @Test("The t of two groups is the contrast of their domain means")
    func contrast() throws {
        let groups = Grouping.cross([("k", try table.column("k"))])
        let means = try TestSurvey.plain().estimate(
            MeanEstimator(["y"], of: table), by: groups, wishes: .init(covariance: true))
        let contrast = try Contrast(name: "", form: .linear(["1": 1, "0": -1])).evaluate(
            names: ["0", "1"], values: [try #require(means.value(0, 0)), try #require(means.value(1, 0))],
            covariance: try #require(means.covariance))
        let test = try TTest.twoGroups("y", by: "k").run(TestSurvey.plain(), of: table).difference
        expectClose(test.estimate, contrast.estimate, relative: 1e-12, source: "difference of means")
        expectClose(test.standardError, contrast.standardError, relative: 1e-12, source: "contrast")
    }

    @Test("Names of groups change nothing; a mean against itself plus one moves only the t")
    func names() throws {
        let numbers = try TTest.twoGroups("y", by: "k").run(TestSurvey.plain(), of: table)
        let texts = try TTest.twoGroups("y", by: "k as text").run(TestSurvey.plain(), of: table)
        #expect(numbers.outcome == texts.outcome && numbers.difference == texts.difference)
        #expect(numbers.groups == ["0", "1"] && texts.groups == ["no", "yes"])
        let zero = try TTest.mean("z", level: 0.9).run(TestSurvey.plain(), of: table)
        let one = try TTest.mean("z", against: 1, level: 0.9).run(TestSurvey.plain(), of: table)
        #expect(zero.difference == one.difference && zero.difference.interval.level == 0.9)
        expectClose(
            zero.outcome.statistic - one.outcome.statistic, 1 / zero.difference.standardError, relative: 1e-12,
            source: "t is linear in the value")
    }

    @Test("What cannot be compared is an error that names the column")
    func errors() throws {
        let plain = try TestSurvey.plain()
        #expect(throws: TestError.notTwoGroups(column: "a", groups: 3)) {
            try TTest.twoGroups("y", by: "a").run(plain, of: table)
        }
        #expect(throws: TestError.notTwoGroups(column: "all alike", groups: 1)) {
            try TTest.twoGroups("y", by: "all alike").run(plain, of: table)
        }
        #expect(throws: TestError.noCompleteRows(columns: ["k"])) {
            try TTest.twoGroups("y", by: "k").run(plain, of: table, in: [Bool](repeating: false, count: 120))
        }
        #expect(throws: TestError.noVariation(columns: ["one"])) { try TTest.mean("one").run(plain, of: table) }
        #expect(throws: TestError.noVariation(columns: ["k", "k as text"])) {
            try TTest.twoGroups("k", by: "k as text").run(plain, of: table)
        }
        #expect(throws: TestError.tooFewUnits(columns: ["z"], designDegreesOfFreedom: 1, needed: 2)) {
            try TTest.mean("z").run(plain, of: table, in: (0..<120).map { $0 < 16 })
        }
        #expect(throws: TableError.notNumeric("b")) { try TTest.mean("b").run(plain, of: table) }
    }
}
