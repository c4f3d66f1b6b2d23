import Foundation

/// The cumulant generating function K(ζ) = −½ Σ hⱼ ln(1 − 2λⱼζ) of Q = Σ λⱼ χ²(hⱼ), on the line and in the plane.
/// The logarithms are taken without their linear term, which then stands apart: sums of thousands of degrees of
/// freedom cancel there, and would take the digits with them.
struct MixtureCumulants {
    let weights: [Double]
    let degreesOfFreedom: [Double]
    /// E Q = Σ λⱼ hⱼ.
    let mean: Double

    init(weights: [Double], degreesOfFreedom: [Double]) {
        self.weights = weights
        self.degreesOfFreedom = degreesOfFreedom
        mean = CompensatedSum.of(zip(weights, degreesOfFreedom).map { $0 * $1 })
    }

    /// K is finite between these: 1/2λ for the smallest and the largest weight, or ∓∞.
    var domain: ClosedRange<Double> {
        let low = weights.min().flatMap { $0 < 0 ? 1 / (2 * $0) : nil } ?? -.infinity
        let high = weights.max().flatMap { $0 > 0 ? 1 / (2 * $0) : nil } ?? .infinity
        return low...high
    }

    /// K(ζ) − ζ E Q.
    func excess(_ zeta: Double) -> Double {
        sum { weight, h in
            let q = 2 * weight * zeta
            return h / 2 * (abs(q) < 0.2 ? ComplexLogarithm.excess(q, 0).real : -log(Self.factor(weight, zeta)) - q)
        }
    }

    /// K′(ζ) − E Q = Σ 2hλ²ζ/(1 − 2λζ).
    func slopeExcess(_ zeta: Double) -> Double {
        sum { weight, h in h * 2 * weight * weight * zeta / Self.factor(weight, zeta) }
    }

    /// K″(ζ) = Σ 2hλ²/(1 − 2λζ)².
    func curvature(_ zeta: Double) -> Double {
        sum { weight, h in
            let ratio = weight / Self.factor(weight, zeta)
            return 2 * h * ratio * ratio
        }
    }

    /// K(c + z) − K(c) − z·point at the complex z = (x, y), with `slope` = K′(c) − point. Near terms go without
    /// their linear part, far ones whole: far out the linear parts are huge and cancel.
    func change(
        around c: Double, slope: Double, point: Double, x: Double, y: Double
    ) -> (
        real: Double, imaginary: Double
    ) {
        var (real, imaginary, linear) = (0.0, 0.0, 0.0)
        var far = false
        for (weight, h) in zip(weights, degreesOfFreedom) {
            let q = 2 * weight / Self.factor(weight, c)
            let isNear = abs(q) * (abs(x) + abs(y)) < 0.2
            let term = isNear ? ComplexLogarithm.excess(q * x, q * y) : ComplexLogarithm.whole(q * x, q * y)
            real += h / 2 * term.real
            imaginary += h / 2 * term.imaginary
            if isNear { linear += h / 2 * q } else { far = true }
        }
        let coefficient = far ? linear - point : slope
        return (real + coefficient * x, imaginary + coefficient * y)
    }

    /// 1 − 2λζ, rounded once.
    private static func factor(_ weight: Double, _ zeta: Double) -> Double { 1.0.addingProduct(-2 * weight, zeta) }

    private func sum(_ term: (Double, Double) -> Double) -> Double {
        CompensatedSum.of(zip(weights, degreesOfFreedom).map(term))
    }
}

/// The logarithm at q = x + iy in the two forms that the generating function needs.
private enum ComplexLogarithm {
    /// −ln(1 − q) − q = q²/2 + q³/3 + … for |q| < 0.3, without cancellation.
    static func excess(_ x: Double, _ y: Double) -> (real: Double, imaginary: Double) {
        var (powerX, powerY) = (x, y)
        var (real, imaginary) = (0.0, 0.0)
        var k = 1.0
        while k < 30 {
            k += 1
            (powerX, powerY) = (powerX * x - powerY * y, powerX * y + powerY * x)
            real += powerX / k
            imaginary += powerY / k
        }
        return (real, imaginary)
    }

    /// −ln(1 − q).
    static func whole(_ x: Double, _ y: Double) -> (real: Double, imaginary: Double) {
        (-log(hypot(1 - x, y)), atan2(y, 1 - x))
    }
}
