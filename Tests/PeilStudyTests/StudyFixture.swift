import Foundation
import PeilStatistics
import PeilTable

@testable import PeilStudy

/// Files of one test in a folder of its own, and small tables.
final class StudyFixture {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("peil-study-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    @discardableResult func write(_ text: String, to name: String) throws -> String {
        let file = folder.appendingPathComponent(name)
        try Data(text.utf8).write(to: file)
        return file.path
    }

    static func section(_ text: String) throws -> Section { try Section.document(text, file: "f.yaml") }

    /// The failure of `work`, whatever its type.
    static func failure(_ work: () throws -> Void) -> Failure? {
        do {
            try work()
            return nil
        } catch { return Failure(naming: error, file: "f.yaml") }
    }
}

/// The two waves of the sample study with weights and segments, made once.
enum SampleStudy {
    static let prepared: Result<[StudyRun.Prepared], any Error> = Result {
        let study = try Study(at: SimulationFixture.folder.path)
        return try study.waves.map { try StudyRun(study, wave: $0, threads: 2).prepare() }
    }
}
