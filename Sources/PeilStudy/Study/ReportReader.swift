import PeilDisclosure
import PeilIngest
import PeilReport
import PeilTable

/// Reads `report:`: the questions whose figures are made, and the outline of the page.
struct ReportReader {
    private let section: Section
    private let codebook: Codebook
    private let folder: String

    init(_ section: Section, _ codebook: Codebook, folder: String) throws {
        self.section = section
        self.folder = folder
        self.codebook = codebook
        try section.allow([
            "title", "population", "banner", "questions", "heading", "lead", "key_figures", "sections", "pages",
            "segment_pages", "area_pages", "messages", "priorities", "theme", "formats"
        ])
    }

    func report(
        _ areaWords: ReportOutline.AreaWords, geography: ReportOutline.Geography, theme: Theme,
        segments: Study.SegmentRequest?, labels: ReportLabels
    ) throws -> ReportRequest {
        let questions = try section.sections("questions").map(question)
        let messages = try messages(of: segments)
        var outline = ReportOutline(
            title: try section.optionalLocalized("heading"), lead: try section.optionalLocalized("lead"),
            keyFigures: try section.sections("key_figures").map(measure),
            sections: try section.sections("sections").map(pageSection), areaWords: areaWords,
            pages: try pages(), segmentPages: try placePage("segment_pages"), areaPages: try placePage("area_pages"),
            segmentQuestion: questions.contains { $0.variable == StudyRun.segmentVariable }
                ? StudyRun.segmentVariable : "",
            messages: messages.bySegment, priorities: try priorities())
        outline.geography = geography
        outline.modeLabels = labels.modes
        outline.controlLabels = labels.variables
        outline.sourceWordings = labels.sources
        outline.theme = theme
        return ReportRequest(
            title: try section.localized("title"), population: try section.localized("population"),
            banner: try section.optionalLocalized("banner") ?? LocalizedText([:]), questions: questions,
            outline: outline, formats: try formats(), texts: [messages.text].compactMap { $0 })
    }

    private func formats() throws -> Set<ReportFormat> {
        guard !section.isAbsent("formats") else { return ReportFormat.standard }
        let words = try section.texts("formats")
        let known = ReportFormat.allCases.map(\.rawValue)
        let formats = words.compactMap { ReportFormat(rawValue: $0) }
        if let unknown = words.first(where: { !known.contains($0) }) {
            throw section.fail(
                "formats", "forms of a publication (\(known.joined(separator: ", "))), and '\(unknown)' is none",
                remedy: nearestName(to: unknown, among: known).map { "did you mean '\($0)'?" } ?? "choose among them")
        }
        guard !formats.isEmpty else {
            throw section.fail("formats", "at least one of \(known.joined(separator: ", "))")
        }
        return Set(formats)
    }

    private enum Kind: String, CaseIterable { case share, mean }

    private func question(_ entry: Section) throws -> ReportRequest.Question {
        try entry.allow([
            "variable", "label", "statistic", "levels", "unit", "base", "by_area", "by_segment", "people",
            "by_area_and_segment"
        ])
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
            people: try entry.flag("people", default: false),
            byAreaAndSegment: try entry.flag("by_area_and_segment", default: false))
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
            "means", "segment_profile", "against", "differences", "trend", "drivers", "map", "endurance", "show"
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
            try bars.allow(["measures", "last", "topic"])
            return .bars(
                try bars.sections("measures").map(measure), last: try bars.texts("last", default: []),
                topic: try bars.optionalLocalized("topic"))
        case "likert": return .likert(questions: try entry.texts("likert"))
        case "segment_sizes": return .segmentSizes(question: try entry.text("segment_sizes"))
        case "segment_by_area": return .segmentByArea(question: try entry.text("segment_by_area"))
        case "levels": return .levels(question: try entry.text("levels"))
        case "means": return .means(questions: try entry.texts("means"))
        case "against": return .against(try entry.sections("against").map(measure))
        case "differences": return .differences(questions: try entry.texts("differences"))
        case "trend": return .trend(try entry.sections("trend").map(measure))
        case "map": return .areaMap(try measure(entry.section("map")))
        case "endurance": return try endurance(entry.section("endurance"))
        case "drivers": return .drivers(model: try entry.text("drivers"))
        case "show": return .show(try entry.choice("show"))
        default: return .segmentProfile(try entry.sections("segment_profile").map(measure))
        }
    }

    // MARK: Pages

    private func pages() throws -> [ReportOutline.Page] {
        try section.sections("pages", optional: true).map { entry in
            try entry.allow(["id", "title", "lead", "sections"])
            return .init(
                id: try entry.text("id"), title: try entry.localized("title"),
                lead: try entry.optionalLocalized("lead"), sections: try entry.sections("sections").map(pageSection))
        }
    }

    private func placePage(_ key: String) throws -> ReportOutline.PlacePage? {
        guard let entry = try section.optionalSection(key) else { return nil }
        try entry.allow(["key_figures", "sections"])
        return .init(
            keyFigures: try entry.sections("key_figures").map(measure),
            sections: try entry.sections("sections").map(pageSection))
    }

    /// The message file: for each segment what to say and what not. Its text belongs to what the study is.
    /// A message for a segment that the study does not have would pass unseen, so it is refused.
    private func messages(
        of segments: Study.SegmentRequest?
    ) throws -> (bySegment: [String: ReportOutline.Messages], text: String?) {
        guard !section.isAbsent("messages") else { return ([:], nil) }
        let path = StudyFiles.join(folder, try section.path("messages"))
        let text = try StudyFiles.text(path, what: "message")
        let file = try Section.document(text, file: path)
        var result: [String: ReportOutline.Messages] = [:]
        if let known = segments?.ruledCodes { try file.allow(known) }
        for code in file.keys {
            let entry = try file.section(code)
            try entry.allow(["say", "avoid"])
            result[code] = .init(say: try texts(entry, "say"), avoid: try texts(entry, "avoid"))
        }
        return (result, text)
    }

    private func priorities() throws -> PriorityRules? {
        guard let entry = try section.optionalSection("priorities") else { return nil }
        try entry.allow(["behaviours", "channels", "weights", "first_from", "next_from"])
        let behaviours = try entry.sections("behaviours").map { item in
            try item.allow(["label", "done", "ready"])
            return PriorityRules.Behaviour(
                label: try item.localized("label"), done: try measure(item.section("done")),
                ready: try measure(item.section("ready")))
        }
        let rules = PriorityRules(
            behaviours: behaviours, channels: try entry.sections("channels", optional: true).map(measure))
        return try weighted(rules, entry)
    }

    private func weighted(_ start: PriorityRules, _ entry: Section) throws -> PriorityRules {
        var rules = start
        if let weights = try entry.optionalSection("weights") {
            try weights.allow(["people", "gap", "readiness"])
            rules.peopleWeight = try weights.number("people", default: 0)
            rules.gapWeight = try weights.number("gap", default: 0)
            rules.readinessWeight = try weights.number("readiness", default: 0)
            let parts = [rules.peopleWeight, rules.gapWeight, rules.readinessWeight]
            guard parts.allSatisfy({ $0 >= 0 }), abs(parts.reduce(0, +) - 1) < 1e-9 else {
                throw entry.fail(
                    "weights", "three weights, none negative, that add up to 1",
                    remedy: "for example people 0.5, gap 0.25, readiness 0.25")
            }
        }
        rules.firstFrom = try entry.number("first_from", default: rules.firstFrom)
        rules.nextFrom = try entry.number("next_from", default: rules.nextFrom)
        guard rules.nextFrom > 0, rules.nextFrom < rules.firstFrom, rules.firstFrom < 1 else {
            throw entry.fail(
                "first_from", "0 < next_from < first_from < 1", remedy: "for example next_from 0.3, first_from 0.5")
        }
        return rules
    }

    private func endurance(_ entry: Section) throws -> ReportOutline.Block {
        try entry.allow(["end", "steps"])
        let end = try entry.number("end")
        let steps = try entry.sections("steps").map { step in
            try step.allow(["hours", "question", "level"])
            return ReportOutline.EnduranceStep(
                hours: try step.number("hours"),
                measure: .init(question: try step.text("question"), level: try step.optionalText("level") ?? ""))
        }
        guard end > 0, end <= 24 * 31, steps.allSatisfy({ $0.hours > 0 && $0.hours <= end }),
            steps.contains(where: { $0.hours == end })
        else {
            throw entry.fail(
                "steps", "hours from 0 to `end`, and one at `end`", remedy: "for example hours 24 and 72 with end 72")
        }
        return .endurance(steps, end: end)
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
