import Foundation
import PeilIngest
import PeilTable
import Testing

@testable import PeilStudy

/// Weighting steps as a plan writes them: what is read, what comes out, and which error a mistake gets.
@Suite struct AdjustmentTests {
    /// 40 people in two towns; person 8 gave no sex.
    private static let data: String = {
        var lines = ["w,town,sex,age,size,hh"]
        for row in 0..<40 {
            let sex = row == 7 ? "" : row % 2 == 0 ? "m" : "v"
            let age = ["young", "middle", "old"][row % 3]
            lines.append("\(10 + row % 4).5,\(row < 25 ? "a" : "b"),\(sex),\(age),\(1 + row % 5),\(row / 2)")
        }
        return lines.joined(separator: "\n") + "\n"
    }()

    private func outcome(_ adjust: String, statistic: String = "weights") throws -> [String: Any] {
        let fixture = try StudyFixture()
        _ = try fixture.write(Self.data, to: "d.csv")
        let text = """
            {"id":"p","dataset":"d.csv","design":{"weights":"w","clusters":["hh"],"adjust":[\(adjust)]},
             "items":[{"id":"a","statistic":"\(statistic)"}]}
            """
        let plan = try AnalysisPlan(file: try fixture.write(text, to: "plan.json"))
        let table = try AnalysisTableReader.read(
            path: plan.dataset, columns: plan.columns, missingValue: plan.missingValue)
        let json = try PlanRunner(plan, over: table, threads: 1).run().json.text
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        return try #require((object["items"] as? [[String: Any]])?.first?["weights"] as? [String: Any])
    }

    private func sum(_ adjust: String) throws -> Double {
        try #require(try outcome(adjust)["sum"] as? NSNumber).doubleValue
    }

    private static let age = #"{"variable":"age","totals":{"young":200,"middle":210,"old":190}}"#

    @Test(arguments: [
        #"{"method":"rake","margins":[\#(age),{"variable":"town","totals":{"a":400,"b":200}}]}"#,
        #"{"method":"rake","margins":[{"variables":["town","age"],"totals":[{"town":"a","age":"young","total":130},{"town":"a","age":"middle","total":140},{"town":"a","age":"old","total":130},{"town":"b","age":"young","total":70},{"town":"b","age":"middle","total":70},{"town":"b","age":"old","total":60}]}]}"#,
        #"{"method":"rake","margins":[\#(age),{"variable":"sex","totals":{"m":290,"v":310},"missing":"share"}]}"#,
        #"{"method":"rake","margins":[\#(age),{"variable":"sex","totals":{"m":290,"v":310},"missing":"impute","seed":4}]}"#,
        #"{"method":"poststratify","by":["age"],"totals":[{"age":"young","total":250},{"age":"middle","total":210},{"age":"old","total":140}],"collapse":[["young","middle"]]}"#,
        #"{"method":"poststratify","by":["age"],"totals":[{"age":"young","total":250},{"age":"middle","total":210},{"age":"old","total":140},{"age":"older","total":5}],"partial":true}"#,
        #"{"method":"calibrate","calfun":"raking","terms":[{"term":"intercept","total":600},{"term":"indicator","column":"age","level":"old","total":190},{"term":"numeric","column":"size","total":1800}],"bounds":[0.2,5],"bounds_on":"g = calibrated over design"}"#,
        #"{"method":"calibrate","calfun":"linear","aggregate_stage":1,"terms":[{"term":"intercept","total":600},{"term":"numeric","column":"size","total":1800}]}"#,
        #"{"method":"calibrate","calfun":"linear","terms":[{"term":"intercept","total":600}],"bounds":[null,30],"bounds_on":"weight"}"#,
        #"{"method":"calibrate","by":["town"],"terms":[{"term":"intercept","totals":{"a":380,"b":220}},{"term":"numeric","column":"size","totals":{"a":1150,"b":670}}]}"#,
        #"{"method":"rake","margins":[\#(age)]},{"method":"trim","upper":1.3,"group":"town","recalibrate":30}"#,
        #"{"method":"rake","margins":[\#(age)]},{"method":"trim","upper":17,"strict":true}"#
    ])
    func everyFormGivesThePopulation(adjust: String) throws {
        #expect(abs(try sum(adjust) - 600) < 1e-6)
    }

    @Test func declaredWeightsStay() throws {
        let declared = #"{"method":"declared","terms":[{"term":"indicator","column":"age","level":"old"}]}"#
        let plain = Self.data.split(separator: "\n").dropFirst().compactMap {
            $0.split(separator: ",", omittingEmptySubsequences: false).first.flatMap { Double($0) }
        }.reduce(0, +)
        #expect(abs(try sum(declared) - plain) < 1e-9)
    }

    @Test(arguments: [
        (#"{"method":"rake","margins":[{"variable":"sex","totals":{"m":300,"v":300}}]}"#, "OUTSIDE_MARGIN", 65),
        (
            #"{"method":"rake","margins":[{"variable":"age","totals":{"young":1,"middle":1,"old":1,"older":1}}]}"#,
            "EMPTY_CELL", 65
        ),
        (#"{"method":"rake","margins":[{"variable":"age","totals":{"young":1,"middle":1}}]}"#, "OUT_OF_CODEBOOK", 65),
        (#"{"method":"rake","margins":[{"variable":"age","totals":{"young":1,"middle":1,"old":0}}]}"#, "NO_TARGET", 65),
        (
            #"{"method":"rake","margins":[{"variable":"age","totals":{"young":1,"middle":1,"old":-1}}]}"#, "BAD_TARGET",
            78
        ),
        (
            #"{"method":"rake","margins":[\#(age),{"variable":"town","totals":{"a":400,"b":201}}]}"#,
            "MARGINS_DISAGREE", 78
        ),
        (
            #"{"method":"calibrate","calfun":"logit","bounds":[0.9,1.01],"terms":[{"term":"intercept","total":900}]}"#,
            "INFEASIBLE", 65
        ),
        (
            #"{"method":"calibrate","terms":[{"term":"intercept","total":600},{"term":"indicator","column":"town","level":"a","total":350},{"term":"indicator","column":"town","level":"b","total":240}]}"#,
            "MARGINS_DISAGREE", 78
        ),
        (
            #"{"method":"calibrate","terms":[{"term":"indicator","column":"sex","level":"m","total":350}]}"#,
            "OUTSIDE_MARGIN", 65
        ),
        (#"{"method":"calibrate","aggregate_stage":4,"terms":[{"term":"intercept","total":600}]}"#, "BAD_BOUND", 78),
        (#"{"method":"trim","upper":10,"strict":true}"#, "TRIMMING_IMPOSSIBLE", 65),
        (
            #"{"method":"rake","margins":[{"variable":"age","totals":{"young":1,"middle":1,"old":1},"collapse":[["young","oldest"]]}]}"#,
            "UNKNOWN_CATEGORY", 78
        ),
        (#"{"method":"calibrate","calfun":"logit","terms":[{"term":"intercept","total":600}]}"#, "WRONG_VALUE", 78),
        (
            #"{"method":"calibrate","calfun":"linear","bounds":[2,1],"terms":[{"term":"intercept","total":600}]}"#,
            "WRONG_VALUE", 78
        ),
        (#"{"method":"calibrate","bounds_on":"person","terms":[{"term":"intercept","total":600}]}"#, "WRONG_VALUE", 78),
        (#"{"method":"calibrate","terms":[{"term":"intercept","totl":600}]}"#, "UNKNOWN_KEY", 78),
        (#"{"method":"trim","upper":0.5,"group":"town"}"#, "WRONG_VALUE", 78),
        (#"{"method":"rake","margins":[\#(age)],"epsilon":0}"#, "WRONG_VALUE", 78)
    ])
    func mistakesHaveTheirClass(adjust: String, code: String, exitCode: Int) throws {
        let failure = try #require(StudyFixture.failure { _ = try outcome(adjust) })
        #expect(failure.code == code, "\(failure.text)")
        #expect(Int(failure.exitCode) == exitCode)
        #expect(!failure.remedy.isEmpty)
    }
}
