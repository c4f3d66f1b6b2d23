import PeilDisclosure

/// One sheet per question: every released row of it on a line, read from left to right.
extension Context {
    /// Lines above the head of the columns: label, wording, base, wave, a link, the banner.
    private static let linesAbove = 6

    func figureSheet(
        _ question: Question, rows: [Int], _ places: WorkbookPlaces, name: String, contents: String
    ) throws(ReportError) -> Workbook.Sheet {
        let wording = question.wording.text(in: language.rawValue) ?? ""
        let unit = question.unit.text(in: language.rawValue) ?? ""
        let label = try label(question)
        // A sheet can travel alone: what the page warns of stands on it too.
        let banner = subject.banner.isEmpty ? "" : try text(subject.banner, "banner")
        var sheet = Workbook.Sheet(
            name: name, widths: WorkbookColumn.allCases.map(\.width), frozenRows: Self.linesAbove + 1)
        sheet.rows = [
            [.text(unit.isEmpty ? label : "\(label) (\(unit))", .title)],
            wording.isEmpty || wording == label ? [] : [.text(wording)],
            [.text("\(WorkbookPhrase.population.text(language)): \(try base(question))")],
            [.text("\(WorkbookPhrase.wave.text(language)): \(try waveLabel())")],
            [.link(WorkbookPhrase.back.text(language), sheet: contents)],
            banner.isEmpty ? [] : [.text(banner, .strong)],
            WorkbookColumn.allCases.map { .text($0.title(language), .header) }
        ]
        let ordered = places.ordered(rows, of: publication.rows)
        sheet.lines = .init(count: ordered.count) { place throws(ReportError) in
            try line(publication.rows[ordered[place]], of: question, places)
        }
        return sheet
    }

    private func line(
        _ row: ReleasedRow, of question: Question, _ places: WorkbookPlaces
    ) throws(ReportError) -> [Workbook.Cell] {
        let name = row.name
        let answer = name.level.isEmpty ? "" : try label(name.level, of: question, place: "workbook")
        let isCompared = !(name.area.isEmpty && name.segment.isEmpty) && name.statistic != .people
        let verdict = Verdict(row)
        let words = isCompared && row.isShown ? "\(verdict.sign) \(word(verdict))".trimmed : ""
        return [
            .plain(answer), .plain(places.areas[name.area] ?? name.area),
            .plain(places.segments[name.segment] ?? name.segment), .plain(kind(name.statistic)),
            workbookValue(row), number(row.finestLower, row), number(row.finestUpper, row),
            row.n.map { .number(Double($0), .count) } ?? .empty, .plain(words),
            .plain(row.isIndicative ? WorkbookPhrase.indicative.text(language) : ""), .text(row.rowID, .grey)
        ]
    }

    private func kind(_ statistic: FigureName.Statistic) -> String {
        switch statistic {
        case .share: WorkbookPhrase.share.text(language)
        case .mean: WorkbookPhrase.mean.text(language)
        case .people: WorkbookPhrase.people.text(language)
        }
    }

    /// The number of the tidy file, the bound that stands in for it, or why there is none.
    private func workbookValue(_ row: ReleasedRow) -> Workbook.Cell {
        if let estimate = row.finestEstimate { return number(estimate, row) }
        if row.bound != nil { return .text(value(row).plain, .words) }
        let isRegional = row.reason == .sensitiveBelowRegion
        return .text((isRegional ? WorkbookPhrase.regionOnly : .tooFew).text(language), .words)
    }

    private func number(_ value: Double?, _ row: ReleasedRow) -> Workbook.Cell {
        guard let value else { return .empty }
        let isFine = row.tableEstimate != nil
        switch row.name.statistic {
        case .share: return .number(value, isFine ? .precisePercent : .percent)
        case .mean: return .number(value, isFine ? .preciseDecimal : .decimal)
        case .people: return .number(value, .count)
        }
    }
}

/// Names of the areas and segments, and the order of their lines: areas by name, never by a value.
struct WorkbookPlaces {
    private(set) var areas: [String: String] = [:]
    private(set) var segments: [String: String] = [:]
    private var areaRank: [String: Int] = ["": -1]
    private var segmentRank: [String: Int] = ["": -1]

    init(_ context: Context) throws(ReportError) {
        areas[""] = try context.text(context.subject.region, "region")
        segments[""] = context.words[.everyone]
        for (rank, area) in try context.areasByName().enumerated() {
            areas[area.code] = area.name
            areaRank[area.code] = rank
        }
        for (rank, segment) in context.subject.segments.enumerated() {
            segments[segment.code] = try context.name(ofSegment: segment)
            segmentRank[segment.code] = rank
        }
    }

    /// Shares and means first, then people; within each answer the region, the areas, the groups.
    /// - Parameters:
    ///   - positions: of the rows of a question.
    ///   - rows: all.
    func ordered(_ positions: [Int], of rows: ReleasedRows) -> [Int] {
        var levels: [String: Int] = [:]
        let keyed = positions.map { position in
            let name = rows.name(at: position)
            let level = levels[name.level] ?? levels.count
            levels[name.level] = level
            return (
                position: position,
                key: (
                    name.statistic == .people ? 1 : 0, level, segmentRank[name.segment] ?? Int.max,
                    areaRank[name.area] ?? Int.max
                )
            )
        }
        return keyed.sorted { $0.key < $1.key }.map(\.position)
    }
}

extension Workbook.Cell {
    /// Nothing for an empty text.
    static func plain(_ text: String) -> Workbook.Cell { text.isEmpty ? .empty : .text(text) }
}

extension String {
    fileprivate var trimmed: String { hasPrefix(" ") ? String(dropFirst()) : self }
}
