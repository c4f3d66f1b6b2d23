import PeilTable

/// Reads any rectangular text file for an analysis plan: no codebook, types from the cells.
public enum AnalysisTableReader {
    /// A column whose present cells are all numbers becomes numeric (decimal point, or decimal comma
    /// in a semicolon file); any other becomes categorical with its codes in byte order, or an
    /// identifier beyond 65535 distinct values. An empty cell, or one that is `missingValue`, is not
    /// answered; the word NA only where it is declared. Only `columns` are decoded; nil takes all.
    /// Errors: as `WaveReader`; a ragged file is refused whole (its first bad record is named).
    /// The same table on any number of `threads`.
    public static func read(
        path: String, columns: Set<String>? = nil, missingValue: String? = nil,
        dialect: DialectDeclaration = .none, threads: Int = ReadingThreads.all
    ) throws(IngestError) -> Table {
        do throws(IngestError) {
            let file = try SurveyFile(path, declared: dialect, userMissing: .madeEmpty)
            return try read(
                file.text, columns: columns, missingValue: missingValue, dialect: file.dialect, threads: threads)
        } catch {
            throw error.naming(file: path)
        }
    }

    static func read(
        bytes: [UInt8], columns: Set<String>?, missingValue: String?, dialect: DialectDeclaration = .none
    ) throws(IngestError) -> Table {
        try read(.memory(bytes), columns: columns, missingValue: missingValue, dialect: dialect, threads: 1)
    }

    private static func read(
        _ source: ByteSource, columns: Set<String>?, missingValue: String?, dialect: DialectDeclaration, threads: Int
    ) throws(IngestError) -> Table {
        let file = DelimitedFile(
            source, declared: dialect, limits: CSVLimits(columns: 65_536), guessesHeader: false, threads: threads)
        var asText: Set<Int> = []
        while true {
            let texts = asText
            let reading = try file.read { head throws(IngestError) in
                try AnalysisColumns(head.records, columns: columns, missingValue: missingValue, asText: texts)
            }
            if let bad = reading.consumer.firstBad {
                throw IngestError(
                    bad.code, "\(reading.consumer.badCount) bad records; the first: \(bad.message).", line: bad.line,
                    remedy: "Mend the file, or read it with a codebook that says how many bad records are allowed.")
            }
            // Numbers above and words below: the text of the numbers is needed after all.
            let mixed = reading.consumer.mixed
            if mixed.isEmpty { return reading.consumer.table() }
            asText.formUnion(mixed)
        }
    }
}

/// Reads the columns of a table whose types nobody declared, block by block.
struct AnalysisColumns: RecordConsumer {
    private let header: [String]
    let wanted: [Int]
    let missing: [UInt8]
    private let decimal: UInt8
    let asText: Set<Int>
    private var assemblies: [ColumnAssembly]
    /// Blocks of each column that hold numbers, words, or nothing at all.
    private var numberBlocks: [Int]
    private var textBlocks: [Int]
    /// The same of the rows of the next table alone.
    private var blockHasNumbers: [Bool]
    private var blockHasWords: [Bool]
    private(set) var firstBad: BadRecord?
    private(set) var badCount = 0
    private(set) var rowCount = 0
    /// Rows to expect.
    private var room = 0
    /// Rows after which a table is taken out, where not the whole file becomes one.
    private let mostRows: Int

    /// Errors: MISSING_COLUMN, DUPLICATE_HEADER.
    init(
        _ head: CSVRecords, columns: Set<String>?, missingValue: String?, asText: Set<Int>, mostRows: Int = .max
    ) throws(IngestError) {
        let header = (head.header ?? []).map(HeaderMatch.cleaned)
        self.header = header
        if let columns, let absent = columns.sorted().first(where: { !header.contains($0) }) {
            throw IngestError(
                "MISSING_COLUMN", "The file has no column \(printable(absent)).", line: 1,
                remedy: nearestName(to: absent, among: header).map { "Did you mean '\(printable($0))'?" }
                    ?? "Columns: \(header.prefix(40).map(printable).joined(separator: ", ")).")
        }
        var wanted: [Int] = []
        var names: Set<String> = []
        for (index, name) in header.enumerated() where columns?.contains(name) ?? true {
            guard names.insert(name).inserted else {
                throw IngestError(
                    "DUPLICATE_HEADER", "Two columns are named \(printable(name)).", line: 1, column: index + 1,
                    remedy: "Give each column a name of its own.")
            }
            wanted.append(index)
        }
        self.wanted = wanted
        self.asText = asText
        self.mostRows = mostRows
        missing = missingValue.map { Array($0.utf8) } ?? []
        decimal = head.dialect.delimiter == Ascii.comma ? Ascii.point : head.dialect.decimal
        assemblies = wanted.map { _ in ColumnAssembly() }
        numberBlocks = wanted.map { _ in 0 }
        textBlocks = numberBlocks
        blockHasNumbers = wanted.map { _ in false }
        blockHasWords = blockHasNumbers
    }

    /// Columns of the file that held numbers in some blocks and words in others.
    var mixed: [Int] {
        wanted.indices.filter { numberBlocks[$0] > 0 && textBlocks[$0] > 0 }.map { wanted[$0] }
    }

    enum Chunk: Sendable {
        case numbers(ColumnChunk)
        case words(ColumnChunk)
        /// No cell holds anything.
        case empty(Int)
    }

    struct Part: Sendable {
        var chunks: [Chunk]
        let firstBad: BadRecord?
        let badCount: Int
        let rowCount: Int
    }

    func readsMarks(_ scratch: Scratch) -> Bool {
        missing.isEmpty && !scratch.unfit.isSuperset(of: wanted)
    }

    func makeScratch() -> Scratch { Scratch(unfit: asText) }

    func take(_ records: CSVRecords, _ scratch: inout Scratch) -> Part {
        var part = Part(
            chunks: [], firstBad: records.badRecords.first, badCount: records.badRecords.count,
            rowCount: records.rowCount)
        guard records.rowCount > 0, part.badCount == 0 else { return part }
        BlockCells.with(records) { cells in
            let small = markedNumbers(cells, scratch)
            for column in wanted { part.chunks.append(small[column] ?? chunk(cells, column)) }
        }
        return part
    }

    private func chunk(_ cells: BlockCells, _ column: Int) -> Chunk {
        guard !asText.contains(column) else { return words(cells, column) }
        return smallNumbers(cells, column) ?? numbers(cells, column) ?? words(cells, column)
    }

    /// One digit or two in each cell, or nothing, as most answers are; nil at the first cell that is something else.
    private func smallNumbers(_ cells: BlockCells, _ column: Int) -> Chunk? {
        let rows = cells.quick(column, 0..<cells.rowCount)
        guard column > 0, missing.isEmpty, !rows.isEmpty else { return nil }
        var values = [Int8](repeating: 0, count: cells.rowCount)
        var reasons = Reasons(count: cells.rowCount)
        var present = 0
        var isSmall = true
        let places = cells.places(column)
        for row in rows {
            let cell = places[row]
            let word = cell.word
            let first = UInt8(truncatingIfNeeded: word) &- Ascii.zero
            let second = UInt8(truncatingIfNeeded: word >> 8) &- Ascii.zero
            if cell.count == 1, first < 10 {
                values[row] = Int8(truncatingIfNeeded: first)
            } else if cell.count == 2, first < 10, second < 10 {
                values[row] = Int8(truncatingIfNeeded: first &* 10 &+ second)
            } else if cell.count == 0 {
                reasons.miss(row, .notAnswered)
                continue
            } else {
                return nil
            }
            present &+= 1
        }
        cells.forEach(column, rows.upperBound..<cells.rowCount) { row, cell in
            if cell.isEmpty {
                reasons.miss(row, .notAnswered)
            } else if let value = QuickNumber.plain(cell, decimal: decimal), let small = Int8(exactly: value) {
                values[row] = small
                present += 1
            } else {
                isSmall = false
            }
        }
        guard isSmall else { return nil }
        return present == 0
            ? .empty(cells.rowCount) : .numbers(.numbers(.bytes(values), reasons: reasons.list))
    }

    /// Nil at the first present cell that is no number.
    private func numbers(_ cells: BlockCells, _ column: Int) -> Chunk? {
        var values = [Double](repeating: 0, count: cells.rowCount)
        var reasons = Reasons(count: cells.rowCount)
        var present = 0
        var isNumeric = true
        cells.forEach(column, 0..<cells.rowCount) { row, whole in
            guard isNumeric else { return }
            let cell = whole.hasOuterSpace ? whole.trimmed : whole
            if isAbsent(cell) {
                reasons.miss(row, .notAnswered)
                return
            }
            guard let value = QuickNumber.plain(cell, decimal: decimal) ?? slowNumber(cell) else {
                isNumeric = false
                return
            }
            present += 1
            values[row] = value
        }
        guard isNumeric else { return nil }
        if present == 0 { return .empty(cells.rowCount) }
        return .numbers(.numbers(PackedNumbers(values), reasons: reasons.list))
    }

    private func slowNumber(_ cell: Cell) -> Double? {
        let bytes = cell.bytes
        guard let value = NumberParser.plain(bytes.span, 0..<bytes.count, decimal: decimal), value.isFinite else {
            return nil
        }
        return value
    }

    @inline(__always)
    private func isAbsent(_ cell: Cell) -> Bool { cell.isEmpty || !missing.isEmpty && cell.equals(missing) }

    private func words(_ cells: BlockCells, _ column: Int) -> Chunk {
        var table = CellTable()
        var indices = [Int32](repeating: -1, count: cells.rowCount)
        cells.forEach(column, 0..<cells.rowCount) { row, cell in
            if !isAbsent(cell) { indices[row] = table.intern(cell) }
        }
        return table.count == 0 ? .empty(cells.rowCount) : .words(.names(table, indices: indices, reasons: []))
    }

    mutating func add(_ part: consuming Part, at place: BlockPlace) {
        badCount += part.badCount
        if firstBad == nil { firstBad = part.firstBad?.moved(lines: place.lines, numbers: place.firstNumber) }
        guard badCount == 0 else { return }
        if rowCount == 0 { room = min(place.room(rows: part.rowCount), mostRows) }
        rowCount += part.rowCount
        for (index, chunk) in part.chunks.enumerated() {
            switch chunk {
            case .numbers(let numbers):
                numberBlocks[index] += 1
                blockHasNumbers[index] = true
                assemblies[index].add(numbers, room: room)
            case .words(let words):
                textBlocks[index] += 1
                blockHasWords[index] = true
                assemblies[index].add(words, room: room)
            case .empty(let count): assemblies[index].addAbsent(count, room: room)
            }
        }
    }

    /// The rows so far as a table of their own; the next begins anew, with the same columns.
    mutating func takeTable() -> (table: Table, kinds: [String: AnalysisTableReader.ColumnKind]) {
        var kinds: [String: AnalysisTableReader.ColumnKind] = [:]
        for index in wanted.indices {
            let kind: AnalysisTableReader.ColumnKind =
                if blockHasNumbers[index] { .numbers } else if blockHasWords[index] { .words } else { .nothing }
            kinds[header[wanted[index]]] = kind
        }
        let seen = (numberBlocks, textBlocks)
        numberBlocks = blockHasNumbers.map { $0 ? 1 : 0 }
        let table = filled()
        assemblies = wanted.map { _ in ColumnAssembly() }
        (numberBlocks, textBlocks) = seen
        blockHasNumbers = wanted.map { _ in false }
        blockHasWords = blockHasNumbers
        rowCount = 0
        return (table, kinds)
    }

    /// A column with numbers only is numeric; any other is categorical with its codes in byte order, or an
    /// identifier beyond 65535 distinct values.
    consuming func table() -> Table { filled() }

    private mutating func filled() -> Table {
        var table = Table(rowCount: rowCount)
        for index in wanted.indices {
            let assembly = assemblies[index]
            assemblies[index] = ColumnAssembly()
            let name = header[wanted[index]]
            let column: PackedColumn =
                if numberBlocks[index] > 0 || rowCount == 0 {
                    assembly.numericColumn()
                } else if assembly.names.count > Int(UInt16.max) {
                    .identifier(assembly.identifiers())
                } else {
                    assembly.categoriesOfNames([])
                }
            table.set(packed: column, for: Variable(name: name, wording: LocalizedText(everywhere: name)))
        }
        return table
    }
}
