import PeilNumerics
import PeilTestSupport
import Testing

@Suite("Beta distribution")
struct BetaDistributionTests {
    private let source = "mpmath 1.3, 60 digits"

    @Test("Both tails agree to 1e-13; shape 0.05 against 1e5 to 3e-13")
    func tails() {
        for row in BetaReference.tails {
            let (a, b, x) = (row[0], row[1], row[2])
            let beta = BetaDistribution(a: a, b: b)
            let relative = a >= 1e5 && b < 0.1 ? 3e-13 : 1e-13
            expectClose(
                beta.cumulative(x), row[3], relative: relative, source: "I at \(x), shapes \(a), \(b); \(source)")
            expectClose(
                beta.survival(x), row[4], relative: relative, source: "1 − I at \(x), shapes \(a), \(b); \(source)")
        }
    }

    @Test("Quantiles agree to 2e-13, down to 1e-122")
    func quantiles() {
        for row in BetaReference.quantiles {
            expectClose(
                BetaDistribution(a: row[0], b: row[1]).quantile(row[2]), row[3], relative: 2e-13,
                source: "quantile of \(row[2]), shapes \(row[0]), \(row[1]); \(source)")
        }
    }

    @Test("The ends are 0 and 1")
    func ends() {
        for (a, b) in [(0.05, 3), (1, 1), (40, 1e5)] as [(Double, Double)] {
            let beta = BetaDistribution(a: a, b: b)
            #expect(beta.cumulative(0) == 0 && beta.cumulative(1) == 1)
            #expect(beta.survival(0) == 1 && beta.survival(1) == 0)
            #expect(beta.quantile(0) == 0 && beta.quantile(1) == 1)
        }
    }

    @Test("Shapes 1 and b have a closed form")
    func closedForm() {
        // I_x(a, 1) = xᵃ, so the quantile of p is p^(1/a); exact powers of two.
        for exponent in [1, 2, 8] {
            let beta = BetaDistribution(a: Double(exponent), b: 1)
            let power = (0..<exponent).reduce(1.0) { product, _ in product * 0.5 }
            expectClose(beta.cumulative(0.5), power, relative: 1e-14, source: "xᵃ")
            expectClose(beta.quantile(power), 0.5, relative: 1e-14, source: "p^(1/a)")
        }
    }

    @Test("Swapping the shapes mirrors the distribution")
    func mirror() {
        for (a, b, x) in [(0.3, 2, 0.25), (7, 7.5, 0.5), (300, 2, 0.984375)] as [(Double, Double, Double)] {
            #expect(BetaDistribution(a: a, b: b).cumulative(x) == BetaDistribution(a: b, b: a).survival(1 - x))
        }
    }
}
