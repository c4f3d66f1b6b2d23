import Foundation
import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

@testable import PeilStudy

/// Options of models, scales, change and small areas: read strictly, run through a plan, wrong ones named.
@Suite("Options of analyses")
struct AnalysisOptionsTests {
    private static let table: Table = .of(
        numbers: [
            "y": (0..<40).map { Double($0 * 7 % 11) }, "x": (0..<40).map { Double($0 * 5 % 13) },
            "z": (0..<40).map { Double($0 * 3 % 17) }, "yes": (0..<40).map { Double($0 * $0 % 3) },
            "d": (0..<40).map { 0.1 + Double($0) / 100 },
            "only b": (0..<40).map { $0 % 2 == 0 ? 0 : Double($0 % 3 % 2) }
        ],
        codes: [
            "g": (0..<40).map { ["a", "b"][$0 % 2] }, "area": (0..<40).map { "area \($0)" },
            "region": (0..<40).map { "r\($0 % 5)" }
        ])

    private func plan(_ statistic: String, _ rest: String) throws -> AnalysisPlan {
        let fixture = try StudyFixture()
        let text = "{id: p, dataset: d.csv, items: [{id: i, statistic: \(statistic), \(rest)}]}"
        return try AnalysisPlan(file: try fixture.write(text, to: "plan.yaml"))
    }

    private func item(_ statistic: String, _ rest: String) throws -> JSONValue {
        let outcome = try PlanRunner(try plan(statistic, rest), over: Self.table, threads: 1).run()
        return try #require(outcome.json["items"]?.elements.first)
    }

    private func refusal(_ statistic: String, _ rest: String) -> Failure? {
        StudyFixture.failure { _ = try plan(statistic, rest) }
    }

    private static let model = "options: {response: yes, family: binomial, predictors: [{column: x}, {column: g}]"

    @Test("A model answers with ratios, tests and what was asked beside it")
    func model() throws {
        let asked = Self.model + ", marginal_effects: true, predicted_margins: g, standardised: true, importance: true}"
        let item = try item("glm", asked)
        #expect(item["error"] == nil)
        #expect(item["estimates"]?.elements.count == 3)
        #expect(item["wald_tests"]?.elements.map { $0["term"]?.plainText } == ["x", "g"])
        #expect(item["estimates"]?.elements.allSatisfy { $0["odds_ratio"]?["estimate"] != nil } == true)
        #expect(item["marginal_effects"]?.elements.count == 2)
        #expect(item["predicted_margins"]?.elements.map { $0["level"]?.plainText } == ["a", "b"])
        #expect(item["standardised"]?.elements.count == 1)
        #expect(item["importance"]?.elements.count == 2)
        #expect(item["reads_as"]?.plainText == "association")
    }

    @Test("A column of texts is categorical without being told")
    func texts() throws {
        let told = try item("glm", "options: {response: y, predictors: [{column: g, categorical: true}, {column: x}]}")
        let plain = try item("glm", "options: {response: y, predictors: [{column: g}, {column: x}]}")
        #expect(told.text == plain.text)
        #expect(plain["estimates"]?.elements.map { $0["variable"]?.plainText } == ["(Intercept)", "g=b", "x"])
    }

    private static let wrong: [(String, String, String)] = [
        ("glm", "options: {response: y, predictors: [{column: x}], famly: binomial}", "family"),
        ("glm", "options: {response: y, predictors: [{column: x}], family: binomal}", "binomial"),
        ("glm", "options: {response: y, predictors: [{column: x}], wald_terms: [z]}", "x"),
        ("glm", "options: {response: y, predictors: [{colum: x}]}", "column"),
        ("alpha", "variables: [x, y], options: {revers: [x]}", "reverse"),
        ("alpha", "variables: [x, y], options: {missing: pairwise}", "listwise"),
        ("pca", "variables: [x, y], options: {scaled: true}", "scale"),
        ("change", "variables: [y], by: [g], options: {from: a, to: b, off: mean}", "of"),
        ("change", "variables: [y], by: [g], options: {from: a, to: b, of: meen}", "mean"),
        ("fay_herriot", "variables: [y], options: {variance: d, domain_column: area, methode: ML}", "method"),
        ("fay_herriot", "variables: [y], options: {variance: d, domain_column: area, method: RELM}", "REML"),
        ("bhf", "variables: [y], options: {domain_colum: area, population_means: []}", "domain_column")
    ]

    @Test("A wrong word names the nearest right one", arguments: wrong)
    func wrongWords(statistic: String, rest: String, nearest: String) throws {
        let failure = try #require(refusal(statistic, rest))
        #expect(failure.exitCode == 78)
        #expect(failure.remedy.contains(nearest) || failure.message.contains(nearest), "\(failure.text)")
    }

    private static let incomplete: [(String, String)] = [
        ("glm", "variables: [y]"), ("glm", "options: {response: y, predictors: []}"), ("glm", "options: {response: y}"),
        ("glm", "by: [g], options: {response: y, predictors: [{column: x}]}"),
        ("glm", "options: {response: y, predictors: [{interaction: [x]}]}"),
        ("alpha", "variables: [y]"), ("alpha", "variables: [x, y], options: {minimum_answered: 1}"),
        ("alpha", "variables: [x, y], options: {range: [5, 1]}"),
        ("pca", "variables: [x, y], options: {center: false}"),
        ("change", "variables: [y], by: [g]"), ("change", "variables: [y], options: {from: a, to: b}"),
        ("change", "variables: [y], by: [g], options: {from: a}"), ("fay_herriot", "variables: [y]"),
        ("fay_herriot", "variables: [y], by: [g], options: {variance: d, domain_column: area}"),
        ("bhf", "variables: [y], options: {domain_column: region}"),
        (
            "bhf",
            "variables: [y], options: {covariates: [x, x], domain_column: region, population_means: [{domain: r1, x: 2}]}"
        ),
        ("bhf", "variables: [y], options: {covariates: [x], domain_column: region, population_means: [{domain: r1}]}")
    ]

    @Test("What an analysis needs is asked for before work starts", arguments: incomplete)
    func incompletePlans(statistic: String, rest: String) throws {
        #expect(try #require(refusal(statistic, rest)).exitCode == 78)
    }

    @Test("Columns that only options name are read, and missed by name")
    func columns() throws {
        let areas = try plan(
            "fay_herriot",
            "variables: [y], options: {covariates: [x, {column: g, categorical: true}], variance: d, domain_column: area}"
        )
        #expect(areas.columns == ["y", "x", "g", "d", "area"])
        let absent = try plan("glm", "options: {response: y, predictors: [{column: xx}]}")
        let failure = try #require(
            StudyFixture.failure { _ = try PlanRunner(absent, over: Self.table, threads: 1) })
        #expect(failure.code == "MISSING_COLUMN" && failure.remedy.contains("'x'"))
    }

    @Test("A failing analysis says why and leaves the others")
    func failing() throws {
        let separated = try item(
            "glm",
            "options: {response: only b, family: binomial, predictors: [{column: x}, {column: g}]}"
        )
        #expect(separated["error"]?["class"]?.plainText == "SEPARATED")
        let wave = try item("change", "variables: [y], by: [g], options: {from: a, to: c}")
        #expect(wave["error"]?["class"]?.plainText == "UNKNOWN_WAVE")
        let areas = try item(
            "fay_herriot", "variables: [y], options: {covariates: [x], variance: d, domain_column: region}")
        #expect(areas["error"]?["class"]?.plainText == "REPEATED_AREA")
    }

    @Test("A panel without an assumption gets numbers without margins")
    func panel() throws {
        let fixture = try StudyFixture()
        let text = """
            {id: p, dataset: d.csv, design: {basis: panel}, items: [
             {id: m, statistic: glm, options: {response: y, predictors: [{column: x}], marginal_effects: true}},
             {id: a, statistic: alpha, variables: [x, y]},
             {id: c, statistic: change, variables: [y], by: [g], options: {from: a, to: b, margin: 1}}]}
            """
        let plan = try AnalysisPlan(file: try fixture.write(text, to: "plan.yaml"))
        let items = try PlanRunner(plan, over: Self.table, threads: 1).run().json["items"]?.elements ?? []
        for row in items.flatMap({ ($0["estimates"]?.elements ?? []) + ($0["contrasts"]?.elements ?? []) }) {
            #expect(row["se"]?.plainText == "" || row["se"]?.plainText == "null")
            #expect(row["p"] == nil || row["p"]?.plainText == "" || row["p"]?.plainText == "null")
        }
        #expect(items.count == 3 && items.allSatisfy { $0["error"] == nil && $0["vcov"] == nil })
    }
}
