import PeilDisclosure
import PeilTable

/// What the page of an area or a segment says of itself.
extension Context {
    func show(_ part: ReportOutline.Part, place: String) throws(ReportError) -> Built {
        switch part {
        case .messages: try ownMessages(place: place)
        case .segmentAreas: try segmentAreas(place: place)
        case .confidence: try confidence()
        case .notShown: try notShown()
        case .pages: try pageLinks()
        case .priorities: try priorities(place: place)
        }
    }

    /// The direction that the study's message file gives for this segment.
    private func ownMessages(place: String) throws(ReportError) -> Built {
        guard case .segment(let code) = focus, let own = try messages(code) else { return Built(blocks: []) }
        return Built(blocks: [.paragraph(words.text(.messagesSource)), own])
    }

    /// What the study says to a segment and what not; nil where its file does not name it.
    func messages(_ code: String) throws(ReportError) -> Report.Block? {
        guard let own = outline.messages[code] else { return nil }
        func texts(_ list: [LocalizedText]) throws(ReportError) -> [RichText] {
            var result: [RichText] = []
            for text in list { result.append(RichText(try self.text(text, "report.messages.\(code)"))) }
            return result
        }
        return .messages(
            sayTitle: words[.say], say: try texts(own.say), avoidTitle: words[.avoid], avoid: try texts(own.avoid))
    }

    /// The size of the page's segment in every area.
    private func segmentAreas(place: String) throws(ReportError) -> Built {
        guard case .segment(let code) = focus, !outline.segmentQuestion.isEmpty else { return Built(blocks: []) }
        return try areaDots(.init(question: outline.segmentQuestion, level: code), place: place)
    }

    // MARK: How sure

    /// Answers, effective answers, widest margin, smallest visible change of the page's own people, and what follows.
    private func confidence() throws(ReportError) -> Built {
        let own = ownRows.filter { $0.name.statistic != .people }
        let shown = own.filter(\.isShown)
        let most = shown.max { ($0.n ?? 0) < ($1.n ?? 0) }
        guard let most, most.n != nil else {
            return Built(blocks: [.paragraph(words.text(.confidenceNone))])
        }
        var items = [Report.Definition(term: words[.columnBase], text: count(most))]
        // The answers stand in the first line; what the weights of the whole area are like, on the method page.
        for fact in publication.facts where fact.topic == "fieldwork" && !fact.area.isEmpty && fact.area == focus.area {
            items.append(.init(term: try factLabel(fact), text: RichText(text(of: fact.value))))
        }
        if let least = shown.filter({ $0.effectiveN != nil }).min(by: { ($0.effectiveN ?? 0) < ($1.effectiveN ?? 0) }),
            let effective = least.effectiveN
        {
            let text = RichText.number(numbers.count(Int(effective)), least.rowID)
            items.append(.init(term: words[.columnEffective], text: words.text(.atLeast, ["n": text])))
        }
        let shares = shown.filter { $0.name.statistic == .share && $0.lower != nil && $0.upper != nil }
        if let widest = shares.max(by: { width($0) < width($1) }) {
            let text = RichText.number(numbers.points((width(widest) * 50 - 1e-9).rounded(.up) / 100), widest.rowID)
            items.append(.init(term: words[.columnMargin], text: words.text(.atMostPoints, ["n": text])))
        }
        if let change = shares.filter({ $0.detectableChange != nil }).max(by: {
            ($0.detectableChange ?? 0) < ($1.detectableChange ?? 0)
        }), let points = change.detectableChange {
            let text = RichText.number(numbers.points(points), change.rowID)
            items.append(.init(term: words[.detectableTitle], text: words.text(.visibleFrom, ["n": text])))
        }
        let weak = shown.filter(\.isIndicative).count
        let values = ["weak": RichText(numbers.count(weak)), "all": RichText(numbers.count(own.count))]
        let verdict: Phrase = weak == 0 ? .confidenceGood : weak < shown.count ? .confidenceMixed : .confidenceWeak
        return Built(blocks: [.paragraph(words.text(verdict, values)), .definitions(items)])
    }

    /// As finely as the tables have it: half of it, rounded up, is what a margin is at most.
    private func width(_ row: ReleasedRow) -> Double { (row.finestUpper ?? 0) - (row.finestLower ?? 0) }

    // MARK: What is left out

    /// Every figure of the page's own people that no rule lets through, by question.
    private func notShown() throws(ReportError) -> Built {
        var items: [RichText] = []
        let rowsOfQuestion = Dictionary(grouping: ownRows.filter { $0.name.statistic != .people }, by: \.name.question)
        for question in subject.questions {
            let own = rowsOfQuestion[question.id] ?? []
            let hidden = own.filter { !$0.isShown }
            guard !hidden.isEmpty else { continue }
            let label = try label(question)
            if hidden.count == own.count {
                let reason: Phrase =
                    hidden.contains { $0.reason == .sensitiveBelowRegion } ? .hiddenSensitive : .hiddenAll
                items.append(words.text(reason, ["label": RichText(label)]))
                continue
            }
            var levels: [String] = []
            for row in hidden where !row.name.level.isEmpty {
                levels.append("‘\(try self.label(row.name.level, of: question, place: "not-shown"))’")
            }
            items.append(
                words.text(.hiddenLevels, ["label": RichText(label), "levels": RichText(words.list(levels))]))
        }
        guard !items.isEmpty else { return Built(blocks: [.paragraph(words.text(.everythingShown))]) }
        return Built(blocks: [.paragraph(words.text(.hiddenWhy)), .list(items)])
    }

    // MARK: Other pages

    private func pageLinks() throws(ReportError) -> Built {
        var blocks: [Report.Block] = []
        if outline.segmentPages != nil, !subject.segments.isEmpty {
            var links: [Report.Link] = []
            for segment in subject.segments {
                links.append(.init(title: try name(ofSegment: segment), page: PageName(.segment(segment.code)).file))
            }
            blocks.append(.links(title: words[.segmentPagesTitle], links))
        }
        if outline.areaPages != nil, !subject.areas.isEmpty {
            let links = try areasByName().map { Report.Link(title: $0.name, page: PageName(.area($0.code)).file) }
            blocks.append(.links(title: words.plain(.areaPagesTitle, ["areas": areasWord]).capitalisedWord, links))
        }
        return Built(blocks: blocks)
    }
}
