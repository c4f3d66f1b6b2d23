import PeilNumerics
import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

/// Totals of a partition measured from its own origins, moved to others, are those of an estimator with these origins.
@Suite struct PartitionedEstimatorTests {
    private func table(_ shift: Double, _ seed: UInt64) -> Table {
        var random = StableRandom(seed: seed)
        var table = Table(rowCount: 200)
        func set(_ name: String, _ value: () -> Double) {
            let values = (0..<200).map { _ in value() }
            table.set(.numeric(NumericColumn(values: values)), for: Variable(name: name))
        }
        set("a") { shift + random.normal() }
        set("b") { 10 * shift + 3 * random.normal() }
        return table
    }

    private func totals(_ estimator: any PartitionedEstimator, rows: Int) -> [Double] {
        var totals = [Double](repeating: 0, count: estimator.basicCount)
        for row in 0..<rows where estimator.isComplete(row) {
            estimator.add(row, weight: 1 + Double(row % 5), to: &totals, at: 0)
        }
        return totals
    }

    private func estimators(_ table: Table) throws -> [any PartitionedEstimator] {
        [
            try MeanEstimator(["a", "b"], of: table, from: .nearMean),
            try VarianceEstimator(["a", "b"], of: table, from: .nearMean),
            try CorrelationEstimator(["a", "b"], of: table, from: .nearMean),
            try RatioEstimator("a", over: "b", of: table, from: .nearMean)
        ]
    }

    private func withoutRows(_ origins: [[Double]]) -> [any PartitionedEstimator] {
        [
            MeanEstimator(["a", "b"], origins: origins[0]),
            VarianceEstimator(["a", "b"], origins: origins[1], standardDeviation: false),
            CorrelationEstimator(["a", "b"], origins: origins[2]),
            RatioEstimator("a", over: "b", origins: origins[3])
        ]
    }

    @Test func movedTotalsGiveTheSameValuesAndGradients() throws {
        let table = table(5, 1)
        let own = try estimators(table)
        let others = withoutRows([[4, 52], [4, 52], [4, 52], [0.125]])
        for (estimator, other) in zip(own, others) {
            let totals = totals(estimator, rows: 200)
            let moved = other.moved(totals, from: estimator.origins)
            let (values, expected) = (
                try other.value(at: moved, count: 200), try estimator.value(at: totals, count: 200)
            )
            for (value, right) in zip(values, expected) {
                expectClose(value, right, relative: 1e-12, source: "the same statistic from the partition's origins")
            }
            // The influence of the totals themselves: ∇g · T is the same from any origin.
            func sum(_ estimator: any PartitionedEstimator, _ totals: [Double], _ values: [Double]) -> [Double] {
                let gradient = estimator.gradient(at: totals, values: values, count: 200)
                return (0..<gradient.rows).map { j in
                    (0..<gradient.columns).reduce(0) { $0 + gradient[j, $1] * totals[$1] }
                }
            }
            for (left, right) in zip(sum(other, moved, values), sum(estimator, totals, expected)) {
                #expect(abs(left - right) < 1e-9)
            }
        }
    }

    /// Samples of one population nearly always choose the same origin, and it is near the mean.
    @Test func partitionsOfOnePopulationShareTheirOrigins() throws {
        let origins = try (1...40).map {
            try MeanEstimator(["a"], of: table(1e8, UInt64($0)), from: .nearMean).origins[0]
        }
        #expect(Set(origins).count <= 3 && origins.allSatisfy { abs($0 - 1e8) < 1 })
    }

    @Test func originsOfColumnsWithoutSpreadOrAnswersAreNumbers() throws {
        var table = Table(rowCount: 2)
        table.set(.numeric(NumericColumn(values: [7, 7])), for: Variable(name: "same"))
        table.set(.numeric(NumericColumn(values: [0, 0], reasons: [1, 1])), for: Variable(name: "none"))
        #expect(try MeanEstimator(["same", "none"], of: table, from: .nearMean).origins == [7, 0])
    }
}
