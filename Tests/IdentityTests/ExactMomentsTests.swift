import PeilNumerics
import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

/// Estimates and standard errors of data near ±1e8 with a spread of 1e-3, against exact fractions.
@Suite("Hard data in exact fractions")
struct ExactMomentsTests {
    /// The 48 rows of Scripts/golden/exact-moments.py: two strata of four clusters; doubles hold every value exactly.
    private func table(_ weights: [Double]) -> Table {
        let first = (0..<48).map { Double($0 * 37 % 101 - 50) }
        let second = (0..<48).map { Double($0 * 53 % 97) + first[$0] - 48 }
        return .of(
            numbers: [
                "w": weights, "h": (0..<48).map { Double($0 % 2) }, "psu": (0..<48).map { Double($0 % 8) },
                "y": first.map { 1e8 + $0 * 0x1p-15 }, "x": second.map { -1e8 + $0 * 0x1p-15 }
            ],
            codes: ["k": (0..<48).map { "\($0 % 3)" }])
    }

    private static let even = (0..<48).map { Double(1 + $0 * 29 % 7) }
    private static let twelve = (0..<48).map { Double(sign: .plus, exponent: $0 * 29 % 41 - 20, significand: 1) }

    @Test(
        "Mean, variance, sd, correlation, standardised mean and ratio, with their errors, to 1e-10",
        arguments: [
            (
                Self.even,
                [
                    9.9999999999973842075892857e+7, 8.3424934931611648981401071e-7, 9.1337251399202751015449713e-4,
                    7.7244926986959771709690627e-1, 1.0000000000005362380550489e+8, -9.9999999999872601221478304e-1
                ],
                [
                    2.3497174887645314765673039e-4, 2.1551770729032814694770063e-7, 1.1797908519732909384720957e-4,
                    6.4028095901068400111461558e-2, 2.2071809944626945522437636e-4, 4.7312536800367110793984080e-12
                ]
            ),
            (
                Self.twelve,
                [
                    1.0000000000042859125879404e+8, 4.2047241031404886272231818e-7, 6.4843843988003121985482976e-4,
                    -1.3478177558946209881560693e-1, 1.0000000000019778955951461e+8, -1.0000000000074386956003566e+0
                ],
                [
                    3.1680338644533946724292002e-4, 1.9527075698763470782013300e-7, 1.5057000401129990630684316e-4,
                    5.0614952491318261603172053e-1, 1.3511020077593380378263700e-5, 1.4584321176575089529523600e-12
                ]
            )
        ])
    func equalFractions(weights: [Double], values: [Double], errors: [Double]) throws {
        let table = table(weights)
        let design = try SampleDesign(DesignColumns(weights: "w", strata: ["h"], clusters: ["psu"]), of: table)
        let estimation = Estimation(design, engine: VarianceEngine())
        let standard = try StandardPopulation(["k"], [(["0"], 0.3), (["1"], 0.5), (["2"], 0.2)])
        let estimators: [any SmoothEstimator] = [
            try MeanEstimator(["y"], of: table), try VarianceEstimator(["y"], of: table),
            try VarianceEstimator(["y"], of: table, standardDeviation: true),
            try CorrelationEstimator(["y", "x"], of: table),
            try StandardisedMeanEstimator(["y"], of: table, to: standard),
            try RatioEstimator("y", over: "x", of: table)
        ]
        for (index, estimator) in estimators.enumerated() {
            let result = try estimation.estimate(estimator, by: .everyone(rowCount: 48))
            let source = "Scripts/golden/exact-moments.py, number \(index)"
            let isLarge = abs(values[index]) >= 0.999
            expectClose(
                try #require(result.value(0, 0)), values[index], relative: isLarge ? 3e-16 : 1e-10, source: source)
            expectClose(try #require(result.standardError(0, 0)), errors[index], relative: 1e-10, source: source)
        }
    }
}
