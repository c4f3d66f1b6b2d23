import Foundation
import Testing

/// The sample study in a folder of its own, to be run or spoilt.
final class StudyCopy: Sendable {
    let folder: TemporaryFolder
    var path: String { folder.path("study") }

    init(_ study: String = "haaglanden") throws {
        folder = try TemporaryFolder()
        let source = Program.root.appendingPathComponent("Data/\(study)")
        let target = folder.url.appendingPathComponent("study")
        try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
        for name in try FileManager.default.contentsOfDirectory(atPath: source.path) where name != "out" {
            try FileManager.default.copyItem(
                at: source.appendingPathComponent(name), to: target.appendingPathComponent(name))
        }
    }

    func text(_ name: String) throws -> String { try folder.text("study/\(name)") }
    func bytes(_ name: String) throws -> Data { try folder.bytes("study/\(name)") }
    func exists(_ name: String) -> Bool { folder.exists("study/\(name)") }
    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: folder.path("study/\(name)")) }

    /// Replaces the one place where `old` stands.
    func edit(_ name: String, _ old: String, _ new: String) throws {
        let text = try text(name)
        try #require(text.components(separatedBy: old).count == 2, "'\(old)' must stand once in \(name)")
        try folder.write(text.replacingOccurrences(of: old, with: new), to: "study/\(name)")
    }

    /// Rewrites the second wave's records.
    func editWave(_ change: (inout Records) throws -> Void) throws {
        var records = Records(try text("data/golf2.csv"), delimiter: ";")
        try change(&records)
        try folder.write(records.text, to: "study/data/golf2.csv")
    }

    func run(_ command: String = "run", _ more: String...) throws -> Program.Answer {
        try Program.run([command, path] + more)
    }

    /// The files that readers see.
    func published() throws -> [String: Data] {
        let current = folder.url.appendingPathComponent("study/out/current").resolvingSymlinksInPath()
        var result: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: current.path) {
            result[name] = try Data(contentsOf: current.appendingPathComponent(name))
        }
        return result
    }
}

/// A delimited text as rows of cells: quotes, doubled quotes and line breaks inside quotes.
struct Records {
    var header: [String] = []
    var rows: [[String]] = []
    let delimiter: String

    init(_ text: String, delimiter: String) {
        self.delimiter = delimiter
        var all: [[String]] = []
        var row: [String] = []
        var cell = ""
        var isQuoted = false
        var previousWasQuote = false
        for scalar in text.unicodeScalars where scalar != "\u{FEFF}" && scalar != "\r" {
            if scalar == "\"" {
                if previousWasQuote { cell += "\"" }
                previousWasQuote = isQuoted
                isQuoted.toggle()
                continue
            }
            previousWasQuote = false
            if isQuoted {
                cell.unicodeScalars.append(scalar)
                continue
            }
            switch String(scalar) {
            case delimiter:
                row.append(cell)
                cell = ""
            case "\n":
                all.append(row + [cell])
                row = []
                cell = ""
            default: cell.unicodeScalars.append(scalar)
            }
        }
        if !cell.isEmpty || !row.isEmpty { all.append(row + [cell]) }
        header = all.first ?? []
        rows = Array(all.dropFirst())
    }

    func index(_ column: String) throws -> Int { try #require(header.firstIndex(of: column), "no column \(column)") }
    func values(_ column: String) throws -> [String] {
        let index = try index(column)
        return rows.map { $0[index] }
    }

    /// Sets the cell of a data row, counted from 0; its line is row + 2 where no cell has line breaks before it.
    mutating func set(_ row: Int, _ column: String, _ value: String) throws { rows[row][try index(column)] = value }

    var text: String {
        ([header] + rows).map { row in
            row.map { cell in
                cell.contains { $0 == "\"" || $0 == "\n" || String($0) == delimiter }
                    ? "\"" + cell.replacingOccurrences(of: "\"", with: "\"\"") + "\"" : cell
            }.joined(separator: delimiter)
        }.joined(separator: "\n") + "\n"
    }
}
