extension DisclosureRules {
    /// Applies the rules to everything a publication would say. The only maker of a `Released` value.
    ///
    /// The result depends on the draft's content, never on the order of its figures. Throws when a figure
    /// stands in it twice, names something that the subject does not list, or is no number; when no choice of cells keeps
    /// the reader from a hidden one; when a version differs from an earlier one by a few respondents.
    /// - Parameters:
    ///   - draft: everything that might be shown.
    ///   - earlier: what was published of this wave before.
    ///   - threads: change nothing but time.
    public func release(
        _ draft: PublicationDraft, boundBy earlier: EarlierRelease = .none, threads: Int = 1
    ) throws(DisclosureError) -> Released<Publication> {
        let figures = try SubjectOrder(draft.subject).sorted(draft.figures)
        let protection = PublicationProtection(
            rules: self, subject: draft.subject, links: draft.links, exclusive: draft.exclusive, nested: draft.nested,
            segmentQuestion: draft.segmentQuestion, earlier: earlier, earlierFigures: draft.earlier,
            weights: draft.weights, answerRanges: draft.answerRanges, amounts: draft.amounts, threads: threads)
        let cells: [String: [Cell]]
        let attack: AttackRecord
        do { (cells, attack) = try protection.decide(figures) } catch {
            throw cause(of: error, draft, earlier)
        }
        var rows: [ReleasedRow] = []
        for question in draft.subject.questions { rows += (cells[question.id] ?? []).map { row(of: $0) } }
        let printed = rows.compactMap { row in row.n.map { (row.name, $0) } }
        try differences(printed, draft, earlier).refuse()
        let facts: [ReleasedFact]
        do { facts = try release(draft.facts, hiding: hiddenAreas(cells, draft.subject)) } catch {
            throw .cannotBeProtected(cells: error.cells)
        }
        let unmodelled = try release(draft.unmodelled, beside: rows, of: draft.subject)
        return Released(
            Publication(
                subject: draft.subject, rules: self, rows: ReleasedRows(rows), facts: facts,
                changes: draft.changes.map { release($0, rows) }, drivers: release(draft.drivers),
                unmodelled: unmodelled, attack: attack))
    }

    private func differences(
        _ printed: [(FigureName, Int)], _ draft: PublicationDraft, _ earlier: EarlierRelease
    ) -> VersionDifferences {
        VersionDifferences(
            Dictionary(printed) { first, _ in first }, earlier, draft.members, minimumFrequency: minimumFrequency)
    }

    /// What is the matter where nothing can be hidden any more. A version that differs by a few respondents from an earlier one often
    /// cannot be protected either: then the few are the reason to give.
    private func cause(
        of error: DisclosureError, _ draft: PublicationDraft, _ earlier: EarlierRelease
    ) -> DisclosureError {
        guard case .cannotBeProtected(let cells) = error, !earlier.versions.isEmpty else { return error }
        let asked = draft.figures.filter { $0.base >= minimumBase && !earlier.wasHidden($0.name.rowID) }
        do { try differences(asked.map { ($0.name, $0.base) }, draft, earlier).refuse() } catch { return error }
        return .unsafeBesideEarlier(cells: cells)
    }

    /// Areas of which some table shows nothing.
    private func hiddenAreas(_ cells: [String: [Cell]], _ subject: PublicationSubject) -> Set<String> {
        var areas: Set<String> = []
        for question in subject.questions where !question.isSensitive {
            let own = cells[question.id] ?? []
            let groups = GroupedCells(own)
            for key in groups.keys where !key.area.isEmpty && key.segment.isEmpty && groups.isHidden(key, own) {
                areas.insert(key.area)
            }
        }
        return areas
    }
}

/// Rank of each name in the subject: the order of the published rows.
private struct SubjectOrder {
    private let levels: [String: [String: Int]]
    private let areas: [String: Int]
    private let segments: [String: Int]

    init(_ subject: PublicationSubject) {
        func ranks(_ codes: [String]) -> [String: Int] {
            Dictionary(zip([""] + codes, 0...), uniquingKeysWith: { first, _ in first })
        }
        levels = Dictionary(
            subject.questions.map { ($0.id, ranks($0.levels.map(\.code))) },
            uniquingKeysWith: { first, _ in first })
        areas = ranks(subject.areas.map(\.code))
        segments = ranks(subject.segments.map(\.code))
    }

    /// The figures of each question in published order.
    func sorted(_ figures: [Figure]) throws(DisclosureError) -> [String: [Figure]] {
        var keyed: [String: [(key: [Int], figure: Figure)]] = [:]
        var seen: Set<FigureName> = []
        for figure in figures {
            let name = figure.name
            guard seen.insert(name).inserted else { throw .duplicateFigure(rowID: name.rowID) }
            guard figure.isPlausible else { throw .badFigure(rowID: name.rowID) }
            guard let level = levels[name.question]?[name.level], let area = areas[name.area],
                let segment = segments[name.segment]
            else { throw .unknownName(rowID: name.rowID) }
            let statistic = FigureName.Statistic.allCases.firstIndex(of: name.statistic) ?? 0
            keyed[name.question, default: []].append(([level, area, segment, statistic], figure))
        }
        return keyed.mapValues { group in
            group.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.figure)
        }
    }
}

extension Figure {
    fileprivate var isPlausible: Bool {
        let numbers =
            [estimate, missingShare]
            + [standardError, lower, upper, effectiveN, designEffect, weightedBase].compactMap { $0 }
        let test = contrast.map { [$0.difference, $0.p, $0.adjustedP] } ?? []
        return (numbers + test).allSatisfy(\.isFinite) && base >= 0 && (weightedBase ?? 0) >= 0
            && (count.map { $0 >= 0 && $0 <= base } ?? true)
    }
}
