/// How the bytes of a delimited text file stand for records.
public struct CSVDialect: Sendable, Equatable, Codable {
    /// `utf-8`, `utf-16le`, `utf-16be`, `windows-1252` or `iso-8859-15`.
    public var encoding: String
    public var delimiter: UInt8
    public var quote: UInt8?
    /// The byte that makes a quote literal inside a quoted field: the quote itself (doubled), a
    /// backslash, or nil where a quote closes a field only in front of a delimiter or a line end.
    public var escape: UInt8?
    public var decimal: UInt8
    /// The mark between groups of three digits (`.` in 1.250,5), nil where numbers have none. A space
    /// stands for no-break spaces too.
    public var grouping: UInt8?
    /// 0 for a file without a header.
    public var headerLines: Int
    /// Physical lines above the header that hold no data.
    public var preambleLines: Int
    /// Records between header and answers that describe the columns (question text, import codes).
    public var descriptionRows: Int
    /// A space after each delimiter belongs to the delimiter.
    public var skipsSpace: Bool
    /// What ends most lines. Each kind ends a record wherever it stands; nil where there is no line end.
    public var lineEnd: LineEnd?

    public enum LineEnd: String, Sendable, Codable, CaseIterable {
        case lineFeed = "lf"
        case pair = "crlf"
        case carriageReturn = "cr"
    }

    public init(
        encoding: String = "utf-8", delimiter: UInt8 = UInt8(ascii: ","), quote: UInt8? = UInt8(ascii: "\""),
        escape: UInt8? = UInt8(ascii: "\""), decimal: UInt8 = UInt8(ascii: "."), grouping: UInt8? = nil,
        headerLines: Int = 1, preambleLines: Int = 0, descriptionRows: Int = 0, skipsSpace: Bool = false,
        lineEnd: LineEnd? = nil
    ) {
        self.encoding = encoding
        self.delimiter = delimiter
        self.quote = quote
        self.escape = escape
        self.decimal = decimal
        self.grouping = grouping
        self.headerLines = headerLines
        self.preambleLines = preambleLines
        self.descriptionRows = descriptionRows
        self.skipsSpace = skipsSpace
        self.lineEnd = lineEnd
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case encoding, delimiter, quotechar, escapechar, decimal, grouping
        case headerLines = "header_lines"
        case preambleLines = "preamble_lines"
        case descriptionRows = "description_rows"
        case lineEnd = "line_end"
    }

    public func encode(to encoder: any Encoder) throws {
        var keyed = encoder.container(keyedBy: CodingKeys.self)
        try keyed.encode(encoding, forKey: .encoding)
        try keyed.encode(character(delimiter) + (skipsSpace ? " " : ""), forKey: .delimiter)
        // Null, not absence, says that there is no such character.
        try keyed.encode(quote.map(character), forKey: .quotechar)
        // A doubled quote needs no escape character (null); quotes that are not escaped at all are the empty text.
        let isUnescaped = quote != nil && escape == nil
        try keyed.encode(
            isUnescaped ? "" : escape.flatMap { $0 == quote ? nil : character($0) }, forKey: .escapechar)
        try keyed.encode(character(decimal), forKey: .decimal)
        try keyed.encode(grouping.map(character), forKey: .grouping)
        try keyed.encode(headerLines, forKey: .headerLines)
        try keyed.encode(preambleLines, forKey: .preambleLines)
        try keyed.encode(descriptionRows, forKey: .descriptionRows)
        try keyed.encode(lineEnd, forKey: .lineEnd)
    }

    public init(from decoder: any Decoder) throws {
        self = DialectDeclaration.resolved(try DialectDeclaration(from: decoder))
    }
}

func character(_ byte: UInt8) -> String { String(UnicodeScalar(byte)) }

/// A byte as a message may show it.
func characterName(_ byte: UInt8) -> String {
    switch byte {
    case Ascii.tab: "a tab"
    case Ascii.space: "a space"
    default: "'\(character(byte))'"
    }
}

extension CSVDialect: CustomStringConvertible {
    /// In words, what differs from the usual left out.
    public var description: String {
        var parts = [encoding, "delimiter " + characterName(delimiter) + (skipsSpace ? " and a space" : "")]
        if let quote {
            if quote != Ascii.quote { parts.append("quotes " + characterName(quote)) }
            if let escape, escape != quote { parts.append("escape " + characterName(escape)) }
            if escape == nil { parts.append("quotes inside fields not escaped") }
        } else {
            parts.append("no quotes")
        }
        parts.append("decimal " + characterName(decimal))
        if let grouping { parts.append("grouping " + characterName(grouping)) }
        if headerLines != 1 { parts.append("header lines \(headerLines)") }
        if preambleLines > 0 { parts.append("preamble lines \(preambleLines)") }
        if descriptionRows > 0 { parts.append("description rows \(descriptionRows)") }
        if let lineEnd { parts.append("line ends \(lineEnd.rawValue)") }
        return parts.joined(separator: ", ")
    }
}

extension CSVDialect {
    mutating func apply(_ declared: DialectDeclaration) {
        if let value = declared.encoding { encoding = value }
        if let value = declared.delimiter { delimiter = value }
        if let value = declared.quote {
            quote = value
            escape = value
        }
        if declared.hasNoQuote {
            quote = nil
            escape = nil
        }
        if let value = declared.escape { escape = value }
        if declared.hasNoEscape { escape = nil }
        if let value = declared.decimal { decimal = value }
        if let value = declared.grouping { grouping = value }
        if let value = declared.headerLines { headerLines = value }
        if let value = declared.preambleLines { preambleLines = value }
        if let value = declared.descriptionRows { descriptionRows = value }
        if let value = declared.skipsSpace { skipsSpace = value }
    }
}

/// Bounds that keep a broken or hostile file from taking the machine.
public struct CSVLimits: Sendable, Equatable {
    public var fieldBytes: Int
    public var columns: Int
    public var recordBytes: Int

    public init(fieldBytes: Int = 1 << 20, columns: Int = 4096, recordBytes: Int = 64 << 20) {
        self.fieldBytes = fieldBytes
        self.columns = columns
        self.recordBytes = recordBytes
    }
}

/// The bytes that the readers name.
enum Ascii {
    static let tab: UInt8 = 9, lineFeed: UInt8 = 10, carriageReturn: UInt8 = 13, space: UInt8 = 32
    static let quote: UInt8 = 34, apostrophe: UInt8 = 39, comma: UInt8 = 44, minus: UInt8 = 45, point: UInt8 = 46
    static let zero: UInt8 = 48, nine: UInt8 = 57, colon: UInt8 = 58, semicolon: UInt8 = 59
    static let backslash: UInt8 = 92, caret: UInt8 = 94, bar: UInt8 = 124, tilde: UInt8 = 126

    static func isDigit(_ byte: UInt8) -> Bool { byte >= zero && byte <= nine }
    /// Where the text stands between outer spaces and tabs.
    static func trimmed(_ bytes: [UInt8]) -> Range<Int> {
        var start = 0
        var end = bytes.count
        while start < end, isSpace(bytes[start]) { start += 1 }
        while end > start, isSpace(bytes[end - 1]) { end -= 1 }
        return start..<end
    }

    static func isSpace(_ byte: UInt8) -> Bool { byte == space || byte == tab }
    static func isLineEnd(_ byte: UInt8) -> Bool { byte == lineFeed || byte == carriageReturn }
    static func isLetter(_ byte: UInt8) -> Bool {
        (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z")
    }
}
