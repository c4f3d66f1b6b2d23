import Foundation
import Testing

/// Designs, estimators and tests as a researcher asks for them at the prompt.
@Suite struct EstimateStatisticsTests {
    /// Sixty rows whose values follow from their number: three strata of ten units of two; a second answer z, a
    /// question c of four levels, groups g, and factors r1…r4 of replicates.
    private func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let rows = (0..<60).map { (i: Int) -> String in
            let (y, z, weight) = (10 + (i * 37) % 11, 9 + (i * 29) % 13, 1 + (i * 13) % 5)
            let group = i % 2 == 0 ? "a" : "b"
            let factors = (0..<4).map { ((i / 6 + $0) % 3) == 0 ? "2" : "0.5" }.joined(separator: ",")
            return "\(y),\(z),\(weight).5,\(i % 3),\(i / 6),\(group),x\(i % 4),\(factors)"
        }
        try folder.write((["y,z,w,h,psu,g,c,r1,r2,r3,r4"] + rows).joined(separator: "\n") + "\n", to: "d.csv")
        return folder
    }

    private let flags = ["--data", "d.csv", "--weights", "w", "--strata", "h", "--clusters", "psu"]

    private func item(_ arguments: [String], in folder: TemporaryFolder? = nil) throws -> [String: Any] {
        let answer = try Program.run(
            ["estimate"] + arguments + flags + ["--format", "json"], in: try folder ?? self.folder())
        #expect(answer.exitCode == 0, "\(answer.error)")
        let items = try #require(try answer.json()["items"] as? [[String: Any]])
        return try #require(items.first)
    }

    private func number(_ value: Any?) throws -> Double { try #require(value as? NSNumber).doubleValue }

    @Test(arguments: [
        ["chisq", "g", "c"], ["chisq", "g", "c", "--form", "lincom"], ["ttest", "y", "g"], ["ttest", "y - z"],
        ["ttest", "y"], ["ranktest", "y", "g"], ["ranktest", "y", "c", "--score", "KruskalWallis"],
        ["marginal_homogeneity", "g", "g2"]
    ])
    func aTestGivesAStatisticAndAProbability(arguments: [String]) throws {
        let folder = try folder()
        if arguments.contains("g2") {
            let lines = try folder.text("d.csv").split(separator: "\n").enumerated().map { row, line in
                row == 0 ? line + ",g2" : line + (row % 3 == 0 ? ",a" : ",b")
            }
            try folder.write(lines.joined(separator: "\n") + "\n", to: "d.csv")
        }
        let test = try #require(try item(arguments, in: folder)["test"] as? [String: Any])
        let p = try number(test["p"])
        #expect(p > 0 && p <= 1)
        _ = try number(test["statistic"])
        #expect(test["method"] is String)
    }

    @Test(arguments: [
        ["correlation", "y", "z"], ["count", "c"], ["quantile", "y", "--probs", "0.2", "0.9"],
        ["prop_ci", "g", "--value", "a", "--methods", "wilson", "likelihood"], ["mean", "y", "--jackknife", "JKn"],
        ["ratio", "y", "z", "--bootstrap", "40"], ["sd", "y"]
    ])
    func anEstimateHasItsErrorAndInterval(arguments: [String]) throws {
        let estimates = try #require(try item(arguments)["estimates"] as? [[String: Any]])
        #expect(!estimates.isEmpty)
        for estimate in estimates {
            #expect(try number(estimate["se"]) > 0)
            let interval = try #require(estimate["ci"] as? [String: Any])
            #expect(try number(interval["lower"]) < number(interval["upper"]))
        }
    }

    @Test func aPairedTestIsTheMeanOfTheDifferences() throws {
        let folder = try folder()
        let lines = try folder.text("d.csv").split(separator: "\n").enumerated().map { row, line in
            let cells = line.split(separator: ",")
            return row == 0 ? line + ",d" : "\(line),\(Int(cells[0])! - Int(cells[1])!)"
        }
        try folder.write(lines.joined(separator: "\n") + "\n", to: "d.csv")
        let paired = try #require(try item(["ttest", "y - z"], in: folder)["estimates"] as? [[String: Any]])
        let mean = try #require(try item(["mean", "d"], in: folder)["estimates"] as? [[String: Any]])
        #expect(abs(try number(paired[0]["estimate"]) - number(mean[0]["estimate"])) < 1e-12)
        #expect(abs(try number(paired[0]["se"]) - number(mean[0]["se"])) < 1e-12)
    }

    @Test func eachGroupAgainstTheRestHasBothProbabilities() throws {
        let contrasts = try #require(
            try item(["mean", "y", "--by", "c", "--against-rest"])["contrasts"] as? [[String: Any]])
        #expect(contrasts.map { $0["variable"] as? String } == ["x0 - rest", "x1 - rest", "x2 - rest", "x3 - rest"])
        for contrast in contrasts {
            #expect(try number(contrast["p"]) <= number(contrast["p_adjusted"]))
        }
    }

    @Test func aContrastIsADifference() throws {
        let item = try item(["mean", "y", "--by", "g", "--contrast", "a - b"])
        let estimates = try #require(item["estimates"] as? [[String: Any]])
        let contrast = try #require((item["contrasts"] as? [[String: Any]])?.first)
        let difference = try number(estimates[0]["estimate"]) - number(estimates[1]["estimate"])
        #expect(abs(try number(contrast["estimate"]) - difference) < 1e-12)
    }

    @Test func aDomainIsAConditionInWords() throws {
        let both = try #require(try item(["mean", "y", "--by", "g"])["estimates"] as? [[String: Any]])
        let one = try #require(
            try item(["mean", "y", "--domain", "g == a", "--domain", "c in x0,x2"])["estimates"] as? [[String: Any]])
        #expect(try number(both[0]["estimate"]) == number(one[0]["estimate"]), "a holds x0 and x2 only")
        #expect(try number(both[0]["se"]) == number(one[0]["se"]))
    }

    @Test func aBootstrapRepeatsItselfAndAnotherSeedDoesNot() throws {
        let folder = try folder()
        func output(_ seed: String, _ threads: String) throws -> String {
            try Program.run(
                ["estimate", "mean", "y", "--bootstrap", "50", "--seed", seed, "--threads", threads] + flags
                    + ["--format", "json"], in: folder
            ).output
        }
        #expect(try output("1", "1") == output("1", "2"))
        #expect(try output("1", "1") != output("2", "1"))
    }

    @Test func replicateWeightsMayBeFactors() throws {
        let answer = try Program.run(
            [
                "estimate", "mean", "y", "--data", "d.csv", "--weights", "w", "--replicate-weights", "r1", "r2", "r3",
                "r4",
                "--replicate-type", "BRR", "--replicate-factors", "--format", "json"
            ], in: try folder())
        #expect(answer.exitCode == 0, "\(answer.error)")
        #expect(try answer.json()["design_df"] as? Int == 2, "four columns repeat after three")
    }

    @Test func aPanelHasNoMarginUntilItsAssumptionIsNamed() throws {
        let bare = try item(["mean", "y", "--basis", "panel"])
        let row = try #require((bare["estimates"] as? [[String: Any]])?.first)
        #expect(row["se"] is NSNull)
        #expect((row["reasons"] as? [String: String])?["se"] == "OPT_IN_WITHOUT_ASSUMPTION")
        #expect(bare["margin_assumes"] is NSNull)
        let assumed = try item(["mean", "y", "--basis", "panel", "--assume", "weighting_explains_participation"])
        let drawn = try item(["mean", "y"])
        let (left, right) = (assumed["estimates"] as? [[String: Any]], drawn["estimates"] as? [[String: Any]])
        #expect(try number(left?.first?["se"]) == number(right?.first?["se"]))
        #expect(assumed["margin_assumes"] as? String == "weighting_explains_participation")
        #expect(drawn["margin_assumes"] == nil)
    }

    @Test(arguments: [
        (["ttest", "y", "c"], 65, "NOT_TWO_GROUPS"), (["mean", "y", "--jackknife", "JK1"], 78, "STRATA_NEED_JKN"),
        (["mean", "y", "--bootstrap", "1"], 64, "USAGE"),
        (["mean", "y", "--assume", "weighting_explains_participation"], 64, "USAGE"),
        (["mean", "y", "--domain", "g=a"], 64, "USAGE"), (["mean", "y", "--contrast", "a -"], 64, "USAGE"),
        (["mean", "c"], 65, "NOT_NUMERIC"), (["quantile", "y", "--probs", "1.5"], 65, "BAD_OPTION"),
        (["mean", "y", "--domain", "g == z"], 65, "EMPTY_DOMAIN"), (["chisq", "y"], 64, "USAGE"),
        (["mean", "y", "--jackknife", "JKn", "--bootstrap", "9"], 64, "USAGE")
    ])
    func aWrongQuestionHasAnAnswerInOneLine(arguments: [String], code: Int, errorClass: String) throws {
        let answer = try Program.run(["estimate"] + arguments + flags, in: try folder())
        #expect(answer.exitCode == Int32(code), "\(answer.error)")
        #expect(answer.error.hasPrefix("error[\(errorClass)]: "), "\(answer.error)")
        #expect(answer.error.split(separator: "\n").count == 1)
    }

    @Test func aStatisticThatNobodyKnowsMakesThePlanWrong() throws {
        let folder = try folder()
        try folder.write(
            """
            id: p
            dataset: d.csv
            items:
            - {id: one, statistic: meen, variables: [y]}

            """, to: "plan.yaml")
        let answer = try Program.run("estimate", "--plan", "plan.yaml", "--format", "json", in: folder)
        #expect(answer.exitCode == 78)
        #expect(answer.output.isEmpty)
        let error = try answer.errorJSON()
        #expect(error["class"] as? String == "WRONG_VALUE")
        #expect((error["remedy"] as? String)?.contains("mean") == true)
    }

    @Test func anItemThatFailsLeavesTheOthers() throws {
        let folder = try folder()
        try folder.write(
            """
            id: p
            dataset: d.csv
            design: {weights: w, strata: [h], clusters: [psu]}
            items:
            - {id: one, statistic: cell_suppression, options: {cost: cells, table: {row_labels: [a], col_labels: [b], cells: [[1]], row_totals: [2], col_totals: [1], total: 1}}}
            - {id: two, statistic: mean, variables: [y]}

            """, to: "plan.yaml")
        let answer = try Program.run("estimate", "--plan", "plan.yaml", "--format", "json", in: folder)
        #expect(answer.exitCode == 65)
        let items = try #require(try answer.json()["items"] as? [[String: Any]])
        #expect((items[0]["error"] as? [String: Any])?["class"] as? String == "DOES_NOT_ADD_UP")
        #expect(items[1]["error"] == nil)
    }
}
