import PeilNumerics
import PeilTable
import PeilTestSupport
import Testing

@testable import PeilStatistics

@Suite("Rank tests")
struct RankTestTests {
    private let table = TestSurvey.table

    @Test(
        "Two groups equal svyranktest",
        arguments: [
            (.wilcoxon, [-0.0127696877743991, -0.258016565705269, 0.801157680161412]),
            (.kruskalWallis, [-0.0127696877743991, -0.258016565705269, 0.801157680161412]),
            (.median, [-0.0226680978724575, -0.250426353996526, 0.806873402528592]),
            (.vanDerWaerden, [-0.0505239787858349, -0.296658979081186, 0.772253284559072])
        ] as [(RankTest.Score, [Double])])
    func twoGroups(score: RankTest.Score, expected: [Double]) throws {
        let result = try RankTest("y", by: "k", score: score).run(TestSurvey.plain(), of: table)
        expectOutcome(
            result.outcome, statistic: expected[1], 11, p: expected[2], source: "svyranktest(y ~ k, \(score.rawValue))")
        expectClose(
            try #require(result.differenceInMeanRankScore), expected[0], relative: 1e-12, source: TestSurvey.version)
    }

    @Test(
        "Three groups equal svyranktest",
        arguments: [
            (.wilcoxon, [0.705573402921191, 0.711132180766831]),
            (.kruskalWallis, [0.705573402921191, 0.711132180766831]),
            (.median, [0.744102671495713, 0.698472401781009]),
            (.vanDerWaerden, [1.59873932544287, 0.47637181684062])
        ] as [(RankTest.Score, [Double])])
    func threeGroups(score: RankTest.Score, expected: [Double]) throws {
        let result = try RankTest("y", by: "a", score: score).run(TestSurvey.plain(), of: table)
        expectOutcome(
            result.outcome, statistic: expected[0], 2, 10, p: expected[1],
            source: "svyranktest(y ~ a, \(score.rawValue))")
        #expect(result.groups == ["p", "q", "r"] && result.differenceInMeanRankScore == nil)
    }

    @Test("Any increasing function of the answers gives the same test")
    func increasing() throws {
        var table = table
        let y = try table.numbers("y")
        table.set(
            .numeric(NumericColumn(values: y.values.map { $0 * $0 * $0 - 7 }, reasons: y.reasons)),
            for: Variable(name: "cubed"))
        for score in RankTest.Score.allCases {
            let before = try RankTest("y", by: "k", score: score).run(TestSurvey.raked(), of: table)
            #expect(before == (try RankTest("cubed", by: "k", score: score).run(TestSurvey.raked(), of: table)))
        }
    }

    @Test("Ranks: weight below and half of the own, plain mean over ties")
    func ranks() {
        let ranks = PopulationRanks(rows: [0, 2, 3, 4], values: [5, 0, 1, 5, 9], weights: [2, 100, 4, 6, 1])
        #expect(ranks.ofRow == [(5.0 + 9) / 2, 2, (5.0 + 9) / 2, 12.5] && ranks.total == 13)
    }

    @Test("What cannot be compared is an error that names the column")
    func errors() throws {
        let plain = try TestSurvey.plain()
        #expect(throws: TestError.tooFewLevels(column: "all alike", levels: 1)) {
            try RankTest("y", by: "all alike").run(plain, of: table)
        }
        #expect(throws: TestError.noVariation(columns: ["one", "k"])) {
            try RankTest("one", by: "k").run(plain, of: table)
        }
        #expect(throws: TestError.tooFewUnits(columns: ["y", "a"], designDegreesOfFreedom: 2, needed: 3)) {
            try RankTest("y", by: "a").run(plain, of: table, in: (0..<120).map { $0 < 24 })
        }
        let negative = Estimation(
            plain.design.reweighted((0..<120).map { $0 == 7 ? -1 : 1 }), engine: VarianceEngine())
        #expect(throws: TestError.negativeWeight(row: 7)) { try RankTest("y", by: "k").run(negative, of: table) }
    }
}
