import Foundation
import Testing

/// The report that stands in Reports/ is the one that this program makes, byte for byte. After an intended change:
/// `make report` writes it anew, and the difference is read before it is committed.
@Suite struct ReportsFolderTests {
    @Test(arguments: ["nl", "en"]) func theCommittedReportIsMadeAgainToTheSameBytes(_ language: String) throws {
        let folder = try TemporaryFolder()
        let study = Program.root.appendingPathComponent("Data/haaglanden").path
        let answer = try Program.run([
            "run", study, "--wave", "golf2", "--language", language, "--out", folder.path("out"), "--quiet"
        ])
        #expect(answer.exitCode == 0, "\(answer.error)")
        let committed = Program.root.appendingPathComponent("Reports/haaglanden/\(language)")
        let names = try FileManager.default.contentsOfDirectory(atPath: committed.path).sorted()
        #expect(names.contains("index.html") && names.contains("estimates.csv"))
        for name in names {
            let stored = try Data(contentsOf: committed.appendingPathComponent(name))
            let made = try folder.bytes("out/current/\(name)")
            #expect(stored == made, "\(language)/\(name) differs; read the difference, then run `make report`")
        }
    }
}
