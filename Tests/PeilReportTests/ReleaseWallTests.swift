import Foundation
import Testing

/// What the compiler refuses: nothing that was not released reaches a page. Each text is checked against the built modules.
struct ReleaseWallTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Modules of the build that this test belongs to: they lie beside its own executable, wherever the build was put.
    private static var modules: String {
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        for bundle in Bundle.allBundles where bundle.bundlePath.hasSuffix(".xctest") {
            folder = URL(fileURLWithPath: bundle.bundlePath).deletingLastPathComponent()
        }
        let beside = folder.appendingPathComponent("Modules").path
        if FileManager.default.fileExists(atPath: beside) { return beside }
        return root.appendingPathComponent(".build/debug/Modules").path
    }

    /// What the compiler says of a text; empty where it is content.
    private func errors(_ text: String) throws -> [String] {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("peil-wall-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("main.swift")
        try Data(text.utf8).write(to: file)
        let output = folder.appendingPathComponent("output")
        try Data().write(to: output)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "swiftc", "-typecheck", "-swift-version", "6", "-I", Self.modules, "-I",
            Self.root.appendingPathComponent("Sources/CNearestCentre/include").path, "-I",
            Self.root.appendingPathComponent("Sources/COpenBLAS").path, "-I",
            Self.root.appendingPathComponent("Sources/CXlsxWriter").path, file.path
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: output)
        try process.run()
        process.waitUntilExit()
        let lines = String(decoding: try Data(contentsOf: output), as: UTF8.self).split(separator: "\n")
        let errors = lines.filter { $0.contains(": error: ") }.map(String.init)
        #expect((process.terminationStatus == 0) == errors.isEmpty, "\(lines.first ?? "")")
        return errors
    }

    private func expectError(_ text: String, _ words: String, sourceLocation: SourceLocation = #_sourceLocation) throws
    {
        let found = try errors(text)
        #expect(
            found.contains { $0.contains("main.swift:") && $0.contains(words) }, "\(found)",
            sourceLocation: sourceLocation)
    }

    @Test func `what was released can be read and rendered`() throws {
        let found = try errors(
            """
            import PeilDisclosure
            import PeilReport
            import PeilStatistics
            func count(_ released: Released<Publication>) -> Int { released.content.rows.count }
            func page(_ released: Released<Publication>, _ report: Report) throws -> [RenderedFile] {
                try CSVRenderer().render(released, report: report)
            }
            func estimates(_ raw: GroupedEstimates) -> Int { raw.counts.count }
            """)
        #expect(found.isEmpty, "\(found)")
    }

    @Test func `a released value cannot be forged`() throws {
        try expectError(
            """
            import PeilDisclosure
            let forged = Released("anything")
            """, "initializer is inaccessible due to 'internal' protection level")
    }

    @Test func `a released value cannot be read from a file`() throws {
        try expectError(
            """
            import Foundation
            import PeilDisclosure
            let stored = try JSONDecoder().decode(Released<String>.self, from: Data())
            """, "requires that 'Released<String>' conform to 'Decodable'")
    }

    @Test func `a raw estimate cannot be rendered`() throws {
        try expectError(
            """
            import PeilReport
            import PeilStatistics
            func page(_ raw: GroupedEstimates, _ report: Report) throws {
                _ = try CSVRenderer().render(raw, report: report)
            }
            """, "cannot convert value of type 'GroupedEstimates' to expected argument type 'Released<Publication>'")
    }

    @Test func `the report imports no statistics`() throws {
        let folder = Self.root.appendingPathComponent("Sources/PeilReport")
        var count = 0
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path) where name.hasSuffix(".swift") {
            count += 1
            let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
            #expect(!text.contains("import PeilStatistics"), "\(name)")
        }
        #expect(count > 20)
    }
}
