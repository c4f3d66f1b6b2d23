import PeilTable

/// From decoded columns to the table of a wave: routing, blocks, rules, break-offs, derived
/// variables, the base and flags, in that order. What leaves the table is counted by rule.
struct WaveShaping {
    let codebook: Codebook
    private(set) var table: Table
    private(set) var quality: FileQuality
    /// Physical line of each row.
    private(set) var lines: RunningNumbers
    /// Who gave enough answers to count and too few to be complete.
    private(set) var isPartial: [Bool]
    private let scope: Scope

    /// What the table is of the wave. What only a whole wave can tell is left to `WaveMerge` where there are
    /// several files.
    enum Scope { case wave, oneOfSeveralFiles }

    init(codebook: Codebook, table: Table, lines: RunningNumbers, quality: FileQuality, scope: Scope = .wave) {
        self.codebook = codebook
        self.quality = quality
        self.table = table
        self.lines = lines
        self.scope = scope
        isPartial = [Bool](repeating: false, count: table.rowCount)
    }

    /// `expectations`: what every record must say. Throws: WAVE_MISMATCH and the classes of the rules.
    mutating func run(expecting expectations: [ExpectedValue] = []) throws {
        for expected in expectations { try check(expected) }
        try applyRouting()
        try MultipleResponseDecoder.settleBlocks(codebook, &table)
        if scope == .wave { try NestingCheck(codebook).run(table) { ("", lines[$0]) } }
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
        lines = lines.selecting(rows: rows)
        isPartial = rows.map { isPartial[$0] }
    }

    private func check(_ expected: ExpectedValue) throws {
        guard table.has(expected.variable) else {
            throw IngestError(
                "MISSING_COLUMN",
                "The file has no column \(expected.variable), by which the study tells its files apart.",
                line: 1, remedy: "Add the column, or take it out of 'expect'.")
        }
        let labels = try table.column(expected.variable).rowLabels()
        let strange = labels.indices.filter { labels[$0] != expected.code }
        guard let first = strange.first else { return }
        throw IngestError(
            "WAVE_MISMATCH",
            "\(strange.count) of \(labels.count) records do not have \(expected.variable) = \(expected.code), as the study expects of this file. The first: line \(lines[first]).",
            line: lines[first],
            remedy: "Check that the file belongs to this wave and mode, or correct 'expect' in the study.")
    }

    private mutating func leaveOutBreakOffs() throws {
        guard let rule = codebook.completeness else { return }
        let kept = try CompletenessJudge(rule, table: table, codebook: codebook).kept(table.rowCount)
        quality.completeness = kept.counts
        quality.partials = table.rowCount - kept.rows.count
        for row in kept.partialRows { isPartial[row] = true }
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
        if scope == .wave, let found = try SameAnswersFlag(codebook).add(to: &table) {
            quality.sameAnswers = finding(
                SameAnswersRule.exclusion, rows: found.rows, judged: found.judged, flag: SameAnswersRule.flag)
            if codebook.sameAnswers.removes { removals.append((SameAnswersRule.exclusion, SameAnswersRule.flag)) }
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
}

extension FileQuality {
    /// Item non-response of the questions of the file, the largest share first.
    mutating func countMissing(in table: Table, questions: Set<String>) {
        for name in table.names where questions.contains(name) {
            guard let column = try? table.column(name), column.firstMissingRow != nil else { continue }
            let counts = column.missingCounts
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
