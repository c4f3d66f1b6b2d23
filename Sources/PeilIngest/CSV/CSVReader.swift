/// Splits a delimited text that is in memory into records. Strict by default: no quote inside an unquoted
/// field, nothing after a closing quote, as many fields in each record as the header has.
public enum CSVReader {
    /// Errors: EMPTY_FILE, BAD_ENCODING, TRUNCATED, NUL_BYTE, COMPRESSED_INPUT, NOT_CSV, UNTERMINATED_QUOTE,
    /// MULTI_TABLE, MULTIROW_HEADER, TOO_MANY_COLUMNS, MALFORMED. Bad records are listed, not thrown.
    public static func read(
        _ bytes: [UInt8], dialect: CSVDialect, limits: CSVLimits = CSVLimits()
    )
        throws(IngestError) -> CSVRecords
    {
        try FileSignature.refuseOtherFormats(bytes)
        let declared = DialectDeclaration(encoding: dialect.encoding, isBinding: true)
        let text = try TextEncoding.decode(bytes, declared: declared)
        return try read(text, dialect: dialect, limits: limits, guessesHeader: false)
    }

    /// A text whose dialect is found first, as far as it is not declared. For files that are looked at whole.
    static func sniff(
        _ bytes: [UInt8], declared: DialectDeclaration, limits: CSVLimits
    ) throws(IngestError) -> CSVRecords {
        guard !bytes.isEmpty else {
            throw IngestError(
                "EMPTY_FILE", "The file is empty: it holds no byte.", line: 1,
                remedy: "Deliver the file again; check that the export finished.")
        }
        try FileSignature.refuseOtherFormats(bytes)
        var text = try TextEncoding.decode(bytes, declared: declared)
        let proposal = try DialectSniffer.propose(text, declared: declared)
        text.warnings += proposal.warnings
        return try read(text, dialect: proposal.dialect, limits: limits, guessesHeader: false)
    }

    /// `guessesHeader` lets a file whose first record is an answer like the others have no header.
    static func read(
        _ text: DecodedText, dialect: CSVDialect, limits: CSVLimits, guessesHeader: Bool
    )
        throws(IngestError) -> CSVRecords
    {
        guard text.bytes.count < Int(UInt32.max) else {
            throw IngestError(
                "MALFORMED", "The text is larger than 4 GB.",
                remedy: "Read it from a file, which is read piece by piece.")
        }
        let layout = try FileLayout(
            head: text.bytes, isWhole: true, dialect: dialect, limits: limits, guessesHeader: guessesHeader)
        let split = RecordSplitter.split(
            text.bytes, from: layout.bodyStart, line: layout.bodyLine, dialect: dialect, limits: limits)
        try refuse(split, limits: limits)
        var (records, facts) = RecordSorter(layout: layout, limits: limits).sort(text.bytes, split)
        try facts.refuse(layout)
        records.move(lines: 0, numbers: layout.firstNumber)
        records.warnings = text.warnings + facts.warnings(layout)
        return records
    }

    static func refuse(_ split: SplitText, limits: CSVLimits) throws(IngestError) {
        if let columns = split.tooManyColumns {
            throw IngestError(
                "TOO_MANY_COLUMNS",
                "A record has more than \(columns.count - 1) fields; the limit is \(limits.columns) columns.",
                line: columns.line, remedy: "Check that this is the right file and delimiter.")
        }
        if let line = split.recordTooLongLine {
            throw IngestError(
                "MALFORMED", "A record is longer than \(limits.recordBytes) bytes.", line: line,
                remedy: "Look for an opening quote without its closing quote.")
        }
        if let line = split.unterminatedLine {
            throw IngestError(
                "UNTERMINATED_QUOTE", "A quote opens on line \(line) and does not close before the end of its record.",
                line: line, remedy: "Close the quote on that line, or double it where it belongs to the text.")
        }
    }

    /// Skips the declared preamble and a `sep=` line; line numbers still count them.
    static func startOfRecords(_ bytes: [UInt8], preambleLines: Int) -> (offset: Int, line: Int) {
        var offset = 0
        var line = 1
        func skipLine() {
            while offset < bytes.count, bytes[offset] != Ascii.lineFeed, bytes[offset] != Ascii.carriageReturn {
                offset += 1
            }
            if offset + 1 < bytes.count, bytes[offset] == Ascii.carriageReturn, bytes[offset + 1] == Ascii.lineFeed {
                offset += 1
            }
            offset = min(offset + 1, bytes.count)
            line += 1
        }
        if separatorLine(bytes) != nil { skipLine() }
        for _ in 0..<max(preambleLines, 0) { skipLine() }
        return (offset, line)
    }

    /// The delimiter that a first line `sep=;` names: a hint that Excel writes and reads.
    static func separatorLine(_ bytes: [UInt8]) -> UInt8? {
        guard bytes.count > 5, bytes.starts(with: Array("sep=".utf8)) || bytes.starts(with: Array("SEP=".utf8)) else {
            return nil
        }
        // A quote, a line end, a letter or a digit parts no fields: the line is text like any other.
        let mark = bytes[4]
        guard Ascii.isLineEnd(bytes[5]), mark < 0x80, !Ascii.isLineEnd(mark), !Ascii.isLetter(mark),
            !Ascii.isDigit(mark),
            mark != Ascii.quote, mark != Ascii.apostrophe
        else { return nil }
        return mark
    }
}
