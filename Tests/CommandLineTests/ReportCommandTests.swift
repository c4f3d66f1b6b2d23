import Foundation
import Testing

/// `peil report`: the same report from what was released, without the answers.
struct ReportCommandTests {
    private func made(_ more: String...) throws -> StudyCopy {
        let study = try StudyCopy()
        #expect(try Program.run(["run", study.path] + more).exitCode == 0)
        return study
    }

    @Test func `without the answers the same bytes come out, and other forms of them`() throws {
        let study = try made()
        let first = try study.published()
        try study.remove("data/golf2.csv")
        let answer = try study.run("report")
        #expect(answer.exitCode == 0)
        #expect(answer.output == study.path + "/out/current/index.html\n")
        #expect(answer.error.hasSuffix("a draft\n"))
        #expect(try study.published() == first)
        #expect(try study.run("report", "--format", "csv").output == study.path + "/out/current/estimates.csv\n")
        let files = try study.published()
        #expect(
            Set(files.keys) == [
                "MANIFEST.json", "publication.json", "estimates.csv", "estimates.csv-metadata.json", "contrasts.csv",
                "changes.csv", "drivers.csv"
            ])
        #expect(files["estimates.csv"] == first["estimates.csv"])
        // From a form of the report the whole report comes back.
        #expect(try study.run("report").exitCode == 0)
        #expect(try study.published() == first)
        #expect(try study.run("report", "--language", "en").exitCode == 0)
        let page = String(decoding: try #require(try study.published()["index.html"]), as: UTF8.self)
        #expect(page.contains("<html lang=\"en\""))
    }

    @Test func `a report in another folder is made from the study's own release`() throws {
        let study = try made()
        let before = try study.published()
        let pages = study.path + "/pages"
        let answer = try study.run("report", "--language", "en", "--out", pages)
        #expect(answer.exitCode == 0, "\(answer.error)")
        #expect(answer.output == pages + "/current/index.html\n")
        #expect(try study.text("pages/current/index.html").contains("<html lang=\"en\""))
        #expect(try study.published() == before, "the study's own folder was touched")
        // And back from there, where the study's own folder is gone.
        try study.remove("out")
        let gone = try study.run("report", "--out", pages)
        #expect(gone.exitCode == 66 && gone.error.contains("--from"))
        #expect(try study.run("report", "--from", pages, "--out", study.path + "/out").exitCode == 0)
        #expect(try study.published() == before)
    }

    @Test func `stored results that somebody edited are refused and nothing is written`() throws {
        let study = try made()
        let link = study.folder.url.appendingPathComponent("study/out/current").resolvingSymlinksInPath()
        let file = link.appendingPathComponent("publication.json")
        let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        let row = try #require(text.firstMatch(of: /"n":[1-9][0-9]*/))
        try Data(text.replacingCharacters(in: row.range, with: "\"n\":9").utf8).write(to: file)
        let before = try study.folder.tree()
        let answer = try study.run("report", "--language", "en")
        #expect(answer.exitCode == 65)
        #expect(answer.error.hasPrefix("error[STORED_RESULTS_CHANGED]"))
        #expect(try study.folder.tree() == before)
    }

    @Test func `what cannot be rendered says why`() throws {
        let study = try StudyCopy()
        let none = try study.run("report")
        #expect(none.exitCode == 66)
        #expect(none.error.hasPrefix("error[NOTHING_PUBLISHED]") && none.error.contains("peil run"))
        #expect(!study.exists("out"))
        let unknown = try study.run("report", "--wave", "golf9")
        #expect(unknown.exitCode == 66)
        #expect(unknown.error.hasPrefix("error[UNKNOWN_WAVE]"))
        let form = try study.run("report", "--format", "html,cvs")
        #expect(form.exitCode == 64)
        #expect(form.error.contains("did you mean 'csv'"))
    }

    @Test func `another form of something published is recorded, and its wave is found again`() throws {
        let study = try made("--wave", "golf1", "--publish")
        #expect(try study.run("run", "--wave", "golf2").exitCode == 0)
        #expect(try study.run("report", "--wave", "golf1", "--format", "csv").error.hasSuffix("published\n"))
        let log = try study.text("publications.jsonl").split(separator: "\n")
        #expect(log.count == 2)
        #expect(log.allSatisfy { $0.contains("\"wave\":\"golf1\"") && $0.contains("\"decisions\"") })
        #expect(try study.run("report").exitCode == 0)
        #expect(try study.text("publications.jsonl").split(separator: "\n").count == 3)
    }

    @Test func `without a browser a printed report ends before anything is written`() throws {
        let study = try StudyCopy()
        try study.edit("study.yaml", "formats: [html, csv, json, xlsx]", "formats: [html, pdf]")
        let peil = try Program.start("/usr/bin/env", ["PEIL_BROWSER=/nowhere", Program.path, "run", study.path])
        #expect(peil.exitCode == 69)
        #expect(peil.error.hasPrefix("error[ENGINE_MISSING]"))
        #expect(!study.exists("out"))
        try study.edit("study.yaml", "formats: [html, pdf]", "formats: [html, pfd]")
        let wrong = try study.run("check")
        #expect(wrong.exitCode == 78)
        #expect(wrong.error.contains("did you mean 'pdf'"))
    }
}
