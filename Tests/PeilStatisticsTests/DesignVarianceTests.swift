import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

/// Means, totals, ratios, variances and shares under four designs, against R to 1e-12.
@Suite("Variance by design")
struct DesignVarianceTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let columns: DesignColumns
        let degreesOfFreedom: Int
        let mean, total, ratio, variance: (Double, Double)
        let shares, shareErrors: [Double]
        var testDescription: String { name }
    }

    static let cases = [
        Case(
            name: "simple random, fpc", columns: SmallSurvey.simple, degreesOfFreedom: 13,
            mean: (4.21428571428571, 0.487802556758271), total: (421.428571428571, 48.7802556758271),
            ratio: (2.01709401709402, 0.143084472056043), variance: (3.87362637362637, 1.18207752465647),
            shares: [0.428571428571429, 0.357142857142857, 0.214285714285714],
            shareErrors: [0.127282920752266, 0.123241158082541, 0.105537422588952]),
        Case(
            name: "stratified elements, fpc", columns: SmallSurvey.stratified, degreesOfFreedom: 12,
            mean: (4.23826086956522, 0.566115176701244), total: (609.25, 89.4029614935072),
            ratio: (1.98250966036201, 0.152624658544252), variance: (4.28214256216373, 1.21201755297699),
            shares: [0.474782608695652, 0.307826086956522, 0.217391304347826],
            shareErrors: [0.133214572551439, 0.120455547769832, 0.100182824340333]),
        Case(
            name: "two stages, fpc", columns: SmallSurvey.twoStage, degreesOfFreedom: 4,
            mean: (4.23826086956522, 0.395838965492037), total: (609.25, 75.9336264444153),
            ratio: (1.98250966036201, 0.118561564341675), variance: (4.28214256216373, 1.18850848986858),
            shares: [0.474782608695652, 0.307826086956522, 0.217391304347826],
            shareErrors: [0.123836154419983, 0.11185846916243, 0.0536472760575026]),
        Case(
            name: "clusters with replacement", columns: SmallSurvey.clusters, degreesOfFreedom: 4,
            mean: (4.23826086956522, 0.275259679515126), total: (609.25, 71.9222670666046),
            ratio: (1.98250966036201, 0.100074481194665), variance: (4.28214256216373, 1.25355382735594),
            shares: [0.474782608695652, 0.307826086956522, 0.217391304347826],
            shareErrors: [0.129974697841412, 0.117557774383197, 0.0235509317965317])
    ]

    @Test("R gives the same", arguments: cases)
    func equalsR(_ expected: Case) throws {
        let table = SmallSurvey.table()
        let estimation = try SmallSurvey.estimation(expected.columns)
        try compare(estimation, MeanEstimator(["y"], of: table), expected.mean, "svymean(~y)")
        try compare(estimation, TotalEstimator(["y"], of: table), expected.total, "svytotal(~y)")
        try compare(estimation, RatioEstimator("y", over: "x", of: table), expected.ratio, "svyratio(~y, ~x)")
        try compare(estimation, VarianceEstimator(["y"], of: table), expected.variance, "svyvar(~y)")
        let shares = try estimation.estimate(ProportionEstimator("g", of: table), by: SmallSurvey.everyone())
        for level in 0..<3 {
            expectClose(
                try #require(shares.value(0, level)), expected.shares[level], relative: 1e-12,
                source: "svymean(~g), \(SmallSurvey.version)")
            expectClose(
                try #require(shares.standardError(0, level)), expected.shareErrors[level], relative: 1e-12,
                source: "SE(svymean(~g)), \(SmallSurvey.version)")
        }
        #expect(shares.degreesOfFreedom == [expected.degreesOfFreedom])
        #expect(estimation.design.degreesOfFreedom == expected.degreesOfFreedom)
    }

    private func compare(
        _ estimation: Estimation, _ estimator: some SmoothEstimator, _ expected: (Double, Double),
        _ call: String
    ) throws {
        let result = try estimation.estimate(estimator, by: SmallSurvey.everyone())
        expectClose(
            try #require(result.value(0, 0)), expected.0, relative: 1e-12, source: "\(call), \(SmallSurvey.version)")
        expectClose(
            try #require(result.standardError(0, 0)), expected.1, relative: 1e-12,
            source: "SE of \(call), \(SmallSurvey.version)")
    }

    @Test("A simple random sample by hand: s²/n · (1 − n/N)")
    func byHand() throws {
        // y = 3 5 2 7 4 4 6 1 5 8 3 5 2 4: Σy = 59, Σy² = 299, s² = (299 − 59²/14)/13, n = 14, N = 100.
        let squares = (299.0 - 59.0 * 59.0 / 14) / 13
        let result = try SmallSurvey.estimation(SmallSurvey.simple)
            .estimate(MeanEstimator(["y"], of: SmallSurvey.table()), by: SmallSurvey.everyone())
        expectClose(result.variances[0][0], squares / 14 * 0.86, relative: 1e-14, source: "by hand")
    }

    @Test("Sampling fractions and population sizes are one design, and the kind is read from the values")
    func fractions() throws {
        var table = SmallSurvey.table()
        table.set(.numeric(.of((0..<14).map { $0 < 6 ? 6.0 / 40 : 8.0 / 60 })), for: .init(name: "f"))
        let columns = DesignColumns(weights: "w", strata: ["h"], populationSizes: ["f"])
        var declared = columns
        declared.populationSizeKind = .fraction
        for columns in [columns, declared] {
            let estimation = Estimation(try SampleDesign(columns, of: table), engine: VarianceEngine())
            try compare(
                estimation, TotalEstimator(["y"], of: table), (609.25, 89.4029614935072),
                "svytotal(~y), fpc as fraction")
        }
    }

    @Test("A sample of everyone has no variance")
    func census() throws {
        var table = SmallSurvey.table()
        table.set(.numeric(.of((0..<14).map { $0 < 6 ? 6 : 8 })), for: .init(name: "N"))
        let design = try SampleDesign(DesignColumns(strata: ["h"], populationSizes: ["N"]), of: table)
        let result = try Estimation(design, engine: VarianceEngine()).estimate(
            TotalEstimator(["y"], of: table), by: SmallSurvey.everyone())
        #expect(result.standardError(0, 0) == 0 && result.value(0, 0) == 59)
    }

    @Test("Design effects against the three definitions of R")
    func designEffects() throws {
        let table = SmallSurvey.table()
        func effect(
            _ columns: DesignColumns, _ kind: DesignEffectKind, _ estimator: some SmoothEstimator, isTotal: Bool
        ) throws -> Double? {
            let estimation = try SmallSurvey.estimation(columns)
            let result = try estimation.estimate(estimator, by: SmallSurvey.everyone())
            let spread = try estimation.estimate(VarianceEstimator(["y"], of: table), by: SmallSurvey.everyone())
            return kind.designEffect(
                variance: result.variances[0][0], unitVariance: try #require(spread.value(0, 0)), count: 14,
                population: result.completeWeights[0], isTotal: isTotal)
        }
        let mean = try MeanEstimator(["y"], of: table)
        let total = try TotalEstimator(["y"], of: table)
        expectClose(
            try #require(try effect(SmallSurvey.clusters, .withoutReplacement, mean, isTotal: false)),
            0.274443279570299,
            relative: 1e-12, source: "svymean(deff = TRUE), \(SmallSurvey.version)")
        expectClose(
            try #require(try effect(SmallSurvey.clusters, .replace, mean, isTotal: false)), 0.247714890603452,
            relative: 1e-12, source: "svymean(deff = 'replace'), \(SmallSurvey.version)")
        expectClose(
            try #require(try effect(SmallSurvey.clusters, .replace, total, isTotal: true)), 0.818423222500791,
            relative: 1e-12, source: "svytotal(deff = 'replace'), \(SmallSurvey.version)")
        expectClose(
            try #require(try effect(SmallSurvey.simple, .withoutReplacement, mean, isTotal: false)), 1,
            relative: 1e-12, source: "a simple random sample")
    }
}
