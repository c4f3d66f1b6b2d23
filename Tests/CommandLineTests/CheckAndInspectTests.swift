import Foundation
import Testing

@Suite struct CheckAndInspectTests {
    @Test func checkCountsWhatCameInAndWritesNothing() throws {
        let study = try StudyCopy()
        let before = try study.folder.tree()
        let text = try study.run("check")
        #expect(text.exitCode == 0)
        #expect(text.error.isEmpty)
        #expect(text.output.hasPrefix("haaglanden-risicoperceptie, wave golf2\n"))
        let rows = Records(try study.text("data/golf2.csv"), delimiter: ";").rows.count
        #expect(text.output.contains("records read: \(rows)\n"))
        #expect(text.output.contains("lonely strata: none\n"))
        let json = try study.run("check", "--format", "json", "--wave", "golf1")
        let answer = try json.json()
        #expect(answer["schema"] as? String == "peil-check-1")
        #expect(answer["study"] as? String == "haaglanden-risicoperceptie, wave golf1")
        let facts = try #require(answer["facts"] as? [[String: Any]])
        let read = try #require(facts.first { $0["key"] as? String == "records read" }?["value"] as? Int)
        let kept = try #require(facts.first { $0["key"] as? String == "respondents kept" }?["value"] as? Int)
        let left = try #require(facts.first { $0["key"] as? String == "break-offs left out" }?["value"] as? Int)
        #expect(read == Records(try study.text("data/golf1.csv"), delimiter: ";").rows.count)
        #expect(kept == read - left)
        #expect(try study.folder.tree() == before)
    }

    @Test func inspectSaysWhatAFileIs() throws {
        let study = try StudyCopy()
        let file = study.path + "/data/golf1.csv"
        let bare = try Program.run("inspect", file, "--format", "json").json()
        #expect(bare["schema"] as? String == "peil-inspect-1")
        #expect(bare["outcome"] as? String == "accept")
        #expect(bare["rows"] == nil || bare["rows"] is NSNull)
        let dialect = try #require(bare["dialect"] as? [String: Any])
        #expect(dialect["delimiter"] as? String == ";")
        #expect(dialect["decimal"] as? String == ",")
        let studied = try Program.run("inspect", file, "--study", study.path, "--format", "json").json()
        let types = try #require(studied["columns"] as? [[String: Any]]).reduce(into: [String: String]()) {
            $0[$1["name"] as? String ?? ""] = $1["type"] as? String
        }
        #expect(types["gemeente"] == "region" && types["basisgewicht"] == "weight" && types["kans_stroom"] == "code")
        let text = try Program.run("inspect", file, "--study", study.path)
        #expect(text.exitCode == 0)
        #expect(text.output.contains("gemeente "))
    }

    /// The stages that stderr reports, by name.
    private func stages(_ arguments: String...) throws -> [String: [String: Any]] {
        let answer = try Program.run(arguments + ["--verbose", "--log-format", "json"])
        try #require(answer.exitCode == 0, "\(answer.error)")
        var found: [String: [String: Any]] = [:]
        for line in answer.error.split(separator: "\n") {
            let event = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            if let stage = event["stage"] as? String { found[stage] = event }
        }
        return found
    }

    @Test("inspect --threads N reads on N threads, not on all there are", arguments: [1, 3])
    func inspectReadsOnAsManyThreadsAsAsked(threads: Int) throws {
        let study = try StudyCopy()
        let found = try stages("inspect", study.path + "/data/golf1.csv", "--threads", "\(threads)")
        #expect(found["read"]?["threads"] as? Int == threads)
    }

    @Test("check and run say what reading, hashing and shaping cost", arguments: ["check", "run"])
    func stagesOfTheRoadAreReported(command: String) throws {
        let study = try StudyCopy()
        let found = try stages(command, study.path, "--threads", "1")
        #expect(found["read"]?["threads"] as? Int == 1)
        for stage in ["read", "hash", "shape"] {
            let event = try #require(found[stage], "\(stage)")
            #expect(event["cpu_seconds"] as? Double ?? -1 >= 0 && event["wall_seconds"] as? Double ?? -1 >= 0)
        }
    }

    @Test func onlyRecordsPrintsAnswers() throws {
        let study = try StudyCopy()
        let file = study.path + "/data/golf1.csv"
        let records = Records(try study.text("data/golf1.csv"), delimiter: ";")
        let identifier = records.rows[0][0]
        for format in ["text", "json"] {
            #expect(!(try Program.run("inspect", file, "--format", format).output.contains(identifier)))
            #expect(try Program.run("inspect", file, "--records", "--format", format).output.contains(identifier))
        }
        let rows = try Program.run("inspect", file, "--records", "--format", "json").json()["rows"] as? [[String]]
        #expect(rows == records.rows)
    }

    @Test func inspectListsEveryBadRecordWithItsLine() throws {
        let study = try StudyCopy()
        try study.editWave { records in
            try records.set(4, "kans_stroom", "77")
            try records.set(6, "gemeente", "GM9876")
        }
        let answer = try Program.run(
            "inspect", study.path + "/data/golf2.csv", "--study", study.path, "--format", "json")
        #expect(answer.exitCode == 65)
        let bad = try #require(try answer.json()["bad_records"] as? [[String: Any]])
        #expect(bad.map { $0["line"] as? Int } == [6, 8])
        #expect(bad.map { $0["class"] as? String } == ["OUT_OF_CODEBOOK", "UNKNOWN_REGION"])
    }

    @Test func inspectTakesADeclaredDialect() throws {
        let folder = try TemporaryFolder()
        try folder.write("a|b\n1|2\n", to: "f.txt")
        let answer = try Program.run(
            "inspect", "f.txt", "--dialect", "{\"delimiter\":\"|\"}", "--records", "--format", "json", in: folder
        ).json()
        #expect(answer["header"] as? [String] == ["a", "b"])
        #expect(answer["rows"] as? [[String]] == [["1", "2"]])
        #expect(try Program.run("inspect", "f.txt", "--dialect", "{", in: folder).exitCode == 64)
        #expect(try Program.run("inspect", "absent.txt", in: folder).exitCode == 66)
    }
}
