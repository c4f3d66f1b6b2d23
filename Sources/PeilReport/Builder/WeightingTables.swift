import PeilDisclosure

/// What weighting did: margins before and after, and how even the weights are in each area.
extension Context {
    func isInWeightingTables(_ fact: ReleasedFact) -> Bool { fact.topic == "margin" || fact.topic == "weights" }

    func weightingTables() throws(ReportError) -> [Report.Block] {
        var blocks: [Report.Block] = []
        if let table = marginTable() { blocks.append(table) }
        if let chart = try weightChart() { blocks.append(chart) }
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
            return (controls(name), number(before), number(after))
        }
        guard !margins.isEmpty else { return nil }
        let rows = margins.map { DataTable.Row(header: $0.name, cells: [$0.before, $0.after].map { .init($0.text) }) }
        let table = DataTable(
            caption: words[.marginsSubtitle],
            columns: [words[.columnWhat], words[.columnBefore], words[.columnAfter]], rows: rows)
        let drawn = margins.map { Chart.BalanceRow(label: $0.name, before: $0.before, after: $0.after) }
        let worst = { (side: [Chart.Number]) in side.max { $0.value < $1.value }?.text ?? "" }
        let (before, after) = (worst(margins.map(\.before)), worst(margins.map(\.after)))
        let isMet = after.plain == number(0).text.plain
        let title = words.text(isMet ? .marginsTitleMet : .marginsTitle, ["before": before, "after": after])
        return .chart(
            Chart(
                id: "weighting-margins", title: title, subtitle: words[.marginsSubtitle],
                key: [
                    .init(mark: .beforeWeighting, text: words[.columnBefore]),
                    .init(mark: .afterWeighting, text: words[.columnAfter])
                ], drawing: .balance(drawn, limit: nil),
                alternativeTitle: title.plain,
                alternativeText: words.plain(.altBalance, ["count": numbers.word(rows.count)]), table: table,
                source: words.text(.sourceMargins)))
    }

    private func number(_ value: Double) -> Chart.Number {
        .init(value: value, text: RichText(numbers.decimal(value, places: 1)))
    }

    /// As how many answers each area counts, drawn, with its heaviest answer beside it.
    private func weightChart() throws(ReportError) -> Report.Block? {
        var areas: [(name: String, effective: Double, largest: RichText)] = []
        for area in subject.areas {
            guard let effective = measure("weights", "effective_n", area: area.code),
                let largest = measure("weights", "largest", area: area.code)
            else { continue }
            areas.append((try name(ofArea: area), effective, RichText(numbers.decimal(largest, places: 1))))
        }
        guard let most = areas.max(by: { $0.effective < $1.effective }),
            let least = areas.min(by: { $0.effective < $1.effective })
        else { return nil }
        let count = { (value: Double) in RichText(numbers.count(Int(value))) }
        let title = words.text(
            areas.count == 1 ? .weightsTitleOne : .weightsTitle,
            [
                "low": RichText(least.name), "few": count(least.effective), "high": RichText(most.name),
                "many": count(most.effective)
            ])
        let rows = areas.map { area in
            Chart.Row(
                label: area.name,
                value: .init(
                    estimate: area.effective, lower: nil, upper: nil, isIndicative: false, text: count(area.effective),
                    range: ""),
                reference: nil, verdict: .untested, note: words.text(.weightsLargest, ["value": area.largest]),
                segment: nil)
        }
        let table = DataTable(
            caption: words[.weightsSubtitle],
            columns: [words[.columnArea], words[.columnEffective], words[.columnLargest]],
            rows: areas.map { .init(header: $0.name, cells: [.init(count($0.effective)), .init($0.largest)]) })
        var chart = Chart(
            id: "weighting-areas", title: title, subtitle: words[.weightsSubtitle], key: [],
            drawing: .bars(rows, .score), alternativeTitle: title.plain,
            alternativeText: words.plain(.altWeights, ["finding": title.plain]), table: table,
            source: words.text(.sourceWeights))
        chart.headings = .init(note: words[.columnLargest])
        return .chart(chart)
    }
}
