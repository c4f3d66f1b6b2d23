import PeilNumerics
import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

@Suite("Goodness of fit")
struct GoodnessOfFitTests {
    private let table = TestSurvey.table
    private let shares = [
        GoodnessOfFitTest.Share("u", 0.3), GoodnessOfFitTest.Share("v", 0.3), GoodnessOfFitTest.Share("w", 0.4)
    ]

    private func run(
        _ statistic: GoodnessOfFitTest.Statistic, _ shares: [GoodnessOfFitTest.Share]? = nil
    ) throws -> GoodnessOfFitResult {
        try GoodnessOfFitTest("b", shares: shares ?? self.shares, statistic: statistic)
            .run(TestSurvey.plain(), of: table)
    }

    @Test("Statistic, mixture and p equal svygofchisq")
    func againstR() throws {
        let result = try run(.satterthwaite)
        expectOutcome(
            result.outcome, statistic: 62.6081424936387, 1.95898960569153, p: 0.00164155818770561,
            source: "svygofchisq(~b)")
        for (value, expected) in zip(result.eigenvalues, [5.51937302649154, 4.1240854664587, 0]) {
            expectClose(value, expected, relative: 1e-12, source: TestSurvey.version)
        }
        let near = try run(.saddlepoint)
        #expect(near.outcome.statistic == result.outcome.statistic)
        expectClose(near.outcome.p, 0.00174800188257623, relative: 1e-6, source: "pchisqsum(saddlepoint)")
        expectClose(try run(.linearCombination).outcome.p, near.outcome.p, relative: 0.05, source: "exact mixture")
    }

    @Test("F and the scaled χ² tell the same story; the order and scale of the shares do not matter")
    func forms() throws {
        let result = try run(.secondOrder)
        let scaled = try run(.satterthwaite)
        let sum = result.eigenvalues.reduce(0, +)
        expectClose(result.outcome.statistic, scaled.outcome.statistic / sum, relative: 1e-13, source: "X²/Σλ")
        #expect(result.designDegreesOfFreedom == 12 && result.outcome.p > scaled.outcome.p)
        let turned = try run(.secondOrder, shares.reversed().map { .init($0.level, 50 * $0.share) })
        expectClose(turned.outcome.statistic, result.outcome.statistic, relative: 1e-12, source: "order")
        #expect(turned.levels == ["w", "v", "u"])
        for (one, other) in zip(turned.expected, [0.4, 0.3, 0.3]) {
            expectClose(one, other, relative: 1e-15, source: "shares sum to 1")
        }
    }

    @Test("Observed shares fit themselves: X² is 0 and p is 1")
    func itself() throws {
        let observed = try run(.satterthwaite).observed
        let result = try run(.secondOrder, zip(["u", "v", "w"], observed).map { .init($0, $1) })
        expectClose(result.outcome.statistic, 0, absolute: 1e-25, source: "O = E")
        expectClose(result.outcome.p, 1, absolute: 1e-12, source: "O = E")
    }

    @Test("A level that nobody chose counts; bad shares are errors that name the level")
    func levels() throws {
        let four = try run(.satterthwaite, shares + [.init("x", 0.1)])
        #expect(four.counts[3] == 0 && four.observed[3] == 0 && four.outcome.p < 0.05)
        #expect(throws: TestError.badShare(column: "b", level: "v")) {
            try run(.secondOrder, [.init("u", 0.5), .init("v", 0), .init("w", 0.5)])
        }
        #expect(throws: TestError.badShare(column: "b", level: "u")) {
            try run(.secondOrder, [.init("u", .nan), .init("v", 0.1)])
        }
        #expect(throws: TestError.levelWithoutShare(column: "b", level: "w")) {
            try run(.secondOrder, [.init("u", 0.5), .init("v", 0.5)])
        }
        #expect(throws: TestError.tooFewLevels(column: "b", levels: 1)) { try run(.secondOrder, [.init("u", 1)]) }
    }
}
