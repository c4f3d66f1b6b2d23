extension DialectDeclaration {
    /// What the caller declares, and where it is silent what the codebook expects.
    func over(_ expected: DialectDeclaration?) -> DialectDeclaration {
        guard let expected else { return self }
        var result = self
        result.encoding = encoding ?? expected.encoding
        result.delimiter = delimiter ?? expected.delimiter
        if !hasNoQuote { result.quote = quote ?? expected.quote }
        if quote == nil, expected.hasNoQuote { result.hasNoQuote = true }
        if !hasNoEscape { result.escape = escape ?? expected.escape }
        if escape == nil, expected.hasNoEscape { result.hasNoEscape = true }
        result.decimal = decimal ?? expected.decimal
        result.grouping = grouping ?? expected.grouping
        result.lineEnd = lineEnd ?? expected.lineEnd
        result.headerLines = headerLines ?? expected.headerLines
        result.preambleLines = preambleLines ?? expected.preambleLines
        result.descriptionRows = descriptionRows ?? expected.descriptionRows
        result.skipsSpace = skipsSpace ?? expected.skipsSpace
        result.isBinding = isBinding || expected.isBinding
        return result
    }
}
