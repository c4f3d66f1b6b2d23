/// The columns of a sheet of figures, in order.
enum WorkbookColumn: CaseIterable {
    case answer, area, group, what, value, from, to, base, verdict, mind, rowID

    func title(_ language: Language) -> String { language == .nl ? dutch.title : english.title }

    /// What stands in it, for the sheet of notes.
    func explanation(_ language: Language) -> String { language == .nl ? dutch.text : english.text }

    /// In characters.
    var width: Double {
        switch self {
        case .answer: 34
        case .area, .group, .verdict: 26
        case .what: 13
        case .value: 22
        case .from, .to: 11
        case .base: 11
        case .mind: 12
        case .rowID: 40
        }
    }

    private var dutch: (title: String, text: String) {
        switch self {
        case .answer: ("Antwoord", "Het antwoord waar het cijfer over gaat. Leeg bij een gemiddelde.")
        case .area: ("Gebied", "Waar de mensen wonen.")
        case .group: ("Groep", "De groep mensen. ‘Iedereen’: alle groepen samen.")
        case .what: ("Soort cijfer", "Deel van de mensen, gemiddelde, of aantal mensen.")
        case .value: ("Cijfer", "Het cijfer na de weging. Staan er woorden, dan tonen we geen cijfer.")
        case .from: ("Marge van", "De onderkant van de marge.")
        case .to: ("Marge tot", "De bovenkant van de marge.")
        case .base: ("Antwoorden", "Zoveel mensen gaven antwoord. Niet gewogen.")
        case .verdict: ("Vergeleken met de rest", "De uitkomst van de toets. Kijk niet alleen naar de marges.")
        case .mind: ("Let op", "‘Indicatief’: kleine basis of brede marge. Gebruik het cijfer voorzichtig.")
        case .rowID: ("row_id", "De naam van het cijfer. In estimates.csv heeft dezelfde regel dezelfde naam.")
        }
    }

    private var english: (title: String, text: String) {
        switch self {
        case .answer: ("Answer", "The answer that the figure is about. Empty for an average.")
        case .area: ("Area", "Where the people live.")
        case .group: ("Group", "The group of people. ‘Everybody’: all groups together.")
        case .what: ("Kind of figure", "Share of the people, average, or number of people.")
        case .value: ("Figure", "The figure after weighting. Where words stand, no figure is shown.")
        case .from: ("Margin from", "The lower end of the margin.")
        case .to: ("Margin to", "The upper end of the margin.")
        case .base: ("Answers", "So many people answered. Not weighted.")
        case .verdict: ("Compared with the rest", "The outcome of the test. Do not look at the margins alone.")
        case .mind: ("Mind", "‘Indicative’: a small base or a wide margin. Use the figure with care.")
        case .rowID: ("row_id", "The name of the figure. In estimates.csv the same row has the same name.")
        }
    }
}

/// Other words that only the workbook says.
enum WorkbookPhrase: CaseIterable {
    case contents, notes, back, figures, wording, share, mean, people, tooFew, regionOnly, columns, signs, survey, files
    case signHigher, signLower, signSame, indicative, population, wave, software, studyHash, inputHash, seed

    func text(_ language: Language) -> String { language == .nl ? dutch : english }

    private var dutch: String {
        switch self {
        case .contents: "Inhoud"
        case .notes: "Uitleg"
        case .back: "Naar de inhoud"
        case .figures: "Regels"
        case .wording: "De vraag zoals gesteld"
        case .share: "deel"
        case .mean: "gemiddelde"
        case .people: "mensen"
        case .tooFew: "te weinig antwoorden"
        case .regionOnly: "alleen voor de hele regio"
        case .columns: "Wat in de kolommen staat"
        case .signs: "Tekens en woorden"
        case .survey: "De meting"
        case .files: "Waar de cijfers uit komen"
        case .signHigher: "Hoger dan de rest. De toets is duidelijk."
        case .signLower: "Lager dan de rest. De toets is duidelijk."
        case .signSame: "De toets kan dit cijfer niet van de rest onderscheiden."
        case .indicative: "indicatief"
        case .population: "Over wie"
        case .wave: "Meting"
        case .software: "Programma"
        case .studyHash: "Kenmerk van de studie (SHA-256)"
        case .inputHash: "Kenmerk van de gegevens (SHA-256)"
        case .seed: "Startgetal"
        }
    }

    private var english: String {
        switch self {
        case .contents: "Contents"
        case .notes: "Notes"
        case .back: "To the contents"
        case .figures: "Rows"
        case .wording: "The question as put"
        case .share: "share"
        case .mean: "average"
        case .people: "people"
        case .tooFew: "too few answers"
        case .regionOnly: "for the whole region only"
        case .columns: "What the columns hold"
        case .signs: "Signs and words"
        case .survey: "The survey"
        case .files: "Where the figures come from"
        case .signHigher: "Higher than the rest. The test is clear."
        case .signLower: "Lower than the rest. The test is clear."
        case .signSame: "The test cannot tell this figure from the rest."
        case .indicative: "indicative"
        case .population: "About whom"
        case .wave: "Wave"
        case .software: "Program"
        case .studyHash: "Fingerprint of the study (SHA-256)"
        case .inputHash: "Fingerprint of the data (SHA-256)"
        case .seed: "Seed"
        }
    }
}
