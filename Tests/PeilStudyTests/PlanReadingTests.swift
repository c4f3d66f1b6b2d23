import Foundation
import PeilTable
import Testing

@testable import PeilStudy

@Suite struct PlanReadingTests {
    private static let yaml = """
        id: p
        dataset: d.csv
        missing_value: "-9"
        design: {kind: taylor, weights: w, strata: [h], clusters: [psu], lonely_psu: adjust}
        items:
        - {id: a, statistic: mean, variables: [y, z], by: [g], options: {level: 0.9}}
        - {id: b, statistic: prop_ci, variables: y, options: {value: "1", methods: [beta]},
           domain: [{column: g, op: "!=", value: x}]}
        """
    private static let json = """
        {"id":"p","dataset":"d.csv","missing_value":"-9",
         "design":{"kind":"taylor","weights":"w","strata":["h"],"clusters":["psu"],"lonely_psu":"adjust"},
         "items":[{"id":"a","statistic":"mean","variables":["y","z"],"by":["g"],"options":{"level":0.9}},
          {"id":"b","statistic":"prop_ci","variables":["y"],"options":{"value":"1","methods":["beta"]},
           "domain":[{"column":"g","op":"!=","value":"x"}]}]}
        """

    @Test(arguments: [("plan.yaml", yaml), ("plan.json", json)])
    func yamlAndJSONSayTheSame(name: String, text: String) throws {
        let fixture = try StudyFixture()
        let plan = try AnalysisPlan(file: try fixture.write(text, to: name))
        #expect(plan.id == "p")
        #expect(plan.dataset == fixture.folder.path + "/d.csv")
        #expect(plan.missingValue == "-9")
        #expect(plan.columns == ["w", "h", "psu", "y", "z", "g"])
        #expect(plan.design.lonelyPSU.rawValue == "adjust")
        #expect(plan.items.map(\.id) == ["a", "b"])
        #expect(plan.items[0].options.level == 0.9)
        #expect(plan.items[1].options.intervals.map(\.rawValue) == ["beta"])
        #expect(plan.items[1].options.share?.values == ["1"])
        #expect(plan.items[1].domain.first?.comparison.rawValue == "!=")
    }

    @Test func absoluteDataStayWhereTheyAre() throws {
        let fixture = try StudyFixture()
        let text = Self.yaml.replacingOccurrences(of: "dataset: d.csv", with: "dataset: /elsewhere/d.csv")
        #expect(try AnalysisPlan(file: try fixture.write(text, to: "p.yaml")).dataset == "/elsewhere/d.csv")
    }

    @Test(arguments: [
        ("id: b", "id: a", "WRONG_VALUE"), ("statistic: mean", "statistic: meen", "WRONG_VALUE"),
        ("level: 0.9", "level: 1.5", "WRONG_VALUE"), ("op: \"!=\"", "op: \"<>\"", "WRONG_VALUE"),
        ("methods: [beta]", "methods: [bèta]", "WRONG_VALUE"), ("kind: taylor", "kind: jackknife", "WRONG_VALUE"),
        ("by: [g]", "bye: [g]", "UNKNOWN_KEY"), ("dataset: d.csv\n", "", "MISSING_KEY"),
        ("{value: \"1\", ", "{", "WRONG_VALUE")
    ])
    func wrongPlansAreRefused(old: String, new: String, code: String) throws {
        let fixture = try StudyFixture()
        let text = Self.yaml.replacingOccurrences(of: old, with: new)
        try #require(text != Self.yaml)
        let path = try fixture.write(text, to: "plan.yaml")
        let failure = try #require(StudyFixture.failure { _ = try AnalysisPlan(file: path) })
        #expect(failure.code == code)
        #expect(failure.exitCode == 78)
        #expect(failure.line != nil)
    }

    @Test func absentPlanIs66() throws {
        let path = try StudyFixture().folder.path + "/none.yaml"
        #expect(StudyFixture.failure { _ = try AnalysisPlan(file: path) }?.exitCode == 66)
    }
}
