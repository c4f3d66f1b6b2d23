internal import PeilNumerics
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
            switch (old, new) {
            case (.categorical(let old), .categorical(let new)):
                return ofCodes(question, WeightedCodes(old, before.weights), WeightedCodes(new, now.weights))
            case (.numeric(let old), .numeric(let new)):
                return ofNumbers(question, WeightedNumbers(old, before.weights), WeightedNumbers(new, now.weights))
            default: return nil
            }
        }
    }

    private static func ofCodes(_ question: String, _ old: WeightedCodes, _ new: WeightedCodes) -> WaveShift {
        let spread = 1 / max(old.base.effectiveN, 1) + 1 / max(new.base.effectiveN, 1)
        var distance = 0.0
        var chance = 0.0
        for code in Set(old.shares.keys).union(new.shares.keys).sorted() {
            let (p, q) = (old.shares[code] ?? 0, new.shares[code] ?? 0)
            distance += abs(p - q) / 2
            let pooled = (p + q) / 2
            chance += (2 / Double.pi * pooled * (1 - pooled) * spread).squareRoot() / 2
        }
        let isEmpty = old.shares.isEmpty || new.shares.isEmpty
        return WaveShift(
            question: question, measure: .totalVariation, value: isEmpty ? nil : distance, byChance: chance,
            missingBefore: old.base.missingShare, missingNow: new.base.missingShare)
    }

    private static func ofNumbers(_ question: String, _ old: WeightedNumbers, _ new: WeightedNumbers) -> WaveShift {
        let deviation = ((old.variance + new.variance) / 2).squareRoot()
        let hasBoth = old.base.answered > 0 && new.base.answered > 0
        let spread = 1 / max(old.base.effectiveN, 1) + 1 / max(new.base.effectiveN, 1)
        return WaveShift(
            question: question, measure: .standardisedDifference,
            value: hasBoth && deviation > 0 ? abs(new.mean - old.mean) / deviation : nil,
            byChance: (2 / Double.pi * spread).squareRoot(), missingBefore: old.base.missingShare,
            missingNow: new.base.missingShare)
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

private struct WeightedCodes {
    private(set) var base = WeightedBase()
    private(set) var shares: [String: Double] = [:]

    init(_ column: CategoricalColumn, _ weights: [Double]) {
        var sums = [CompensatedSum](repeating: CompensatedSum(), count: column.categories.count)
        for row in 0..<column.count {
            let reason = column.reason(row)
            base.add(weights[row], reason: reason)
            if reason == nil { sums[Int(column.codes[row])].add(weights[row]) }
        }
        guard base.answered > 0 else { return }
        for (category, sum) in zip(column.categories, sums) where sum.value > 0 {
            shares[category.code] = sum.value / base.answered
        }
    }
}

private struct WeightedNumbers {
    private(set) var base = WeightedBase()
    private(set) var mean = 0.0
    private(set) var variance = 0.0

    init(_ column: NumericColumn, _ weights: [Double]) {
        var sum = CompensatedSum()
        for row in 0..<column.count {
            let reason = column.reason(row)
            base.add(weights[row], reason: reason)
            if reason == nil { sum.add(weights[row] * column.values[row]) }
        }
        guard base.answered > 0 else { return }
        mean = sum.value / base.answered
        var squares = CompensatedSum()
        for row in 0..<column.count where column.isPresent(row) {
            let deviation = column.values[row] - mean
            squares.add(weights[row] * deviation * deviation)
        }
        variance = squares.value / base.answered
    }
}
