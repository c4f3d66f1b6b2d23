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
        let square = t * t
        let x = degreesOfFreedom / (degreesOfFreedom + square)
        let y = square / (degreesOfFreedom + square)
        return 0.5 * BetaDistribution.lower(x, y, degreesOfFreedom / 2, 0.5)
    }

    /// The point below which the share `p` lies, 0 < p < 1.
    public func quantile(_ p: Double) -> Double {
        precondition(p > 0 && p < 1, "a share strictly between 0 and 1")
        if p == 0.5 { return 0 }
        if p < 0.5 { return -quantileOfUpperTail(p) }
        return quantileOfUpperTail(1 - p)
    }

    /// t with P(T > t) = q, 0 < q < 0.5: from the normal quantile outwards, then Newton in a bracket.
    private func quantileOfUpperTail(_ q: Double) -> Double {
        var low = 0.0
        var high = max(1, -StandardNormal.quantile(q))
        while upperTail(high) > q { low = high; high *= 2 }
        var t = (low + high) / 2
        for _ in 0..<200 {
            let value = upperTail(t)
            if value > q { low = t } else { high = t }
            var next = t + (value - q) / density(t)
            if !(next > low && next < high) { next = (low + high) / 2 }
            if abs(next - t) <= 2e-16 * abs(next) { return next }
            t = next
        }
        return t
    }

    private func density(_ t: Double) -> Double {
        if degreesOfFreedom.isInfinite { return StandardNormal.density(t) }
        let n = degreesOfFreedom
        let logConstant = GammaFunctions.logGamma((n + 1) / 2) - GammaFunctions.logGamma(n / 2)
            - 0.5 * log(n * Double.pi)
        return exp(logConstant - (n + 1) / 2 * log1p(t * t / n))
    }
}
