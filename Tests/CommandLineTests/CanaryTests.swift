import Foundation
import Testing

/// A word of its own in every respondent's text and in each of their identifiers: it stands in nothing that a command says or writes,
/// whether the command succeeds or not.
@Suite struct CanaryTests {
    /// Both waves and the frame, so that people still are the same in all three.
    private static func study() throws -> StudyCopy {
        let study = try StudyCopy()
        for name in ["data/golf1.csv", "data/golf2.csv"] {
            var records = Records(try study.text(name), delimiter: ";")
            for row in records.rows.indices {
                try records.set(row, "opmerking", "kanarie\(row)vogel zegt iets")
                for column in ["resp_id", "persoon_id", "hh_id"] {
                    let value = records.rows[row][try records.index(column)]
                    if !value.isEmpty { try records.set(row, column, "KANARIE-\(value)-VOGEL") }
                }
            }
            try study.folder.write(records.text, to: "study/" + name)
        }
        var frame = Records(try study.text("frame.csv"), delimiter: ";")
        for row in frame.rows.indices {
            for column in ["persoon_id", "hh_id"] {
                let value = frame.rows[row][try frame.index(column)]
                if !value.isEmpty { try frame.set(row, column, "KANARIE-\(value)-VOGEL") }
            }
        }
        try study.folder.write(frame.text, to: "study/frame.csv")
        return study
    }

    private func expectNone(_ text: String, _ place: String) {
        for word in ["kanarie", "vogel"] {
            #expect(!text.lowercased().contains(word), "\(place)")
        }
    }

    /// Runs a command with its own folder for temporary files, looks at both streams, and returns its exit code.
    private func run(_ command: [String]) throws -> Int32 {
        let temporary = try TemporaryFolder()
        let answer = try Program.start(
            "/usr/bin/env",
            ["TMPDIR=\(temporary.path(""))", Program.path] + command + ["--log-format", "json"])
        expectNone(answer.output + answer.error, command.joined(separator: " "))
        #expect(try temporary.tree().isEmpty, "\(command) leaves a file where temporary ones go")
        return answer.exitCode
    }

    private func expectNoneWritten(_ study: StudyCopy, since before: Set<String>) throws -> Set<String> {
        let written = try study.folder.tree().filter { !before.contains($0.key) }
        for (name, bytes) in written { expectNone(String(decoding: bytes, as: UTF8.self), name) }
        return Set(written.keys)
    }

    @Test func noCommandSaysOrWritesWhatSomebodyWroteOrWhoTheyAre() throws {
        let study = try Self.study()
        let before = Set(try study.folder.tree().keys)
        let (tool, paper) = (study.folder.path("tool.json"), study.folder.path("vragen.md"))
        let data = study.path + "/data/golf2.csv"
        for command in [
            ["run", study.path, "--publish", "--verbose"], ["report", study.path, "--language", "en"],
            ["report", study.path, "--format", "csv"],
            ["check", study.path, "--format", "json"], ["inspect", data, "--study", study.path, "--format", "json"],
            ["inspect", data], ["compare", study.path], ["power", study.path], ["weight", study.path],
            ["codebook", "diff", study.path, study.path + "/codebook.yaml"], ["areas", study.path],
            ["segment", "fit", study.path], ["segment", "profile", study.path],
            ["segment", "areas", study.path, "--groups", "3", "--draws", "20"],
            [
                "segment", "typing-tool", study.path, "--candidates", "fase_pakket", "fase_plan", "fase_gesprek",
                "verantwoord", "--size", "4", "--folds", "3", "--wave", "golf1", "--out", tool, "--short-form", paper
            ], ["segment", "score", "--data", data, "--model", tool],
            ["estimate", "mean", "leeftijd", "--data", data, "--weights", "basisgewicht", "--clusters", "hh_id"]
        ] {
            let code = try run(command)
            #expect(code == 0, "\(command): \(code)")
        }
        let written = try expectNoneWritten(study, since: before)
        for name in ["publications.jsonl", "tool.json", "vragen.md", "index.html", "workbook.xlsx"] {
            #expect(written.contains { $0.hasSuffix(name) }, "\(name) is not written")
        }
    }

    /// What is wrong is said by line and column, never by whose answer it is.
    @Test(arguments: [
        "an answer that does not exist", "one respondent twice", "too few cells", "a household in two strata"
    ])
    func noRefusalSaysWhoseAnswerIsWrong(_ mistake: String) throws {
        let study = try Self.study()
        try study.editWave { records in
            switch mistake {
            case "an answer that does not exist": try records.set(4, "kans_stroom", "77")
            case "one respondent twice":
                try records.set(5, "resp_id", records.rows[4][try records.index("resp_id")])
            case "too few cells": records.rows[4].removeLast(3)
            default:
                let other = try records.values("stratum").first { $0 != records.rows[0][try records.index("stratum")] }
                try records.set(1, "hh_id", records.rows[0][try records.index("hh_id")])
                try records.set(1, "stratum", try #require(other))
            }
        }
        let before = Set(try study.folder.tree().keys)
        let data = study.path + "/data/golf2.csv"
        for command in [
            ["run", study.path, "--wave", "golf2"], ["check", study.path], ["inspect", data, "--study", study.path],
            ["segment", "fit", study.path, "--wave", "golf2"], ["segment", "score", study.path, "--wave", "golf2"],
            ["segment", "profile", study.path, "--wave", "golf2"], ["compare", study.path], ["power", study.path],
            ["segment", "typing-tool", study.path, "--wave", "golf2", "--candidates", "nut", "kunnen"],
            ["weight", study.path, "--wave", "golf2"], ["areas", study.path, "--wave", "golf2"],
            ["estimate", "mean", "resp_id", "--data", data], ["estimate", "mean", "opmerking", "--data", data]
        ] {
            let code = try run(command)
            #expect(code != 0 || command[0] == "inspect" || command[0] == "check", "\(command)")
        }
        _ = try expectNoneWritten(study, since: before)
    }

    /// A wave that comes by the inbox: copies of it for their owner only are the one place where answers may stand.
    @Test(arguments: ["is published", "is held", "is refused"])
    func noDeliveryLeavesWhatSomebodyWroteBesideItsCopy(_ fate: String) throws {
        let study = try Self.study()
        if fate == "is held" {
            try study.folder.write(
                try study.text("study.yaml") + "\nholds: {design_effect: 1.01}\n", to: "study/study.yaml")
        }
        if fate == "is refused" {
            try study.editWave { records in try records.set(4, "kans_stroom", "77") }
        }
        let delivered = try study.text("data/golf2.csv")
        try study.remove("data/golf2.csv")
        try FileManager.default.createDirectory(
            atPath: study.folder.path("study/inbox"), withIntermediateDirectories: true)
        let before = Set(try study.folder.tree().keys)
        try study.folder.write(delivered, to: "study/inbox/golf2.csv")
        try study.folder.write("bytes: \(delivered.utf8.count)\n", to: "study/inbox/golf2.csv.done")
        let codes = try [
            ["process", study.path, "--wave", "golf2", "--verbose"], ["status", study.path, "--format", "json"],
            ["verify", study.path], ["process", study.path, "--wave", "golf2"],
            ["approve", study.path, "golf2", "--by", "somebody", "--reason", "seen"],
            ["retry", study.path, "golf2"]
        ].map { try run(["waves"] + $0) }
        #expect((codes[0] == 0) == (fate == "is published"), "\(codes)")
        #expect((codes[4] == 0) == (fate == "is held"), "only what is held can be approved: \(codes)")
        let copies = try study.folder.tree().keys.filter { $0.contains("/waves/raw/") }
        #expect(!copies.isEmpty, "the delivery was not taken")
        let written = try expectNoneWritten(study, since: before.union(copies))
        for name in fate == "is refused" ? ["ledger.sqlite"] : ["ledger.sqlite", "index.html", "publications.jsonl"] {
            #expect(written.contains { $0.hasSuffix(name) }, "\(name) is not written: \(written.sorted())")
        }
    }

    /// A version too close to the one before is refused, and what would have been known then is not said.
    @Test func noRefusedVersionSaysWhoIsNew() throws {
        let study = try Self.study()
        #expect(try run(["run", study.path, "--publish"]) == 0)
        try study.editWave { $0.rows.removeLast(3) }
        let before = Set(try study.folder.tree().keys)
        #expect(try run(["run", study.path, "--publish", "--verbose"]) == 65)
        _ = try expectNoneWritten(study, since: before)
        for name in ["publications.jsonl", "publications.jsonl.head"] { expectNone(try study.text(name), name) }
    }

    @Test func noRefusalOfAWrongWordSaysWhatPeopleWrote() throws {
        let study = try Self.study()
        let data = study.path + "/data/golf2.csv"
        for command in [
            ["run", study.path, "--wave", "golf9"], ["report", study.path, "--language", "fr"],
            ["check", study.path + "/absent"], ["inspect", study.path + "/absent.csv"],
            ["compare", study.path, "--from", "golf9"], ["power", study.path, "--wave", "golf9"],
            ["codebook", "diff", study.path, data], ["disclosure", "audit", data], ["disclosure", "protect", data],
            ["segment", "fit", study.path, "--wave", "golf9"], ["segment", "score", "--data", data, "--model", data],
            ["segment", "score", study.path],
            ["segment", "profile", study.path, "--variables", "opmerking"],
            ["segment", "typing-tool", study.path, "--candidates", "opmerking", "resp_id"],
            ["check", data], ["run", data], ["report", data], ["segment", "fit", data]
        ] {
            #expect(try run(command) != 0, "\(command)")
        }
    }
}
