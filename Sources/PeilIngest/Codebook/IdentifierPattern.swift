/// The `pattern` of a codebook: a regular expression for identifiers that is sure to end. The matcher tries every way
/// in which repeats can share a text, so that `([a-z]+)+` takes years for thirty letters.
struct IdentifierPattern {
    static let maximumLength = 200
    /// An identifier that is longer is matched by no pattern.
    static let maximumIdentifierBytes = 200

    private let regex: Regex<AnyRegexOutput>

    /// Nil where the text is no regular expression, is longer than `maximumLength` bytes, or repeats a group that
    /// holds a repeat or a choice itself.
    init?(_ text: String) {
        guard text.utf8.count <= Self.maximumLength, !Self.repeatsRepeats(Array(text.utf8)),
            let regex = try? Regex(text)
        else { return nil }
        self.regex = regex
    }

    func matches(_ text: String) -> Bool {
        text.utf8.count <= Self.maximumIdentifierBytes && (try? regex.wholeMatch(in: text)) != nil
    }

    /// Looks at groups, classes and repeats only.
    private static func repeatsRepeats(_ pattern: [UInt8]) -> Bool {
        // Whether what has been read of each open group may stand for texts of several lengths.
        var isVariable = [false]
        var index = 0
        var closed: Bool?
        while index < pattern.count {
            let byte = pattern[index]
            index += 1
            let group = closed
            closed = nil
            switch byte {
            case Ascii.backslash: index += 1
            case UInt8(ascii: "["): skipClass(pattern, &index)
            case UInt8(ascii: "("):
                isVariable.append(false)
                if index < pattern.count, pattern[index] == UInt8(ascii: "?") { index += 1 }
            case UInt8(ascii: ")"):
                guard isVariable.count > 1 else { return false }
                let inner = isVariable.removeLast()
                isVariable[isVariable.count - 1] = isVariable[isVariable.count - 1] || inner
                closed = inner
            case Ascii.bar, UInt8(ascii: "?"): isVariable[isVariable.count - 1] = true
            case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "{"):
                let end = pattern[index...].firstIndex(of: UInt8(ascii: "}")) ?? pattern.count
                let isFixed = byte == UInt8(ascii: "{") && !pattern[index..<end].contains(Ascii.comma)
                if group == true, !isFixed { return true }
                if !isFixed { isVariable[isVariable.count - 1] = true }
                if byte == UInt8(ascii: "{") { index = end }
            default: break
            }
        }
        return false
    }

    /// Behind the bracket that closes the class; brackets inside it open classes of their own.
    private static func skipClass(_ pattern: [UInt8], _ index: inout Int) {
        var depth = 1
        while index < pattern.count, depth > 0 {
            switch pattern[index] {
            case Ascii.backslash: index += 1
            case UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "]"): depth -= 1
            default: break
            }
            index += 1
        }
    }
}
