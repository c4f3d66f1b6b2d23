public import PeilDisclosure

/// Puts a released publication in the order of an outline, in one language.
public enum ReportBuilder {
    /// Throws `.missingTranslation` with the key of the text, `.unknownQuestion` and `.unknownLevel` with the
    /// section that asked, `.badSectionID` for ids that cannot be anchors.
    public static func build(
        _ publication: Released<Publication>, outline: ReportOutline,
        language: Language
    ) throws(ReportError) -> Report {
        try checkAnchors(outline)
        let context = Context(publication.content, outline, language)
        var sections: [Report.Section] = []
        var findings: [[Finding]] = []
        // The key figures stand above the summary, which tells nothing twice.
        var told = Set<String>()
        for measure in outline.keyFigures { told.formUnion(try context.keyFinding(measure).rowIDs) }
        for section in outline.sections {
            let (made, found) = try build(section, context)
            sections.append(made)
            findings.append(found.filter { told.isDisjoint(with: $0.rowIDs) })
        }
        let summary = Summary.choose(findings)
        var keyFigures: [Report.KeyFigure] = []
        for measure in outline.keyFigures { keyFigures.append(try context.keyFigure(measure)) }
        let short = Report.Section(
            id: "in-short", title: context.words[.inShort],
            parts: [.init(blocks: [.findings(summary)], callouts: context.levelCallouts())])
        return try assemble(context, keyFigures: keyFigures, sections: (summary.isEmpty ? [] : [short]) + sections)
    }

    private static func assemble(
        _ context: Context, keyFigures: [Report.KeyFigure],
        sections: [Report.Section]
    ) throws(ReportError) -> Report {
        let subject = context.subject
        let wave = try context.waveLabel()
        let brand = try context.text(subject.title, "title")
        let banner = subject.banner.isEmpty ? nil : try context.text(subject.banner, "banner")
        let source = context.words.text(.wave, ["wave": RichText(wave)])
        return Report(
            language: context.language, title: try title(context, brand), brand: brand, waveLabel: wave,
            banner: banner, kicker: try kicker(context), lead: try lead(context), keyFigures: keyFigures,
            sections: sections, method: try context.methodBox(),
            footer: banner.map { RichText("\($0) ") + source } ?? source)
    }

    private static func title(_ context: Context, _ brand: String) throws(ReportError) -> RichText {
        if let title = context.outline.title { return RichText(try context.text(title, "report.title")) }
        guard let first = context.outline.keyFigures.first, first.says != nil else { return RichText(brand) }
        return try context.statement(first).capitalised
    }

    private static func kicker(_ context: Context) throws(ReportError) -> RichText {
        let region = try context.text(context.subject.region, "region")
        let population = try context.text(context.subject.population, "population")
        let everyone = context.publication.rows.first {
            $0.name.area.isEmpty && $0.name.segment.isEmpty && $0.n != nil
        }
        let start = RichText([.strong(region), .plain(" · \(population)")])
        guard let everyone else { return start }
        return start + " · " + context.words.text(.answers, ["n": context.count(everyone)])
    }

    /// The study's own words, or the second and third key figure as sentences.
    private static func lead(_ context: Context) throws(ReportError) -> [RichText] {
        if let lead = context.outline.lead { return [RichText(try context.text(lead, "report.lead"))] }
        var sentences: [RichText] = []
        for measure in context.outline.keyFigures.dropFirst().prefix(2) {
            sentences.append(try context.statement(measure).capitalised + ".")
        }
        return sentences
    }

    private static func build(
        _ section: ReportOutline.Section, _ context: Context
    ) throws(ReportError)
        -> (Report.Section, [Finding])
    {
        var parts: [Report.Part] = []
        var findings: [Finding] = []
        if let intro = section.intro {
            let text = try context.text(intro, "report.sections.\(section.id).intro")
            parts.append(.init(blocks: [.paragraph(RichText(text))], callouts: []))
        }
        var seen: Set<[Report.Callout.Line]> = []
        for (position, block) in section.blocks.enumerated() {
            let built = try context.built(block, place: section.id)
            // The same box twice in one section tells nothing new.
            let fresh = built.callouts.filter { seen.insert($0.lines).inserted }
            parts.append(.init(blocks: built.blocks.map { $0.renumbered(position) }, callouts: fresh))
            findings += built.summary
        }
        let title = try context.text(section.title, "report.sections.\(section.id).title")
        return (Report.Section(id: section.id, title: title, parts: parts), findings)
    }

    private static func checkAnchors(_ outline: ReportOutline) throws(ReportError) {
        var seen: Set<String> = ["in-short", "method", "content"]
        for section in outline.sections {
            let isWord = section.id.utf8.allSatisfy { byte in
                (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte) || byte == 45
            }
            guard isWord, !section.id.isEmpty, seen.insert(section.id).inserted else {
                throw .badSectionID(section.id)
            }
        }
    }
}

extension Report.Callout {
    typealias Line = String
    fileprivate var lines: [Line] { [title] + points.map(\.plain) }
}

extension Report.Block {
    /// Ids become unique in the page even when two blocks of a section show the same question.
    fileprivate func renumbered(_ position: Int) -> Report.Block {
        switch self {
        case .chart(let chart): .chart(chart.renamed("\(chart.id)-\(position)"))
        case .table(let table):
            .table(
                .init(
                    id: "\(table.id)-\(position)", title: table.title, subtitle: table.subtitle, key: table.key,
                    table: table.table, source: table.source))
        default: self
        }
    }
}

extension Chart {
    fileprivate func renamed(_ id: String) -> Chart {
        Chart(
            id: id, title: title, subtitle: subtitle, key: key, drawing: drawing,
            alternativeTitle: alternativeTitle, alternativeText: alternativeText, table: table, source: source)
    }
}

extension Context {
    func built(_ block: ReportOutline.Block, place: String) throws(ReportError) -> Built {
        switch block {
        case .text(let text):
            return Built(blocks: [.paragraph(RichText(try self.text(text, "report.sections.\(place).text")))])
        case .messages(let say, let avoid):
            var lists: [[RichText]] = []
            for texts in [say, avoid] {
                var list: [RichText] = []
                for text in texts { list.append(RichText(try self.text(text, "report.sections.\(place).messages"))) }
                lists.append(list)
            }
            return Built(blocks: [
                .messages(
                    sayTitle: words[.say], say: lists[0], avoidTitle: words[.avoid],
                    avoid: lists[1])
            ])
        case .areaDots(let measure): return try areaDots(measure, place: place)
        case .bars(let measures, let last): return try bars(measures, last: last, place: place)
        case .likert(let questions): return try likert(questions, place: place)
        case .segmentSizes(let question): return try segmentSizes(question, place: place)
        case .segmentByArea(let question): return try segmentByArea(question, place: place)
        case .levels(let question): return try levels(question, place: place)
        case .means(let questions): return try means(questions, place: place)
        case .segmentProfile(let measures): return try segmentProfile(measures, place: place)
        }
    }
}
