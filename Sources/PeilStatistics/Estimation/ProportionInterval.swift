import Foundation
internal import PeilNumerics

/// The interval methods for a share. All but `mean` stay within 0…1 and have a width at 0 % and 100 %.
public enum ProportionInterval: String, Sendable, CaseIterable, Codable {
    /// p̂ ± t·se. Leaves 0…1 near the ends, and has no width at 0 % and 100 %, where the standard error is 0: the
    /// number that R gives, kept for comparison and not fit for a statement. `ConfidenceInterval.hasNoWidth` tells.
    case mean
    /// Wald interval of the logit, mapped back: the intercept of a design-based logistic regression.
    case logit
    /// The same by the delta method; equal to `logit` under linearisation.
    case xlogit
    /// Korn & Graubard 1998: Clopper–Pearson with the effective sample size.
    case beta
    /// The score interval, all π with |p̂ − π| ≤ t(df)·√(π(1−π)/n_eff), n_eff = p̂(1−p̂)/se².  As in R survey ≥ 4.2.
    /// The quantile is t(df), not z: se is an estimate with df degrees of freedom. Only t²/n_eff enters, so this
    /// equals the interval of Dean & Pagano 2015 with t(n−1) and n_eff·(t(n−1)/t(df))², the size that `beta` uses.
    case wilson
    /// All π whose binomial log-likelihood is near that of p̂, scaled for the design (Rao & Scott 1984):
    /// 2·(p̂ log(p̂/π) + (1−p̂) log((1−p̂)/(1−π))) ≤ t(df)²/n_eff · n/(n−1).  R's svyciprop reads the same bounds
    /// off a spline through few points and may differ in the 3rd or 4th digit; n/(n−1) is its dispersion.
    case likelihood
}

/// The ends of an interval for a share 0 < p̂ < 1 from t² / n_eff, the squared half width of its score test.
enum ShareBounds {
    /// The two roots of (p̂ − π)² = r·π(1−π), r = t²/n_eff. The lower one as product of the roots, p̂²/(1+r), over the
    /// upper one: no digits are lost near 0.
    static func wilson(_ share: Double, squaredRatio r: Double) -> (lower: Double, upper: Double) {
        let sum = 2 * share + r + (r * (4 * share * (1 - share) + r)).squareRoot()
        return (2 * share * share / sum, min(1, sum / (2 * (1 + r))))
    }

    /// The two π with 2·KL(p̂ ‖ π) = r, by Newton's method on η = logit π, in which KL is convex with slope π − p̂.
    static func likelihood(_ share: Double, squaredRatio r: Double) -> (lower: Double, upper: Double) {
        (likelihoodEnd(share, r, side: -1), likelihoodEnd(share, r, side: 1))
    }

    /// Any start on one side leads beyond the root at the first step and then down to it without turning.
    private static func likelihoodEnd(_ share: Double, _ r: Double, side: Double) -> Double {
        let centre = log(share) - log1p(-share)
        var distance = side * (r / (share * (1 - share))).squareRoot()
        for _ in 0..<200 {
            let difference = expit(centre + distance) - share
            guard difference != 0 else { break }
            let step = (divergence(share, at: distance) - r / 2) / difference
            distance -= step
            if abs(step) <= 1e-15 * abs(distance) { break }
        }
        return expit(centre + distance)
    }

    /// KL(p̂ ‖ π) = log(1 + p̂(eᵈ − 1)) − p̂d with d = logit π − logit p̂. Near 0, where the two terms cancel,
    /// by its series Σ κₘ dᵐ/m!, κₘ the cumulants of a Bernoulli variable.
    static func divergence(_ share: Double, at d: Double) -> Double {
        if abs(d) > 0.05 {
            // By the rarer answer, so that nothing cancels; far out by the one whose exponential stays finite.
            let countsRarer = abs(d) < 500 ? share <= 0.5 : d < 0
            return countsRarer
                ? log1p(share * expm1(d)) - share * d : log1p((1 - share) * expm1(-d)) + (1 - share) * d
        }
        let v = share * (1 - share)
        let s = 1 - 2 * share
        // κ₂ = v and κₘ₊₁ = v·dκₘ/dp̂ give the rest.
        let cumulants = [
            v, v * s, v * (1 - 6 * v), v * s * (1 - 12 * v), v * (1 - 30 * v + 120 * v * v),
            v * s * (1 - 60 * v + 360 * v * v), v * (1 - 126 * v + 1680 * v * v - 5040 * v * v * v)
        ]
        var factorial = 40320.0
        var sum = 0.0
        for (index, cumulant) in cumulants.enumerated().reversed() {
            sum = sum * d + cumulant / factorial
            factorial /= Double(index + 2)
        }
        return sum * d * d
    }

    private static func expit(_ x: Double) -> Double { x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x)) }
}
