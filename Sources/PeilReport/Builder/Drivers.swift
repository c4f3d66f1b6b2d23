import PeilDisclosure

/// What goes with an outcome, predictor by predictor, all of them together: association, in words that say no more.
extension Context {
    func drivers(_ model: String, place: String) throws(ReportError) -> Built {
        guard let released = publication.drivers.first(where: { $0.id == model }) else {
            return Built(blocks: [.paragraph(words.text(.driversHidden))])
        }
        let outcome = try text(released.label, "models.\(model).label")
        var rows: [DataTable.Row] = []
        var named: [String] = []
        for effect in released.effects {
            let label = try self.label(effect, model)
            if let name = try clearName(effect, model), !named.contains(name) { named.append(name) }
            rows.append(row(effect, released, label))
        }
        let values = [
            "outcome": RichText(outcome), "names": RichText(words.list(named)),
            "count": RichText(numbers.word(named.count))
        ]
        let rowIDs = released.effects.filter { ($0.adjustedP ?? 1) < Verdict.level }.map(\.rowID)
        let finding = Finding(
            id: "\(place)-drivers-\(model)", evidence: named.isEmpty ? .notDistinguishable : .clear,
            rowIDs: rowIDs.isEmpty ? released.effects.map(\.rowID) : rowIDs,
            sentence: words.text(named.isEmpty ? .driversNone : .driversSentence, values), detail: "",
            isChartTitle: true)
        let table = DataTable(
            caption: words.plain(.driversCaption, ["outcome": outcome]),
            columns: [
                words[.columnTopic], words[.columnDifference], words[.columnMargin], words[.columnImportance],
                words[.columnTested]
            ], rows: rows, wordColumns: [4])
        let source = words.text(
            .driversSource,
            [
                "n": .number(numbers.count(released.n), released.effects.first?.rowID ?? ""),
                "wave": RichText(try waveLabel())
            ])
        var bars: [Chart.Row] = []
        for effect in released.effects { bars.append(try drawn(effect, released, model)) }
        let chart = Chart(
            // A heading is no list: the drawing names them.
            id: "\(place)-drivers-\(model)",
            title: (named.count > 2 ? words.text(.driversCounted, values) : finding.sentence).withoutStop,
            subtitle: words.plain(released.isShare ? .driversShare : .driversMean, ["outcome": outcome]),
            key: [
                .init(mark: .interval, text: words[.keyMargin]),
                .init(mark: .verdict(.notDistinguishable), text: words[.notClearlyTogether])
            ], drawing: .effects(bars, released.isShare ? .percent : .score),
            alternativeTitle: table.caption,
            alternativeText: words.plain(.altEffects, ["finding": finding.sentence.plain]), table: table, source: source
        )
        return Built(blocks: [.chart(chart)], callouts: driverCallouts(), summary: [finding])
    }

    private func drawn(
        _ effect: ReleasedDrivers.Effect, _ released: ReleasedDrivers, _ model: String
    ) throws(ReportError) -> Chart.Row {
        let cells = row(effect, released, "").cells
        let isClear = (effect.adjustedP ?? 1) < Verdict.level
        let value = effect.estimate.map { estimate in
            Chart.Value(
                estimate: estimate, lower: effect.lower, upper: effect.upper, isIndicative: false, text: cells[0].text,
                range: cells[1].text)
        }
        let verdict: Verdict =
            if value == nil {
                .hidden
            } else if effect.level != nil {
                // The test is of the question, not of this answer.
                .untested
            } else {
                isClear ? ((effect.estimate ?? 0) > 0 ? .higher : .lower) : .notDistinguishable
            }
        return Chart.Row(
            label: try label(effect, model), value: value, reference: nil, verdict: verdict, note: cells[3].text,
            segment: nil)
    }

    /// "Handelingsvertrouwen", or "Leeftijd: 75+ (tegenover 18-24)".
    private func label(_ effect: ReleasedDrivers.Effect, _ model: String) throws(ReportError) -> String {
        let label = try text(effect.label, "models.\(model).predictors")
        guard let level = effect.level else { return label }
        let name = try text(level, "models.\(model).predictors")
        guard let reference = effect.reference else { return "\(label): \(name)" }
        let against = try text(reference, "models.\(model).predictors")
        return words.plain(.levelAgainst, ["label": label, "level": name, "reference": against])
    }

    /// The predictor's name where its test is clear.
    private func clearName(_ effect: ReleasedDrivers.Effect, _ model: String) throws(ReportError) -> String? {
        guard let p = effect.adjustedP, p < Verdict.level else { return nil }
        return try text(effect.label, "models.\(model).predictors").lowercasedFirst
    }

    private func row(
        _ effect: ReleasedDrivers.Effect, _ released: ReleasedDrivers, _ label: String
    ) -> DataTable.Row {
        func points(_ value: Double?) -> RichText {
            guard let value else { return "" }
            let text = released.isShare ? numbers.points(value) : numbers.decimal(value, places: 2)
            return .number(value > 0 && text != "0" ? "+" + text : text, effect.rowID)
        }
        let estimate = effect.estimate == nil ? words.text(.hidden) : points(effect.estimate)
        let range: RichText =
            effect.lower == nil || effect.upper == nil
            ? "" : words.text(.fromTo, ["low": points(effect.lower), "high": points(effect.upper)])
        let importance: RichText =
            effect.importance.map { .number(numbers.percent($0), effect.rowID) } ?? ""
        let isClear = (effect.adjustedP ?? 1) < Verdict.level
        // One test for all answers of a question: a single answer of it is not told apart by that.
        let one: Phrase = isClear ? .goesTogether : .notClearlyTogether
        let whole: Phrase = isClear ? .goesTogetherAsWhole : .notClearlyTogether
        let verdict = effect.estimate == nil ? "" : words[effect.level == nil ? one : whole]
        return .init(header: label, cells: [estimate, range, importance, RichText(verdict)].map { .init($0) })
    }

    private func driverCallouts() -> [Report.Callout] {
        [
            Report.Callout(
                kind: .explanation, title: words[.howToRead],
                points: [words.text(.readDrivers), words.text(.readDeviation), words.text(.readImportance)]),
            Report.Callout(
                kind: .doNotConclude, title: words[.whatNotToConclude],
                points: [words.text(.driversNoCause), words.text(.driversNoPromise), words.text(.notOneByOne)])
        ]
    }
}

extension String {
    var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
