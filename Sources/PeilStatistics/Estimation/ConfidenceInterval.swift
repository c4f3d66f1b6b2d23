import Foundation
internal import PeilNumerics
import Synchronization

/// An interval and how it was made.
public struct ConfidenceInterval: Sendable, Equatable {
    public let level: Double
    public let method: String
    public let lower: Double
    public let upper: Double

    /// Both ends are the estimate: it came without a standard error, as shares of 0 % and 100 % do by `mean`.
    /// Such an interval says nothing about uncertainty.
    public var hasNoWidth: Bool { lower == upper }

    /// The interval of a logarithm as that of the ratio.
    public var exponentials: ConfidenceInterval {
        ConfidenceInterval(level: level, method: method, lower: exp(lower), upper: exp(upper))
    }
}

extension ConfidenceInterval {
    /// Estimate ± t(df) · se.
    public static func student(
        _ estimate: Double, standardError: Double, degreesOfFreedom: Int,
        level: Double
    ) -> ConfidenceInterval? {
        guard degreesOfFreedom > 0 else { return nil }
        let half = tQuantile(level, degreesOfFreedom) * standardError
        return ConfidenceInterval(level: level, method: "t", lower: estimate - half, upper: estimate + half)
    }

    /// The interval of a share p̂ with standard error `standardError` from `count` rows.
    ///
    /// At 0 and 1 every method but `mean` becomes Clopper–Pearson on the Kish effective n with the df
    /// adjustment of Korn & Graubard, method `clopper-pearson`: the standard error is 0 there and says nothing.
    /// `mean` keeps R's interval without width there: see `hasNoWidth`.
    /// - Parameters:
    ///   - level: confidence level.
    ///   - method: kind of interval.
    ///   - standardError: its standard error.
    ///   - share: the share, from 0 to 1.
    ///   - count: rows with weight in the base.
    ///   - effectiveN: Kish's (Σw)²/Σw² of these rows, `count` when nil.
    ///   - degreesOfFreedom: units minus strata among these rows. Without any there is no interval: nil.
    public static func share(
        _ share: Double, standardError: Double, count: Int, effectiveN: Double?,
        degreesOfFreedom: Int, level: Double, method: ProportionInterval
    ) -> ConfidenceInterval? {
        guard degreesOfFreedom > 0 else { return nil }
        if method == .mean {
            let interval = student(
                share, standardError: standardError, degreesOfFreedom: degreesOfFreedom, level: level)
            return interval.map { ConfidenceInterval(level: level, method: "mean", lower: $0.lower, upper: $0.upper) }
        }
        if share <= 0 || share >= 1 || standardError <= 0 {
            return exactAtBorder(
                share, count: count, effectiveN: effectiveN ?? Double(count),
                degreesOfFreedom: degreesOfFreedom, level: level)
        }
        switch method {
        case .mean: return nil
        case .logit, .xlogit:
            let centre = log(share / (1 - share))
            let half = tQuantile(level, degreesOfFreedom) * standardError / (share * (1 - share))
            return ConfidenceInterval(
                level: level, method: method.rawValue, lower: 1 / (1 + exp(half - centre)),
                upper: 1 / (1 + exp(-centre - half)))
        case .wilson, .likelihood:
            let t = tQuantile(level, degreesOfFreedom)
            let ratio = t * t * standardError * standardError / (share * (1 - share))
            let ends =
                method == .wilson
                ? ShareBounds.wilson(share, squaredRatio: ratio)
                : ShareBounds.likelihood(share, squaredRatio: ratio * Double(count) / Double(max(1, count - 1)))
            return ConfidenceInterval(level: level, method: method.rawValue, lower: ends.lower, upper: ends.upper)
        case .beta:
            let plain = share * (1 - share) / (standardError * standardError)
            let size = plain * adjustment(count: count, degreesOfFreedom: degreesOfFreedom, level: level)
            return clopperPearson(share, size: size, level: level, name: "beta")
        }
    }

    private static func exactAtBorder(
        _ share: Double, count: Int, effectiveN: Double, degreesOfFreedom: Int,
        level: Double
    ) -> ConfidenceInterval {
        let size = min(
            Double(count), effectiveN * adjustment(count: count, degreesOfFreedom: degreesOfFreedom, level: level))
        return clopperPearson(min(1, max(0, share)), size: size, level: level, name: "clopper-pearson")
    }

    /// (t(n−1) / t(df))²: fewer degrees of freedom make the effective size smaller.
    private static func adjustment(count: Int, degreesOfFreedom: Int, level: Double) -> Double {
        guard count > 1 else { return 1 }
        let ratio = tQuantile(level, count - 1) / tQuantile(level, degreesOfFreedom)
        return ratio * ratio
    }

    private static func clopperPearson(_ share: Double, size: Double, level: Double, name: String) -> ConfidenceInterval
    {
        let tail = (1 - level) / 2
        let cases = size * share
        let others = size * (1 - share)
        let lower = cases <= 0 ? 0 : BetaDistribution(a: cases, b: others + 1).quantile(tail)
        let upper = others <= 0 ? 1 : BetaDistribution(a: cases + 1, b: others).quantile(1 - tail)
        return ConfidenceInterval(level: level, method: name, lower: lower, upper: upper)
    }

    static func tQuantile(_ level: Double, _ degreesOfFreedom: Int) -> Double {
        let key = QuantileKey(level: level, degreesOfFreedom: degreesOfFreedom)
        if let known = knownQuantiles.withLock({ $0[key] }) { return known }
        let quantile = StudentT(degreesOfFreedom: Double(degreesOfFreedom)).quantile(0.5 + level / 2)
        knownQuantiles.withLock { known in
            if known.count > 10_000 { known.removeAll() }
            known[key] = quantile
        }
        return quantile
    }

    private struct QuantileKey: Hashable {
        let level: Double
        let degreesOfFreedom: Int
    }

    /// A report asks for a few quantiles thousands of times, and each takes an iteration.
    private static let knownQuantiles = Mutex<[QuantileKey: Double]>([:])
}

/// The two-sided p of estimate/se against a t distribution; nil without degrees of freedom or spread.
public func twoSidedP(estimate: Double, standardError: Double, degreesOfFreedom: Int) -> Double? {
    guard degreesOfFreedom > 0, standardError > 0 else { return nil }
    return StudentT(degreesOfFreedom: Double(degreesOfFreedom)).twoSidedP(estimate / standardError)
}

/// Benjamini–Hochberg adjusted p values of one family, in the order given.  Benjamini & Hochberg 1995.
public func benjaminiHochberg(_ p: [Double]) -> [Double] {
    let order = p.indices.sorted { (p[$0], $0) > (p[$1], $1) }
    var result = p
    var smallest = 1.0
    for (position, index) in order.enumerated() {
        let rank = Double(p.count - position)
        smallest = min(smallest, p[index] * Double(p.count) / rank)
        result[index] = smallest
    }
    return result
}
