/// The head of a file, cut at a line end, that a dialect is proposed from.
struct Sample {
    let bytes: [UInt8]
    /// The file goes on behind it.
    let isCut: Bool
    /// What ends most of its lines.
    let lineEnd: CSVDialect.LineEnd?
    private var held: [Bool]

    init(_ text: [UInt8]) {
        if text.count > DialectSniffer.sampleBytes {
            let end = text[..<DialectSniffer.sampleBytes].lastIndex(where: Ascii.isLineEnd)
            bytes = Array(text[...(end ?? DialectSniffer.sampleBytes - 1)])
            isCut = true
        } else {
            bytes = text
            isCut = false
        }
        held = [Bool](repeating: false, count: 256)
        var feeds = 0
        var returns = 0
        var pairs = 0
        var previous: UInt8 = 0
        for byte in bytes {
            held[Int(byte)] = true
            if byte == Ascii.lineFeed { if previous == Ascii.carriageReturn { pairs += 1 } else { feeds += 1 } }
            if byte == Ascii.carriageReturn { returns += 1 }
            previous = byte
        }
        returns -= pairs
        let most = max(feeds, returns, pairs)
        lineEnd = most == 0 ? nil : most == pairs ? .pair : most == feeds ? .lineFeed : .carriageReturn
    }

    func holds(_ byte: UInt8) -> Bool { held[Int(byte)] }

    /// The whole sample under a dialect.
    func reading(_ dialect: CSVDialect) -> SampleReading { SampleReading(bytes, dialect: dialect, isCut: isCut) }

    /// The head of the sample under a dialect; all of it where the head holds no whole record.
    func headReading(_ dialect: CSVDialect) -> SampleReading {
        let head = SampleReading(bytes, dialect: dialect, isCut: isCut, upTo: DialectSniffer.delimiterBytes)
        return head.count > 1 || bytes.count <= DialectSniffer.delimiterBytes ? head : reading(dialect)
    }
}

/// What the characters of a cell say: a value is made of digits and the signs of numbers, dates and times.
enum CellKind {
    case value, word, empty

    init(_ cell: ArraySlice<UInt8>) {
        var digits = 0
        var others = 0
        for byte in cell where byte != Ascii.quote && byte != Ascii.apostrophe {
            if Ascii.isDigit(byte) {
                digits += 1
            } else if !Self.isSign(byte) {
                self = .word
                return
            } else if byte != Ascii.space {
                others += 1
            }
        }
        self = digits > 0 ? .value : others > 0 ? .word : .empty
    }

    private static func isSign(_ byte: UInt8) -> Bool {
        switch byte {
        case Ascii.minus, Ascii.point, Ascii.comma, Ascii.colon, Ascii.space, UInt8(ascii: "/"), UInt8(ascii: "+"),
            UInt8(ascii: "$"), UInt8(ascii: "%"):
            true
        default: false
        }
    }
}

/// Decimal and grouping marks of the cells that are numbers.
struct NumberMarks {
    /// Cells of digits, one mark and digits.
    private(set) var commas = 0, points = 0
    /// The same with exactly three digits behind the mark: they could be a group.
    private var commasBeforeThree = 0, pointsBeforeThree = 0
    private(set) var groupedCells = 0
    private var groups: [UInt8: Int] = [:]
    /// Line of the first unmistakable decimal of each kind.
    private(set) var firstComma: Int?, firstPoint: Int?

    init(_ reading: SampleReading, _ bytes: [UInt8]) {
        for record in reading.first where !record.isBlank && !record.isDamaged {
            for cell in record.cells.prefix(10_000) {
                add(Self.unquoted(bytes[cell], reading.dialect.quote), line: record.line)
            }
        }
    }

    /// A comma where cells with a comma outnumber those with a point; cells that could hold groups of
    /// three decide only where no other does.
    var decimal: UInt8 {
        if commas + points > 0 { return commas > points ? Ascii.comma : Ascii.point }
        return commasBeforeThree > pointsBeforeThree ? Ascii.comma : Ascii.point
    }

    /// The mark that stands between groups in most grouped numbers.
    var grouping: UInt8? { groups.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key }

    private static func unquoted(_ cell: ArraySlice<UInt8>, _ quote: UInt8?) -> ArraySlice<UInt8> {
        guard let quote, cell.count > 1, cell.first == quote, cell.last == quote else { return cell }
        return cell.dropFirst().dropLast()
    }

    private mutating func add(_ cell: ArraySlice<UInt8>, line: Int) {
        guard cell.count <= 32 else { return }
        if let mark = NumberParser.mark(of: cell) {
            let tail = cell.reversed().prefix { Ascii.isDigit($0) }.count
            let head = cell.drop { !Ascii.isDigit($0) }
            let couldBeGroup = tail == 3 && head.prefix { Ascii.isDigit($0) }.count <= 3 && head.first != Ascii.zero
            switch (mark, couldBeGroup) {
            case (Ascii.comma, true): commasBeforeThree += 1
            case (Ascii.comma, false):
                commas += 1
                firstComma = firstComma ?? line
            case (_, true): pointsBeforeThree += 1
            case (_, false):
                points += 1
                firstPoint = firstPoint ?? line
            }
        } else if let (group, decimal) = Self.groupedMarks(cell) {
            groupedCells += 1
            groups[group, default: 0] += 1
            if decimal == Ascii.comma {
                commas += 1
                firstComma = firstComma ?? line
            }
            if decimal == Ascii.point {
                points += 1
                firstPoint = firstPoint ?? line
            }
        }
    }

    /// 1.250,5 and 1.250.000 and 12 345: the group mark and, where there is one, the decimal mark.
    private static func groupedMarks(_ cell: ArraySlice<UInt8>) -> (group: UInt8, decimal: UInt8?)? {
        var group: UInt8?
        var decimal: UInt8?
        var digits = 0
        var groupCount = 0
        for (position, byte) in cell.enumerated() {
            if Ascii.isDigit(byte) {
                digits += 1
                continue
            }
            if byte == Ascii.minus, position == 0 { continue }
            guard byte == Ascii.point || byte == Ascii.comma || byte == Ascii.space, decimal == nil else { return nil }
            if group == nil || group == byte {
                guard groupCount == 0 ? (1...3).contains(digits) : digits == 3 else { return nil }
                group = byte
                groupCount += 1
            } else {
                guard digits == 3, byte != Ascii.space else { return nil }
                decimal = byte
            }
            digits = 0
        }
        guard let group, decimal == nil ? digits == 3 : digits > 0 else { return nil }
        return groupCount > 1 || decimal != nil || group == Ascii.space ? (group, decimal) : nil
    }
}
