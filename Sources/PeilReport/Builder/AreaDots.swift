import PeilDisclosure

extension Context {
    /// The dot plot of one measure by area, with what may and may not be concluded from it.
    func areaDots(_ measure: ReportOutline.Measure, place: String) throws(ReportError) -> Built {
        let question = try question(measure.question, place: place)
        // Of a segment's size the segment is the topic, not the question.
        let isSize = measure.question == outline.segmentQuestion && !measure.level.isEmpty
        let full = try self.label(measure, place: place)
        let label = isSize ? "‘\(try self.label(measure.level, of: question, place: place))’" : try label(question)
        let areas = try testedAreas(measure)
        let findings = AreaFindings(
            label: label, measure: full, statistic: question.statistic,
            question: "\(place)-\(measure.question)", areas: areas, context: self)
        let all = findings.all()
        let unit =
            question.statistic == .mean
            ? try text(question.unit, "questions.\(question.id).unit") : words[.points]
        let spoken = all.map(\.sentence.plain).joined(separator: " ")
        let chart = Chart(
            id: "\(place)-\(measure.question)", title: findings.title(label: label),
            subtitle: words.plain(.areaSubtitle, ["measure": full, "area": areaWord, "unit": unit]),
            key: key(of: areas),
            drawing: .dots(areas.map { dot($0) }, question.statistic == .mean ? .score : .percent),
            alternativeTitle: words.plain(.altPointer, ["title": full]),
            alternativeText: words.plain(.altDots, ["finding": spoken]),
            table: areaTable(areas, caption: full), source: try ofEveryone.source(question, row(measure)))
        return Built(blocks: [.chart(chart)], callouts: areaCallouts(), summary: all)
    }

    /// Areas are compared among everybody, whomever the page is about.
    var ofEveryone: Context {
        var whole = self
        whole.focus = .region
        return whole
    }

    /// Every area by name with its test.
    func testedAreas(_ measure: ReportOutline.Measure) throws(ReportError) -> [AreaFindings.Area] {
        var areas: [AreaFindings.Area] = []
        for area in try areasByName() {
            let row = try row(measure, area: area.code)
            areas.append(AreaFindings.Area(code: area.code, name: area.name, row: row, verdict: Verdict(row)))
        }
        return areas
    }

    func dot(_ area: AreaFindings.Area) -> Chart.Row {
        let row = area.row
        let isBound = row?.bound != nil
        let note = isBound ? value(row) : RichText(word(area.verdict))
        return Chart.Row(
            label: area.name, value: chartValue(row), reference: row?.referenceEstimate,
            verdict: area.verdict, note: note, segment: nil)
    }

    private func key(of areas: [AreaFindings.Area]) -> [Chart.Key] {
        var key: [Chart.Key] = []
        let verdicts = areas.map(\.verdict)
        if verdicts.contains(.higher) { key.append(.init(mark: .verdict(.higher), text: words[.keyHigher])) }
        if verdicts.contains(.lower) { key.append(.init(mark: .verdict(.lower), text: words[.keyLower])) }
        if verdicts.contains(.notDistinguishable) {
            key.append(.init(mark: .verdict(.notDistinguishable), text: words[.keySame]))
        }
        if areas.contains(where: { $0.row?.lower != nil }) {
            key.append(.init(mark: .interval, text: words[.keyMargin]))
        }
        if areas.contains(where: { $0.row?.referenceEstimate != nil }) {
            key.append(.init(mark: .rest, text: words[.keyRest]))
        }
        if areas.contains(where: { $0.row?.isIndicative == true }) {
            key.append(.init(mark: .indicative, text: words[.keyIndicative]))
        }
        if verdicts.contains(.hidden) { key.append(.init(mark: .hidden, text: words[.keyHidden])) }
        return key
    }

    func areaTable(_ areas: [AreaFindings.Area], caption: String) -> DataTable {
        let columns = [
            areaWord.prefix(1).uppercased() + areaWord.dropFirst(), words[.columnShare],
            words[.columnMargin], words[.columnRest], words[.columnDifference], words[.columnVerdict],
            words[.columnBase], words[.columnDetectable]
        ]
        return DataTable(
            caption: caption, columns: columns,
            rows: areas.map { area in
                let row = area.row
                let cells = [
                    value(row), range(row), rest(row), difference(row), RichText(word(area.verdict)), count(row),
                    detectable(row)
                ]
                return .init(header: area.name, cells: cells.map { .init($0) })
            }, wordColumns: [5])
    }

    /// What a next wave of this size could see.
    private func detectable(_ row: ReleasedRow?) -> RichText {
        guard let row, let change = row.detectableChange else { return "" }
        return .number(
            row.name.statistic == .share ? numbers.points(change) : numbers.decimal(change, places: 1), row.rowID)
    }

    private func rest(_ row: ReleasedRow?) -> RichText {
        guard let row, let reference = row.referenceEstimate else { return "" }
        return .number(number(reference, row.name.statistic), row.rowID)
    }

    private func difference(_ row: ReleasedRow?) -> RichText {
        guard let row, let difference = row.difference else { return "" }
        let text = row.name.statistic == .share ? numbers.points(difference) : numbers.decimal(difference, places: 1)
        return .number(difference > 0 ? "+" + text : text, row.rowID)
    }
}
