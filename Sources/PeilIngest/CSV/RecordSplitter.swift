/// What went wrong inside one record while it was split.
enum RecordDamage: UInt8, Sendable {
    case none
    /// A measure sign (32"), a bracketed list (["a"]) or a quote behind leading spaces: kept as text.
    case toleratedQuote
    /// A quote inside an unquoted field.
    case strayQuote
    /// Text after a closing quote: the fields of the record cannot be known.
    case textAfterQuote
    case fieldTooLarge
}

/// One record as positions in the text; the fields' ends stand in `SplitText.fieldEnds`.
struct SplitRecord: Sendable {
    var start: UInt32
    var firstField: UInt32
    var fieldCount: UInt32
    var line: UInt32
    var damage: RecordDamage
    /// Field at which the damage was met, from 0.
    var damagedField: UInt32
    /// One or more blank lines stand above this record.
    var followsBlank: Bool
    var isBlank: Bool
    /// The last byte of the file belongs to this record: no line end follows it.
    var endsFile: Bool
}

/// The result of splitting: positions only, no copies.
struct SplitText: Sendable {
    var records: [SplitRecord] = []
    var fieldEnds: [UInt32] = []
    var lineFeeds = 0, carriageReturns = 0, pairs = 0
    /// Line on which a quote opened that was never closed, or closed in the midst of another record.
    var unterminatedLine: Int?
    var recordTooLongLine: Int?
    /// Number of fields where a record passed every bound.
    var tooManyColumns: (line: Int, count: Int)?

    var lineEndKinds: Int { (lineFeeds > 0 ? 1 : 0) + (carriageReturns > 0 ? 1 : 0) + (pairs > 0 ? 1 : 0) }
}

/// Push state machine over bytes: RFC 4180 with the deviations that the dialect declares. Each byte
/// is looked at once (a record with text after a closing quote: its last line twice), so time is
/// linear in the size of the file.
struct RecordSplitter {
    let dialect: CSVDialect
    let limits: CSVLimits
    private let quote: UInt8
    private let hasQuote: Bool
    private let escapes: Bool
    private let doubles: Bool
    private var text = SplitText()
    private var index = 0
    private var line = 1

    init(dialect: CSVDialect, limits: CSVLimits) {
        self.dialect = dialect
        self.limits = limits
        hasQuote = dialect.quote != nil
        quote = dialect.quote ?? 0
        doubles = dialect.quote != nil && dialect.escape == dialect.quote
        escapes = dialect.escape != nil && dialect.escape != dialect.quote
    }

    /// Splits `bytes` from `start`, which stands on physical line `line`.
    static func split(_ bytes: [UInt8], from start: Int, line: Int, dialect: CSVDialect, limits: CSVLimits) -> SplitText
    {
        var splitter = RecordSplitter(dialect: dialect, limits: limits)
        splitter.index = start
        splitter.line = line
        splitter.run(bytes.span)
        return splitter.text
    }

    private mutating func run(_ bytes: Span<UInt8>) {
        var followsBlank = false
        while index < bytes.count {
            var record = SplitRecord(
                start: UInt32(index), firstField: UInt32(text.fieldEnds.count), fieldCount: 0,
                line: UInt32(line), damage: .none, damagedField: 0, followsBlank: followsBlank,
                isBlank: false, endsFile: false)
            guard readRecord(bytes, into: &record) else { return }
            record.fieldCount = UInt32(text.fieldEnds.count) - record.firstField
            record.isBlank = record.fieldCount == 1 && text.fieldEnds[text.fieldEnds.count - 1] == record.start
            followsBlank = record.isBlank
            text.records.append(record)
        }
    }

    /// False where splitting must stop for good.
    private mutating func readRecord(_ bytes: Span<UInt8>, into record: inout SplitRecord) -> Bool {
        while true {
            if dialect.skipsSpace, UInt32(text.fieldEnds.count) > record.firstField {
                while index < bytes.count, bytes[index] == Ascii.space { index += 1 }
            }
            let fieldStart = index
            if hasQuote, index < bytes.count, bytes[index] == quote {
                guard readQuoted(bytes, into: &record) else { return false }
            } else {
                readUnquoted(bytes, into: &record)
            }
            if index - fieldStart > limits.fieldBytes { note(.fieldTooLarge, in: &record) }
            text.fieldEnds.append(UInt32(index))
            let count = text.fieldEnds.count - Int(record.firstField)
            if count > limits.columns * 32 {
                text.tooManyColumns = (Int(record.line), count)
                return false
            }
            if index - Int(record.start) > limits.recordBytes {
                text.recordTooLongLine = Int(record.line)
                return false
            }
            guard index < bytes.count else {
                record.endsFile = true
                return true
            }
            if bytes[index] == dialect.delimiter, record.damage != .textAfterQuote {
                index += 1
                continue
            }
            endLine(bytes)
            return true
        }
    }

    private mutating func note(_ damage: RecordDamage, in record: inout SplitRecord) {
        guard damage.rawValue > record.damage.rawValue else { return }
        record.damage = damage
        record.damagedField = UInt32(text.fieldEnds.count) - record.firstField
    }

    private mutating func endLine(_ bytes: Span<UInt8>) {
        if bytes[index] == Ascii.carriageReturn {
            if index + 1 < bytes.count, bytes[index + 1] == Ascii.lineFeed {
                text.pairs += 1
                index += 2
            } else {
                text.carriageReturns += 1
                index += 1
            }
        } else {
            text.lineFeeds += 1
            index += 1
        }
        line += 1
    }

    private mutating func readUnquoted(_ bytes: Span<UInt8>, into record: inout SplitRecord) {
        let start = index
        var isTolerated = false
        while index < bytes.count {
            let byte = bytes[index]
            if byte == dialect.delimiter || byte == Ascii.lineFeed || byte == Ascii.carriageReturn { return }
            if hasQuote, byte == quote, quote != Ascii.apostrophe, !isTolerated {
                isTolerated = Self.isLiteralQuote(bytes, at: index, fieldStart: start)
                note(isTolerated ? .toleratedQuote : .strayQuote, in: &record)
            }
            index += 1
        }
    }

    /// A quote that cannot have been meant to open or close a field.
    private static func isLiteralQuote(_ bytes: Span<UInt8>, at index: Int, fieldStart: Int) -> Bool {
        let before = bytes[index - 1]
        if Ascii.isDigit(before) || before == UInt8(ascii: "[") || before == UInt8(ascii: "{")
            || before == UInt8(ascii: "(")
        {
            return true
        }
        var first = fieldStart
        while first < index, bytes[first] == Ascii.space { first += 1 }
        return first == index
    }

    /// Reads from an opening quote to behind its closing quote. False where the quote is never closed.
    private mutating func readQuoted(_ bytes: Span<UInt8>, into record: inout SplitRecord) -> Bool {
        let openedLine = line
        index += 1
        while index < bytes.count {
            let byte = bytes[index]
            if escapes, byte == dialect.escape, index + 1 < bytes.count {
                index += 1
                countLineEnd(bytes)
                index += 1
                continue
            }
            guard byte == quote else {
                countLineEnd(bytes)
                index += 1
                continue
            }
            let next = index + 1
            if doubles, next < bytes.count, bytes[next] == quote {
                index += 2
                continue
            }
            if next >= bytes.count || endsField(bytes[next]) {
                index = next
                return true
            }
            if !doubles, !escapes {
                index = next
                continue
            }
            if line != openedLine {
                text.unterminatedLine = openedLine
                return false
            }
            note(.textAfterQuote, in: &record)
            skipToLineEnd(bytes)
            return true
        }
        text.unterminatedLine = openedLine
        return false
    }

    private func endsField(_ byte: UInt8) -> Bool {
        byte == dialect.delimiter || byte == Ascii.lineFeed || byte == Ascii.carriageReturn
    }

    private mutating func countLineEnd(_ bytes: Span<UInt8>) {
        if bytes[index] == Ascii.lineFeed { line += 1 }
        if bytes[index] == Ascii.carriageReturn, index + 1 < bytes.count, bytes[index + 1] != Ascii.lineFeed {
            line += 1
        }
    }

    /// Damage stays inside one record: the next record begins on the next physical line.
    private mutating func skipToLineEnd(_ bytes: Span<UInt8>) {
        while index < bytes.count, bytes[index] != Ascii.lineFeed, bytes[index] != Ascii.carriageReturn { index += 1 }
    }
}
