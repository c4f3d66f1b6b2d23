import Foundation

/// The χ² distribution with `degreesOfFreedom` > 0, not necessarily whole: the gamma distribution with shape
/// df/2 and scale 2.  Both tails keep their digits down to 1e-300.
public struct ChiSquared: Sendable, Equatable {
    public let degreesOfFreedom: Double

    public init(degreesOfFreedom: Double) {
        precondition(degreesOfFreedom > 0 && degreesOfFreedom.isFinite, "degrees of freedom are positive and finite")
        self.degreesOfFreedom = degreesOfFreedom
    }

    /// P(X ≤ x) = P(df/2, x/2); 0 for x ≤ 0.  NaN traps.  DLMF 8.2.
    public func cumulative(_ x: Double) -> Double { tails(x).lower }

    /// P(X > x) = Q(df/2, x/2), the p of a test; 1 for x ≤ 0.  NaN traps.
    public func upperTail(_ x: Double) -> Double { tails(x).upper }

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

    private func tails(_ x: Double) -> (lower: Double, upper: Double) {
        precondition(!x.isNaN, "a number")
        return IncompleteGamma.tails(degreesOfFreedom / 2, x / 2)
    }

    /// Solves on the smaller tail: there the other one says little.
    private func point(lower: Double, upper: Double) -> Double {
        if lower == 0 { return 0 }
        if upper == 0 { return .infinity }
        let rising = lower < upper
        return PositiveQuantile.solve(min(lower, upper), from: start(lower, upper), rising: rising) { x in
            let tails = tails(x)
            return (rising ? tails.lower : tails.upper, slope(x))
        }
    }

    /// dP / d ln x.
    private func slope(_ x: Double) -> Double {
        degreesOfFreedom / 2 * IncompleteGamma.leading(degreesOfFreedom / 2, x / 2)
    }

    /// Wilson & Hilferty 1931: the cube root is nearly normal; close to 0 the first term of the series instead.
    private func start(_ lower: Double, _ upper: Double) -> Double {
        let variance = 2 / (9 * degreesOfFreedom)
        let z = lower < upper ? StandardNormal.quantile(lower) : -StandardNormal.quantile(upper)
        let root = 1 - variance + z * variance.squareRoot()
        if root > 0.2 { return degreesOfFreedom * root * root * root }
        let a = degreesOfFreedom / 2
        let power = 2 * exp((log(lower) + GammaFunctions.logGamma(a + 1)) / a)
        return power > 0 ? power : Double.leastNormalMagnitude
    }
}
