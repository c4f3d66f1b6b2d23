import PeilDisclosure

extension Context {
    func keyFigure(_ measure: ReportOutline.Measure) throws(ReportError) -> Report.KeyFigure {
        let question = try question(measure.question, place: "keyFigures")
        if !measure.level.isEmpty { _ = try label(measure.level, of: question, place: "keyFigures") }
        let share = try here(measure)
        let count = here(measure.question, measure.level, .people)
        var notes: [RichText] = []
        let range = range(share)
        if !range.isEmpty { notes.append(words.text(.margin, ["range": range]) + RichText(rangeUnit(share))) }
        if count?.estimate != nil {
            notes.append(words.text(.peopleRange, ["people": value(count), "range": self.range(count)]))
        }
        if focus != .region, let rest = restNote(share) { notes.append(rest) }
        if share?.isIndicative == true { notes.append(words.text(.uncertain)) }
        var figure = Report.KeyFigure(label: try keyLabel(measure, question), value: value(share), notes: notes)
        if let share, share.name.statistic == .share, let estimate = share.estimate {
            figure.scale = .init(estimate: estimate, lower: share.lower, upper: share.upper)
        }
        return figure
    }

    /// A hundred dots for the share that the heading is about: a segment's size, or the first key figure.
    func cover(_ first: ReportOutline.Measure?) throws(ReportError) -> Report.Cover? {
        var row: ReleasedRow?
        if case .segment(let code) = focus {
            row = self.row(outline.segmentQuestion, code, .share)
        } else if let first {
            row = try here(first)
        }
        guard let row, row.name.statistic == .share, let share = row.estimate, let lower = row.lower,
            let upper = row.upper
        else { return nil }
        let values = ["statement": try coverStatement(row, first), "range": range(row)]
        return Report.Cover(
            share: share, lower: lower, upper: upper, segment: segmentPosition, text: words.text(.coverText, values))
    }

    /// A percentage is one thing in both numbers: "12% hoort", "1% hoort".
    private func coverStatement(
        _ row: ReleasedRow, _ first: ReportOutline.Measure?
    ) throws(ReportError) -> RichText {
        if let first, !isSegment { return try statement(first) }
        return words.text(.shareSays, ["value": value(row), "says": RichText(words[.belongsHere])])
    }

    /// "Rest van de regio: 33%. Niet te onderscheiden."
    private func restNote(_ row: ReleasedRow?) -> RichText? {
        let verdict = Verdict(row)
        guard let row, let rest = row.referenceEstimate, verdict != .untested else { return nil }
        return words.text(
            .restNote,
            [
                "who": RichText(restKey.capitalisedWord),
                "value": .number(number(rest, row.name.statistic), row.rowID),
                "verdict": RichText(word(verdict).capitalisedWord)
            ])
    }

    /// The topic alone where the study says in words what the answer means.
    private func keyLabel(_ measure: ReportOutline.Measure, _ question: Question) throws(ReportError) -> String {
        measure.says == nil ? try label(measure, place: "keyFigures") : try label(question)
    }

    /// "33% heeft een noodpakket in huis", or "Noodpakket in huis (ja): 33%".
    func statement(_ measure: ReportOutline.Measure) throws(ReportError) -> RichText {
        let row = try here(measure)
        if let says = measure.says, row?.isShown == true {
            let key = "report.keyFigures.\(measure.question).says"
            return words.text(.shareSays, ["value": value(row), "says": RichText(try text(says, key))])
        }
        let phrase: Phrase = row?.name.statistic == .mean ? .meanOf : .shareOf
        let label = RichText(try label(measure, place: "keyFigures"))
        return words.text(phrase, ["label": label, "value": value(row)])
    }

    func keyFinding(_ measure: ReportOutline.Measure) throws(ReportError) -> Finding {
        let row = try here(measure)
        let evidence: Evidence = row?.isShown != true ? .tooFew : row?.isIndicative == true ? .indicative : .estimated
        let count = here(measure.question, measure.level, .people)
        var detail = detail(try label(measure, place: "keyFigures"), row)
        if count?.estimate != nil {
            detail = detail + " " + words.text(.peopleRange, ["people": value(count), "range": range(count)])
        }
        return Finding(
            id: "key-\(measure.question)", evidence: evidence,
            rowIDs: [row?.rowID].compactMap { $0 },
            sentence: try statement(measure).capitalised + ".", detail: detail)
    }
}
