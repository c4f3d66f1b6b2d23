import PeilNumerics
import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

@Suite("Weight diagnostics")
struct WeightDiagnosticsTests {
    @Test("The spread of weights by hand")
    func distribution() throws {
        let spread = try #require(WeightDistribution([1, 1, 2, 4, 0]))
        #expect(spread.count == 4 && spread.smallest == 1 && spread.largest == 4)
        expectClose(spread.kishDesignEffect, 4 * 22 / 64.0, relative: 1e-15, source: "n Σw² / (Σw)²")
        expectClose(spread.effectiveCount, 64 / 22.0, relative: 1e-15, source: "(Σw)² / Σw²")
        #expect(spread.percentiles == [1, 1, 1, 1, 2, 4, 4] && spread.largestToMean == 2)
        #expect(WeightDistribution([0, 0]) == nil)
    }

    @Test("Margins and groups before and after")
    func lines() throws {
        let weights: [Double] = [10, 10, 20, 20]
        let sex = MarginClasses(variable: "sex", names: ["m", "v"], classOfRow: [0, 0, 1, 1], totals: [50, 50])
        let size = MarginClasses.numeric("size", [1, 3, 2, 4], total: 260)
        let result = try WeightSteps([
            .calibrate(try Calibration(.linear), [sex, size], within: nil)
        ]).apply(to: .ofWeights(weights))
        let groups = Grouping(groupOfRow: [0, 0, 0, 1], keys: [["a"], ["b"]], variables: ["town"])
        let report = WeightDiagnostics(
            designWeights: weights, weights: result.design.weights, records: result.records, groups: groups)
        let men = try #require(report.controls.first)
        #expect(men.before == 20 && men.target == 50 && men.count == 2)
        expectClose(men.after, 50, relative: 1e-12, source: "target")
        // (20/60 − 1/2) / √(1/4)
        expectClose(try #require(men.standardisedDifferenceBefore), -1.0 / 3, relative: 1e-12, source: "by hand")
        expectClose(try #require(men.standardisedDifferenceAfter), 0, absolute: 1e-12, source: "met")
        let last = try #require(report.controls.last)
        #expect(last.margin == "size" && last.target == 260 && last.before == 160 && last.relativeError < 1e-12)
        #expect(report.groups.map { $0.before?.count } == [3, 1])
        #expect(report.trimmedRows == 0 && report.shareTrimmed == 0)
        #expect(try #require(report.after).kishDesignEffect >= 1)
    }

    @Test("The mean without its heaviest rows")
    func influence() throws {
        let table = Table.of(numbers: ["y": [1, 2, 3, nil, 5]])
        let mean = try MeanEstimator(["y"], of: table)
        let found = try #require(
            try WeightInfluence.of(mean, weights: [1, 1, 2, 50, 6], heaviest: 2).first)
        expectClose(found.estimate, 39 / 10.0, relative: 1e-14, source: "by hand")
        expectClose(found.without[0], 9 / 4.0, relative: 1e-14, source: "without the row of weight 6")
        expectClose(found.without[1], 3 / 2.0, relative: 1e-14, source: "without the two heaviest")
        expectClose(found.weightShares[0], 0.6, relative: 1e-14, source: "6 of 10")
        expectClose(found.largestChange, 2.4, relative: 1e-12, source: "3.9 − 1.5")
    }
}

extension SampleDesign {
    fileprivate static func ofWeights(_ weights: [Double]) -> SampleDesign {
        let table = Table.of(numbers: ["w": weights.map { $0 }])
        guard let design = try? SampleDesign(DesignColumns(weights: "w"), of: table) else {
            preconditionFailure("weights above 0")
        }
        return design
    }
}
