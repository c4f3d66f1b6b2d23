import Foundation
import PeilTestSupport
import Testing

@Suite struct EstimateTests {
    /// Sixty rows whose values follow from their number: three strata of ten units of two.
    private func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let rows = (0..<60).map { (i: Int) -> String in
            let (whole, tenths, weight) = (10 + (i * 37) % 11, (i * 7) % 10, 1 + (i * 13) % 5)
            return "\(whole).\(tenths),\(weight).5,\(i % 3),\(i / 6),\(i % 2 == 0 ? "a" : "b"),x\(i % 4)"
        }
        try folder.write((["y,w,h,psu,g,c"] + rows).joined(separator: "\n") + "\n", to: "d.csv")
        try folder.write(
            """
            id: p
            dataset: d.csv
            design: {weights: w, strata: [h], clusters: [psu]}
            items:
            - {id: item, statistic: mean, variables: [y], by: [g]}

            """, to: "plan.yaml")
        return folder
    }

    private let flags = ["--data", "d.csv", "--weights", "w", "--strata", "h", "--clusters", "psu"]

    @Test func flagsAndPlanGiveTheSameNumbers() throws {
        let folder = try folder()
        let byFlags = try Program.run(["estimate", "mean", "y"] + flags + ["--by", "g", "--format", "json"], in: folder)
        let byPlan = try Program.run("estimate", "--plan", "plan.yaml", "--format", "json", in: folder)
        #expect(byFlags.exitCode == 0 && byPlan.exitCode == 0)
        let (left, right) = (try byFlags.json(), try byPlan.json())
        #expect(left["schema"] as? String == "peil-results-1")
        #expect(left["use"] as? String == "not for publication")
        #expect(left["items"] as? NSArray == right["items"] as? NSArray)
        let items = try #require(left["items"] as? [[String: Any]])
        let estimates = try #require(items.first?["estimates"] as? [[String: Any]])
        #expect(estimates.map { ($0["domain"] as? [String: String])?["g"] } == ["a", "b"])
    }

    @Test func aMedianOfZeroHasNoSignInAnyForm() throws {
        let folder = try TemporaryFolder()
        try folder.write("y,w\n-1,1\n-0.0,1\n1,1\n", to: "zero.csv")
        let median = ["estimate", "quantile", "y", "--data", "zero.csv", "--weights", "w", "--probs", "0.5", "--format"]
        for form in ["text", "csv", "json"] {
            let answer = try Program.run(median + [form], in: folder)
            #expect(answer.exitCode == 0 && answer.output.contains(/[ ,:]0[ ,]/), "\(answer.output)")
            #expect(!answer.output.contains("-0"), "\(answer.output)")
        }
    }

    @Test func meanIsTheWeightedMean() throws {
        let folder = try folder()
        let answer = try Program.run(["estimate", "mean", "y"] + flags + ["--format", "csv"], in: folder)
        let result = Records(answer.output, delimiter: ",")
        #expect(
            result.header == [
                "item", "variable", "level", "domain", "estimate", "se", "df", "ci", "lower", "upper", "n",
                "effective_n", "deff", "statistic", "df1", "df2", "p", "p_adjusted", "reason"
            ])
        let data = Records(try folder.text("d.csv"), delimiter: ",")
        let y = try data.values("y").compactMap(Double.init)
        let w = try data.values("w").compactMap(Double.init)
        let total = w.reduce(0, +)
        let mean = zip(y, w).map { $0 * $1 }.reduce(0, +) / total
        expectClose(
            try #require(Double(result.values("estimate")[0])), mean, relative: 1e-13, source: "Σwy/Σw, written out")
        let influence = zip(y, w).map { ($0 - mean) * $1 / total }
        var sums: [String: [String: Double]] = [:]
        for (row, value) in influence.enumerated() {
            sums[data.rows[row][2], default: [:]][data.rows[row][3], default: 0] += value
        }
        var variance = 0.0
        for units in sums.values {
            let count = Double(units.count)
            let centre: Double = units.values.reduce(0, +) / count
            for value in units.values { variance += (value - centre) * (value - centre) * count / (count - 1) }
        }
        expectClose(
            try #require(Double(result.values("se")[0])), variance.squareRoot(), relative: 1e-12,
            source: "between units within strata, written out")
        #expect(try result.values("df") == ["27"])
    }

    @Test func textSaysThatItIsNotForPublication() throws {
        let answer = try Program.run(["estimate", "mean", "y"] + flags, in: try folder())
        #expect(answer.output.hasPrefix("Research results, not for publication\n"))
        #expect(answer.error.isEmpty)
    }

    @Test func anItemThatFailsLeavesTheOthers() throws {
        let folder = try folder()
        let plan = try folder.text("plan.yaml")
        try folder.write(
            plan + "- {id: empty, statistic: mean, variables: [y], domain: [{column: g, op: \"==\", value: z}]}\n"
                + "- {id: last, statistic: total, variables: [y]}\n", to: "plan.yaml")
        let answer = try Program.run("estimate", "--plan", "plan.yaml", "--format", "json", in: folder)
        #expect(answer.exitCode == 65)
        let items = try #require(try answer.json()["items"] as? [[String: Any]])
        #expect(items.map { $0["id"] as? String } == ["item", "empty", "last"])
        #expect(items.map { $0["error"] == nil } == [true, false, true])
        #expect((items[1]["error"] as? [String: Any])?["class"] as? String == "EMPTY_DOMAIN")
        #expect(try answer.errorJSON()["class"] as? String == "EMPTY_DOMAIN")
    }

    @Test func unknownStatisticNamesTheNearest() throws {
        let answer = try Program.run(["estimate", "maen", "y"] + flags, in: try folder())
        #expect(answer.exitCode == 64)
        #expect(answer.error == "error[USAGE]: 'maen' is not a statistic. · did you mean 'mean'?\n")
    }

    @Test(arguments: [
        ("statistic: mean", "statistic: maen", "WRONG_VALUE", "'mean'"),
        ("variables: [y]", "variabels: [y]", "UNKNOWN_KEY", "'variables'"),
        ("variables: [y]", "variables: [yy]", "MISSING_COLUMN", "'y'"),
        ("strata: [h]", "stratum: [h]", "UNKNOWN_KEY", "'strata'"),
        ("weights: w", "weights: ww", "MISSING_COLUMN", "'w'"),
        ("variables: [y]", "variables: []", "WRONG_VALUE", "column")
    ])
    func aWrongPlanIs78AndComputesNothing(old: String, new: String, errorClass: String, nearest: String) throws {
        let folder = try folder()
        try folder.write(try folder.text("plan.yaml").replacingOccurrences(of: old, with: new), to: "plan.yaml")
        let answer = try Program.run("estimate", "--plan", "plan.yaml", "--format", "json", in: folder)
        #expect(answer.exitCode == 78, "\(answer.error)")
        #expect(answer.output.isEmpty)
        let error = try answer.errorJSON()
        #expect(error["class"] as? String == errorClass)
        let said = "\(error["message"] ?? "") \(error["remedy"] ?? "")"
        #expect(said.contains(nearest), "\(said)")
    }

    @Test func unknownColumnByFlagsNamesTheNearest() throws {
        let answer = try Program.run(["estimate", "mean", "yy"] + flags, in: try folder())
        #expect(answer.exitCode == 78)
        #expect(answer.error.hasPrefix("error[MISSING_COLUMN]: "))
        #expect(answer.error.contains("'y'"))
    }

    @Test(arguments: [["--plan", "absent.yaml"], ["mean", "y", "--data", "absent.csv"]])
    func absentFilesAre66(arguments: [String]) throws {
        let answer = try Program.run(["estimate"] + arguments + ["--format", "json"], in: try folder())
        #expect(answer.exitCode == 66)
        #expect(answer.output.isEmpty)
        #expect((try answer.errorJSON()["file"] as? String)?.hasPrefix("absent.") == true)
    }

    @Test func meanOfWordsIsRefused() throws {
        let answer = try Program.run(["estimate", "mean", "c"] + flags + ["--format", "json"], in: try folder())
        #expect(answer.exitCode == 65)
        #expect(try answer.errorJSON()["class"] as? String == "NOT_NUMERIC")
    }
}
