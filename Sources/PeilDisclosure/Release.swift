extension DisclosureRules {
    /// Applies the rules to everything a publication would say. The only maker of a `Released` value.
    ///
    /// The result depends on the draft's content, never on the order of its figures. Throws when a figure
    /// stands in it twice, names something that the subject does not list, or is no number.
    public func release(_ draft: PublicationDraft) throws(DisclosureError) -> Released<Publication> {
        let figures = try SubjectOrder(draft.subject).sorted(draft.figures)
        var rows: [ReleasedRow] = []
        rows.reserveCapacity(figures.count)
        for question in draft.subject.questions {
            let own = figures[question.id] ?? []
            rows += decideAll(own, of: question, in: draft.subject).map { row(of: $0) }
        }
        return Released(Publication(subject: draft.subject, rules: self, rows: rows, facts: release(draft.facts)))
    }

    private func decideAll(
        _ figures: [Figure], of question: PublicationSubject.Question,
        in subject: PublicationSubject
    ) -> [Cell] {
        var cells = figures.map { decide($0, isSensitive: question.isSensitive) }
        var hiddenShares: [FigureName: Cell] = [:]
        for statistic in [FigureName.Statistic.share, .mean, .people] {
            let chosen = cells.indices.filter { cells[$0].figure.name.statistic == statistic }
            guard !chosen.isEmpty else { continue }
            var table = chosen.map { cells[$0] }
            if statistic == .people { follow(hiddenShares, in: &table) }
            protect(&table, of: question, in: subject)
            for (index, cell) in zip(chosen, table) {
                cells[index] = cell
                if statistic == .share { hiddenShares[cell.figure.name] = cell }
            }
        }
        return cells
    }

    private func protect(
        _ cells: inout [Cell], of question: PublicationSubject.Question,
        in subject: PublicationSubject
    ) {
        guard cells.contains(where: \.isHidden) else { return }
        let finder = RelationFinder(
            cells: cells, levels: question.levels.map(\.code),
            areas: subject.areas.map(\.code), segments: subject.segments.map(\.code))
        ComplementarySuppression(minimumFrequency: minimumFrequency, relations: finder.relations()).protect(&cells)
    }

    /// A number of people is its share times the population: it has no status of its own.
    private func follow(_ shares: [FigureName: Cell], in people: inout [Cell]) {
        for index in people.indices {
            let name = people[index].figure.name
            let twin = FigureName(
                question: name.question, level: name.level, area: name.area,
                segment: name.segment, statistic: .share)
            guard let share = shares[twin] else { continue }
            people[index].status = share.status
            people[index].reason = share.reason
            // A share that is printed as a bound would be exact again as a number of people.
            if !share.isHidden, bound(of: share.figure) != nil { people[index].hide(.smallBase, as: .tooFew) }
        }
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
            [estimate, missingShare] + [standardError, lower, upper, effectiveN, designEffect].compactMap { $0 }
        let test = contrast.map { [$0.difference, $0.p, $0.adjustedP] } ?? []
        return (numbers + test).allSatisfy(\.isFinite) && base >= 0 && (count.map { $0 >= 0 && $0 <= base } ?? true)
    }
}
