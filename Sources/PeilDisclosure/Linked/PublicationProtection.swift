import PeilNumerics

/// Decides which cells of a publication are hidden: by the rules of each cell, then whole groups, then answers, over all
/// tables of the publication at once; and lets the attacker have the last word.
struct PublicationProtection {
    let rules: DisclosureRules
    let subject: PublicationSubject
    let links: [CountLink]
    let exclusive: [ExclusiveAnswers]
    var segmentQuestion: String?
    let earlier: EarlierRelease
    /// Questions that no link ties together are protected side by side.
    var threads = 1

    /// - Parameter figures: of each question, in published order.
    func decide(
        _ figures: [String: [Figure]]
    ) throws(DisclosureError) -> (cells: [String: [Cell]], record: AttackRecord) {
        var decided: [String: [Cell]] = [:]
        var record = AttackRecord()
        do {
            for question in subject.questions {
                decided[question.id] = ownDecisions(figures[question.id] ?? [], question)
            }
            // Once to see which groups any question hides, and again so that all hide the same.
            var groups: Set<GroupedCells.Key> = []
            for question in subject.questions {
                var trial = decided[question.id] ?? []
                groups.formUnion(try protectBases(&trial, with: []))
            }
            for question in subject.questions { try protectBases(&decided[question.id, default: []], with: groups) }
            try protectAnswers(&decided, &record)
        } catch let error as TableSystemError {
            throw .cannotBeProtected(cells: error.cells)
        } catch let error as DisclosureError {
            throw error
        } catch {
            throw .cannotBeProtected(cells: [])
        }
        for question in subject.questions {
            followShares(&decided[question.id, default: []])
            ContrastProtection(rules: rules).apply(&decided[question.id, default: []])
        }
        return (decided, record)
    }

    private var areas: [String] { subject.areas.map(\.code) }
    private var segments: [String] { subject.segments.map(\.code) }

    // MARK: One question

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
        let order = subject.questions.map(\.id)
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
        var members: [String: [String]] = [:]
        for question in order { members[find(question), default: []].append(question) }
        return order.compactMap { members[$0] }
    }

    private func protectAnswers(_ decided: inout [String: [Cell]], _ record: inout AttackRecord) throws {
        let clusters = clusters()
        let start = decided
        let outcomes = ParallelBlocks(threads: threads).map(clusters.count) { place in
            Result { try protectedAnswers(of: clusters[place], start) }
        }
        let bySegment = questionsBySegment(start)
        var together: [String] = []
        for (questions, outcome) in zip(clusters, outcomes) {
            let (cells, own) = try outcome.get()
            decided.merge(cells) { $1 }
            if questions.contains(where: bySegment.contains) { together += questions } else { record.add(own) }
        }
        guard !together.isEmpty else { return }
        // Each by itself first: then little is left to hide for what they tell of one another.
        let (cells, own) = try protectedAnswers(of: together, decided, beside: segmentQuestion)
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
    /// - Parameter segmentQuestion: among the questions, where bases by segment are held against its counts.
    private func protectedAnswers(
        of questions: [String], _ start: [String: [Cell]], beside segmentQuestion: String? = nil
    ) throws -> (cells: [String: [Cell]], record: AttackRecord) {
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
        guard cells.contains(where: \.isHidden) else { return (decided, AttackRecord()) }
        let own = links.filter { link in questions.contains(link.whole.question) }
        let apart = exclusive.filter { group in questions.contains(group.answers[0].question) }
        func counts(_ cells: [Cell]) -> LinkedCounts {
            LinkedCounts(
                cells, rules: rules, areas: areas, segments: segments, links: own, exclusive: apart,
                segmentQuestion: segmentQuestion)
        }
        var system = counts(cells)
        var attack: (unsafe: [Int], record: AttackRecord)?
        while true {
            // What is open stays open when more is hidden: beside the segments only what is not is looked at.
            if segmentQuestion != nil { attack = try system.attack() }
            let more = try system.secondary(for: attack?.unsafe) { earlier.wasShown($0.rowID) }
            guard !more.isEmpty else { break }
            for index in more where !cells[index].isHidden { cells[index].hide(.complement) }
            // A group that loses its last shown answer hides its base too, which can call for more.
            system = counts(cells)
        }
        let last = try attack ?? system.attack()
        guard last.unsafe.isEmpty else {
            throw DisclosureError.cannotBeProtected(cells: last.unsafe.map { system.names[$0] })
        }
        for (place, cell) in zip(places, cells) { decided[place.question]?[place.index] = cell }
        return (decided, last.record)
    }
}
