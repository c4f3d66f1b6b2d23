import PeilDisclosure

extension Context {
    private struct Item {
        let label: String
        let rows: [ReleasedRow?]
        /// Sum of the printed shares above the middle; nil where one of them is hidden.
        let sum: Double?
        /// The same sum among everybody: every page shows the order of the region.
        let order: Double
        let high: [ReleasedRow?]
    }

    /// Diverging stacked bars of questions that share their levels; a middle level straddles the axis.
    func likert(_ ids: [String], place: String) throws(ReportError) -> Built {
        guard let firstID = ids.first else { return Built(blocks: []) }
        let first = try question(firstID, place: place)
        let levels = first.levels.map(\.code)
        let highCodes = Array(levels.suffix(levels.count / 2))
        var items: [Item] = []
        for id in ids { items.append(try item(id, levels, highCodes, place)) }
        items = items.enumerated().sorted { left, right in
            let a = left.element.order
            let b = right.element.order
            return a == b ? left.offset < right.offset : a > b
        }.map(\.element)
        let labels = try levels.map { code throws(ReportError) in try label(code, of: first, place: place) }
        let quoted = labels.suffix(highCodes.count).map { "‘\($0)’" }
        let spoken = quoted.joined(separator: language == .nl ? " of " : " or ")
        let finding = finding(items.first { $0.sum != nil }, spoken, "\(place)-\(firstID)")
        let chart = Chart(
            id: "\(place)-\(firstID)", title: title(items.first { $0.sum != nil }, spoken, items),
            subtitle: words.plain(.likertSubtitle, ["base": try base(first)]),
            key: labels.enumerated().map { .init(mark: .level($0.offset, of: levels.count), text: $0.element) }
                + barKey(items.flatMap(\.rows)).filter { $0.mark != .interval && $0.mark != .rest },
            drawing: .likert(items.map { drawn($0) }, levels: levels.count),
            alternativeTitle: try sectionName(place),
            alternativeText:
                words.plain(.altLikert, ["finding": finding.sentence.plain]),
            table: table(items, labels, caption: try sectionName(place)),
            source: try source(first, items.lazy.flatMap(\.rows).first { $0?.n != nil } ?? nil))
        return Built(blocks: [.chart(chart)], callouts: likertCallouts(), summary: [finding])
    }

    private func item(_ id: String, _ levels: [String], _ high: [String], _ place: String) throws(ReportError) -> Item {
        let own = try question(id, place: place)
        for code in levels { _ = try label(code, of: own, place: place) }
        let highRows = high.map { here(id, $0) }
        let shown = highRows.compactMap { $0?.estimate }
        return Item(
            label: try label(own), rows: levels.map { here(id, $0) },
            sum: shown.count == high.count ? shown.reduce(0, +) : nil,
            order: high.reduce(0) { $0 + (row(id, $1)?.estimate ?? 0) }, high: highRows)
    }

    private func sectionName(_ place: String) throws(ReportError) -> String {
        guard let section = sections.first(where: { $0.id == place }) else { return "" }
        return try text(section.title, "report.sections.\(place).title")
    }

    private func sum(_ item: Item) -> RichText {
        guard let sum = item.sum else { return words.text(.hidden) }
        return RichText([.number(numbers.percent(sum), rows: item.high.compactMap { $0?.rowID })])
    }

    private func title(_ top: Item?, _ levels: String, _ items: [Item]) -> RichText {
        guard let top else { return words.text(.nothingShown, ["label": RichText(items.first?.label ?? "")]) }
        return words.text(.likertTitle, ["label": RichText(top.label), "value": sum(top), "levels": RichText(levels)])
    }

    private func finding(_ top: Item?, _ levels: String, _ id: String) -> Finding {
        guard let top else {
            return Finding(id: id, evidence: .tooFew, rowIDs: [], sentence: words.text(.hidden).capitalised, detail: "")
        }
        let isWeak = top.high.contains { $0?.isIndicative == true }
        let values = ["label": RichText(top.label), "value": sum(top), "levels": RichText(levels)]
        return Finding(
            id: id, evidence: isWeak ? .indicative : .estimated, rowIDs: top.high.compactMap { $0?.rowID },
            sentence: words.text(.likertSentence, values), detail: "")
    }

    private func drawn(_ item: Item) -> Chart.LikertRow {
        let shares = item.rows.map { row in row?.estimate.map { (value: $0, text: value(row)) } }
        return Chart.LikertRow(
            label: item.label, shares: shares.contains { $0 != nil } ? shares : [],
            sum: sum(item), isIndicative: item.rows.contains { $0?.isIndicative == true })
    }

    private func table(_ items: [Item], _ labels: [String], caption: String) -> DataTable {
        DataTable(
            caption: caption, columns: [words[.columnQuestion]] + labels + [words[.columnBase]],
            rows: items.map { item in
                .init(
                    header: item.label,
                    cells: (item.rows.map { value($0) }
                        + [count(item.rows.first { $0?.n != nil } ?? nil)]).map { .init($0) })
            })
    }
}
