/// A record that could not be kept: where it stands and why.
public struct BadRecord: Sendable, Equatable {
    /// Number of the record; the header, where there is one, is record 0.
    public let record: Int
    /// Physical line on which the record begins, counted from 1.
    public let line: Int
    public let code: String
    public var column: String?
    /// For a repeated record: the line of the first.
    public var sameAsLine: Int?
    /// Facts about the record, never its values.
    public let message: String
    /// The record's fields as read; empty where it cannot be split.
    public var fields: [String]
    public var raw: String?

    /// How many bad records of a file carry their fields.
    static let shownCount = 10_000

    public init(
        record: Int, line: Int, code: String, column: String? = nil, sameAsLine: Int? = nil,
        message: String, fields: [String] = [], raw: String? = nil
    ) {
        self.record = record
        self.line = line
        self.code = code
        self.column = column
        self.sameAsLine = sameAsLine
        self.message = message
        self.fields = fields
        self.raw = raw
    }
}

extension BadRecord {
    /// The record with its place in the file, of which a block begins behind `lines` lines and `numbers` records.
    func moved(lines: Int, numbers: Int) -> BadRecord {
        BadRecord(
            record: record + numbers, line: line + lines, code: code, column: column,
            sameAsLine: sameAsLine.map { $0 + lines }, message: message, fields: fields, raw: raw)
    }
}

/// The records of a file, or of a block of it: header names, and the raw fields of each good record without a
/// copy per row. Lines and numbers of a block are counted from its beginning.
public struct CSVRecords: Sendable {
    /// The file as UTF-8 without byte order mark; positions refer to it.
    public let bytes: [UInt8]
    public let dialect: CSVDialect
    /// Names as they stand in the file; nil for a file without a header.
    public internal(set) var header: [String]?
    public internal(set) var badRecords: [BadRecord]
    public internal(set) var warnings: [FileWarning]
    /// Records of the file that are answers: good and bad.
    public internal(set) var recordCount: Int
    let fieldEnds: [UInt32]
    /// As in `SplitText`.
    let marks: [UInt8]
    var rows: [SplitRecord]
    /// The number of each good record.
    var numbers: [Int32]

    public var rowCount: Int { rows.count }
    /// Number of columns: of the header, or of the first record.
    public var columnCount: Int { header?.count ?? rows.first.map { Int($0.fieldCount) } ?? 0 }
    /// Physical line on which good record `row` begins.
    public func line(_ row: Int) -> Int { Int(rows[row].line) }
    /// Number of good record `row` in the file.
    public func number(_ row: Int) -> Int { Int(numbers[row]) }

    /// Where the field stands in `bytes`, with its quotes.
    func place(_ row: Int, _ column: Int) -> Range<Int> { Self.place(rows[row], column, fieldEnds, bytes, dialect) }

    static func place(
        _ record: SplitRecord, _ column: Int, _ ends: [UInt32], _ bytes: [UInt8],
        _ dialect: CSVDialect
    ) -> Range<Int> {
        let field = Int(record.firstField) + column
        var start = column == 0 ? Int(record.start) : Int(ends[field - 1]) + 1
        let end = Int(ends[field])
        if dialect.skipsSpace, column > 0 { while start < end, bytes[start] == Ascii.space { start += 1 } }
        return start..<end
    }

    /// The field's text as bytes, unquoted. `scratch` holds it where quotes had to be taken out.
    func field(_ row: Int, _ column: Int, scratch: inout [UInt8]) -> Range<Int>? {
        let place = place(row, column)
        guard let quote = dialect.quote, !place.isEmpty, bytes[place.lowerBound] == quote else { return place }
        let inner = (place.lowerBound + 1)..<max(place.upperBound - 1, place.lowerBound + 1)
        guard Self.needsUnescape(bytes, inner, dialect) else { return inner }
        scratch = Self.unescaped(bytes, inner, quote: dialect.quote, escape: dialect.escape)
        return nil
    }

    /// Calls `use` with the bytes and place of the field, without quotes.
    func withField<R>(_ row: Int, _ column: Int, _ use: (Span<UInt8>, Range<Int>) -> R) -> R {
        var scratch: [UInt8] = []
        if let place = field(row, column, scratch: &scratch) { return use(bytes.span, place) }
        return use(scratch.span, 0..<scratch.count)
    }

    /// The field as text.
    public func text(_ row: Int, _ column: Int) -> String { Self.text(bytes, place(row, column), dialect) }

    static func text(_ bytes: [UInt8], _ place: Range<Int>, _ dialect: CSVDialect) -> String {
        guard let quote = dialect.quote, !place.isEmpty, bytes[place.lowerBound] == quote, place.count >= 2,
            bytes[place.upperBound - 1] == quote
        else {
            return String(decoding: bytes[place], as: UTF8.self)
        }
        let inner = (place.lowerBound + 1)..<(place.upperBound - 1)
        if !needsUnescape(bytes, inner, dialect) { return String(decoding: bytes[inner], as: UTF8.self) }
        return String(decoding: unescaped(bytes, inner, quote: dialect.quote, escape: dialect.escape), as: UTF8.self)
    }

    private static func needsUnescape(_ bytes: [UInt8], _ place: Range<Int>, _ dialect: CSVDialect) -> Bool {
        guard let escape = dialect.escape else { return false }
        for index in place where bytes[index] == escape { return true }
        return false
    }

    /// An escape in front of a quote or of itself gives way to that byte; in front of any other it is text.
    static func unescaped(_ bytes: [UInt8], _ place: Range<Int>, quote: UInt8?, escape: UInt8?) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(place.count)
        var index = place.lowerBound
        while index < place.upperBound {
            if bytes[index] == escape, index + 1 < place.upperBound,
                bytes[index + 1] == quote || bytes[index + 1] == escape
            {
                index += 1
            }
            result.append(bytes[index])
            index += 1
        }
        return result
    }

    /// Counts lines and numbers from the beginning of the file: `lines` and `numbers` stand before the block.
    mutating func move(lines: Int, numbers first: Int) {
        for index in badRecords.indices { badRecords[index] = badRecords[index].moved(lines: lines, numbers: first) }
        for index in rows.indices { rows[index].line &+= UInt32(truncatingIfNeeded: lines) }
        for index in numbers.indices { numbers[index] &+= Int32(truncatingIfNeeded: first) }
    }

    public mutating func warn(_ warning: FileWarning) {
        if let index = warnings.firstIndex(where: { $0.code == warning.code }) {
            warnings[index].count += warning.count
            warnings[index].columns += warning.columns.filter { !warnings[index].columns.contains($0) }
            warnings[index].message += "; " + warning.message
        } else {
            warnings.append(warning)
        }
    }
}
