public import PeilDisclosure

/// Puts a released publication in the order of an outline, in one language, page by page.
public struct ReportBuilder: Sendable {
    private let publication: Publication
    private let outline: ReportOutline
    private let language: Language
    /// What all pages share.
    private let context: Context
    /// The overview first, then topics, segments, areas, and the method.
    public let pages: [PageName]

    /// Throws `.badSectionID` where ids cannot be anchors or file names, `.samePage` where two pages would share a file.
    public init(
        _ publication: Released<Publication>, outline: ReportOutline, language: Language
    ) throws(ReportError) {
        self.publication = publication.content
        self.outline = outline
        self.language = language
        var context = Context(publication.content, outline, language)
        try context.scorePriorities()
        self.context = context
        pages = Self.names(outline, publication.content.subject)
        try Self.checkAnchors(outline)
        var seen: Set<String> = []
        for page in pages where !seen.insert(page.file).inserted { throw .samePage(page.file) }
    }

    /// Pages that exist: the outline's, and the method.
    private static func names(_ outline: ReportOutline, _ subject: PublicationSubject) -> [PageName] {
        var names = [PageName(.overview)]
        names += outline.pages.enumerated().map { PageName(.topic($0.offset), topic: $0.element.id) }
        if outline.segmentPages != nil { names += subject.segments.map { PageName(.segment($0.code)) } }
        if outline.areaPages != nil { names += subject.areas.map { PageName(.area($0.code)) } }
        return names + [PageName(.method)]
    }

    /// Throws `.missingTranslation` with the key of the text, `.unknownQuestion` and `.unknownLevel` with the
    /// section that asked.
    public func build(_ page: PageName) throws(ReportError) -> Report {
        var context = context
        context.focus = page.focus
        switch page.kind {
        case .overview:
            return try assemble(
                page, context, keyFigures: outline.keyFigures, sections: outline.sections,
                title: try overviewTitle(context), lead: try overviewLead(context))
        case .topic(let index):
            let topic = outline.pages[index]
            let title = try context.text(topic.title, "report.pages.\(topic.id).title")
            let lead = try topic.lead.map { text throws(ReportError) in
                RichText(try context.text(text, "report.pages.\(topic.id).lead"))
            }
            return try assemble(
                page, context, keyFigures: [], sections: topic.sections, title: RichText(title),
                lead: [lead].compactMap { $0 }, isTopic: true)
        case .segment, .area:
            let content =
                (context.isSegment ? outline.segmentPages : outline.areaPages) ?? .init(keyFigures: [], sections: [])
            return try assemble(
                page, context, keyFigures: content.keyFigures, sections: content.sections,
                title: try context.placeTitle(content), lead: try context.placeLead())
        case .method:
            return try methodPage(page, context)
        }
    }

    // MARK: Pages

    private func assemble(
        _ page: PageName, _ start: Context, keyFigures measures: [ReportOutline.Measure],
        sections wanted: [ReportOutline.Section], title: RichText, lead: [RichText], isTopic: Bool = false
    ) throws(ReportError) -> Report {
        var context = start
        context.sections = wanted
        var sections: [Report.Section] = []
        var findings: [[Finding]] = []
        var explained: Set<String> = []
        for section in wanted {
            let (made, found) = try build(section, context, &explained)
            if !made.parts.isEmpty { sections.append(made) }
            findings.append(found)
        }
        let all = findings.flatMap { $0 }
        var head = PageHead(title: title, lead: lead, kicker: try kicker(context))
        // What stands above the summary is not told in it again; on a page of an area or a group its test is.
        if context.focus == .region {
            for measure in measures { head.told.formUnion(try context.keyFinding(measure).rowIDs) }
        }
        if isTopic {
            // What is the title of a chart below needs neither a heading nor a line above it.
            head.told.formUnion(all.filter(\.isChartTitle).flatMap(\.rowIDs))
            head.state(all)
        } else if outline.lead == nil || !isOverview(page) {
            head.answer(findings)
        }
        let summary = Summary.choose(findings, told: head.told).led(by: head.stated)
        var keyFigures: [Report.KeyFigure] = []
        for measure in measures { keyFigures.append(try context.keyFigure(measure)) }
        let compared = isOverview(page) ? try earlierWave(context) : nil
        let short = Report.Section(
            id: "in-short", title: context.words[.inShort],
            parts: [.init(blocks: [.findings(summary)], callouts: context.summaryCallouts(compared: compared))])
        var report = try frame(
            page, context, head, keyFigures: keyFigures,
            sections: (summary.isEmpty ? [] : [short]) + sections, findings: all, method: try context.methodInShort())
        report.cover = try context.cover(measures.first)
        return report
    }

    private func methodPage(_ page: PageName, _ context: Context) throws(ReportError) -> Report {
        try frame(
            page, context,
            PageHead(
                title: context.words.text(.methodTitle), lead: [context.words.text(.methodLead)],
                kicker: try kicker(context)),
            keyFigures: [], sections: [], findings: [], method: try context.methodBox())
    }

    private func frame(
        _ page: PageName, _ context: Context, _ head: PageHead, keyFigures: [Report.KeyFigure],
        sections: [Report.Section], findings: [Finding], method: Report.Method
    ) throws(ReportError) -> Report {
        let subject = context.subject
        let wave = try context.waveLabel()
        let own = subject.banner.isEmpty ? nil : try context.text(subject.banner, "banner")
        let spoken = [own, context.correctionNotice()].compactMap { $0 }
        let banner = spoken.isEmpty ? nil : spoken.joined(separator: " ")
        let source = context.words.text(.wave, ["wave": RichText(wave)])
        return Report(
            language: language, file: page.file, title: head.title, brand: try context.text(subject.title, "title"),
            waveLabel: wave, banner: banner, navigation: try navigation(page, context), kicker: head.kicker,
            lead: head.lead, keyFigures: keyFigures, sections: sections, findings: findings, method: method,
            footer: own.map { RichText("\($0) ") + source } ?? source)
    }

    /// The overview, the topics, the page itself where it is one of many, the method.
    private func navigation(_ current: PageName, _ context: Context) throws(ReportError) -> [Report.Link] {
        guard pages.count > 1 else { return [] }
        var links = [Report.Link(title: context.words[.overviewLink], page: "index")]
        for topic in outline.pages {
            links.append(.init(title: try context.text(topic.title, "report.pages.\(topic.id).title"), page: topic.id))
        }
        if current.focus != .region { links.append(.init(title: try context.placeName(), page: current.file)) }
        links.append(.init(title: context.words[.method], page: PageName(.method).file))
        return links.map { .init(title: $0.title, page: $0.page, isCurrent: $0.page == current.file) }
    }

    // MARK: The overview

    private func overviewTitle(_ context: Context) throws(ReportError) -> RichText {
        if let title = outline.title { return RichText(try context.text(title, "report.title")) }
        guard let first = outline.keyFigures.first, first.says != nil else {
            return RichText(try context.text(publication.subject.title, "title"))
        }
        return try context.statement(first).capitalised
    }

    private func isOverview(_ page: PageName) -> Bool { if case .overview = page.kind { true } else { false } }

    /// The study's own words, or how the figure in the heading compares with the earlier wave.
    private func overviewLead(_ context: Context) throws(ReportError) -> [RichText] {
        if let lead = outline.lead { return [RichText(try context.text(lead, "report.lead"))] }
        return [try earlierWave(context)?.sentence].compactMap { $0 }
    }

    /// What the lead of the overview says of the earlier wave.
    private func earlierWave(_ context: Context) throws(ReportError) -> Context.EarlierWave? {
        guard outline.lead == nil, outline.title == nil, let first = outline.keyFigures.first, first.says != nil
        else { return nil }
        return try context.comparedWithEarlier(first)
    }

    /// Who the page is about, and how many answered.
    private func kicker(_ context: Context) throws(ReportError) -> RichText {
        let kind: String =
            switch context.focus {
            case .region: try context.text(publication.subject.region, "region")
            case .area: context.areaWord.capitalisedWord
            case .segment: context.words[.columnGroup]
            }
        let population = try context.text(publication.subject.population, "population")
        let start = RichText([.strong(kind), .plain(" · \(population)")])
        let most = context.ownRows.filter { $0.n != nil }.max { ($0.n ?? 0) < ($1.n ?? 0) }
        guard let most else { return start }
        return start + " · " + context.words.text(.answers, ["n": context.count(most)])
    }

    // MARK: Sections

    private func build(
        _ section: ReportOutline.Section, _ context: Context, _ explained: inout Set<String>
    ) throws(ReportError) -> (Report.Section, [Finding]) {
        var parts: [Report.Part] = []
        var findings: [Finding] = []
        if let intro = section.intro {
            let text = try context.text(intro, "report.sections.\(section.id).intro")
            parts.append(.init(blocks: [.paragraph(RichText(text))], callouts: []))
        }
        var seen: Set<[Report.Callout.Line]> = []
        for (position, block) in section.blocks.enumerated() {
            let built = try context.built(block, place: section.id)
            guard !built.blocks.isEmpty else { continue }
            // The same box twice in one section tells nothing new.
            let fresh = built.callouts.compactMap { $0.without(&explained) }.filter { seen.insert($0.lines).inserted }
            parts.append(.init(blocks: built.blocks.map { $0.renumbered(position) }, callouts: fresh))
            findings += built.summary
        }
        let title = try context.text(section.title, "report.sections.\(section.id).title")
        return (Report.Section(id: section.id, title: title, parts: parts), findings)
    }

    private static func checkAnchors(_ outline: ReportOutline) throws(ReportError) {
        let places = [outline.segmentPages?.sections ?? [], outline.areaPages?.sections ?? []]
        for sections in [outline.sections] + outline.pages.map(\.sections) + places {
            var seen: Set<String> = ["in-short", "method", "content"]
            for section in sections where !isWord(section.id) || !seen.insert(section.id).inserted {
                throw .badSectionID(section.id)
            }
        }
        for page in outline.pages where !isWord(page.id) { throw .badSectionID(page.id) }
    }

    private static func isWord(_ id: String) -> Bool {
        !id.isEmpty
            && id.utf8.allSatisfy { byte in
                (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte) || byte == 45
            }
    }
}

extension Report.Callout {
    typealias Line = String
    fileprivate var lines: [Line] { [title] + points.map(\.plain) }

    /// How to read a drawing is explained once a page; nil where nothing is left to explain. What not to conclude stands
    /// beside every finding that it limits.
    fileprivate func without(_ explained: inout Set<Line>) -> Report.Callout? {
        guard kind == .explanation else { return self }
        let fresh = points.filter { explained.insert($0.plain).inserted }
        return fresh.isEmpty ? nil : Report.Callout(kind: kind, title: title, points: fresh)
    }
}

extension Report.Block {
    /// Ids become unique in the page even when two blocks of a section show the same question.
    fileprivate func renumbered(_ position: Int) -> Report.Block {
        switch self {
        case .chart(var chart):
            chart.id += "-\(position)"
            return .chart(chart)
        case .table(var table):
            table.id += "-\(position)"
            return .table(table)
        default: return self
        }
    }
}
