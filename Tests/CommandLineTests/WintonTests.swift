import Foundation
import PeilStatistics
import PeilStudy
import PeilTestSupport
import Testing

/// A public survey of eight countries whose answers are not part of the repository.
@Suite struct WintonTests {
    static let data = Program.root.appendingPathComponent("../shared/oracle/given/data/winton8.csv").standardizedFileURL
    static var isThere: Bool { FileManager.default.fileExists(atPath: data.path) }

    private func study() throws -> StudyCopy {
        let study = try StudyCopy("winton")
        try FileManager.default.createDirectory(atPath: study.path + "/data", withIntermediateDirectories: true)
        if !study.exists("data/winton8.csv") {
            try FileManager.default.copyItem(
                at: Self.data, to: study.folder.url.appendingPathComponent("study/data/winton8.csv"))
        }
        return study
    }

    @Test(.enabled(if: isThere, "the answers of the Winton study are not beside this checkout"))
    func checkAndRunAreContent() throws {
        let study = try study()
        let check = try study.run("check")
        #expect(check.exitCode == 0, "\(check.error)")
        #expect(check.output.contains("respondents kept: "))
        let run = try study.run()
        #expect(run.exitCode == 0, "\(run.error)")
        let files = try study.published()
        let rows = Records(String(decoding: try #require(files["estimates.csv"]), as: UTF8.self), delimiter: ",")
        #expect(Set(try rows.values("basis")) == ["panel"])
        #expect(Set(try rows.values("area")).count == 9, "eight countries, and all together")
        #expect(String(decoding: try #require(files["index.html"]), as: UTF8.self).contains("<html lang=\"en\""))
    }

    @Test(.enabled(if: isThere, "the answers of the Winton study are not beside this checkout"))
    func perceivedRiskEqualsR() throws {
        let copy = try self.study()
        let study = try Study(at: copy.path)
        let prepared = try StudyRun(study, wave: study.waves[0]).prepare()
        let result = try prepared.estimation.estimate(
            MeanEstimator(["riskindex"], of: prepared.table),
            by: .everyone(rowCount: prepared.table.rowCount))
        withExtendedLifetime(copy) {}
        let source =
            "R survey 4.5, Winton, calibrate(calfun = \"raking\") on country × gender and country × age6, svymean(~riskindex)"
        #expect(prepared.table.rowCount == 5592)
        #expect(prepared.designDegreesOfFreedom == 5584, "respondents less eight strata")
        #expect(result.counts == [5549], "of whom so many answered all that the index needs")
        expectClose(try #require(result.value(0, 0)), 4.97799714176843, relative: 1e-6, source: source)
        expectClose(try #require(result.standardError(0, 0)), 0.0134778616512057, relative: 1e-6, source: source)
    }
}
