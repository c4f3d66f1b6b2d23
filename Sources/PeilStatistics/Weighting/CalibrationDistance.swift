import Foundation

/// How far a calibrated weight is from its design weight: each distance gives the factor g = F(u) by which a weight
/// is multiplied, u = xᵀλ.  Deville & Särndal 1992, table 1; Deville, Särndal & Sautory 1993.
public enum CalibrationDistance: String, Sendable, CaseIterable, Codable {
    /// g = 1 + u, cut at the bounds: the regression estimator. Factors can be negative without bounds.
    case linear
    /// g = eᵘ, cut at the bounds: raking.
    case raking
    /// g between bounds L < 1 < U by a logistic curve.
    case logit
}

/// Bounds on calibrated weights.
public struct CalibrationBounds: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable, Codable {
        /// On g = calibrated weight / design weight.
        case factor = "g"
        /// On the calibrated weight.
        case weight
    }

    public let lower: Double
    public let upper: Double
    public let kind: Kind

    /// - Throws: `.badBound` where no weight could lie between.
    public init(lower: Double = 0, upper: Double = .infinity, on kind: Kind = .factor) throws(WeightingError) {
        guard !lower.isNaN, !upper.isNaN, lower < upper, upper > 0, lower < .infinity else {
            throw .badBound("bounds need lower < upper and upper > 0")
        }
        if kind == .factor, lower >= 1 || upper <= 1 {
            throw .badBound("bounds on g must hold 1: lower < 1 < upper")
        }
        self.lower = lower
        self.upper = upper
        self.kind = kind
    }
}

extension CalibrationDistance {
    /// F, its slope and its primitive H at u, between bounds. Σ d H(xᵀλ) − Tᵀλ is what calibration minimises over λ.
    @inline(__always)
    func evaluate(_ u: Double, _ lower: Double, _ upper: Double) -> (factor: Double, slope: Double, primitive: Double) {
        switch self {
        case .linear:
            let (low, high) = (lower - 1, upper - 1)
            if u <= low { return (lower, 0, low + low * low / 2 + lower * (u - low)) }
            if u >= high { return (upper, 0, high + high * high / 2 + upper * (u - high)) }
            return (1 + u, 1, u + u * u / 2)
        case .raking:
            let factor = exp(u)
            if factor <= lower { return (lower, 0, lower > 0 ? lower + lower * (u - log(lower)) : 0) }
            if factor >= upper { return (upper, 0, upper + upper * (u - log(upper))) }
            return (factor, factor, factor)
        case .logit: return logistic(u, lower, upper)
        }
    }

    private func logistic(
        _ u: Double, _ lower: Double, _ upper: Double
    ) -> (factor: Double, slope: Double, primitive: Double) {
        let (a, b, width) = (upper - 1, 1 - lower, upper - lower)
        let steepness = width / (a * b)
        let z = steepness * u
        let factor: Double
        let logSum: Double
        if z > 0 {
            let e = exp(-z)
            factor = (lower * a * e + upper * b) / (a * e + b)
            logSum = z + log((a * e + b) / width)
        } else {
            let e = exp(z)
            factor = (lower * a + upper * b * e) / (a + b * e)
            logSum = log((a + b * e) / width)
        }
        let slope = steepness * (factor - lower) * (upper - factor) / width
        return (factor, max(0, slope), lower * u + width / steepness * logSum)
    }
}
