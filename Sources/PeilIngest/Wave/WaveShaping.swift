import PeilTable

/// From decoded columns to the table of a wave: routing, blocks, rules, break-offs, derived
/// variables and the base, in that order. What leaves the table is counted by rule.
struct WaveShaping {
    let codebook: Codebook
    private(set) var table: Table
    private(set) var quality: FileQuality
    private var lines: [Int]

    init(codebook: Codebook, table: Table, lines: [Int], quality: FileQuality) {
        self.codebook = codebook
        self.quality = quality
        self.table = table
        self.lines = lines
    }

    mutating func run() throws {
        try applyRouting()
        try MultipleResponseDecoder.settleBlocks(codebook, &table)
        try checkNesting()
        try checkConsistency()
        try leaveOutBreakOffs()
        let answers = Set(table.names)
        for rule in codebook.exclusions where rule.keep.allSatisfy({ answers.contains($0.variable) }) {
            try exclude(rule)
        }
        var derivation = Derivation(table: table)
        for derived in codebook.derived { try derivation.add(derived) }
        table = derivation.table
        for rule in codebook.exclusions where !rule.keep.allSatisfy({ answers.contains($0.variable) }) {
            try exclude(rule)
        }
        try flag()
        countMissing()
        quality.rowsKept = table.rowCount
    }

    private func judges(_ conditions: [Condition]) throws(TableError) -> [ConditionJudge] {
        var judges: [ConditionJudge] = []
        for condition in conditions {
            judges.append(ConditionJudge(condition, column: try table.column(condition.variable)))
        }
        return judges
    }

    /// An empty cell that routing explains is not asked; an answer that routing forbids is a finding.
    private mutating func applyRouting() throws {
        for variable in codebook.variables where table.has(variable.id) {
            guard let routing = variable.routing else { continue }
            let judges = try judges(routing)
            let column = try table.column(variable.id)
            var skipped: [Int] = []
            var strange: [Int] = []
            for row in 0..<table.rowCount where !judges.allHold(row) {
                if column.reason(row) == .notAnswered { skipped.append(row) } else { strange.append(row) }
            }
            if !skipped.isEmpty { table.set(column.marking(skipped, as: .notAsked), for: variable.tableVariable) }
            report("\(variable.id) answered although routing skips it", rows: strange)
        }
    }

    private mutating func report(_ rule: String, rows: [Int]) {
        guard !rows.isEmpty else { return }
        quality.findings.append(.init(rule: rule, count: rows.count, lines: rows.prefix(10).map { lines[$0] }))
    }

    private func checkNesting() throws {
        for rule in codebook.nesting where table.has(rule.inner) && table.has(rule.outer) {
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
                    throw IngestError(
                        "NESTING_BROKEN",
                        "One value of \(rule.inner) lies in two values of \(rule.outer) (line \(lines[known.row]) and line \(lines[row])).",
                        line: lines[row], remedy: "Correct \(rule.outer) of one of the two records.")
                }
            }
        }
    }

    private mutating func checkConsistency() throws {
        for rule in codebook.consistency {
            switch rule.form {
            case .implication(let given, let then):
                let given = try judges(given)
                let then = try judges(then)
                report(
                    rule.name,
                    rows: (0..<table.rowCount).filter { row in
                        given.allHold(row) && then.contains { $0.judge(row) == .fails }
                    })
            case .lookup(let key, let under, let lists):
                guard table.has(key), table.has(under) else { continue }
                let keys = try table.column(key).rowLabels()
                let answers = try table.column(under).rowLabels()
                report(
                    rule.name,
                    rows: (0..<table.rowCount).filter { row in
                        guard let key = keys[row], let answer = answers[row] else { return false }
                        return lists[answer]?.contains(key) != true
                    })
            }
        }
    }

    private mutating func keep(_ rows: [Int]) {
        table = table.selecting(rows: rows)
        lines = rows.map { lines[$0] }
    }

    private mutating func leaveOutBreakOffs() throws {
        guard let rule = codebook.completeness else { return }
        var needs: [Column] = []
        for name in rule.needs { needs.append(try table.column(name)) }
        var required: [Column] = []
        for variable in codebook.variables where variable.isRequired && table.has(variable.id) {
            required.append(try table.column(variable.id))
        }
        let complete = (0..<table.rowCount).filter { row in
            guard needs.allSatisfy({ $0.isPresent(row) }) else { return false }
            var asked = 0
            var answered = 0
            for column in required {
                let reason = column.reason(row)
                if reason == .notAsked { continue }
                asked += 1
                // Don't know and refused are answers to the question as put.
                if reason != .notAnswered, reason != .technical { answered += 1 }
            }
            return Double(answered) >= rule.minimumRequiredShare * Double(asked)
        }
        quality.partials = table.rowCount - complete.count
        if quality.partials > 0 { keep(complete) }
    }

    private mutating func exclude(_ rule: ExclusionRule) throws {
        let judges = try judges(rule.keep)
        let kept = (0..<table.rowCount).filter { judges.allHold($0) }
        quality.exclusions.append(.init(rule: rule.name, count: table.rowCount - kept.count))
        if kept.count < table.rowCount { keep(kept) }
    }

    /// Speeders and straightliners are flagged and counted; they stay in the table.
    private mutating func flag() throws {
        if let rule = codebook.speeders, table.has(rule.variable) {
            let column = try table.numbers(rule.variable)
            let present = (0..<column.count).filter { column.isPresent($0) }.map { column.values[$0] }.sorted()
            if !present.isEmpty {
                let bound = rule.shareOfMedian * present[present.count / 2]
                quality.speeders = present.count { $0 < bound }
            }
        }
        for rule in codebook.straightliners {
            var columns: [NumericColumn] = []
            for item in rule.items { columns.append(try table.numbers(item)) }
            let flat = (0..<table.rowCount).filter { row in
                columns.allSatisfy { $0.isPresent(row) && $0.values[row] == columns[0].values[row] }
            }
            quality.straightliners.append(
                .init(rule: rule.name, count: flat.count, lines: flat.prefix(10).map { lines[$0] }))
        }
    }

    private mutating func countMissing() {
        for name in table.names {
            guard let column = try? table.column(name) else { continue }
            var counts: [String: Int] = [:]
            for row in 0..<table.rowCount {
                if let reason = column.reason(row) { counts[reason.codebookWord, default: 0] += 1 }
            }
            if !counts.isEmpty { quality.itemMissing.append(.init(variable: name, countByReason: counts)) }
        }
    }
}

extension Column {
    /// The same column with `rows` absent for `reason`; identifiers know no reasons.
    func marking(_ rows: [Int], as reason: MissingReason) -> Column {
        switch self {
        case .numeric(var column):
            if column.reasons.isEmpty { column.reasons = [UInt8](repeating: 0, count: column.count) }
            for row in rows { column.reasons[row] = reason.rawValue }
            return .numeric(column)
        case .categorical(var column):
            if column.reasons.isEmpty { column.reasons = [UInt8](repeating: 0, count: column.count) }
            for row in rows { column.reasons[row] = reason.rawValue }
            return .categorical(column)
        case .identifier: return self
        }
    }
}
