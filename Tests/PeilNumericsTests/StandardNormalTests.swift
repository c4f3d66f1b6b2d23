import PeilNumerics
import PeilTestSupport
import Testing

@Suite("Normal distribution")
struct StandardNormalTests {
    private let source = "mpmath 1.3, 60 digits"

    @Test("Tails agree to 5e-16, out to 1e-300")
    func tails() {
        for row in NormalReference.tails {
            expectClose(
                StandardNormal.upperTail(row[0]), row[1], relative: 5e-16, source: "P(Z > \(row[0])); \(source)")
            expectClose(
                StandardNormal.cumulative(-row[0]), row[1], relative: 5e-16, source: "P(Z < −\(row[0])); \(source)")
            expectClose(
                StandardNormal.cumulative(row[0]), row[2], relative: 5e-16, source: "P(Z ≤ \(row[0])); \(source)")
        }
    }

    @Test("Quantiles agree to 5e-16, also close to the median")
    func quantiles() {
        for row in NormalReference.quantiles {
            expectClose(
                StandardNormal.quantile(row[0]), row[1], relative: 5e-16, source: "quantile of \(row[0]); \(source)")
        }
        #expect(StandardNormal.quantile(0.5) == 0)
    }

    @Test("The density is the slope of the distribution")
    func density() {
        for z in [-3, -0.4, 0, 1.7, 6] as [Double] {
            let slope = (StandardNormal.cumulative(z + 1e-5) - StandardNormal.cumulative(z - 1e-5)) / 2e-5
            expectClose(StandardNormal.density(z), slope, relative: 1e-8, absolute: 1e-11, source: "central difference")
        }
    }
}
