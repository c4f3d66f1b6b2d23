import PeilDisclosure

/// Where a campaign reaches most people who are willing: a table a behaviour, as the page's place asks for.
extension Context {
    func priorities(place: String) throws(ReportError) -> Built {
        guard let rules = outline.priorities else { return Built(blocks: []) }
        var built = Built(blocks: [], callouts: [priorityReading(rules), priorityLimits()])
        var channels: [String: RichText] = [:]
        for segment in subject.segments { channels[segment.code] = try channel(rules, segment.code) }
        for (position, behaviour) in rules.behaviours.enumerated() {
            let set = prioritySets[position]
            let label = try text(behaviour.label, "report.priorities.behaviours.label")
            let id = "\(place)-priority-\(position)"
            let known = set.cells.filter { cell -> Bool in
                switch focus {
                case .region: return true
                case .area(let code): return cell.area == code
                case .segment(let code): return cell.segment == code
                }
            }
            let cells = known.filter { roundedPeople($0.people) > 0 }
            guard !cells.isEmpty else {
                let reason: Phrase = known.isEmpty ? .priorityNone : .priorityNobody
                built.blocks.append(.paragraph(words.text(reason, ["label": RichText(label)])))
                continue
            }
            let finding = try priorityFinding(cells, label, id)
            let table =
                focus == .region
                ? try overview(set.cells, label) : try parts(cells, label, channels)
            // What the tables of all behaviours hold is said above the first.
            let isFirst = !built.blocks.contains { if case .table = $0 { true } else { false } }
            let isHidden = table.own.rows.contains { $0.cells.contains { $0.style == .hidden } }
            let subtitle = isFirst ? words.text(focus == .region ? .priorityOverview : .priorityParts) + " " : ""
            built.blocks.append(
                .table(
                    .init(
                        id: id, title: finding.sentence.withoutStop,
                        subtitle: subtitle + table.shared,
                        key: isHidden ? [.init(mark: .hidden, text: words[.keyHidden])] : [], table: table.own,
                        source: words.text(.sourceWave, ["wave": RichText(try waveLabel())]), isCaptionQuiet: true)))
            built.summary.append(finding)
        }
        built.blocks += try messagesOfFirst()
        return built
    }

    /// What the study says to the groups that stand first in the area of the page for its first behaviour, or to the group
    /// with the highest score where none does.
    private func messagesOfFirst() throws(ReportError) -> [Report.Block] {
        guard case .area(let area) = focus, let leading = prioritySets.first else { return [] }
        let cells = leading.cells.filter {
            $0.area == area && roundedPeople($0.people) > 0
        }
        let top = cells.filter { $0.tier == .first }
        let first = (top.isEmpty ? cells.max { $0.score < $1.score }.map { [$0] } ?? [] : top).map(\.segment)
        var blocks: [Report.Block] = []
        for segment in subject.segments where first.contains(segment.code) {
            guard let own = try messages(segment.code) else { continue }
            let name = RichText(try name(ofSegment: segment))
            blocks += [.heading(words.text(.priorityMessages, ["segment": name]).plain), own]
        }
        return blocks
    }

    // MARK: Words

    private func priorityFinding(_ cells: [Priority], _ label: String, _ id: String) throws(ReportError) -> Finding {
        let first = cells.filter { $0.tier == .first }
        guard let top = (first.isEmpty ? cells : first).max(by: { $0.score < $1.score }) else {
            return Finding(id: id, evidence: .tooFew, rowIDs: [], sentence: words.text(.hidden), detail: "")
        }
        let values = [
            "label": RichText(label), "people": people(top.people, top),
            "count": RichText(numbers.word(Set(first.map(\.segment)).count)),
            "segment": RichText(try segmentName(top.segment)), "area": RichText(try areaName(top.area)),
            "segments": RichText(focus == .region ? try segments(first) : ""),
            "areas": RichText(focus == .region ? try areas(first) : ""), "range": peopleRange(top)
        ]
        let phrase: Phrase =
            switch focus {
            case .region: firstPhrase(first)
            case .area: .priorityOfArea
            case .segment: .priorityOfSegment
            }
        return Finding(
            id: id, evidence: top.isIndicative || top.isRegional ? .indicative : .estimated, rowIDs: top.rowIDs,
            sentence: words.text(phrase, values), detail: priorityDetail(top, values), theme: .priority)
    }

    private func firstPhrase(_ first: [Priority]) -> Phrase {
        switch (first.count, Set(first.map(\.segment)).count) {
        case (0, _): .priorityNoFirst
        case (1, _): .priorityOneFirst
        case (_, ...2): .priorityFirstGroups
        default: .priorityFirsts
        }
    }

    private func priorityDetail(_ top: Priority, _ values: [String: RichText]) -> RichText {
        let detail = words.text(focus == .region ? .priorityDetail : .priorityMargin, values)
        return top.isRegional ? detail + " " + words.text(.priorityAllRegional) : detail
    }

    /// Names of the groups in these cells, each once.
    private func segments(_ cells: [Priority]) throws(ReportError) -> String {
        var names: [String] = []
        for segment in subject.segments where cells.contains(where: { $0.segment == segment.code }) {
            names.append("‘\(try name(ofSegment: segment))’")
        }
        return words.list(names)
    }

    /// Names of one or two areas of these cells, of more their number.
    private func areas(_ cells: [Priority]) throws(ReportError) -> String {
        let names = try areasByName().filter { area in cells.contains { $0.area == area.code } }.map(\.name)
        guard names.count > 2 else { return words.list(names) }
        return words.plain(.areasCounted, ["count": numbers.word(names.count), "areas": areasWord])
    }

    private func priorityReading(_ rules: PriorityRules) -> Report.Callout {
        let weights = [
            "people": RichText(numbers.points(rules.peopleWeight)), "gap": RichText(numbers.points(rules.gapWeight)),
            "ready": RichText(numbers.points(rules.readinessWeight)),
            "first": RichText(numbers.points(rules.firstFrom)), "next": RichText(numbers.points(rules.nextFrom))
        ]
        return Report.Callout(
            kind: .explanation, title: words[.howToRead],
            points: [
                words.text(.priorityReach), words.text(.priorityScore, weights), words.text(.priorityTiers, weights),
                words.text(.priorityRegional)
            ])
    }

    private func priorityLimits() -> Report.Callout {
        Report.Callout(
            kind: .doNotConclude, title: words[.whatNotToConclude],
            points: [words.text(.priorityNoEffect), words.text(.priorityNoRanking), words.text(.noPersons)])
    }

    /// The channel that most of the segment names, of those that are released.
    private func channel(_ rules: PriorityRules, _ segment: String) throws(ReportError) -> RichText {
        var best: (label: String, row: ReleasedRow)?
        for measure in rules.channels {
            guard let row = try row(measure, segment: segment), let share = row.estimate else { continue }
            if best.map({ share > ($0.row.estimate ?? 0) }) ?? true {
                best = (try label(try question(measure.question, place: "priorities")), row)
            }
        }
        guard let best else { return words.text(.hidden) }
        return RichText("\(best.label), ") + value(best.row)
    }

    func tier(_ tier: Priority.Tier) -> String {
        switch tier {
        case .first: words[.tierFirst]
        case .next: words[.tierNext]
        case .later: words[.tierLater]
        }
    }

    private func segmentName(_ code: String) throws(ReportError) -> String {
        guard let segment = subject.segments.first(where: { $0.code == code }) else { return code }
        return try name(ofSegment: segment)
    }

    private func areaName(_ code: String) throws(ReportError) -> String {
        guard let area = subject.areas.first(where: { $0.code == code }) else { return code }
        return try name(ofArea: area)
    }

    // MARK: Numbers

    /// Rounded as published numbers of people are.
    private func people(_ count: Double, _ cell: Priority) -> RichText {
        RichText([.number(numbers.count(Int(roundedPeople(count))), rows: cell.rowIDs)])
    }

    private func roundedPeople(_ count: Double) -> Double {
        let rules = publication.rules
        let step = count < rules.peopleThreshold ? rules.smallPeopleStep : rules.largePeopleStep
        return (count / step).rounded() * step
    }

    private func peopleRange(_ cell: Priority) -> RichText {
        let text =
            "\(numbers.count(Int(roundedPeople(cell.lower))))\u{2060}–\u{2060}\(numbers.count(Int(roundedPeople(cell.upper))))"
        return RichText([.number(text, rows: cell.rowIDs)])
    }

    // MARK: Tables

    /// Areas by name, segments in their order: tier and people.
    private func overview(
        _ cells: [Priority], _ label: String
    ) throws(ReportError) -> (own: DataTable, shared: RichText) {
        var cellOfPlace: [[String]: Priority] = [:]
        for cell in cells { cellOfPlace[[cell.area, cell.segment]] = cell }
        // A group without any figure is named once instead of filling a column.
        let shown = subject.segments.filter { segment in cells.contains { $0.segment == segment.code } }
        var names: [String] = []
        for segment in shown { names.append(try name(ofSegment: segment)) }
        let marks = subject.segments.indices.filter { index in
            shown.contains { $0.code == subject.segments[index].code }
        }
        let rows = try areasByName().map { area in
            DataTable.Row(
                header: area.name,
                cells: shown.map { segment in
                    guard let cell = cellOfPlace[[area.code, segment.code]] else { return .init("×", style: .hidden) }
                    guard roundedPeople(cell.people) > 0 else { return .init("–") }
                    return .init(
                        people(cell.people, cell), style: .heat([4, 2, 0][cell.tier.rawValue]),
                        isIndicative: cell.isRegional || cell.isIndicative, second: tier(cell.tier))
                })
        }
        let table = DataTable(
            caption: label, columns: [areaWord.capitalisedWord] + names, columnMarks: marks.map { $0 },
            rows: rows, isHeat: true)
        let hasDash = cells.contains { roundedPeople($0.people) == 0 }
        let unshown = try unshown(subject.segments.filter { segment in !shown.contains { $0.code == segment.code } })
        return (table, hasDash ? words.text(.priorityDash) + (unshown.isEmpty ? "" : " ") + unshown : unshown)
    }

    private func unshown(_ segments: [PublicationSubject.Named]) throws(ReportError) -> RichText {
        guard let first = segments.first else { return "" }
        guard segments.count > 1 else {
            return words.text(.priorityGroupHidden, ["segment": RichText(try name(ofSegment: first))])
        }
        var names: [String] = []
        for segment in segments { names.append("‘\(try name(ofSegment: segment))’") }
        return words.text(.priorityGroupsHidden, ["segments": RichText(words.list(names))])
    }

    /// One line a cell with everything that the score is made of. What is the same in every row stands once, above.
    private func parts(
        _ cells: [Priority], _ label: String, _ channels: [String: RichText]
    ) throws(ReportError) -> (own: DataTable, shared: RichText) {
        var rows: [DataTable.Row] = []
        for cell in cells {
            let header = isSegment ? try areaName(cell.area) : try segmentName(cell.segment)
            func number(_ share: Double) -> RichText { RichText([.number(numbers.percent(share), rows: cell.rowIDs)]) }
            let content: [RichText] = [
                RichText(tier(cell.tier)), people(cell.people, cell), peopleRange(cell), number(cell.gap),
                number(cell.readiness), RichText([.number(numbers.points(cell.score), rows: cell.rowIDs)]),
                channels[cell.segment] ?? "",
                RichText(cell.isRegional ? words[.fromRegion] : words[.fromHere])
            ]
            rows.append(.init(header: header, cells: content.map { .init($0) }))
        }
        if isSegment { rows.sort { Array($0.header.utf8).lexicographicallyPrecedes(Array($1.header.utf8)) } }
        let table = DataTable(
            caption: label,
            columns: [
                isSegment ? areaWord.capitalisedWord : words[.columnGroup], words[.columnTier], words[.columnReach],
                words[.columnMargin], words[.columnGap], words[.columnReady], words[.columnScore],
                words[.columnChannel], words[.columnFrom]
            ], rows: rows, wordColumns: [1, 7, 8])
        guard cells.count > 1 else { return (table, "") }
        var same = [4, 5, 7, 8].filter { column in
            rows.allSatisfy { $0.cells[column - 1].text.plain == rows[0].cells[column - 1].text.plain }
        }
        let own = table.without(same)
        var shared: RichText = ""
        // Of figures that are all the region's, or all the area's, the sentence says more than a word in each row.
        if same.last == 8, same.popLast() != nil, cells[0].isRegional {
            shared = words.text(.priorityAllRegional)
        }
        guard !same.isEmpty else { return (own, shared) }
        let items = same.enumerated().reduce(RichText("")) { text, item in
            text + RichText((item.offset == 0 ? "" : "; ") + table.columns[item.element].inSentence + ": ")
                + rows[0].cells[item.element - 1].text
        }
        return (own, words.text(.priorityEveryRow, ["items": items]) + (shared.isEmpty ? "" : " " + shared))
    }
}

extension DataTable {
    /// The table without some of its columns, counted from the corner.
    fileprivate func without(_ columns: [Int]) -> DataTable {
        let kept = self.columns.indices.filter { !columns.contains($0) }
        return DataTable(
            caption: caption, columns: kept.map { self.columns[$0] },
            rows: rows.map { row in
                .init(header: row.header, cells: kept.dropFirst().map { row.cells[$0 - 1] }, isTotal: row.isTotal)
            },
            wordColumns: Set(kept.indices.filter { wordColumns.contains(kept[$0]) }))
    }
}

extension RichText {
    /// The same without its last full stop, as a title.
    var withoutStop: RichText {
        var copy = parts
        if case .plain(let text) = copy.last, text.hasSuffix(".") {
            copy[copy.count - 1] = .plain(String(text.dropLast()))
        }
        return RichText(copy)
    }
}
