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

    func write(to output: inout String) {
        switch self {
        case .text(let text): Self.escape(text, to: &output)
        case .group(let children): for child in children { child.write(to: &output) }
        case .element(let name, let attributes, let children):
            output += "<"
            output += name
            for (key, value) in attributes {
                output += " "
                output += key
                output += "=\""
                Self.escape(value, to: &output)
                output += "\""
            }
            output += ">"
            if Self.void.contains(name) { return }
            for child in children { child.write(to: &output) }
            output += "</"
            output += name
            output += ">"
        }
    }

    var string: String {
        var output = ""
        write(to: &output)
        return output
    }

    /// The five characters that mean something in markup; control characters, which XML forbids, go.
    static func escape(_ text: String, to output: inout String) {
        guard text.utf8.contains(where: { isSpecial($0) }) else { output += text; return }
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\"": output += "&quot;"
            case "'": output += "&#39;"
            case "\n", "\t": output += " "
            case _ where scalar.value < 32: continue
            default: output.unicodeScalars.append(scalar)
            }
        }
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        byte < 32 || byte == 38 || byte == 60 || byte == 62 || byte == 34 || byte == 39
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
