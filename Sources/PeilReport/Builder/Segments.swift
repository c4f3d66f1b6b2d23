import PeilDisclosure

extension Context {
    /// How large each segment is, in per cent and in people.
    func segmentSizes(_ id: String, place: String) throws(ReportError) -> Built {
        let question = try question(id, place: place)
        var entries: [(label: String, share: ReleasedRow?, people: ReleasedRow?, position: Int)] = []
        for (position, level) in question.levels.enumerated() {
            entries.append(
                (
                    try label(level.code, of: question, place: place), here(id, level.code),
                    here(id, level.code, .people), position
                ))
        }
        let base = try base(question)
        let topic = try label(question)
        let top = entries.filter { $0.share?.estimate != nil }
            .max { ($0.share?.estimate ?? 0) < ($1.share?.estimate ?? 0) }
        let values = ["label": RichText(top?.label ?? topic), "value": value(top?.share), "people": people(top?.people)]
        let title = words.text(top == nil ? .nothingShown : .sizesTitle, values)
        let isCounted = top?.people?.estimate != nil
        let sentence = top != nil && isCounted ? words.text(.sizesSentence, values) : title + "."
        let weak = top?.share?.isIndicative == true
        let finding = Finding(
            id: "\(place)-\(id)", evidence: top == nil ? .tooFew : weak ? .indicative : .estimated,
            rowIDs: [top?.share?.rowID, top?.people?.rowID].compactMap { $0 }, sentence: sentence,
            detail: detail(top?.share), theme: .size)
        let rows = entries.map { entry in
            let shown = chartValue(entry.share)
            let note =
                shown == nil
                ? value(entry.share)
                : entry.people?.estimate == nil ? "" : people(entry.people)
            // Before a number of people ≈ would be read as "about".
            let verdict = Verdict(entry.share)
            return Chart.Row(
                label: entry.label, value: shown,
                reference: focus == .region ? nil : entry.share?.referenceEstimate,
                verdict: verdict == .notDistinguishable ? .untested : verdict, note: note, segment: entry.position)
        }
        let table = DataTable(
            caption: topic,
            columns: [
                words[.columnGroup], words[.columnShare], words[.columnMargin], words[.columnPeople],
                words[.columnBase]
            ],
            rows: entries.map { entry in
                let cells = [value(entry.share), range(entry.share), people(entry.people), count(entry.share)]
                return .init(header: entry.label, cells: cells.map { .init($0) })
            })
        let chart = Chart(
            id: "\(place)-\(id)", title: title, subtitle: words.plain(.sizesSubtitle, ["base": base]),
            key: barKey(entries.map(\.share)) + verdictKey(rows), drawing: .bars(rows, .percent),
            alternativeTitle: words.plain(.altPointer, ["title": topic]),
            alternativeText: words.plain(.altBars, ["finding": sentence.plain]), table: table,
            source: try source(question, entries.first?.share))
        return Built(blocks: [.chart(chart)], callouts: sizeCallouts(), summary: [finding])
    }

    /// What a sign before the number of people means.
    private func verdictKey(_ rows: [Chart.Row]) -> [Chart.Key] {
        [(Verdict.higher, Phrase.keyHigher), (.lower, .keyLower)].compactMap { verdict, words in
            rows.contains { $0.verdict == verdict } ? .init(mark: .verdict(verdict), text: self.words[words]) : nil
        }
    }

    /// "ongeveer 176.000", or nothing.
    func people(_ row: ReleasedRow?) -> RichText {
        guard let row, row.estimate != nil else { return "" }
        return words.text(.people, ["people": value(row)])
    }

    /// Segment sizes by area as a heat table, which is its own data table.
    func segmentByArea(_ id: String, place: String) throws(ReportError) -> Built {
        let question = try question(id, place: place)
        var names: [String] = []
        for level in question.levels { names.append(try label(level.code, of: question, place: place)) }
        let areas = try areasByName()
        var rows: [DataTable.Row] = []
        var clear: [(segment: String, area: String, row: ReleasedRow)] = []
        var verdicts: [Verdict] = []
        for area in areas {
            let cells = question.levels.map { row(id, $0.code, area: area.code) }
            verdicts += cells.map { Verdict($0) }
            rows.append(.init(header: area.name, cells: cells.map { heatCell($0) }))
            for (name, row) in zip(names, cells) {
                guard let row, [.higher, .lower].contains(Verdict(row)) else { continue }
                clear.append((name, area.name, row))
            }
        }
        rows.append(
            .init(
                header: words[.region], cells: question.levels.map { heatCell(row(id, $0.code)) },
                isTotal: true))
        let findings = clear.filter { Verdict($0.row) == .higher }.prefix(2).map { item in
            Finding(
                id: "\(place)-\(item.row.rowID)", evidence: .clear, rowIDs: [item.row.rowID],
                sentence: words.text(
                    .heatSentence,
                    [
                        "segment": RichText(item.segment),
                        "area": RichText(item.area)
                    ]),
                detail: against(item.area, item.row))
        }
        let table = DataTable(
            caption: try label(question), columns: [areaWord.capitalisedWord] + names,
            columnMarks: Array(names.indices), rows: rows, isHeat: true)
        let title =
            clear.isEmpty
            ? words.text(
                verdicts.isUntested ? .heatTitleUntested : .heatTitleSame,
                ["areas": RichText(areasWord), "area": RichText(areaWord)])
            : try heatTitle(question, areas)
        let subtitle = words.plain(.heatSubtitle, ["area": areaWord, "areas": areasWord.capitalisedIn(language)])
        return Built(
            blocks: [
                .table(
                    .init(
                        id: "\(place)-\(id)", title: title, subtitle: RichText(subtitle),
                        key: heatKey(rows), table: table,
                        source: try source(
                            question,
                            row(
                                id,
                                question.levels.first?.code ?? "")), isCaptionQuiet: true))
            ],
            callouts: heatCallouts(), summary: findings)
    }

    /// "Delft 15%, in de rest 9%."
    private func against(_ area: String, _ row: ReleasedRow) -> RichText {
        let own = RichText("\(area) ") + value(row)
        guard let reference = row.referenceEstimate else { return own + "." }
        let rest = RichText.number(number(reference, row.name.statistic), row.rowID)
        return own + ", " + words.text(.restValue, ["value": rest]) + "."
    }

    /// Where the segment lies higher and lower that is told apart in most areas; the table shows the others.
    private func heatTitle(
        _ question: Question, _ areas: [(code: String, name: String)]
    ) throws(ReportError) -> RichText {
        var best: (count: Int, title: RichText) = (0, "")
        for level in question.levels {
            let tested = areas.map { area in
                let row = row(question.id, level.code, area: area.code)
                return AreaFindings.Area(code: area.code, name: area.name, row: row, verdict: Verdict(row))
            }
            let count = tested.count { [.higher, .lower].contains($0.verdict) }
            guard count > best.count else { continue }
            let name = "‘\(try label(level.code, of: question, place: "heat"))’"
            let findings = AreaFindings(
                label: name, measure: name, statistic: .share, question: question.id, areas: tested, context: self)
            best = (count, findings.title(label: name))
        }
        return best.title
    }

    /// Measures by segment, each tested against everybody else.
    func segmentProfile(_ measures: [ReportOutline.Measure], place: String) throws(ReportError) -> Built {
        var rows: [DataTable.Row] = []
        var verdicts: [Verdict] = []
        var names: [String] = []
        for segment in subject.segments { names.append(try name(ofSegment: segment)) }
        for measure in measures {
            let label = try label(measure, place: place)
            var cells: [DataTable.Cell] = []
            for segment in subject.segments {
                let row = try row(measure, segment: segment.code)
                verdicts.append(Verdict(row))
                cells.append(heatCell(row))
            }
            cells.append(heatCell(try row(measure)))
            rows.append(.init(header: label, cells: cells))
        }
        let table = DataTable(
            caption: words[.profileSubtitle],
            columns: [words[.columnQuestion]] + names + [words[.everyone]],
            columnMarks: names.indices.map { $0 } + [nil], rows: rows, isHeat: true)
        let clear = verdicts.count { [.higher, .lower].contains($0) }
        let title =
            clear == 0
            ? words.text(verdicts.isUntested ? .profileTitleUntested : .profileTitleSame)
            : words.text(.profileTitle, ["count": RichText(words.numbers.word(clear))])
        let source = words.text(.sourceWave, ["wave": RichText(try waveLabel())])
        return Built(
            blocks: [
                .table(
                    .init(
                        id: "\(place)-profile", title: title, subtitle: RichText(words[.profileSubtitle]),
                        key: heatKey(rows), table: table, source: source, isCaptionQuiet: true))
            ],
            callouts: heatCallouts())
    }

    private func heatCell(_ row: ReleasedRow?) -> DataTable.Cell {
        guard let row else { return .init(RichText("–")) }
        guard let estimate = row.estimate else {
            return row.isShown ? .init(value(row), isIndicative: true) : .init("×", style: .hidden)
        }
        guard row.name.statistic == .share else {
            return .init(value(row), sign: signed(row), isIndicative: row.isIndicative)
        }
        // The column says that these are per cent: the sign would only widen the cells.
        let text = RichText.number(numbers.points(estimate), row.rowID)
        return .init(text, style: .heat(HeatClass.of(estimate)), sign: signed(row), isIndicative: row.isIndicative)
    }

    private func signed(_ row: ReleasedRow) -> Verdict? {
        let verdict = Verdict(row)
        return [.higher, .lower].contains(verdict) ? verdict : nil
    }

    private func heatKey(_ rows: [DataTable.Row]) -> [Chart.Key] {
        let cells = rows.flatMap(\.cells)
        var key: [Chart.Key] = HeatClass.limits.indices.dropLast().compactMap { index in
            guard cells.contains(where: { $0.style == .heat(index) }) else { return nil }
            let last = index == HeatClass.limits.count - 2 ? 100 : Int(HeatClass.limits[index + 1] * 100) - 1
            let text = words.plain(.heatClass, ["low": "\(Int(HeatClass.limits[index] * 100))", "high": "\(last)"])
            return .init(mark: .heat(index), text: text)
        }
        if cells.contains(where: { $0.sign == .higher }) {
            key.append(.init(mark: .verdict(.higher), text: words[.keyHigher]))
        }
        if cells.contains(where: { $0.sign == .lower }) {
            key.append(.init(mark: .verdict(.lower), text: words[.keyLower]))
        }
        if cells.contains(where: \.isIndicative) { key.append(.init(mark: .indicative, text: words[.keyIndicative])) }
        if cells.contains(where: { $0.style == .hidden }) {
            key.append(.init(mark: .hidden, text: words[.keyHidden]))
        }
        return key
    }
}

/// The five declared classes of a heat table.
enum HeatClass {
    static let limits = [0, 0.10, 0.20, 0.30, 0.50, 1.01]

    static func of(_ share: Double) -> Int {
        (limits.indices.dropLast().last { share >= limits[$0] - 1e-9 }) ?? 0
    }
}

extension String {
    var capitalisedWord: String { prefix(1).uppercased() + dropFirst() }

    /// As it stands within a sentence: a small letter first, unless it begins with an abbreviation.
    var inSentence: String {
        guard let second = dropFirst().first, !second.isUppercase else { return self }
        return prefix(1).lowercased() + dropFirst()
    }
    /// English subtitles begin a sentence with the word; Dutch ones do not.
    func capitalisedIn(_ language: Language) -> String { language == .en ? capitalisedWord : self }
}
