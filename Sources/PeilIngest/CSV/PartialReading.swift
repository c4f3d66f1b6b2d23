/// What can be shown of a file that was refused as a whole. For the eye only: the refusal stands, and
/// nothing of such a file becomes an answer.
struct PartialReading {
    private static let mostRounds = 8
    private static let mostBytes = 64 << 20

    private(set) var dialect: CSVDialect
    private(set) var records: CSVRecords?
    /// The names of the columns; where the header was damaged, the names that were meant.
    private(set) var header: [String]?
    private var text: DecodedText
    private let limits: CSVLimits
    private var damagedHeader: [UInt8]?
    /// Lines with a quote that does not close, taken out so that the others can be read.
    private var taken: [(line: Int, bytes: [UInt8])] = []

    /// `refusal`: why the file was refused. `records` stays nil where that leaves nothing to show.
    init(_ text: DecodedText, dialect: CSVDialect, limits: CSVLimits, refusal: IngestError) {
        self.text = text
        self.dialect = dialect
        self.limits = limits
        guard text.bytes.count <= Self.mostBytes, goAround(refusal) else { return }
        for _ in 0..<Self.mostRounds {
            do {
                records = try CSVReader.read(self.text, dialect: self.dialect, limits: limits, guessesHeader: false)
                break
            } catch {
                guard goAround(error) else { return }
            }
        }
        restore()
    }

    /// Changes text or dialect so that the trouble is out of the way. False where it cannot be.
    private mutating func goAround(_ trouble: IngestError) -> Bool {
        guard let line = trouble.line else { return false }
        switch trouble.code {
        case "MULTI_TABLE":
            guard let place = place(ofLine: line), place.lowerBound > 0 else { return false }
            text.bytes.removeSubrange(place.lowerBound...)
        case "MULTIROW_HEADER": dialect.headerLines = repeatedHeaders
        case "PREAMBLE":
            dialect.preambleLines = line - 1 - (CSVReader.separatorLine(text.bytes) == nil ? 0 : 1)
        case "UNTERMINATED_QUOTE", "STRAY_QUOTE":
            guard let place = place(ofLine: line), !place.isEmpty else { return false }
            let bytes = Array(text.bytes[place])
            if line == firstLine, dialect.headerLines > 0 {
                damagedHeader = bytes
                dialect.headerLines -= 1
            } else {
                taken.append((line, bytes))
            }
            text.bytes.removeSubrange(place)
        default: return false
        }
        return true
    }

    /// How often the header stands on top.
    private var repeatedHeaders: Int {
        let head = Array(text.bytes.prefix(DialectSniffer.sampleBytes))
        let top = SampleReading(head, dialect: dialect, isCut: true).first.filter { !$0.isBlank }.map { record in
            record.cells.map { CSVRecords.text(head, $0, dialect) }
        }
        return max(top.prefix { $0 == top.first }.count, dialect.headerLines + 1)
    }

    /// The bytes of a physical line without its end.
    private func place(ofLine line: Int) -> Range<Int>? {
        let bytes = text.bytes
        var index = 0
        for _ in 1..<max(line, 1) {
            while index < bytes.count, !Ascii.isLineEnd(bytes[index]) { index += 1 }
            let isPair =
                index + 1 < bytes.count && bytes[index] == Ascii.carriageReturn && bytes[index + 1] == Ascii.lineFeed
            index += isPair ? 2 : 1
        }
        guard index < bytes.count else { return nil }
        let end = bytes[index...].firstIndex(where: Ascii.isLineEnd) ?? bytes.count
        return index..<end
    }

    /// Physical line of the first record.
    private var firstLine: Int {
        var (offset, line) = CSVReader.startOfRecords(text.bytes, preambleLines: dialect.preambleLines)
        while offset < text.bytes.count, Ascii.isLineEnd(text.bytes[offset]) {
            let isPair = text.bytes[offset...].starts(with: [Ascii.carriageReturn, Ascii.lineFeed])
            offset += isPair ? 2 : 1
            line += 1
        }
        return line
    }

    /// Puts what was taken out back among header and bad records.
    private mutating func restore() {
        guard var result = records else { return }
        let width = result.columnCount
        func fields(_ bytes: [UInt8], orOfAnyWidth: Bool = false) -> [String]? {
            let record = DamagedRecord(bytes: bytes, place: 0..<bytes.count, dialect: dialect)
            return record.fields(width: width) ?? (orOfAnyWidth ? record.fields(width: nil) : nil)
        }
        header =
            damagedHeader.map { fields($0, orOfAnyWidth: true) ?? [String(decoding: $0, as: UTF8.self)] }
            ?? result.header
        var bad = result.badRecords.map { record in
            var shifted = BadRecord(
                record: record.record + taken.count { $0.line < record.line }, line: record.line, code: record.code,
                message: record.message, fields: record.fields, raw: record.raw)
            shifted.column = record.column
            return shifted
        }
        for (before, lost) in taken.enumerated() {
            let whole = (0..<result.rowCount).count { result.line($0) < lost.line }
            let number = 1 + before + whole + result.badRecords.count { $0.line < lost.line }
            let found = fields(lost.bytes)
            bad.append(
                BadRecord(
                    record: number, line: lost.line, code: "UNTERMINATED_QUOTE",
                    message: "a quote opens and does not close",
                    fields: found ?? [], raw: found == nil ? String(decoding: lost.bytes, as: UTF8.self) : nil))
        }
        result.badRecords = bad.sorted { $0.line < $1.line }
        records = result
    }
}
