/// What stands above the answers of a file, and how wide its records are: found in the head of the file, the
/// same for every block.
struct FileLayout: Sendable {
    let dialect: CSVDialect
    /// Names as they stand in the file; nil for a file without a header.
    private(set) var header: [String]?
    /// Fields of a record.
    private(set) var width = 0
    /// Where the first answer begins: position in the text, physical line, number of the record.
    private(set) var bodyStart = 0
    private(set) var bodyLine = 1
    private(set) var firstNumber = 1
    /// Every record, but not the header, ends with one delimiter too many.
    private(set) var endsWithDelimiter = false
    /// In a file of one column an empty line is an empty answer.
    private(set) var isOneColumn = false
    private(set) var warnings: [FileWarning] = []

    /// What a first reading took for granted and the whole file belied.
    struct Corrections: Sendable, Equatable {
        var recordsEndPlainly = false
        var hasOtherWidths = false
    }

    /// `head`: the text from its beginning, whole or cut behind a line end.
    /// `guessesHeader` lets a file whose first record is an answer like the others have no header.
    /// Errors: EMPTY_FILE, TOO_MANY_COLUMNS, MULTIROW_HEADER, UNTERMINATED_QUOTE, MALFORMED.
    init(
        head: [UInt8], isWhole: Bool, dialect: CSVDialect, limits: CSVLimits, guessesHeader: Bool,
        sniffed: [FileWarning] = [], corrections: Corrections = Corrections()
    ) throws(IngestError) {
        self.dialect = dialect
        warnings = sniffed
        let start = CSVReader.startOfRecords(head, preambleLines: dialect.preambleLines)
        let split = RecordSplitter.split(
            head, from: start.offset, line: start.line, dialect: dialect, limits: limits, isFinal: isWhole)
        // A break lower down is judged when the whole file has been read.
        if split.records.isEmpty { try CSVReader.refuse(split, limits: limits) }
        let cells = HeadCells(bytes: head, fieldEnds: split.fieldEnds, dialect: dialect)
        guard let first = split.records.firstIndex(where: { !$0.isBlank }) else {
            throw IngestError(
                "EMPTY_FILE", "The file is empty: it holds no record.", line: 1,
                remedy: "Deliver the file again; check that the export finished.")
        }
        let top = split.records[first]
        try Self.checkWidth(top, limits: limits)
        try Self.checkQuotes(top, dialect)
        var body = split.records[first...]
        if dialect.headerLines > 0 {
            header = Self.joinedHeader(body.prefix(dialect.headerLines), cells)
            body = body.dropFirst(dialect.headerLines)
        }
        width = header?.count ?? Int(top.fieldCount)
        let described = try descriptionRows(of: body, cells)
        body = body.dropFirst(described)
        firstNumber = 1 + described
        placeBody(body.first, end: split)
        guessFromSample(body, cells, corrections)
        let judged = isOneColumn ? Array(body) : body.filter { !$0.isBlank }
        if guessesHeader, header != nil,
            HeaderGuess(
                text: DecodedText(bytes: head, encoding: dialect.encoding, warnings: []), split: split, dialect: dialect
            )
            .firstRecordIsData(top, body: judged, width: width)
        {
            warnings.append(
                FileWarning(
                    "NO_HEADER", count: 1, lines: [Int(top.line)],
                    message: "the first record is an answer like the others; the file has no column names"))
            header = nil
            firstNumber = 1
            placeBody(top, end: split)
        }
    }

    private mutating func placeBody(_ record: SplitRecord?, end: SplitText) {
        bodyStart = record.map { Int($0.start) } ?? end.consumed
        bodyLine = record.map { Int($0.line) } ?? end.nextLine
    }

    private mutating func guessFromSample(
        _ body: ArraySlice<SplitRecord>, _ cells: HeadCells, _ corrections: Corrections
    ) {
        isOneColumn = width == 1 && !corrections.hasOtherWidths && body.allSatisfy { $0.fieldCount == 1 }
        let records = body.filter { !$0.isBlank }
        endsWithDelimiter =
            !corrections.recordsEndPlainly && !records.isEmpty
            && records.allSatisfy { Int($0.fieldCount) == width + 1 && cells.place($0, width).isEmpty }
    }

    private static func checkWidth(_ record: SplitRecord, limits: CSVLimits) throws(IngestError) {
        guard Int(record.fieldCount) > limits.columns else { return }
        throw IngestError(
            "TOO_MANY_COLUMNS", "The header has \(record.fieldCount) columns; the limit is \(limits.columns).",
            line: Int(record.line), remedy: "Check that this is the right file and delimiter.")
    }

    private static func checkQuotes(_ record: SplitRecord, _ dialect: CSVDialect) throws(IngestError) {
        guard dialect.headerLines > 0, record.damage == .textAfterQuote else { return }
        throw IngestError(
            "STRAY_QUOTE", "Text follows a closing quote in the header: the names of the columns cannot be known.",
            line: Int(record.line), remedy: "Mend the quotes on that line, or double those that belong to a name.")
    }

    private static func joinedHeader(_ records: ArraySlice<SplitRecord>, _ cells: HeadCells) -> [String] {
        guard let first = records.first else { return [] }
        var names = cells.fields(first)
        for record in records.dropFirst() {
            for (column, name) in cells.fields(record).enumerated() where column < names.count && !name.isEmpty {
                names[column] += names[column].isEmpty ? name : " " + name
            }
        }
        return names
    }

    /// Rows under the header that describe columns: as many as declared, or up to the one in which at
    /// least half of the cells are Qualtrics import codes.
    private mutating func descriptionRows(
        of body: ArraySlice<SplitRecord>, _ cells: HeadCells
    ) throws(IngestError) -> Int {
        guard let header else { return 0 }
        if dialect.descriptionRows > 0 { return min(dialect.descriptionRows, body.count) }
        for (index, record) in body.prefix(4).enumerated() {
            let fields = cells.fields(record)
            let codes = fields.count { $0.utf8.starts(with: "{\"ImportId\":".utf8) }
            guard codes > 0, codes * 2 >= fields.count else { continue }
            warnings.append(
                FileWarning(
                    "MULTIROW_HEADER", count: index + 1, lines: body.prefix(1).map { Int($0.line) },
                    message: "\(index + 1) rows under the header describe the columns and are no answers"))
            return index + 1
        }
        if let record = body.first(where: { !$0.isBlank }), record.fieldCount == UInt32(header.count), header.count > 1,
            cells.fields(record) == header
        {
            throw IngestError(
                "MULTIROW_HEADER", "The header stands more than once above the answers.", line: Int(record.line),
                remedy: "Declare header_lines, or take the extra rows out.")
        }
        return 0
    }
}

/// The cells of the head of a file.
struct HeadCells {
    let bytes: [UInt8]
    let fieldEnds: [UInt32]
    let dialect: CSVDialect

    func place(_ record: SplitRecord, _ column: Int) -> Range<Int> {
        CSVRecords.place(record, column, fieldEnds, bytes, dialect)
    }

    func fields(_ record: SplitRecord) -> [String] {
        (0..<Int(record.fieldCount)).map { CSVRecords.text(bytes, place(record, $0), dialect) }
    }
}
