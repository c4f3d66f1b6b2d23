import Foundation
import Testing

/// What a publication leaves in the log for versions and waves that come after it.
@Suite struct EarlierVersionTests {
    private func attack(_ study: StudyCopy) throws -> Substring {
        let answer = try study.run("run", "--verbose")
        try #require(answer.exitCode == 0)
        let line = try #require(answer.error.split(separator: "\n").first { $0.hasPrefix("disclosure: ") })
        return try #require(line.split(separator: ";").first { $0.contains("unknown counts") })
    }

    private func showFewerRows(_ study: StudyCopy) throws {
        try study.edit(
            "study.yaml", "    - variable: kans_digitaal\n", "    - variable: kans_digitaal\n      by_area: false\n")
    }

    @Test func rowsThatAVersionShowsNoMoreAreAttackedWithIt() throws {
        let study = try StudyCopy()
        #expect(try study.run("run", "--publish").exitCode == 0)
        let before = try attack(study)
        try showFewerRows(study)
        #expect(try attack(study) == before)
        let first = try StudyCopy()
        try showFewerRows(first)
        #expect(try attack(first) != before, "without the log nobody knows of the rows")
        let rows = Records(
            String(decoding: try #require(try study.published()["estimates.csv"]), as: UTF8.self), delimiter: ",")
        let ids = try rows.values("row_id")
        #expect(!ids.contains { $0.hasPrefix("kans_digitaal.") && $0.contains(".GM") }, "they are not shown again")
        #expect(ids.contains { $0.hasPrefix("kans_digitaal.") })
    }

    @Test func theLogNamesTheFiguresOfTheWaveBefore() throws {
        let study = try StudyCopy()
        #expect(try study.run("run", "--publish").exitCode == 0)
        let line = try #require(try study.text("publications.jsonl").split(separator: "\n").last)
        let record = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        let trend = try #require((record["decisions"] as? [String: Any])?["trend"] as? [String: Any])
        #expect(trend["wave"] as? String == "golf1")
        #expect((trend["shown"] as? [String])?.contains("pakket.1.-.-.share") == true)
        #expect(try study.run("run", "--wave", "golf1").exitCode == 0)
    }
}
