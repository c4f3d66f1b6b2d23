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
        return Self.solve(p, from: a / (a + b)) { (self.cumulative($0), self.density($0)) }
    }

    func density(_ x: Double) -> Double {
        guard x > 0, x < 1 else { return 0 }
        let y = 1 - x
        return Self.leading(x, y, a, b, Self.distance(x, y, a, b)) / (x * y)
    }

    /// I_x(a, b) with y = 1 − x given apart, so that values near 1 keep their digits.
    static func lower(_ x: Double, _ y: Double, _ a: Double, _ b: Double) -> Double {
        lower(x, y, a, b, distance(x, y, a, b))
    }

    /// The same from a caller who knows the distance a − (a + b)x better than x and y say.
    static func lower(_ x: Double, _ y: Double, _ a: Double, _ b: Double, _ distance: Double) -> Double {
        if x <= 0 { return 0 }
        if y <= 0 { return 1 }
        return distance >= 0
            ? leading(x, y, a, b, distance) * fraction(x, y, a, b, distance)
            : 1 - leading(y, x, b, a, -distance) * fraction(y, x, b, a, -distance)
    }

    /// a − (a + b)x = (a + b)y − b, taken from the smaller of x and y: that one keeps its digits.
    private static func distance(_ x: Double, _ y: Double, _ a: Double, _ b: Double) -> Double {
        x < y ? a.addingProduct(-(a + b), x) : (-b).addingProduct(a + b, y)
    }

    /// xᵃ yᵇ / B(a, b) in saddle-point form: no difference of large logarithms, whatever the shapes.
    static func leading(_ x: Double, _ y: Double, _ a: Double, _ b: Double, _ distance: Double) -> Double {
        let n = a + b
        let correction =
            GammaFunctions.stirlingError(n) - GammaFunctions.stirlingError(a)
            - GammaFunctions.stirlingError(b)
        let exponent =
            correction - GammaFunctions.deviance(a, n * x, difference: distance)
            - GammaFunctions.deviance(b, n * y, difference: -distance)
        return exp(exponent) * (a / n * b / (2 * Double.pi)).squareRoot()
    }

    /// I_x(a, b) over its leading factor, for x at or below the mean: every second convergent of DLMF 8.17.22,
    /// written with the distance a − (a + b)x.  Didonato & Morris 1992, ACM TOMS 18:360, BFRAC; by Lentz's method.
    private static func fraction(_ x: Double, _ y: Double, _ a: Double, _ b: Double, _ distance: Double) -> Double {
        let tiny = 1e-300
        var h = (1 + distance) / (1 + 1 / a)
        var c = h
        var d = 0.0
        for step in 1...100_000 {
            let m = Double(step)
            let w = m * (b - m) * x
            let s = a + 2 * m - 1
            let numerator = (a + m - 1) / s * ((a + b + m - 1) / s) * w * x
            let denominator = m + w / s + (a + m) / (a + 1 + 2 * m) * (1 + distance + m * (1 + y))
            d = 1 / nonzero(denominator + numerator * d)
            c = nonzero(denominator + numerator / c)
            let change = c * d
            h *= change
            if abs(change - 1) < 3e-16 { break }
        }
        return 1 / h
        func nonzero(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    }

    /// Newton's method on ln P against ln x, where a tail is a straight line, kept inside a shrinking bracket.
    private static func solve(_ p: Double, from start: Double, _ function: (Double) -> (Double, Double)) -> Double {
        var low = 0.0
        var high = 1.0
        var x = start
        for _ in 0..<200 {
            let (value, slope) = function(x)
            if value < p { low = x } else { high = x }
            var next = x * exp(-log(value / p) * value / (slope * x))
            if !(next > low && next < high) { next = middle(low, high) }
            if abs(next - x) <= 4e-16 * next { return next }
            x = next
        }
        return x
    }

    /// Half-way on the scale on which the bracket is wide; towards 0 the exponent doubles.
    private static func middle(_ low: Double, _ high: Double) -> Double {
        if low == 0 { return high < 0.25 ? high * high : high / 2 }
        return high / low > 4 ? low.squareRoot() * high.squareRoot() : low + (high - low) / 2
    }
}
