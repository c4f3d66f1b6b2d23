internal import PeilNumerics
public import PeilTable

/// How the answers to one question lie in a wave: weighted shares of codes, or mean and variance of numbers, with the
/// share of those asked who gave none. What two waves are compared by; it fits in a file.
public struct AnswerDistribution: Sendable, Equatable {
    public struct Moments: Sendable, Equatable {
        public let mean: Double
        public let variance: Double
        public init(mean: Double, variance: Double) {
            self.mean = mean
            self.variance = variance
        }
    }

    public enum Answers: Sendable, Equatable {
        case codes([String: Double])
        case numbers(Moments)
    }

    public let answers: Answers
    /// (Σw)² / Σw² of those who answered.
    public let effectiveN: Double
    /// Weighted share without an answer among those who were asked.
    public let missingShare: Double

    public init(answers: Answers, effectiveN: Double, missingShare: Double) {
        self.answers = answers
        self.effectiveN = effectiveN
        self.missingShare = missingShare
    }

    /// nil for identifiers. `weights`: one a row, in persons.
    public init?(_ column: Column, weights: [Double]) {
        switch column {
        case .categorical(let column): self.init(column, weights)
        case .numeric(let column): self.init(column, weights)
        case .identifier: return nil
        }
    }

    private init(_ column: CategoricalColumn, _ weights: [Double]) {
        var base = WeightedBase()
        var sums = [CompensatedSum](repeating: CompensatedSum(), count: column.categories.count)
        for row in 0..<column.count {
            let reason = column.reason(row)
            base.add(weights[row], reason: reason)
            if reason == nil { sums[Int(column.codes[row])].add(weights[row]) }
        }
        var shares: [String: Double] = [:]
        if base.answered > 0 {
            for (category, sum) in zip(column.categories, sums) where sum.value > 0 {
                shares[category.code] = sum.value / base.answered
            }
        }
        self.init(answers: .codes(shares), effectiveN: base.effectiveN, missingShare: base.missingShare)
    }

    private init(_ column: NumericColumn, _ weights: [Double]) {
        var base = WeightedBase()
        var sum = CompensatedSum()
        for row in 0..<column.count {
            let reason = column.reason(row)
            base.add(weights[row], reason: reason)
            if reason == nil { sum.add(weights[row] * column.values[row]) }
        }
        var moments = Moments(mean: 0, variance: 0)
        if base.answered > 0 {
            let mean = sum.value / base.answered
            var squares = CompensatedSum()
            for row in 0..<column.count where column.isPresent(row) {
                let deviation = column.values[row] - mean
                squares.add(weights[row] * deviation * deviation)
            }
            moments = Moments(mean: mean, variance: squares.value / base.answered)
        }
        self.init(answers: .numbers(moments), effectiveN: base.effectiveN, missingShare: base.missingShare)
    }
}

/// Weights of those asked and of those who answered.
private struct WeightedBase {
    private var asked = CompensatedSum()
    private var present = CompensatedSum()
    private var squares = CompensatedSum()

    mutating func add(_ weight: Double, reason: MissingReason?) {
        guard reason != .notAsked else { return }
        asked.add(weight)
        guard reason == nil else { return }
        present.add(weight)
        squares.add(weight * weight)
    }

    var answered: Double { present.value }
    var missingShare: Double { asked.value > 0 ? max(0, 1 - present.value / asked.value) : 0 }
    var effectiveN: Double { squares.value > 0 ? present.value * present.value / squares.value : 0 }
}
