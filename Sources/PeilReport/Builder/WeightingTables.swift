import PeilDisclosure

/// What weighting did: margins before and after, and how even the weights are in each area.
extension Context {
    func isInWeightingTables(_ fact: ReleasedFact) -> Bool { fact.topic == "margin" || fact.topic == "weights" }

    func weightingTables() throws(ReportError) -> [Report.Block] {
        var blocks: [Report.Block] = []
        if let table = marginTable() { blocks.append(table) }
        if let table = try weightTable() { blocks.append(table) }
        guard !blocks.isEmpty else { return [] }
        var text = words.text(.weightingText)
        if !subject.marginPopulation.isEmpty {
            let population = try self.text(subject.marginPopulation, "weighting.population")
            let survey = try self.text(subject.population, "population")
            text = words.text(
                .weightingPopulation, ["margins": RichText(population), "survey": RichText(survey)])
        }
        return [.heading(words[.weightingTitle]), .paragraph(text)] + blocks
    }

    private func measure(_ topic: String, _ key: String, area: String = "") -> Double? {
        for fact in publication.facts where fact.topic == topic && fact.key == key && fact.area == area {
            if case .measure(let value) = fact.value { return value }
        }
        return nil
    }

    private func marginTable() -> Report.Block? {
        let margins = publication.facts.filter { $0.topic == "margin" && $0.key.hasSuffix(".before") }.compactMap {
            fact -> (name: String, before: Chart.Number, after: Chart.Number)? in
            let name = String(fact.key.dropLast(".before".count))
            guard let before = measure("margin", fact.key), let after = measure("margin", "\(name).after") else {
                return nil
            }
            return (name, number(before), number(after))
        }
        guard !margins.isEmpty else { return nil }
        let rows = margins.map { DataTable.Row(header: $0.name, cells: [$0.before, $0.after].map { .init($0.text) }) }
        let table = DataTable(
            caption: words[.marginsSubtitle],
            columns: [words[.columnWhat], words[.columnBefore], words[.columnAfter]], rows: rows)
        let drawn = margins.map { Chart.BalanceRow(label: $0.name, before: $0.before, after: $0.after) }
        return .chart(
            Chart(
                id: "weighting-margins", title: words.text(.marginsTitle), subtitle: words[.marginsSubtitle],
                key: [
                    .init(mark: .beforeWeighting, text: words[.columnBefore]),
                    .init(mark: .afterWeighting, text: words[.columnAfter])
                ], drawing: .balance(drawn, limit: nil),
                alternativeTitle: words[.marginsTitle],
                alternativeText: words.plain(.altBalance, ["count": numbers.word(rows.count)]), table: table,
                source: words.text(.sourceMargins)))
    }

    private func number(_ value: Double) -> Chart.Number {
        .init(value: value, text: RichText(numbers.decimal(value, places: 1)))
    }

    private func weightTable() throws(ReportError) -> Report.Block? {
        var rows: [DataTable.Row] = []
        for area in subject.areas {
            guard let effective = measure("weights", "effective_n", area: area.code),
                let largest = measure("weights", "largest", area: area.code)
            else { continue }
            rows.append(
                .init(
                    header: try name(ofArea: area),
                    cells: [
                        .init(RichText(numbers.count(Int(effective)))),
                        .init(RichText(numbers.decimal(largest, places: 1)))
                    ]))
        }
        guard !rows.isEmpty else { return nil }
        return .table(
            .init(
                id: "weighting-areas", title: words.text(.weightsTitle), subtitle: "", key: [],
                table: DataTable(
                    caption: words[.weightsSubtitle],
                    columns: [words[.columnArea], words[.columnEffective], words[.columnLargest]], rows: rows),
                source: words.text(.sourceWeights)))
    }
}
