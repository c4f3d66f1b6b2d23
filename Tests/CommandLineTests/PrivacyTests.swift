import Foundation
import Testing

/// Personal data at the prompt: refused where nobody declared them, and in no output where people wrote them.
@Suite struct PrivacyTests {
    private static let sentence = "Mijn buurman Plantema belt de hele nacht"
    private static let mail = "j.plantema@voorbeeld.nl"
    private static let identifier = "R2-PLANTEMA7"
    private static let planted = ["Plantema", "PLANTEMA", "plantema", "buurman"]

    private func planted() throws -> StudyCopy {
        let study = try StudyCopy()
        try study.editWave { records in
            try records.set(4, "opmerking", Self.sentence + ", mail " + Self.mail + " of bel 06-12345678")
            try records.set(4, "resp_id", Self.identifier)
            try records.set(9, "opmerking", Self.mail)
        }
        return study
    }

    private func expectNone(_ text: String, _ where: String, sourceLocation: SourceLocation = #_sourceLocation) {
        for word in Self.planted { #expect(!text.contains(word), "\(`where`)", sourceLocation: sourceLocation) }
    }

    @Test func whatPeopleWroteStandsInNoOutput() throws {
        let study = try planted()
        let before = Set(try study.folder.tree().keys)
        let data = study.path + "/data/golf2.csv"
        var commands = [
            ["run", study.path], ["run", study.path, "--publish", "--verbose", "--log-format", "json"],
            ["run", study.path, "--language", "en", "--format", "json"], ["inspect", data],
            ["inspect", data, "--study", study.path, "--format", "json", "--verbose"],
            [
                "estimate", "mean", "leeftijd", "--data", data, "--weights", "basisgewicht", "--by", "gemeente",
                "--verbose"
            ],
            ["estimate", "proportion", "kans_stroom", "--data", data, "--format", "json"],
            ["estimate", "mean", "opmerking", "--data", data], ["estimate", "mean", "resp_id", "--data", data]
        ]
        for format in ["text", "json", "csv"] {
            commands.append(["check", study.path, "--verbose", "--format", format])
        }
        for command in commands {
            let answer = try Program.run(command)
            expectNone(answer.output + answer.error, command.joined(separator: " "))
        }
        let written = try study.folder.tree().filter { !before.contains($0.key) }
        #expect(written.keys.contains { $0.hasSuffix("index.html") })
        #expect(written.keys.contains { $0.hasSuffix("publications.jsonl") })
        #expect(written.keys.contains { $0.hasSuffix("internal/quality-golf2.json") })
        for (name, bytes) in written { expectNone(String(decoding: bytes, as: UTF8.self), name) }
    }

    /// A word in every respondent's text and identifier, and all commands that read a study.
    @Test func whatEverybodyWroteStandsInNoResultOfAnyCommand() throws {
        let study = try StudyCopy()
        try study.editWave { records in
            for row in records.rows.indices {
                try records.set(row, "opmerking", "kanarie\(row)vogel zegt iets")
                try records.set(row, "resp_id", "KANARIE-\(row)-VOGEL")
            }
        }
        let before = Set(try study.folder.tree().keys)
        let temporary = try TemporaryFolder()
        for format in ["text", "json", "csv"] {
            for command in [
                ["scale", study.path], ["model", study.path], ["areas", study.path],
                ["weight", study.path], ["compare", study.path, "--from", "golf1", "--to", "golf2"],
                ["power", study.path],
                ["segment", "profile", study.path]
            ] {
                let words = command + ["--format", format, "--verbose", "--log-format", "json"]
                let answer = try Program.start(
                    "/usr/bin/env", ["TMPDIR=\(temporary.path(""))", Program.path] + words)
                #expect(answer.exitCode == 0 && !answer.output.isEmpty, "\(command[0]) \(format): \(answer.error)")
                let text = (answer.output + answer.error).lowercased()
                #expect(!text.contains("kanarie") && !text.contains("vogel"), "\(words.joined(separator: " "))")
            }
        }
        #expect(try temporary.tree().isEmpty, "no command leaves a file where temporary ones go")
        #expect(try study.run("run", "--publish", "--verbose", "--log-format", "json").exitCode == 0)
        let written = try study.folder.tree().filter { !before.contains($0.key) }
        #expect(written.keys.contains { $0.hasSuffix("publications.jsonl") })
        for (name, bytes) in written {
            let text = String(decoding: bytes, as: UTF8.self).lowercased()
            #expect(!text.contains("kanarie") && !text.contains("vogel"), "\(name)")
        }
    }

    @Test func personalDataInOpenTextAreAWarningWithACount() throws {
        let answer = try planted().run("check")
        #expect(answer.exitCode == 0)
        #expect(answer.output.contains("PII_SUSPECT: 3 (open answers may hold personal data"))
    }

    @Test func anErrorAboutARowDoesNotTellItsText() throws {
        let study = try planted()
        try study.editWave { try $0.set(4, "kans_stroom", "77") }
        for command in ["run", "check"] {
            for format in ["text", "json"] {
                let answer = try study.run(command, "--format", format, "--verbose")
                #expect(answer.exitCode == 65)
                expectNone(answer.output + answer.error, command)
            }
        }
    }

    @Test(arguments: [
        ("contact", "lezer%@voorbeeld.nl", "e-mail address"), ("RecipientLastName", "Plantema", "name of a person"),
        ("telnr", "06-1234567%", "telephone number"), ("v90", "+31 6 1234567%", "telephone number"),
        ("rek", "NL91ABNA0417164300", "IBAN"), ("v91", "111222333", "citizen service number"),
        ("ip_adres", "83.84.12.%", "IP address"), ("v92", "2001:db8::8a2e:370:%", "IP address"),
        ("v93", "2511 AB %", "postcode with house number"), ("kenteken", "AB-12-CD", "licence plate")
    ])
    func aColumnThatNobodyDeclaredRefusesTheFile(_ name: String, _ cell: String, _ kind: String) throws {
        let study = try StudyCopy()
        var column = 0
        try study.editWave { records in
            records.header.append(name)
            column = records.header.count
            for row in records.rows.indices {
                records.rows[row].append(cell.replacingOccurrences(of: "%", with: String(row % 9 + 1)))
            }
        }
        let before = try study.folder.tree()
        for command in ["run", "check"] {
            let answer = try study.run(command, "--format", "json")
            #expect(answer.exitCode == 65 && answer.output.isEmpty)
            let error = try answer.errorJSON()
            #expect(error["class"] as? String == "PII_SUSPECT")
            #expect(error["line"] as? Int == 1 && error["column"] as? Int == column)
            let message = try #require(error["message"] as? String)
            #expect(message == "Column \(name) (\(kind)) looks like personal data.")
            #expect(!answer.error.contains(cell.prefix { $0 != "%" }))
        }
        #expect(try study.folder.tree() == before)
        // inspect keeps nothing: it tells what the file is, and warns.
        let inspected = try Program.run("inspect", study.path + "/data/golf2.csv", "--study", study.path)
        #expect(inspected.exitCode == 0 && inspected.output.contains("PII_SUSPECT"))
        #expect(!inspected.output.contains(cell.prefix { $0 != "%" }))
    }

    @Test func aDeclaredColumnIsDroppedAndLeavesNoTrace() throws {
        let study = try StudyCopy()
        try study.edit(
            "codebook.yaml", "- id: opmerking\n", "- {id: mailveld, type: text, personal: dropped}\n- id: opmerking\n")
        try study.edit(
            "codebook.yaml", "- {id: mailveld, type: text, personal: dropped}",
            "- {id: mailveld, type: text, personal: dropped, may_be_absent: true}")
        try study.editWave { records in
            records.header.append("mailveld")
            for row in records.rows.indices { records.rows[row].append("persoon\(row)@voorbeeld.nl") }
        }
        let check = try study.run("check")
        #expect(check.exitCode == 0 && !check.output.contains("PII_SUSPECT") && !check.output.contains("mailveld"))
        #expect(try study.run().exitCode == 0)
        for (name, bytes) in try study.published() {
            #expect(!String(decoding: bytes, as: UTF8.self).contains("voorbeeld.nl"), "\(name)")
        }
    }
}
