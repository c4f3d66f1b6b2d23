import PeilTable

/// Decodes the records of a file by a codebook: header, cells, identifiers. Records with a trouble
/// are moved to `badRecords`; what remains is coded and typed.
struct WaveDecoder {
    let codebook: Codebook
    private(set) var records: CSVRecords
    private(set) var table: Table
    private(set) var header: HeaderMatch
    /// Refuses undeclared personal data: who keeps the table asks it first.
    private(set) var door: PersonalDataDoor
    private(set) var notes = DecodingNotes()
    private var columns: [(variable: Variable, column: Column)] = []

    /// Errors: those of `HeaderMatch`, HEADER_ONLY, ID_DAMAGED, DUPLICATE_RESPONDENT.
    init(_ records: CSVRecords, codebook: Codebook) throws(IngestError) {
        self.codebook = codebook
        self.records = records
        header = try HeaderMatch(records, codebook: codebook)
        door = PersonalDataDoor(header, codebook: codebook)
        table = Table(rowCount: 0)
        guard header.matchesAny else { return }
        guard records.recordCount >= codebook.policy.minimumRows else {
            throw IngestError(
                "HEADER_ONLY",
                "The file holds \(records.recordCount) records; at least \(codebook.policy.minimumRows) are expected.",
                line: 1,
                remedy: "Check that the export was not filtered to nothing.")
        }
        door.add(records)
        door.warn(&notes)
        var sameAs: [Int: Int] = [:]
        for (index, variable) in codebook.variables.enumerated() where variable.personal != .dropped {
            guard let column = header.columnOfVariable[index] else { continue }
            try decode(variable, column, &sameAs)
        }
        for warning in header.warnings + notes.all { self.records.warn(warning) }
        quarantine(sameAs)
    }

    private mutating func decode(
        _ variable: CodebookVariable, _ column: Int, _ sameAs: inout [Int: Int]
    ) throws(IngestError) {
        let source = CellSource(
            records: records, variable: variable, fileColumn: column, tokens: codebook.missingTokens)
        let decoder = ColumnDecoder(source: source, dialect: records.dialect)
        switch variable.type {
        case .int, .number: columns.append((variable.tableVariable, decoder.numbers(&notes).column))
        case .weight: columns.append((variable.tableVariable, decoder.weights(&notes).column))
        case .date: columns.append((variable.tableVariable, decoder.dates(&notes).column))
        case .code: columns.append((variable.tableVariable, decoder.codes(&notes).column(variable.categories)))
        case .region:
            var regions = RegionDecoder(decoder: decoder, changes: codebook.regionChanges)
            columns.append((variable.tableVariable, regions.column(&notes)))
        case .multi where variable.group != nil:
            columns.append((variable.tableVariable, decoder.codes(&notes).column(variable.categories)))
        case .multi: columns += MultipleResponseDecoder(decoder: decoder).columns(&notes)
        case .text: decodeText(decoder)
        case .id:
            let identifiers = IdentifierDecoder(decoder: decoder)
            let names = try identifiers.column(&notes)
            if variable.isUnique { sameAs.merge(try identifiers.refuseDuplicates(names, &notes)) { first, _ in first } }
            columns.append((variable.tableVariable, .identifier(names)))
        }
    }

    /// Open answers are looked through for personal data and then dropped, unless the codebook keeps them.
    private mutating func decodeText(_ decoder: ColumnDecoder) {
        let variable = decoder.variable
        var answers: [String?] = []
        for row in 0..<decoder.rowCount {
            let line = decoder.line(row)
            let (kinds, answer) = decoder.source.withCell(row) { bytes, place -> ([String], String?) in
                let isKept = variable.keepsText && decoder.source.reason(bytes, place) == nil
                return (
                    PersonalDataScan.kinds(bytes, place),
                    isKept ? String(decoding: CellSource.copy(bytes, place), as: UTF8.self) : nil
                )
            }
            for kind in kinds {
                notes.warn(
                    "PII_SUSPECT", column: variable.column, line: line, "open answers may hold personal data (\(kind))")
            }
            if variable.keepsText { answers.append(answer) }
        }
        if variable.keepsText { columns.append((variable.tableVariable, .identifier(IdentifierColumn(answers)))) }
    }

    /// One entry per bad record: its first trouble in the order of the columns.
    private mutating func quarantine(_ sameAs: [Int: Int]) {
        var first: [Int: CellTrouble] = [:]
        for trouble in notes.troubles where first[trouble.row] == nil || trouble.code == "DUPLICATE_ROW" {
            first[trouble.row] = trouble
        }
        for row in first.keys.sorted() {
            guard let trouble = first[row] else { continue }
            let columnCount = records.badRecords.count < BadRecord.shownCount ? records.columnCount : 0
            records.badRecords.append(
                BadRecord(
                    record: records.number(row), line: records.line(row), code: trouble.code, column: trouble.column,
                    sameAsLine: trouble.code == "DUPLICATE_ROW" ? sameAs[row] : nil, message: trouble.message,
                    fields: (0..<columnCount).map { records.text(row, $0) }))
        }
        records.badRecords.sort { $0.record < $1.record }
        let kept = (0..<records.rowCount).filter { first[$0] == nil }
        table = Table(rowCount: kept.count)
        let isWhole = kept.count == records.rowCount
        for entry in columns {
            table.set(isWhole ? entry.column : entry.column.selecting(rows: kept), for: entry.variable)
        }
        columns = []
        if !isWhole { records.keep(where: (0..<records.rowCount).map { first[$0] == nil }) }
    }
}
