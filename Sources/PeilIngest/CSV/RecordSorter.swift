/// Turns split records into header, good records and bad records, and finds what is wrong with the
/// file as a whole.
struct RecordSorter {
    let text: DecodedText
    let split: SplitText
    let dialect: CSVDialect
    private var warnings: [FileWarning]
    private var bad: [BadRecord] = []

    init(text: DecodedText, split: SplitText, dialect: CSVDialect) {
        self.text = text
        self.split = split
        self.dialect = dialect
        warnings = text.warnings
    }

    mutating func records(limits: CSVLimits, guessesHeader: Bool) throws(IngestError) -> CSVRecords {
        guard let first = split.records.firstIndex(where: { !$0.isBlank }) else {
            throw IngestError(
                "EMPTY_FILE", "The file is empty: it holds no record.", line: 1,
                remedy: "Deliver the file again; check that the export finished.")
        }
        try checkWidth(split.records[first], limits: limits)
        try checkHeader(split.records[first])
        var body = Array(split.records[first...])
        var header: [String]?
        if dialect.headerLines > 0 {
            header = joinedHeader(body)
            body.removeFirst(min(dialect.headerLines, body.count))
        }
        let described = try descriptionRows(of: body, header: header)
        if described > 0 { body.removeFirst(described) }
        var firstNumber = 1 + described
        let width = header?.count ?? Int(split.records[first].fieldCount)
        body = withoutBlanks(body, width: width)
        if header != nil { try refuseSecondTable(body, header: header ?? [], width: width) }
        if guessesHeader, header != nil,
            HeaderGuess(text: text, split: split, dialect: dialect)
                .firstRecordIsData(split.records[first], body: body, width: width)
        {
            body.insert(split.records[first], at: 0)
            warnings.append(
                FileWarning(
                    "NO_HEADER", count: 1, lines: [Int(split.records[first].line)],
                    message: "the first record is an answer like the others; the file has no column names"))
            header = nil
            firstNumber = 1
        }
        return try sorted(body, header: header, width: width, firstNumber: firstNumber)
    }

    private func checkWidth(_ record: SplitRecord, limits: CSVLimits) throws(IngestError) {
        guard Int(record.fieldCount) > limits.columns else { return }
        throw IngestError(
            "TOO_MANY_COLUMNS", "The header has \(record.fieldCount) columns; the limit is \(limits.columns).",
            line: Int(record.line), remedy: "Check that this is the right file and delimiter.")
    }

    private func checkHeader(_ record: SplitRecord) throws(IngestError) {
        guard dialect.headerLines > 0, record.damage == .textAfterQuote else { return }
        throw IngestError(
            "STRAY_QUOTE", "Text follows a closing quote in the header: the names of the columns cannot be known.",
            line: Int(record.line), remedy: "Mend the quotes on that line, or double those that belong to a name.")
    }

    func fields(_ record: SplitRecord) -> [String] {
        (0..<Int(record.fieldCount)).map { column in
            CSVRecords.text(text.bytes, CSVRecords.place(record, column, split.fieldEnds, text.bytes, dialect), dialect)
        }
    }

    private func joinedHeader(_ body: [SplitRecord]) -> [String] {
        var names = fields(body[0])
        for record in body.dropFirst().prefix(dialect.headerLines - 1) {
            for (column, name) in fields(record).enumerated() where column < names.count && !name.isEmpty {
                names[column] += names[column].isEmpty ? name : " " + name
            }
        }
        return names
    }

    /// Rows under the header that describe columns: as many as declared, or up to the one in which at
    /// least half of the cells are Qualtrics import codes.
    private mutating func descriptionRows(of body: [SplitRecord], header: [String]?) throws(IngestError) -> Int {
        guard let header else { return 0 }
        if dialect.descriptionRows > 0 { return min(dialect.descriptionRows, body.count) }
        for (index, record) in body.prefix(4).enumerated() {
            let cells = fields(record)
            let codes = cells.count { $0.utf8.starts(with: "{\"ImportId\":".utf8) }
            guard codes > 0, codes * 2 >= cells.count else { continue }
            warnings.append(
                FileWarning(
                    "MULTIROW_HEADER", count: index + 1, lines: [Int(body[0].line)],
                    message: "\(index + 1) rows under the header describe the columns and are no answers"))
            return index + 1
        }
        if let record = body.first, record.fieldCount == UInt32(header.count), header.count > 1,
            fields(record) == header
        {
            throw IngestError(
                "MULTIROW_HEADER", "The header stands more than once above the answers.", line: Int(record.line),
                remedy: "Declare header_lines, or take the extra rows out.")
        }
        return 0
    }

    /// Blank lines are no records, except in a file of one column: there they are empty answers.
    private mutating func withoutBlanks(_ body: [SplitRecord], width: Int) -> [SplitRecord] {
        let isOneColumn = width == 1 && body.allSatisfy { $0.fieldCount == 1 }
        if isOneColumn { return body }
        let kept = body.filter { !$0.isBlank }
        // Blank lines at the end of a file are its way of ending, not worth a word.
        let inside = body[..<(body.lastIndex { !$0.isBlank } ?? 0)].filter(\.isBlank)
        if !inside.isEmpty, !kept.isEmpty {
            warnings.append(
                FileWarning(
                    "BLANK_LINES", count: inside.count, lines: inside.map { Int($0.line) },
                    message: "blank lines between records were skipped, first on line \(inside[0].line)"))
        }
        return kept
    }

    /// A second table: the header again, or records of another width to the end of the file that
    /// follow a blank line or repeat half of the header's names.
    private func refuseSecondTable(_ body: [SplitRecord], header: [String], width: Int) throws(IngestError) {
        guard width > 1, body.count > 1 else { return }
        var place: SplitRecord?
        if let again = body.dropFirst().first(where: {
            $0.fieldCount == UInt32(width) && startsLike(header, $0) && fields($0) == header
        }) {
            place = again
        } else if let last = body.last, last.fieldCount != UInt32(width), last.fieldCount > 1 {
            var first = body.count - 1
            while first > 0, body[first - 1].fieldCount == last.fieldCount || body[first - 1].damage == .textAfterQuote
            { first -= 1 }
            let names = Set(header)
            let shared = fields(body[first]).count { !$0.isEmpty && names.contains($0) }
            if first > 0, body.count - first > 1, body[first].followsBlank || shared * 2 >= width {
                place = body[first]
            }
        }
        guard let place else { return }
        throw IngestError(
            "MULTI_TABLE", "A second table begins on line \(place.line).", line: Int(place.line),
            remedy: "Deliver each table as a file of its own.")
    }

    private func startsLike(_ header: [String], _ record: SplitRecord) -> Bool {
        CSVRecords.text(text.bytes, CSVRecords.place(record, 0, split.fieldEnds, text.bytes, dialect), dialect)
            == header[0]
    }

    private mutating func sorted(
        _ body: [SplitRecord], header: [String]?, width: Int, firstNumber: Int
    )
        throws(IngestError) -> CSVRecords
    {
        let endsWithDelimiter = everyRecordEndsWithDelimiter(body, width: width)
        var good: [SplitRecord] = []
        var numbers: [Int] = []
        good.reserveCapacity(body.count)
        numbers.reserveCapacity(body.count)
        var tolerated: [Int] = []
        for (index, record) in body.enumerated() {
            var record = record
            if endsWithDelimiter { record.fieldCount -= 1 }
            if let trouble = trouble(of: record, number: firstNumber + index, width: width, header: header) {
                bad.append(trouble)
                continue
            }
            if record.damage == .toleratedQuote { tolerated.append(Int(record.line)) }
            good.append(record)
            numbers.append(firstNumber + index)
        }
        try refuseTruncation(body, good: good)
        addFileWarnings(tolerated: tolerated, endsWithDelimiter: endsWithDelimiter ? body.count : 0)
        return CSVRecords(
            bytes: text.bytes, dialect: dialect, header: header, badRecords: bad, warnings: warnings,
            recordCount: body.count, fieldEnds: split.fieldEnds, rows: good, numbers: numbers)
    }

    /// Every record, but not the header, ends with one delimiter too many.
    private func everyRecordEndsWithDelimiter(_ body: [SplitRecord], width: Int) -> Bool {
        !body.isEmpty
            && body.allSatisfy { record in
                Int(record.fieldCount) == width + 1
                    && CSVRecords.place(record, width, split.fieldEnds, text.bytes, dialect).isEmpty
            }
    }

    private func trouble(of record: SplitRecord, number: Int, width: Int, header: [String]?) -> BadRecord? {
        let line = Int(record.line)
        let count = Int(record.fieldCount)
        switch record.damage {
        case .fieldTooLarge:
            let column = header.flatMap { Int(record.damagedField) < $0.count ? $0[Int(record.damagedField)] : nil }
            return BadRecord(
                record: number, line: line, code: "FIELD_TOO_LARGE", column: column.map(printable),
                message: "field \(record.damagedField + 1) is larger than the limit")
        case .textAfterQuote:
            let meant = bad.count < BadRecord.shownCount ? meantFields(record, width: width) : nil
            return BadRecord(
                record: number, line: line, code: "STRAY_QUOTE",
                message: "text follows the closing quote of field \(record.damagedField + 1)",
                fields: meant ?? [], raw: meant == nil ? raw(record) : nil)
        case .strayQuote where count == width:
            return BadRecord(
                record: number, line: line, code: "STRAY_QUOTE",
                message: "a quote stands inside field \(record.damagedField + 1), which is not quoted",
                fields: shownFields(record))
        default:
            guard count != width else { return nil }
            return BadRecord(
                record: number, line: line, code: count < width ? "RAGGED_SHORT" : "RAGGED_LONG",
                message: "\(count) fields where the header has \(width)", fields: shownFields(record))
        }
    }

    /// Beyond `BadRecord.shownCount` bad records the list gives places and classes only.
    private func shownFields(_ record: SplitRecord) -> [String] {
        bad.count < BadRecord.shownCount ? fields(record) : []
    }

    private func meantFields(_ record: SplitRecord, width: Int) -> [String]? {
        let end = Int(split.fieldEnds[Int(record.firstField + record.fieldCount) - 1])
        return DamagedRecord(bytes: text.bytes, place: Int(record.start)..<end, dialect: dialect).fields(width: width)
    }

    private func raw(_ record: SplitRecord) -> String {
        let end = Int(split.fieldEnds[Int(record.firstField + record.fieldCount) - 1])
        return String(decoding: text.bytes[Int(record.start)..<end], as: UTF8.self)
    }

    /// An upload that was cut off: the last record is short, no line end follows it, and all others are good.
    private func refuseTruncation(_ body: [SplitRecord], good: [SplitRecord]) throws(IngestError) {
        guard let last = body.last, last.endsFile, bad.count == 1, bad[0].code == "RAGGED_SHORT",
            bad[0].line == Int(last.line), !good.isEmpty
        else { return }
        throw IngestError(
            "TRUNCATED", "The last record is incomplete and no line end follows it.", line: Int(last.line),
            remedy: "Deliver the file again; the upload was cut off.")
    }

    private mutating func addFileWarnings(tolerated: [Int], endsWithDelimiter: Int) {
        if split.lineEndKinds > 1 {
            warnings.append(
                FileWarning(
                    "MIXED_NEWLINES", count: split.lineEndKinds,
                    message: "the file mixes kinds of line ends; each ended a record"))
        }
        if let first = tolerated.first {
            warnings.append(
                FileWarning(
                    "STRAY_QUOTE", count: tolerated.count, lines: tolerated,
                    message: "quotes inside unquoted fields were kept as text, first on line \(first)"))
        }
        if endsWithDelimiter > 0 {
            warnings.append(
                FileWarning(
                    "TRAILING_DELIMITER", count: endsWithDelimiter,
                    message: "every record ends with a delimiter that the header does not have"))
        }
    }
}
