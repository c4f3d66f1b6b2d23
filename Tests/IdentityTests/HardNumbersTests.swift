import PeilNumerics
import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

/// Data on which plain sums lose their digits.
@Suite("Numerically hard data")
struct HardNumbersTests {
    /// Answers 10⁸ + k·2⁻¹⁶ with small whole k: doubles hold them exactly, so the same data without the 10⁸ give the
    /// exact answer.
    @Test("A mean near 1e8 with a spread of 1e-3 keeps its standard error to 1e-10")
    func farFromZero() throws {
        var random = StableRandom(seed: 5)
        let steps = (0..<2000).map { _ in Double((random.normal() * 65.536).rounded()) * 0x1p-16 }
        let near = RandomSurvey(rowCount: 2000).replacing("y", steps)
        let far = near.replacing("y", steps.map { 1e8 + $0 })
        func result(_ survey: RandomSurvey, _ estimator: some SmoothEstimator) throws -> GroupedEstimates {
            try survey.estimation().estimate(estimator, by: survey.towns())
        }
        let mean = try result(near, MeanEstimator(["y"], of: near.table))
        let shifted = try result(far, MeanEstimator(["y"], of: far.table))
        let spread = try result(near, VarianceEstimator(["y"], of: near.table, standardDeviation: true))
        let farSpread = try result(far, VarianceEstimator(["y"], of: far.table, standardDeviation: true))
        for group in 0..<4 {
            let centre = try #require(mean.value(group, 0))
            expectClose(
                try #require(shifted.value(group, 0)), 1e8 + centre, relative: 3e-16, source: "the data minus 1e8")
            expectClose(
                try #require(shifted.standardError(group, 0)), try #require(mean.standardError(group, 0)),
                relative: 1e-10,
                source: "the data minus 1e8")
            expectClose(
                try #require(farSpread.value(group, 0)), try #require(spread.value(group, 0)), relative: 1e-10,
                source: "the data minus 1e8")
            expectClose(try #require(spread.value(group, 0)), 1e-3, relative: 0.1, source: "the spread put in")
        }
    }

    /// Weights from 2⁻²⁰ to 2²⁰, all powers of two, and small whole answers: every sum is exact in integers.
    @Test("Weights over twelve decades: total and mean equal exact whole-number arithmetic to 1e-15")
    func weightsOverTwelveDecades() throws {
        let powers = (0..<600).map { $0 * 29 % 41 - 20 }
        let answers = (0..<600).map { $0 * 17 % 23 - 11 }
        let survey = RandomSurvey().replacing("w", powers.map { Double(sign: .plus, exponent: $0, significand: 1) })
            .replacing("y", answers.map { Double($0) })
        var weights: Int64 = 0
        var total: Int64 = 0
        for row in 0..<600 {
            weights += 1 << (powers[row] + 20)
            total += Int64(answers[row]) << (powers[row] + 20)
        }
        let estimation = try survey.estimation()
        let sum = try estimation.estimate(TotalEstimator(["y"], of: survey.table), by: survey.everyone)
        expectClose(try #require(sum.value(0, 0)), Double(total) * 0x1p-20, relative: 1e-15, source: "whole numbers")
        let mean = try estimation.estimate(MeanEstimator(["y"], of: survey.table), by: survey.everyone)
        expectClose(
            try #require(mean.value(0, 0)), Double(total) / Double(weights), relative: 1e-15, source: "whole numbers")
    }

    @Test("Weights over twelve decades: the standard error of a total equals plain arithmetic on units to 1e-13")
    func errorOverTwelveDecades() throws {
        let powers = (0..<600).map { $0 * 29 % 41 - 20 }
        let survey = RandomSurvey().replacing("w", powers.map { Double(sign: .plus, exponent: $0, significand: 1) })
        let x = try survey.table.numbers("x").values
        let weights = try survey.table.numbers("w").values
        var variance = CompensatedSum()
        for stratum in 0..<5 {
            let units = stride(from: stratum, to: 40, by: 5).map { psu in
                CompensatedSum.of(stride(from: psu, to: 600, by: 40).map { weights[$0] * x[$0] })
            }
            let mean = CompensatedSum.of(units) / 8
            for unit in units { variance.add((unit - mean) * (unit - mean) * 8 / 7) }
        }
        let result = try survey.estimation().estimate(TotalEstimator(["x"], of: survey.table), by: survey.everyone)
        expectClose(result.variances[0][0], variance.value, relative: 1e-13, source: "Σₕ nₕ/(nₕ − 1) Σᵢ (tₕᵢ − t̄ₕ)²")
    }
}
