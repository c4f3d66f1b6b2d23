import PeilTable

/// Decodes the identifiers of a block; their form is judged once all are known.
struct IdentifierCells: Sendable {
    let variable: CodebookVariable
    let absent: AbsentCells

    func decode(_ cells: BlockCells, _ column: Int, _ notes: inout ColumnNotes) -> ColumnChunk {
        var table = CellTable()
        var indices = [Int32](repeating: -1, count: cells.rowCount)
        var reasons = Reasons(count: cells.rowCount)
        cells.forEach(column, 0..<cells.rowCount) { row, whole in
            let cell = whole.hasOuterSpace ? whole.trimmed : whole
            if let reason = absent.reason(cell) {
                reasons.miss(row, reason)
                if variable.isUnique || variable.isRequired { notes.trouble(row, "BAD_ID", "no identifier") }
                return
            }
            let known = table.count
            indices[row] = table.intern(cell)
            if table.count > known, Self.isScientific(cell) {
                notes.refuse(
                    IngestError(
                        "ID_DAMAGED",
                        "Column \(printable(variable.column)) holds identifiers in scientific notation: a spreadsheet has rounded them.",
                        line: cells.line(row), remedy: "Export again with the identifiers as text."))
            }
        }
        return .names(table, indices: indices, reasons: [])
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
    func badNames(_ names: CellTable) -> [Bool]? {
        var isGood = [Bool](repeating: true, count: names.count)
        if let pattern = variable.pattern {
            guard let regex = try? Regex(pattern) else { return nil }
            for index in isGood.indices { isGood[index] = (try? regex.wholeMatch(in: names.text(index))) != nil }
        } else if variable.isUnique {
            let holdsDigit = isGood.indices.map { names.holdsDigit($0) }
            if holdsDigit.count(where: { !$0 }) * 10 <= holdsDigit.count * 3 { isGood = holdsDigit }
        }
        return isGood.contains(false) ? isGood.map { !$0 } : nil
    }

    var badCode: String { variable.isUnique ? "BAD_ID" : "OUT_OF_CODEBOOK" }
}
