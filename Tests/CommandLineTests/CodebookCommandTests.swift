import CReadStat
import Foundation
import PeilTestSupport
import Testing

@Suite struct CodebookCommandTests {
    private func survey(_ folder: TemporaryFolder, _ name: String = "wave.sav") throws -> String {
        try Data(SAVFixture.survey(READSTAT_COMPRESS_ROWS).bytes()).write(to: folder.url.appendingPathComponent(name))
        return folder.path(name)
    }

    @Test func anSPSSFileIsInspectedAndEstimated() throws {
        let folder = try TemporaryFolder()
        // Its first bytes tell what it is, not its name.
        let file = try survey(folder, "answers.csv")
        let inspected = try Program.run("inspect", file, "--format", "json")
        #expect(inspected.exitCode == 0)
        let columns = try #require(try inspected.json()["columns"] as? [[String: Any]])
        #expect(columns.compactMap { $0["name"] as? String }.prefix(2) == ["resp_id", "Zorgen"])
        let estimated = try Program.run("estimate", "mean", "leeftijd", "--data", file, "--format", "json")
        #expect(estimated.exitCode == 0)
        let items = try #require(try estimated.json()["items"] as? [[String: Any]])
        let estimates = try #require(items.first?["estimates"] as? [[String: Any]])
        // 999 is missing in SPSS: the mean is that of 34, 98 and 61.
        #expect(estimates.first?["n"] as? Int == 3)
        let mean = try #require(estimates.first?["estimate"] as? Double)
        #expect(abs(mean - 193.0 / 3) < 1e-12)
        #expect(try Program.run("inspect", file, "--dialect", "{\"delimiter\":\";\"}").exitCode == 65)
    }

    @Test func aBrokenSPSSFileEndsInItsClass() throws {
        let folder = try TemporaryFolder()
        let whole = try SAVFixture.survey().bytes()
        try Data(whole.dropLast(40)).write(to: folder.url.appendingPathComponent("short.sav"))
        for arguments in [["inspect"], ["estimate", "mean", "leeftijd", "--data"], ["codebook", "import"]] {
            let answer = try Program.run(arguments + ["short.sav"], in: folder)
            #expect(answer.exitCode == 65)
            #expect(answer.error.contains("error[TRUNCATED]"))
        }
        #expect(try Program.run("codebook", "import", "absent.sav", in: folder).exitCode == 66)
    }

    @Test func aStudyRunsOnAnSPSSFileAsOnItsText() throws {
        let study = try StudyCopy()
        let plain = try study.run("check").output
        let records = Records(try study.text("data/golf2.csv"), delimiter: ";")
        let columns = records.header.indices.map { index -> SAVFixture.Column in
            let cells = records.rows.map { $0[index] }
            let numbers = cells.map { Double($0.replacingOccurrences(of: ",", with: ".")) }
            let isNumber = zip(cells, numbers).allSatisfy { $0.isEmpty || $1 != nil }
            return SAVFixture.Column(
                name: records.header[index], textWidth: isNumber ? 0 : max(8, cells.map(\.utf8.count).max() ?? 0),
                cells: zip(cells, numbers).map { cell, number in
                    cell.isEmpty ? .absent : isNumber ? .number(number ?? 0) : .text(cell)
                })
        }
        let bytes = try SAVFixture(columns: columns, compression: READSTAT_COMPRESS_ROWS).bytes()
        try Data(bytes).write(to: study.folder.url.appendingPathComponent("study/data/golf2.sav"))
        try study.edit("study.yaml", "data/golf2.csv", "data/golf2.sav")
        try study.remove("data/golf2.csv")
        let answer = try study.run("check")
        #expect(answer.exitCode == 0 && answer.error.isEmpty)
        #expect(answer.output == plain)
    }

    @Test func importProposesWhatInspectAccepts() throws {
        let folder = try TemporaryFolder()
        let file = try survey(folder)
        let proposed = try Program.run("codebook", "import", file)
        #expect(proposed.exitCode == 0 && proposed.output.contains("codebook: wave\n"))
        let written = try Program.run("codebook", "import", file, "--out", "codebook.yaml", in: folder)
        #expect(written.exitCode == 0 && written.output.isEmpty)
        #expect(try folder.text("codebook.yaml") == proposed.output)
        #expect(try Program.run("codebook", "import", file, "--out", "codebook.yaml", in: folder).exitCode == 73)
        #expect(try Program.run("inspect", file, "--study", "codebook.yaml", in: folder).exitCode == 0)
        #expect(try Program.run("codebook", "import", file, "--language", "de").exitCode == 64)
    }

    @Test func diffEndsInSixtyFiveWhereATrendBreaks() throws {
        let study = try StudyCopy()
        let old = study.path + "/codebook.yaml"
        try study.folder.write(try study.text("codebook.yaml"), to: "new.yaml")
        let same = try Program.run("codebook", "diff", study.path, study.folder.path("new.yaml"))
        #expect(same.exitCode == 0 && same.output.contains(": identical (0 breaking, 0 cosmetic, "))
        let text = try study.text("codebook.yaml")
        try study.folder.write(
            text.replacingOccurrences(of: "nl: weinig zorgen,", with: "nl: een beetje zorgen,"), to: "new.yaml")
        let answer = try Program.run("codebook", "diff", old, study.folder.path("new.yaml"), "--format", "json")
        #expect(answer.exitCode == 65)
        let json = try answer.json()
        #expect(json["schema"] as? String == "peil-codebook-diff-1" && json["verdict"] as? String == "breaking")
        let broken = try #require(json["breaking_questions"] as? [String])
        let differences = try #require(json["differences"] as? [[String: Any]])
        #expect(!broken.isEmpty && differences.contains { $0["kind"] as? String == "options" })
        let place = try #require(differences.first?["new"] as? [String: Any])
        #expect(place["file"] as? String == study.folder.path("new.yaml") && place["line"] as? Int ?? 0 > 1)
        #expect(try Program.run("codebook", "diff", old, "absent.yaml").exitCode == 66)
    }

    @Test func exportWritesEachForm() throws {
        let study = try StudyCopy()
        let table = try Program.run("codebook", "export", study.path)
        #expect(table.output.hasPrefix("variable,code,label_nl,label_en,kind,type\n"))
        let json = try Program.run("codebook", "export", study.path, "--format", "json").json()
        #expect(json["schema"] as? String == "peil-codebook-1")
        let ddi = try Program.run("codebook", "export", study.path, "--format", "ddi")
        #expect(ddi.output.contains("<codeBook xmlns=\"ddi:codebook:2_5\""))
        #expect(XMLCheck.isWellFormed(ddi.output))
        #expect(try Program.run("codebook", "export", study.path, "--format", "xlsx").exitCode == 64)
    }
}

/// Whether tags open and close in order; the writer knows no comments and no CDATA.
private enum XMLCheck {
    static func isWellFormed(_ text: String) -> Bool {
        var open: [Substring] = []
        for part in text.split(separator: "<").dropFirst() {
            guard let end = part.firstIndex(of: ">") else { return false }
            let tag = part[..<end]
            if tag.hasSuffix("/") { continue }
            if tag.hasPrefix("/") {
                guard open.popLast() == tag.dropFirst() else { return false }
            } else {
                open.append(tag.prefix { $0 != " " })
            }
        }
        return open.isEmpty
    }
}
