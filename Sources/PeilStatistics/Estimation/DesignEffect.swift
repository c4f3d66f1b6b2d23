/// Variance under the design divided by the variance that a simple random sample of the same number of rows
/// would have. `without_replacement` multiplies the latter by (W − n)/W, W the sum of weights.  Kish 1965.
public enum DesignEffectKind: String, Sendable, CaseIterable, Codable {
    case replace
    case withoutReplacement = "without_replacement"

    func simpleRandomFactor(count: Int, population: Double) -> Double {
        switch self {
        case .replace: 1
        case .withoutReplacement: (population - Double(count)) / population
        }
    }

    /// - Parameters:
    ///   - count: number of rows that answered.
    ///   - variance: variance by the design.
    ///   - unitVariance: n/(n−1)·Σw(y−ȳ)²/Σw of the rows.
    ///   - population: Σw.
    ///   - isTotal: the estimate is a total, not a mean.
    public func designEffect(
        variance: Double, unitVariance: Double, count: Int, population: Double,
        isTotal: Bool
    ) -> Double? {
        var simple = unitVariance / Double(count) * simpleRandomFactor(count: count, population: population)
        if isTotal { simple *= population * population }
        return simple > 0 ? variance / simple : nil
    }
}
