public import PeilTable

/// A wave as it is compared: its answers and a weight a row.
public struct WeightedWave: Sendable {
    public let table: Table
    public let weights: [Double]

    public init(table: Table, weights: [Double]) {
        precondition(weights.count == table.rowCount, "one weight a row")
        self.table = table
        self.weights = weights
    }
}

/// What a question may differ between two waves before it is worth a look.
public struct ShiftLimits: Sendable, Equatable {
    public var totalVariation: Double
    public var standardisedDifference: Double
    public var missingShare: Double

    public init(totalVariation: Double, standardisedDifference: Double, missingShare: Double) {
        self.totalVariation = totalVariation
        self.standardisedDifference = standardisedDifference
        self.missingShare = missingShare
    }
}

/// How the answers to one question moved since the previous wave. No test: a sign that something in
/// the fieldwork, the coding or the world changed.
///
/// - Questions with codes: total variation ½ Σ |pₖ − qₖ| of the weighted shares, in 0…1.
/// - Numbers: standardised difference |x̄ − ȳ| / √((s²ₓ + s²ᵧ) / 2) of the weighted means.
/// - Both: the weighted share without an answer among those who were asked.
///
/// Small samples differ by chance: the value that chance alone gives on average comes along, from the effective
/// numbers of answers n = (Σw)² / Σw² of both waves (normal approximation; E|z| = √(2/π)).
public struct WaveShift: Sendable, Equatable {
    public enum Measure: String, Sendable {
        case totalVariation = "total variation"
        case standardisedDifference = "standardised difference"
    }
    public let question: String
    public let measure: Measure
    /// nil where one of the waves has no answers, or all answers are the same number.
    public let value: Double?
    /// What `value` would be on average if nothing had changed.
    public let byChance: Double
    public let missingBefore: Double
    public let missingNow: Double

    init(
        question: String, measure: Measure, value: Double?, byChance: Double, missingBefore: Double,
        missingNow: Double
    ) {
        self.question = question
        self.measure = measure
        self.value = value
        self.byChance = byChance
        self.missingBefore = missingBefore
        self.missingNow = missingNow
    }

    /// Above the limit, and above twice what chance gives.
    public func exceeds(_ limits: ShiftLimits) -> Bool {
        let limit = measure == .totalVariation ? limits.totalVariation : limits.standardisedDifference
        return value.map { $0 > limit && $0 > 2 * byChance } ?? false
    }

    public func missingExceeds(_ limits: ShiftLimits) -> Bool { abs(missingNow - missingBefore) > limits.missingShare }

    /// The shift of each question that both waves have with columns of the same kind, in the order of `questions`.
    public static func all(_ questions: [String], from before: WeightedWave, to now: WeightedWave) -> [WaveShift] {
        questions.compactMap { question in
            guard let old = try? before.table.column(question), let new = try? now.table.column(question) else {
                return nil
            }
            guard let first = AnswerDistribution(old, weights: before.weights),
                let second = AnswerDistribution(new, weights: now.weights)
            else { return nil }
            return WaveShift(question, from: first, to: second)
        }
    }

    /// nil where one side holds codes and the other numbers.
    public init?(_ question: String, from old: AnswerDistribution, to new: AnswerDistribution) {
        let spread = 1 / max(old.effectiveN, 1) + 1 / max(new.effectiveN, 1)
        var value: Double?
        var chance = 0.0
        let measure: Measure
        switch (old.answers, new.answers) {
        case (.codes(let before), .codes(let now)):
            measure = .totalVariation
            var distance = 0.0
            for code in Set(before.keys).union(now.keys).sorted() {
                let (p, q) = (before[code] ?? 0, now[code] ?? 0)
                distance += abs(p - q) / 2
                let pooled = (p + q) / 2
                chance += (2 / Double.pi * pooled * (1 - pooled) * spread).squareRoot() / 2
            }
            value = before.isEmpty || now.isEmpty ? nil : distance
        case (.numbers(let before), .numbers(let now)):
            measure = .standardisedDifference
            let deviation = ((before.variance + now.variance) / 2).squareRoot()
            let hasBoth = old.effectiveN > 0 && new.effectiveN > 0
            value = hasBoth && deviation > 0 ? abs(now.mean - before.mean) / deviation : nil
            chance = (2 / Double.pi * spread).squareRoot()
        default: return nil
        }
        self.init(
            question: question, measure: measure, value: value, byChance: chance, missingBefore: old.missingShare,
            missingNow: new.missingShare)
    }
}
