import PeilNumerics
import PeilTestSupport
import Testing

@testable import PeilCoverage

/// The study of coverage must see what it is there to see: intervals that are too short, biased, or fine.
@Suite struct CoverageTallyTests {
    private static let statistics = (0..<20).map { Statistic(kind: .mean, question: "q\($0)") }

    /// Surveys of normal estimates around 10 with standard deviation 2.
    private static func tally(surveys: Int, stated: Double = 2, bias: Double = 0) -> CoverageTally {
        var random = StableRandom(seed: 11)
        var tally = CoverageTally()
        for _ in 0..<surveys {
            let survey = statistics.map { statistic in
                let value = 10 + bias + 2 * random.normal()
                let half = StandardNormal.quantile(0.975) * stated
                return (
                    statistic,
                    Estimated(value: value, standardError: stated, lower: value - half, upper: value + half)
                )
            }
            tally.add(survey) { _ in 10 }
        }
        return tally
    }

    private static func gate(_ tally: CoverageTally, isFull: Bool) -> CoverageGate {
        CoverageGate(
            tally.statistics, surveys: tally.finished, noiseOfMean: tally.noiseOfMean, isFull: isFull)
    }

    @Test func exactIntervalsPass() {
        let tally = Self.tally(surveys: 2_000)
        let gate = Self.gate(tally, isFull: true)
        #expect(gate.holds)
        #expect(abs(gate.mean - 0.95) < 4 * tally.noiseOfMean)
        #expect(tally.statistics.allSatisfy { abs($0.errorToDeviation - 1) < 0.06 && abs($0.biasToDeviation) < 0.1 })
        // P(|z| > 1.5 points / 0.487 points) = 0.00207.
        #expect(abs(gate.expectedByChance / 20 - 0.00207) < 2e-5)
    }

    @Test func standardErrorsATenthTooSmallFail() {
        let tally = Self.tally(surveys: 2_000, stated: 1.8)
        let gate = Self.gate(tally, isFull: true)
        #expect(!gate.meanHolds)
        #expect(gate.outside.count == 20)
        #expect(tally.statistics.allSatisfy { abs($0.errorToDeviation - 0.9) < 0.06 })
    }

    @Test func aShortRunSeesHalvedStandardErrorsAndLetsNoisePass() {
        #expect(Self.gate(Self.tally(surveys: 150), isFull: false).holds)
        let halved = Self.gate(Self.tally(surveys: 150, stated: 1), isFull: false)
        #expect(!halved.meanHolds)
        #expect(halved.outside.count == 20)
    }

    @Test func aShortRunAllowsWhatALongOneFoundAndNothingWorse() {
        let halved = Self.tally(surveys: 150, stated: 1).statistics
        let found = Dictionary(uniqueKeysWithValues: Self.statistics.map { ($0, 0.673) })
        func outside(_ known: [Statistic: Double], isFull: Bool = false) -> Int {
            CoverageGate(halved, surveys: 150, noiseOfMean: 0.01, isFull: isFull, known: known).outside.count
        }
        // P(|z| < 1.96/2) = 0.673.
        #expect(outside(found) == 0)
        #expect(outside(found.mapValues { _ in 0.93 }) == 20)
        #expect(outside(found, isFull: true) == 20)
    }

    @Test func biasShowsInTheTruthAndNotInTheExpectation() {
        let biased = Self.tally(surveys: 2_000, bias: 1)
        for own in biased.statistics {
            #expect(own.coverage < 0.935)
            #expect(abs(own.coverageOfExpectation - 0.95) < 0.02)
            #expect(abs(own.biasToDeviation - 0.5) < 0.1)
            #expect(own.missedBelow > own.missedAbove)
        }
    }

    @Test func variancesThatVaryAreRightOnAverageAndTheirRootsAreNot() {
        var tally = CoverageTally()
        let statistic = Statistic(kind: .mean, question: "q")
        // Estimates of standard deviation 1; variances 0.5 and 1.5 in turn.
        for survey in 0..<400 {
            let error = (survey % 4 < 2 ? 0.5 : 1.5).squareRoot()
            let value = survey % 2 == 0 ? 1.0 : -1.0
            tally.add([(statistic, Estimated(value: value, standardError: error, lower: -3, upper: 3))]) { _ in 0 }
        }
        let own = tally.statistics[0]
        let deviation = (400.0 / 399).squareRoot()
        expectClose(own.rootVarianceToDeviation, 1 / deviation, relative: 1e-12, source: "by hand")
        expectClose(
            own.errorToDeviation, (0.5.squareRoot() + 1.5.squareRoot()) / 2 / deviation, relative: 1e-12,
            source: "by hand")
    }

    @Test func aSurveyThatFailedIsCountedAndStatisticsWithoutTruthAreNot() {
        var tally = Self.tally(surveys: 3)
        tally.fail(3, "NOT_CONVERGED")
        tally.add([
            (Statistic(kind: .share, question: "unknown"), Estimated(value: 0, standardError: 1, lower: 0, upper: 1))
        ]) {
            _ in nil
        }
        #expect(tally.failures.map(\.reason) == ["NOT_CONVERGED"])
        #expect(tally.finished == 4)
        #expect(tally.statistics.count == 20)
        #expect(tally.statistics.allSatisfy { $0.surveys == 3 })
    }
}
