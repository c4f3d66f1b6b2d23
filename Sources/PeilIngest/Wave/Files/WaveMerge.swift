import PeilTable

/// Several files become one wave: rows in the order of the files, each person once, and what only all files
/// together tell (who lies in two strata, who answers as somebody else).
struct WaveMerge {
    let codebook: Codebook
    /// nil: every record is another person's.
    let rule: MergeRule?

    /// The name of the column that tells from which mode's file a row came, where there are several files.
    static let modeColumn = "file_mode"

    /// One file after its own rules have been kept.
    struct Part {
        let file: WaveFile
        var table: Table
        let lines: RunningNumbers
        let isPartial: [Bool]
        let quality: FileQuality
        let hash: String
        let costs: [StageCost]
    }

    /// The rows of the wave with what is known of each.
    private struct Rows {
        var table: Table
        var origins: [RowPlace]
        var isPartial: [Bool]

        mutating func keep(_ rows: [Int]) {
            guard rows.count < table.rowCount else { return }
            table = table.selecting(rows: rows)
            origins = rows.map { origins[$0] }
            isPartial = rows.map { isPartial[$0] }
        }
    }

    /// `hash`: of the wave's bytes.
    /// Errors: FILES_DISAGREE, PERSON_CONTRADICTED, DUPLICATE_RESPONDENT, NESTING_BROKEN, BOOKKEEPING_BROKEN.
    func wave(_ parts: [Part], hash: String) throws -> IngestedWave {
        var parts = parts
        if parts.count > 1 { addModes(&parts) }
        var rows = Rows(
            table: try joined(parts),
            origins: parts.indices.flatMap { part in
                parts[part].lines.map { RowPlace(file: Int32(part), line: Int32(truncatingIfNeeded: $0)) }
            },
            isPartial: parts.flatMap(\.isPartial))
        var quality = WholeQuality(parts.map(\.quality)).sum
        let merged = try rule.map { try leaveOutSecondRecords($0, &rows, &quality, parts) } ?? []
        if parts.count > 1 { try judgeTogether(&rows, &quality, parts) }
        quality.rowsKept = rows.table.rowCount
        try quality.checkBookkeeping()
        return IngestedWave(
            table: rows.table, quality: quality, inputHash: hash,
            facts: WaveFacts(files: files(parts, rows), merged: merged), isPartial: rows.isPartial,
            places: rows.origins)
    }

    private func joined(_ parts: [Part]) throws -> Table {
        do throws(TableError) { return try Table.joined(parts.map(\.table), absent: .notAsked) } catch {
            guard case .otherKind(let name) = error else { throw error }
            throw IngestError(
                "FILES_DISAGREE",
                "Column \(printable(name)) holds numbers in one file of the wave and answers in another.",
                remedy: "Give the variable one type in the codebook, with its codes.", exitCode: 78)
        }
    }

    private func files(_ parts: [Part], _ rows: Rows) -> [WaveFacts.File] {
        var rowsOfPart = [Int](repeating: 0, count: parts.count)
        for origin in rows.origins { rowsOfPart[Int(origin.file)] += 1 }
        return parts.indices.map {
            WaveFacts.File(
                name: parts[$0].file.name, mode: parts[$0].file.mode, quality: parts[$0].quality,
                rowsInWave: rowsOfPart[$0])
        }
    }

    private func leaveOutSecondRecords(
        _ rule: MergeRule, _ rows: inout Rows, _ quality: inout FileQuality, _ parts: [Part]
    ) throws -> [WaveFacts.Merged] {
        let people = try mergedPeople(rule, rows.table, rows.origins, parts)
        quality.findings += people.findings
        for (name, count) in people.exclusions { quality.exclusions.append(.init(rule: name, count: count)) }
        rows.keep(people.kept)
        return people.merged
    }

    /// What only the files together tell.
    private func judgeTogether(_ rows: inout Rows, _ quality: inout FileQuality, _ parts: [Part]) throws {
        let origins = rows.origins
        try refuseSharedIdentifiers(rows.table, origins, parts)
        try NestingCheck(codebook).run(rows.table) { place(origins[$0], parts) }
        if let found = try SameAnswersFlag(codebook).add(to: &rows.table) {
            quality.sameAnswers = FileQuality.Finding(
                rule: SameAnswersRule.exclusion, count: found.rows.count, lines: [], judged: found.judged,
                flag: SameAnswersRule.flag)
            if codebook.sameAnswers.removes {
                let flagged = Set(found.rows)
                quality.exclusions.append(.init(rule: SameAnswersRule.exclusion, count: flagged.count))
                rows.keep((0..<rows.table.rowCount).filter { !flagged.contains($0) })
            }
        }
        try recountFlags(rows.table, &quality)
        quality.itemMissing = []
        let questions = codebook.variables.flatMap { [$0.id] + Self.optionColumns($0) }
        quality.countMissing(in: rows.table, questions: Set(questions))
    }

    /// Flags were counted file by file; who was left out since is no longer among them.
    private func recountFlags(_ table: Table, _ quality: inout FileQuality) throws {
        func recounted(_ finding: FileQuality.Finding) throws -> FileQuality.Finding {
            guard let name = finding.flag, table.has(name) else { return finding }
            let flag = try table.categories(name)
            return FileQuality.Finding(
                rule: finding.rule, count: (0..<flag.count).count { flag.code($0) == "1" }, lines: [],
                severity: finding.severity, judged: (0..<flag.count).count { flag.isPresent($0) }, flag: name)
        }
        if codebook.speeders?.removes != true, let finding = quality.speederFinding {
            quality.speederFinding = try recounted(finding)
            quality.speeders = quality.speederFinding?.count ?? 0
        }
        for (index, rule) in codebook.straightliners.enumerated()
        where !rule.removes && index < quality.straightliners.count {
            quality.straightliners[index] = try recounted(quality.straightliners[index])
        }
    }

    private static func optionColumns(_ variable: CodebookVariable) -> [String] {
        guard variable.type == .multi, variable.group == nil else { return [] }
        let names = MultipleResponseDecoder.variables(variable)
        return names.options.map(\.name) + [names.count.name]
    }

    private func addModes(_ parts: inout [Part]) {
        guard !parts.contains(where: { $0.table.has(Self.modeColumn) }) else { return }
        var modes: [String] = []
        for part in parts where !modes.contains(part.file.mode) { modes.append(part.file.mode) }
        let categories = modes.map { Category(code: $0, label: LocalizedText(everywhere: $0)) }
        for index in parts.indices {
            let code = UInt16(modes.firstIndex(of: parts[index].file.mode) ?? 0)
            parts[index].table.set(
                .categorical(
                    CategoricalColumn(
                        categories: categories, codes: [UInt16](repeating: code, count: parts[index].table.rowCount))),
                for: Variable(name: Self.modeColumn))
        }
    }

    private func place(_ origin: RowPlace, _ parts: [Part]) -> (file: String, line: Int) {
        (parts[Int(origin.file)].file.name, Int(origin.line))
    }

    // MARK: People

    private struct People {
        var kept: [Int]
        var merged: [WaveFacts.Merged]
        var exclusions: [(String, Int)]
        var findings: [FileQuality.Finding]
    }

    private func mergedPeople(
        _ rule: MergeRule, _ table: Table, _ origins: [RowPlace], _ parts: [Part]
    ) throws -> People {
        var groups = PersonGroups(rowCount: table.rowCount)
        for identifier in rule.identifiers where table.has(identifier) {
            groups.join(by: try table.column(identifier))
        }
        let several = groups.several()
        try refuseContradictions(rule, several, table, origins, parts)
        let answered = rule.precedence == .mostAnswers ? try answersToRequired(table) : nil
        var isLeftOut = [Bool](repeating: false, count: table.rowCount)
        var counts: [[Int]: Int] = [:]
        var pairs: [(kept: Int, left: Int)] = []
        for rows in several {
            // Rows stand in the order of the files: the earliest of the best wins.
            let winner =
                answered.map { answers in rows.max { (answers[$0], -$0) < (answers[$1], -$1) } ?? rows[0] } ?? rows[0]
            for row in rows where row != winner {
                isLeftOut[row] = true
                counts[[Int(origins[winner].file), Int(origins[row].file)], default: 0] += 1
                pairs.append((winner, row))
            }
        }
        let merged = counts.keys.sorted { $0.lexicographicallyPrecedes($1) }.map { key in
            WaveFacts.Merged(
                keptIn: parts[key[0]].file.name, leftOutOf: parts[key[1]].file.name, count: counts[key] ?? 0)
        }
        let same = merged.filter { $0.keptIn == $0.leftOutOf }.map(\.count).reduce(0, +)
        var exclusions = [(WaveFacts.answeredTwice, same)]
        if parts.count > 1 { exclusions.insert((WaveFacts.inAnotherFile, pairs.count - same), at: 0) }
        return People(
            kept: isLeftOut.indices.filter { !isLeftOut[$0] }, merged: merged, exclusions: exclusions,
            findings: try disagreements(rule, pairs, table))
    }

    /// One person has one value of the strongest identifier.
    private func refuseContradictions(
        _ rule: MergeRule, _ several: [[Int]], _ table: Table, _ origins: [RowPlace], _ parts: [Part]
    ) throws {
        guard rule.identifiers.count > 1, let strongest = rule.identifiers.first, table.has(strongest) else { return }
        let values = PersonGroups.values(try table.column(strongest))
        for rows in several {
            let present = rows.filter { values[$0] >= 0 }
            guard let first = present.first, let other = present.first(where: { values[$0] != values[first] }) else {
                continue
            }
            let (one, two) = (place(origins[first], parts), place(origins[other], parts))
            throw IngestError(
                "PERSON_CONTRADICTED",
                "Two records share an identifier (\(rule.identifiers.dropFirst().joined(separator: ", "))) and differ in \(strongest): \(one.file) line \(one.line) and \(two.file) line \(two.line).",
                file: two.file, line: two.line,
                remedy: "Find out whether this is one person; merge by identifiers that do not repeat over files.")
        }
    }

    private func disagreements(
        _ rule: MergeRule, _ pairs: [(kept: Int, left: Int)], _ table: Table
    ) throws -> [FileQuality.Finding] {
        guard !pairs.isEmpty else { return [] }
        return try rule.mustAgree.filter { table.has($0) }.map { name in
            let labels = try table.column(name).rowLabels()
            let judged = pairs.filter { labels[$0.kept] != nil && labels[$0.left] != nil }
            return FileQuality.Finding(
                rule: "records of one person agree on \(name)",
                count: judged.count { labels[$0.kept] != labels[$0.left] },
                lines: [], judged: judged.count)
        }.filter { $0.count > 0 }
    }

    private func answersToRequired(_ table: Table) throws -> [Int] {
        var counts = [Int](repeating: 0, count: table.rowCount)
        for variable in codebook.variables where variable.isRequired && table.has(variable.id) {
            let column = try table.column(variable.id)
            for row in counts.indices where column.isPresent(row) { counts[row] += 1 }
        }
        return counts
    }

    /// An identifier that is unique in each file and shared between files names two people.
    private func refuseSharedIdentifiers(_ table: Table, _ origins: [RowPlace], _ parts: [Part]) throws {
        for variable in codebook.variables where variable.isUnique && table.has(variable.id) {
            var rowOfValue: [Int: Int] = [:]
            for (row, value) in PersonGroups.values(try table.column(variable.id)).enumerated() where value >= 0 {
                guard let earlier = rowOfValue.updateValue(row, forKey: value) else { continue }
                let (one, two) = (place(origins[earlier], parts), place(origins[row], parts))
                throw IngestError(
                    "DUPLICATE_RESPONDENT",
                    "Two people have the same \(variable.id): \(one.file) line \(one.line) and \(two.file) line \(two.line).",
                    file: two.file, line: two.line,
                    remedy: "Merge by \(variable.id), or let the files number their respondents apart.")
            }
        }
    }
}
