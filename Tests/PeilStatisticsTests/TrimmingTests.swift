import PeilNumerics
import PeilStatistics
import PeilTestSupport
import Testing

@Suite("Trimming")
struct TrimmingTests {
    @Test("Bounds hold for every row and each group keeps its total", arguments: [(0.0, 3.0), (0.3, 2.0), (0.8, 1.3)])
    func boundsAndTotals(lower: Double, upper: Double) throws {
        var random = StableRandom(seed: 3)
        let groups = (0..<400).map { Int32($0 % 4) }
        let weights = (0..<400).map { row -> Double in
            let z = random.normal()
            return (1 + Double(row % 4) * 100) * PortableMath.exponential(z)
        }
        let result = try Trimming(lower: lower, upper: upper).trim(weights, groups: groups, groupCount: 4)
        for group in 0..<4 {
            let rows = weights.indices.filter { groups[$0] == group }
            let before = CompensatedSum.of(rows.map { weights[$0] })
            let after = CompensatedSum.of(rows.map { result.weights[$0] })
            expectClose(after, before, relative: 1e-12, source: "the total of the group")
            let mean = before / Double(rows.count)
            #expect(
                rows.allSatisfy {
                    result.weights[$0] <= upper * mean * (1 + 1e-11) && result.weights[$0] >= lower * mean * (1 - 1e-11)
                })
        }
        #expect(!result.trimmed.isEmpty)
    }

    @Test("trimWeights(strict = TRUE) of R gives the same")
    func equalsR() throws {
        let weights = [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 20, 30].map(Double.init)
        let free = [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6].map { $0 + 0.88095238095238 }
        let result = try Trimming(upper: 3).trim(weights, groups: [Int32](repeating: 0, count: 14), groupCount: 1)
        for (weight, expected) in zip(result.weights, free + [19.7142857142857, 19.7142857142857]) {
            expectClose(
                weight, expected, relative: 1e-12,
                source: "trimWeights(upper = 3 · mean, strict = TRUE), \(SmallSurvey.version)")
        }
        #expect(result.trimmed == [12, 13])
    }

    @Test("Equal weights are left alone, and a group without rows is no problem")
    func nothingToTrim() throws {
        let result = try Trimming(lower: 0.5, upper: 2).trim([3, 3, 3], groups: [0, 0, 2], groupCount: 3)
        #expect(result.weights == [3, 3, 3] && result.trimmed.isEmpty)
    }

    @Test("The largest weight against the mean of its group")
    func largestRatio() throws {
        let found = try Trimming(upper: 2).largestRatio([1, 3, 10, 10, 40], groups: [0, 0, 1, 1, 1], groupCount: 2)
        #expect(found.group == 1 && found.ratio == 2)
    }

    @Test("Bounds must leave room for the mean", arguments: [(-0.1, 2.0), (1.0, 2.0), (0.2, 1.0), (0.0, .nan)])
    func badBounds(lower: Double, upper: Double) {
        #expect(throws: WeightingError.badBound("trimming bounds must satisfy 0 ≤ lower < 1 < upper")) {
            try Trimming(lower: lower, upper: upper)
        }
    }
}
