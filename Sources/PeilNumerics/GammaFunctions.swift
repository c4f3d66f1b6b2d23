import Foundation

/// ln Γ(x) and the small corrections that the saddle-point forms of densities need.
enum GammaFunctions {
    static func logGamma(_ x: Double) -> Double {
        var sign: Int32 = 0
        return unsafe lgamma_r(x, &sign)
    }

    /// δ(z) = ln Γ(z+1) − (z+½) ln z + z − ½ ln 2π: what Stirling's formula leaves out.
    /// Loader 2000, "Fast and accurate computation of binomial probabilities".
    static func stirlingError(_ z: Double) -> Double {
        if z < 16 {
            return logGamma(z + 1) - (z + 0.5) * log(z) + z - 0.918938533204672741780329736406
        }
        let s = 1 / (z * z)
        // Bernoulli numbers B₂ₖ / (2k (2k−1)).
        return
            (1.0 / 12
            - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - (1.0 / 1188 - 691.0 / 360360 * s) * s) * s)
                * s)
                * s)
            / z
    }

    /// x ln(x/m) + m − x without cancellation near x = m. The difference x − m is given apart, because the
    /// caller may know it better than x and m say.  Loader 2000.
    static func deviance(_ x: Double, _ m: Double, difference: Double) -> Double {
        guard abs(difference) < 0.4 * (x + m) else { return x * log(x / m) - difference }
        let v = difference / (x + m)
        var sum = difference * v
        var term = 2 * x * v
        let square = v * v
        var j = 1.0
        while true {
            term *= square
            let next = sum + term / (2 * j + 1)
            if next == sum { return next }
            sum = next
            j += 1
        }
    }
}
