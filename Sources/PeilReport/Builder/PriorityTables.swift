import PeilDisclosure

/// Where a campaign reaches most people who are willing: a table a behaviour, as the page's place asks for.
extension Context {
    func priorities(place: String) throws(ReportError) -> Built {
        guard let rules = outline.priorities else { return Built(blocks: []) }
        var built = Built(blocks: [], callouts: [priorityReading(rules), priorityLimits()])
        var channels: [String: RichText] = [:]
        for segment in subject.segments { channels[segment.code] = try channel(rules, segment.code) }
        for (position, behaviour) in rules.behaviours.enumerated() {
            let set = try PrioritySet(behaviour, rules, self)
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
            built.blocks.append(
                .table(
                    .init(
                        id: id, title: finding.sentence.withoutStop,
                        subtitle: words.plain(focus == .region ? .priorityOverview : .priorityParts, ["label": label]),
                        key: [], table: table, source: words.text(.sourceWave, ["wave": RichText(try waveLabel())]))))
            built.summary.append(finding)
        }
        return built
    }

    // MARK: Words

    private func priorityFinding(_ cells: [Priority], _ label: String, _ id: String) throws(ReportError) -> Finding {
        let first = cells.filter { $0.tier == .first }
        guard let top = (first.isEmpty ? cells : first).max(by: { $0.score < $1.score }) else {
            return Finding(id: id, evidence: .tooFew, rowIDs: [], sentence: words.text(.hidden), detail: "")
        }
        let values = [
            "label": RichText(label), "people": people(top.people, top), "count": RichText(numbers.word(first.count)),
            "segment": RichText(try segmentName(top.segment)), "area": RichText(try areaName(top.area))
        ]
        let phrase: Phrase =
            switch focus {
            case .region: first.isEmpty ? .priorityNoFirst : first.count == 1 ? .priorityOneFirst : .priorityFirsts
            case .area: .priorityOfArea
            case .segment: .priorityOfSegment
            }
        return Finding(
            id: id, evidence: top.isIndicative || top.isRegional ? .indicative : .estimated, rowIDs: top.rowIDs,
            sentence: words.text(phrase, values), detail: words.text(.priorityDetail, values))
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
    private func overview(_ cells: [Priority], _ label: String) throws(ReportError) -> DataTable {
        var names: [String] = []
        for segment in subject.segments { names.append(try name(ofSegment: segment)) }
        var cellOfPlace: [[String]: Priority] = [:]
        for cell in cells { cellOfPlace[[cell.area, cell.segment]] = cell }
        let rows = try areasByName().map { area in
            DataTable.Row(
                header: area.name,
                cells: subject.segments.map { segment in
                    guard let cell = cellOfPlace[[area.code, segment.code]] else { return .init("×", style: .hidden) }
                    guard roundedPeople(cell.people) > 0 else { return .init("–") }
                    return .init(
                        people(cell.people, cell), style: .heat([4, 2, 0][cell.tier.rawValue]),
                        isIndicative: cell.isRegional || cell.isIndicative, second: tier(cell.tier))
                })
        }
        return DataTable(
            caption: label, columns: [areaWord.capitalisedWord] + names, columnMarks: names.indices.map { $0 },
            rows: rows, isHeat: true)
    }

    /// One line a cell with everything that the score is made of.
    private func parts(
        _ cells: [Priority], _ label: String, _ channels: [String: RichText]
    ) throws(ReportError) -> DataTable {
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
        return DataTable(
            caption: label,
            columns: [
                isSegment ? areaWord.capitalisedWord : words[.columnGroup], words[.columnTier], words[.columnReach],
                words[.columnMargin], words[.columnGap], words[.columnReady], words[.columnScore],
                words[.columnChannel], words[.columnFrom]
            ], rows: rows, wordColumns: [1, 7, 8])
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
