import PeilTable

/// From decoded columns to the table of a wave: routing, blocks, rules, break-offs, derived
/// variables, the base and flags, in that order. What leaves the table is counted by rule.
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
        quality.countMissing(in: table, questions: answers)
        quality.rowsKept = table.rowCount
        try quality.checkBookkeeping()
    }

    /// An empty cell that routing explains is not asked; an answer that routing forbids is a finding.
    private mutating func applyRouting() throws {
        for variable in codebook.variables where table.has(variable.id) {
            guard let routing = variable.routing else { continue }
            let judges = try table.judges(routing)
            let column = try table.column(variable.id)
            var skipped: [Int] = []
            var strange: [Int] = []
            for row in 0..<table.rowCount where !judges.allHold(row) {
                if column.reason(row) == .notAnswered { skipped.append(row) } else { strange.append(row) }
            }
            if !skipped.isEmpty { table.set(column.marking(skipped, as: .notAsked), for: variable.tableVariable) }
            report(
                "\(variable.id) answered although routing skips it", rows: strange,
                judged: skipped.count + strange.count)
        }
    }

    private mutating func report(
        _ rule: String, rows: [Int], judged: Int, severity: RuleSeverity = .warning
    ) {
        guard !rows.isEmpty else { return }
        quality.findings.append(finding(rule, rows: rows, judged: judged, severity: severity))
    }

    private func finding(
        _ rule: String, rows: [Int], judged: Int, severity: RuleSeverity = .warning, flag: String? = nil
    ) -> FileQuality.Finding {
        .init(
            rule: rule, count: rows.count, lines: rows.prefix(10).map { lines[$0] }, severity: severity, judged: judged,
            flag: flag)
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
            guard let verdict = try ConsistencyJudge(table: table).verdict(of: rule) else { continue }
            report(rule.name, rows: verdict.broken, judged: verdict.judged, severity: rule.severity)
            guard rule.severity == .error, let first = verdict.broken.first,
                Double(verdict.broken.count) > rule.maximumShare * Double(verdict.judged)
            else { continue }
            throw IngestError(
                "CONSISTENCY_BROKEN",
                "\(verdict.broken.count) of \(verdict.judged) records break the rule '\(printable(rule.name))', more than the share \(rule.maximumShare) that it allows. The first: line \(lines[first]).",
                line: lines[first],
                remedy: "Find out what went wrong in the fieldwork, or raise maximum_share of the rule.")
        }
    }

    private mutating func keep(_ rows: [Int]) {
        table = table.selecting(rows: rows)
        lines = rows.map { lines[$0] }
    }

    private mutating func leaveOutBreakOffs() throws {
        guard let rule = codebook.completeness else { return }
        let kept = try CompletenessJudge(rule, table: table, codebook: codebook).kept(table.rowCount)
        quality.completeness = kept.counts
        quality.partials = table.rowCount - kept.rows.count
        if quality.partials > 0 { keep(kept.rows) }
    }

    private mutating func exclude(_ rule: ExclusionRule) throws {
        let judges = try table.judges(rule.keep)
        exclude(rule.name, keeping: (0..<table.rowCount).filter { judges.allHold($0) })
    }

    private mutating func exclude(_ rule: String, keeping kept: [Int]) {
        quality.exclusions.append(.init(rule: rule, count: table.rowCount - kept.count))
        if kept.count < table.rowCount { keep(kept) }
    }

    /// Flags become columns; who is flagged stays in the table, unless the rule says otherwise.
    private mutating func flag() throws {
        let flags = AnswerFlags(table: table)
        var removals: [(rule: String, flag: String)] = []
        if let rule = codebook.speeders, let found = try flags.speeders(rule) {
            quality.speederFinding = add(found.flags, SpeederRule.exclusion, SpeederRule.flag)
            quality.speeders = quality.speederFinding?.count ?? 0
            quality.speederBound = found.bound
            if rule.removes { removals.append((SpeederRule.exclusion, SpeederRule.flag)) }
        }
        for rule in codebook.straightliners {
            quality.straightliners.append(add(try flags.straightliners(rule), rule.name, rule.flag))
            if rule.removes { removals.append((rule.exclusion, rule.flag)) }
        }
        let rule = codebook.sameAnswers
        if let found = try flags.sameAnswers(rule, rule.items.isEmpty ? closedQuestions : rule.items) {
            quality.sameAnswers = add(found, SameAnswersRule.exclusion, SameAnswersRule.flag)
            if rule.removes { removals.append((SameAnswersRule.exclusion, SameAnswersRule.flag)) }
        }
        for removal in removals {
            let flag = try table.categories(removal.flag)
            exclude(removal.rule, keeping: (0..<table.rowCount).filter { flag.code($0) != "1" })
        }
    }

    private mutating func add(_ flags: AnswerFlags.Flags, _ rule: String, _ name: String) -> FileQuality.Finding {
        table.set(flags.column, for: Variable(name: name))
        return finding(rule, rows: flags.rows, judged: flags.judged, flag: name)
    }

    /// Questions with codes; those with several answers as a column for each.
    private var closedQuestions: [String] {
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

extension FileQuality {
    /// Item non-response of the questions of the file, the largest share first.
    mutating func countMissing(in table: Table, questions: Set<String>) {
        for name in table.names where questions.contains(name) {
            guard let column = try? table.column(name), column.firstMissingRow != nil else { continue }
            var counts: [MissingReason: Int] = [:]
            for row in 0..<table.rowCount {
                if let reason = column.reason(row) { counts[reason, default: 0] += 1 }
            }
            itemMissing.append(
                .init(
                    variable: name,
                    countByReason: Dictionary(uniqueKeysWithValues: counts.map { ($0.key.codebookWord, $0.value) }),
                    asked: table.rowCount - (counts[.notAsked] ?? 0)))
        }
        let found = itemMissing
        itemMissing = found.indices.sorted {
            found[$0].share == found[$1].share ? $0 < $1 : found[$0].share > found[$1].share
        }.map { found[$0] }
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
