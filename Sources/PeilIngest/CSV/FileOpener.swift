/// A file on its way to records: bytes, dialect, and how the dialect was found.
struct OpenedFile {
    let records: CSVRecords
    let reason: String
    let score: Double
    /// What stands above the header, where it does not seem to be the first record.
    let preamble: PreambleGuess?

    /// Decodes, sniffs and splits. Errors: those of `CSVReader.read` and `DialectSniffer.propose`.
    static func open(
        _ bytes: [UInt8], declared: DialectDeclaration, limits: CSVLimits, guessesHeader: Bool
    ) throws(IngestError) -> OpenedFile {
        guard !bytes.isEmpty else {
            throw IngestError(
                "EMPTY_FILE", "The file is empty: it holds no byte.", line: 1,
                remedy: "Deliver the file again; check that the export finished.")
        }
        try FileSignature.refuseOtherFormats(bytes)
        var text = try TextEncoding.decode(bytes, declared: declared)
        let proposal = try DialectSniffer.propose(text, declared: declared)
        text.warnings += proposal.warnings
        let guesses = guessesHeader && declared.headerLines == nil
        let records = try CSVReader.read(text, dialect: proposal.dialect, limits: limits, guessesHeader: guesses)
        return OpenedFile(
            records: records, reason: proposal.reason, score: proposal.score,
            preamble: proposal.preamble)
    }
}

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
