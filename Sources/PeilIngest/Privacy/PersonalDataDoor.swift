/// Stands where a file comes in: judges the columns that the codebook does not describe, and those of identifiers,
/// and refuses the file where one holds personal data that nobody declared. `peil inspect` warns instead: it keeps nothing.
///
/// A column with `personal:` in the codebook is declared, whatever it holds. Open text is not judged here: a
/// hit in it is a warning, and the text stays behind. Answers with codes, dates and weights cannot hold
/// anything else than the codebook says.
struct PersonalDataDoor: Sendable {
    /// A column of the file that is judged.
    struct Watched: Sendable {
        let fileColumn: Int
        let name: String
        let isDescribed: Bool
        var tally: PersonalDataTally
        /// Of no cells.
        fileprivate let empty: PersonalDataTally
    }
    private(set) var watched: [Watched]

    init(_ header: HeaderMatch, codebook: Codebook) {
        var variableOfColumn: [Int: CodebookVariable] = [:]
        for (index, variable) in codebook.variables.enumerated() {
            if let column = header.columnOfVariable[index] { variableOfColumn[column] = variable }
        }
        watched = header.names.enumerated().compactMap { column, name in
            let variable = variableOfColumn[column]
            if let variable {
                guard variable.personal == nil, variable.type == .id || variable.isWholeNumberWithoutCodes else {
                    return nil
                }
            }
            // The name of a described column was chosen by its makers, who know what it holds.
            let empty = PersonalDataTally(columnName: variable == nil ? name : "")
            return Watched(fileColumn: column, name: name, isDescribed: variable != nil, tally: empty, empty: empty)
        }
    }

    /// What the watched columns of a block show, in the order of `watched`. `mostDigits`: as in `NumberScratch`.
    func tallies(_ cells: BlockCells, mostDigits: [Int: Int]) -> [PersonalDataTally] {
        watched.map { column in
            var tally = column.empty
            tally.add(cells, column.fileColumn, mostDigits: mostDigits[column.fileColumn])
            return tally
        }
    }

    /// Adds the tallies of a block.
    mutating func merge(_ tallies: [PersonalDataTally]) {
        for (index, tally) in tallies.enumerated() { watched[index].tally.merge(tally) }
    }

    /// The columns that look like personal data, in the order of the file.
    var suspects: [(column: Int, name: String, kind: String)] {
        let besidePostcode = watched.contains(where: \.tally.holdsPostcodes)
        return watched.compactMap { column in
            let kind =
                column.tally.verdict.words.first
                ?? (besidePostcode && column.tally.holdsHouseNumbers ? "house number beside a postcode" : nil)
            return kind.map { (column.fileColumn, printable(column.name), $0) }
        }
    }

    /// Throws PII_SUSPECT with the names of the columns and the kinds, never a value.
    func judge() throws(IngestError) {
        let suspects = suspects
        guard let first = suspects.first else { return }
        let list = suspects.prefix(20).map { "\($0.name) (\($0.kind))" }.joined(separator: ", ")
        throw IngestError(
            "PII_SUSPECT",
            suspects.count == 1
                ? "Column \(list) looks like personal data." : "Columns look like personal data: \(list).",
            line: 1, column: first.column + 1,
            remedy:
                "Deliver the file without it; or describe it in the codebook with personal: dropped, or as an identifier with personal: pseudonym."
        )
    }
}

extension CodebookVariable {
    /// Nine digits may stand in it.
    fileprivate var isWholeNumberWithoutCodes: Bool {
        type == .int && categories.isEmpty && (maximum.map { $0 >= 100_000_000 } ?? true)
    }
}
