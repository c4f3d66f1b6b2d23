/// The default segments S1–S6 for complete answers, in their fixed order: ready (kit ≥ 4 and plan or talk
/// ≥ 4), on the way (any stage ≥ 3), worried (threat ≥ 60, efficacy < 50), postponer (any stage = 2,
/// efficacy ≥ 50), counts on government (responsibility ≥ 4), everyone else. Complete answers are never S0.
/// An own, plain statement of the rules, so that truth does not come from the code it must test.
struct DefaultSegmentRules {
    static let codes = ["S0", "S1", "S2", "S3", "S4", "S5", "S6"]
    private let kit, plan, talk, responsibility: Int
    private let threat, efficacy: ScoreRule

    /// nil when the questionnaire lacks one of the inputs.
    init?(parameters: SimulationParameters) {
        func item(_ name: String) -> Int? { parameters.items.firstIndex { $0.name == name } }
        guard let kit = item("fase_pakket"), let plan = item("fase_plan"), let talk = item("fase_gesprek"),
            let responsibility = item("verantwoord"),
            let threat = ScoreRule(named: "dreiging", parameters),
            let efficacy = ScoreRule(named: "handelingsvertrouwen", parameters)
        else { return nil }
        (self.kit, self.plan, self.talk, self.responsibility) = (kit, plan, talk, responsibility)
        (self.threat, self.efficacy) = (threat, efficacy)
    }

    /// Index in `codes`.
    func segment(_ answers: [Int16]) -> Int {
        let stages = [answers[kit], answers[plan], answers[talk]]
        if stages[0] >= 4, stages[1] >= 4 || stages[2] >= 4 { return 1 }
        if stages.contains(where: { $0 >= 3 }) { return 2 }
        let efficacy = efficacy.value(answers)
        if threat.value(answers) >= 60, efficacy < 50 { return 3 }
        if stages.contains(2), efficacy >= 50 { return 4 }
        return answers[responsibility] >= 4 ? 5 : 6
    }
}

/// Mean of items, each rescaled to 0–100 between its lowest and highest code unless raw.
struct ScoreRule {
    private let items: [(index: Int, lowest: Double, factor: Double, isReversed: Bool)]

    init(items names: [Int], reversed: [Int], raw: Bool, parameters: SimulationParameters) {
        items = (names.map { ($0, false) } + reversed.map { ($0, true) }).map { index, isReversed in
            let codes = parameters.items[index].codes.sorted()
            let lowest = Double(codes.first ?? 0)
            let highest = Double(codes.last ?? 1)
            return (index, raw ? 0 : lowest, raw || highest == lowest ? 1 : 100 / (highest - lowest), isReversed)
        }
    }

    init?(named name: String, _ parameters: SimulationParameters) {
        guard let mean = parameters.truth.means.first(where: { $0.name == name }) else { return nil }
        self.init(items: mean.items, reversed: mean.reversed, raw: mean.raw, parameters: parameters)
    }

    func value(_ answers: [Int16]) -> Double {
        var sum = 0.0
        for item in items {
            let score = (Double(answers[item.index]) - item.lowest) * item.factor
            sum += item.isReversed ? 100 - score : score
        }
        return sum / Double(items.count)
    }
}
