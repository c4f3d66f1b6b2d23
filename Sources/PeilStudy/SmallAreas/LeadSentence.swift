import PeilStatistics

/// Why an estimate leads, in a sentence.
struct LeadSentence {
    let area: AreaLadder.Area
    let rule: LeadRule

    var text: String {
        switch area.lead.reason {
        case .noAnswers: "no answers here: what areas like it would have"
        case .nothing: "no answers here, and no model"
        case .preciseEnough:
            "\(area.count) answers, cv \(Self.percent(area.variation ?? 0)): precise enough" + sensitivity
        case .tooFewAreas(let count):
            "\(imprecision), but \(count) areas are fewer than \(rule.minimumAreas)" + sensitivity
        case .noModel: "\(imprecision), but there is no model"
        case .noAreaVariance: "\(imprecision), but the model finds no differences between areas"
        case .special(let residual):
            "\(imprecision), but the model does not fit here, residual \(SignificantDigits.text(residual, 3))"
        case .imprecise: "\(imprecision): the model, with \(borrowed ?? "all") borrowed"
        }
    }

    private var sensitivity: String { borrowed.map { "; a model would borrow \($0)" } ?? "" }

    private var borrowed: String? { area.modelled.map { Self.percent(1 - $0.shrinkage) } }

    private var imprecision: String {
        guard let variation = area.variation else { return "the direct standard error is 0 or unknown" }
        if variation > rule.maximumVariation {
            return "cv \(Self.percent(variation)) is above \(Self.percent(rule.maximumVariation))"
        }
        return "\(area.count) answers are fewer than \(rule.minimumBase)"
    }

    static func percent(_ share: Double) -> String { "\(SignificantDigits.text(share * 100, 3)) %" }
}
