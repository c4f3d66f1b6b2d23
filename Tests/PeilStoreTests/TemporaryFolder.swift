import Foundation
import Testing

@testable import PeilStore

/// A real folder for one test, removed afterwards.
func withTemporaryFolder(_ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.path + "/peil-store-\(RandomName.next())"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
}

func text(_ path: String) throws -> String { String(decoding: try DurableFile.read(path), as: UTF8.self) }

/// All paths below a folder, sorted, except lock files.
func listing(_ folder: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder).filter { !$0.hasSuffix("lock") }.sorted()
}

/// The error that `body` throws; a failed expectation when it throws none or another type.
func storeError(_ body: () throws -> Void, sourceLocation: SourceLocation = #_sourceLocation) -> StoreError? {
    do {
        try body()
        Issue.record("no error was thrown", sourceLocation: sourceLocation)
        return nil
    } catch let error as StoreError {
        return error
    } catch {
        Issue.record("another error: \(error)", sourceLocation: sourceLocation)
        return nil
    }
}
