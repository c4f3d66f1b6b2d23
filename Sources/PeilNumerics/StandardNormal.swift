import Foundation

/// The normal distribution with mean 0 and standard deviation 1.
public enum StandardNormal {
    public static func density(_ z: Double) -> Double { exp(-z * z / 2) / (2 * Double.pi).squareRoot() }

    /// P(Z ≤ z).
    public static func cumulative(_ z: Double) -> Double { upperTail(-z) }

    /// P(Z > z), accurate in the tail.
    public static func upperTail(_ z: Double) -> Double {
        let x = z * 0.5.squareRoot()
        guard x > 1 else { return 0.5 * erfc(x) }
        // What x lost in rounding counts 2x-fold in the tail; √½ in two parts gives it back.
        let lost = (-x).addingProduct(z, 0.5.squareRoot()) - z * 4.833646656726457e-17
        return 0.5 * erfc(x) * (1 - 2 * x * lost)
    }

    /// P(0 < Z ≤ z), accurate near 0.
    static func fromCentre(_ z: Double) -> Double { 0.5 * erf(z * 0.5.squareRoot()) }

    /// The point below which the share `p` lies, 0 < p < 1: Newton on the tail from a rational start, kept in
    /// a bracket.  Start: Hastings 1955, as in Abramowitz & Stegun 26.2.23.
    public static func quantile(_ p: Double) -> Double {
        precondition(p > 0 && p < 1, "a share strictly between 0 and 1")
        if p == 0.5 { return 0 }
        let tail = min(p, 1 - p)
        let t = (-2 * log(tail)).squareRoot()
        var z =
            t - (2.515517 + t * (0.802853 + t * 0.010328))
            / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)))
        // Near the centre the tail says little about z; the mass from the centre does.
        let centre = tail > 0.25 ? abs(p - 0.5) : nil
        for _ in 0..<50 {
            let step = (centre.map { $0 - fromCentre(z) } ?? (upperTail(z) - tail)) / density(z)
            z += step
            if abs(step) <= 2e-16 * abs(z) { break }
        }
        return p < 0.5 ? -z : z
    }
}
