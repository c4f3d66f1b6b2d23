import Foundation

/// Student's t distribution with `degreesOfFreedom` > 0, not necessarily whole.
public struct StudentT: Sendable, Equatable {
    public let degreesOfFreedom: Double

    public init(degreesOfFreedom: Double) {
        precondition(degreesOfFreedom > 0, "degrees of freedom are positive")
        self.degreesOfFreedom = degreesOfFreedom
    }

    /// P(T ≤ t), through the incomplete beta function.  DLMF 8.17.
    public func cumulative(_ t: Double) -> Double {
        t < 0 ? upperTail(-t) : 1 - upperTail(t)
    }

    /// P(|T| > |t|): the two-sided p of a test.
    public func twoSidedP(_ t: Double) -> Double { min(1, 2 * upperTail(abs(t))) }

    /// P(T > t) for t ≥ 0, accurate in the tail.
    private func upperTail(_ t: Double) -> Double {
        if degreesOfFreedom.isInfinite { return StandardNormal.upperTail(t) }
        // Far out the tail is a power of t; t² would overflow.
        if t > 1e100 { return upperTail(1e100) * pow(1e100 / t, degreesOfFreedom) }
        let square = t * t
        let x = degreesOfFreedom / (degreesOfFreedom + square)
        let y = square / (degreesOfFreedom + square)
        return 0.5 * BetaDistribution.lower(x, y, degreesOfFreedom / 2, 0.5)
    }

    /// P(0 < T ≤ t), accurate near 0.
    private func fromCentre(_ t: Double) -> Double {
        if degreesOfFreedom.isInfinite { return StandardNormal.fromCentre(t) }
        let square = t * t
        return 0.5
            * BetaDistribution.lower(
                square / (degreesOfFreedom + square),
                degreesOfFreedom / (degreesOfFreedom + square), 0.5, degreesOfFreedom / 2)
    }

    /// The point below which the share `p` lies, 0 < p < 1.
    public func quantile(_ p: Double) -> Double {
        precondition(p > 0 && p < 1, "a share strictly between 0 and 1")
        if p == 0.5 { return 0 }
        let t = positiveQuantile(tail: min(p, 1 - p), centre: abs(p - 0.5))
        return p < 0.5 ? -t : t
    }

    /// t with P(T > t) = q, 0 < q < 0.5, and P(0 < T ≤ t) = ½ − q given apart: from the normal quantile
    /// outwards, then Newton in a bracket, on the tail or on the mass from the centre, whichever is smaller.
    private func positiveQuantile(tail q: Double, centre: Double) -> Double {
        var low = 0.0
        var high = max(1, -StandardNormal.quantile(q))
        while upperTail(high) > q {
            low = high
            high *= 2
        }
        var t = (low + high) / 2
        for _ in 0..<200 {
            let short = centre < q ? centre - fromCentre(t) : upperTail(t) - q
            if short > 0 { low = t } else { high = t }
            var next = t + short / density(t)
            if !(next > low && next < high) { next = low + (high - low) / 2 }
            if abs(next - t) <= 4e-16 * abs(next) { return next }
            t = next
        }
        return t
    }

    private func density(_ t: Double) -> Double {
        if degreesOfFreedom.isInfinite { return StandardNormal.density(t) }
        let n = degreesOfFreedom
        let logConstant =
            GammaFunctions.logGamma((n + 1) / 2) - GammaFunctions.logGamma(n / 2)
            - 0.5 * log(n * Double.pi)
        return exp(logConstant - (n + 1) / 2 * log1p(t * t / n))
    }
}
