import Foundation

/// P(Q > x) = (1/2πi) ∫ exp(K(ζ) − ζx)/ζ dζ along a line through c > 0, or minus the lower tail through c < 0,
/// with no error but rounding and the step of the sum.
///
/// Imhof 1961 and Davies 1980 integrate along c = 0, where 1e-12 is out of reach for few degrees of freedom and far
/// tails drown. Here the path crosses the axis at the saddle point of the whole integrand, so that nothing
/// cancels and the tail keeps relative digits; it bends towards where e^{−ζx} dies, and is run through as
/// ζ(s) = c + a(±κ(cosh s − 1) + i sinh s), on which the trapezoidal rule doubles its digits with each halving of
/// the step.  Daniels 1987, Int. Stat. Rev. 55:37 for the path; Trefethen & Weideman 2014, SIAM Rev. 56:385 for the
/// rule.
struct MixtureInversion {
    private let cumulants: MixtureCumulants

    init(_ cumulants: MixtureCumulants) { self.cumulants = cumulants }

    /// Throws .inversionNotSettled when two steps still differ by more than 1e-12 relative. x lies inside the range
    /// of Q.
    func upperTail(_ x: Double) throws(MixtureError) -> Double {
        let above = x >= cumulants.mean
        let path = path(x, above: above)
        // The exponent of 1e-330.
        if path.logHeight < -760 { return above ? 0 : 1 }
        var worst = Double.infinity
        // A path may climb above the saddle, at the price of digits: first none that climbs much.
        for climb in [20.0, 2000] {
            for bend in [0.6, 0.15, 0.03, 0] {
                let (value, difference) = path.sum(bend: bend, climb: climb)
                if difference <= 1e-12 { return above ? min(1, value) : max(0, 1 - value) }
                worst = min(worst, difference)
            }
        }
        throw .inversionNotSettled(x: x, difference: worst)
    }

    /// Through the minimum over real c of exp(K(c) − cx)/|c| on the side of the smaller tail.
    private func path(_ x: Double, above: Bool) -> Path {
        let distance = x - cumulants.mean
        let c = MixtureSaddlepoint.root(in: cumulants.domain, above: above) {
            cumulants.slopeExcess($0) - distance - 1 / $0
        }
        return Path(
            cumulants: cumulants, x: x, c: c,
            slope: cumulants.slopeExcess(c) - distance,
            logHeight: cumulants.excess(c) - c * distance,
            width: 1 / (cumulants.curvature(c) + 1 / (c * c)).squareRoot())
    }

    private struct Path {
        let cumulants: MixtureCumulants
        let x: Double
        let c: Double
        /// K′(c) − x, about 1/c.
        let slope: Double
        /// K(c) − cx.
        let logHeight: Double
        let width: Double

        /// The tail and the relative difference from the sum with twice the step.
        func sum(bend: Double, climb: Double) -> (value: Double, difference: Double) {
            var step = 0.5
            var last = nodes(from: 0, step: step, bend: bend)
            for halving in 0..<10 where last.isFinite {
                let finer = nodes(from: step / 2, step: step, bend: bend)
                guard finer.isFinite else { break }
                let next = Sum(total: (last.total + finer.total) / 2, largest: max(last.largest, finer.largest))
                let difference = abs(next.total - last.total) / abs(next.total)
                step /= 2
                last = next
                if halving > 3 && next.largest > climb * abs(next.total) { break }
                if difference <= 1e-13 && next.largest <= climb * abs(next.total) {
                    let value = exp(logHeight) * width / abs(c) / Double.pi * next.total
                    return (value, difference)
                }
            }
            return (.nan, .infinity)
        }

        private struct Sum {
            /// Step × Σ of the integrand over s ≥ 0, the node at 0 counted half, in units of its value at c.
            var total: Double
            var largest: Double
            var isFinite: Bool { total.isFinite && largest < 1e9 }
        }

        private func nodes(from start: Double, step: Double, bend: Double) -> Sum {
            var sum = Sum(total: 0, largest: 0)
            var s = start
            var small = 0
            while small < 4 && s < 700 {
                let (value, size) = integrand(s, bend: bend)
                sum.total += step * (s == 0 ? value / 2 : value)
                sum.largest = max(sum.largest, size)
                if !sum.isFinite { break }
                small = size <= 1e-17 * abs(sum.total) * min(1, 1 / (1 + s)) ? small + 1 : 0
                s += step
            }
            if small < 4 { sum.largest = .infinity }
            return sum
        }

        /// Re of [exp(K(ζ) − ζx)/ζ · dζ/(i a ds)] over its value at c, and its size.
        private func integrand(_ s: Double, bend: Double) -> (value: Double, size: Double) {
            let side = x > 0 ? bend : x < 0 ? -bend : 0
            let (dx, dy) = (width * side * (cosh(s) - 1), width * sinh(s))
            let (logSize, angle) = cumulants.change(around: c, slope: slope, point: x, x: dx, y: dy)
            // dζ/(i a ds) = cosh s − i κ sinh s; c/ζ = 1/(1 + z/c).
            let (px, py) = (1 + dx / c, dy / c)
            let (dividendX, dividendY) = (cosh(s), -side * sinh(s))
            let square = px * px + py * py
            let (fx, fy) = (
                (dividendX * px + dividendY * py) / square, (dividendY * px - dividendX * py) / square
            )
            let scale = exp(logSize)
            return (scale * (fx * cos(angle) - fy * sin(angle)), scale * (fx * fx + fy * fy).squareRoot())
        }
    }
}
