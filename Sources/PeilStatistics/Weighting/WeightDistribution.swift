internal import PeilNumerics

/// What a set of weights looks like, over rows with weight.
public struct WeightDistribution: Sendable, Equatable, Codable {
    public let count: Int
    public let sum: Double
    public let smallest: Double
    public let largest: Double
    /// At 1, 5, 25, 50, 75, 95 and 99 %: the smallest weight that this share of the rows does not exceed.
    public let percentiles: [Double]
    /// n Σw² / (Σw)².  Kish 1965.
    public let kishDesignEffect: Double
    /// (Σw)² / Σw².
    public var effectiveCount: Double { Double(count) / kishDesignEffect }
    /// Largest weight over the mean weight.
    public var largestToMean: Double { largest * Double(count) / sum }

    public static let percentileLevels: [Double] = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99]

    /// nil where nobody has weight.
    public init?(_ weights: some Sequence<Double>) {
        let sorted = weights.filter { $0 != 0 }.sorted()
        guard let first = sorted.first, let last = sorted.last else { return nil }
        let total = CompensatedSum.of(sorted)
        guard total > 0 else { return nil }
        count = sorted.count
        sum = total
        smallest = first
        largest = last
        percentiles = Self.percentileLevels.map { level in
            sorted[max(0, min(sorted.count - 1, Int((level * Double(sorted.count)).rounded(.up)) - 1))]
        }
        kishDesignEffect = Double(sorted.count) * CompensatedSum.of(sorted.lazy.map { $0 * $0 }) / (total * total)
    }
}
