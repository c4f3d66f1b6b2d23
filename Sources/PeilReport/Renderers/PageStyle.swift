/// The style sheet of a page as its rules, so that each page holds those that something on it follows.
struct PageStyle: Sendable {
    private enum Rule: Sendable {
        case style(selectors: [(text: String, classes: [String])], body: String)
        /// `@media`.
        case within(String, [Rule])
        /// `@page`.
        case other(String)
    }
    private let rules: [Rule]

    /// - Parameter text: CSS without comments, and without braces inside texts.
    init(_ text: String) {
        var rest = text[...]
        rules = Self.rules(of: &rest)
    }

    /// Rules up to the end of the text or of the block that they stand in.
    private static func rules(of rest: inout Substring) -> [Rule] {
        var result: [Rule] = []
        while let brace = rest.firstIndex(where: { $0 == "{" || $0 == "}" }), rest[brace] == "{" {
            let head = trimmed(rest[..<brace])
            rest = rest[rest.index(after: brace)...]
            if head.hasPrefix("@media") {
                result.append(.within(head, rules(of: &rest)))
                rest = rest.drop { $0 != "}" }.dropFirst()
                continue
            }
            let body = trimmed(rest.prefix { $0 != "}" })
            rest = rest.drop { $0 != "}" }.dropFirst()
            if head.hasPrefix("@") {
                result.append(.other("\(head){\(body)}"))
            } else {
                let selectors = head.split(separator: ",").map { (text: String($0), classes: classes(in: $0)) }
                result.append(.style(selectors: selectors, body: body))
            }
        }
        return result
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }

    /// Classes that an element must have; not those that `:not(…)` names.
    private static func classes(in selector: Substring) -> [String] {
        var depth = 0
        let open = String(
            selector.filter { character in
                if character == "(" { depth += 1 }
                defer { if character == ")" { depth -= 1 } }
                return depth == 0
            })
        return open.split(separator: ".", omittingEmptySubsequences: false).dropFirst().map { part in
            String(part.prefix { $0.isLetter || $0.isNumber || $0 == "-" })
        }
    }

    /// The rules that elements with these classes follow.
    func text(for classes: Set<String>) -> String { Self.text(rules, classes) }

    /// A style sheet whose custom properties have names as short as can be, in the order in which they occur.
    static func short(_ style: String) -> String {
        var names: [[UInt8]: [UInt8]] = [:]
        var result: [UInt8] = []
        result.reserveCapacity(style.utf8.count)
        let dash = UInt8(ascii: "-")
        var rest = Array(style.utf8)[...]
        while let byte = rest.popFirst() {
            result.append(byte)
            guard byte == dash, rest.first == dash else { continue }
            result.append(dash)
            let long = Array(
                rest.dropFirst().prefix { ($0 | 32 >= 97 && $0 | 32 <= 122) || (48...57).contains($0) || $0 == dash })
            let name = names[long] ?? self.name(names.count)
            names[long] = name
            result += name
            rest = rest.dropFirst(1 + long.count)
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// a, b, … z, a0, b0, …
    private static func name(_ index: Int) -> [UInt8] {
        [UInt8(97 + index % 26)] + (index < 26 ? [] : Array(String(index / 26 - 1).utf8))
    }

    private static func text(_ rules: [Rule], _ classes: Set<String>) -> String {
        var result = ""
        for rule in rules {
            switch rule {
            case .style(let selectors, let body):
                let kept = selectors.filter { $0.classes.allSatisfy(classes.contains) }
                if !kept.isEmpty { result += kept.map(\.text).joined(separator: ",") + "{\(body)}" }
            case .within(let head, let inner):
                let text = text(inner, classes)
                if !text.isEmpty { result += "\(head){\(text)}" }
            case .other(let text): result += text
            }
        }
        return result
    }
}
