import PeilDisclosure
import PeilTable

@testable import PeilReport

/// A small generator (SplitMix64), so that the fixture is the same everywhere.
struct FixtureRandom {
    var state: UInt64
    mutating func next() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((z ^ (z >> 31)) >> 11) / 9_007_199_254_740_992
    }
}

/// An invented study: nine areas, seven segments, thirteen questions. No figure stems from people.
enum Fixture {
    static let areas = [
        "Delft", "Den Haag", "Leidschendam-Voorburg", "Midden-Delfland", "Pijnacker-Nootdorp",
        "Rijswijk", "Wassenaar", "Westland", "Zoetermeer"
    ]
    static let areaBases = [380, 420, 360, 75, 340, 352, 45, 371, 390]
    static let segments = [
        ("S1", "Klaar en verbonden", "Ready and connected"), ("S2", "Op weg", "On the way"),
        ("S3", "Bezorgd, weet niet hoe", "Worried, unsure how"), ("S4", "Uitsteller", "Postponer"),
        ("S5", "Rekent op de overheid", "Counts on government"),
        ("S6", "Ziet het nut niet", "Sees no use"), ("S0", "Niet in te delen", "Not classified")
    ]
    static var yesNo: [PeilTable.Category] { [both("1", "ja", "yes"), both("0", "nee", "no")] }
    static var likely: [PeilTable.Category] {
        [
            both("1", "zeer onwaarschijnlijk", "very unlikely"), both("2", "onwaarschijnlijk", "unlikely"),
            both("3", "neutraal", "as likely as not"), both("4", "waarschijnlijk", "likely"),
            both("5", "zeer waarschijnlijk", "very likely")
        ]
    }

    /// Stands at the end of every text that a study can write; empty outside the tests of hostile texts.
    @TaskLocal static var addition = ""

    static func both(_ code: String, _ nl: String, _ en: String) -> PeilTable.Category {
        PeilTable.Category(code: code, label: text(nl, en))
    }
    static func text(_ nl: String, _ en: String) -> LocalizedText {
        LocalizedText(["nl": nl + addition, "en": en + addition])
    }

    static func question(
        _ id: String, _ nl: String, _ en: String, _ levels: [PeilTable.Category],
        _ statistic: FigureName.Statistic = .share
    ) -> PublicationSubject.Question {
        PublicationSubject.Question(
            id: id, label: text(nl, en), wording: text("Hoe is dat bij u?", "How is that with you?"),
            wordingHash: "w-\(id)",
            levels: levels, statistic: statistic,
            unit: statistic == .mean ? text("score 0–100", "score 0–100") : text("", ""),
            base: text("inwoners van 18 jaar en ouder", "residents aged 18 and over"), isSensitive: id == "origin")
    }

    static func questions(kitLabel: String = "Noodpakket in huis") -> [PublicationSubject.Question] {
        let barriers = [
            both("know", "weet niet wat erin hoort", "do not know what belongs in it"),
            both("time", "nog niet aan toegekomen", "have not got round to it"),
            both("money", "te duur", "too expensive"), both("space", "geen ruimte", "no space"),
            both("need", "niet nodig", "not needed"), both("other", "anders", "other")
        ]
        return [
            question("kit", kitLabel, "Emergency kit at home", yesNo),
            question("plan", "Noodplan gemaakt", "Emergency plan made", yesNo),
            question("talk", "Hulp besproken", "Help discussed", yesNo),
            question("segment", "Groepen", "Groups", segments.map { both($0.0, $0.1, $0.2) }),
            question("barrier", "Drempels", "Barriers", barriers),
            question(
                "water", "Drinkwater voor drie dagen", "Drinking water for three days",
                [both("no", "nee", "no"), both("some", "een deel", "some"), both("yes", "ja", "yes")]),
            question("outage", "Stroomuitval, 72 uur", "Power cut, 72 hours", likely),
            question("flood", "Overstroming", "Flood", likely),
            question("cyber", "Digitale uitval", "Digital outage", likely),
            question("efficacy", "Vertrouwen in eigen kunnen", "Confidence in own ability", [], .mean),
            question("threat", "Ervaren dreiging", "Perceived threat", [], .mean),
            question("origin", "Geboren in het buitenland", "Born abroad", yesNo),
            question("radio", "Radio op batterijen", "Battery radio", yesNo),
            question("ready", "Wil een noodpakket", "Wants an emergency kit", yesNo)
        ]
    }

    static func subject(kitLabel: String = "Noodpakket in huis") -> PublicationSubject {
        PublicationSubject(
            study: "proef", title: text("Risicobeeld van een verzonnen regio", "Risk picture of an invented region"),
            population: text("inwoners van 18 jaar en ouder", "residents aged 18 and over"),
            region: text("Verzonnen regio", "Invented region"), wave: "2026-1",
            waveLabel: text("voorjaar 2026", "spring 2026"), fieldworkFrom: "2026-03-30", fieldworkTo: "2026-04-26",
            mode: "web", basis: "probability",
            banner: text("Verzonnen gegevens. Gebruik deze cijfers niet.", "Invented data. Do not use these figures."),
            questions: questions(kitLabel: kitLabel),
            areas: areas.enumerated().map {
                .init(code: "A\($0.offset)", label: LocalizedText(everywhere: $0.element + addition))
            },
            segments: segments.map { .init(code: $0.0, label: text($0.1, $0.2)) },
            studyHash: String(repeating: "a1", count: 32), inputHash: String(repeating: "b2", count: 32),
            seed: 42, version: "0.1.0")
    }

    /// Shares of the levels of a question before an area shifts them.
    static func profile(_ id: String) -> [Double] {
        switch id {
        case "segment": [0.17, 0.31, 0.16, 0.13, 0.09, 0.10, 0.04]
        case "barrier": [0.34, 0.27, 0.14, 0.11, 0.09, 0.05]
        case "water": [0.38, 0.33, 0.29]
        case "outage": [0.07, 0.16, 0.24, 0.33, 0.20]
        case "flood": [0.19, 0.29, 0.24, 0.19, 0.09]
        case "cyber": [0.05, 0.11, 0.21, 0.36, 0.27]
        case "plan": [0.17, 0.83]
        case "talk": [0.26, 0.74]
        case "origin": [0.21, 0.79]
        default: [0.33, 0.67]
        }
    }

    static func draft(
        seed: UInt64 = 7, kitLabel: String = "Noodpakket in huis", kitShift: Double = 0,
        areaShift: Double = 0
    ) -> PublicationDraft {
        var random = FixtureRandom(state: seed)
        var figures: [Figure] = []
        let subject = subject(kitLabel: kitLabel)
        let total = areaBases.reduce(0, +)
        for question in subject.questions {
            var groups: [(area: String, segment: String, base: Int, shift: Double)] = [("", "", total, 0)]
            let shifts = [0.0, -0.10, 0.02, 0.06, 0.09, 0.01, 0.02, 0.10, -0.02]
            for (index, base) in areaBases.enumerated() {
                groups.append(("A\(index)", "", base, shifts[index] + (random.next() - 0.5) * 0.03))
            }
            if question.id != "segment" {
                for (index, segment) in segments.enumerated() {
                    let base = Int(Double(total) * profile("segment")[index])
                    groups.append(("", segment.0, base, 0.18 - 0.06 * Double(index)))
                }
            }
            for group in groups {
                let own = group.area.isEmpty ? kitShift : group.area == "A0" ? areaShift : 0
                let shift = group.shift + (question.id == "kit" ? own : 0)
                figures +=
                    question.statistic == .mean
                    ? [mean(question.id, group.area, group.segment, group.base, shift)]
                    : shares(question, group.area, group.segment, group.base, shift)
            }
        }
        return PublicationDraft(subject: subject, figures: figures, facts: facts())
    }

    /// The draft with an earlier wave, in which fewer people had a kit.
    static func changed(kitBefore: Double = 0.27, adjustedP: Double = 0.01) -> PublicationDraft {
        var draft = draft()
        let name = FigureName(question: "kit", level: "1", statistic: .share)
        let base = areaBases.reduce(0, +)
        draft.changes = ChangeDraft(
            wave: "2025-2", waveLabel: text("najaar 2025", "autumn 2025"), fieldworkFrom: "2025-09-29",
            fieldworkTo: "2025-10-26",
            earlier: [figure(name, kitBefore, base, Int(kitBefore * Double(base)), reference: nil)], hiddenBefore: [],
            changes: [
                FigureChange(
                    name: name, difference: 0.33 - kitBefore, lower: 0.02, upper: 0.10, p: adjustedP / 2,
                    adjustedP: adjustedP, family: "change", bridges: [])
            ], breaks: ["plan": "codebook"])
        return draft
    }

    private static func facts() -> [Fact] {
        [
            Fact(topic: "quality", key: "rows_read", value: .count(2_765)),
            Fact(topic: "quality", key: "rows_removed", value: .count(4)),
            Fact(topic: "weighting", key: "kish_effect", value: .measure(1.8437)),
            Fact(topic: "weighting", key: "margins", value: .text("gemeente, leeftijd, geslacht"))
        ]
    }

    private static func shares(
        _ question: PublicationSubject.Question, _ area: String, _ segment: String, _ base: Int,
        _ shift: Double
    ) -> [Figure] {
        var profile = profile(question.id)
        profile[0] = min(max(profile[0] + shift, 0.005), 0.97)
        let rest = profile.dropFirst().reduce(0, +)
        for index in 1..<profile.count { profile[index] *= (1 - profile[0]) / rest }
        var left = base
        return question.levels.indices.flatMap { index -> [Figure] in
            let count = index == profile.count - 1 ? left : min(left, Int((profile[index] * Double(base)).rounded()))
            left -= count
            let name = FigureName(
                question: question.id, level: question.levels[index].code, area: area,
                segment: segment, statistic: .share)
            let share = Double(count) / Double(base)
            let reference = Fixture.profile(question.id)[index]
            var made = [figure(name, share, base, count, reference: area + segment == "" ? nil : reference)]
            if segment.isEmpty, question.id == "segment" || area.isEmpty && index == 0 {
                let people = FigureName(question: question.id, level: name.level, area: area, statistic: .people)
                let scale = area.isEmpty ? 934_357 : 100_000.0
                made.append(figure(people, share, base, count, reference: nil, scale: scale))
            }
            return made
        }
    }

    private static func mean(_ id: String, _ area: String, _ segment: String, _ base: Int, _ shift: Double) -> Figure {
        let value = 52 + shift * 60
        let error = 22 / Double(base).squareRoot()
        let difference = area + segment == "" ? 0 : value - 52
        return Figure(
            name: FigureName(question: id, area: area, segment: segment, statistic: .mean), estimate: value,
            standardError: error, lower: value - 2 * error, upper: value + 2 * error, intervalLevel: 0.95,
            intervalMethod: "t", degreesOfFreedom: base - 9, base: base, count: nil, missingShare: 0.02,
            effectiveN: Double(base) * 0.8, designEffect: 1.25,
            contrast: area + segment == ""
                ? nil
                : FigureContrast(reference: "rest", difference: difference, p: 0.01, adjustedP: 0.03, family: "f"))
    }

    static func figure(
        _ name: FigureName, _ share: Double, _ base: Int, _ count: Int, reference: Double?,
        scale: Double = 1
    ) -> Figure {
        let error = (share * (1 - share) / Double(base) * 1.3).squareRoot()
        let z = reference.map { abs(share - $0) / max(error, 1e-9) } ?? 0
        let p = z > 2.6 ? 0.01 : 0.4
        return Figure(
            name: name, estimate: share * scale, standardError: error * scale, lower: max(0, share - 2 * error) * scale,
            upper: min(1, share + 2 * error) * scale, intervalLevel: 0.95, intervalMethod: "logit",
            degreesOfFreedom: base - 9, base: base, count: count, missingShare: 0.013,
            effectiveN: Double(base) / 1.3, designEffect: 1.3,
            contrast: reference.map {
                FigureContrast(
                    reference: "rest", difference: share - $0, p: p, adjustedP: p,
                    family: "f")
            })
    }

    static var outline: ReportOutline {
        ReportOutline(
            keyFigures: [
                .init(
                    question: "kit", level: "1",
                    says: text("heeft een noodpakket in huis", "have an emergency kit at home")
                ),
                .init(
                    question: "plan", level: "1",
                    says: text("heeft een noodplan gemaakt", "have made an emergency plan")),
                .init(
                    question: "talk", level: "1", says: text("besprak hulp met anderen", "discussed help with others")),
                .init(question: "efficacy", level: "")
            ],
            sections: [
                .init(
                    id: "groups", title: text("Zes groepen, zes gesprekken", "Six groups, six conversations"),
                    intro: text(
                        "We delen mensen in op wat zij deden en denken.", "We group people by what they did and think."),
                    blocks: [
                        .segmentSizes(question: "segment"), .segmentByArea(question: "segment"),
                        .segmentProfile([
                            .init(question: "kit", level: "1"), .init(question: "plan", level: "1"),
                            .init(question: "radio", level: "1"), .init(question: "water", level: "yes")
                        ]),
                        .messages(
                            say: [text("Begin met water voor één dag.", "Start with water for one day.")],
                            avoid: [text("U bent te laat.", "You are too late.")])
                    ]),
                .init(
                    id: "areas", title: text("Per gemeente", "By municipality"),
                    blocks: [
                        .areaDots(.init(question: "kit", level: "1")), .areaDots(.init(question: "efficacy", level: ""))
                    ]),
                .init(
                    id: "hazards", title: text("Dreiging", "Hazards"),
                    blocks: [.likert(questions: ["outage", "flood", "cyber"])]),
                .init(
                    id: "barriers", title: text("Drempels en voorraad", "Barriers and stock"),
                    blocks: [
                        .bars([.init(question: "barrier", level: "")], last: ["other"]), .levels(question: "water"),
                        .bars([.init(question: "kit", level: "1"), .init(question: "radio", level: "1")], last: []),
                        .means(questions: ["efficacy", "threat"])
                    ])
            ])
    }

    /// The outline with a page for each segment and area, a topic, and priorities.
    static var outlineWithPages: ReportOutline {
        var whole = outline
        let kit = ReportOutline.Measure(question: "kit", level: "1")
        whole.segmentQuestion = "segment"
        whole.pages = [
            .init(
                id: "dreigingen", title: text("Dreigingen", "Hazards"),
                sections: [
                    .init(
                        id: "kans", title: text("Hoe waarschijnlijk", "How likely"),
                        blocks: [.likert(questions: ["outage", "flood", "cyber"])]),
                    .init(id: "trend", title: text("Verandering", "Change"), blocks: [.trend([kit])])
                ])
        ]
        whole.segmentPages = .init(
            keyFigures: [kit],
            sections: [
                .init(id: "boodschap", title: text("Wat zegt u wel", "What to say"), blocks: [.show(.messages)]),
                .init(
                    id: "wie", title: text("Wie zijn het", "Who they are"),
                    blocks: [.differences(questions: ["barrier"])]),
                .init(id: "waar", title: text("Waar wonen zij", "Where they live"), blocks: [.show(.segmentAreas)]),
                .init(
                    id: "doen", title: text("Wat deden zij", "What they did"),
                    blocks: [
                        .against([kit, .init(question: "radio", level: "1")]),
                        .against([.init(question: "threat", level: "")])
                    ]),
                .init(
                    id: "zeker", title: text("Hoe zeker is dit", "How sure this is"),
                    blocks: [.show(.confidence), .show(.notShown), .show(.priorities)])
            ])
        whole.areaPages = .init(
            keyFigures: [kit, .init(question: "plan", level: "1")],
            sections: [
                .init(
                    id: "vergeleken", title: text("Vergeleken met de rest", "Compared with the rest"),
                    blocks: [.against([kit, .init(question: "plan", level: "1"), .init(question: "talk", level: "1")])]),
                .init(
                    id: "groepen", title: text("Welke groepen", "Which groups"),
                    blocks: [.segmentSizes(question: "segment")]),
                .init(
                    id: "dreiging", title: text("Dreiging", "Hazards"),
                    blocks: [
                        .likert(questions: ["outage", "flood", "cyber"]),
                        .bars([.init(question: "barrier", level: "")], last: [])
                    ]),
                .init(
                    id: "advies", title: text("Wat past hier", "What fits here"),
                    blocks: [.show(.priorities), .show(.confidence), .show(.notShown)])
            ])
        whole.sections.append(
            .init(
                id: "paginas", title: text("Meer pagina's", "More pages"), blocks: [.show(.pages), .show(.priorities)]))
        whole.messages = [
            "S3": .init(say: [text("Begin klein.", "Start small.")], avoid: [text("Geen angst.", "No fear.")])
        ]
        whole.priorities = PriorityRules(
            behaviours: [
                .init(
                    label: text("Noodpakket", "Emergency kit"), done: kit, ready: .init(question: "ready", level: "1"))
            ], channels: [.init(question: "radio", level: "1")])
        return whole
    }

    /// Every page of a draft, built.
    static func pages(
        _ language: Language, _ draft: PublicationDraft? = nil, outline: ReportOutline = outlineWithPages
    ) throws -> [Report] {
        let builder = try ReportBuilder(try released(draft), outline: outline, language: language)
        return try builder.pages.map { try builder.build($0) }
    }

    static func released(_ draft: PublicationDraft? = nil) throws -> Released<Publication> {
        guard let draft else { return try whole.get() }
        return try DisclosureRules().release(draft)
    }

    /// The unchanged draft, protected once for all tests.
    private static let whole = Result { try DisclosureRules().release(draft()) }
}
