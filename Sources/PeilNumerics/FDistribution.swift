import Foundation

/// The F distribution: (χ²ₘ/m) / (χ²ₙ/n) with `numerator` m > 0 and `denominator` n > 0 degrees of freedom, not
/// necessarily whole.  n = ∞ is χ²ₘ/m.  Both tails keep their digits down to 1e-300.
public struct FDistribution: Sendable, Equatable {
    public let numerator: Double
    public let denominator: Double

    public init(numerator: Double, denominator: Double) {
        precondition(numerator > 0 && numerator.isFinite, "numerator degrees of freedom are positive and finite")
        precondition(denominator > 0, "denominator degrees of freedom are positive")
        self.numerator = numerator
        self.denominator = denominator
    }

    /// P(F ≤ x); 0 for x ≤ 0.  NaN traps.
    public func cumulative(_ x: Double) -> Double {
        precondition(!x.isNaN, "a number")
        if x <= 0 { return 0 }
        if denominator == .infinity { return chiSquared.cumulative(numerator * x) }
        // Far out 1 − P is a power of x, and x·m could overflow.
        if x > 1e100 { return 1 - upperTail(x) }
        let beta = beta(x)
        return BetaDistribution.lower(beta.x, beta.y, numerator / 2, denominator / 2, beta.distance)
    }

    /// P(F > x), the p of a test; 1 for x ≤ 0.  NaN traps.
    public func upperTail(_ x: Double) -> Double {
        precondition(!x.isNaN, "a number")
        if x <= 0 { return 1 }
        if denominator == .infinity { return chiSquared.upperTail(numerator * x) }
        if x > 1e100 { return upperTail(1e100) * pow(1e100 / x, denominator / 2) }
        let beta = beta(x)
        return BetaDistribution.lower(beta.y, beta.x, denominator / 2, numerator / 2, -beta.distance)
    }

    /// The point below which the share `p` lies, 0 ≤ p ≤ 1: 0 at 0, ∞ at 1.
    public func quantile(_ p: Double) -> Double {
        precondition(p >= 0 && p <= 1, "a share between 0 and 1")
        return point(lower: p, upper: 1 - p)
    }

    /// The point above which the share `p` lies, 0 ≤ p ≤ 1: ∞ at 0, 0 at 1.
    public func upperQuantile(_ p: Double) -> Double {
        precondition(p >= 0 && p <= 1, "a share between 0 and 1")
        return point(lower: 1 - p, upper: p)
    }

    private var chiSquared: ChiSquared { ChiSquared(degreesOfFreedom: numerator) }

    /// B = mx/(mx + n) has a beta distribution with shapes a = m/2, b = n/2.  B, 1 − B, and the distance
    /// a − (a + b)B = ab(1 − x)/(ax + b), which keeps its digits near x = 1.  DLMF 8.17.
    private func beta(_ x: Double) -> (x: Double, y: Double, distance: Double) {
        let (top, bottom) = (numerator * x, denominator)
        let sum = top + bottom
        return (top / sum, bottom / sum, numerator / 2 * (denominator / sum) * (1 - x))
    }

    /// Solves on the smaller tail: there the other one says little.
    private func point(lower: Double, upper: Double) -> Double {
        if lower == 0 { return 0 }
        if upper == 0 { return .infinity }
        if denominator == .infinity {
            return (lower < upper ? chiSquared.quantile(lower) : chiSquared.upperQuantile(upper)) / numerator
        }
        let rising = lower < upper
        return PositiveQuantile.solve(min(lower, upper), from: 1, rising: rising) { x in
            (rising ? cumulative(x) : upperTail(x), slope(x))
        }
    }

    /// dP / d ln x = Bᵃ (1 − B)ᵇ / B(a, b).
    private func slope(_ x: Double) -> Double {
        if x > 1e100 { return denominator / 2 * upperTail(x) }
        let beta = beta(x)
        return BetaDistribution.leading(beta.x, beta.y, numerator / 2, denominator / 2, beta.distance)
    }
}
