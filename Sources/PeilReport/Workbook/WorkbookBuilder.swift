import PeilDisclosure

/// The workbook of a publication: contents, a sheet per question, notes.
extension Context {
    func workbook() throws(ReportError) -> Workbook {
        var names = SheetNames()
        let contents = names.name(for: WorkbookPhrase.contents.text(language))
        let notes = names.name(for: WorkbookPhrase.notes.text(language))
        var rowsOfQuestion: [String: [Int]] = [:]
        for position in publication.rows.indices {
            rowsOfQuestion[publication.rows.name(at: position).question, default: []].append(position)
        }
        let places = try WorkbookPlaces(self)
        let title = try text(subject.title, "title")
        var workbook = Workbook(
            title: CellText.property(title), subject: CellText.property(try text(subject.population, "population")),
            company: CellText.property(title), created: WorkbookDate.seconds(of: subject.fieldworkTo))
        var lines: [[Workbook.Cell]] = []
        var figures: [Workbook.Sheet] = []
        for question in subject.questions {
            guard let rows = rowsOfQuestion[question.id] else { continue }
            let label = try label(question)
            let name = names.name(for: label)
            figures.append(try figureSheet(question, rows: rows, places, name: name, contents: contents))
            lines.append([
                .link(label, sheet: name), .plain(question.wording.text(in: language.rawValue) ?? ""),
                .text(try base(question)), .number(Double(rows.count), .count)
            ])
        }
        for (title, sheet) in try sideSheets(&names, contents: contents) {
            figures.append(sheet)
            // Above its figures stand the six lines of every sheet and the heads of its columns.
            let count = Double(sheet.rows.count - 7)
            lines.append([.link(title, sheet: sheet.name), .empty, .empty, .number(count, .count)])
        }
        workbook.sheets =
            [try contentsSheet(contents, lines, notes: notes)] + figures + [try notesSheet(notes, contents)]
        return workbook
    }

    private func contentsSheet(
        _ name: String, _ lines: [[Workbook.Cell]], notes: String
    ) throws(ReportError) -> Workbook.Sheet {
        var sheet = Workbook.Sheet(name: name, widths: [40, 70, 50, 10])
        sheet.rows = [[.text(try text(subject.title, "title"), .title)]]
        if !subject.banner.isEmpty {
            sheet.rows.append([.text(try text(subject.banner, "banner"), .strong)])
        }
        sheet.rows += [
            [.text("\(WorkbookPhrase.population.text(language)): \(try text(subject.population, "population"))")],
            [.text("\(WorkbookPhrase.wave.text(language)): \(try waveLabel())")],
            [.link(notes, sheet: notes)], [],
            [
                .text(words[.columnQuestion], .header), .text(WorkbookPhrase.wording.text(language), .header),
                .text(WorkbookPhrase.population.text(language), .header),
                .text(WorkbookPhrase.figures.text(language), .header)
            ]
        ]
        sheet.rows += lines
        return sheet
    }

    /// What each column is, the signs, the rules of release, the survey, and where the figures come from.
    private func notesSheet(_ name: String, _ contents: String) throws(ReportError) -> Workbook.Sheet {
        var sheet = Workbook.Sheet(name: name, widths: [34, 100])
        sheet.rows = [
            [.text(WorkbookPhrase.notes.text(language), .title)],
            [.link(WorkbookPhrase.back.text(language), sheet: contents)]
        ]
        func add(_ title: String, _ lines: [(String, String)]) {
            sheet.rows += [[], [.text(title, .strong)]]
            sheet.rows += lines.map { [.text($0.0, .wrapped), .text($0.1, .wrapped)] }
        }
        let columns = WorkbookColumn.allCases.map { ($0.title(language), $0.explanation(language)) }
        add(WorkbookPhrase.columns.text(language), columns)
        add(WorkbookPhrase.signs.text(language), signs())
        add(words[.notShownTitle], hiddenRules().map { ("", $0.plain) })
        let survey = try survey()
        add(WorkbookPhrase.survey.text(language), survey.map { ($0.term, $0.text.plain) })
        add(WorkbookPhrase.files.text(language), try origin())
        return sheet
    }

    private func signs() -> [(String, String)] {
        let phrases = [
            (Verdict.higher, WorkbookPhrase.signHigher), (.lower, .signLower), (.notDistinguishable, .signSame)
        ]
        return phrases.map { ("\($0.sign) \(word($0))", $1.text(language)) }
            + [(WorkbookPhrase.indicative.text(language), WorkbookColumn.mind.explanation(language))]
    }

    private func origin() throws(ReportError) -> [(String, String)] {
        [
            (WorkbookPhrase.wave.text(language), try waveLabel()),
            (WorkbookPhrase.software.text(language), "peil \(subject.version)"),
            (WorkbookPhrase.studyHash.text(language), subject.studyHash),
            (WorkbookPhrase.inputHash.text(language), subject.inputHash),
            (WorkbookPhrase.seed.text(language), String(subject.seed))
        ]
    }
}
