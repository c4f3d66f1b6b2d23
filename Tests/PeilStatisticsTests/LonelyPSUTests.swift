import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

/// A stratum C with one cluster joins the small survey: what each rule makes of it.
///
/// Under `adjust` the numbers of totals are by hand, from the parts that R computed: deviations are from the mean
/// of all units' totals, as in survey 4.5; 4.1-1 takes them from 0, which is the same for means only. So
/// 71.922² + (225 − 834.25/7)², with 1 − 1/5 before the square for C with its population of five clusters.
@Suite("Lonely sampling units")
struct LonelyPSUTests {
    private let table = SmallSurvey.table(lonely: true)

    private func error(
        _ estimator: some SmoothEstimator, _ rule: LonelyPSU, _ columns: DesignColumns = SmallSurvey.clusters,
        inDomains: Bool = false, domain: [Bool]? = nil
    ) throws -> Double? {
        let engine = VarianceEngine(lonelyPSU: rule, lonelyInDomains: inDomains)
        return try SmallSurvey.estimation(columns, lonely: true, engine)
            .estimate(estimator, by: SmallSurvey.everyone(lonely: true), in: domain).standardError(0, 0)
    }

    @Test("The rule `fail` names the strata and the stage")
    func fail() throws {
        let mean = try MeanEstimator(["y"], of: table)
        #expect(throws: DesignError.lonelyUnits(strata: ["C"], stage: 1)) { try error(mean, .fail) }
        let groups = Grouping.cross([("g", try table.column("g"))])
        #expect(throws: DesignError.lonelyUnits(strata: ["C"], stage: 1)) {
            try SmallSurvey.estimation(SmallSurvey.clusters, lonely: true).estimate(mean, by: groups)
        }
    }

    @Test("The rule `fail` does not mind a lonely stratum outside the domain")
    func failOutsideDomain() throws {
        let domain = try RowCondition(column: "h", comparison: .notEqual, values: ["C"]).mask(of: table)
        let found = try error(TotalEstimator(["y"], of: table), .fail, domain: domain)
        expectClose(
            try #require(found), 71.9222670666046, relative: 1e-12,
            source: "the survey without C, \(SmallSurvey.version)")
    }

    @Test(
        "Remove, certainty, adjust and average equal R",
        arguments: [
            (.remove, 0.257595230904111, 71.9222670666046, 60.7963557707203),
            (.certainty, 0.257595230904111, 71.9222670666046, 60.7963557707203),
            (.adjust, 0.532404072934525, 127.94915882841104, 112.49327389190148),
            (.average, 0.315488437944742, 88.0864277286802, 74.4600249294882)
        ] as [(LonelyPSU, Double, Double, Double)])
    func rules(rule: LonelyPSU, mean: Double, total: Double, withSizes: Double) throws {
        let source = "survey.lonely.psu = \(rule.rawValue), \(SmallSurvey.version)"
        expectClose(
            try #require(try error(MeanEstimator(["y"], of: table), rule)), mean, relative: 1e-12, source: source)
        expectClose(
            try #require(try error(TotalEstimator(["y"], of: table), rule)), total, relative: 1e-12, source: source)
        expectClose(
            try #require(try error(TotalEstimator(["y"], of: table), rule, SmallSurvey.clustersWithSizes)), withSizes,
            relative: 1e-12, source: "fpc, " + source)
    }

    @Test("A domain without rows of the lonely stratum is the same under every rule", arguments: LonelyPSU.allCases)
    func domainElsewhere(rule: LonelyPSU) throws {
        let domain = try RowCondition(column: "g", comparison: .equal, values: ["w"]).mask(of: table)
        expectClose(
            try #require(try error(TotalEstimator(["y"], of: table), rule, domain: domain)), 36.6819097103736,
            relative: 1e-12,
            source: "subset g == 'w', \(SmallSurvey.version)")
    }

    @Test(
        "A stratum in which the domain has one unit is lonely too, when asked",
        arguments: [
            (.remove, 0.364271046430839), (.adjust, 0.365289760446348), (.average, 0.512263540825529)
        ] as [(LonelyPSU, Double)])
    func lonelyInDomain(rule: LonelyPSU, expected: Double) throws {
        // svymean(~y, subset(wr, psu %in% c(1, 4, 5, 6))) with survey.adjust.domain.lonely: stratum A keeps one cluster.
        let domain = try RowCondition(column: "psu", comparison: .isOneOf, values: ["1", "4", "5", "6"]).mask(of: table)
        expectClose(
            try #require(try error(MeanEstimator(["y"], of: table), rule, inDomains: true, domain: domain)), expected,
            relative: 1e-12, source: "survey.adjust.domain.lonely, \(rule.rawValue), \(SmallSurvey.version)")
    }

    @Test("`fail` names the strata in which a domain is lonely, when asked")
    func failInDomain() throws {
        let domain = try RowCondition(column: "psu", comparison: .isOneOf, values: ["1", "4", "5", "6"]).mask(of: table)
        let mean = try MeanEstimator(["y"], of: table)
        #expect(throws: DesignError.lonelyUnits(strata: ["A"], stage: 1)) {
            try error(mean, .fail, inDomains: true, domain: domain)
        }
    }

    @Test(
        "Every stratum of the domain is lonely: `average` has no standard error instead of 0",
        arguments: [
            (.remove, 123.815386765943), (.adjust, 160.2665588884942), (.average, nil)
        ] as [(LonelyPSU, Double?)])
    func allLonely(rule: LonelyPSU, expected: Double?) throws {
        // svytotal(~y, subset(lon, y > 6)): R gives NaN for average.
        let domain = try RowCondition(column: "y", comparison: .greater, values: ["6"]).mask(of: table)
        let found = try error(TotalEstimator(["y"], of: table), rule, inDomains: true, domain: domain)
        #expect((found == nil) == (expected == nil))
        if let found, let expected {
            expectClose(
                found, expected, relative: 1e-12, source: "subset y > 6, \(rule.rawValue), \(SmallSurvey.version)")
        }
    }

    @Test(
        "A lonely unit that was taken with certainty does not count as lonely",
        arguments: [
            (.remove, 60.7963557707203), (.adjust, 62.68974595615195), (.average, 70.2015847399473),
            (.certainty, 60.7963557707203)
        ] as [(LonelyPSU, Double)])
    func certain(rule: LonelyPSU, expected: Double) throws {
        // C: one cluster of one in the population; D: one cluster of four, rows y = 3, 6 with w = 11.
        let base = SmallSurvey.table()
        func column(_ name: String, _ added: [Double]) throws -> [Double?] { try base.numbers(name).values + added }
        let table = Table.of(
            numbers: [
                "psu": try column("psu", [7, 7, 8, 8]), "n1": try column("n1", [1, 1, 4, 4]),
                "w": try column("w", [15, 15, 11, 11]), "y": try column("y", [9, 6, 3, 6])
            ],
            codes: ["h": try base.column("h").rowLabels() + ["C", "C", "D", "D"]])
        let design = try SampleDesign(SmallSurvey.clustersWithSizes, of: table)
        let result = try Estimation(design, engine: VarianceEngine(lonelyPSU: rule))
            .estimate(TotalEstimator(["y"], of: table), by: .everyone(rowCount: 18))
        expectClose(
            try #require(result.standardError(0, 0)), expected, relative: 1e-12,
            source: "\(rule.rawValue), \(SmallSurvey.version)")
        let failing = Estimation(design, engine: VarianceEngine())
        #expect(throws: DesignError.lonelyUnits(strata: ["D"], stage: 1)) {
            try failing.estimate(TotalEstimator(["y"], of: table), by: .everyone(rowCount: 18))
        }
    }
}
