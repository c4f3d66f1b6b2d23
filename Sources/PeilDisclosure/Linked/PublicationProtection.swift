import PeilNumerics

/// Decides which cells of a publication are hidden: by the rules of each cell, then whole groups, then answers, over all
/// tables of the publication at once; and lets the attacker have the last word.
struct PublicationProtection {
    let rules: DisclosureRules
    let subject: PublicationSubject
    let links: [CountLink]
    let exclusive: [ExclusiveAnswers]
    let nested: [NestedAnswers]
    var segmentQuestion: String?
    let earlier: EarlierRelease
    /// Figures of earlier versions that this one has not (`PublicationDraft.earlier`).
    var earlierFigures: [Figure] = []
    /// nil: counts alone are attacked.
    var weights: WeightKnowledge?
    /// Lowest and highest answer to questions with means; of others the means are not attacked.
    var answerRanges: [String: ClosedRange<Double>] = [:]
    /// What means of amounts are made of.
    var amounts: [FigureName: Contributions] = [:]
    /// Questions that no link ties together are protected side by side.
    var threads = 1

    /// - Parameter figures: of each question, in published order.
    func decide(
        _ figures: [String: [Figure]]
    ) throws(DisclosureError) -> (cells: [String: [Cell]], record: AttackRecord) {
        var decided: [String: [Cell]] = [:]
        var record = AttackRecord()
        let printed = PrintedShare(rules: rules, asPeople: Self.sharesOfPeople(figures))
        do {
            for question in subject.questions {
                decided[question.id] = ownDecisions(figures[question.id] ?? [], question)
            }
            for figure in earlierFigures {
                let wasShown = earlier.wasShown(figure.name.rowID)
                decided[figure.name.question, default: []].append(Cell(figure, shownBefore: wasShown))
            }
            // Once to see which groups any question hides, and again so that all hide the same.
            let groups = try each(decided) { cells, _ in try protectBases(&cells, with: []) }
                .reduce(into: Set<GroupedCells.Key>()) { $0.formUnion($1.result) }
            for (question, done) in zip(
                questions,
                try each(decided) { cells, question in
                    try protectBases(&cells, with: groups)
                    try protectMeans(&cells, question)
                })
            {
                decided[question] = done.cells
            }
            try protectAmounts(&decided)
            try protectAnswers(&decided, &record, printed)
        } catch let error as TableSystemError {
            throw .cannotBeProtected(cells: error.cells)
        } catch let error as DisclosureError {
            throw error
        } catch {
            throw .cannotBeProtected(cells: [])
        }
        for question in subject.questions {
            decided[question.id]?.removeAll(where: \.isOfEarlierVersion)
            followShares(&decided[question.id, default: []])
            ContrastProtection(rules: rules).apply(&decided[question.id, default: []])
        }
        return (decided, record)
    }

    /// Of this version in published order, then those of earlier ones alone.
    private var questions: [String] {
        let own = subject.questions.map(\.id)
        return own + Set(earlierFigures.map(\.name.question)).subtracting(own).sorted()
    }

    private var areas: [String] { subject.areas.map(\.code) }
    private var segments: [String] { subject.segments.map(\.code) }

    // MARK: One question

    /// The same for the cells of each question, side by side.
    private func each<Value: Sendable>(
        _ decided: [String: [Cell]], _ body: @Sendable (inout [Cell], String) throws -> Value
    ) throws -> [(cells: [Cell], result: Value)] {
        let questions = questions
        return try ParallelBlocks(threads: threads).map(questions.count) { place in
            Result {
                var cells = decided[questions[place]] ?? []
                let value = try body(&cells, questions[place])
                return (cells: cells, result: value)
            }
        }.map { try $0.get() }
    }

    private func ownDecisions(
        _ figures: [Figure], _ question: PublicationSubject.Question
    ) -> [Cell] {
        figures.map { figure in
            var cell = rules.decide(figure, isSensitive: question.isSensitive)
            if !cell.isHidden, earlier.wasHidden(figure.name.rowID) { cell.hide(.complement) }
            return cell
        }
    }

    @discardableResult
    private func protectBases(
        _ cells: inout [Cell], with others: Set<GroupedCells.Key>
    ) throws(TableSystemError) -> Set<GroupedCells.Key> {
        var hidden: Set<GroupedCells.Key> = []
        for statistic in [FigureName.Statistic.share, .mean] {
            let own = cells.indices.filter { cells[$0].figure.name.statistic == statistic }
            guard !own.isEmpty else { continue }
            var part = own.map { cells[$0] }
            hidden.formUnion(
                try BaseSuppression(rules: rules, areas: areas, segments: segments)
                    .protect(&part, with: others, boundBy: earlier))
            for (index, cell) in zip(own, part) { cells[index] = cell }
        }
        return hidden
    }

    private func protectMeans(_ cells: inout [Cell], _ question: String) throws(TableSystemError) {
        guard let answers = answerRanges[question] else { return }
        let own = cells.indices.filter { cells[$0].figure.name.statistic == .mean }
        var part = own.map { cells[$0] }
        try MeanProtection(rules: rules, areas: areas, segments: segments, answers: answers)
            .protect(&part, boundBy: earlier)
        for (index, cell) in zip(own, part) { cells[index] = cell }
    }

    private func protectAmounts(_ decided: inout [String: [Cell]]) throws {
        guard let policy = rules.dominance else { return }
        let protection = AmountProtection(rules: policy.rules, areas: areas, segments: segments)
        for question in subject.questions where policy.questions.contains(question.id) {
            try protection.protect(&decided[question.id, default: []], amounts, boundBy: earlier)
        }
    }

    /// A number of people is its share times the population: it has no status of its own.
    private func followShares(_ cells: inout [Cell]) {
        var shares: [FigureName: Cell] = [:]
        for cell in cells where cell.figure.name.statistic == .share { shares[cell.figure.name] = cell }
        for index in cells.indices where cells[index].figure.name.statistic == .people {
            let name = cells[index].figure.name
            let twin = FigureName(
                question: name.question, level: name.level, area: name.area, segment: name.segment, statistic: .share)
            guard let share = shares[twin] else { continue }
            cells[index].status = share.status
            cells[index].reason = share.reason
            // A share that is printed as a bound would be exact again as a number of people.
            if !share.isHidden, rules.bound(of: share.figure) != nil { cells[index].hide(.smallBase, as: .tooFew) }
        }
    }

    // MARK: Questions together

    /// Questions that links tie together, each group in published order.
    private func clusters() -> [[String]] {
        let order = questions
        var leader = Dictionary(uniqueKeysWithValues: order.map { ($0, $0) })
        func find(_ question: String) -> String {
            var current = question
            while let next = leader[current], next != current { current = next }
            return current
        }
        for link in links {
            for part in link.parts where leader[part.question] != nil && leader[link.whole.question] != nil {
                leader[find(part.question)] = find(link.whole.question)
            }
        }
        for group in exclusive {
            for answer in group.answers where leader[answer.question] != nil {
                leader[find(answer.question)] = find(group.answers[0].question)
            }
        }
        for pair in nested where leader[pair.inner.question] != nil && leader[pair.outer.question] != nil {
            leader[find(pair.inner.question)] = find(pair.outer.question)
        }
        var members: [String: [String]] = [:]
        for question in order { members[find(question), default: []].append(question) }
        return order.compactMap { members[$0] }
    }

    private func protectAnswers(
        _ decided: inout [String: [Cell]], _ record: inout AttackRecord, _ printed: PrintedShare
    ) throws {
        let clusters = clusters()
        let start = decided
        // The largest begin first, so that none is left for one thread alone.
        let sizes = clusters.map { $0.reduce(0) { $0 + (start[$1]?.count { $0.isHidden } ?? 0) } }
        let largestFirst = clusters.indices.sorted { (sizes[$1], $0) < (sizes[$0], $1) }
        let found = ParallelBlocks(threads: threads).map(clusters.count) { turn in
            Result { try protectedAnswers(of: clusters[largestFirst[turn]], start, printed) }
        }
        let outcomes = zip(largestFirst, found).sorted { $0.0 < $1.0 }.map(\.1)
        let bySegment = questionsBySegment(start)
        var together: [String] = []
        var seen = SeenTables()
        for (questions, outcome) in zip(clusters, outcomes) {
            let (cells, own, tables) = try outcome.get()
            decided.merge(cells) { $1 }
            if questions.contains(where: bySegment.contains) {
                together += questions
                seen.note(tables)
                record.noteNarrowest(of: own)
            } else {
                record.add(own)
            }
        }
        guard !together.isEmpty else { return }
        // Each by itself first: then little is left to hide for what they tell of one another.
        let (cells, own, _) = try protectedAnswers(
            of: together, decided, printed, beside: segmentQuestion, seen: seen)
        decided.merge(cells) { $1 }
        record.add(own)
    }

    /// The question whose answers are the segments, and those with figures by segment: it counts whom their bases are part of.
    private func questionsBySegment(_ decided: [String: [Cell]]) -> Set<String> {
        guard let segmentQuestion else { return [] }
        let others = decided.filter { $0.value.contains { !$0.figure.name.segment.isEmpty } }.map(\.key)
        return Set(others + [segmentQuestion])
    }

    /// Shares have counts. Of a mean there is its base, which tells something beside what the segments hold.
    private func isCounted(_ cell: Cell, besideSegments: Bool) -> Bool {
        switch cell.figure.name.statistic {
        case .share: cell.figure.count != nil
        case .mean: besideSegments
        default: false
        }
    }

    /// The cells of these questions, with what their links call for hidden, and what the attack found.
    /// - Parameters:
    ///   - segmentQuestion: among the questions, where bases by segment are held against its counts.
    ///   - seen: tables that were seen when fewer relations were looked at.
    private func protectedAnswers(
        of questions: [String], _ start: [String: [Cell]], _ printed: PrintedShare,
        beside segmentQuestion: String? = nil, seen: SeenTables = SeenTables()
    ) throws -> (cells: [String: [Cell]], record: AttackRecord, seen: SeenTables) {
        var decided = start.filter { questions.contains($0.key) }
        var cells: [Cell] = []
        var places: [(question: String, index: Int)] = []
        for question in questions {
            for (index, cell) in decided[question, default: []].enumerated()
            where isCounted(cell, besideSegments: segmentQuestion != nil) {
                cells.append(cell)
                places.append((question, index))
            }
        }
        let own = links.filter { link in questions.contains(link.whole.question) }
        let apart = exclusive.filter { group in questions.contains(group.answers[0].question) }
        let pairs = nested.filter { questions.contains($0.outer.question) }
        // Between two printed answers a few may lie, whom nothing else hides.
        guard cells.contains(where: \.isHidden) || !pairs.isEmpty else { return (decided, AttackRecord(), seen) }
        var seen = seen
        func counts(_ cells: [Cell]) -> LinkedCounts {
            var counts = LinkedCounts(
                cells, rules: rules, areas: areas, segments: segments, links: own, exclusive: apart,
                nested: pairs, segmentQuestion: segmentQuestion,
                room: { earlier.wasShown($0.name.rowID) ? earlier.room(for: $0, rules.minimumFrequency) : nil })
            for (index, version) in earlier.versions.enumerated() { counts.add(version, number: index + 1) }
            return counts
        }
        // Hiding now what an earlier version showed of the same people hides nothing.
        let known = Set(
            cells.map(\.figure).filter {
                earlier.wasShown($0.name.rowID) && earlier.room(for: $0, rules.minimumFrequency) == nil
            }.map(\.name))
        let keep = { (name: FigureName) in known.contains(name) }
        // Beside the segments only counts are attacked: totals of weights are, question by question.
        let attacked = segmentQuestion == nil ? weights : nil
        let weighted = attacked.map {
            WeightedProtection(knowledge: $0, printed: printed, counts: counts, keep: keep)
        }
        let attack = try protect(&cells, counts, weighted, &seen, keep, isBesideSegments: segmentQuestion != nil)
        for (place, cell) in zip(places, cells) { decided[place.question]?[place.index] = cell }
        return (decided, attack.record, seen)
    }

    /// Hides answers until neither counts nor weighted totals tell a protected one.
    private func protect(
        _ cells: inout [Cell], _ counts: ([Cell]) -> LinkedCounts, _ weighted: WeightedProtection?,
        _ seen: inout SeenTables, _ keep: (FigureName) -> Bool, isBesideSegments: Bool
    ) throws -> LinkedCounts.Attack {
        // Question by question the questions are side by side already.
        let threads = isBesideSegments ? threads : 1
        var reach = WeightedReach()
        while true {
            var told: LinkedCounts.Attack?
            var system = counts(cells)
            while true {
                // What is open stays open when more is hidden: beside the segments only what is not is looked at.
                if isBesideSegments {
                    var next = try system.attack(knownOpen: told?.open ?? [], seen: &seen, threads: threads)
                    if let told { next.record.noteNarrowest(of: told.record) }
                    told = next
                }
                let more = try system.secondary(for: told?.unsafe, seen: &seen, threads: threads, keep: keep)
                guard !more.isEmpty else { break }
                for index in more where !cells[index].isHidden { cells[index].hide(.complement) }
                // A group that loses its last shown answer hides its base too, which can call for more.
                system = counts(cells)
            }
            let attack = try told ?? system.attack(seen: &seen, threads: threads)
            guard attack.unsafe.isEmpty else {
                throw DisclosureError.cannotBeProtected(cells: attack.unsafe.map { system.names[$0] })
            }
            guard let weighted else { return attack }
            let closed = try weighted.attack(system).unprotected(attack, &reach)
            guard !closed.isEmpty else { return attack }
            cells[try weighted.cure(cells, system, closed, &reach)].hide(.complement)
        }
    }

    /// Names of shares that stand as numbers of people too.
    private static func sharesOfPeople(_ figures: [String: [Figure]]) -> Set<FigureName> {
        Set(
            figures.values.joined().map(\.name).filter { $0.statistic == .people }.map {
                FigureName(
                    question: $0.question, level: $0.level, area: $0.area, segment: $0.segment, statistic: .share)
            })
    }
}
