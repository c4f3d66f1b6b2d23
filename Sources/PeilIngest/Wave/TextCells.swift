import PeilTable

/// Looks through the open answers of a block for personal data, and drops them unless the codebook keeps them. A class,
/// because a copy would copy all that it knows.
final class TextCells: Sendable {
    let variable: CodebookVariable
    let absent: AbsentCells

    init(variable: CodebookVariable, absent: AbsentCells) {
        self.variable = variable
        self.absent = absent
    }

    func decode(
        _ cells: BlockCells, _ column: Int, _ scratch: NameScratch, _ notes: inout ColumnNotes
    ) -> [ColumnChunk] {
        guard variable.keepsText else {
            cells.forEach(column, 0..<cells.rowCount) { row, cell in _ = look(cell, row, cells, &notes) }
            return []
        }
        if let known = scratch.known { return [decode(cells, column, known, &notes)] }
        var table = CellTable()
        var indices = [Int32](repeating: -1, count: cells.rowCount)
        cells.forEach(column, 0..<cells.rowCount) { row, cell in
            _ = look(cell, row, cells, &notes)
            if absent.reason(cell) == nil { indices[row] = table.intern(cell) }
        }
        scratch.note(isAscending: false)
        return [.names(table, indices: indices, reasons: [])]
    }

    /// The same where answers come back word for word: nothing new is found in them.
    private func decode(
        _ cells: BlockCells, _ column: Int, _ known: KnownNames, _ notes: inout ColumnNotes
    ) -> ColumnChunk {
        let numbers = known.numbers(cells, column, skipsEmpty: true) { row, cell in
            let isQuiet = look(cell, row, cells, &notes)
            return absent.reason(cell) == nil ? (known.intern(cell).number, isQuiet) : nil
        }
        return .known(known.takeBlock(), numbers: numbers, reasons: [])
    }

    /// Whether the answer shows no personal data; says it where it does.
    private func look(_ cell: Cell, _ row: Int, _ cells: BlockCells, _ notes: inout ColumnNotes) -> Bool {
        if cell.isEmpty { return true }
        let kinds = cell.withSpan { PersonalDataScan.found($0, $1) }
        if kinds.isEmpty { return true }
        for kind in kinds.words {
            notes.warn("PII_SUSPECT", line: cells.line(row), "open answers may hold personal data (\(kind))")
        }
        return kinds.words.isEmpty
    }
}
