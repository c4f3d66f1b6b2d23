import CByteScan
import PeilTable

/// Decodes the records of a file by a codebook, block by block. Records with a trouble are listed; what
/// remains is coded and typed.
struct WaveDecoder: RecordConsumer {
    let codebook: Codebook
    let header: HeaderMatch
    /// Refuses undeclared personal data: who keeps the table asks it first.
    private(set) var door: PersonalDataDoor
    private let decoders: [VariableDecoder]
    /// The decoders with one code a cell, by their columns of the file.
    private let codeColumns: [(index: Int, codes: CodeCells, column: Int)]
    private let keepsText: Bool

    private var columns: [[ColumnAssembly]]
    private var notes: [ColumnNotes]
    private var badRecords: [BadRecord] = []
    /// Where in `badRecords` a row stands; records that could not be split are no rows.
    private var badOfRow: [Int: Int] = [:]
    private(set) var lines = RunningNumbers()
    /// Records are found again where identifiers must be unique or have a form.
    private var places = RecordPlaces()
    /// Rows to expect.
    private var room = 0
    /// Fields of good records, for those who asked to see them.
    private var texts: [[String]] = []

    /// Errors: those of `HeaderMatch`.
    init(_ head: CSVRecords, codebook: Codebook, keepsText: Bool = false) throws(IngestError) {
        self.codebook = codebook
        self.keepsText = keepsText
        header = try HeaderMatch(head, codebook: codebook)
        door = PersonalDataDoor(header, codebook: codebook)
        var decoders: [VariableDecoder] = []
        if header.matchesAny {
            for (index, variable) in codebook.variables.enumerated() where variable.personal != .dropped {
                guard let column = header.columnOfVariable[index] else { continue }
                decoders.append(VariableDecoder(variable, column, codebook, head.dialect))
            }
        }
        self.decoders = decoders
        codeColumns = decoders.indices.compactMap { index in
            guard case .codes(let codes) = decoders[index].kind else { return nil }
            return (index, codes, decoders[index].column)
        }.sorted { $0.column < $1.column }
        columns = decoders.map { [ColumnAssembly](repeating: ColumnAssembly(), count: $0.columnCount) }
        notes = decoders.map { _ in ColumnNotes() }
    }

    // MARK: A block

    struct Part: Sendable {
        var chunks: [[ColumnChunk]]
        var notes: [ColumnNotes]
        var badRecords: [BadRecord]
        var rowOfBad: [Int]
        var lines: RunningNumbers
        var numbers: RunningNumbers
        var starts: [UInt32]
        var texts: [[String]]
        var tallies: [PersonalDataTally]
    }

    func readsMarks(_ scratch: WaveScratch) -> Bool { codeColumns.contains { $0.codes.isNarrow } }

    func makeScratch() -> WaveScratch {
        WaveScratch(
            known: decoders.map { _ in KnownCells() },
            sinks: decoders.map { decoder in
                if case .codes(let codes) = decoder.kind { codes.makeSink() } else { CodeSink(width: 4) }
            })
    }

    func take(_ records: CSVRecords, _ scratch: inout WaveScratch) -> Part {
        var part = Part(
            chunks: [], notes: [], badRecords: records.badRecords,
            rowOfBad: [Int](repeating: -1, count: records.badRecords.count),
            lines: RunningNumbers(records.rows.lazy.map(\.line)),
            numbers: RunningNumbers(records.numbers.lazy.map { UInt32(truncatingIfNeeded: $0) }),
            starts: RecordPlaces.starts(records.rows), texts: [], tallies: [])
        guard records.rowCount > 0 else {
            part.notes = decoders.map { _ in ColumnNotes() }
            part.chunks = decoders.map { _ in [] }
            return part
        }
        scratch.numbers.beginBlock()
        BlockCells.with(records) { cells in
            var notes = decoders.map { _ in ColumnNotes() }
            let codes = decodeCodes(cells, scratch, &notes)
            for index in decoders.indices {
                part.chunks.append(codes[index].map { [$0] } ?? decode(index, cells, scratch, &notes[index]))
            }
            part.notes = notes
            part.tallies = door.tallies(cells, mostDigits: scratch.numbers.mostDigits)
        }
        list(records, &part)
        if keepsText {
            part.texts = (0..<records.rowCount).map { row in
                (0..<records.columnCount).map { records.text(row, $0) }
            }
        }
        return part
    }

    /// The columns with one code a cell, most of a survey file: a tile of rows at a time, all columns in turn. Cells of
    /// one byte are read by their marks.
    private func decodeCodes(
        _ cells: BlockCells, _ scratch: WaveScratch, _ notes: inout [ColumnNotes]
    ) -> [ColumnChunk?] {
        var plans: [CodePlan] = []
        for (index, codes, column) in codeColumns {
            plans.append(CodePlan(index, codes, column, scratch.known[index], scratch.sinks[index], cells.rowCount))
        }
        let marked = cells.hasMarks ? plans.filter { $0.sink.width == 1 } : []
        let others = cells.hasMarks ? plans.filter { $0.sink.width != 1 } : plans
        unsafe withUnsafeTemporaryAllocation(of: peil_mark_column.self, capacity: marked.count) { columns in
            for index in columns.indices {
                unsafe columns.initializeElement(at: index, to: marked[index].markColumn)
            }
            for first in stride(from: 0, to: cells.rowCount, by: RowBits.count) {
                unsafe cells.readMarks(first, columns)
                for index in columns.indices where unsafe columns[index].others != 0 {
                    unsafe marked[index].decode(cells, first, columns[index].others, &notes[marked[index].index])
                }
                let rows = RowBits.first(cells.rowCount - first)
                for plan in others { plan.decode(cells, first, rows, &notes[plan.index]) }
            }
        }
        var chunks = [ColumnChunk?](repeating: nil, count: decoders.count)
        for plan in plans {
            chunks[plan.index] = plan.codes.chunk(plan.sink, cells.rowCount, plan.known, &notes[plan.index])
        }
        return chunks
    }

    /// How one column with codes is read from one block.
    private final class CodePlan {
        let index: Int
        let codes: CodeCells
        let known: KnownCells
        let sink: CodeSink
        private let column: Int

        init(_ index: Int, _ codes: CodeCells, _ column: Int, _ known: KnownCells, _ sink: CodeSink, _ rowCount: Int) {
            self.index = index
            self.codes = codes
            self.column = column
            self.known = known
            self.sink = sink
            sink.prepare(rowCount)
        }

        /// What reads it by marks.
        var markColumn: peil_mark_column {
            unsafe peil_mark_column(
                column: UInt32(truncatingIfNeeded: column), table: UnsafePointer(known.marks),
                words: column > 0 ? known.words.found : nil, answers: sink.bytes, others: 0)
        }

        func decode(_ cells: BlockCells, _ first: Int, _ rows: UInt64, _ notes: inout ColumnNotes) {
            codes.decode(cells, column, first, rows, known, sink, &notes)
        }
    }

    private func decode(
        _ index: Int, _ cells: BlockCells, _ scratch: WaveScratch, _ notes: inout ColumnNotes
    ) -> [ColumnChunk] {
        let (column, known, sink) = (decoders[index].column, scratch.known[index], scratch.sinks[index])
        switch decoders[index].kind {
        case .numbers(let numbers): return [numbers.decode(cells, column, scratch.numbers, &notes)]
        case .options(let codes):
            sink.prepare(cells.rowCount)
            return codes.decodeOptions(cells, column, known, sink, &notes)
        case .names(let codes):
            sink.prepare(cells.rowCount)
            return [codes.decodeNames(cells, column, known, sink, scratch.names[index], &notes)]
        case .identifiers(let identifiers): return [identifiers.decode(cells, column, scratch.names[index], &notes)]
        case .text(let text): return text.decode(cells, column, scratch.names[index], &notes)
        case .codes: return []
        }
    }

    /// One entry per bad record: its first trouble in the order of the columns.
    private func list(_ records: CSVRecords, _ part: inout Part) {
        var first: [Int: (trouble: CellTrouble, column: String)] = [:]
        for (decoder, notes) in zip(decoders, part.notes) {
            for trouble in notes.troubles where first[trouble.row] == nil {
                first[trouble.row] = (trouble, decoder.variable.column)
            }
        }
        for index in part.notes.indices { part.notes[index].troubles = [] }
        for row in first.keys.sorted() {
            guard let (trouble, column) = first[row] else { continue }
            let isListed = part.badRecords.count < BadRecord.shownCount
            part.badRecords.append(
                BadRecord(
                    record: records.number(row), line: records.line(row), code: trouble.code, column: column,
                    message: trouble.message,
                    fields: isListed ? (0..<records.columnCount).map { records.text(row, $0) } : []))
            part.rowOfBad.append(row)
        }
    }

    mutating func add(_ part: consuming Part, at place: BlockPlace) {
        let before = lines.count
        if before == 0 { room = place.room(rows: part.lines.count) }
        for index in decoders.indices {
            for (column, chunk) in part.chunks[index].enumerated() { columns[index][column].add(chunk, room: room) }
            notes[index].add(part.notes[index], lines: place.lines)
        }
        for (bad, row) in zip(part.badRecords, part.rowOfBad) {
            var bad = bad.moved(lines: place.lines, numbers: place.firstNumber)
            if badRecords.count >= BadRecord.shownCount {
                bad.fields = []
                bad.raw = nil
            }
            if row >= 0 { badOfRow[before + row] = badRecords.count }
            badRecords.append(bad)
        }
        lines.append(part.lines, shift: place.lines)
        places.append(part.starts, part.numbers, at: place)
        texts += part.texts
        door.merge(part.tallies)
    }

    // MARK: The whole file

    /// What a file holds after its codebook has been kept.
    struct Content {
        var table: Table
        /// Physical line of each row of the table.
        var lines: RunningNumbers
        /// In the order of the file.
        var badRecords: [BadRecord]
        var warnings: [FileWarning]
        /// Fields of each row of the table, where asked for.
        var texts: [[String]]
    }

    /// `record`: the fields of the record at a place of the text.
    /// Errors: HEADER_ONLY, ID_DAMAGED, DUPLICATE_RESPONDENT; those of reading again.
    consuming func finish(
        recordCount: Int, pseudonyms: Pseudonyms? = nil,
        record: (RecordPlaces.Place) throws(IngestError) -> [String]
    ) throws(IngestError) -> Content {
        guard header.matchesAny else {
            return Content(
                table: Table(rowCount: 0), lines: RunningNumbers(), badRecords: badRecords, warnings: [], texts: texts)
        }
        guard recordCount >= codebook.policy.minimumRows else {
            throw IngestError(
                "HEADER_ONLY",
                "The file holds \(recordCount) records; at least \(codebook.policy.minimumRows) are expected.",
                line: 1,
                remedy: "Check that the export was not filtered to nothing.")
        }
        for index in decoders.indices { try judge(index, record) }
        var warnings = WaveWarnings()
        for suspect in door.suspects {
            var note = ColumnNotes()
            note.warn("PII_SUSPECT", line: 1, "a column looks like personal data (\(suspect.kind))")
            warnings.add(note, column: suspect.name)
        }
        var table = Table(rowCount: lines.count)
        for (index, decoder) in decoders.enumerated() {
            let assemblies = columns[index]
            columns[index] = []
            Self.finish(decoder, assemblies, lines, pseudonyms, &table, &notes[index])
            warnings.add(notes[index], column: decoder.variable.column)
        }
        let order = badRecords.indices.sorted { badRecords[$0].record < badRecords[$1].record }
        var content = Content(
            table: table, lines: lines, badRecords: order.map { badRecords[$0] },
            warnings: header.warnings + warnings.all,
            texts: texts)
        if !badOfRow.isEmpty {
            let kept = (0..<lines.count).filter { badOfRow[$0] == nil }
            content.lines = lines.selecting(rows: kept)
            content.table = table.selecting(rows: kept)
            if keepsText { content.texts = kept.map { texts[$0] } }
        }
        return content
    }

    /// What only all rows of an identifier together tell.
    private mutating func judge(
        _ index: Int, _ record: (RecordPlaces.Place) throws(IngestError) -> [String]
    ) throws(IngestError) {
        if let refusal = notes[index].refusal { throw refusal }
        let variable = decoders[index].variable
        guard variable.type == .id else { return }
        let check = IdentifierCheck(variable: variable)
        if let isBad = check.badNames(columns[index][0].names) {
            for (row, name) in columns[index][0].nameOfRow.enumerated() where name >= 0 && isBad[Int(name)] {
                guard badOfRow[row] == nil else { continue }
                try listLate(
                    row, check.badCode, variable.column, "identifier of another form than the others", nil, record)
            }
        }
        guard variable.isUnique else { return }
        let column = columns[index][0]
        // As many names as rows: nobody stands in the file twice.
        guard column.names.count < column.count else { return }
        var firstRow = [Int32](repeating: -1, count: column.names.count)
        for (row, name) in column.nameOfRow.enumerated() where name >= 0 {
            guard firstRow[Int(name)] >= 0 else {
                firstRow[Int(name)] = Int32(row)
                continue
            }
            let earlier = Int(firstRow[Int(name)])
            guard try record(places[row]) == record(places[earlier]) else {
                throw IngestError(
                    "DUPLICATE_RESPONDENT",
                    "The records on line \(lines[earlier]) and line \(lines[row]) have the same identifier and other answers.",
                    line: lines[row],
                    remedy: "Find out which of the two holds, and deliver the file again.")
            }
            let line = lines[earlier]
            try listLate(row, "DUPLICATE_ROW", variable.column, "repeats the record on line \(line)", line, record)
        }
    }

    /// Lists a record that its block could not know to be bad.
    private mutating func listLate(
        _ row: Int, _ code: String, _ column: String, _ message: String, _ sameAsLine: Int?,
        _ record: (RecordPlaces.Place) throws(IngestError) -> [String]
    ) throws(IngestError) {
        let isListed = badRecords.count < BadRecord.shownCount
        let bad = BadRecord(
            record: places.numbers[row], line: lines[row], code: code, column: column,
            sameAsLine: sameAsLine, message: message, fields: isListed ? try record(places[row]) : [])
        if let place = badOfRow[row] {
            badRecords[place] = bad
        } else {
            badOfRow[row] = badRecords.count
            badRecords.append(bad)
        }
    }

    /// The columns of one variable in the table; each block's part is let go as it is copied.
    private static func finish(
        _ decoder: VariableDecoder, _ assemblies: [ColumnAssembly], _ lines: RunningNumbers, _ pseudonyms: Pseudonyms?,
        _ table: inout Table, _ notes: inout ColumnNotes
    ) {
        let variable = decoder.variable
        switch decoder.kind {
        case .numbers:
            let column = assemblies[0].numericColumn()
            if variable.type == .weight, case .numeric(let weights, _) = column {
                ExtremeWeights(ratio: variable.extremeWeightRatio).warn(weights.unpacked, lines, &notes)
            }
            table.set(packed: column, for: variable.tableVariable)
        case .codes:
            table.set(packed: assemblies[0].categoricalColumn(variable.categories), for: variable.tableVariable)
        case .names: table.set(packed: assemblies[0].categoriesOfNames([]), for: variable.tableVariable)
        case .options:
            let names = MultipleResponseDecoder.variables(variable)
            for (assembly, name) in zip(assemblies, names.options) {
                table.set(packed: assembly.categoricalColumn(MultipleResponseDecoder.ticked), for: name)
            }
            if let counts = assemblies.last { table.set(packed: counts.numericColumn(), for: names.count) }
        case .identifiers:
            let column = assemblies[0].identifiers()
            table.set(
                packed: .identifier(pseudonyms?.replacing(column, of: variable.id) ?? column),
                for: variable.tableVariable)
        case .text:
            if let kept = assemblies.first {
                table.set(packed: .identifier(kept.identifiers()), for: variable.tableVariable)
            }
        }
    }
}
