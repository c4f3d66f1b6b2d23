import PeilTable

/// Applies one consistency rule to the rows of a table.
struct ConsistencyJudge {
    let table: Table

    struct Verdict {
        /// Rows that the rule is about.
        var judged = 0
        /// Rows that break it.
        var broken: [Int] = []
    }

    /// nil where the file lacks a column that the rule may do without.
    func verdict(of rule: ConsistencyRule) throws -> Verdict? {
        switch rule.form {
        case .implication(let given, let then):
            let given = try table.judges(given)
            let then = try table.judges(then)
            return verdict(about: given.allHold) { row in then.contains { $0.judge(row) == .fails } }
        case .skip(let given, let empty):
            let given = try table.judges(given)
            var columns: [Column] = []
            for name in empty { columns.append(try table.column(name)) }
            return verdict(about: given.allHold) { row in columns.contains { $0.isPresent(row) } }
        case .range(let variable, let minimum, let maximum):
            guard table.has(variable) else { return nil }
            let column = try table.numbers(variable)
            return verdict(about: column.isPresent) { row in
                column.values[row] < minimum ?? -.infinity || column.values[row] > maximum ?? .infinity
            }
        case .lookup(let key, let under, let lists):
            guard table.has(key), table.has(under) else { return nil }
            let keys = try table.column(key).rowLabels()
            let answers = try table.column(under).rowLabels()
            return verdict(about: { keys[$0] != nil && answers[$0] != nil }) { row in
                guard let key = keys[row], let answer = answers[row] else { return false }
                return lists[answer]?.contains(key) != true
            }
        }
    }

    private func verdict(about: (Int) -> Bool, breaks: (Int) -> Bool) -> Verdict {
        var verdict = Verdict()
        for row in 0..<table.rowCount where about(row) {
            verdict.judged += 1
            if breaks(row) { verdict.broken.append(row) }
        }
        return verdict
    }
}

extension Table {
    /// The conditions made ready for the columns of this table.
    func judges(_ conditions: [Condition]) throws(TableError) -> [ConditionJudge] {
        var judges: [ConditionJudge] = []
        for condition in conditions { judges.append(ConditionJudge(condition, column: try column(condition.variable))) }
        return judges
    }
}
