import Foundation
import PeilNumerics
import PeilTestSupport
import Testing

@Suite("Student's t")
struct StudentTTests {
    private let source = "mpmath 1.3, 60 digits"

    @Test("Tails agree to 1e-13; beyond 1e-250, where the exponent takes three digits, to 5e-13")
    func tails() {
        for row in StudentTReference.tails {
            let (df, t, upper, lower) = (row[0], row[1], row[2], row[3])
            let student = StudentT(degreesOfFreedom: df)
            let relative = upper < 1e-250 ? 5e-13 : 1e-13
            expectClose(student.cumulative(-t), upper, relative: relative, source: "P(T < −\(t)), df \(df); \(source)")
            expectClose(
                student.twoSidedP(t), 2 * upper, relative: relative, source: "two-sided p of \(t), df \(df); \(source)")
            expectClose(student.cumulative(t), lower, relative: 5e-15, source: "P(T ≤ \(t)), df \(df); \(source)")
        }
    }

    @Test("Quantiles agree to 5e-14, from the centre out to p = 1e-300")
    func quantiles() {
        for row in StudentTReference.quantiles {
            expectClose(
                StudentT(degreesOfFreedom: row[0]).quantile(row[1]), row[2], relative: 5e-14,
                source: "quantile of \(row[1]), df \(row[0]); \(source)")
        }
    }

    @Test("The sign of t does not show in the two-sided p, and t = 0 has p = 1")
    func symmetry() {
        for df in [1, 2.5, 30, 1e6] {
            let student = StudentT(degreesOfFreedom: df)
            #expect(student.twoSidedP(-2.3) == student.twoSidedP(2.3))
            #expect(student.twoSidedP(0) == 1)
            #expect(student.cumulative(0) == 0.5 && student.quantile(0.5) == 0)
            #expect(student.quantile(0.125) == -student.quantile(0.875))
        }
    }

    @Test("Infinite degrees of freedom are the normal distribution")
    func infinite() {
        let student = StudentT(degreesOfFreedom: .infinity)
        for p in [1e-200, 0.001, 0.3, 0.975] {
            expectClose(
                student.quantile(p), StandardNormal.quantile(p), relative: 1e-15, source: "the normal distribution")
        }
        #expect(student.cumulative(-1.96) == StandardNormal.cumulative(-1.96))
    }

    @Test("One degree of freedom is the Cauchy distribution")
    func cauchy() {
        let student = StudentT(degreesOfFreedom: 1)
        for t in [1e-12, 0.3, 2.0, 77, 1e8, 1e250] {
            expectClose(student.twoSidedP(t), 2 * atan(1 / t) / Double.pi, relative: 3e-14, source: "2/π · arctan 1/t")
        }
    }

    @Test("Quantile and distribution undo each other", arguments: [0.8, 1, 4.7, 61, 12_345] as [Double])
    func roundTrip(df: Double) {
        let student = StudentT(degreesOfFreedom: df)
        for p in [1e-200, 1e-12, 0.02, 0.25, 0.4, 0.499] {
            expectClose(
                student.cumulative(student.quantile(p)), p, relative: 2e-13 * max(1, df / 1000),
                source: "P(quantile(p)) = p")
        }
    }
}
