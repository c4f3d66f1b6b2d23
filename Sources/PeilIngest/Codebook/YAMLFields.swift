import PeilTable
internal import Yams

/// The keys of one mapping of a codebook file, each asked for by name; a key that nobody knows is an
/// error that names the nearest valid one.
struct YAMLFields {
    let file: String
    let place: String
    let line: Int?
    private var nodes: [String: Node] = [:]
    private(set) var keys: [String] = []

    init(
        _ node: Node, file: String, place: String, known: [String], site: String = #fileID, siteLine: Int = #line
    ) throws(IngestError) {
        KeyRecorder.current?.knows(known, at: "\(file)\u{1F}\(place)", site: "\(site):\(siteLine)")
        self.file = file
        self.place = place
        line = node.mark?.line
        guard case .mapping(let mapping) = node else {
            throw Self.error(
                "\(place) must be a list of keys with values.", file: file, mark: node.mark,
                remedy: "Write key: value pairs.")
        }
        for (key, value) in mapping {
            guard let name = key.scalar?.string else { continue }
            guard known.contains(name) else {
                let nearest = nearestName(to: name, among: known)
                throw Self.error(
                    "Unknown key '\(printable(name))' in \(place).", file: file, mark: key.mark, code: "UNKNOWN_KEY",
                    remedy: nearest.map { "Did you mean '\($0)'?" } ?? "Known keys: \(known.joined(separator: ", ")).")
            }
            guard nodes.updateValue(value, forKey: name) == nil else {
                throw Self.error(
                    "Key '\(name)' stands twice in \(place).", file: file, mark: key.mark, remedy: "Keep one of them.")
            }
            keys.append(name)
        }
    }

    static func error(
        _ message: String, file: String, mark: Mark?, code: String = "CODEBOOK_INVALID", remedy: String
    ) -> IngestError {
        IngestError(code, message, file: file, line: mark?.line, column: mark?.column, remedy: remedy, exitCode: 78)
    }

    func error(_ message: String, at key: String? = nil, remedy: String) -> IngestError {
        let mark = key.flatMap { nodes[$0]?.mark }
        return IngestError(
            "CODEBOOK_INVALID", message, file: file, line: mark?.line ?? line, column: mark?.column,
            remedy: remedy, exitCode: 78)
    }

    func node(_ key: String) -> Node? { nodes[key].flatMap { $0.isNull ? nil : $0 } }
    func has(_ key: String) -> Bool { nodes[key] != nil }

    private func takes(_ key: String, as value: String) {
        KeyRecorder.current?.takes(key, as: value, at: "\(file)\u{1F}\(place)")
    }

    func text(_ key: String) throws(IngestError) -> String? {
        takes(key, as: "text")
        guard let node = node(key) else { return nil }
        guard let text = node.scalar?.string else {
            throw error("'\(key)' in \(place) must be one value.", at: key, remedy: "Write a text or a number.")
        }
        return text
    }

    func required(_ key: String) throws(IngestError) -> String {
        guard let text = try text(key) else { throw error("\(place) needs the key '\(key)'.", remedy: "Add '\(key)'.") }
        return text
    }

    func number(_ key: String) throws(IngestError) -> Double? {
        takes(key, as: "number")
        guard let text = try text(key) else { return nil }
        let bytes = Array(text.utf8)
        guard let value = NumberParser.plain(bytes.span, 0..<bytes.count, decimal: Ascii.point), value.isFinite else {
            throw error("'\(key)' in \(place) must be a number.", at: key, remedy: "Write it with a decimal point.")
        }
        return value
    }

    func integer(_ key: String) throws(IngestError) -> Int? {
        takes(key, as: "whole number")
        guard let value = try number(key) else { return nil }
        guard let whole = Int(exactly: value) else {
            throw error("'\(key)' in \(place) must be a whole number.", at: key, remedy: "Write a whole number.")
        }
        return whole
    }

    func flag(_ key: String) throws(IngestError) -> Bool? {
        takes(key, as: "true or false")
        guard let text = try text(key) else { return nil }
        switch text {
        case "true", "yes": return true
        case "false", "no": return false
        default: throw error("'\(key)' in \(place) must be true or false.", at: key, remedy: "Write true or false.")
        }
    }

    /// One byte: a delimiter, a quote, a decimal mark.
    func byte(_ key: String) throws(IngestError) -> UInt8? {
        takes(key, as: "one character")
        guard let text = try text(key) else { return nil }
        if text == "tab" || text == "\\t" { return Ascii.tab }
        guard text.utf8.count == 1, let byte = text.utf8.first else {
            throw error(
                "'\(key)' in \(place) must be one ASCII character.", at: key,
                remedy: "Write the character between quotes, or the word tab.")
        }
        return byte
    }

    func nodes(_ key: String) throws(IngestError) -> [Node] {
        takes(key, as: "list")
        guard let node = node(key) else { return [] }
        guard case .sequence(let sequence) = node else {
            throw error("'\(key)' in \(place) must be a list.", at: key, remedy: "Write a list.")
        }
        return Array(sequence)
    }

    /// A list of texts; one text stands for a list of one.
    func texts(_ key: String) throws(IngestError) -> [String] {
        takes(key, as: "texts")
        if let one = node(key)?.scalar?.string { return [one] }
        var result: [String] = []
        for node in try nodes(key) {
            guard let text = node.scalar?.string else {
                throw error(
                    "'\(key)' in \(place) must be a list of texts.", at: key, remedy: "Write one text per entry.")
            }
            result.append(text)
        }
        return result
    }

    func numbers(_ key: String) throws(IngestError) -> [Double] {
        takes(key, as: "numbers")
        var result: [Double] = []
        for text in try texts(key) {
            guard let value = Double(text), value.isFinite else {
                throw error(
                    "'\(key)' in \(place) must be a list of numbers.", at: key,
                    remedy: "Write numbers with a decimal point.")
            }
            result.append(value)
        }
        return result
    }

    func conditions(_ key: String) throws(IngestError) -> [Condition] {
        takes(key, as: "conditions")
        var result: [Condition] = []
        for text in try texts(key) {
            guard let parsed = Condition.parse(text) else {
                throw error(
                    "'\(key)' in \(place) holds a condition that cannot be read.", at: key,
                    remedy:
                        "Write name in [1, 2], name == 1, name != 1, name < 1, name <= 1, name > 1, name >= 1 or name answered."
                )
            }
            result += parsed
        }
        return result
    }

    /// The texts under the language keys of the codebook.
    func localized(_ languages: [String]) throws(IngestError) -> LocalizedText {
        var texts: [String: String] = [:]
        for language in languages { texts[language] = try text(language) }
        return LocalizedText(texts)
    }
}

extension Node {
    var isNull: Bool {
        scalar.map {
            $0.string == "" && $0.style == .plain || $0.string == "null" && $0.style == .plain
                || $0.string == "~" && $0.style == .plain
        } ?? false
    }
}
