public import PeilTable

/// One effect of a model on its way to publication, unrounded.
public struct DriverEffect: Sendable {
    /// Name of the predictor as the study labels it.
    public let label: LocalizedText
    /// The answer that is compared with `reference`; nil for a number, whose effect is that of one standard deviation.
    public let level: LocalizedText?
    public let reference: LocalizedText?
    /// On the scale of the outcome.
    public let estimate: Double
    public let lower: Double?
    public let upper: Double?
    /// Of the whole predictor, within its family.
    public let adjustedP: Double?
    /// What the predictor adds to what the model explains, as a share of it; nil where it was not computed.
    public let importance: Double?
    /// Respondents with this answer, or all of the model for a number.
    public let base: Int

    public init(
        label: LocalizedText, level: LocalizedText?, reference: LocalizedText?, estimate: Double, lower: Double?,
        upper: Double?, adjustedP: Double?, importance: Double?, base: Int
    ) {
        self.label = label
        self.level = level
        self.reference = reference
        self.estimate = estimate
        self.lower = lower
        self.upper = upper
        self.adjustedP = adjustedP
        self.importance = importance
        self.base = base
    }
}

/// A model of which a publication would show the effects.
public struct DriverDraft: Sendable {
    public let id: String
    public let label: LocalizedText
    /// The outcome is a share of people: effects are differences of shares.
    public let isShare: Bool
    public let base: Int
    /// Share of those asked who lack an answer and are left out, weighted.
    public let missingShare: Double
    public let effects: [DriverEffect]

    public init(
        id: String, label: LocalizedText, isShare: Bool, base: Int, missingShare: Double, effects: [DriverEffect]
    ) {
        self.id = id
        self.label = label
        self.isShare = isShare
        self.base = base
        self.missingShare = missingShare
        self.effects = effects
    }
}

/// A model as it may be printed.
public struct ReleasedDrivers: Sendable, Codable {
    public struct Effect: Sendable, Codable {
        /// `driver.<model>.<place>`.
        public let rowID: String
        public let label: LocalizedText
        public let level: LocalizedText?
        public let reference: LocalizedText?
        /// nil where too few people gave this answer.
        public let estimate: Double?
        public let lower: Double?
        public let upper: Double?
        public let adjustedP: Double?
        public let importance: Double?
    }

    public let id: String
    public let label: LocalizedText
    public let isShare: Bool
    public let n: Int
    public let missingShare: Double
    public let effects: [Effect]
}

extension DisclosureRules {
    /// Effects of models whose base is large enough. The attacker does not model them: whatever the study's own minimum, they
    /// stand on fifty respondents, and so does each answer that is compared.
    func release(_ drafts: [DriverDraft]) -> [ReleasedDrivers] {
        let least = max(minimumBase, Self.lowestUnmodelledBase)
        return drafts.filter { $0.base >= least }.map { draft in
            let step = draft.isShare ? tableShareStep : tableMeanStep
            let effects = draft.effects.enumerated().map { place, effect in
                let isShown = effect.base >= least && effect.estimate.isFinite
                func shown(_ value: Double?, _ step: Double) -> Double? {
                    isShown ? value.map { rounded($0, to: step) } : nil
                }
                return ReleasedDrivers.Effect(
                    rowID: "driver.\(draft.id).\(place + 1)", label: effect.label, level: effect.level,
                    reference: effect.reference, estimate: shown(effect.estimate, step),
                    lower: shown(effect.lower, step), upper: shown(effect.upper, step),
                    adjustedP: isShown ? effect.adjustedP.map(roundedProbability) : nil,
                    importance: shown(effect.importance, shareStep))
            }
            return ReleasedDrivers(
                id: draft.id, label: draft.label, isShare: draft.isShare, n: draft.base,
                missingShare: rounded(draft.missingShare, to: tableShareStep), effects: effects)
        }
    }
}
