import Foundation
import PeilIngest
import PeilTable
import Yams

/// A mapping of a YAML or JSON file, read strictly: an unknown key is an error that names the nearest valid
/// one, because a misspelt key would otherwise silently do nothing. Every error names file, line and column.
struct Section {
    let file: String
    /// Where in the file, for messages: "weighting › steps › 1".
    let path: String
    let mark: Mark?
    private let entries: [(key: String, mark: Mark?, value: Node)]

    init(_ node: Node, file: String, path: String) throws {
        guard case .mapping(let mapping) = node else {
            throw Failure(
                "WRONG_TYPE", "\(path.isEmpty ? "The file" : "'\(path)'") must be a mapping of keys to values",
                file: file,
                line: node.mark?.line, column: node.mark?.column,
                remedy: path.isEmpty
                    ? "write `key: value` lines, or name the right file: study.yaml, say, which names those with the answers"
                    : "write `key: value` lines",
                exitCode: ExitStatus.configuration)
        }
        self.file = file
        self.path = path
        mark = node.mark
        entries = mapping.map { ($0.key.string ?? "", $0.key.mark, $0.value) }
    }

    /// Reads a whole file.
    static func document(_ text: String, file: String) throws -> Section {
        let node: Node?
        do { node = try YAMLDocument.compose(text) } catch {
            throw Failure(
                error.code, error.message, file: file, line: error.line, column: error.column, remedy: error.remedy,
                exitCode: ExitStatus.configuration)
        }
        guard let node else {
            throw Failure(
                "EMPTY_FILE", "The file holds nothing", file: file, remedy: "fill it, or name another file",
                exitCode: ExitStatus.configuration)
        }
        return try Section(node, file: file, path: "")
    }

    var keys: [String] { entries.map(\.key) }
    func has(_ key: String) -> Bool { entries.contains { $0.key == key } }

    /// Refuses every key that is not in `known`, and keys given twice.
    func allow(_ known: [String], site: String = #fileID, siteLine: Int = #line) throws {
        KeyRecorder.current?.knows(known, at: place, site: "\(site):\(siteLine)")
        var seen = Set<String>()
        for entry in entries {
            if !known.contains(entry.key) {
                let nearest = nearestName(to: entry.key, among: known)
                throw Failure(
                    "UNKNOWN_KEY", "'\(entry.key)' is not a key of \(path.isEmpty ? "this file" : "'\(path)'")",
                    file: file,
                    line: entry.mark?.line, column: entry.mark?.column,
                    remedy: nearest.map { "did you mean '\($0)'?" } ?? "keys are: \(known.joined(separator: ", "))",
                    exitCode: ExitStatus.configuration)
            }
            if !seen.insert(entry.key).inserted {
                throw Failure(
                    "DUPLICATE_KEY", "'\(entry.key)' is given twice", file: file, line: entry.mark?.line,
                    column: entry.mark?.column, remedy: "keep one of them", exitCode: ExitStatus.configuration)
            }
        }
    }

    func node(_ key: String) -> Node? { entries.first { $0.key == key }?.value }

    private func name(_ key: String) -> String { path.isEmpty ? key : "\(path) › \(key)" }

    func fail(_ key: String, _ expected: String, remedy: String = "see the reference of study.yaml") -> Failure {
        let mark = node(key)?.mark ?? self.mark
        return Failure(
            "WRONG_VALUE", "'\(name(key))' must be \(expected)", file: file, line: mark?.line, column: mark?.column,
            remedy: remedy, exitCode: ExitStatus.configuration)
    }

    /// File and path, for what notes keys.
    private var place: String { "\(file)\u{1F}\(path)" }

    private func takes(_ key: String, as value: String) { KeyRecorder.current?.takes(key, as: value, at: place) }

    private func require(_ key: String) throws -> Node {
        if let node = node(key) { return node }
        throw Failure(
            "MISSING_KEY", "'\(name(key))' is missing", file: file, line: mark?.line, remedy: "add `\(key):`",
            exitCode: ExitStatus.configuration)
    }

    func text(_ key: String) throws -> String {
        takes(key, as: "text")
        let node = try require(key)
        guard let text = node.string else { throw fail(key, "a text") }
        return text
    }

    /// The name of a file inside the study's folder.
    func path(_ key: String) throws -> String {
        takes(key, as: "file in the study's folder")
        let name = try text(key)
        guard StudyFiles.isInside(name, folder: StudyFiles.folder(of: file)) else {
            throw fail(
                key, "a path inside the study's folder",
                remedy: "use a relative path without '..' and no link out of it")
        }
        return name
    }

    func optionalText(_ key: String) throws -> String? {
        takes(key, as: "text")
        return isAbsent(key) ? nil : try text(key)
    }

    func isAbsent(_ key: String) -> Bool {
        guard let node = node(key) else { return true }
        return node.null != nil
    }

    func number(_ key: String, default fallback: Double? = nil) throws -> Double {
        let standard = fallback.flatMap { $0.isFinite ? "; default \(JSONValue.number($0).text)" : nil }
        takes(key, as: "number" + (standard ?? ""))
        if isAbsent(key), let fallback { return fallback }
        let node = try require(key)
        guard let number = Self.number(node) else { throw fail(key, "a number") }
        return number
    }

    func integer(_ key: String, default fallback: Int? = nil) throws -> Int {
        takes(key, as: "whole number" + (fallback.map { "; default \($0)" } ?? ""))
        let value = try number(key, default: fallback.map(Double.init))
        guard let integer = Int(exactly: value) else { throw fail(key, "a whole number") }
        return integer
    }

    func flag(_ key: String, default fallback: Bool) throws -> Bool {
        takes(key, as: "true or false; default \(fallback)")
        guard !isAbsent(key) else { return fallback }
        guard let flag = node(key)?.bool else { throw fail(key, "true or false") }
        return flag
    }

    func texts(_ key: String, default fallback: [String]? = nil) throws -> [String] {
        takes(key, as: "texts")
        if isAbsent(key), let fallback { return fallback }
        let node = try require(key)
        if let single = node.string { return [single] }
        guard case .sequence(let sequence) = node else { throw fail(key, "a list of texts") }
        return try sequence.map { element in
            guard let text = element.string else { throw fail(key, "a list of texts") }
            return text
        }
    }

    func numbers(_ key: String) throws -> [Double] {
        takes(key, as: "numbers")
        guard case .sequence(let sequence) = try require(key) else { throw fail(key, "a list of numbers") }
        return try sequence.map { element in
            guard let number = Self.number(element) else { throw fail(key, "a list of numbers") }
            return number
        }
    }

    /// Numbers, with null for none.
    func optionalNumbers(_ key: String) throws -> [Double?] {
        takes(key, as: "numbers, null for none")
        guard case .sequence(let sequence) = try require(key) else { throw fail(key, "a list of numbers") }
        return try sequence.map { element in
            if element.null != nil { return nil }
            guard let number = Self.number(element) else { throw fail(key, "a list of numbers") }
            return number
        }
    }

    /// A list of lists of texts.
    func textLists(_ key: String) throws -> [[String]] {
        takes(key, as: "lists of texts")
        guard case .sequence(let sequence) = try require(key) else { throw fail(key, "a list of lists") }
        return try sequence.map { element in
            guard case .sequence(let inner) = element else { throw fail(key, "a list of lists") }
            return try inner.map { word in
                guard let text = word.string else { throw fail(key, "a list of lists of texts") }
                return text
            }
        }
    }

    /// Lists of numbers, such as the rows of a matrix.
    func numberLists(_ key: String) throws -> [[Double]] {
        takes(key, as: "lists of numbers")
        return try textLists(key).map { line in
            try line.map { text in
                guard let number = Double(text), number.isFinite else { throw fail(key, "lists of numbers") }
                return number
            }
        }
    }

    func section(_ key: String) throws -> Section {
        takes(key, as: "keys")
        return try Section(try require(key), file: file, path: name(key))
    }
    func optionalSection(_ key: String) throws -> Section? {
        takes(key, as: "keys")
        return isAbsent(key) ? nil : try section(key)
    }

    /// The mappings of a list.
    func sections(_ key: String, optional: Bool = false) throws -> [Section] {
        takes(key, as: "list of keys")
        if optional, isAbsent(key) { return [] }
        guard case .sequence(let sequence) = try require(key) else { throw fail(key, "a list") }
        return try sequence.enumerated().map { try Section($1, file: file, path: "\(name(key)) › \($0 + 1)") }
    }

    /// One of a closed set of words.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, default fallback: Choice? = nil
    ) throws -> Choice
    where Choice.RawValue == String {
        let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        takes(key, as: words + (fallback.map { "; default \($0.rawValue)" } ?? ""))
        if isAbsent(key), let fallback { return fallback }
        let word = try text(key)
        if let choice = Choice(rawValue: word) { return choice }
        let known = Choice.allCases.map(\.rawValue)
        throw fail(
            key, "one of \(known.joined(separator: ", "))",
            remedy: nearestName(to: word, among: known).map { "did you mean '\($0)'?" } ?? "choose one of them")
    }

    /// A text per language (`nl: …`, `en: …`), or one text for all.
    func localized(_ key: String) throws -> LocalizedText {
        takes(key, as: "text, or a text per language")
        let node = try require(key)
        if let text = node.string { return LocalizedText(everywhere: text) }
        let languages = try section(key)
        var texts: [String: String] = [:]
        for language in languages.keys { texts[language] = try languages.text(language) }
        return LocalizedText(texts)
    }

    func optionalLocalized(_ key: String) throws -> LocalizedText? {
        takes(key, as: "text, or a text per language")
        return isAbsent(key) ? nil : try localized(key)
    }

    /// Decimal notation only: "nan", "inf" and hexadecimal are no numbers of a study.
    static func number(_ node: Node) -> Double? {
        guard let text = node.string, !text.isEmpty,
            text.utf8.allSatisfy({ ($0 >= 48 && $0 <= 57) || $0 == 43 || $0 == 45 || $0 == 46 || $0 == 69 || $0 == 101 }
            ),
            let value = Double(text), value.isFinite
        else { return nil }
        return value
    }
}
