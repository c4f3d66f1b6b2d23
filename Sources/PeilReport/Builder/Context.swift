import PeilDisclosure
import PeilTable

/// What every block needs: the released rows by name, the words, and the study's own texts in one language.
struct Context {
    typealias Question = PublicationSubject.Question

    let publication: Publication
    let outline: ReportOutline
    let language: Language
    let words: Wording
    var numbers: NumberText { words.numbers }
    var subject: PublicationSubject { publication.subject }
    /// Whom the page is about.
    var focus = Focus.region
    /// Sections of the page, whose titles some blocks use.
    var sections: [ReportOutline.Section] = []
    /// Cells of each behaviour, scored once for all pages; empty where no page shows them.
    private(set) var prioritySets: [PrioritySet] = []
    private let rowsByName: ReleasedRows.NameIndex
    let questionOfID: [String: Question]
    /// Rows by area and segment: a page looks through its own only.
    private let rowsOfPlace: [Focus: [Int]]

    init(_ publication: Publication, _ outline: ReportOutline, _ language: Language) {
        self.publication = publication
        sections = outline.sections
        self.outline = outline
        self.language = language
        words = Wording(language)
        rowsByName = publication.rows.nameIndex()
        var rowsOfPlace: [Focus: [Int]] = [:]
        for position in publication.rows.indices {
            let name = publication.rows.name(at: position)
            guard name.area.isEmpty || name.segment.isEmpty else { continue }
            let segment = name.segment.isEmpty ? Focus.region : .segment(name.segment)
            rowsOfPlace[name.area.isEmpty ? segment : .area(name.area), default: []].append(position)
        }
        self.rowsOfPlace = rowsOfPlace
        questionOfID = Dictionary(
            publication.subject.questions.map { ($0.id, $0) },
            uniquingKeysWith: { first, _ in first })
    }

    /// Scores every cell for every page: hundreds of areas' pages need not do it again each.
    mutating func scorePriorities() throws(ReportError) {
        guard let rules = outline.priorities, prioritySets.isEmpty, outline.showsPriorities else { return }
        for behaviour in rules.behaviours { prioritySets.append(try PrioritySet(behaviour, rules, self)) }
    }

    func row(
        _ question: String, _ level: String, area: String = "", segment: String = "",
        _ statistic: FigureName.Statistic = .share
    ) -> ReleasedRow? {
        publication.rows.row(
            FigureName(question: question, level: level, area: area, segment: segment, statistic: statistic),
            by: rowsByName)
    }

    func row(
        _ measure: ReportOutline.Measure, area: String = "", segment: String = ""
    ) throws(ReportError)
        -> ReleasedRow?
    {
        let question = try question(measure.question, place: "")
        return row(measure.question, measure.level, area: area, segment: segment, question.statistic)
    }

    /// All rows of whom the page is about, in published order.
    var ownRows: [ReleasedRow] { (rowsOfPlace[focus] ?? []).map { publication.rows[$0] } }

    /// The row of whom the page is about.
    func here(
        _ question: String, _ level: String, _ statistic: FigureName.Statistic = .share
    ) -> ReleasedRow? {
        row(question, level, area: focus.area, segment: focus.segment, statistic)
    }

    func here(_ measure: ReportOutline.Measure) throws(ReportError) -> ReleasedRow? {
        try row(measure, area: focus.area, segment: focus.segment)
    }

    func row(_ question: String, _ level: String, _ statistic: FigureName.Statistic) -> ReleasedRow? {
        row(question, level, area: "", segment: "", statistic)
    }

    // MARK: Texts of the study

    func text(_ text: LocalizedText, _ key: @autoclosure () -> String) throws(ReportError) -> String {
        guard let found = text.text(in: language.rawValue) else {
            throw .missingTranslation(key: key(), language: language)
        }
        return found
    }

    func question(_ id: String, place: String) throws(ReportError) -> Question {
        guard let question = questionOfID[id] else { throw .unknownQuestion(id, place: place) }
        return question
    }

    func label(_ question: Question) throws(ReportError) -> String {
        try text(question.label, "questions.\(question.id).label")
    }

    /// Who is in the base; on the page of an area or a segment those of them who belong there.
    func base(_ question: Question) throws(ReportError) -> String {
        let base = try text(question.base, "questions.\(question.id).base")
        return focus == .region ? base : "\(base) (\(try placeName()))"
    }

    func label(_ code: String, of question: Question, place: String) throws(ReportError) -> String {
        guard let level = question.levels.first(where: { $0.code == code }) else {
            throw .unknownLevel(question: question.id, level: code, place: place)
        }
        return try text(level.label, "questions.\(question.id).levels.\(code)")
    }

    /// "Wie helpt u (buren)", or the label alone for a mean and for a plain "yes": nobody takes its share for that of the noes.
    func label(_ measure: ReportOutline.Measure, place: String) throws(ReportError) -> String {
        let question = try question(measure.question, place: place)
        let label = try label(question)
        guard !measure.level.isEmpty else { return label }
        let level = try self.label(measure.level, of: question, place: place)
        let isYes = level.lowercased() == words[.yes]
        var hasOther = false
        for other in question.levels where other.code != measure.level {
            let name = try self.label(other.code, of: question, place: place).lowercased()
            if name.hasPrefix(words[.yes]) { hasOther = true }
        }
        return isYes && !hasOther ? label : "\(label) (\(level))"
    }

    func name(ofArea area: PublicationSubject.Named) throws(ReportError) -> String {
        try text(area.label, "areas.\(area.code).label")
    }

    func name(ofSegment segment: PublicationSubject.Named) throws(ReportError) -> String {
        try text(segment.label, "segments.\(segment.code).label")
    }

    /// Areas with their names, in order of name: never in order of a value.
    func areasByName() throws(ReportError) -> [(code: String, name: String)] {
        var named: [(code: String, name: String)] = []
        for area in subject.areas { named.append((area.code, try name(ofArea: area))) }
        return named.sorted { Array($0.name.utf8).lexicographicallyPrecedes(Array($1.name.utf8)) }
    }

    /// The name of the area or segment of the page, or of the region.
    func placeName() throws(ReportError) -> String {
        switch focus {
        case .region: return try text(subject.region, "region")
        case .area(let code):
            guard let area = subject.areas.first(where: { $0.code == code }) else { return code }
            return try name(ofArea: area)
        case .segment(let code):
            guard let segment = subject.segments.first(where: { $0.code == code }) else { return code }
            return try name(ofSegment: segment)
        }
    }

    var areaWord: String { outline.areaWords.singular.text(in: language.rawValue) ?? "" }
    var areasWord: String { outline.areaWords.plural.text(in: language.rawValue) ?? "" }

    func waveLabel() throws(ReportError) -> String { try text(subject.waveLabel, "wave.label") }

    // MARK: Values as text

    /// The value as a page prints it: `31%`, `31,4`, "minder dan 4%", or why there is none.
    func value(_ row: ReleasedRow?) -> RichText {
        guard let row else { return words.text(.notAsked) }
        switch row.bound {
        case .below(let limit): return words.text(.below, ["value": .number(numbers.percent(limit), row.rowID)])
        case .above(let limit): return words.text(.above, ["value": .number(numbers.percent(limit), row.rowID)])
        case nil: break
        }
        guard let estimate = row.estimate else { return words.text(.hidden) }
        return .number(number(estimate, row.name.statistic), row.rowID)
    }

    func number(_ value: Double, _ statistic: FigureName.Statistic) -> String {
        switch statistic {
        case .share: numbers.percent(value)
        case .mean: numbers.decimal(value, places: 1)
        case .people: numbers.count(Int(value))
        }
    }

    /// `26–36`, empty where no interval is published.
    func range(_ row: ReleasedRow?) -> RichText {
        guard let row, let lower = row.lower, let upper = row.upper else { return "" }
        let joiner = "\u{2060}–\u{2060}"
        switch row.name.statistic {
        case .share: return .number(numbers.range(lower, upper), row.rowID)
        case .mean:
            let text = numbers.decimal(lower, places: 1) + joiner + numbers.decimal(upper, places: 1)
            return .number(text, row.rowID)
        case .people:
            return .number(numbers.count(Int(lower)) + joiner + numbers.count(Int(upper)), row.rowID)
        }
    }

    func count(_ row: ReleasedRow?) -> RichText {
        guard let row, let n = row.n else { return "" }
        return .number(numbers.count(n), row.rowID)
    }

    /// The value as a mark on an axis; nil for hidden rows and bounds, which are words only.
    func chartValue(_ row: ReleasedRow?) -> Chart.Value? {
        guard let row, let estimate = row.estimate else { return nil }
        return Chart.Value(
            estimate: estimate, lower: row.lower, upper: row.upper, isIndicative: row.isIndicative,
            text: value(row), range: range(row))
    }

    func word(_ verdict: Verdict) -> String {
        switch verdict {
        case .higher: words[.higher]
        case .lower: words[.lower]
        case .seemsHigher: words[.seemsHigher]
        case .seemsLower: words[.seemsLower]
        case .notDistinguishable: words[.same]
        case .untested: words[.untested]
        case .hidden: words[.hidden]
        case .notAsked: words[.notAsked]
        }
    }

    func source(_ question: Question, _ row: ReleasedRow?) throws(ReportError) -> RichText {
        let base = RichText(try base(question))
        let wave = RichText(try waveLabel())
        guard row?.n != nil else { return words.text(.sourceBases, ["base": base, "wave": wave]) }
        return words.text(.source, ["base": base, "n": count(row), "wave": wave])
    }
}

/// A built block: what stands in its section, and what the summary may take from it.
struct Built {
    var blocks: [Report.Block]
    var callouts: [Report.Callout] = []
    var summary: [Finding] = []
}
