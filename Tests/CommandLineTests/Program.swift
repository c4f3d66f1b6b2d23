import Foundation
import Testing

/// The built program, run as its users run it.
enum Program {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static var path: String {
        ProcessInfo.processInfo.environment["PEIL"] ?? root.appendingPathComponent(".build/release/peil").path
    }

    struct Answer: Sendable {
        let output: String
        let error: String
        let exitCode: Int32

        /// stdout as one JSON document, numbers as they are.
        func json() throws -> [String: Any] { try decoded(output) }

        /// stderr as one line of JSON.
        func errorJSON() throws -> [String: Any] {
            let lines = error.split(separator: "\n")
            try #require(lines.count == 1, "stderr is \(error)")
            return try decoded(String(lines[0]))
        }

        private func decoded(_ text: String) throws -> [String: Any] {
            try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        }
    }

    static func run(_ arguments: String..., in folder: TemporaryFolder? = nil) throws -> Answer {
        try run(arguments, in: folder)
    }

    static func run(_ arguments: [String], in folder: TemporaryFolder? = nil) throws -> Answer {
        try start(path, arguments, in: folder?.url)
    }

    /// Runs any program. The streams go to files: a full pipe cannot stop it.
    static func start(_ program: String, _ arguments: [String], in folder: URL? = nil) throws -> Answer {
        let streams = try TemporaryFolder()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        if let folder { process.currentDirectoryURL = folder }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try streams.handle("stdout")
        process.standardError = try streams.handle("stderr")
        try process.run()
        process.waitUntilExit()
        return Answer(
            output: try streams.text("stdout"), error: try streams.text("stderr"),
            exitCode: process.terminationReason == .exit
                ? process.terminationStatus
                : 128 + process.terminationStatus)
    }
}

/// A folder of one test, gone when the test ends.
final class TemporaryFolder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("peil-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }
    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }
    func bytes(_ name: String) throws -> Data { try Data(contentsOf: url.appendingPathComponent(name)) }
    func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

    func write(_ text: String, to name: String) throws {
        let file = url.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    func handle(_ name: String) throws -> FileHandle {
        try write("", to: name)
        return try FileHandle(forWritingTo: url.appendingPathComponent(name))
    }

    /// Every file below, with its bytes.
    func tree() throws -> [String: Data] {
        var result: [String: Data] = [:]
        let all = try FileManager.default.subpathsOfDirectory(atPath: url.path)
        for name in all {
            let type = try FileManager.default.attributesOfItem(atPath: path(name))[.type] as? FileAttributeType
            if type == .typeRegular { result[name] = try bytes(name) }
            if type == .typeSymbolicLink {
                result[name] = Data(try FileManager.default.destinationOfSymbolicLink(atPath: path(name)).utf8)
            }
        }
        return result
    }
}
