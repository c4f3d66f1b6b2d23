import Foundation

/// Solves tail(x) = target on 0 < x < ∞ for a distribution of positive numbers.
enum PositiveQuantile {
    /// One value of a tail and its slope d tail / d ln x, without sign.
    typealias Tail = (_ x: Double) -> (value: Double, slope: Double)

    /// Newton's method on ln tail against ln x, where far tails are straight lines, kept inside a shrinking
    /// bracket. 0 or ∞ when the solution is no double.
    /// - Parameter rising: true for P(X ≤ x), false for P(X > x).
    static func solve(_ target: Double, from start: Double, rising: Bool, _ tail: Tail) -> Double {
        var low = 0.0
        var high = Double.infinity
        var x = start
        for _ in 0..<2000 {
            let (value, slope) = tail(x)
            if value == target { return x }
            if (value < target) == rising { low = x } else { high = x }
            let step = -log(value / target) * value / slope
            var next = x * exp(rising ? step : -step)
            if !(next > low && next < high) { next = middle(low, high) }
            if abs(next - x) <= 4e-16 * next || next == 0 || next == .infinity { return next }
            x = next
        }
        return x
    }

    /// Half-way on the scale on which the bracket is wide; towards 0 and ∞ the exponent doubles.
    private static func middle(_ low: Double, _ high: Double) -> Double {
        if low == 0 { return high == .infinity ? 1 : high < 0.25 ? high * high : high / 2 }
        if high == .infinity { return low > 4 ? low * low : low * 2 }
        return high / low > 4 ? low.squareRoot() * high.squareRoot() : low + (high - low) / 2
    }
}
