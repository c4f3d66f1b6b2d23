import PeilDisclosure

extension Context {
    /// The share of the page's own people that manages t hours or more, for declared t.
    func endurance(
        _ steps: [ReportOutline.EnduranceStep], end: Double, place: String
    ) throws(ReportError) -> Built {
        var shown: [(hours: Double, row: ReleasedRow)] = []
        var rows: [DataTable.Row] = []
        for step in steps.sorted(by: { $0.hours < $1.hours }) {
            let row = try here(step.measure)
            let name = words.plain(.hoursOrMore, ["hours": numbers.count(Int(step.hours))])
            rows.append(.init(header: name, cells: [value(row), range(row), count(row)].map { .init($0) }))
            if let row, row.estimate != nil { shown.append((step.hours, row)) }
        }
        let question = try question(steps.first?.measure.question ?? "", place: place)
        let caption = words.plain(.enduranceCaption, ["hours": numbers.count(Int(end))])
        let last = shown.last { $0.hours == end }
        let values = [
            "value": value(last?.row), "hours": RichText(numbers.count(Int(end))), "label": RichText(caption)
        ]
        let title = words.text(last == nil ? .nothingShown : .enduranceTitle, values)
        let isWeak = last?.row.isIndicative == true
        let finding = Finding(
            id: "\(place)-endurance", evidence: last == nil ? .tooFew : isWeak ? .indicative : .estimated,
            rowIDs: [last?.row.rowID].compactMap { $0 }, sentence: title + ".", detail: detail(last?.row))
        let source = try source(question, shown.last?.row)
        guard last != nil else { return Built(blocks: [.paragraph(title + ".")], summary: [finding]) }
        let days = (1...max(1, Int((end / 24).rounded(.up)))).map { words.plain(.dayNumber, ["n": "\($0)"]) }
        let chart = Chart(
            id: "\(place)-endurance", title: title,
            subtitle: words.plain(.enduranceSubtitle, ["base": try base(question)]),
            key: [.init(mark: .steps, text: words[.keyManages]), .init(mark: .interval, text: words[.keyMargin])],
            drawing: .endurance(
                .init(
                    steps: [.init(hours: 0, share: 1)]
                        + shown.map { .init(hours: $0.hours, share: $0.row.estimate ?? 0) },
                    marks: shown.compactMap { item in chartValue(item.row).map { .init(hours: item.hours, value: $0) }
                    },
                    end: end, days: days, endText: words.plain(.managesHours, ["hours": numbers.count(Int(end))]))),
            alternativeTitle: words.plain(.altPointer, ["title": caption]),
            alternativeText: words.plain(.altEndurance, ["finding": finding.sentence.plain]),
            table: DataTable(
                caption: caption,
                columns: [words[.columnDuration], words[.columnShare], words[.columnMargin], words[.columnBase]],
                rows: rows), source: source)
        return Built(blocks: [.chart(chart)], callouts: enduranceCallouts(), summary: [finding])
    }
}
