/// A tree of elements for SVG and HTML. Texts and attribute values are escaped when it is written and
/// there is no way to add raw text, so a label can never become markup.
enum Markup {
    case element(String, [(String, String)], [Markup])
    case text(String)
    case group([Markup])

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

    /// Appends the tree as UTF-8: bytes, because a large page is built of very many small pieces.
    func write(to output: inout [UInt8]) {
        switch self {
        case .text(let text): Self.escape(text, to: &output)
        case .group(let children): for child in children { child.write(to: &output) }
        case .element(let name, let attributes, let children):
            output.append(UInt8(ascii: "<"))
            output.append(contentsOf: name.utf8)
            for (key, value) in attributes {
                output.append(UInt8(ascii: " "))
                output.append(contentsOf: key.utf8)
                output.append(UInt8(ascii: "="))
                output.append(UInt8(ascii: "\""))
                Self.escape(value, to: &output)
                output.append(UInt8(ascii: "\""))
            }
            output.append(UInt8(ascii: ">"))
            if Self.void.contains(name) { return }
            for child in children { child.write(to: &output) }
            output.append(UInt8(ascii: "<"))
            output.append(UInt8(ascii: "/"))
            output.append(contentsOf: name.utf8)
            output.append(UInt8(ascii: ">"))
        }
    }

    var string: String {
        var output: [UInt8] = []
        output.reserveCapacity(1 << 16)
        write(to: &output)
        return String(decoding: output, as: UTF8.self)
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
    /// The text as children: numbers in `element` with their row_ids.
    func markup(number element: String = "span", strong: String = "strong") -> [Markup] {
        parts.map { part in
            switch part {
            case .plain(let text): .text(text)
            case .strong(let text): .el(strong, [], text)
            case .number(let text, let rows): .el(element, [("data-row", rows.joined(separator: " "))], text)
            }
        }
    }
}
