/// How a sample fares under one dialect: the widths of its records, what is damaged, and where the
/// cells of its first records stand. One pass, each byte looked at once.
struct SampleReading {
    struct Record {
        var line: Int
        var width = 0
        /// Text after a closing quote, or a quote inside an unquoted field.
        var isDamaged = false
        var isBlank = false
        /// Cells with their quotes; kept for the first records only.
        var cells: [Range<Int>] = []
    }

    /// Records whose cells are kept.
    static let keptCount = 500

    let dialect: CSVDialect
    /// The first records, blank ones among them.
    private(set) var first: [Record] = []
    /// Records that are not blank.
    private(set) var count = 0
    /// How many undamaged records have each width.
    private(set) var widths: [Int: Int] = [:]
    /// A quote was opened and closed, if at all, in the midst of another record.
    private(set) var isBroken = false
    private(set) var quotedFields = 0
    /// Delimiters outside quotes, and those of them in front of a space.
    private(set) var delimiters = 0, delimitersBeforeSpace = 0

    /// The width of most records, the larger of two equally frequent ones.
    var width: Int { widths.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key ?? 0 }
    /// Undamaged records of that width.
    var fitting: Int { widths[width] ?? 0 }
    /// Records that a strict reader would list: damaged, or of another width than the first one, which
    /// is the header unless it is a title.
    var bad: Int {
        guard let first = firstRecord, first.width > 1, !first.isDamaged else { return count - fitting }
        return count - (widths[first.width] ?? 0)
    }
    var damaged: Int { count - widths.values.reduce(0, +) }
    /// Share of the records that fit.
    var share: Double { count == 0 ? 0 : Double(fitting) / Double(count) }
    var firstRecord: Record? { first.first { !$0.isBlank } }

    private var index: Int
    private var line: Int

    /// `isCut`: the sample ends before the file does, so that its last record says nothing.
    init(_ sample: [UInt8], dialect: CSVDialect, isCut: Bool, upTo limit: Int = .max) {
        self.dialect = dialect
        let start = CSVReader.startOfRecords(sample, preambleLines: dialect.preambleLines)
        index = start.offset
        line = start.line
        read(sample.span.extracting(first: min(sample.count, limit)), isCut: isCut || limit < sample.count)
    }

    private mutating func read(_ bytes: Span<UInt8>, isCut: Bool) {
        while index < bytes.count {
            var record = Record(line: line)
            let start = index
            guard readRecord(bytes, &record) else {
                if !(isCut && index >= bytes.count) { isBroken = true }
                return
            }
            if isCut, index >= bytes.count, !Ascii.isLineEnd(bytes[bytes.count - 1]), count > 0 { return }
            record.isBlank = record.width == 1 && Ascii.isLineEnd(bytes[start])
            if first.count < Self.keptCount { first.append(record) }
            guard !record.isBlank else { continue }
            count += 1
            if !record.isDamaged { widths[record.width, default: 0] += 1 }
        }
    }

    /// False where a quote does not close inside its record.
    private mutating func readRecord(_ bytes: Span<UInt8>, _ record: inout Record) -> Bool {
        let keeps = first.count < Self.keptCount
        while true {
            if dialect.skipsSpace, record.width > 0 {
                while index < bytes.count, bytes[index] == Ascii.space { index += 1 }
            }
            let start = index
            if let quote = dialect.quote, index < bytes.count, bytes[index] == quote {
                guard readQuoted(bytes, quote, &record) else { return false }
            } else {
                readUnquoted(bytes, &record)
            }
            record.width += 1
            if keeps { record.cells.append(start..<index) }
            guard index < bytes.count else { return true }
            if bytes[index] == dialect.delimiter {
                delimiters += 1
                index += 1
                if index < bytes.count, bytes[index] == Ascii.space { delimitersBeforeSpace += 1 }
                continue
            }
            endLine(bytes)
            return true
        }
    }

    private mutating func endLine(_ bytes: Span<UInt8>) {
        let isPair =
            bytes[index] == Ascii.carriageReturn && index + 1 < bytes.count && bytes[index + 1] == Ascii.lineFeed
        index += isPair ? 2 : 1
        line += 1
    }

    private mutating func readUnquoted(_ bytes: Span<UInt8>, _ record: inout Record) {
        let start = index
        let delimiter = dialect.delimiter
        let quote = dialect.quote == Ascii.apostrophe ? nil : dialect.quote
        var at = index
        var isTolerated = false
        while at < bytes.count {
            let byte = bytes[at]
            if byte == delimiter || byte == Ascii.lineFeed || byte == Ascii.carriageReturn { break }
            if byte == quote, !isTolerated {
                isTolerated = Self.isLiteralQuote(bytes, at: at, fieldStart: start)
                if !isTolerated { record.isDamaged = true }
            }
            at += 1
        }
        index = at
    }

    /// A measure sign (32"), a bracketed list (["a"]) or a quote behind leading spaces is text.
    private static func isLiteralQuote(_ bytes: Span<UInt8>, at index: Int, fieldStart: Int) -> Bool {
        var first = fieldStart
        while first < index, bytes[first] == Ascii.space { first += 1 }
        if first == index { return true }
        let before = bytes[index - 1]
        return Ascii.isDigit(before) || before == UInt8(ascii: "[") || before == UInt8(ascii: "{")
            || before == UInt8(ascii: "(")
    }

    private mutating func readQuoted(_ bytes: Span<UInt8>, _ quote: UInt8, _ record: inout Record) -> Bool {
        let openedLine = line
        let doubles = dialect.escape == quote
        let escape = doubles ? nil : dialect.escape
        quotedFields += 1
        index += 1
        while index < bytes.count {
            let byte = bytes[index]
            if byte == escape, index + 1 < bytes.count {
                index += 1
            } else if byte == quote {
                let next = index + 1
                if next >= bytes.count || Ascii.isLineEnd(bytes[next]) || bytes[next] == dialect.delimiter {
                    index = next
                    return true
                }
                if doubles, bytes[next] == quote {
                    index = next
                } else if doubles || escape != nil {
                    guard line == openedLine else { return false }
                    record.isDamaged = true
                    while index < bytes.count, !Ascii.isLineEnd(bytes[index]) { index += 1 }
                    return true
                }
            }
            if bytes[index] == Ascii.lineFeed { line += 1 }
            if bytes[index] == Ascii.carriageReturn, index + 1 < bytes.count, bytes[index + 1] != Ascii.lineFeed {
                line += 1
            }
            index += 1
        }
        return false
    }
}
