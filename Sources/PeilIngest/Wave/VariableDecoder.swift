/// How one variable is read.
struct VariableDecoder: Sendable {
    enum Kind: Sendable {
        case numbers(NumberCells)
        case codes(CodeCells)
        case options(CodeCells)
        case names(CodeCells)
        case identifiers(IdentifierCells)
        case text(TextCells)
    }
    let variable: CodebookVariable
    let column: Int
    let kind: Kind
    /// Columns of the table that the variable becomes.
    let columnCount: Int

    /// - Parameter column: of the file.
    init(_ variable: CodebookVariable, _ column: Int, _ codebook: Codebook, _ dialect: CSVDialect) {
        let absent = AbsentCells(variable, tokens: codebook.missingTokens)
        let count = variable.categories.count
        func codes(_ meaning: @escaping @Sendable (Cell) -> CellMeaning) -> CodeCells {
            CodeCells(absent: absent, categoryCount: count, meaning: meaning)
        }
        let kind: Kind
        var columnCount = 1
        switch variable.type {
        case .int, .number, .weight, .date:
            kind = .numbers(NumberCells(variable: variable, absent: absent, dialect: dialect))
        case .multi where variable.group == nil:
            let meanings = CodeMeanings(variable)
            let separator = variable.separator
            kind = .options(codes { meanings.options($0, separator: separator) })
            columnCount = count + 1
        case .code, .multi:
            let meanings = CodeMeanings(variable)
            kind = .codes(codes { meanings.meaning($0) })
        case .region:
            let regions = RegionDecoder(variable, changes: codebook.regionChanges)
            kind = count == 0 ? .names(codes { regions.meaning($0) }) : .codes(codes { regions.meaning($0) })
        case .id: kind = .identifiers(IdentifierCells(variable: variable, absent: absent))
        case .text:
            kind = .text(TextCells(variable: variable, absent: absent))
            columnCount = variable.keepsText ? 1 : 0
        }
        self.variable = variable
        self.column = column
        self.kind = kind
        self.columnCount = columnCount
    }
}
