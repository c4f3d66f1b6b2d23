/// A tree of elements for SVG and HTML. Texts and attribute values are escaped when it is written and
/// there is no way to add raw text, so a label can never become markup.
enum Markup {
    case element(String, [(String, String)], [Markup])
    case text(String)
    case group([Markup])
    /// So many, each made when it is written: the elements of a long table fill more memory than its text.
    case each(Int, @Sendable (Int) -> Markup)

    static func el(_ name: String, _ attributes: [(String, String)] = [], _ children: [Markup] = []) -> Markup {
        .element(name, attributes, children)
    }

    static func el(_ name: String, _ attributes: [(String, String)] = [], _ text: String) -> Markup {
        .element(name, attributes, [.text(text)])
    }

    /// `class` first, for the many elements that carry one.
    static func el(_ name: String, class style: String, _ children: [Markup]) -> Markup {
        .element(name, [("class", style)], children)
    }

    /// HTML elements that have no end tag.
    private static let void: Set<String> = ["br", "hr", "meta", "link"]
    /// SVG elements that end themselves.
    private static let shapes: Set<String> = ["path", "rect", "circle"]
    /// HTML elements whose end follows from what comes next, wherever these pages have them.
    private static let endless: Set<String> = ["td", "th", "tr", "thead", "tbody", "li", "dt", "dd"]
    /// Attributes whose values are names of this program.
    private static let plain: Set<String> = ["class", "role", "scope", "aria-hidden", "data-row"]

    /// Which rules the text follows.
    enum Syntax {
        /// Files on their own.
        case xml
        /// Pages: a number or a single name needs no quotes there, and cells and items need no end.
        case html
    }

    /// Appends the tree as UTF-8: bytes, because a large page is built of very many small pieces.
    func write(to output: inout [UInt8], as syntax: Syntax = .xml) {
        switch self {
        case .text(let text): Self.escape(text, to: &output)
        case .group(let children): for child in children { child.write(to: &output, as: syntax) }
        case .each(let count, let make): for place in 0..<count { make(place).write(to: &output, as: syntax) }
        case .element(let name, let attributes, let children):
            guard Self.open(name, attributes, isEmpty: children.isEmpty, as: syntax, &output) else { return }
            for child in children { child.write(to: &output, as: syntax) }
            Self.close(name, as: syntax, &output)
        }
    }

    /// Appends the start of an element.
    /// - Returns: whether its children and its end follow.
    static func open(
        _ name: String, _ attributes: [(String, String)], isEmpty: Bool, as syntax: Syntax, _ output: inout [UInt8]
    ) -> Bool {
        output.append(UInt8(ascii: "<"))
        output.append(contentsOf: name.utf8)
        var isQuoted = true
        for (key, value) in attributes {
            output.append(UInt8(ascii: " "))
            output.append(contentsOf: key.utf8)
            output.append(UInt8(ascii: "="))
            isQuoted = syntax == .xml || !(plain.contains(key) ? isName(value) : isNumber(value))
            if isQuoted { output.append(UInt8(ascii: "\"")) }
            escape(value, to: &output)
            if isQuoted { output.append(UInt8(ascii: "\"")) }
        }
        if isEmpty, shapes.contains(name) {
            // Without quotes the slash would belong to the value.
            output.append(contentsOf: (isQuoted ? "/>" : " />").utf8)
            return false
        }
        output.append(UInt8(ascii: ">"))
        return !void.contains(name)
    }

    /// Appends the end of an element, where one is needed.
    static func close(_ name: String, as syntax: Syntax, _ output: inout [UInt8]) {
        if syntax == .html, endless.contains(name) { return }
        output.append(UInt8(ascii: "<"))
        output.append(UInt8(ascii: "/"))
        output.append(contentsOf: name.utf8)
        output.append(UInt8(ascii: ">"))
    }

    /// Whether it is the name or the description of a drawing.
    var isDescription: Bool {
        if case .element(let name, _, _) = self { name == "title" || name == "desc" } else { false }
    }

    private static func isNumber(_ value: String) -> Bool {
        !value.isEmpty
            && value.utf8.allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
    }

    private static func isName(_ value: String) -> Bool {
        !value.isEmpty
            && value.utf8.allSatisfy {
                (97...122).contains($0) || (65...90).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-")
                    || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "_")
            }
    }

    var string: String { text(as: .xml) }
    var html: String { text(as: .html) }

    private func text(as syntax: Syntax) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(1 << 16)
        write(to: &output, as: syntax)
        return String(decoding: output, as: UTF8.self)
    }

    /// The tree without the rows of its numbers, and without parts of texts that only carried them.
    var withoutRows: Markup {
        switch self {
        case .text: return self
        case .group(let children): return .group(children.map(\.withoutRows))
        case .each(let count, let make): return .each(count) { make($0).withoutRows }
        case .element(let name, let attributes, let children):
            let kept = attributes.filter { $0.0 != "data-row" }
            let inner = children.map(\.withoutRows)
            return name == "tspan" && kept.isEmpty ? .group(inner) : .element(name, kept, inner)
        }
    }

    /// The five characters that mean something in markup; control characters, which XML forbids, go.
    static func escape(_ text: String, to output: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): output.append(contentsOf: "&amp;".utf8)
            case UInt8(ascii: "<"): output.append(contentsOf: "&lt;".utf8)
            case UInt8(ascii: ">"): output.append(contentsOf: "&gt;".utf8)
            case UInt8(ascii: "\""): output.append(contentsOf: "&quot;".utf8)
            case UInt8(ascii: "'"): output.append(contentsOf: "&#39;".utf8)
            case 9, 10: output.append(32)
            case 0..<32: continue
            default: output.append(byte)
            }
        }
    }
}

extension RichText {
    /// The rows of a text that is one number and nothing else: the element that holds it can name them.
    var onlyNumber: (text: String, attribute: [(String, String)])? {
        guard parts.count == 1, case .number(let text, let rows) = parts[0] else { return nil }
        return (text, [("data-row", rows.joined(separator: " "))])
    }

    /// The text as children: numbers in `element` with their row_ids.
    /// - Parameter around: row_ids that an element around the text names.
    func markup(number element: String = "span", strong: String = "strong", around: [String] = []) -> [Markup] {
        parts.map { part in
            switch part {
            case .plain(let text): .text(text)
            case .strong(let text): .el(strong, [], text)
            case .number(let text, let rows) where rows == around: .text(text)
            case .number(let text, let rows): .el(element, [("data-row", rows.joined(separator: " "))], text)
            }
        }
    }
}
