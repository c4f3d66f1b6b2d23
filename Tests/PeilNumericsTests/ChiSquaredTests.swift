import Foundation
import PeilNumerics
import PeilTestSupport
import Testing

@Suite("χ²")
struct ChiSquaredTests {
    @Test("Values that R gives")
    func asInR() {
        let source = "R 4.2.2, pchisq and qchisq"
        let some = ChiSquared(degreesOfFreedom: 2.7)
        expectClose(some.upperTail(3.1), 0.32586304644123248, relative: 1e-13, source: source)
        expectClose(some.cumulative(1e-10), 1.0311556438567484e-14, relative: 1e-13, source: source)
        expectClose(
            ChiSquared(degreesOfFreedom: 10).upperTail(700), 6.2801466992359512e-144, relative: 1e-12, source: source)
        expectClose(
            ChiSquared(degreesOfFreedom: 1e6).upperTail(1_001_000), 0.23967680482552139, relative: 1e-12, source: source
        )
        expectClose(ChiSquared(degreesOfFreedom: 4).quantile(0.95), 9.487729036781154, relative: 1e-13, source: source)
        expectClose(
            ChiSquared(degreesOfFreedom: 5).quantile(1e-20), 3.2334077955187419e-08, relative: 1e-13, source: source)
    }

    @Test("Both tails agree to 1e-13, down to 1e-300")
    func tails() {
        for row in ChiSquaredReference.tails {
            let square = ChiSquared(degreesOfFreedom: row[0])
            let source = "df \(row[0]) at \(row[1]); mpmath 1.3, 60 digits"
            expectClose(square.cumulative(row[1]), row[2], relative: 1e-13, source: source)
            expectClose(square.upperTail(row[1]), row[3], relative: 1e-13, source: source)
        }
    }

    @Test("Quantiles agree to 5e-14, from p = 1e-300")
    func quantiles() {
        for row in ChiSquaredReference.quantiles {
            let square = ChiSquared(degreesOfFreedom: row[0])
            expectClose(
                row[2] == 1 ? square.upperQuantile(row[1]) : square.quantile(row[1]), row[3], relative: 5e-14,
                source: "df \(row[0]), p \(row[1]); mpmath 1.3, 60 digits")
        }
    }

    @Test("Two degrees of freedom are the exponential distribution with mean 2")
    func exponential() {
        let square = ChiSquared(degreesOfFreedom: 2)
        for x in [1e-300, 0.01, 1.9, 2, 2.1, 30, 900] {
            expectClose(square.upperTail(x), exp(-x / 2), relative: 1e-13, source: "e^(−x/2)")
            expectClose(square.cumulative(x), -expm1(-x / 2), relative: 1e-14, source: "1 − e^(−x/2)")
        }
    }

    @Test("Outside the line of positive numbers, and at its ends")
    func edges() {
        let square = ChiSquared(degreesOfFreedom: 3)
        #expect(square.cumulative(-1) == 0 && square.upperTail(-1) == 1 && square.upperTail(0) == 1)
        #expect(square.cumulative(.infinity) == 1 && square.upperTail(.infinity) == 0)
        #expect(square.quantile(0) == 0 && square.quantile(1) == .infinity)
        #expect(square.upperQuantile(0) == .infinity && square.upperQuantile(1) == 0)
        #expect(ChiSquared(degreesOfFreedom: 0.01).quantile(1e-20) == 0, "1e-4000 is no double")
    }
}
