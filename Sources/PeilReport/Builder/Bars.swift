import PeilDisclosure
import PeilTable

extension Context {
    /// One bar a level, or one a question, by value; hidden ones and "other" last.
    func bars(
        _ measures: [ReportOutline.Measure], last: [String], topic: LocalizedText?, place: String
    ) throws(ReportError) -> Built {
        guard let first = measures.first else { return Built(blocks: []) }
        let question = try question(first.question, place: place)
        let isOneQuestion = measures.count == 1 && first.level.isEmpty
        var entries: [(label: String, row: ReleasedRow?, isLast: Bool)] = []
        if isOneQuestion {
            for level in question.levels {
                entries.append(
                    (
                        try label(level.code, of: question, place: place),
                        here(question.id, level.code), last.contains(level.code)
                    ))
            }
        } else {
            for measure in measures {
                let own = try self.question(measure.question, place: place)
                _ = try label(measure.level, of: own, place: place)
                entries.append(
                    (
                        try label(own), try here(measure),
                        last.contains(measure.question)
                    ))
            }
        }
        let ordered = entries.enumerated().sorted { left, right in
            let a = left.element
            let b = right.element
            if a.isLast != b.isLast { return b.isLast }
            let x = a.row?.estimate ?? -1
            let y = b.row?.estimate ?? -1
            return x == y ? left.offset < right.offset : x > y
        }.map { (label: $0.element.label, row: $0.element.row) }
        let label = try label(question)
        let base = try base(question)
        let subtitle =
            isOneQuestion
            ? words.plain(.barsSubtitle, ["label": label, "base": base])
            : words.plain(.measuresSubtitle, ["base": base])
        let own = try topic.map { text throws(ReportError) in try self.text(text, "report.sections.\(place).bars.topic")
        }
        let section = try sectionTitle(place)
        let topic = own ?? (isOneQuestion ? label : section)
        return try barBlock(
            ordered, id: "\(place)-\(first.question)", topic: topic, subtitle: subtitle,
            question: question, callouts: barCallouts(),
            says: isOneQuestion || own != nil ? .barsTitle : .measuresTitle, theme: isOneQuestion ? .barrier : .channel)
    }

    /// The distribution of one question in the order of its levels.
    func levels(_ id: String, place: String) throws(ReportError) -> Built {
        let question = try question(id, place: place)
        var entries: [(label: String, row: ReleasedRow?)] = []
        for level in question.levels {
            entries.append((try label(level.code, of: question, place: place), here(id, level.code)))
        }
        let asked = try text(question.wording, "questions.\(id).wording")
        // The name of a derived variable ends without a full stop.
        let wording = asked.last.map { ".?!".contains($0) } ?? true ? asked : asked + "."
        let subtitle = words.plain(.levelsSubtitle, ["wording": wording, "base": try base(question)])
        return try barBlock(
            entries, id: "\(place)-\(id)", topic: try label(question), subtitle: subtitle,
            question: question, callouts: levelCallouts(), says: .levelsTitle, theme: .other)
    }

    private func sectionTitle(_ place: String) throws(ReportError) -> String {
        guard let section = sections.first(where: { $0.id == place }) else { return "" }
        return try text(section.title, "report.sections.\(place).title")
    }

    private func barBlock(
        _ entries: [(label: String, row: ReleasedRow?)], id: String, topic: String,
        subtitle: String, question: Question, callouts: [Report.Callout],
        says: Phrase, theme: Finding.Theme
    ) throws(ReportError)
        -> Built
    {
        guard entries.contains(where: { $0.row != nil }) else {
            let text = words.text(.questionNotAsked, ["label": RichText(topic), "place": RichText(try placeName())])
            return Built(blocks: [.paragraph(text)])
        }
        let top = entries.filter { $0.row?.estimate != nil }.max { ($0.row?.estimate ?? 0) < ($1.row?.estimate ?? 0) }
        let values = ["label": RichText(topic), "value": value(top?.row), "level": RichText(top?.label ?? "")]
        let title = words.text(top == nil ? .nothingShown : says, values)
        let sentence = title + "."
        let evidence: Evidence = top == nil ? .tooFew : top?.row?.isIndicative == true ? .indicative : .estimated
        let finding = Finding(
            id: id, evidence: evidence, rowIDs: [top?.row?.rowID].compactMap { $0 },
            sentence: sentence, detail: detail(top?.row), theme: theme)
        let chart = Chart(
            id: id, title: title, subtitle: subtitle, key: barKey(entries.map(\.row)),
            drawing: .bars(entries.map { bar($0.label, $0.row) }, .percent),
            alternativeTitle: words.plain(.altPointer, ["title": topic]),
            alternativeText: words.plain(.altBars, ["finding": sentence.plain]),
            table: barTable(entries, caption: topic),
            source: try source(question, entries.first { $0.row?.n != nil }?.row))
        return Built(blocks: [.chart(chart)], callouts: callouts, summary: [finding])
    }

    /// "Marge 18–24%.", or nothing.
    func detail(_ row: ReleasedRow?) -> RichText {
        let range = range(row)
        guard !range.isEmpty else { return "" }
        return words.text(.margin, ["range": range]).capitalised + RichText(rangeUnit(row) + ".")
    }

    func detail(_ topic: String, _ row: ReleasedRow?) -> RichText {
        let range = range(row)
        guard !range.isEmpty else { return RichText("\(topic).") }
        return RichText("\(topic), ") + words.text(.margin, ["range": range]) + RichText(rangeUnit(row) + ".")
    }

    /// The sign after a range of shares.
    func rangeUnit(_ row: ReleasedRow?) -> String { row?.name.statistic == .share ? "%" : "" }

    private func bar(_ label: String, _ row: ReleasedRow?) -> Chart.Row {
        let shown = chartValue(row)
        return Chart.Row(
            label: label, value: shown, reference: focus == .region ? nil : row?.referenceEstimate,
            verdict: Verdict(row),
            note: shown == nil ? value(row) : "", segment: nil)
    }

    func barKey(_ rows: [ReleasedRow?]) -> [Chart.Key] {
        var key: [Chart.Key] = []
        if rows.contains(where: { $0?.lower != nil }) { key.append(.init(mark: .interval, text: words[.keyMargin])) }
        if focus != .region, rows.contains(where: { $0?.referenceEstimate != nil }) {
            key.append(.init(mark: .rest, text: restKey))
        }
        if rows.contains(where: { $0?.isIndicative == true }) {
            key.append(.init(mark: .indicative, text: words[.keyIndicative]))
        }
        if rows.contains(where: { $0?.isShown == false }) { key.append(.init(mark: .hidden, text: words[.keyHidden])) }
        return key
    }

    /// The rest of the region, or everybody outside the segment.
    var restKey: String {
        if case .segment = focus { return words[.keyOthers] }
        return words[.keyRest]
    }

    private func barTable(_ entries: [(label: String, row: ReleasedRow?)], caption: String) -> DataTable {
        DataTable(
            caption: caption,
            columns: [words[.columnAnswer], words[.columnShare], words[.columnMargin], words[.columnBase]],
            rows: entries.map { entry in
                let cells = [value(entry.row), range(entry.row), count(entry.row)]
                return .init(header: entry.label, cells: cells.map { .init($0) })
            })
    }
}
