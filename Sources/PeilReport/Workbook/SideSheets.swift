import PeilDisclosure

/// Changes and models in the workbook: a sheet each, with the numbers of `changes.csv` and `drivers.csv`.
extension Context {
    /// Title and sheet of each; the title becomes the line in the contents.
    func sideSheets(
        _ names: inout SheetNames, contents: String
    ) throws(ReportError) -> [(title: String, sheet: Workbook.Sheet)] {
        var made: [(title: String, sheet: Workbook.Sheet)] = []
        if let changes = publication.changes, !changes.rows.isEmpty {
            let earlier = try text(changes.waveLabel, "wave.label")
            let title = words.plain(.trendCaption, ["now": try waveLabel(), "earlier": earlier]).capitalisedWord
            var sheet = try sideSheet(names.name(for: words[.columnChange]), title, contents)
            sheet.rows.append(
                [
                    words[.columnQuestion], words[.columnAnswer], earlier.capitalisedWord,
                    try waveLabel().capitalisedWord,
                    words[.columnDifference], WorkbookColumn.from.title(language), WorkbookColumn.to.title(language),
                    words[.columnChange], WorkbookColumn.rowID.title(language)
                ].map { .text($0, .header) })
            for change in changes.rows { sheet.rows.append(try line(change)) }
            made.append((title, sheet))
        }
        for model in publication.drivers {
            let outcome = try text(model.label, "models.\(model.id).label")
            let title = words.plain(.driversCaption, ["outcome": outcome])
            var sheet = try sideSheet(names.name(for: title), title, contents)
            sheet.rows.append(
                [
                    words[.columnTopic], words[.columnAnswer], words[.columnDifference],
                    WorkbookColumn.from.title(language), WorkbookColumn.to.title(language), words[.columnImportance],
                    words[.columnBase], words[.columnTested], WorkbookColumn.rowID.title(language)
                ].map { .text($0, .header) })
            for effect in model.effects { sheet.rows.append(try line(effect, model)) }
            made.append((title, sheet))
        }
        return made
    }

    private func sideSheet(_ name: String, _ title: String, _ contents: String) throws(ReportError) -> Workbook.Sheet {
        var sheet = Workbook.Sheet(name: name, widths: [44, 40, 16, 16, 18, 13, 13, 30, 44], frozenRows: 7)
        let banner = subject.banner.isEmpty ? "" : try text(subject.banner, "banner")
        sheet.rows = [
            [.text(title, .title)], [],
            [.text("\(WorkbookPhrase.population.text(language)): \(try text(subject.population, "population"))")],
            [.text("\(WorkbookPhrase.wave.text(language)): \(try waveLabel())")],
            [.link(WorkbookPhrase.back.text(language), sheet: contents)],
            banner.isEmpty ? [] : [.text(banner, .strong)]
        ]
        return sheet
    }

    private func line(_ change: ReleasedChange) throws(ReportError) -> [Workbook.Cell] {
        let question = try question(change.name.question, place: "workbook")
        let now = row(change.name.question, change.name.level, change.name.statistic)
        let style: Workbook.Style = change.name.statistic == .share ? .percent : .decimal
        func number(_ value: Double?) -> Workbook.Cell { value.map { .number($0, style) } ?? .empty }
        let answer = change.name.level.isEmpty ? "" : try label(change.name.level, of: question, place: "workbook")
        return [
            .plain(try label(question)), .plain(answer), number(change.earlier), number(now?.estimate),
            number(change.difference), number(change.lower), number(change.upper), .plain(changeWord(change, now)),
            .text(change.rowID, .grey)
        ]
    }

    private func line(
        _ effect: ReleasedDrivers.Effect, _ model: ReleasedDrivers
    ) throws(ReportError) -> [Workbook.Cell] {
        let style: Workbook.Style = model.isShare ? .precisePercent : .preciseDecimal
        func number(_ value: Double?) -> Workbook.Cell { value.map { .number($0, style) } ?? .empty }
        let key = "models.\(model.id).predictors"
        let level = try effect.level.map { level throws(ReportError) in try text(level, key) } ?? ""
        let test: Phrase = (effect.adjustedP ?? 1) < Verdict.level ? .goesTogether : .notClearlyTogether
        return [
            .plain(try text(effect.label, key)), .plain(level), number(effect.estimate), number(effect.lower),
            number(effect.upper), effect.importance.map { .number($0, .percent) } ?? .empty,
            .number(Double(model.n), .count), .plain(effect.estimate == nil ? "" : words[test]),
            .text(effect.rowID, .grey)
        ]
    }
}
