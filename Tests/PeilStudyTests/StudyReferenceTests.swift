import Foundation
import PeilIngest
import Testing

@testable import PeilStudy

/// Guides/Study-reference.md lists the keys that the readers know, with what they take them as. The readers themselves tell, while they
/// read the sample study and the pieces of Tests/Golden/study-keys.yaml and codebook-keys.yaml, so the page cannot drift.
/// `PEIL_WRITE_REFERENCE=1 swift test --filter StudyReference` writes the page; the last column is written by hand, in the page.
@Suite struct StudyReferenceTests {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let page = root.appendingPathComponent("Guides/Study-reference.md")

    /// Everything that was read, once.
    static let recorder: KeyRecorder = {
        let recorder = KeyRecorder()
        KeyRecorder.$current.withValue(recorder) {
            for (file, pieces) in [("study.yaml", "study-keys.yaml"), ("codebook.yaml", "codebook-keys.yaml")] {
                for piece in [""] + documents(pieces) { read(replacing: file, with: piece) }
            }
        }
        return recorder
    }()

    /// The documents of a file, without the comment at its top.
    private static func documents(_ name: String) -> [String] {
        let text = (try? String(contentsOf: root.appendingPathComponent("Tests/Golden/\(name)"), encoding: .utf8)) ?? ""
        return text.components(separatedBy: "\n---\n").map { piece in
            piece.split(separator: "\n", omittingEmptySubsequences: false).drop { $0.hasPrefix("#") }
                .joined(separator: "\n")
        }
    }

    /// Reads the sample study with the top keys of `piece` in the place of its own.
    private static func read(replacing file: String, with piece: String) {
        let files = FileManager.default
        let folder = files.temporaryDirectory.appendingPathComponent("peil-keys-\(UUID().uuidString)")
        defer { try? files.removeItem(at: folder) }
        let sample = root.appendingPathComponent("Data/haaglanden")
        try? files.createDirectory(at: folder, withIntermediateDirectories: true)
        for name in ["codebook.yaml", "margins.csv", "messages.yaml", "frame.csv", "study.yaml"] {
            try? files.copyItem(at: sample.appendingPathComponent(name), to: folder.appendingPathComponent(name))
        }
        let theme =
            "colours: {accent: \"#4a148c\"}\nfonts: [Verdana]\nname: A\nfooter: {nl: a, en: a}\n"
        try? Data(theme.utf8).write(to: folder.appendingPathComponent("theme.yaml"))
        let target = folder.appendingPathComponent(file)
        let text = (try? String(contentsOf: target, encoding: .utf8)) ?? ""
        try? Data((without(topKeys(piece), in: text) + "\n" + piece).utf8).write(to: target)
        _ = try? Study(at: folder.path)
    }

    private static func topKeys(_ yaml: String) -> [String] {
        yaml.split(separator: "\n").compactMap { $0.firstMatch(of: /^([a-z_]+):/).map { String($0.1) } }
    }

    /// The text without these keys at its top and all that belongs to them.
    private static func without(_ keys: [String], in yaml: String) -> String {
        var isLeftOut = false
        return yaml.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
            if let key = line.firstMatch(of: /^([a-z_]+):/) { isLeftOut = keys.contains(String(key.1)) }
            return !isLeftOut
        }.joined(separator: "\n")
    }

    // MARK: The page

    /// The mappings of a file by their general name: "waves › files", whichever wave and file.
    private static func mappings(of file: String) -> [String: KeyRecorder.Mapping] {
        var result: [String: KeyRecorder.Mapping] = [:]
        // In an order that no folder's name decides: by path, then by keys.
        let sorted = recorder.mappings.map { (place: $0.key, order: order($0.key, $0.value), mapping: $0.value) }
            .sorted { $0.order < $1.order }
        for (place, _, mapping) in sorted {
            let parts = place.split(separator: "\u{1F}", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0].split(separator: "/").last.map(String.init) == file else { continue }
            guard let name = general(String(parts[1]), of: file) else { continue }
            guard var known = result[name] else {
                result[name] = mapping
                continue
            }
            known.keys += mapping.keys.filter { !known.keys.contains($0) }
            known.values.merge(mapping.values) {
                $0.contains("; default") ? $0 : $1.contains("; default") ? $1 : min($0, $1)
            }
            result[name] = known
        }
        return result.filter { !$0.value.keys.isEmpty }
    }

    private static func order(_ place: String, _ mapping: KeyRecorder.Mapping) -> String {
        let path = place.split(separator: "\u{1F}", maxSplits: 1, omittingEmptySubsequences: false).last ?? ""
        let values = mapping.keys.map { "\($0)=\(mapping.values[$0] ?? "")" }
        return ([String(path)] + values).joined(separator: "\u{1F}")
    }

    /// Nil where the keys are the study's own: codes, columns, languages.
    private static func general(_ path: String, of file: String) -> String? {
        let own = ["tiles", "expect", "totals", "codes", "reference", "margins", "csv"]
        let words = path.components(separatedBy: " › ").filter { Int($0) == nil }
        let isMargin = words.starts(with: ["weighting"]) && words.last == "margins"
        if words.count > 1, let last = words.last, own.contains(last), !isMargin { return nil }
        if file == "messages.yaml" { return path.isEmpty ? nil : "CODE" }
        if words.starts(with: ["segments", "labels"]) { return words.count == 2 ? nil : "segments › labels › CODE" }
        var name = words.joined(separator: " › ")
        name = name.replacing(/^(\w+) of '[^']*'$/) { "derived › \($0.1)" }
        name = name.replacing(/^column '[^']*'$/, with: "a variable")
        name = name.replacing(/'[^']*'/, with: "NAME")
        if name == "the codebook" { return "" }
        if name.hasPrefix("waves › weighting") { name = String(name.dropFirst("waves › ".count)) }
        for pages in ["pages", "segment_pages", "area_pages"] {
            name = name.replacing("report › \(pages) › sections", with: "report › sections")
        }
        return name
    }

    /// Sections of the page, those with the same keys and values together.
    private static func tables(of file: String) -> [(title: String, mapping: KeyRecorder.Mapping)] {
        var tables: [(names: [String], mapping: KeyRecorder.Mapping)] = []
        for (name, mapping) in mappings(of: file).sorted(by: { $0.key < $1.key }) {
            if let same = tables.firstIndex(where: {
                $0.mapping.keys == mapping.keys && $0.mapping.values == mapping.values
            }) {
                tables[same].names.append(name)
            } else {
                tables.append(([name], mapping))
            }
        }
        return tables.map { table in
            (table.names.map { $0.isEmpty ? "At the top" : $0 }.joined(separator: "; "), table.mapping)
        }
    }

    /// The page anew; what stands in the last column now is kept.
    private static func rendered(keeping old: String) -> String {
        let words = handWritten(in: old)
        var lines = [old.components(separatedBy: "\n## ")[0].trimmingCharacters(in: .newlines)]
        for file in ["study.yaml", "codebook.yaml", "messages.yaml", "theme.yaml"] {
            lines.append("\n## \(file)")
            for (title, mapping) in tables(of: file) {
                lines.append("\n### \(title)\n\n| key | value | what |\n| --- | --- | --- |")
                for key in mapping.keys {
                    let kept = words["\(file) \(title) \(key)"] ?? words["\(file) \(key)"]
                    lines.append("| `\(key)` | \(mapping.values[key] ?? kept?.value ?? "?") | \(kept?.what ?? "?") |")
                }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// By file, section and key, and by file and key for sections that got another name.
    private static func handWritten(in page: String) -> [String: (value: String, what: String)] {
        var result: [String: (value: String, what: String)] = [:]
        var (file, section) = ("", "")
        for line in page.split(separator: "\n") {
            if line.hasPrefix("## ") { file = String(line.dropFirst(3)) }
            if line.hasPrefix("### ") { section = String(line.dropFirst(4)) }
            guard let row = line.firstMatch(of: /^\| `(.*?)` \| (.*?) \| (.*) \|$/) else { continue }
            result["\(file) \(section) \(row.1)"] = (String(row.2), String(row.3))
            if result["\(file) \(row.1)"] == nil { result["\(file) \(row.1)"] = (String(row.2), String(row.3)) }
        }
        return result
    }

    @Test func theReferenceListsTheKeysThatTheReadersKnow() throws {
        let old = try String(contentsOf: Self.page, encoding: .utf8)
        let new = Self.rendered(keeping: old)
        if ProcessInfo.processInfo.environment["PEIL_WRITE_REFERENCE"] == "1" {
            try Data(new.utf8).write(to: Self.page)
            return
        }
        #expect(old == new, "write the page anew: PEIL_WRITE_REFERENCE=1 swift test --filter StudyReference")
        let open = new.split(separator: "\n").filter { $0.contains("| ? |") || $0.hasSuffix("| ? |") }
        #expect(open.isEmpty, "keys without words in the page")
        for key in ["small_areas", "lonely_psu", "must_agree", "answer_sets", "minimum_required_share", "avoid"] {
            #expect(new.contains("| `\(key)` |"))
        }
    }

    /// A reader that no piece passes would be missing from the page unseen.
    @Test func everyReaderWasPassed() throws {
        let others = [
            "PeilStudy/Change/CompareReader.swift", "PeilStudy/Frame/FrameRequest.swift",
            "PeilStudy/Plan/AdjustmentReader.swift"
        ]
        var missed: [String] = []
        for folder in ["PeilStudy/Study", "PeilIngest/Codebook"] {
            let names = try FileManager.default.contentsOfDirectory(
                atPath: Self.root.appendingPathComponent("Sources/\(folder)").path)
            for name in names.filter({ $0.hasSuffix(".swift") }).map({ "\(folder)/\($0)" }) {
                missed += try Self.sites(in: name).filter { !Self.recorder.sites.contains($0) }
            }
        }
        for name in others { missed += try Self.sites(in: name).filter { !Self.recorder.sites.contains($0) } }
        #expect(missed == [], "add a piece to Tests/Golden/study-keys.yaml or codebook-keys.yaml")
    }

    /// Module/File.swift:line of each place that checks keys.
    private static func sites(in path: String) throws -> [String] {
        let text = try String(contentsOf: root.appendingPathComponent("Sources/\(path)"), encoding: .utf8)
        let file = "\(path.split(separator: "/")[0])/\(path.split(separator: "/").last ?? "")"
        return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { number, line in
            line.contains(".allow(") || line.contains(" YAMLFields(") ? "\(file):\(number + 1)" : nil
        }
    }
}
