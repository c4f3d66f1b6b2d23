import Foundation

/// The beta distribution with shapes a, b > 0.
public struct BetaDistribution: Sendable, Equatable {
    public let a: Double
    public let b: Double

    public init(a: Double, b: Double) {
        precondition(a > 0 && b > 0, "shapes are positive")
        self.a = a
        self.b = b
    }

    /// P(X ≤ x): the regularised incomplete beta function, by its continued fraction on the side where that
    /// converges fast, with the saddle-point form of the leading factor.  DLMF 8.17.22; Loader 2000.
    public func cumulative(_ x: Double) -> Double { Self.lower(x, 1 - x, a, b) }

    /// P(X > x).
    public func survival(_ x: Double) -> Double { Self.lower(1 - x, x, b, a) }

    /// The point below which the share `p` lies, 0 ≤ p ≤ 1.
    public func quantile(_ p: Double) -> Double {
        if p <= 0 { return 0 }
        if p >= 1 { return 1 }
        return Self.solve(p) { (self.cumulative($0), self.density($0)) }
    }

    func density(_ x: Double) -> Double {
        guard x > 0, x < 1 else { return 0 }
        return Self.leading(x, 1 - x, a, b) / (x * (1 - x))
    }

    /// I_x(a, b) with y = 1 − x given apart, so that values near 1 keep their digits.
    static func lower(_ x: Double, _ y: Double, _ a: Double, _ b: Double) -> Double {
        if x <= 0 { return 0 }
        if y <= 0 { return 1 }
        return x <= (a + 1) / (a + b + 2)
            ? leading(x, y, a, b) * fraction(x, a, b) / a
            : 1 - leading(x, y, a, b) * fraction(y, b, a) / b
    }

    /// xᵃ yᵇ / B(a, b).
    private static func leading(_ x: Double, _ y: Double, _ a: Double, _ b: Double) -> Double {
        let n = a + b
        if min(a, b) > 2 {
            let correction = GammaFunctions.stirlingError(n) - GammaFunctions.stirlingError(a)
                - GammaFunctions.stirlingError(b)
            let exponent = correction - GammaFunctions.deviance(a, n * x) - GammaFunctions.deviance(b, n * y)
            return exp(exponent) * (a * b / (2 * Double.pi * n)).squareRoot()
        }
        let logBeta = GammaFunctions.logGamma(a) + GammaFunctions.logGamma(b) - GammaFunctions.logGamma(n)
        return exp(a * log(x) + b * (x < 0.5 ? log1p(-x) : log(y)) - logBeta)
    }

    /// The continued fraction of I_x(a, b), by Lentz's method.
    private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        let tiny = 1e-300
        var c = 1.0
        var d = 1 - (a + b) * x / (a + 1)
        d = 1 / (abs(d) < tiny ? tiny : d)
        var h = d
        for step in 1...100_000 {
            let m = Double(step)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            d = 1 / nonzero(1 + even * d)
            c = nonzero(1 + even / c)
            h *= d * c
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 / nonzero(1 + odd * d)
            c = nonzero(1 + odd / c)
            let change = d * c
            h *= change
            if abs(change - 1) < 1e-16 { break }
        }
        return h
        func nonzero(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    }

    /// Newton's method kept inside a shrinking bracket of [0, 1].
    private static func solve(_ p: Double, _ function: (Double) -> (Double, Double)) -> Double {
        var low = 0.0
        var high = 1.0
        var x = 0.5
        for _ in 0..<200 {
            let (value, slope) = function(x)
            if value < p { low = x } else { high = x }
            var next = slope > 0 ? x - (value - p) / slope : .infinity
            if !(next > low && next < high) { next = low > 0 && high / low > 4 ? (low * high).squareRoot() : (low + high) / 2 }
            if abs(next - x) <= 2e-16 * abs(next) { return next }
            x = next
        }
        return x
    }
}
