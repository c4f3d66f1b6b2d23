/// The fixed sentences of a short form, at level B1.
struct ShortFormWords: Sendable {
    let title: String
    let intro: @Sendable (_ study: String, _ count: Int) -> String
    let questions: String
    let points: String
    let adding: String
    let open: @Sendable (_ required: Int) -> String
    let answer: String
    let start: String
    let noAnswer: String
    let quality: String
    let accuracy: @Sendable (_ accuracy: String, _ largest: String, _ count: Int) -> String
    let bySegment: @Sendable (String) -> String
    let agreement: @Sendable (String) -> String
    let sizes: String
    let groups: String

    static func of(_ language: ShortFormText.Language) -> ShortFormWords {
        switch language {
        case .dutch: dutch
        case .english: english
        }
    }

    private static let dutch = ShortFormWords(
        title: "Korte vragenlijst",
        intro: { "Met deze \($1) vragen herkent u de groepen uit het onderzoek \($0) in uw eigen onderzoek." },
        questions: "Vragen",
        points: "Punten tellen",
        adding: "Begin met de punten van de rij 'start'. Tel bij elke vraag de punten van het gekozen antwoord op. "
            + "De groep met de meeste punten is de groep van deze persoon. Zijn er twee even hoog? Kies dan de groep die "
            + "het meest links staat.",
        open: { required in
            "Is een vraag niet beantwoord? Tel dan de rij 'geen antwoord' van die vraag. "
                + (required == 1 ? "Is geen enkele vraag" : "Zijn er minder dan \(required) vragen")
                + " beantwoord? Dan is deze persoon niet in te delen."
        },
        answer: "Antwoord", start: "start", noAnswer: "geen antwoord", quality: "Hoe goed werkt dit?",
        accuracy: { accuracy, largest, count in
            "De vragen delen \(accuracy) van de mensen goed in (getoetst bij \(count) mensen die de lijst niet kende). "
                + "Wie iedereen in de grootste groep zet, heeft het bij \(largest) goed."
        },
        bySegment: { "Goed ingedeeld, per groep: \($0)." },
        agreement: { "Punten tellen met de hand geeft bij \($0) van de mensen dezelfde groep als de berekening." },
        sizes: "Wilt u weten hoe groot de groepen zijn? Gebruik dan de berekening met correctie. Tellen alleen maakt "
            + "kleine groepen vaak te groot.",
        groups: "Deze lijst is voor groepen. Een enkele persoon wordt vaak verkeerd ingedeeld.")

    private static let english = ShortFormWords(
        title: "Short question set",
        intro: { "With these \($1) questions you recognise the groups of the study \($0) in your own survey." },
        questions: "Questions",
        points: "Adding points",
        adding: "Begin with the points of the row 'start'. For each question add the points of the answer that was "
            + "chosen. The group with most points is the group of this person. Are two equally high? Choose the one "
            + "furthest to the left.",
        open: { required in
            "Was a question not answered? Add the row 'no answer' of that question. "
                + (required == 1 ? "Was no question at all" : "Were fewer than \(required) questions")
                + " answered? Then this person cannot be placed."
        },
        answer: "Answer", start: "start", noAnswer: "no answer", quality: "How well does this work?",
        accuracy: { accuracy, largest, count in
            "The questions place \(accuracy) of people rightly (tried on \(count) people whom the list did not know). "
                + "Placing everybody in the largest group is right for \(largest)."
        },
        bySegment: { "Placed rightly, by group: \($0)." },
        agreement: { "Points added by hand give the same group as the calculation for \($0) of people." },
        sizes: "Do you want to know how large the groups are? Use the calculation with its correction. Counting alone "
            + "often makes small groups too large.",
        groups: "This list is for groups. A single person is often placed wrongly.")
}
