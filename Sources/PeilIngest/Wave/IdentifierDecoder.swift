import PeilTable

/// Decodes the identifiers of a block; their form is judged once all are known. A class, because a copy would copy all
/// that it knows.
final class IdentifierCells: Sendable {
    let variable: CodebookVariable
    let absent: AbsentCells

    init(variable: CodebookVariable, absent: AbsentCells) {
        self.variable = variable
        self.absent = absent
    }

    func decode(
        _ cells: BlockCells, _ column: Int, _ scratch: NameScratch, _ notes: inout ColumnNotes
    ) -> ColumnChunk {
        if let known = scratch.known { return decode(cells, column, known, &notes) }
        var table = CellTable()
        var indices = [Int32](repeating: -1, count: cells.rowCount)
        let first = ascendingRun(cells, column, &table, &indices)
        if first == cells.rowCount, let names = table.ascendingNames {
            scratch.note(isAscending: true)
            return .ascending(names, indices: indices)
        }
        cells.forEach(column, first..<cells.rowCount) { row, whole in
            guard let cell = present(whole, row, &notes) else { return }
            let known = table.count
            indices[row] = table.intern(cell)
            if table.count > known { check(cell, row, cells, &notes) }
        }
        scratch.note(isAscending: table.isAscending)
        return .names(table, indices: indices, reasons: [])
    }

    /// Reads short identifiers of which each comes behind the one before, as numbers given out in a row do; the first row
    /// that holds something else.
    private func ascendingRun(
        _ cells: BlockCells, _ column: Int, _ table: inout CellTable, _ indices: inout [Int32]
    ) -> Int {
        let rows = cells.quick(column, 0..<cells.rowCount)
        table.reserve(rows.count)
        for row in rows {
            let cell = cells.raw(column, row)
            guard cell.count > 0, cell.count < 16, cell.first != cells.quote, !absent.mayBegin(with: cell.first),
                !Ascii.isSpace(cell.first), !Ascii.isSpace(cell.last), !cell.holds(letter: UInt8(ascii: "e")),
                table.append(ascending: cell.key)
            else { return row }
            indices[row] = Int32(truncatingIfNeeded: table.count - 1)
        }
        for row in rows.upperBound..<cells.rowCount {
            var isNext = false
            cells.with(column, row) { _, cell in
                isNext =
                    cell.count < 16 && !cell.hasOuterSpace && absent.reason(cell) == nil
                    && !cell.mayHold(letter: UInt8(ascii: "e")) && table.append(ascending: cell.key)
            }
            guard isNext else { return row }
            indices[row] = Int32(truncatingIfNeeded: table.count - 1)
        }
        return cells.rowCount
    }

    /// The same where identifiers come back: postcodes, interviewers.
    private func decode(
        _ cells: BlockCells, _ column: Int, _ known: KnownNames, _ notes: inout ColumnNotes
    ) -> ColumnChunk {
        let numbers = known.numbers(cells, column, skipsEmpty: false) { row, whole in
            guard let cell = present(whole, row, &notes) else { return nil }
            let (number, isNew) = known.intern(cell)
            if isNew { check(cell, row, cells, &notes) }
            return (number, true)
        }
        return .known(known.takeBlock(), numbers: numbers, reasons: [])
    }

    /// The trimmed cell; nil where it holds no identifier.
    @inline(__always)
    private func present(_ whole: Cell, _ row: Int, _ notes: inout ColumnNotes) -> Cell? {
        let cell = whole.hasOuterSpace ? whole.trimmed : whole
        guard absent.reason(cell) != nil else { return cell }
        if variable.isUnique || variable.isRequired { notes.trouble(row, "BAD_ID", "no identifier") }
        return nil
    }

    private func check(_ cell: Cell, _ row: Int, _ cells: BlockCells, _ notes: inout ColumnNotes) {
        guard Self.isScientific(cell) else { return }
        notes.refuse(
            IngestError(
                "ID_DAMAGED",
                "Column \(printable(variable.column)) holds identifiers in scientific notation: a spreadsheet has rounded them.",
                line: cells.line(row), remedy: "Export again with the identifiers as text."))
    }

    /// Digits, a mark, digits, `E`, sign and digits.
    private static func isScientific(_ cell: Cell) -> Bool {
        guard cell.count > 3, cell.mayHold(letter: UInt8(ascii: "e")) else { return false }
        var power = -1
        for index in 0..<cell.count {
            let byte = cell[index]
            if Ascii.isDigit(byte) { continue }
            if power < 0, index > 0, byte | 0x20 == UInt8(ascii: "e") {
                power = index
            } else if power < 0 ? byte != Ascii.comma && byte != Ascii.point : index != power + 1 {
                return false
            }
        }
        guard power > 0, power + 2 < cell.count else { return false }
        return cell[power + 1] == UInt8(ascii: "+") || cell[power + 1] == Ascii.minus
    }
}

/// What only all identifiers of a file together tell: their form, and who stands in it twice.
struct IdentifierCheck {
    let variable: CodebookVariable

    /// Names of another form than the codebook's pattern; without one, a word without digits among identifiers
    /// with digits is the label of a total line, not a respondent. Nil where all are good.
    func badNames(_ names: AssembledNames) -> [Bool]? {
        var isGood = [Bool](repeating: true, count: names.count)
        if let pattern = variable.pattern {
            guard let pattern = IdentifierPattern(pattern) else { return nil }
            for index in isGood.indices { isGood[index] = pattern.matches(names.text(index)) }
        } else if variable.isUnique {
            let holdsDigit = isGood.indices.map { names.holdsDigit($0) }
            if holdsDigit.count(where: { !$0 }) * 10 <= holdsDigit.count * 3 { isGood = holdsDigit }
        }
        return isGood.contains(false) ? isGood.map { !$0 } : nil
    }

    var badCode: String { variable.isUnique ? "BAD_ID" : "OUT_OF_CODEBOOK" }
}
