import PeilTable

/// Every value of the inner variable lies in one value of the outer: a household in one stratum.
struct NestingCheck {
    private let rules: [NestingRule]

    init(_ codebook: Codebook) { rules = codebook.nesting }

    /// `place`: file and line of a row; the file is empty where there is only one.
    /// Throws: NESTING_BROKEN.
    func run(_ table: Table, place: (Int) -> (file: String, line: Int)) throws {
        for rule in rules where table.has(rule.inner) && table.has(rule.outer) {
            let inner = try table.column(rule.inner).rowLabels()
            let outer = try table.column(rule.outer).rowLabels()
            var home: [String: (value: String, row: Int)] = [:]
            for row in 0..<table.rowCount {
                guard let unit = inner[row], let value = outer[row] else { continue }
                guard let known = home[unit] else {
                    home[unit] = (value, row)
                    continue
                }
                guard known.value == value else {
                    throw broken(rule, place(known.row), place(row))
                }
            }
        }
    }

    private func broken(
        _ rule: NestingRule, _ one: (file: String, line: Int), _ two: (file: String, line: Int)
    ) -> IngestError {
        func words(_ place: (file: String, line: Int)) -> String {
            place.file.isEmpty ? "line \(place.line)" : "\(place.file) line \(place.line)"
        }
        return IngestError(
            "NESTING_BROKEN",
            "One value of \(rule.inner) lies in two values of \(rule.outer) (\(words(one)) and \(words(two))).",
            file: two.file, line: two.line, remedy: "Correct \(rule.outer) of one of the two records.")
    }
}

/// Flags respondents with the same answers as another one.
struct SameAnswersFlag {
    private let codebook: Codebook

    init(_ codebook: Codebook) { self.codebook = codebook }

    /// Adds the column; nil where the table has too few questions to compare.
    func add(to table: inout Table) throws -> (rows: [Int], judged: Int)? {
        let rule = codebook.sameAnswers
        let questions = rule.items.isEmpty ? closedQuestions(of: table) : rule.items
        guard let found = try AnswerFlags(table: table).sameAnswers(rule, questions) else { return nil }
        table.set(found.column, for: Variable(name: SameAnswersRule.flag))
        return (found.rows, found.judged)
    }

    /// Questions with codes; those with several answers as a column for each.
    private func closedQuestions(of table: Table) -> [String] {
        codebook.variables.flatMap { variable -> [String] in
            switch variable.type {
            case .code: [variable.id]
            case .multi where variable.group != nil: [variable.id]
            case .multi: variable.categories.map { "\(variable.id)_\($0.code)" }
            default: []
            }
        }.filter { table.has($0) }
    }
}
