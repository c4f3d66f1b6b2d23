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

    @Test("Both tails agree to 1e-13, down to 1e-300")
    func tails() {
        for row in FReference.tails {
            let some = FDistribution(numerator: row[0], denominator: row[1])
            let source = "df \(row[0]), \(row[1]) at \(row[2]); mpmath 1.3, 60 digits"
            expectClose(some.cumulative(row[2]), row[3], relative: 1e-13, source: source)
            expectClose(some.upperTail(row[2]), row[4], relative: 1e-13, source: source)
        }
    }

    @Test("Quantiles agree to 5e-14, from p = 1e-300")
    func quantiles() {
        for row in FReference.quantiles {
            let some = FDistribution(numerator: row[0], denominator: row[1])
            expectClose(
                row[3] == 1 ? some.upperQuantile(row[2]) : some.quantile(row[2]), row[4], relative: 5e-14,
                source: "df \(row[0]), \(row[1]), p \(row[2]); mpmath 1.3, 60 digits")
        }
    }

    @Test("One numerator degree of freedom is the square of Student's t")
    func student() {
        for df in [1, 2.5, 40, 1e6] {
            for t in [1e-9, 0.3, 1.96, 8] {
                expectClose(
                    FDistribution(numerator: 1, denominator: df).upperTail(t * t),
                    StudentT(degreesOfFreedom: df).twoSidedP(t), relative: 1e-13, source: "P(|T| > \(t)), df \(df)")
            }
        }
    }

    @Test("Outside the line of positive numbers, and at its ends")
    func edges() {
        let some = FDistribution(numerator: 3, denominator: 7)
        #expect(some.cumulative(-1) == 0 && some.upperTail(-1) == 1 && some.upperTail(0) == 1)
        #expect(some.cumulative(.infinity) == 1 && some.upperTail(.infinity) == 0)
        #expect(some.quantile(0) == 0 && some.quantile(1) == .infinity)
        #expect(some.upperQuantile(0) == .infinity && some.upperQuantile(1) == 0)
    }
}
