import Foundation
import Testing

/// Facts about a delivery at the prompt: counted, with their rules, and in books that add up.
@Suite struct QualityTests {
    private func quality(_ study: StudyCopy, _ more: String...) throws -> (file: [String: Any], all: [String: Any]) {
        let answer = try Program.run(["check", study.path, "--format", "json"] + more)
        #expect(answer.exitCode == 0, "\(answer.error)")
        let all = try #require(try answer.json()["quality"] as? [String: Any])
        return (try #require((all["files"] as? [[String: Any]])?.first), all)
    }

    @Test func badRecordsBreakOffsAndExclusionsAddUp() throws {
        let study = try StudyCopy()
        try study.edit("codebook.yaml", "max_bad_records: 0", "max_bad_records: 3")
        try study.edit("codebook.yaml", "share_of_median: 0.3}", "share_of_median: 0.3, remove: true}")
        try study.editWave { records in
            try records.set(4, "kans_stroom", "77")
            try records.set(6, "gemeente", "GM9876")
        }
        let (file, all) = try quality(study)
        let rows = try #require(file["rows"] as? [String: Any])
        func count(_ key: String) throws -> Int { try #require(rows[key] as? Int) }
        #expect(rows["balanced"] as? Bool == true)
        #expect(try count("quarantined") == 2 && count("excluded") > 0 && count("break_offs") > 0)
        #expect(
            try count("read") == count("kept") + count("quarantined") + count("excluded") + count("break_offs"))
        let bad = try #require(file["quarantined"] as? [[String: Any]])
        #expect(bad.map { $0["line"] as? Int } == [6, 8] && bad.map { $0["record"] as? Int } == [5, 7])
        #expect(bad.map { $0["class"] as? String } == ["OUT_OF_CODEBOOK", "UNKNOWN_REGION"])
        #expect(bad.map { $0["column"] as? String } == ["kans_stroom", "gemeente"])
        let excluded = try #require(file["excluded"] as? [[String: Any]])
        #expect(excluded.map { $0["rule"] as? String } == ["speeders"])
        let flags = try #require(all["flags"] as? [[String: Any]])
        #expect(flags.first?["removed"] as? Bool == true)
        #expect(
            flags.map { $0["flag"] as? String } == [
                "flag_speeder", "flag_straightliner_ernst", "flag_straightliner_kans", "flag_same_answers"
            ])
        #expect(flags.allSatisfy { ($0["weighted_share"] as? Double).map { (0...1).contains($0) } ?? false })
        let text = try study.run("check")
        #expect(text.output.contains("record 5, line 6: OUT_OF_CODEBOOK, column kans_stroom"))
        #expect(text.output.contains("speeders: \(try count("excluded"))\n"))
        #expect(!text.output.contains("77\n") && !text.output.contains("GM9876"))
    }

    @Test func itemNonResponseIsWorstFirst() throws {
        let items = try #require(try quality(StudyCopy()).file["item_non_response"] as? [[String: Any]])
        let shares = items.compactMap { $0["share"] as? Double }
        #expect(shares.count == items.count && shares == shares.sorted(by: >))
        for item in items {
            let reasons = try #require(item["reasons"] as? [String: Int])
            #expect(reasons.filter { $0.key != "not_asked" }.values.reduce(0, +) == item["absent"] as? Int)
        }
    }

    @Test func theSentenceAboutMissingAnswersAgreesWithItsTable() throws {
        let study = try StudyCopy()
        #expect(try study.run().exitCode == 0)
        let page = String(decoding: try #require(try study.published()["method.html"]), as: UTF8.self)
        #expect(page.contains("UTF-8, puntkomma, komma") && !page.contains("utf-8, ;"))
        #expect(page.contains("Gemeente × geslacht zoals in de bevolkingsstatistiek"))
        let table = try #require(page.range(of: "id=\"quality-nonresponse\""))
        let first = try #require(page[table.upperBound...].range(of: "<tbody>"))
        let row = page[first.upperBound...].prefix(400)
        #expect(row.contains("Hoeveel uur kan uw huishouden zich redden"), "the hours are left open most: \(row)")
        #expect(row.contains("10,4%") && page.contains("Hoogstens 10,4% gaf geen antwoord op een vraag"))
    }

    @Test func answersThatMovedSinceThePreviousWaveAreNamed() throws {
        let study = try StudyCopy()
        try study.editWave { records in
            for row in records.rows.indices where row % 2 == 0 { try records.set(row, "kans_hitte", "1") }
            for row in records.rows.indices where row % 4 == 0 { try records.set(row, "nut", "9") }
        }
        let text = try study.run("check")
        #expect(text.exitCode == 0)
        #expect(text.output.contains("DISTRIBUTION_SHIFT: kans_hitte (total variation"))
        #expect(text.output.contains("DISTRIBUTION_SHIFT: nut (share without an answer"))
        #expect(!text.output.contains("DISTRIBUTION_SHIFT: golf"))
        let shift = try #require(try quality(study).all["shift"] as? [String: Any])
        #expect(shift["previous"] as? String == "golf1")
        let questions = try #require(shift["questions"] as? [[String: Any]])
        let shifted = questions.filter { $0["class"] as? String == "DISTRIBUTION_SHIFT" }
        #expect(shifted.contains { $0["variable"] as? String == "kans_hitte" })
        #expect(shifted.count < questions.count / 4)
        #expect(try quality(study, "--wave", "golf1").all["shift"] == nil)
        try study.folder.write("", to: "study/data/golf1.csv")
        #expect(try study.run("check").output.contains("not compared with golf1: EMPTY_FILE"))
        try study.remove("data/golf1.csv")
        #expect(!(try study.run("check").output.contains("shift")))
    }

    @Test func aRuleOfSeverityErrorRefusesTheFile() throws {
        let study = try StudyCopy()
        let rule = "{name: water volgens de maat en genoeg water, "
        try study.edit("codebook.yaml", rule, rule + "severity: error, maximum_share: 0.1, ")
        for command in ["check", "run"] {
            let answer = try study.run(command)
            #expect(answer.exitCode == 65 && answer.output.isEmpty)
            #expect(answer.error.hasPrefix("error[CONSISTENCY_BROKEN]: "), "\(answer.error)")
            #expect(answer.error.contains("golf2.csv:17"))
        }
        try study.edit("codebook.yaml", "maximum_share: 0.1", "maximum_share: 0.5")
        #expect(try study.run("check").exitCode == 0)
    }

    @Test func aReportMayCountAFlag() throws {
        let study = try StudyCopy()
        try study.edit(
            "study.yaml", "    - variable: plan\n",
            "    - {variable: flag_straightliner_ernst, levels: [\"1\"], label: {nl: \"Zelfde antwoord\", en: \"Same answer\"}}\n    - variable: plan\n"
        )
        #expect(try study.run().exitCode == 0)
        let rows = Records(
            String(decoding: try #require(try study.published()["estimates.csv"]), as: UTF8.self), delimiter: ",")
        #expect(try rows.values("question").contains("flag_straightliner_ernst"))
    }

    @Test func factsOfAPublicationLieInInternal() throws {
        let study = try StudyCopy()
        #expect(try study.run().exitCode == 0)
        #expect(!study.exists("internal"))
        #expect(try study.run("run", "--publish").exitCode == 0)
        let document = try #require(
            JSONSerialization.jsonObject(with: try study.bytes("internal/quality-golf2.json")) as? [String: Any])
        #expect(document["use"] as? String == "not for publication")
        let manager = FileManager.default
        func mode(_ name: String) throws -> Int? {
            try manager.attributesOfItem(atPath: study.path + "/" + name)[.posixPermissions] as? Int
        }
        #expect(try mode("internal") == 0o700 && mode("internal/quality-golf2.json") == 0o600)
        let said = try #require((document["quality"] as? [String: Any])?["files"] as? [[String: Any]])
        #expect((said.first?["rows"] as? [String: Any])?["balanced"] as? Bool == true)
    }
}
