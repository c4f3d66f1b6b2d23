/// A JSON document whose keys keep their order and whose numbers are finite: undefined numbers are null.
public enum JSONValue: Sendable, ExpressibleByStringLiteral {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([(String, JSONValue)])

    public init(stringLiteral value: String) { self = .string(value) }

    /// nil and non-finite numbers become null.
    public static func optional(_ value: Double?) -> JSONValue {
        guard let value, value.isFinite else { return .null }
        return .number(value)
    }

    public static func strings(_ values: [String]) -> JSONValue { .array(values.map(JSONValue.string)) }
    public static func numbers(_ values: [Double]) -> JSONValue { .array(values.map { .optional($0) }) }

    /// One line.
    public var text: String {
        var result = ""
        write(to: &result)
        return result
    }

    private func write(to text: inout String) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .integer(let value): text += String(value)
        case .number(let value): text += value.isFinite ? Self.shortest(value) : "null"
        case .string(let value): Self.quote(value, to: &text)
        case .array(let values):
            text += "["
            for (index, value) in values.enumerated() {
                if index > 0 { text += "," }
                value.write(to: &text)
            }
            text += "]"
        case .object(let pairs):
            text += "{"
            for (index, pair) in pairs.enumerated() {
                if index > 0 { text += "," }
                Self.quote(pair.0, to: &text)
                text += ":"
                pair.1.write(to: &text)
            }
            text += "}"
        }
    }

    /// The shortest digits that read back as the same number; whole numbers without ".0", and a zero without a sign.
    private static func shortest(_ value: Double) -> String {
        let text = "\(value + 0)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    private static func quote(_ value: String, to text: inout String) {
        text += "\""
        // Most texts are names that need no escape.
        if !value.utf8.contains(where: {
            $0 < 0x20 || $0 == 0x7f || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\")
        }) {
            text += value
            text += "\""
            return
        }
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            default:
                if scalar.value < 0x20 || scalar.value == 0x7f {
                    let hexadecimal = String(scalar.value, radix: 16)
                    text += "\\u" + String(repeating: "0", count: 4 - hexadecimal.count) + hexadecimal
                } else {
                    text.unicodeScalars.append(scalar)
                }
            }
        }
        text += "\""
    }
}

/// What a value holds, for tables made of results.
extension JSONValue {
    public subscript(key: String) -> JSONValue? { pairs.first { $0.0 == key }?.1 }
    public var pairs: [(String, JSONValue)] { if case .object(let pairs) = self { pairs } else { [] } }
    public var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }
    /// Strings without quotes, absent as nothing.
    public var plainText: String {
        switch self {
        case .string(let text): text
        case .null: ""
        default: text
        }
    }
}
