import Foundation

/// The scale on which areas are modelled. A share has its own: predictions then stay between 0 and 1, and the sampling
/// variance depends less on the level (not at all for the arcsine of a simple random sample).
///
/// Forward by the delta method: z = g(y), D_z = g′(y)² D. Back as Sugasawa & Kubokawa 2017 and, for the log, Slud & Maiti
/// 2006: given the data the area lies about the prediction ẑ with variance g₁ = AD/(A + D), so the predictor is
/// E h(U), U ~ N(ẑ, g₁), h = g⁻¹. Its mean squared error is Var h(U) with U ~ N(ẑ, MSE(ẑ)): to first order
/// h′(ẑ)² MSE(ẑ), and the curvature of h counts.
public enum AreaScale: String, Sendable, CaseIterable {
    /// As it is.
    case identity = "none"
    /// ln(p/(1 − p)); a share of 0 or 1 has no logit.
    case logit
    /// arcsin √p.
    case arcsine

    /// g(y); nil where the scale does not hold y.
    public func forward(_ y: Double) -> Double? {
        switch self {
        case .identity: return y
        case .logit: return y > 0 && y < 1 ? log(y / (1 - y)) : nil
        case .arcsine: return y >= 0 && y <= 1 ? asin(y.squareRoot()) : nil
        }
    }

    /// g′(y)² D. At the borders of a share the arcsine has no slope and the variance no estimate: nil.
    public func forward(variance: Double, at y: Double) -> Double? {
        let spread = y * (1 - y)
        switch self {
        case .identity: return variance
        case .logit: return spread > 0 ? variance / (spread * spread) : nil
        case .arcsine: return spread > 0 ? variance / (4 * spread) : nil
        }
    }

    /// h(z); the arcsine is cut at its ends, 0 and π/2.
    public func back(_ z: Double) -> Double {
        switch self {
        case .identity: return z
        case .logit: return 1 / (1 + exp(-z))
        case .arcsine:
            let sine = sin(min(max(z, 0), .pi / 2))
            return sine * sine
        }
    }

    /// h′(z).
    public func slope(_ z: Double) -> Double {
        switch self {
        case .identity: return 1
        case .logit:
            let p = back(z)
            return p * (1 - p)
        case .arcsine: return z > 0 && z < .pi / 2 ? sin(2 * z) : 0
        }
    }

    /// E h(U) and Var h(U) for U ~ N(centre, variance).
    public func backMoments(_ centre: Double, variance: Double) -> (mean: Double, variance: Double) {
        guard self != .identity, variance > 0 else { return (back(centre), self == .identity ? variance : 0) }
        let deviation = variance.squareRoot()
        let values = NormalNodes.standard.points.map { back(centre + deviation * $0) }
        let mean = NormalNodes.standard.mean(values)
        return (mean, NormalNodes.standard.mean(values.map { ($0 - mean) * ($0 - mean) }))
    }
}

/// Points and weights of the trapezoid rule under the standard normal: for smooth functions as exact as doubles are.
private struct NormalNodes {
    static let standard = NormalNodes()

    let points: [Double]
    private let weights: [Double]

    private init() {
        points = (-100...100).map { Double($0) * 0.09 }
        let heights = points.map { exp(-$0 * $0 / 2) }
        let sum = heights.reduce(0, +)
        weights = heights.map { $0 / sum }
    }

    func mean(_ values: [Double]) -> Double { zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 } }
}
