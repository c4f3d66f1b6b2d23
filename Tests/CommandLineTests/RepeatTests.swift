import Foundation
import Testing

/// The same input gives the same bytes, wherever and however it runs.
@Suite struct RepeatTests {
    @Test func threadsPlaceAndRepetitionChangeNoByte() throws {
        let first = try SampleRun.newest.get()
        let other = try StudyCopy()
        #expect(try other.run("run", "--threads", "2").exitCode == 0)
        #expect(try other.published() == first.published)
        #expect(try other.run("run").exitCode == 0)
        #expect(try other.published() == first.published)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: other.path + "/out").count { !$0.hasPrefix(".") } == 2)
    }

    @Test func genericKernelRepeatsItself() throws {
        let one = try StudyCopy()
        #expect(try one.run("run", "--kernel", "generic").exitCode == 0)
        let two = try StudyCopy()
        #expect(try two.run("run", "--kernel", "generic", "--threads", "2").exitCode == 0)
        #expect(try one.published() == two.published())
    }

    @Test func orderOfRecordsChangesNoFigure() throws {
        let study = try StudyCopy()
        try study.editWave { $0.rows.reverse() }
        #expect(try study.run().exitCode == 0)
        #expect(try study.published()["estimates.csv"] == (try SampleRun.newest.get()).published["estimates.csv"])
    }

    @Test func outGoesWhereItIsAsked() throws {
        let study = try StudyCopy()
        let before = try study.folder.tree()
        let elsewhere = try TemporaryFolder()
        let answer = try study.run("run", "--out", elsewhere.path("reports/new"), "--quiet")
        #expect(answer.exitCode == 0)
        #expect(answer.error.isEmpty)
        #expect(elsewhere.exists("reports/new/current/index.html"))
        #expect(try study.folder.tree() == before)
    }

    @Test func anotherWaveInEnglish() throws {
        let study = try StudyCopy()
        let answer = try study.run("run", "--wave", "golf1", "--language", "en", "--format", "json")
        #expect(answer.exitCode == 0)
        let result = try answer.json()
        #expect(result["wave"] as? String == "golf1")
        #expect(result["recorded"] as? Bool == false)
        let files = try study.published()
        let page = String(decoding: try #require(files["index.html"]), as: UTF8.self)
        #expect(page.contains("<html lang=\"en\""))
        #expect(page.contains("Example with invented data. These figures are not about real residents."))
        #expect(page.contains("autumn 2025"))
        let rows = Records(String(decoding: try #require(files["estimates.csv"]), as: UTF8.self), delimiter: ",")
        #expect(Set(try rows.values("wave")) == ["golf1"])
    }

    @Test func onlyPublishWritesTheLog() throws {
        let study = try StudyCopy()
        #expect(try study.run().exitCode == 0)
        #expect(!study.exists("publications.jsonl"))
        let answer = try study.run("run", "--publish", "--format", "json")
        #expect(answer.exitCode == 0)
        let result = try answer.json()
        #expect(result["recorded"] as? Bool == true)
        let publication = try #require(result["publication"] as? String)
        let log = try study.text("publications.jsonl")
        #expect(log.contains(publication))
        let lines = log.split(separator: "\n").count
        #expect(try study.run("run", "--publish").exitCode == 0)
        #expect(try study.text("publications.jsonl").split(separator: "\n").count == lines, "a release counts once")
    }

    @Test func withoutTheNewestFileTheWaveBeforeIsTaken() throws {
        let study = try StudyCopy()
        try study.remove("data/golf2.csv")
        let answer = try study.run("run", "--format", "json")
        #expect(answer.exitCode == 0)
        #expect(try answer.json()["wave"] as? String == "golf1")
    }

    @Test func publishedFamiliesOfTestsStay() throws {
        let study = try StudyCopy()
        #expect(try study.run("run", "--publish").exitCode == 0)
        let file = study.path + "/study.yaml"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        try text.replacingOccurrences(of: "questions: [pakket, plan, gesprek", with: "questions: [pakket, gesprek")
            .write(toFile: file, atomically: true, encoding: .utf8)
        #expect(try study.run("run").exitCode == 0, "a draft may try other families")
        let refused = try study.run("run", "--publish")
        #expect(refused.exitCode == 65)
        #expect(refused.error.contains("error[FAMILIES_CHANGED]: "))
        #expect(try study.run("run", "--publish", "--wave", "golf1").exitCode == 0, "another wave may declare its own")
    }

    /// A ledger that knows one respondent more in a base: a version of these answers would give that respondent away.
    @Test func theSameAnswersAreBoundUnderAnotherName() throws {
        let study = try StudyCopy()
        #expect(try study.run("run", "--publish").exitCode == 0)
        let log = try study.text("publications.jsonl")
        let line = try #require(log.split(separator: "\n").last)
        var record = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(record["input"] as? String != nil)
        var decisions = try #require(record["decisions"] as? [String: Any])
        var shown = try #require(decisions["shown"] as? [String: Int])
        let total = try #require(shown.keys.sorted().first { $0.contains(".-.-.") })
        shown[total]? += 1
        decisions["shown"] = shown
        record["decisions"] = decisions
        let bytes = try JSONSerialization.data(withJSONObject: record, options: .sortedKeys)
        try study.folder.write(String(decoding: bytes, as: UTF8.self) + "\n", to: "study/publications.jsonl")
        // As a ledger of before there were heads.
        try study.remove("publications.jsonl.head")

        try study.edit("study.yaml", "study: haaglanden-risicoperceptie\n", "study: een-andere-naam\n")
        let refused = try study.run()
        #expect(refused.exitCode == 65)
        #expect(refused.error.contains("error[DIFFERENCING]: "))
        try study.edit("study.yaml", "- id: golf2\n", "- id: golf2b\n")
        #expect(try study.run("run", "--wave", "golf2b").error.contains("error[DIFFERENCING]: "))
        #expect(try study.run("run", "--wave", "golf1").exitCode == 0, "other answers are not bound")
    }
}
