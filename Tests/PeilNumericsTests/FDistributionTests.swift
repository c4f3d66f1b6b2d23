import PeilNumerics
import PeilTestSupport
import Testing

@Suite("F")
struct FDistributionTests {
    @Test("Values that R gives")
    func asInR() {
        let source = "R 4.2.2, pf and qf"
        let some = FDistribution(numerator: 3, denominator: 183)
        expectClose(some.upperTail(2.3), 0.078848639410954824, relative: 1e-13, source: source)
        expectClose(some.cumulative(0.4), 0.24683774236523448, relative: 1e-13, source: source)
        expectClose(some.upperQuantile(0.05), 2.6539647242384827, relative: 1e-12, source: source)
        expectClose(
            FDistribution(numerator: 2.7, denominator: 41.3).upperTail(1e10), 2.9983248851499375e-182, relative: 1e-12,
            source: source)
        expectClose(
            FDistribution(numerator: 1e5, denominator: 1e5).upperTail(1.01), 0.05782719932715371, relative: 1e-12,
            source: source)
    }

    @Test("An infinite denominator is χ² over its degrees of freedom")
    func infinite() {
        let some = FDistribution(numerator: 3, denominator: .infinity)
        let square = ChiSquared(degreesOfFreedom: 3)
        #expect(some.upperTail(2) == square.upperTail(6) && some.cumulative(2) == square.cumulative(6))
        #expect(some.upperQuantile(0.01) == square.upperQuantile(0.01) / 3)
    }
}
