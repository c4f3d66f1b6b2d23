import PeilIngest
import PeilTable
import Yams

/// One mapping of the simulation file, read strictly: a key that nobody asks for is an error that
/// names the nearest valid one, because a misspelt effect would otherwise silently be zero.
struct ParameterSection {
    let place: String
    let entries: [(key: String, value: Node)]

    /// keys: all valid keys of this mapping; nil where the keys are names of the user.
    init(_ node: Node, place: String, keys: [String]?) throws(SimulationError) {
        guard case .mapping(let mapping) = node else {
            throw .badValue(key: place, expected: "a mapping", place: "the file", line: node.mark?.line)
        }
        self.place = place
        var entries: [(key: String, value: Node)] = []
        for (keyNode, value) in mapping {
            let key = keyNode.string ?? ""
            if let keys, !keys.contains(key) {
                throw .unknownKey(
                    key, nearest: nearestName(to: key, among: keys), place: place,
                    line: keyNode.mark?.line)
            }
            entries.append((key, value))
        }
        self.entries = entries
    }

    static func root(of text: String, keys: [String]) throws(SimulationError) -> ParameterSection {
        let node: Node?
        do { node = try YAMLDocument.compose(text) } catch {
            throw .notYAML(message: error.line.map { "\(error.message) (line \($0))" } ?? error.message)
        }
        guard let node else { throw .notYAML(message: "the file is empty") }
        return try ParameterSection(node, place: "simulation file", keys: keys)
    }

    func node(_ key: String) -> Node? { entries.first { $0.key == key }?.value }
    func has(_ key: String) -> Bool { node(key) != nil }

    func required(_ key: String) throws(SimulationError) -> Node {
        guard let node = node(key) else { throw .missingKey(key, place: place) }
        return node
    }

    /// The mapping under `key`; absent counts as empty only through `optionalSection`.
    func section(_ key: String, keys: [String]?) throws(SimulationError) -> ParameterSection {
        try ParameterSection(try required(key), place: "\(place) › \(key)", keys: keys)
    }

    func optionalSection(_ key: String, keys: [String]?) throws(SimulationError) -> ParameterSection? {
        has(key) ? try section(key, keys: keys) : nil
    }

    func list(_ key: String) throws(SimulationError) -> [Node] {
        let node = try required(key)
        guard case .sequence(let sequence) = node else { throw bad(key, "a list", node) }
        return Array(sequence)
    }

    func number(_ key: String, default fallback: Double? = nil) throws(SimulationError) -> Double {
        guard let node = node(key) else {
            if let fallback { return fallback }
            throw .missingKey(key, place: place)
        }
        guard let value = Self.number(node) else { throw bad(key, "a number", node) }
        return value
    }

    /// A chance between 0 and 1.
    func share(_ key: String, default fallback: Double? = nil) throws(SimulationError) -> Double {
        let value = try number(key, default: fallback)
        guard value >= 0, value <= 1 else { throw bad(key, "a share between 0 and 1", node(key)) }
        return value
    }

    func integer(_ key: String, default fallback: Int? = nil) throws(SimulationError) -> Int {
        let value = try number(key, default: fallback.map(Double.init))
        guard let integer = Int(exactly: value) else { throw bad(key, "a whole number", node(key)) }
        return integer
    }

    func numbers(_ key: String, count: Int? = nil) throws(SimulationError) -> [Double] {
        var values: [Double] = []
        for node in try list(key) {
            guard let value = Self.number(node) else { throw bad(key, "a list of numbers", node) }
            values.append(value)
        }
        if let count, values.count != count { throw bad(key, "a list of \(count) numbers", node(key)) }
        return values
    }

    func integers(_ key: String) throws(SimulationError) -> [Int] {
        var values: [Int] = []
        for value in try numbers(key) {
            guard let integer = Int(exactly: value) else { throw bad(key, "whole numbers", node(key)) }
            values.append(integer)
        }
        return values
    }

    func text(_ key: String) throws(SimulationError) -> String {
        let node = try required(key)
        guard let text = node.string else { throw bad(key, "a text", node) }
        return text
    }

    func texts(_ key: String) throws(SimulationError) -> [String] {
        var values: [String] = []
        for node in try list(key) {
            guard let text = node.string else { throw bad(key, "a list of texts", node) }
            values.append(text)
        }
        return values
    }

    func bad(_ key: String, _ expected: String, _ node: Node?) -> SimulationError {
        .badValue(key: key, expected: expected, place: place, line: node?.mark?.line)
    }

    /// Decimal notation only: "nan", "inf" and hexadecimal are not numbers of a parameter file.
    static func number(_ node: Node) -> Double? {
        guard let text = node.string, !text.isEmpty,
            text.utf8.allSatisfy({ ($0 >= 48 && $0 <= 57) || [43, 45, 46, 69, 101, 95].contains($0) }),
            let value = Double(text.filter { $0 != "_" }), value.isFinite
        else { return nil }
        return value
    }
}
