import PeilTable

/// What a study or a caller says about a file; each part may be left open.
/// A codebook's `csv` block and `--dialect` know the same keys.
public struct DialectDeclaration: Sendable, Equatable, Decodable {
    public var encoding: String?
    public var delimiter: UInt8?
    public var quote: UInt8?
    public var hasNoQuote = false
    public var escape: UInt8?
    /// Quotes inside quoted fields stand there as they are.
    public var hasNoEscape = false
    public var decimal: UInt8?
    public var grouping: UInt8?
    public var headerLines: Int?
    public var preambleLines: Int?
    public var descriptionRows: Int?
    public var skipsSpace: Bool?
    public var lineEnd: CSVDialect.LineEnd?
    /// True for `--dialect`: a contradiction with the file is an error. False for a codebook that does
    /// not say `binding`: its `csv` block says what to expect, and files of one study come out of several programs.
    public var isBinding: Bool

    public init(
        encoding: String? = nil, delimiter: UInt8? = nil, quote: UInt8? = nil, escape: UInt8? = nil,
        decimal: UInt8? = nil, headerLines: Int? = nil, preambleLines: Int? = nil,
        descriptionRows: Int? = nil, skipsSpace: Bool? = nil, isBinding: Bool = false
    ) {
        self.encoding = encoding
        self.delimiter = delimiter
        self.quote = quote
        self.escape = escape
        self.decimal = decimal
        self.headerLines = headerLines
        self.preambleLines = preambleLines
        self.descriptionRows = descriptionRows
        self.skipsSpace = skipsSpace
        self.isBinding = isBinding
    }

    /// Nothing declared.
    public static let none = DialectDeclaration()

    static func resolved(_ declared: DialectDeclaration) -> CSVDialect {
        var dialect = CSVDialect()
        dialect.apply(declared)
        dialect.lineEnd = declared.lineEnd
        return dialect
    }

    /// Keys of the codebook's block and of `--dialect`; `quote` and `escape` are short for `quotechar` and `escapechar`.
    public static let keys =
        CSVDialect.CodingKeys.allCases.map(\.rawValue) + ["quote", "escape", "skip_space", "binding"]

    /// What is wrong with one declared value: the key, a sentence, what to do.
    public struct Trouble: Error, Sendable, Equatable, CustomStringConvertible {
        public let key: String
        public let message: String
        public let remedy: String
        public var description: String { "\(message) \(remedy)" }
    }

    /// Takes one key with its value as text. A missing value leaves the key open, except that no
    /// quotechar means no quoting.
    public mutating func set(_ key: String, to text: String?) throws(Trouble) {
        switch key {
        case "encoding": encoding = try text.map { (value) throws(Trouble) in try Self.encodingName(value, key) }
        case "delimiter": try setDelimiter(text, key)
        case "quotechar", "quote":
            quote = try Self.byte(text, key)
            hasNoQuote = quote == nil
        case "escapechar", "escape":
            escape = try Self.byte(text, key)
            hasNoEscape = text?.isEmpty == true
        case "decimal": decimal = try Self.mark(text, key, among: ".,")
        case "grouping": grouping = try Self.mark(text, key, among: "., ")
        case "header_lines": headerLines = try Self.count(text, key)
        case "preamble_lines": preambleLines = try Self.count(text, key)
        case "description_rows": descriptionRows = try Self.count(text, key)
        case "skip_space": skipsSpace = try Self.flag(text, key)
        case "binding": isBinding = try Self.flag(text, key) ?? isBinding
        case "line_end":
            lineEnd = try text.map { (value) throws(Trouble) in
                guard let end = CSVDialect.LineEnd(rawValue: value.lowercased()) else {
                    throw Trouble(key: key, message: "'\(key)' is unknown.", remedy: "Write lf, crlf or cr.")
                }
                return end
            }
        default:
            throw Trouble(
                key: key, message: "Unknown key '\(printable(key))'.",
                remedy: nearestName(to: key, among: Self.keys).map { "The nearest is '\($0)'." }
                    ?? "Known keys: \(Self.keys.joined(separator: ", ")).")
        }
    }

    /// What the values say against each other.
    public func check() throws(Trouble) {
        if let delimiter, delimiter == quote {
            throw Trouble(
                key: "quotechar", message: "The delimiter and the quote are the same character.",
                remedy: "Declare two different ones.")
        }
        if let delimiter, delimiter == escape {
            throw Trouble(
                key: "escapechar", message: "The delimiter and the escape are the same character.",
                remedy: "Declare two different ones.")
        }
        if let grouping, grouping == decimal {
            throw Trouble(
                key: "grouping", message: "The grouping mark and the decimal mark are the same character.",
                remedy: "Declare two different ones.")
        }
    }

    private mutating func setDelimiter(_ text: String?, _ key: String) throws(Trouble) {
        guard let text, !text.isEmpty else {
            delimiter = nil
            return
        }
        let bytes = Array(text.utf8)
        if bytes.count == 2, bytes[1] == Ascii.space, bytes[0] != Ascii.space {
            skipsSpace = true
            delimiter = bytes[0]
        } else {
            delimiter = try Self.byte(text, key)
        }
        let isPossible = delimiter.map { !Ascii.isLineEnd($0) && !Ascii.isDigit($0) && !Ascii.isLetter($0) } ?? true
        if !isPossible {
            throw Trouble(
                key: key, message: "A letter, a digit or a line end cannot be the delimiter.",
                remedy: "Declare the character that stands between the fields.")
        }
    }

    private static func byte(_ text: String?, _ key: String) throws(Trouble) -> UInt8? {
        guard let text, !text.isEmpty else { return nil }
        if text == "tab" || text == "\\t" { return Ascii.tab }
        guard text.utf8.count == 1, let byte = text.utf8.first else {
            throw Trouble(
                key: key, message: "'\(key)' must be one ASCII character.",
                remedy: "Write the character between quotes, or the word tab.")
        }
        return byte
    }

    private static func mark(_ text: String?, _ key: String, among marks: String) throws(Trouble) -> UInt8? {
        guard let byte = try byte(text == "\u{A0}" || text == "\u{202F}" ? " " : text, key) else { return nil }
        guard marks.utf8.contains(byte) else {
            throw Trouble(
                key: key, message: "'\(key)' cannot be this character.",
                remedy: "Write one of \(marks.map { "'\($0)'" }.joined(separator: ", ")).")
        }
        return byte
    }

    private static func count(_ text: String?, _ key: String) throws(Trouble) -> Int? {
        guard let text else { return nil }
        guard let value = Int(text), (0...1000).contains(value) else {
            throw Trouble(
                key: key, message: "'\(key)' must be a whole number of lines.", remedy: "Write 0, 1, 2 and so on.")
        }
        return value
    }

    private static func flag(_ text: String?, _ key: String) throws(Trouble) -> Bool? {
        switch text {
        case nil: nil
        case "true", "yes": true
        case "false", "no": false
        default: throw Trouble(key: key, message: "'\(key)' must be true or false.", remedy: "Write true or false.")
        }
    }

    private static func encodingName(_ name: String, _ key: String) throws(Trouble) -> String {
        let canonical = canonicalEncoding(name)
        guard TextEncoding.known.contains(canonical) else {
            throw Trouble(
                key: key, message: "This encoding cannot be read.",
                remedy: "Declare one of \(TextEncoding.known.joined(separator: ", ")).")
        }
        return canonical
    }
}

extension DialectDeclaration {
    private struct AnyKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// From a JSON object. What is absent stays open; unknown keys and impossible values are errors
    /// (`DecodingError.dataCorrupted`, whose description says what to do).
    public init(from decoder: any Decoder) throws {
        let keyed = try decoder.container(keyedBy: AnyKey.self)
        self.init(isBinding: true)
        do {
            for key in keyed.allKeys { try set(key.stringValue, to: Self.text(keyed, key)) }
            try check()
        } catch let trouble as Trouble {
            throw DecodingError.dataCorrupted(.init(codingPath: keyed.codingPath, debugDescription: "\(trouble)"))
        }
    }

    private static func text(_ keyed: KeyedDecodingContainer<AnyKey>, _ key: AnyKey) throws -> String? {
        if try keyed.decodeNil(forKey: key) { return nil }
        if let number = try? keyed.decode(Int.self, forKey: key) { return String(number) }
        if let flag = try? keyed.decode(Bool.self, forKey: key) { return flag ? "true" : "false" }
        return try keyed.decode(String.self, forKey: key)
    }
}
