import PeilTable

/// Identifiers: interned by bytes, checked against their pattern once per distinct value.
struct IdentifierDecoder {
    let decoder: ColumnDecoder
    private var variable: CodebookVariable { decoder.variable }
    private var name: String { variable.column }

    /// Throws ID_DAMAGED where a spreadsheet has turned identifiers into rounded numbers.
    func column(_ notes: inout DecodingNotes) throws(IngestError) -> IdentifierColumn {
        var interner: [[UInt8]: Int32] = [:]
        var names: [String] = []
        var indices = [Int32](repeating: -1, count: decoder.rowCount)
        for row in 0..<decoder.rowCount {
            let (cell, reason) = decoder.source.withCell(row) { bytes, place in
                let inner = CellSource.trimmed(bytes, place)
                return (CellSource.copy(bytes, inner), decoder.source.reason(bytes, inner))
            }
            if reason != nil {
                if variable.isUnique || variable.isRequired { notes.trouble(row, "BAD_ID", name, "no identifier") }
                continue
            }
            if let index = interner[cell] {
                indices[row] = index
                continue
            }
            if Self.isScientific(cell) {
                throw IngestError(
                    "ID_DAMAGED",
                    "Column \(printable(name)) holds identifiers in scientific notation: a spreadsheet has rounded them.",
                    line: decoder.line(row), remedy: "Export again with the identifiers as text.")
            }
            interner[cell] = Int32(names.count)
            indices[row] = Int32(names.count)
            names.append(String(decoding: cell, as: UTF8.self))
        }
        let column = IdentifierColumn(names: names, indices: indices)
        try checkForm(column, &notes)
        return column
    }

    /// Digits, a mark, digits, `E`, sign and digits.
    private static func isScientific(_ cell: [UInt8]) -> Bool {
        guard let power = cell.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }), power > 0, power + 2 < cell.count,
            cell[power + 1] == UInt8(ascii: "+") || cell[power + 1] == Ascii.minus
        else { return false }
        let isMantissa = cell[..<power].allSatisfy { Ascii.isDigit($0) || $0 == Ascii.comma || $0 == Ascii.point }
        return isMantissa && cell[(power + 2)...].allSatisfy(Ascii.isDigit)
    }

    /// The pattern of the codebook; without one, a word without digits among identifiers with digits
    /// is the label of a total line, not a respondent.
    private func checkForm(_ column: IdentifierColumn, _ notes: inout DecodingNotes) throws(IngestError) {
        var isGood = [Bool](repeating: true, count: column.names.count)
        if let pattern = variable.pattern {
            guard let regex = try? Regex(pattern) else { return }
            for (index, name) in column.names.enumerated() { isGood[index] = (try? regex.wholeMatch(in: name)) != nil }
        } else if variable.isUnique {
            let holdsDigit = column.names.map { $0.utf8.contains(where: Ascii.isDigit) }
            if holdsDigit.count(where: { !$0 }) * 10 <= holdsDigit.count * 3 { isGood = holdsDigit }
        }
        guard isGood.contains(false) else { return }
        for row in 0..<column.count where column.indices[row] >= 0 && !isGood[Int(column.indices[row])] {
            notes.trouble(
                row, variable.isUnique ? "BAD_ID" : "OUT_OF_CODEBOOK", name,
                "identifier of another form than the others")
        }
    }

    /// Same identifier and same answers: the later record is listed. Same identifier, other answers:
    /// nobody can say which holds, so the file is refused (DUPLICATE_RESPONDENT).
    func refuseDuplicates(_ column: IdentifierColumn, _ notes: inout DecodingNotes) throws(IngestError) -> [Int: Int] {
        var first = [Int32](repeating: -1, count: column.names.count)
        var sameAs: [Int: Int] = [:]
        let records = decoder.source.records
        for row in 0..<column.count where column.indices[row] >= 0 {
            let index = Int(column.indices[row])
            guard first[index] >= 0 else {
                first[index] = Int32(row)
                continue
            }
            let earlier = Int(first[index])
            let isSame = (0..<records.columnCount).allSatisfy { records.text(row, $0) == records.text(earlier, $0) }
            guard isSame else {
                throw IngestError(
                    "DUPLICATE_RESPONDENT",
                    "The records on line \(records.line(earlier)) and line \(records.line(row)) have the same identifier and other answers.",
                    line: records.line(row), remedy: "Find out which of the two holds, and deliver the file again.")
            }
            sameAs[row] = records.line(earlier)
            notes.trouble(row, "DUPLICATE_ROW", name, "repeats the record on line \(records.line(earlier))")
        }
        return sameAs
    }
}
