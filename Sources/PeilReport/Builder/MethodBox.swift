import PeilDisclosure

/// Who, when, how, margin, what is hidden and why: from the subject, the rules and the released facts.
extension Context {
    func methodBox() throws(ReportError) -> Report.Method {
        Report.Method(
            title: words[.method],
            blocks: [
                .definitions(try survey()),
                .heading(words[.notShownTitle]), .list(hiddenRules()),
                .heading(words[.missedTitle]), .paragraph(words.text(.missedText)),
                .heading(words[.figuresOfMeasurement]), .definitions(try measured() + fingerprint()),
                .paragraph(words.text(.notOnlyHere))
            ])
    }

    private func definition(_ term: Phrase, _ text: RichText) -> Report.Definition {
        Report.Definition(term: words[term], text: text)
    }

    private func survey() throws(ReportError) -> [Report.Definition] {
        let population = try text(subject.population, "population")
        let dates = [
            "from": RichText(numbers.date(subject.fieldworkFrom)),
            "to": RichText(numbers.date(subject.fieldworkTo))
        ]
        let level = publication.rows.lazy.compactMap(\.intervalLevel).first ?? 0.95
        var result = [
            definition(.who, words.text(.whoText, ["population": RichText(population.capitalisedWord)])),
            definition(.when, words.text(.fieldwork, dates)),
            definition(.how, RichText(subject.mode)),
            definition(.basisTitle, words.text(subject.basis == "panel" ? .basisPanel : .basisProbability)),
            definition(.marginTerm, words.text(.marginText, ["level": RichText(numbers.points(level))])),
            definition(.differences, words.text(.differencesText))
        ]
        if let missing = mostMissing() { result.append(definition(.missingTitle, missing)) }
        return result
    }

    /// The largest share without an answer among the figures of the whole region.
    private func mostMissing() -> RichText? {
        let region = publication.rows.filter { $0.name.area.isEmpty && $0.name.segment.isEmpty }
        guard let row = region.max(by: { ($0.missingShare ?? 0) < ($1.missingShare ?? 0) }),
            let share = row.missingShare, share > 0
        else { return nil }
        return words.text(.missingText, ["value": .number(numbers.precisePercent(share), row.rowID)])
    }

    private func hiddenRules() -> [RichText] {
        let rules = publication.rules
        func with(_ phrase: Phrase, _ n: Int) -> RichText {
            words.text(phrase, ["n": RichText(numbers.count(n))])
        }
        return [
            with(.ruleBase, rules.minimumBase), with(.ruleIndicative, rules.indicativeBase),
            with(.ruleCell, rules.minimumFrequency), words.text(.ruleSensitive), words.text(.ruleBound),
            words.text(.aboutPeople)
        ]
    }

    private func measured() throws(ReportError) -> [Report.Definition] {
        var names: [String: String] = [:]
        for area in subject.areas { names[area.code] = try name(ofArea: area) }
        var result: [Report.Definition] = []
        for fact in publication.facts {
            let term = try factLabel(fact)
            let area = names[fact.area] ?? fact.area
            let full = area.isEmpty ? term : words.plain(.factOfArea, ["label": term, "area": area])
            result.append(Report.Definition(term: full, text: RichText(text(of: fact.value))))
        }
        return result
    }

    /// The study's own word, peil's word, or the key as it is: a fact is never left out for want of a name.
    private func factLabel(_ fact: ReleasedFact) throws(ReportError) -> String {
        let key = "\(fact.topic).\(fact.key)"
        if let label = outline.factLabels[key] { return try text(label, "report.facts.\(key)") }
        return FactWords.label(key, language) ?? key
    }

    private func text(of value: ReleasedFact.Value) -> String {
        switch value {
        case .count(let count): numbers.count(count)
        case .fewerThan(let limit): words.plain(.fewerThan, ["n": numbers.count(limit)])
        case .measure(let measure): numbers.decimal(measure, places: 2)
        case .text(let text): text
        }
    }

    private func fingerprint() -> [Report.Definition] {
        let parts = [
            words.plain(.studyHash, ["hash": String(subject.studyHash.prefix(12))]),
            words.plain(.inputHash, ["hash": String(subject.inputHash.prefix(12))]),
            words.plain(.seed, ["seed": String(subject.seed)])
        ]
        return [
            definition(.software, words.text(.softwareText, ["version": RichText(subject.version)])),
            definition(.fingerprint, RichText(parts.joined(separator: ", ")))
        ]
    }
}

/// Names of the facts that peil itself produces.
enum FactWords {
    static func label(_ key: String, _ language: Language) -> String? {
        if let name = names[key] { return language == .nl ? name.nl : name.en }
        // A rule of the study stands behind the second dot: "quality.finding.two answers that disagree".
        let parts = key.split(separator: ".", maxSplits: 2).map(String.init)
        guard parts.count == 3, let name = names["\(parts[0]).\(parts[1])"] else { return nil }
        return "\(language == .nl ? name.nl : name.en): \(parts[2])"
    }

    private static let names: [String: (nl: String, en: String)] = [
        "quality.rows_read": ("Regels in het bestand", "Rows in the file"),
        "quality.rows_kept": ("Bruikbare antwoorden", "Usable answers"),
        "quality.rows_removed": ("Niet gebruikt", "Not used"),
        "quality.duplicates": ("Dubbele antwoorden", "Duplicate answers"),
        "quality.invited": ("Uitgenodigd", "Invited"),
        "quality.returned": ("Ingevuld", "Returned"),
        "quality.response_rate": ("Respons", "Response rate"),
        "quality.quarantined": ("Regels die niet te lezen waren", "Rows that could not be read"),
        "quality.partials": ("Halverwege gestopt, niet meegeteld", "Broke off, not counted"),
        "quality.speeders": ("Heel snel ingevuld, wel meegeteld", "Very fast, counted all the same"),
        "quality.straightliners": (
            "Overal hetzelfde antwoord, wel meegeteld", "Same answer throughout, counted all the same"
        ),
        "quality.finding": ("Antwoorden die elkaar tegenspreken", "Answers that disagree"),
        "quality.excluded": ("Niet meegeteld", "Not counted"),
        "quality.respondents": ("Antwoorden", "Answers"),
        "quality.dialect": ("Schrijfwijze van het bestand", "How the file is written"),
        "design.strata": ("Lagen in de steekproef", "Strata in the sample"),
        "design.clusters": ("Huishoudens of personen getrokken", "Households or persons drawn"),
        "design.lonely_psu": ("Regel voor lagen met één trekking", "Rule for strata with one unit"),
        "design.degrees_of_freedom": ("Vrijheidsgraden", "Degrees of freedom"),
        "design.effective_n": ("Effectief aantal antwoorden", "Effective number of answers"),
        "weighting.method": ("Weging", "Weighting"),
        "weighting.margins": ("Gewogen naar", "Weighted to"),
        "weighting.kish_effect": ("Ontwerpeffect van de weging", "Design effect of the weights"),
        "weighting.kish_design_effect": ("Ontwerpeffect van de weging", "Design effect of the weights"),
        "weighting.effective_n": ("Effectief aantal antwoorden", "Effective number of answers"),
        "weighting.largest_to_area_mean": (
            "Grootste gewicht, keer het gemiddelde van het gebied",
            "Largest weight, times the mean of its area"
        ),
        "weighting.largest_margin_error": (
            "Grootste afwijking van de bekende aantallen", "Largest departure from the known counts"
        ),
        "segments.starts": ("Keer opnieuw begonnen", "Starts"),
        "segments.best_reached": ("Beste indeling bereikt", "Best grouping reached"),
        "weighting.largest_weight": ("Grootste gewicht", "Largest weight"),
        "weighting.smallest_weight": ("Kleinste gewicht", "Smallest weight"),
        "weighting.trimmed": ("Afgekapte gewichten", "Trimmed weights"),
        "weighting.iterations": ("Stappen van de weging", "Steps of the weighting"),
        "segments.method": ("Indeling in groepen", "How groups are made"),
        "software.version": ("Versie van peil", "Version of peil")
    ]
}
