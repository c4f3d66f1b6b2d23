import Foundation
import PeilStore
import Testing

@testable import PeilWaves

@Suite struct DeliveryTests {
    func inFolder(_ files: [String: String], _ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.path + "/peil-waves-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (name, content) in files { try Data(content.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)")) }
        try body(folder)
    }

    @Test func aWaveIsCompleteWhenAllItsFilesAreThere() throws {
        try inFolder(["web.csv": "id\n1\n", "paper.csv": "id\n2\n"]) { folder in
            let paths = ["web.csv", "paper.csv"].map { "\(folder)/\($0)" }
            let delivery = try Delivery.inspect(waveID: "2026-1", files: paths)
            #expect(delivery.isComplete)
            #expect(delivery.files.map(\.path) == paths)
            #expect(delivery.files.map(\.bytes) == [5, 5])
            #expect(delivery.files[0].hash == ContentHash(of: "id\n1\n".utf8))
        }
    }

    @Test func filesThatAreNotThereYetAreNamed() throws {
        try inFolder(["web.csv": "id\n1\n", "paper.csv.part": "id\n"]) { folder in
            let paths = ["web.csv", "paper.csv", "paper.csv.part"].map { "\(folder)/\($0)" }
            let delivery = try Delivery.inspect(waveID: "2026-1", files: paths)
            #expect(!delivery.isComplete)
            #expect(delivery.missing == Array(paths[1...]))
        }
    }

    @Test func aWaveWithoutFilesIsNotComplete() throws {
        #expect(try !Delivery.inspect(waveID: "2026-1", files: []).isComplete)
    }

    @Test func theSameAnswersUnderOtherNamesAreTheSameDelivery() throws {
        try inFolder(["a": "1", "b": "2", "c": "2", "d": "1", "e": "3"]) { folder in
            func identity(_ names: [String]) throws -> ContentHash {
                try Delivery.inspect(waveID: "2026-1", files: names.map { "\(folder)/\($0)" }).identity
            }
            let sent = try identity(["a", "b"])
            let sentAgain = try identity(["c", "d"])
            let corrected = try identity(["a", "e"])
            let (twice, once) = (try identity(["a", "d"]), try identity(["a"]))
            #expect(sent == sentAgain)
            #expect(sent != corrected)
            #expect(twice != once)
        }
    }

    @Test func aFolderInPlaceOfAFileIsAnError() throws {
        try inFolder([:]) { folder in
            #expect(throws: StoreError.wrongKind(path: folder, expected: "a plain file")) {
                try Delivery.inspect(waveID: "2026-1", files: [folder])
            }
        }
    }
}
