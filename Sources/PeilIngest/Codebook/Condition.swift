/// One comparison of a variable with constants: `fase_pakket in [1, 2, 3]`, `uren >= 72`, `modus != 9`,
/// `uren answered`. The only expressions that a codebook knows; lists of them are joined by the form they stand in.
public struct Condition: Sendable, Equatable {
    public enum Comparison: String, Sendable {
        case isIn = "in"
        case equal = "=="
        case unequal = "!="
        case less = "<"
        case atMost = "<="
        case more = ">"
        case atLeast = ">="
        case answered = "answered"
    }
    public let variable: String
    public let comparison: Comparison
    public let operands: [String]

    /// Reads one or more comparisons joined by `and`; nil where the text is none.
    static func parse(_ text: String) -> [Condition]? {
        var tokens = tokens(text)[...]
        var conditions: [Condition] = []
        while let condition = one(&tokens) {
            conditions.append(condition)
            if tokens.isEmpty { return conditions }
            guard tokens.popFirst() == "and" else { return nil }
        }
        return nil
    }

    private static func one(_ tokens: inout ArraySlice<String>) -> Condition? {
        guard let variable = tokens.popFirst(), let first = variable.utf8.first,
            Ascii.isLetter(first) || first == UInt8(ascii: "_"),
            let word = tokens.popFirst(), let comparison = Comparison(rawValue: word)
        else { return nil }
        if comparison == .answered { return Condition(variable: variable, comparison: comparison, operands: []) }
        guard comparison == .isIn else {
            guard let operand = tokens.popFirst(), !isSign(operand) else { return nil }
            if comparison != .equal, comparison != .unequal, Double(operand) == nil { return nil }
            return Condition(variable: variable, comparison: comparison, operands: [operand])
        }
        guard tokens.popFirst() == "[" else { return nil }
        var operands: [String] = []
        while let operand = tokens.popFirst() {
            if operand == "]" {
                return operands.isEmpty ? nil : Condition(variable: variable, comparison: .isIn, operands: operands)
            }
            guard !isSign(operand) else { return nil }
            operands.append(operand)
            if tokens.first == "," { tokens.removeFirst() }
        }
        return nil
    }

    private static func isSign(_ token: String) -> Bool {
        ["[", "]", ",", "and", "in", "==", "!=", "<", "<=", ">", ">="].contains(token)
    }

    /// Words, brackets, commas and comparison signs; quotes keep a word together.
    private static func tokens(_ text: String) -> [String] {
        let bytes = Array(text.utf8)
        var tokens: [String] = []
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if Ascii.isSpace(byte) {
                index += 1
                continue
            }
            if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]") || byte == Ascii.comma {
                tokens.append(character(byte))
                index += 1
                continue
            }
            let start = index
            if byte == Ascii.apostrophe || byte == Ascii.quote {
                index += 1
                while index < bytes.count, bytes[index] != byte { index += 1 }
                tokens.append(String(decoding: bytes[(start + 1)..<index], as: UTF8.self))
                index += 1
                continue
            }
            let isOperator = isComparisonByte(byte)
            while index < bytes.count, !Ascii.isSpace(bytes[index]), bytes[index] != UInt8(ascii: "["),
                bytes[index] != UInt8(ascii: "]"), bytes[index] != Ascii.comma,
                isComparisonByte(bytes[index]) == isOperator
            { index += 1 }
            tokens.append(String(decoding: bytes[start..<index], as: UTF8.self))
        }
        return tokens
    }

    private static func isComparisonByte(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "=") || byte == UInt8(ascii: "!")
    }
}
