import CReadStat

/// Reads SPSS system files (.sav, .zsav) with the ReadStat library, after `SAVStructure` has checked that they hold
/// what they announce.
public enum SAVReader {
    /// What becomes of user-missing values: a codebook gives their reason by their code; without one they are absent.
    public enum UserMissing: Sendable { case keptAsCodes, madeEmpty }

    /// The answers as delimited text and what the file says about them. One line a record, after the names of the
    /// variables: record n stands on line n + 1, unless open answers above it hold line breaks.
    /// A system-missing value is the empty cell; dates are ISO 8601; texts end where their spaces begin.
    /// Errors: FILE_ABSENT (66), PERMISSION_DENIED (77), READ_FAILED (74); NOT_CSV, TRUNCATED, MALFORMED,
    /// BAD_ENCODING, TOO_MANY_COLUMNS (65).
    public static func delimitedText(
        _ path: String, userMissing: UserMissing = .keptAsCodes
    ) throws(IngestError) -> (bytes: [UInt8], dictionary: SAVDictionary) {
        let file = try FileBytes.read(path)
        do { return try delimitedText(file, userMissing: userMissing) } catch { throw error.naming(file: path) }
    }

    static func delimitedText(
        _ file: [UInt8], userMissing: UserMissing = .keptAsCodes
    ) throws(IngestError) -> (bytes: [UInt8], dictionary: SAVDictionary) {
        let structure = try SAVStructure(file)
        let listener = SAVListener(structure, userMissing: userMissing)
        let outcome = parse(SAVMemoryFile(file, patches: structure.patches), structure, listener)
        if let trouble = listener.trouble { throw trouble }
        guard outcome == READSTAT_OK else { throw failure(outcome, listener) }
        guard structure.recordCount ?? listener.recordCount == listener.recordCount else {
            throw SAVTrouble.truncated(at: file.count)
        }
        let dictionary = listener.finished()
        try refuseOtherThanUTF8(listener.text.bytes, listener)
        return (listener.text.bytes, dictionary)
    }

    /// ReadStat converts only what names another character set than UTF-8.
    private static func refuseOtherThanUTF8(_ text: [UInt8], _ listener: SAVListener) throws(IngestError) {
        guard !EncodingFacts(text).isSound, let place = UTF8Facts(text, from: 0).firstInvalid else { return }
        let name = listener.dictionary.encoding
        throw badEncoding(
            name.isEmpty
                ? "The SPSS file names no character set, and its texts are not UTF-8."
                : "The SPSS file holds bytes that its character set \(printable(name)) does not have.",
            line: 1 + text[..<place].count { $0 == Ascii.lineFeed })
    }

    private static func badEncoding(_ message: String, line: Int?) -> IngestError {
        IngestError(
            "BAD_ENCODING", message, line: line,
            remedy: "Open it in SPSS under the right character set and save it as Unicode.")
    }

    private static func parse(
        _ file: SAVMemoryFile, _ structure: SAVStructure, _ listener: SAVListener
    ) -> readstat_error_t {
        guard let parser = unsafe readstat_parser_init() else { return READSTAT_ERROR_MALLOC }
        defer { unsafe readstat_parser_free(parser) }
        unsafe file.serve(parser)
        unsafe listener.listen(to: parser)
        let context = unsafe Unmanaged.passUnretained(listener).toOpaque()
        return withExtendedLifetime((file, listener)) {
            guard let encoding = structure.encoding else { return unsafe readstat_parse_sav(parser, "", context) }
            return unsafe encoding.withCString { name in
                unsafe readstat_set_file_character_encoding(parser, name)
                return unsafe readstat_parse_sav(parser, "", context)
            }
        }
    }

    private static func failure(_ outcome: readstat_error_t, _ listener: SAVListener) -> IngestError {
        switch outcome {
        case READSTAT_ERROR_CONVERT, READSTAT_ERROR_CONVERT_BAD_STRING, READSTAT_ERROR_CONVERT_SHORT_STRING,
            READSTAT_ERROR_CONVERT_LONG_STRING:
            return badEncoding(
                "The SPSS file holds bytes that its character set \(printable(listener.dictionary.encoding)) does not have.",
                line: listener.hasVariables ? listener.recordCount + 2 : nil)
        case READSTAT_ERROR_UNSUPPORTED_CHARSET:
            return IngestError(
                "BAD_ENCODING", "The SPSS file names a character set that is not known here.",
                remedy: "Open it in SPSS and save it as Unicode.")
        case READSTAT_ERROR_READ, READSTAT_ERROR_SEEK, READSTAT_ERROR_ROW_COUNT_MISMATCH:
            return IngestError(
                "TRUNCATED", "The SPSS file breaks off.",
                remedy: "Deliver the file again; check that its upload finished.")
        default:
            return IngestError(
                "MALFORMED", "The SPSS file is damaged (reader's code \(outcome.rawValue)).",
                remedy: "Open it in SPSS, save it anew and deliver that file.")
        }
    }
}
