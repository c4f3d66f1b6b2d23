import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

@Suite("Measures of precision")
struct PrecisionMeasuresTests {
    @Test("Weights 1, 2, 3, 4: Kish by hand, and 1 + cv² of the weights")
    func kish() throws {
        let weights: [Double] = [1, 2, 3, 4]
        expectClose(
            try #require(PrecisionMeasures.effectiveSampleSize(of: weights)), 100.0 / 30, relative: 1e-15,
            source: "10² / 30")
        expectClose(
            try #require(PrecisionMeasures.kishDesignEffect(of: weights)), 1.2, relative: 1e-15, source: "4 · 30 / 10²")
        expectClose(
            try #require(PrecisionMeasures.kishDesignEffect(of: weights)), 1 + 1.25 / (2.5 * 2.5), relative: 1e-15,
            source: "1 + cv²")
    }

    @Test("Equal weights have the design effect 1, rows without weight do not count, no weight gives nothing")
    func edges() {
        #expect(PrecisionMeasures.kishDesignEffect(of: [3.0, 3, 3]) == 1)
        #expect(PrecisionMeasures.kishDesignEffect(of: [3.0, 0, 3, 0]) == 1)
        #expect(PrecisionMeasures.kishDesignEffect(of: [0.0, 0]) == nil)
        #expect(PrecisionMeasures.kishDesignEffect(of: [Double]()) == nil)
        #expect(PrecisionMeasures.effectiveSampleSize(of: [Double]()) == nil)
        #expect(PrecisionMeasures.effectiveSampleSize(count: 90, designEffect: 0) == nil)
        #expect(PrecisionMeasures.coefficientOfVariation(estimate: 0, standardError: 1) == nil)
    }

    @Test("Weights of 1e±200 give the same", arguments: [1e-200, 1e200])
    func extremeWeights(unit: Double) throws {
        expectClose(
            try #require(PrecisionMeasures.kishDesignEffect(of: [1 * unit, 2 * unit, 3 * unit, 4 * unit])), 1.2,
            relative: 1e-14, source: "weights 1, 2, 3, 4")
    }

    @Test("DEFT, effective n and coefficient of variation by hand")
    func byHand() throws {
        #expect(PrecisionMeasures.deft(designEffect: 2.25) == 1.5)
        #expect(PrecisionMeasures.effectiveSampleSize(count: 90, designEffect: 2.25) == 40)
        #expect(PrecisionMeasures.coefficientOfVariation(estimate: -8, standardError: 2) == 0.25)
    }

    @Test("Per group, from an estimate: the same as from the weights of its rows")
    func perGroup() throws {
        let result = try FormulaSurvey.estimation().estimate(
            MeanEstimator(["y"], of: FormulaSurvey.table), by: FormulaSurvey.areas())
        let weights = try FormulaSurvey.table.numbers("w").values
        let y = try FormulaSurvey.table.numbers("y")
        let area = try FormulaSurvey.areas().groupOfRow
        for group in 0..<2 {
            let rows = (0..<60).filter { area[$0] == group && y.isPresent($0) }
            expectClose(
                try #require(result.kishDesignEffect(group)),
                try #require(PrecisionMeasures.kishDesignEffect(of: rows.map { weights[$0] })), relative: 1e-14,
                source: "the weights of the rows")
            expectClose(
                try #require(result.coefficientOfVariation(group, 0)),
                try #require(result.standardError(group, 0)) / (try #require(result.value(group, 0))), relative: 1e-15,
                source: "se / ȳ")
        }
    }
}
