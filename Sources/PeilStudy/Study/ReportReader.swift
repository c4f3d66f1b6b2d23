import PeilDisclosure
import PeilIngest
import PeilReport
import PeilTable

/// Reads `report:`: the questions whose figures are made, and the outline of the page.
struct ReportReader {
    private let section: Section
    private let codebook: Codebook

    init(_ section: Section, _ codebook: Codebook) throws {
        self.section = section
        self.codebook = codebook
        try section.allow([
            "title", "population", "banner", "questions", "heading", "lead", "key_figures", "sections", "theme"
        ])
    }

    func report(
        _ areaWords: ReportOutline.AreaWords, geography: ReportOutline.Geography, theme: Theme
    ) throws -> ReportRequest {
        let questions = try section.sections("questions").map(question)
        var outline = ReportOutline(
            title: try section.optionalLocalized("heading"), lead: try section.optionalLocalized("lead"),
            keyFigures: try section.sections("key_figures").map(measure),
            sections: try section.sections("sections").map(pageSection), areaWords: areaWords)
        outline.geography = geography
        outline.theme = theme
        return ReportRequest(
            title: try section.localized("title"), population: try section.localized("population"),
            banner: try section.optionalLocalized("banner") ?? LocalizedText([:]), questions: questions,
            outline: outline)
    }

    private enum Kind: String, CaseIterable { case share, mean }

    private func question(_ entry: Section) throws -> ReportRequest.Question {
        try entry.allow(["variable", "label", "statistic", "levels", "unit", "base", "by_area", "by_segment", "people"])
        let name = try entry.text("variable")
        let known =
            codebook.variables.map(\.id) + codebook.derived.map(\.variable.name) + codebook.flagNames
            + [StudyRun.segmentVariable]
        guard known.contains(name) else {
            throw entry.fail(
                "variable", "a variable of the codebook",
                remedy: nearestName(to: name, among: known).map { "did you mean '\($0)'?" } ?? "check the codebook")
        }
        let kind: Kind = try entry.choice("statistic", default: .share)
        return ReportRequest.Question(
            variable: name, label: try entry.localized("label"), statistic: kind == .share ? .share : .mean,
            levels: try entry.texts("levels", default: []),
            unit: try entry.optionalLocalized("unit") ?? LocalizedText([:]),
            base: try entry.optionalLocalized("base") ?? (try section.localized("population")),
            byArea: try entry.flag("by_area", default: true), bySegment: try entry.flag("by_segment", default: false),
            people: try entry.flag("people", default: false))
    }

    // MARK: Outline

    private func measure(_ entry: Section) throws -> ReportOutline.Measure {
        try entry.allow(["question", "level", "says"])
        return .init(
            question: try entry.text("question"), level: try entry.optionalText("level") ?? "",
            says: try entry.optionalLocalized("says"))
    }

    private func pageSection(_ entry: Section) throws -> ReportOutline.Section {
        try entry.allow(["id", "title", "intro", "blocks"])
        return .init(
            id: try entry.text("id"), title: try entry.localized("title"), intro: try entry.optionalLocalized("intro"),
            blocks: try entry.sections("blocks").map(block))
    }

    /// A block is a mapping with one key, its kind.
    private func block(_ entry: Section) throws -> ReportOutline.Block {
        try entry.allow([
            "text", "messages", "area_dots", "bars", "likert", "segment_sizes", "segment_by_area", "levels",
            "means", "segment_profile"
        ])
        guard entry.keys.count == 1, let kind = entry.keys.first else {
            throw Failure(
                "WRONG_VALUE", "A block of the report has exactly one key, its kind", file: entry.file,
                line: entry.mark?.line, remedy: "start a new list item for each block",
                exitCode: ExitStatus.configuration)
        }
        switch kind {
        case "text": return .text(try entry.localized("text"))
        case "messages":
            let messages = try entry.section("messages")
            try messages.allow(["say", "avoid"])
            return .messages(say: try texts(messages, "say"), avoid: try texts(messages, "avoid"))
        case "area_dots": return .areaDots(try measure(entry.section("area_dots")))
        case "bars":
            let bars = try entry.section("bars")
            try bars.allow(["measures", "last"])
            return .bars(try bars.sections("measures").map(measure), last: try bars.texts("last", default: []))
        case "likert": return .likert(questions: try entry.texts("likert"))
        case "segment_sizes": return .segmentSizes(question: try entry.text("segment_sizes"))
        case "segment_by_area": return .segmentByArea(question: try entry.text("segment_by_area"))
        case "levels": return .levels(question: try entry.text("levels"))
        case "means": return .means(questions: try entry.texts("means"))
        default: return .segmentProfile(try entry.sections("segment_profile").map(measure))
        }
    }

    private func texts(_ entry: Section, _ key: String) throws -> [LocalizedText] {
        try entry.sections(key).map { try $0.wholeLocalized() }
    }
}

extension Section {
    /// This mapping itself as a text per language.
    func wholeLocalized() throws -> LocalizedText {
        var result: [String: String] = [:]
        for language in keys { result[language] = try text(language) }
        return LocalizedText(result)
    }
}
