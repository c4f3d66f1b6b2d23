import Foundation
import Testing

/// `peil weight`: what each step did, the weights as a file, and recipes that cannot be.
@Suite struct WeightTests {
    private static let steps = "  steps:\n    - method: rake"

    private func report(_ study: StudyCopy, _ more: String...) throws -> [String: Any] {
        let answer = try Program.run(["weight", study.path, "--format", "json"] + more)
        #expect(answer.exitCode == 0, "\(answer.error)")
        return try answer.json()
    }

    @Test func everyMarginIsMetAndSaysHowFarItWas() throws {
        let report = try report(try StudyCopy())
        #expect(report["schema"] as? String == "peil-weights-1" && report["use"] as? String == "not for publication")
        let margins = try #require(report["margins"] as? [[String: Any]])
        #expect(margins.count > 80)
        for line in margins {
            let target = try #require(line["target"] as? Double)
            let after = try #require(line["after"] as? Double)
            #expect(abs(after - target) <= 1e-10 * target, "\(line)")
            #expect(try #require(line["relative_error"] as? Double) <= 1e-10)
        }
        let after = try #require(report["after"] as? [String: Any])
        #expect(abs(try #require(after["sum"] as? Double) - 934_357) < 1e-4)
        #expect((report["groups"] as? [Any])?.count == 9)
        let influence = try #require(report["influence"] as? [[String: Any]])
        #expect(influence.map { $0["estimate"] as? String } == ["pakket=1", "plan=1", "gesprek=1", "uur72=1"])
    }

    @Test func theFileHoldsOneWeightARespondentAndSaysWhatItIs() throws {
        let study = try StudyCopy()
        let path = study.folder.path("weights.csv")
        #expect(try Program.run(["weight", study.path, "--out", path]).exitCode == 0)
        let file = Records(try study.folder.text("weights.csv"), delimiter: ",")
        #expect(file.header == ["resp_id", "weight"] && Set(file.rows.map { $0[0] }).count == file.rows.count)
        let weights = try file.rows.map { try #require(Double($0[1])) }
        #expect(abs(weights.reduce(0, +) - 934_357) < 1e-4)
        let manifest = try #require(
            try JSONSerialization.jsonObject(with: study.folder.bytes("weights.csv.manifest.json")) as? [String: Any])
        #expect(manifest["rows"] as? Int == file.rows.count && manifest["use"] as? String == "not for publication")
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        // The weights are those that the report is made with.
        let once = try study.folder.bytes("weights.csv")
        #expect(try Program.run(["weight", study.path, "--out", path, "--threads", "1"]).exitCode == 0)
        #expect(try study.folder.bytes("weights.csv") == once)
    }

    @Test func weightsOfRespondentsDoNotGoAmongPublications() throws {
        let study = try StudyCopy()
        let answer = try Program.run(["weight", study.path, "--out", study.path + "/out/weights.csv"])
        #expect(answer.exitCode == 64 && answer.error.contains("do not go among publications"))
        #expect(!study.exists("out/weights.csv"))
    }

    @Test func withAKeyTheFileHoldsPseudonyms() throws {
        let study = try StudyCopy()
        try study.folder.write(String(repeating: "k", count: 40), to: "study/internal/key")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: study.path + "/internal/key")
        try study.edit("study.yaml", "basis: probability\n", "basis: probability\nprivacy: {key_file: internal/key}\n")
        let path = study.folder.path("weights.csv")
        let answer = try Program.run(["weight", study.path, "--out", path])
        #expect(answer.exitCode == 0 && answer.error.isEmpty, "\(answer.error)")
        let file = Records(try study.folder.text("weights.csv"), delimiter: ",")
        #expect(file.rows.allSatisfy { $0[0].count == 32 && $0[0].allSatisfy(\.isHexDigit) })
    }

    /// Who did not respond is stood for by respondents of the class: a class keeps its sum of base weights.
    @Test(arguments: [
        "classes: [gemeente, leeftijd_klasse]", "propensity: [gemeente, geslacht, leeftijd_klasse], groups: 5"
    ])
    func respondentsStandForWhoDidNotRespond(_ classes: String) throws {
        let study = try StudyCopy()
        try study.edit("study.yaml", "mode: modus}", "mode: modus, variables: [geslacht, leeftijd_klasse]}")
        try study.edit(
            "study.yaml", Self.steps, "  steps:\n    - {method: nonresponse, \(classes)}\n    - method: rake")
        let report = try report(study)
        let lines = try #require(report["response_classes"] as? [[String: Any]])
        let sampled = try lines.map { line in
            try ["responded", "nonresponse", "not_eligible", "unknown"].map { try #require(line[$0] as? Int) }.reduce(
                0, +)
        }.reduce(0, +)
        let frame = Records(try study.text("frame.csv"), delimiter: ";")
        let wave = try frame.index("golf")
        #expect(sampled == frame.rows.count { $0[wave] == "2" })
        for line in lines {
            let rate = try #require(line["response_rate"] as? Double)
            #expect(abs(try #require(line["factor"] as? Double) * rate - 1) < 1e-12 && rate > 0 && rate <= 1)
        }
        let steps = try #require(report["steps"] as? [[String: Any]])
        #expect(steps.map { $0["kind"] as? String } == ["factors", "rake", "trim"])
    }

    @Test func nonResponseWithoutAFrameIsATypedError() throws {
        let study = try StudyCopy()
        try study.edit(
            "study.yaml", Self.steps, "  steps:\n    - {method: nonresponse, classes: [gemeente]}\n    - method: rake")
        let text = try study.text("study.yaml").components(separatedBy: "\n").filter { !$0.hasPrefix("frame:") }
        try study.folder.write(text.joined(separator: "\n"), to: "study/study.yaml")
        let answer = try Program.run(["weight", study.path])
        #expect(answer.exitCode == 78 && answer.error.contains("FRAME"), "\(answer.error)")
    }

    @Test func marginsThatDifferShowWhere() throws {
        let study = try StudyCopy()
        let margins = try study.text("margins.csv")
        try study.folder.write(
            margins.replacingOccurrences(of: ";11477\n", with: ";21477\n"), to: "study/margins-age.csv")
        try study.edit("study.yaml", "leeftijd_klasse], file: margins.csv", "leeftijd_klasse], file: margins-age.csv")
        let answer = try Program.run(["weight", study.path])
        #expect(answer.exitCode == 78 && answer.error.contains("MARGINS_DISAGREE"))
        #expect(answer.error.contains("differ: GM") && answer.error.contains(" and "), "\(answer.error)")
    }

    @Test func aMarginOfAnUnknownCategoryIsAMistakeInTheStudy() throws {
        let study = try StudyCopy()
        let margins = try study.text("margins.csv")
        try study.folder.write(margins.replacingOccurrences(of: "GM1926", with: "GM1927"), to: "study/margins.csv")
        let answer = try Program.run(["weight", study.path])
        #expect(answer.exitCode == 78 && answer.error.contains("UNKNOWN_CATEGORY"), "\(answer.error)")
        #expect(answer.error.contains("'GM1927'") && answer.error.contains("did you mean 'GM1926'?"))
    }

    @Test(arguments: [("0.5", "0.5", 1, 0), ("50", "50", 1, 0), ("0.5", "0.6", 1, 78)])
    func sharesBecomeCountsWhereTheyAddUp(_ first: String, _ second: String, _ place: Int, _ exitCode: Int32) throws {
        let study = try StudyCopy()
        try study.folder.write("geslacht,deel\nm,\(first)\nv,\(second)\n", to: "study/shares.csv")
        let text = try study.text("study.yaml")
        let start = try #require(text.range(of: "      margins:\n"))
        let end = try #require(text.range(of: "    # Against the municipality"))
        let margins =
            "      margins:\n        - {variables: [geslacht_mv], file: shares.csv, columns: [geslacht], total: deel, of: 934357, missing: share}\n"
        try study.folder.write(
            text.replacingCharacters(in: start.lowerBound..<end.lowerBound, with: margins), to: "study/study.yaml")
        let answer = try Program.run(["weight", study.path, "--format", "json"])
        #expect(answer.exitCode == exitCode, "\(answer.error)")
        guard exitCode == 0 else { return #expect(answer.error.contains("add up to 1.1")) }
        let lines = try #require(try answer.json()["margins"] as? [[String: Any]])
        let targets = try lines.prefix(2).map { try #require($0["target"] as? Double) }
        #expect(abs(targets[0] - targets[1]) < 1e-6 * targets[0])
    }

    /// Classes are drawn by identifier, so that the order of a delivery decides nothing.
    @Test func whatIsDrawnForAPersonDoesNotDependOnTheOrderOfTheRecords() throws {
        func weights(_ change: (inout Records) -> Void) throws -> [String: Double] {
            let study = try StudyCopy()
            let text = try study.text("study.yaml").replacingOccurrences(
                of: "missing: share", with: "missing: impute, seed: 5")
            try study.folder.write(text, to: "study/study.yaml")
            try study.editWave { change(&$0) }
            let answer = try Program.run(["weight", study.path, "--out", study.folder.path("w.csv"), "--format", "json"]
            )
            #expect(answer.exitCode == 0, "\(answer.error)")
            let outside = try answer.json()["steps"] as? [[String: Any]]
            #expect((outside?.first?["without_value"] as? [String: Int])?.count == 2)
            let rows = Records(try study.folder.text("w.csv"), delimiter: ",").rows
            return Dictionary(uniqueKeysWithValues: try rows.map { ($0[0], try #require(Double($0[1]))) })
        }
        let (forth, back) = (try weights { _ in }, try weights { $0.rows.reverse() })
        #expect(forth.count > 3000 && forth.count == back.count)
        for (person, weight) in forth { #expect(abs(try #require(back[person]) - weight) <= 1e-9 * weight) }
    }

    @Test func aBootstrapRepeatsTheWholeRecipe() throws {
        let report = try report(try StudyCopy(), "--bootstrap", "60")
        let bootstrap = try #require(report["bootstrap"] as? [String: Any])
        #expect(bootstrap["replicates"] as? Int == 60 && bootstrap["seed"] as? Int == 1)
        let lines = try #require(bootstrap["estimates"] as? [[String: Any]])
        #expect(lines.count == 4)
        for line in lines {
            // 60 replicates: a ratio varies by 1/√118 = 0.09 on its own.
            #expect(abs(try #require(line["ratio"] as? Double) - 1) < 0.4, "\(line)")
        }
    }

    @Test func aPlanGivesWeightsOfAnyData() throws {
        let folder = try TemporaryFolder()
        var data = "id,g,w\n"
        for row in 0..<40 { data += "r\(row),\(row % 4 == 0 ? "a" : "b"),\(1 + row % 3)\n" }
        try folder.write(data, to: "d.csv")
        try folder.write(
            "{id: p, dataset: d.csv, design: {weights: w, adjust: [{method: rake, margins: [{variable: g, totals: {a: 300, b: 700}}]}]}}",
            to: "plan.yaml")
        let answer = try Program.run(
            "weight", "--plan", "plan.yaml", "--by", "g", "--id", "id", "--out", "w.csv", in: folder)
        #expect(answer.exitCode == 0, "\(answer.error)")
        let file = Records(try folder.text("w.csv"), delimiter: ",")
        let sum = try file.rows.enumerated().filter { $0.offset % 4 == 0 }.map { try #require(Double($0.element[1])) }
            .reduce(0, +)
        #expect(file.header == ["id", "weight"] && file.rows[0][0] == "r0" && abs(sum - 300) < 1e-7)
    }

    @Test func aColumnThatTheDataLackMakesThePlanWrong() throws {
        let folder = try TemporaryFolder()
        try folder.write("g,w\na,1\nb,2\n", to: "d.csv")
        try folder.write(
            "{id: p, dataset: d.csv, design: {weights: w, adjust: [{method: rake, margins: [{variable: g, totals: {a: 3, b: 4}}]}]}}",
            to: "plan.yaml")
        for more in [["--by", "k"], ["--id", "k"]] {
            let answer = try Program.run(["weight", "--plan", "plan.yaml"] + more, in: folder)
            #expect(answer.exitCode == 78 && answer.error.contains("MISSING_COLUMN"), "\(answer.error)")
        }
    }

    @Test(arguments: [[], ["x", "--plan", "y"], ["x", "--by", "g"], ["x", "--bootstrap", "1"]])
    func wrongUseIsToldInOneSentence(_ arguments: [String]) throws {
        let answer = try Program.run(["weight"] + arguments)
        #expect(answer.exitCode == 64 && answer.error.contains("error[USAGE]"), "\(answer.error)")
    }
}
