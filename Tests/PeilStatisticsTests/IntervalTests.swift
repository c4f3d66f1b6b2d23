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
        "0 % and 100 % never have an interval of no width",
        arguments: ProportionInterval.allCases.filter { $0 != .mean },
        [0.0, 1.0])
    func border(method: ProportionInterval, share: Double) throws {
        let interval = try #require(
            ConfidenceInterval.share(
                share, standardError: 0, count: 40, effectiveN: 30, degreesOfFreedom: 20,
                level: 0.95, method: method))
        #expect(interval.method == "clopper-pearson")
        #expect(interval.upper - interval.lower > 0.05 && interval.lower >= 0 && interval.upper <= 1)
        #expect(share == 0 ? interval.lower == 0 : interval.upper == 1)
        #expect(!interval.hasNoWidth)
    }

    @Test("By `mean` 0 % and 100 % keep R's interval of no width, and it says so", arguments: [0.0, 1.0])
    func borderOfMean(share: Double) throws {
        let interval = try #require(
            ConfidenceInterval.share(
                share, standardError: 0, count: 40, effectiveN: 30, degreesOfFreedom: 20,
                level: 0.95, method: .mean))
        #expect(interval.method == "mean" && interval.lower == share && interval.upper == share && interval.hasNoWidth)
    }

    @Test(
        "All methods but `mean` stay within 0…1 and around the share, however large the error",
        arguments: ProportionInterval.allCases.filter { $0 != .mean })
    func withinBounds(method: ProportionInterval) throws {
        for share in [1e-12, 1e-4, 0.03, 0.5, 0.999, 1 - 0x1p-40] {
            for size in [1.5, 12, 4000, 1e9] {
                let interval = try #require(
                    ConfidenceInterval.share(
                        share, standardError: (share * (1 - share) / size).squareRoot(), count: 50, effectiveN: 40,
                        degreesOfFreedom: 2, level: 0.99, method: method))
                #expect(interval.lower >= 0 && interval.lower <= share, "\(method) \(share) \(size)")
                #expect(interval.upper <= 1 && interval.upper >= share, "\(method) \(share) \(size)")
            }
        }
    }

    /// Share, level, Wilson lower and upper, likelihood lower and upper by a profile with thousands of points, and the
    /// same by svyciprop itself, whose profile has ten.
    private static let formulaIntervals: [(String, Double, [Double])] = [
        (
            "a1", 0.95,
            [
                0.195595948857462, 0.800542718623622, 0.164606630541253, 0.831309648514341, 0.164361973536927,
                0.831564969328788
            ]
        ),
        (
            "a1", 0.9,
            [
                0.235664879114498, 0.759918857953609, 0.214701389004281, 0.780606041252088, 0.214586751684275,
                0.780726525278608
            ]
        ),
        (
            "rare", 0.95,
            [
                0.0114244445624002, 0.248582595647421, 0.00435267459643613, 0.218452399789526, 0.00434824396139887,
                0.218282855724091
            ]
        ),
        (
            "rare", 0.9,
            [
                0.0149375393466552, 0.201351579040259, 0.00830359702349591, 0.180110166045808, 0.00829730380219553,
                0.179999602225916
            ]
        )
    ]

    @Test("Wilson equals the roots of the score test to 1e-11, likelihood R's profile to 1e-8", arguments: 0..<4)
    func wilsonAndLikelihood(number: Int) throws {
        let (name, level, ends) = Self.formulaIntervals[number]
        let result = try FormulaSurvey.estimation()
            .estimate(MeanEstimator([name], of: FormulaSurvey.table), by: FormulaSurvey.everyone)
        let (share, error) = (try #require(result.value(0, 0)), try #require(result.standardError(0, 0)))
        func interval(_ method: ProportionInterval) throws -> ConfidenceInterval {
            try #require(
                ConfidenceInterval.share(
                    share, standardError: error,
                    count: result.counts[0], effectiveN: result.effectiveSampleSize(0),
                    degreesOfFreedom: result.completeDegreesOfFreedom[0], level: level, method: method))
        }
        let (wilson, likelihood) = (try interval(.wilson), try interval(.likelihood))
        #expect(wilson.method == "wilson" && likelihood.method == "likelihood")
        expectClose(wilson.lower, ends[0], relative: 1e-11, source: FormulaSurvey.version)
        expectClose(wilson.upper, ends[1], relative: 1e-11, source: FormulaSurvey.version)
        expectClose(likelihood.lower, ends[2], relative: 1e-8, source: FormulaSurvey.version)
        expectClose(likelihood.upper, ends[3], relative: 1e-8, source: FormulaSurvey.version)
        expectClose(likelihood.lower, ends[4], relative: 2e-3, source: "svyciprop, \(FormulaSurvey.version)")
        expectClose(likelihood.upper, ends[5], relative: 2e-3, source: "svyciprop, \(FormulaSurvey.version)")
    }

    @Test("With a simple random sample and many degrees of freedom Wilson is prop.test without correction")
    func wilsonIsScoreTest() throws {
        // t(1e9) and z differ by 1e-9.
        let interval = try #require(
            ConfidenceInterval.share(
                0.4, standardError: (0.4 * 0.6 / 30).squareRoot(), count: 30, effectiveN: 30,
                degreesOfFreedom: 1_000_000_000, level: 0.95, method: .wilson))
        expectClose(interval.lower, 0.245906281168019, relative: 1e-8, source: "prop.test(12, 30), R 4.2.2")
        expectClose(interval.upper, 0.576796397466775, relative: 1e-8, source: "prop.test(12, 30), R 4.2.2")
    }

    @Test("Who counts the others gets the mirrored interval", arguments: ProportionInterval.allCases)
    func mirrored(method: ProportionInterval) throws {
        func interval(_ share: Double) throws -> ConfidenceInterval {
            try #require(
                ConfidenceInterval.share(
                    share, standardError: 0.03, count: 120, effectiveN: 100, degreesOfFreedom: 14, level: 0.9,
                    method: method))
        }
        let (some, others) = (try interval(0.125), try interval(0.875))
        expectClose(some.lower, 1 - others.upper, absolute: 1e-13, source: "1 − upper of the others")
        expectClose(some.upper, 1 - others.lower, absolute: 1e-13, source: "1 − lower of the others")
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
