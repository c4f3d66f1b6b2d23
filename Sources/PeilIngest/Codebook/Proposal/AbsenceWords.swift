import PeilTable

/// Labels by which surveys say that there is no answer, in Dutch and English.
enum AbsenceWords {
    private static let words: [(reason: MissingReason, phrases: [String])] = [
        (
            .refused,
            [
                "wil niet zeggen", "wil ik niet zeggen", "zeg ik liever niet", "liever niet zeggen", "weigert",
                "weigering",
                "geweigerd", "wil geen antwoord geven", "refused", "refusal", "prefer not to say",
                "prefer not to answer",
                "rather not say", "decline to answer", "declined"
            ]
        ),
        (
            .dontKnow,
            [
                "weet niet", "weet ik niet", "weet het niet", "weet ik echt niet", "geen idee", "geen mening",
                "dont know",
                "do not know", "not sure", "no opinion", "no idea", "cant say", "cannot say", "dk"
            ]
        ),
        (
            .notAsked,
            [
                "niet gevraagd", "niet gesteld", "niet voorgelegd", "niet van toepassing", "nvt", "n v t", "not asked",
                "not applicable", "not shown", "n a", "na", "inapplicable", "inap", "skipped", "routing"
            ]
        ),
        (.technical, ["technisch", "technische fout", "technical", "technical error", "system error", "systeemfout"]),
        (
            .notAnswered,
            [
                "geen antwoord", "niet ingevuld", "niet beantwoord", "onbeantwoord", "geen opgave", "no answer",
                "not answered", "no response", "nonresponse", "non response", "missing", "blank", "blanco",
                "seen but unanswered"
            ]
        )
    ]

    /// The reason that a label names: the whole label, or its beginning or end where the phrase has two words or more.
    static func reason(_ label: String) -> MissingReason? {
        let words = WordingComparison.essence(label)
        for (reason, phrases) in Self.words {
            for phrase in phrases {
                let wanted = phrase.split(separator: " ").map(String.init)
                if words == wanted { return reason }
                guard wanted.count > 1, words.count <= wanted.count + 3 else { continue }
                if words.starts(with: wanted) || Array(words.suffix(wanted.count)) == wanted { return reason }
            }
        }
        return nil
    }
}
