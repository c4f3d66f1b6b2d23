/// What can be told of a YAML text from its bytes, in one look at each: an upper bound of its values, and whether a
/// key may be made of aliases. Such a key ends in a colon behind an alias or a bracket on its own line, or begins
/// behind a question mark. Texts that only look so are taken for one too, but only in a file that has something
/// like an anchor and something like an alias.
struct YAMLShape {
    /// Commas, opening brackets, dashes of lists and line ends: at most two values for each.
    private(set) var separatorCount = 0
    private var line = 1
    private var before: UInt8 = Ascii.lineFeed
    /// `before` is the first byte of a word, or stands alone.
    private var beforeBeginsWord = true
    private var isAliasWord = false
    /// The last byte that is no space closes a list or a mapping.
    private var isBehindBracket = false
    private var hasAnchor = false
    private var hasAlias = false
    private var keyLine: Int?

    /// The first line with such a key, where there may be one.
    var keyOfAliasesLine: Int? { hasAnchor && hasAlias ? keyLine : nil }

    init(_ text: String) {
        for byte in text.utf8 { take(byte) }
    }

    private mutating func take(_ byte: UInt8) {
        let isBlank = Ascii.isSpace(byte) || Ascii.isLineEnd(byte)
        if beforeBeginsWord, !isBlank {
            if before == UInt8(ascii: "*") { hasAlias = true }
            if before == UInt8(ascii: "&") { hasAnchor = true }
        }
        let endsKey = byte == Ascii.colon && (isBehindBracket || isAliasWord)
        let beginsKey = isBlank && beforeBeginsWord && before == UInt8(ascii: "?")
        if endsKey || beginsKey { keyLine = keyLine ?? line }
        if Self.separates(byte) || byte == Ascii.space && before == Ascii.minus { separatorCount += 1 }
        if byte == Ascii.lineFeed { line += 1 }

        let beginsWord = !isBlank && Self.mayPrecedeWord(before)
        if Ascii.isLineEnd(byte) {
            isBehindBracket = false
            isAliasWord = false
        } else if !isBlank {
            isBehindBracket = byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}")
            if beginsWord { isAliasWord = byte == UInt8(ascii: "*") }
        }
        before = byte
        beforeBeginsWord = beginsWord
    }

    private static func separates(_ byte: UInt8) -> Bool {
        byte == Ascii.comma || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") || Ascii.isLineEnd(byte)
    }

    private static func mayPrecedeWord(_ byte: UInt8) -> Bool {
        Ascii.isSpace(byte) || byte == Ascii.colon || separates(byte)
    }
}
