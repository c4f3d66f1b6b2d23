import PeilStatistics
import PeilTestSupport
import Testing

@Suite("Intervals and tests")
struct IntervalTests {
    @Test(
        "Intervals of a share equal svyciprop to 1e-11",
        arguments: [
            (.mean, 0.0925955762392406, 0.996100075934672), (.logit, 0.161992281069356, 0.880712637156538),
            (.xlogit, 0.161992281069356, 0.880712637156538), (.beta, 0.134762948617689, 0.911311930920965)
        ] as [(ProportionInterval, Double, Double)])
    func shareEqualsR(method: ProportionInterval, lower: Double, upper: Double) throws {
        // `logit` of R is a Newton fit that stops at 1e-12 of the estimate; xlogit has the exact numbers.
        let result = try SmallSurvey.estimation(SmallSurvey.clusters)
            .estimate(MeanEstimator(["b"], of: SmallSurvey.table()), by: SmallSurvey.everyone())
        let share = try #require(result.value(0, 0))
        let error = try #require(result.standardError(0, 0))
        let interval = try #require(
            ConfidenceInterval.share(
                share, standardError: error, count: result.counts[0],
                effectiveN: result.effectiveSampleSize(0), degreesOfFreedom: result.degreesOfFreedom[0], level: 0.95,
                method: method))
        let source = "svyciprop(~b, method = '\(method.rawValue)'), \(SmallSurvey.version)"
        expectClose(interval.lower, lower, relative: 1e-11, source: source)
        expectClose(interval.upper, upper, relative: 1e-11, source: source)
        #expect(interval.method == method.rawValue && interval.level == 0.95)
    }

    @Test(
        "0 % and 100 % never have an interval of no width", arguments: [.logit, .xlogit, .beta] as [ProportionInterval],
        [0.0, 1.0])
    func border(method: ProportionInterval, share: Double) throws {
        let interval = try #require(
            ConfidenceInterval.share(
                share, standardError: 0, count: 40, effectiveN: 30, degreesOfFreedom: 20,
                level: 0.95, method: method))
        #expect(interval.method == "clopper-pearson")
        #expect(interval.upper - interval.lower > 0.05 && interval.lower >= 0 && interval.upper <= 1)
        #expect(share == 0 ? interval.lower == 0 : interval.upper == 1)
    }

    @Test("With a sample of equal weights the border interval is the exact binomial one")
    func exactBinomial() throws {
        // 0 of n: upper end 1 − 0.025^(1/n); df = n − 1 leaves the size as it is.
        let interval = try #require(
            ConfidenceInterval.share(
                0, standardError: 0, count: 25, effectiveN: 25, degreesOfFreedom: 24,
                level: 0.95, method: .logit))
        // R: 1 - 0.025^(1/25) = 0.137185171530713
        expectClose(interval.upper, 0.137185171530713, relative: 1e-12, source: "binom.test(0, 25)$conf.int, R 4.2.2")
    }

    @Test("Estimate ± t · se")
    func student() throws {
        let interval = try #require(ConfidenceInterval.student(10, standardError: 2, degreesOfFreedom: 4, level: 0.95))
        expectClose(interval.upper, 10 + 2 * 2.77644510519779, relative: 1e-14, source: "qt(0.975, 4), R 4.2.2")
        expectClose(interval.lower, 10 - 2 * 2.77644510519779, relative: 1e-14, source: "qt(0.975, 4), R 4.2.2")
    }

    @Test("Without degrees of freedom there is no interval and no p", arguments: [0, -1])
    func noDegreesOfFreedom(df: Int) {
        #expect(ConfidenceInterval.student(1, standardError: 1, degreesOfFreedom: df, level: 0.95) == nil)
        #expect(
            ConfidenceInterval.share(
                0, standardError: 0, count: 5, effectiveN: 5, degreesOfFreedom: df, level: 0.95, method: .beta) == nil)
        #expect(twoSidedP(estimate: 1, standardError: 1, degreesOfFreedom: df) == nil)
        #expect(twoSidedP(estimate: 1, standardError: 0, degreesOfFreedom: 10) == nil)
    }

    @Test("The two-sided p")
    func p() throws {
        expectClose(
            try #require(twoSidedP(estimate: -3, standardError: 2, degreesOfFreedom: 12)), 0.159457503513207,
            relative: 1e-13,
            source: "2 * pt(-1.5, 12), R 4.2.2")
    }

    @Test("Benjamini–Hochberg equals p.adjust, keeps the order of the input and ties")
    func benjaminiHochbergEqualsR() {
        let adjusted = benjaminiHochberg([0.01, 0.04, 0.03, 0.2, 0.03, 0.5, 0.9, 0.0001])
        let expected = [0.04, 0.064, 0.06, 0.266666666666667, 0.06, 0.571428571428571, 0.9, 0.0008]
        for (value, other) in zip(adjusted, expected) {
            expectClose(value, other, relative: 1e-14, source: "p.adjust(method = 'BH'), R 4.2.2")
        }
        #expect(benjaminiHochberg([0.8, 0.9, 0.85]) == [0.9, 0.9, 0.9])
        #expect(benjaminiHochberg([]).isEmpty && benjaminiHochberg([0.3]) == [0.3])
    }
}
