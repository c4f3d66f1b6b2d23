import Foundation
import PeilStudy
import Testing

/// The report that stands in Reports/ is the one that this program makes, byte for byte. After an intended change:
/// `make report` writes it anew, and the difference is read before it is committed.
struct PublishedReportTests {
    @Test("The committed report is rendered again to the same bytes", arguments: ["nl", "en"])
    func sameBytes(language: String) throws {
        let study = try Study(at: sampleStudy)
        let wave = try #require(study.waves.last)
        let run = StudyRun(study, wave: wave)
        let folder = FileManager.default.temporaryDirectory.appending(path: "peil-report-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        _ = try Publisher(run).write(
            try run.release(try run.prepare()), language: language, to: folder.path(), records: false)
        let committed = URL(filePath: checkout + "/Reports/haaglanden/\(language)")
        let names = try FileManager.default.contentsOfDirectory(atPath: committed.path()).sorted()
        #expect(names.contains("index.html") && names.contains("estimates.csv"))
        for name in names {
            let stored = try Data(contentsOf: committed.appending(path: name))
            let made = try Data(contentsOf: folder.appending(path: "current/\(name)"))
            #expect(stored == made, "\(language)/\(name) differs; read the difference, then run `make report`")
        }
    }
}
