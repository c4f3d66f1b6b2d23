import PeilTable

/// How far each respondent came: AAPOR's complete, partial interview and break-off.
struct CompletenessJudge {
    private let rule: CompletenessRule
    private let needs: [Column]
    private let required: [Column]

    enum Disposition { case complete, partialInterview, breakOff, withoutNeeds }

    init(_ rule: CompletenessRule, table: Table, codebook: Codebook) throws(TableError) {
        self.rule = rule
        var needs: [Column] = []
        for name in rule.needs { needs.append(try table.column(name)) }
        var required: [Column] = []
        for variable in codebook.variables where variable.isRequired && table.has(variable.id) {
            required.append(try table.column(variable.id))
        }
        self.needs = needs
        self.required = required
    }

    /// Of the required questions that were put to this respondent; who was asked none of them is complete.
    func disposition(_ row: Int) -> Disposition {
        guard needs.allSatisfy({ $0.isPresent(row) }) else { return .withoutNeeds }
        var asked = 0
        var answered = 0
        for column in required {
            let reason = column.reason(row)
            if reason == .notAsked { continue }
            asked += 1
            // Don't know and refused are answers to the question as put.
            if reason != .notAnswered, reason != .technical { answered += 1 }
        }
        if Double(answered) < rule.minimumRequiredShare * Double(asked) { return .breakOff }
        return Double(answered) < rule.completeShare * Double(asked) ? .partialInterview : .complete
    }

    /// Counts all rows, and gives those that stay.
    func kept(_ rowCount: Int) -> (rows: [Int], partialRows: [Int], counts: FileQuality.Completeness) {
        var counts = FileQuality.Completeness()
        var rows: [Int] = []
        var partialRows: [Int] = []
        for row in 0..<rowCount {
            switch disposition(row) {
            case .complete: counts.complete += 1
            case .partialInterview:
                counts.partialInterviews += 1
                partialRows.append(row)
            case .breakOff:
                counts.breakOffs += 1
                continue
            case .withoutNeeds:
                counts.withoutNeeds += 1
                continue
            }
            rows.append(row)
        }
        return (rows, partialRows, counts)
    }
}
