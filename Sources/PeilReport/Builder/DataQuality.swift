import PeilDisclosure

/// What happened to the answers before they were counted: tables of released facts, each with its rule.
extension Context {
    private static let books = ["rows_read", "quarantined", "partials", "excluded", "rows_kept"]
    private static let flags = [
        "duplicates", "partial_interviews", "speeders", "straightliners", "same_answers", "finding"
    ]

    /// Facts that stand in the tables are not listed again.
    func isInQualityTables(_ fact: ReleasedFact) -> Bool {
        fact.topic == "rule" || fact.topic == "nonresponse" || isInFieldworkTable(fact)
            || isInWeightingTables(fact)
            || fact.topic == "quality" && (Self.books + Self.flags).contains(fact.ruleFree)
    }

    func dataQuality() throws(ReportError) -> [Report.Block] {
        var blocks: [Report.Block] = []
        let books = try rows(Self.books)
        let flags = try rows(Self.flags)
        if let table = try fieldworkTable() { blocks.append(table) }
        if !books.isEmpty {
            blocks.append(table("quality-books", .booksTitle, .booksSubtitle, books))
        }
        if !flags.isEmpty {
            blocks.append(table("quality-flags", .flagsTitle, .flagsSubtitle, flags))
        }
        if let table = try nonResponse() { blocks.append(table) }
        guard !blocks.isEmpty else { return [] }
        return [.heading(words[.qualityTitle]), .paragraph(words.text(.qualityText))] + blocks
    }

    private func table(_ id: String, _ title: Phrase, _ subtitle: Phrase, _ rows: [DataTable.Row]) -> Report.Block {
        .table(
            .init(
                id: id, title: words.text(title), subtitle: "", key: [],
                table: DataTable(
                    caption: words[subtitle], columns: [words[.columnWhat], words[.columnCount], words[.columnRule]],
                    rows: rows, wordColumns: [2]), source: words.text(.sourceUnweighted)))
    }

    private func rows(_ keys: [String]) throws(ReportError) -> [DataTable.Row] {
        var rows: [DataTable.Row] = []
        for key in keys {
            for fact in publication.facts where fact.topic == "quality" && fact.ruleFree == key {
                rows.append(
                    .init(
                        header: try factLabel(fact),
                        cells: [.init(RichText(text(of: fact.value))), .init(rule(of: fact))],
                        isTotal: key == "rows_kept"))
            }
        }
        return rows
    }

    // MARK: Rules

    private func rule(of fact: ReleasedFact) -> RichText {
        switch fact.ruleFree {
        case "rows_read": words.text(.ruleRead)
        case "quarantined": words.text(.ruleQuarantined)
        case "partials": words.text(.rulePartials, ["share": share("completeness")])
        case "excluded": words.text(.ruleExcluded)
        case "rows_kept": words.text(.ruleKept)
        case "duplicates": words.text(.ruleDuplicates)
        case "partial_interviews":
            words.text(
                .rulePartialInterviews, ["from": share("completeness"), "to": share("partial_interviews")])
        case "speeders": speederRule
        case "straightliners": straightlinerRule(fact)
        case "same_answers": words.text(.ruleSameAnswers)
        default: words.text(.ruleFinding)
        }
    }

    private var speederRule: RichText {
        if let share = measure("speeders") {
            return words.text(.ruleSpeeders, ["share": RichText(numbers.percent(share))])
        }
        guard let seconds = measure("speeder_seconds") else { return "" }
        return words.text(.ruleSpeederSeconds, ["n": RichText(numbers.count(Int(seconds)))])
    }

    private func straightlinerRule(_ fact: ReleasedFact) -> RichText {
        guard let share = measure(fact.key), share < 1 else { return words.text(.ruleStraightliners) }
        return words.text(.ruleMostlySame, ["share": RichText(numbers.percent(share))])
    }

    private func share(_ key: String) -> RichText { RichText(measure(key).map(numbers.percent) ?? "") }

    /// A number of a rule of the study.
    private func measure(_ key: String) -> Double? {
        for fact in publication.facts where fact.topic == "rule" && fact.key == key {
            if case .measure(let value) = fact.value { return value }
        }
        return nil
    }

    // MARK: Item non-response

    /// The questions with the largest share without an answer, and why.
    private func nonResponse() throws(ReportError) -> Report.Block? {
        let facts = publication.facts.filter { $0.topic == "nonresponse" }
        var valueOfKey: [String: ReleasedFact.Value] = [:]
        for fact in facts { valueOfKey[fact.key] = fact.value }
        var rows: [DataTable.Row] = []
        for fact in facts {
            let parts = fact.key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else { continue }
            // A question of which only classes are shown has no figure of its own.
            let known = questionOfID[parts[1]]
            let source = outline.sourceWordings[parts[1]]
            guard let wording = known?.wording ?? source else {
                throw ReportError.unknownQuestion(parts[1], place: "nonresponse")
            }
            let cells = ["", ".dont_know", ".refused", ".not_answered"].map { reason in
                DataTable.Cell(RichText(shareText(valueOfKey[fact.key + reason])))
            }
            rows.append(.init(header: try text(wording, "questions.\(parts[1]).wording"), cells: cells))
        }
        guard !rows.isEmpty else { return nil }
        return .table(
            .init(
                id: "quality-nonresponse", title: words.text(.nonResponseTitle),
                subtitle: "", key: [],
                table: DataTable(
                    caption: words[.nonResponseSubtitle],
                    columns: [
                        words[.columnQuestion], words[.columnNoAnswer], words[.columnDontKnow], words[.columnRefused],
                        words[.columnSkipped]
                    ], rows: rows), source: words.text(.sourceNonResponse)))
    }

    private func shareText(_ value: ReleasedFact.Value?) -> String {
        if case .share(let share)? = value { return numbers.precisePercent(share) }
        return "–"
    }
}

extension ReleasedFact {
    /// The key without the study's own name of a rule: "excluded" of "excluded.base".
    fileprivate var ruleFree: String { String(key.prefix { $0 != "." }) }
}
