import Foundation

/// The distribution of Q = Σ λⱼ χ²(hⱼ), independent χ² with hⱼ > 0 degrees of freedom (not necessarily whole) and
/// weights λⱼ of any sign: what a quadratic form of estimates follows under a complex design, with λ the
/// generalised design effects.  Rao & Scott 1984; R survey's pchisqsum and pFsum.
///
/// No weights, or only zeros, make the constant Q = 0.
public struct ChiSquaredMixture: Sendable, Equatable {
    public enum Method: Sendable, CaseIterable {
        /// Lugannani & Rice's formula in Barndorff-Nielsen's form, p = Φ̄(w + ln(v/w)/w) at the ζ where K′(ζ) = x:
        /// relative error mostly below some per cent; far off when broken degrees of freedom below 1 carry the tail.
        /// Kuonen 1999, Biometrika 86:929.
        /// Within 1e-4 of the mean on the scale of ζ·max λ the formula is 0/0: there Satterthwaite takes its
        /// place, as in R survey, or the formula's limit when Σλh ≤ 0.
        case saddlepoint
        /// The inversion integral, to 1e-12 of the smaller tail down to 1e-300; throws .inversionNotSettled else.
        case exact
        /// A scaled χ² with the same mean and variance.  Satterthwaite 1946.  Needs Σλh > 0.
        case satterthwaite
    }

    /// The weights λⱼ without zeros.
    public let weights: [Double]
    /// hⱼ of each weight.
    public let degreesOfFreedom: [Double]

    /// One degree of freedom each.  Weights that are not finite trap.
    public init(weights: [Double]) {
        self.init(weights: weights, degreesOfFreedom: weights.map { _ in 1 })
    }

    /// Weights that are not finite and degrees of freedom that are not positive and finite trap.
    public init(weights: [Double], degreesOfFreedom: [Double]) {
        precondition(weights.count == degreesOfFreedom.count, "degrees of freedom for each weight")
        precondition(weights.allSatisfy(\.isFinite), "finite weights")
        precondition(degreesOfFreedom.allSatisfy { $0 > 0 && $0.isFinite }, "degrees of freedom positive and finite")
        let kept = weights.indices.filter { weights[$0] != 0 }
        self.weights = kept.map { weights[$0] }
        self.degreesOfFreedom = kept.map { degreesOfFreedom[$0] }
    }

    /// P(Q > x), for any x; NaN traps.
    public func upperTail(_ x: Double, method: Method = .saddlepoint) throws(MixtureError) -> Double {
        precondition(!x.isNaN, "a number")
        if let certain = certainTail(x) { return certain }
        let unit = unit
        let cumulants = cumulants(unit: unit)
        switch method {
        case .satterthwaite: return try matched().upperTail(x)
        case .exact: return try MixtureInversion(cumulants).upperTail(x / unit)
        case .saddlepoint:
            if let tail = MixtureSaddlepoint(cumulants).upperTail(x / unit) { return tail }
            if let matched = try? matched() { return matched.upperTail(x) }
            return MixtureSaddlepoint(cumulants).upperTailAtMean
        }
    }

    /// P(Q / (χ²(ν)/ν) > x), ν = `denominator` > 0 degrees of freedom, independent of Q; ν = ∞ is P(Q > x).
    /// It is P(Q − (x/ν) χ²(ν) > 0): one weight more.  R survey's pFsum cuts a broken ν down to a whole number;
    /// here it stays broken.
    public func upperTail(
        ofRatio x: Double, denominatorDegreesOfFreedom denominator: Double, method: Method = .saddlepoint
    ) throws(MixtureError) -> Double {
        precondition(!x.isNaN, "a number")
        precondition(denominator > 0, "denominator degrees of freedom are positive")
        if denominator == .infinity { return try upperTail(x, method: method) }
        if x.isInfinite { return x > 0 ? 0 : 1 }
        let difference = ChiSquaredMixture(
            weights: weights + [-x / denominator], degreesOfFreedom: degreesOfFreedom + [denominator])
        if let certain = difference.certainTail(0) { return certain }
        switch method {
        case .exact: return try difference.upperTail(0, method: .exact)
        case .satterthwaite: return try matched().upperTail(ofRatio: x, denominator)
        case .saddlepoint:
            let cumulants = difference.cumulants(unit: difference.unit)
            if let tail = MixtureSaddlepoint(cumulants).upperTail(0) { return tail }
            if let matched = try? matched() { return matched.upperTail(ofRatio: x, denominator) }
            return MixtureSaddlepoint(cumulants).upperTailAtMean
        }
    }

    /// The largest weight. Tails do not change with the unit, and this one keeps everything in range.
    private var unit: Double { weights.reduce(0) { max($0, abs($1)) } }

    private func cumulants(unit: Double) -> MixtureCumulants {
        MixtureCumulants(weights: weights.map { $0 / unit }, degreesOfFreedom: degreesOfFreedom)
    }

    /// The tail where Q cannot reach x, or cannot stay below it.
    private func certainTail(_ x: Double) -> Double? {
        if x == .infinity { return 0 }
        if x == -.infinity { return 1 }
        if !weights.contains(where: { $0 < 0 }) && (x < 0 || x == 0 && !weights.isEmpty) { return 1 }
        if !weights.contains(where: { $0 > 0 }) && x >= 0 { return 0 }
        return nil
    }

    /// c·χ²(d) with the mean and the variance of Q: c = Σλ²h/Σλh, d = (Σλh)²/Σλ²h.
    private func matched() throws(MixtureError) -> ScaledChiSquared {
        let scaled = cumulants(unit: unit)
        let square = CompensatedSum.of(zip(scaled.weights, degreesOfFreedom).map { $0 * $0 * $1 })
        guard scaled.mean > 0 else { throw .noMatchingChiSquared(mean: scaled.mean * unit) }
        return ScaledChiSquared(
            scale: square / scaled.mean * unit, degreesOfFreedom: scaled.mean / square * scaled.mean)
    }
}

public enum MixtureError: Error, Equatable, Sendable {
    /// Satterthwaite's χ² exists for a positive mean only.
    case noMatchingChiSquared(mean: Double)
    /// The inversion integral did not settle: the relative difference of the last two sums.
    case inversionNotSettled(x: Double, difference: Double)
}

private struct ScaledChiSquared {
    let scale: Double
    let degreesOfFreedom: Double

    func upperTail(_ x: Double) -> Double {
        ChiSquared(degreesOfFreedom: degreesOfFreedom).upperTail(x / scale)
    }

    func upperTail(ofRatio x: Double, _ denominator: Double) -> Double {
        FDistribution(numerator: degreesOfFreedom, denominator: denominator)
            .upperTail(x / scale / degreesOfFreedom)
    }
}
