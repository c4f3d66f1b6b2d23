import Foundation

/// The saddlepoint approximation of a mixture's upper tail.  Kuonen 1999, Biometrika 86:929–935.
struct MixtureSaddlepoint {
    private let cumulants: MixtureCumulants

    init(_ cumulants: MixtureCumulants) { self.cumulants = cumulants }

    /// Φ̄(w + ln(v/w)/w) with K′(ζ) = x, w = sign ζ √(2(ζx − K(ζ))), v = ζ √K″(ζ); nil where |ζ| times the largest
    /// weight is below 1e-4, R survey's limit. x lies inside the range of Q.
    func upperTail(_ x: Double) -> Double? {
        let distance = x - cumulants.mean
        if distance == 0 { return nil }
        let zeta = Self.root(in: cumulants.domain, above: distance > 0) { cumulants.slopeExcess($0) - distance }
        guard abs(zeta) * largest >= 1e-4 else { return nil }
        let w = (zeta < 0 ? -1 : 1) * (2 * (zeta * distance - cumulants.excess(zeta))).squareRoot()
        let v = zeta * cumulants.curvature(zeta).squareRoot()
        return StandardNormal.upperTail(w + log(v / w) / w)
    }

    /// The limit of the formula at the mean: ½ − κ₃ / (6 √(2π) κ₂^{3/2}), κ₂ = 2Σλ²h, κ₃ = 8Σλ³h.
    var upperTailAtMean: Double {
        let pairs = zip(cumulants.weights, cumulants.degreesOfFreedom)
        let second = CompensatedSum.of(pairs.map { 2 * $0 * $0 * $1 })
        let third = CompensatedSum.of(pairs.map { 8 * $0 * $0 * $0 * $1 })
        return 0.5 - third / (6 * (2 * Double.pi).squareRoot() * second * second.squareRoot())
    }

    /// R survey measures ζ against the largest weight, which is positive there.
    private var largest: Double {
        let positive = cumulants.weights.max() ?? 0
        return positive > 0 ? positive : -(cumulants.weights.min() ?? 0)
    }

    /// The zero of a rising function on one side of 0 inside the domain, by bisection on the scale of ln|ζ| far
    /// from the ends and then plainly, to the last bit.
    static func root(in domain: ClosedRange<Double>, above: Bool, _ function: (Double) -> Double) -> Double {
        let sign = above ? 1.0 : -1.0
        let end = above ? domain.upperBound : -domain.lowerBound
        var low = 0.0
        var high = end
        for _ in 0..<2000 {
            let middle = middle(low, high)
            if middle <= low || middle >= high { break }
            if (function(sign * middle) < 0) == above { low = middle } else { high = middle }
        }
        return sign * (low > 0 ? low : high)
    }

    private static func middle(_ low: Double, _ high: Double) -> Double {
        if low == 0 { return high == .infinity ? 1 : high < 1e-3 ? high * 1e-3 : high / 2 }
        if high == .infinity { return low * 8 }
        return high / low > 4 ? low.squareRoot() * high.squareRoot() : low + (high - low) / 2
    }
}
