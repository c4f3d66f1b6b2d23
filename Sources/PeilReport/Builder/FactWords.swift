/// Names of the facts that peil itself produces.
enum FactWords {
    static func label(_ key: String, _ language: Language) -> String? {
        if let name = names[key] { return language == .nl ? name.nl : name.en }
        // A rule of the study stands behind the second dot: "quality.finding.two answers that disagree".
        let parts = key.split(separator: ".", maxSplits: 2).map(String.init)
        guard parts.count == 3, let name = names["\(parts[0]).\(parts[1])"] else { return nil }
        return "\(language == .nl ? name.nl : name.en): \(parts[2])"
    }

    /// A text that peil itself writes as the value of a fact; texts of the study stay as they are.
    static func word(_ text: String, _ language: Language) -> String {
        guard let word = values[text] else { return text }
        return language == .nl ? word.nl : word.en
    }

    /// How files are written: encoding, separator and decimal sign of each kind of file.
    static func dialects(_ text: String, _ language: Language) -> String {
        text.components(separatedBy: "; ").map { dialect in
            dialect.split(separator: " ").map { part in
                guard let sign = signs[String(part)] else { return part.uppercased() }
                return language == .nl ? sign.nl : sign.en
            }.joined(separator: ", ")
        }.joined(separator: "; ")
    }

    private static let signs: [String: (nl: String, en: String)] = [
        "comma": ("komma", "comma"), "semicolon": ("puntkomma", "semicolon"), "point": ("punt", "point"),
        "tab": ("tab", "tab"), "bar": ("verticale streep", "vertical bar"), "space": ("spatie", "space"),
        "colon": ("dubbele punt", "colon")
    ]

    private static let values: [String: (nl: String, en: String)] = [
        "ordered rules": ("Vaste regels, van boven naar beneden", "Fixed rules, from top to bottom"),
        "weighted k-means": ("Mensen die op elkaar lijken (k-means)", "People who are alike (k-means)"),
        "latent classes": (
            "Mensen die hetzelfde antwoorden (latente klassen)", "People who answer alike (latent classes)"
        ),
        "< 0.000001": ("minder dan een miljoenste", "less than a millionth"),
        "adjust": ("verschil met het gemiddelde van alle lagen", "difference from the mean of all strata"),
        "certainty": ("telt niet mee in de marge", "adds nothing to the margin"),
        "remove": ("laag telt niet mee in de marge", "stratum adds nothing to the margin"),
        "average": ("gemiddelde spreiding van de andere lagen", "mean spread of the other strata"),
        "fail": ("zulke lagen zijn er niet", "there are no such strata")
    ]

    private static let names: [String: (nl: String, en: String)] = [
        "quality.rows_read": ("Regels in het bestand", "Rows in the file"),
        "quality.rows_kept": ("Bruikbare antwoorden", "Usable answers"),
        "quality.rows_removed": ("Niet gebruikt", "Not used"),
        "quality.duplicates": ("Dubbele regels", "Duplicate rows"),
        "quality.invited": ("Uitgenodigd", "Invited"),
        "quality.returned": ("Ingevuld", "Returned"),
        "quality.response_rate": ("Respons", "Response rate"),
        "quality.excluded.speeders": ("Niet meegeteld: heel snel ingevuld", "Not counted: very fast"),
        "quality.excluded.same answers": (
            "Niet meegeteld: twee keer dezelfde antwoorden", "Not counted: the same answers twice"
        ),
        "quality.partial_interviews": ("Niet alles ingevuld", "Not all answered"),
        "quality.same_answers": (
            "Twee keer dezelfde antwoorden", "Same answers twice"
        ),
        "quality.quarantined": ("Regels die niet bij de vragenlijst passen", "Rows that do not fit the questionnaire"),
        "quality.partials": ("Halverwege gestopt, niet meegeteld", "Broke off, not counted"),
        "quality.speeders": ("Heel snel ingevuld", "Very fast"),
        "quality.straightliners": (
            "Steeds hetzelfde antwoord", "Same answer throughout"
        ),
        "quality.finding": ("Antwoorden die elkaar tegenspreken", "Answers that disagree"),
        "quality.excluded": ("Niet meegeteld", "Not counted"),
        "quality.respondents": ("Antwoorden", "Answers"),
        "quality.dialect": (
            "Schrijfwijze van het bestand: tekens, scheiding, decimaalteken",
            "How the file is written: characters, separator, decimal sign"
        ),
        "fieldwork.invited": ("Uitgenodigd", "Invited"),
        "fieldwork.response": ("Deed mee", "Response"),
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
        "segments.version": ("Versie van de groepen", "Version of the groups"),
        "segments.made_on": ("Groepen gemaakt op de meting", "Groups made on the wave"),
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
