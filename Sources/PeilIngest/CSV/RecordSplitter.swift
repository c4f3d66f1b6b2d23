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

/// One record as positions in its text; the fields' ends stand in `SplitText.fieldEnds`.
struct SplitRecord: Sendable {
    var start: UInt32
    var firstField: UInt32
    var fieldCount: UInt32
    var line: UInt32
    var damage: RecordDamage = .none
    /// Field at which the damage was met, from 0.
    var damagedField: UInt32 = 0
    /// One or more blank lines stand above this record.
    var followsBlank = false
    var isBlank = false
    /// At least one field is quoted.
    var holdsQuote = false
    /// The last byte of the file belongs to this record: no line end follows it.
    var endsFile = false
}

/// The result of splitting: positions only, no copies.
struct SplitText: Sendable {
    var records: [SplitRecord] = []
    var fieldEnds: [UInt32] = []
    /// What stands in each cell, as `CByteScan` says, and room behind; empty where nobody asked.
    var marks: [UInt8] = []
    var lineFeeds = 0, carriageReturns = 0, pairs = 0
    /// Where the first record begins that the text does not hold to its end.
    var consumed = 0
    /// Line on which that record begins: one more than the lines that end before it.
    var nextLine = 1
    /// Line on which a quote opened that was never closed, or closed in the midst of another record.
    var unterminatedLine: Int?
    var recordTooLongLine: Int?
    /// Number of fields where a record passed every bound.
    var tooManyColumns: (line: Int, count: Int)?
    /// Quotes stand where RFC 4180 has them, and no record is too large: none is damaged.
    var isPlain = false
    /// What was seen of the encoding on the way; nil where nobody looked.
    var encoding: EncodingFacts.Bytes?

    var lineEndKinds: Int { (lineFeeds > 0 ? 1 : 0) + (carriageReturns > 0 ? 1 : 0) + (pairs > 0 ? 1 : 0) }
    var isBroken: Bool { unterminatedLine != nil || recordTooLongLine != nil || tooManyColumns != nil }
}

/// Push state machine over bytes: RFC 4180 with the deviations that the dialect declares, for texts that
/// `PlainSplitter` leaves to it. A text is a stretch of a file: what it holds of a last record without its end is left
/// for the next stretch. Each byte is looked at once (a record with text after a closing quote: its last line twice), eight at a time
/// where nothing is quoted, so time is linear in the size of the file.
@safe struct RecordSplitter {
    private let limits: CSVLimits
    private let delimiter: UInt8
    private let quote: UInt8
    private let escape: UInt8
    private let hasQuote: Bool
    private let escapes: Bool
    private let doubles: Bool
    private let skipsSpace: Bool
    private let isFinal: Bool
    private var text = SplitText()
    private var line: Int
    /// Room for one end more than there are bytes: no check before a write.
    private let ends: UnsafeMutablePointer<UInt32>
    private var endCount = 0

    private init(
        dialect: CSVDialect, limits: CSVLimits, line: Int, isFinal: Bool, ends: UnsafeMutablePointer<UInt32>
    ) {
        unsafe self.ends = ends
        self.limits = limits
        self.line = line
        self.isFinal = isFinal
        delimiter = dialect.delimiter
        hasQuote = dialect.quote != nil
        quote = dialect.quote ?? dialect.delimiter
        escape = dialect.escape ?? 0
        doubles = dialect.quote != nil && dialect.escape == dialect.quote
        escapes = dialect.escape != nil && dialect.escape != dialect.quote
        skipsSpace = dialect.skipsSpace
    }

    /// Splits `bytes` from `start`, which begins a record on physical line `line`. `isFinal`: the bytes end the file.
    /// `keepsMarks`: cells have marks, where the text is plain.
    static func split(
        _ bytes: [UInt8], from start: Int, line: Int, dialect: CSVDialect, limits: CSVLimits, isFinal: Bool = true,
        keepsMarks: Bool = false
    ) -> SplitText {
        PlainSplitter.split(
            bytes, from: start, line: line, dialect: dialect, limits: limits, isFinal: isFinal, keepsMarks: keepsMarks)
            ?? splitStepwise(bytes, from: start, line: line, dialect: dialect, limits: limits, isFinal: isFinal)
    }

    /// The same mark by mark, with every deviation.
    static func splitStepwise(
        _ bytes: [UInt8], from start: Int, line: Int, dialect: CSVDialect, limits: CSVLimits, isFinal: Bool
    ) -> SplitText {
        var text = SplitText()
        let length = max(bytes.count - start, 0)
        let fieldEnds = unsafe [UInt32](unsafeUninitializedCapacity: length + 2) { ends, endCount in
            guard let first = ends.baseAddress else { return }
            var splitter = unsafe RecordSplitter(
                dialect: dialect, limits: limits, line: line, isFinal: isFinal, ends: first)
            splitter.text.records.reserveCapacity(length / 128)
            splitter.text.consumed = start
            splitter.text.nextLine = line
            unsafe bytes.withUnsafeBufferPointer { buffer in
                if let base = buffer.baseAddress { unsafe splitter.run(base, from: start, count: buffer.count) }
            }
            endCount = splitter.endCount
            text = splitter.text
        }
        text.fieldEnds = fieldEnds
        return text
    }

    /// What is known of the record that is being read.
    private struct Open {
        var record: SplitRecord
        var fieldStart: Int
    }

    private mutating func run(_ bytes: UnsafePointer<UInt8>, from start: Int, count: Int) {
        var open = Open(
            record: SplitRecord(start: UInt32(start), firstField: 0, fieldCount: 0, line: UInt32(line)),
            fieldStart: start)
        var index = start
        let delimiters = Word.repeating(delimiter)
        let quotes = Word.repeating(hasQuote ? quote : Ascii.lineFeed)
        while true {
            // Eight bytes at once: the places of delimiters, and whether anything else in them needs a look.
            while index + 8 <= count {
                let word = unsafe Word.load(bytes + index)
                var marks = Word.matches(word, delimiters)
                let others =
                    Word.matches(word, Word.lineFeeds) | Word.matches(word, Word.carriageReturns)
                    | Word.matches(word, quotes)
                if others == 0 && !skipsSpace {
                    if marks == 0 {
                        index += 8
                        continue
                    }
                    repeat {
                        let place = index &+ marks.trailingZeroBitCount >> 3
                        unsafe ends[endCount] = UInt32(truncatingIfNeeded: place)
                        endCount &+= 1
                        marks &= marks &- 1
                    } while marks != 0
                    unsafe open.fieldStart = Int(ends[endCount &- 1]) &+ 1
                    index &+= 8
                    continue
                }
                marks |= others
                guard marks != 0 else {
                    index += 8
                    continue
                }
                index += marks.trailingZeroBitCount >> 3
                break
            }
            if index + 8 > count {
                while index < count, unsafe !isMark(bytes[index]) { index += 1 }
            }
            guard index < count else { break }
            guard unsafe take(bytes, &index, count, &open) else { return }
        }
        finish(count, &open)
    }

    private func isMark(_ byte: UInt8) -> Bool {
        byte == delimiter || byte == Ascii.lineFeed || byte == Ascii.carriageReturn || hasQuote && byte == quote
    }

    /// Deals with the mark at `index` and goes on behind it. False where splitting must stop.
    private mutating func take(
        _ bytes: UnsafePointer<UInt8>, _ index: inout Int, _ count: Int, _ open: inout Open
    ) -> Bool {
        let byte = unsafe bytes[index]
        if byte == delimiter {
            endField(index, &open)
            index += 1
            if skipsSpace {
                while index < count, unsafe bytes[index] == Ascii.space { index += 1 }
                // The start of a field is where its text begins, so that a quote there opens it.
                open.fieldStart = index
            }
            return fitsSoFar(open)
        }
        if byte == Ascii.lineFeed {
            text.lineFeeds += 1
            return endRecord(index, next: index + 1, &index, &open)
        }
        if byte == Ascii.carriageReturn {
            guard index + 1 < count || isFinal else {
                index = count
                return true
            }
            if index + 1 < count, unsafe bytes[index + 1] == Ascii.lineFeed {
                text.pairs += 1
                return endRecord(index, next: index + 2, &index, &open)
            }
            text.carriageReturns += 1
            return endRecord(index, next: index + 1, &index, &open)
        }
        if index == open.fieldStart { return unsafe readQuoted(bytes, &index, count, &open) }
        if quote != Ascii.apostrophe {
            let isLiteral = unsafe Self.isLiteralQuote(bytes, at: index, fieldStart: open.fieldStart)
            note(isLiteral ? .toleratedQuote : .strayQuote, in: &open)
            if isLiteral {
                // Its closing partner in the same field is as literal as it is.
                while index < count, unsafe !endsField(bytes[index]) { index += 1 }
                return true
            }
        }
        index += 1
        return true
    }

    private mutating func endField(_ end: Int, _ open: inout Open) {
        unsafe ends[endCount] = UInt32(truncatingIfNeeded: end)
        endCount += 1
        open.fieldStart = end + 1
    }

    /// Guards memory against a record without end: looked at wherever the slow path meets a delimiter.
    private mutating func fitsSoFar(_ open: Open) -> Bool {
        guard endCount - Int(open.record.firstField) > limits.columns * 32 else { return true }
        text.tooManyColumns = (Int(open.record.line), endCount - Int(open.record.firstField))
        return false
    }

    private mutating func endRecord(_ end: Int, next: Int, _ index: inout Int, _ open: inout Open) -> Bool {
        endField(end, &open)
        guard close(end, &open) else { return false }
        line += 1
        index = next
        let followsBlank = open.record.isBlank
        open = Open(
            record: SplitRecord(
                start: UInt32(truncatingIfNeeded: next), firstField: UInt32(truncatingIfNeeded: endCount),
                fieldCount: 0, line: UInt32(truncatingIfNeeded: line), followsBlank: followsBlank),
            fieldStart: next)
        text.consumed = next
        text.nextLine = line
        return true
    }

    /// Checks the finished record against the limits and keeps it.
    private mutating func close(_ end: Int, _ open: inout Open) -> Bool {
        open.record.fieldCount = UInt32(truncatingIfNeeded: endCount) - open.record.firstField
        let length = end - Int(open.record.start)
        open.record.isBlank = length == 0
        if length > limits.fieldBytes { noteLargeFields(&open) }
        if length > limits.recordBytes {
            text.recordTooLongLine = Int(open.record.line)
            return false
        }
        if Int(open.record.fieldCount) > limits.columns * 32 {
            text.tooManyColumns = (Int(open.record.line), Int(open.record.fieldCount))
            return false
        }
        text.records.append(open.record)
        return true
    }

    private func noteLargeFields(_ open: inout Open) {
        var start = Int(open.record.start)
        for field in 0..<Int(open.record.fieldCount) {
            let end = unsafe Int(ends[Int(open.record.firstField) + field])
            if end - start > limits.fieldBytes, open.record.damage != .fieldTooLarge {
                open.record.damage = .fieldTooLarge
                open.record.damagedField = UInt32(field)
            }
            start = end + 1
        }
    }

    /// The end of the bytes: of the file, or of a stretch whose last record goes on in the next.
    private mutating func finish(_ count: Int, _ open: inout Open) {
        guard isFinal else {
            if count - Int(open.record.start) > limits.recordBytes { text.recordTooLongLine = Int(open.record.line) }
            endCount = Int(open.record.firstField)
            return
        }
        guard Int(open.record.start) < count else { return }
        endField(count, &open)
        open.record.endsFile = true
        guard close(count, &open) else { return }
        text.consumed = count
        text.nextLine = line
    }

    private func note(_ damage: RecordDamage, in open: inout Open) {
        guard damage.rawValue > open.record.damage.rawValue else { return }
        open.record.damage = damage
        open.record.damagedField = UInt32(truncatingIfNeeded: endCount) - open.record.firstField
    }

    /// A quote that cannot have been meant to open or close a field.
    private static func isLiteralQuote(_ bytes: UnsafePointer<UInt8>, at index: Int, fieldStart: Int) -> Bool {
        let before = unsafe bytes[index - 1]
        if Ascii.isDigit(before) || before == UInt8(ascii: "[") || before == UInt8(ascii: "{")
            || before == UInt8(ascii: "(")
        {
            return true
        }
        var first = fieldStart
        while first < index, unsafe bytes[first] == Ascii.space { first += 1 }
        return first == index
    }

    /// Reads from an opening quote to behind its closing quote. False where splitting must stop.
    private mutating func readQuoted(
        _ bytes: UnsafePointer<UInt8>, _ index: inout Int, _ count: Int, _ open: inout Open
    ) -> Bool {
        let openedLine = line
        open.record.holdsQuote = true
        index += 1
        while index < count {
            let byte = unsafe bytes[index]
            if escapes, byte == escape, index + 1 < count {
                index += 1
                unsafe countLineEnd(bytes, index, count)
                index += 1
                continue
            }
            guard byte == quote else {
                unsafe countLineEnd(bytes, index, count)
                index += 1
                unsafe skipPlain(bytes, &index, count)
                continue
            }
            let next = index + 1
            if doubles, next < count, unsafe bytes[next] == quote {
                index += 2
                continue
            }
            let closes = if next < count { unsafe endsField(bytes[next]) } else { true }
            if closes {
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
            note(.textAfterQuote, in: &open)
            // Damage stays inside one record: the next record begins on the next physical line.
            while index < count, unsafe bytes[index] != Ascii.lineFeed, unsafe bytes[index] != Ascii.carriageReturn {
                index += 1
            }
            return true
        }
        // Without the rest of the file nobody can say that the quote never closes.
        if isFinal { text.unterminatedLine = openedLine }
        return !isFinal
    }

    /// Passes over words of quoted text without a quote, an escape or a line end.
    @inline(__always)
    private func skipPlain(_ bytes: UnsafePointer<UInt8>, _ index: inout Int, _ count: Int) {
        let quotes = Word.repeating(quote)
        let escapes = Word.repeating(self.escapes ? escape : quote)
        while index + 8 <= count {
            let word = unsafe Word.load(bytes + index)
            let marks =
                Word.matches(word, quotes) | Word.matches(word, escapes) | Word.matches(word, Word.lineFeeds)
                | Word.matches(word, Word.carriageReturns)
            guard marks == 0 else {
                index += marks.trailingZeroBitCount >> 3
                return
            }
            index += 8
        }
    }

    private func endsField(_ byte: UInt8) -> Bool {
        byte == delimiter || byte == Ascii.lineFeed || byte == Ascii.carriageReturn
    }

    private mutating func countLineEnd(_ bytes: UnsafePointer<UInt8>, _ index: Int, _ count: Int) {
        let byte = unsafe bytes[index]
        if byte == Ascii.lineFeed { line += 1 }
        if byte == Ascii.carriageReturn, index + 1 < count, unsafe bytes[index + 1] != Ascii.lineFeed { line += 1 }
    }
}
