import Foundation

/// The regularised incomplete gamma functions P(a, x) = γ(a, x)/Γ(a) and Q = 1 − P for a > 0, each from a form
/// that keeps its own digits: the smaller of the two is never a difference.  The number of terms grows as
/// 10 √a near x = a, so a = 1e6 costs some ten thousand.  DLMF 8.2, 8.7.1, 8.9.2.
enum IncompleteGamma {
    /// P(a, x): 0 for x ≤ 0.
    static func lower(_ a: Double, _ x: Double) -> Double { tails(a, x).lower }

    /// Q(a, x): 1 for x ≤ 0.
    static func upper(_ a: Double, _ x: Double) -> Double { tails(a, x).upper }

    static func tails(_ a: Double, _ x: Double) -> (lower: Double, upper: Double) {
        if x <= 0 { return (0, 1) }
        if x == .infinity { return (1, 0) }
        if a <= 1 && x <= 1.5 { return (leading(a, x) * series(a, x), upperNearZero(a, x)) }
        if x < a {
            let lower = leading(a, x) * series(a, x)
            return (lower, 1 - lower)
        }
        let upper = leading(a, x) * a * fraction(a, x)
        return (1 - upper, upper)
    }

    /// xᵃ e⁻ˣ / Γ(a + 1) in saddle-point form: no difference of large logarithms.  Also a⁻¹ dP/d ln x.
    /// Loader 2000.
    static func leading(_ a: Double, _ x: Double) -> Double {
        exp(-GammaFunctions.stirlingError(a) - GammaFunctions.deviance(a, x, difference: a - x))
            / (2 * Double.pi * a).squareRoot()
    }

    /// P over its leading factor: 1 + x/(a+1) + x²/((a+1)(a+2)) + …, all positive.  DLMF 8.7.1.
    private static func series(_ a: Double, _ x: Double) -> Double {
        var sum = 1.0
        var term = 1.0
        var n = a
        while term > 1e-17 * sum {
            n += 1
            term *= x / n
            sum += term
        }
        return sum
    }

    /// Q over a times the leading factor, for x ≥ a: 1/(x+1−a − 1(1−a)/(x+3−a − …)), by Lentz's method.
    /// DLMF 8.9.2, contracted.
    private static func fraction(_ a: Double, _ x: Double) -> Double {
        let distance = x - a
        var b = distance + 1
        var c = 1e300
        var d = 1 / b
        var h = d
        var m = 0.0
        while true {
            m += 1
            b += 2
            let numerator = m * (a - m)
            d = 1 / nonzero(b + numerator * d)
            c = nonzero(b + numerator / c)
            let change = c * d
            h *= change
            if abs(change - 1) < 3e-16 { return h }
        }
        func nonzero(_ value: Double) -> Double { abs(value) < 1e-300 ? 1e-300 : value }
    }

    /// Q for a ≤ 1 and small x, where 1 − P would cancel: 1 − xᵃ/Γ(a+1) − xᵃ/Γ(a+1) Σₙ a(−x)ⁿ / ((a+n) n!).
    /// DLMF 8.7.1.
    private static func upperNearZero(_ a: Double, _ x: Double) -> Double {
        let logPower = a * log(x) - GammaFunctions.logGamma(a + 1)
        var sum = 0.0
        var power = 1.0
        var n = 0.0
        repeat {
            n += 1
            power *= -x / n
            sum += a * power / (a + n)
        } while abs(power) > 1e-18
        return -expm1(logPower) - exp(logPower) * sum
    }
}
