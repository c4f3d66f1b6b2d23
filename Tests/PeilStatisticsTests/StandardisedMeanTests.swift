import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

@Suite("Direct standardisation")
struct StandardisedMeanTests {
    private let byAge: [(codes: [String], share: Double)] = [(["mid"], 30), (["old"], 45), (["young"], 25)]
    private let byAgeAndSex: [(codes: [String], share: Double)] = [
        (["mid", "f"], 20), (["old", "f"], 10), (["young", "f"], 25), (["mid", "m"], 15), (["old", "m"], 18),
        (["young", "m"], 12)
    ]

    @Test(
        "One and two columns of classes, with and without groups, equal svystandardize and svymean to 1e-12",
        arguments: [
            (
                FormulaSurvey.clusters, [1.06196735494409], [0.632748493813412, 0.792314792992576],
                [0.604419652174972, 0.851328208064993]
            ),
            (
                FormulaSurvey.sizes, [0.873100705932598], [0.506337017949271, 0.630876830309593],
                [0.481003889262338, 0.680056809087627]
            )
        ])
    func equalsR(columns: DesignColumns, whole: [Double], areas: [Double], two: [Double]) throws {
        let table = FormulaSurvey.table
        let estimation = try FormulaSurvey.estimation(columns)
        func compare(_ result: GroupedEstimates, _ values: [Double], _ errors: [Double]) throws {
            for index in values.indices {
                let (group, parameter) = (index / result.labels.count, index % result.labels.count)
                expectClose(
                    try #require(result.value(group, parameter)), values[index], relative: 1e-12,
                    source: FormulaSurvey.version)
                expectClose(
                    try #require(result.standardError(group, parameter)), errors[index], relative: 1e-12,
                    source: FormulaSurvey.version)
            }
        }
        let age = try StandardisedMeanEstimator(["y"], of: table, to: StandardPopulation(["age"], byAge))
        try compare(try estimation.estimate(age, by: FormulaSurvey.everyone), [18.9152238166631], whole)
        try compare(
            try estimation.estimate(age, by: FormulaSurvey.areas()), [20.9686371237458, 18.3317323089075], areas)
        let both = try StandardisedMeanEstimator(
            ["y", "x"], of: table, to: StandardPopulation(["age", "sex"], byAgeAndSex))
        #expect(both.labels.map(\.variable) == ["y", "x"])
        try compare(
            try estimation.estimate(both, by: FormulaSurvey.everyone), [18.6019985497957, 14.0243196719328], two)
    }

    @Test("Standardised to the sample's own composition it is the plain mean, though with another error")
    func ownComposition() throws {
        let table = FormulaSurvey.table
        let estimation = try FormulaSurvey.estimation()
        let shares = try estimation.estimate(ProportionEstimator("age", of: table), by: FormulaSurvey.everyone)
        let own = try StandardPopulation(["age"], zip(byAge, shares.outcomes[0].get()).map { ($0.codes, $1) })
        // z has an answer in every row, so that the composition is that of its rows.
        let standardised = try estimation.estimate(
            StandardisedMeanEstimator(["z"], of: table, to: own), by: FormulaSurvey.everyone)
        let plain = try estimation.estimate(MeanEstimator(["z"], of: table), by: FormulaSurvey.everyone)
        expectClose(
            try #require(standardised.value(0, 0)), try #require(plain.value(0, 0)), relative: 1e-13,
            source: "the plain mean")
        #expect(standardised.standardError(0, 0) != plain.standardError(0, 0))
    }

    @Test("One class with all of the standard is the mean of that class; a class with 0 leaves the domain")
    func oneClass() throws {
        let table = FormulaSurvey.table
        let estimation = try FormulaSurvey.estimation()
        let standard = try StandardPopulation(["age"], [(["mid"], 0), (["old"], 7), (["young"], 0)])
        #expect(standard.shares == [0, 1, 0])
        let one = try estimation.estimate(
            StandardisedMeanEstimator(["y"], of: table, to: standard), by: FormulaSurvey.everyone)
        let isOld = try table.column("age").rowLabels().map { $0 == "old" }
        let mean = try estimation.estimate(MeanEstimator(["y"], of: table), by: FormulaSurvey.everyone, in: isOld)
        #expect(one.counts == mean.counts && one.completeDegreesOfFreedom == mean.completeDegreesOfFreedom)
        expectClose(try #require(one.value(0, 0)), try #require(mean.value(0, 0)), relative: 1e-14, source: "old")
        expectClose(
            try #require(one.standardError(0, 0)), try #require(mean.standardError(0, 0)), relative: 1e-13,
            source: "old")
    }

    @Test("A class without respondents is named in the group that lacks it, and only there")
    func emptyClass() throws {
        var table = FormulaSurvey.table
        let labels = try table.column("age").rowLabels()
        let area = try FormulaSurvey.areas().groupOfRow
        table.set(
            .categorical(.of(labels.indices.map { area[$0] == 1 && labels[$0] == "old" ? nil : labels[$0] })),
            for: Variable(name: "age"))
        let estimator = try StandardisedMeanEstimator(["y"], of: table, to: StandardPopulation(["age"], byAge))
        let result = try FormulaSurvey.estimation().estimate(estimator, by: FormulaSurvey.areas())
        #expect(result.value(0, 0) != nil)
        #expect(throws: EstimationError.emptyClass("old")) { try result.outcomes[1].get() }
        let unknown = try StandardPopulation(["age", "sex"], byAgeAndSex + [(["child", "f"], 1)])
        let none = try FormulaSurvey.estimation().estimate(
            StandardisedMeanEstimator(["y"], of: FormulaSurvey.table, to: unknown), by: FormulaSurvey.everyone)
        #expect(throws: EstimationError.emptyClass("child × f")) { try none.outcomes[0].get() }
    }

    @Test("Wrong standards: each mistake names its class")
    func badStandards() throws {
        func message(_ variables: [String], _ shares: [(codes: [String], share: Double)]) -> String {
            do throws(EstimationError) {
                _ = try StandardPopulation(variables, shares)
                return "none"
            } catch {
                guard case .badOption(let message, _) = error else { return "\(error)" }
                return message
            }
        }
        #expect(message(["age"], [(["mid"], -1)]).contains("'mid' is negative"))
        #expect(message(["age"], [(["mid"], 1), (["old"], .nan)]).contains("'old' is negative or not a number"))
        #expect(message(["age"], [(["mid"], 1), (["mid"], 2)]).contains("'mid' has two shares"))
        #expect(message(["age"], [(["mid", "f"], 1)]).contains("'mid × f' has 2 code(s) for 1 column(s)"))
        #expect(message(["age"], [(["mid"], 0)]).contains("all standard shares are 0"))
        #expect(message([], []) == "all standard shares are 0")
        #expect(throws: EstimationError.self) {
            try StandardisedMeanEstimator(
                ["y"], of: FormulaSurvey.table, to: StandardPopulation(["age"], Array(byAge[..<2])))
        }
        #expect(throws: TableError.self) {
            try StandardisedMeanEstimator(["y"], of: FormulaSurvey.table, to: StandardPopulation(["ag"], byAge))
        }
    }

    @Test("A composed and a decomposed accent are two classes")
    func accents() throws {
        let standard = try StandardPopulation(["c"], [(["\u{e9}"], 1), (["e\u{301}"], 3)])
        let table = Table.of(numbers: ["y": [2, 4, 8, 6]])
        var named = table
        named.set(
            .identifier(IdentifierColumn(["\u{e9}", "e\u{301}", "e\u{301}", "\u{e9}"])), for: Variable(name: "c"))
        let estimator = try StandardisedMeanEstimator(["y"], of: named, to: standard)
        let result = try Estimation(try SampleDesign(DesignColumns(), of: named), engine: VarianceEngine())
            .estimate(estimator, by: .everyone(rowCount: 4))
        expectClose(try #require(result.value(0, 0)), 5.5, relative: 1e-15, source: "¼ · 4 + ¾ · 6")
    }
}
