import PeilNumerics
import PeilTable
import PeilTestSupport
import Testing

@testable import PeilStatistics

/// Regressions over many rows take ways of their own: a start from a sample of the rows, and totals of influence values by
/// unit. Both must give what the plain ways give.
@Suite struct RegressionByUnitTests {
    /// A logistic survey in clusters, households of 20 people in strata of 50, with weights.
    private static func table(rows: Int) -> Table {
        var random = StableRandom(seed: 4)
        var columns = ["y", "x", "z", "h", "c", "w"].map { (name: $0, values: [Double](repeating: 0, count: rows)) }
        for row in 0..<rows {
            // Neighbours in the file are of different clusters.
            let cluster = row % (rows / 20)
            let x = 40 + 12 * random.normal()
            let z = Double(random.integer(below: 3))
            let eta = -1.2 + 0.02 * x - 0.4 * z + 0.3 * Double(cluster % 7 - 3)
            columns[0].values[row] = random.uniform() < 1 / (1 + PortableMath.exponential(-eta)) ? 1 : 0
            columns[1].values[row] = x
            columns[2].values[row] = z
            columns[3].values[row] = Double(cluster / 50)
            columns[4].values[row] = Double(cluster)
            columns[5].values[row] = 1 + 4 * random.uniform()
        }
        var table = Table(rowCount: rows)
        for (name, values) in columns {
            table.set(
                .numeric(NumericColumn(values: values)),
                for: Variable(name: name))
        }
        return table
    }

    private static let model = GeneralisedLinearModel(
        response: "y",
        terms: [.column("x"), .column("z", isCategorical: true)],
        family: .logistic)

    private static func estimation(_ table: Table, threads: Int) throws -> Estimation {
        let design = try SampleDesign(
            DesignColumns(weights: "w", strata: ["h"], clusters: ["c"]), of: table)
        return Estimation(design, engine: VarianceEngine(lonelyPSU: .fail), threads: threads)
    }

    @Test func totalsByUnitAreThoseOfRowsThatStandTogether() throws {
        // Rows of two parts, which merge.
        let table = Self.table(rows: 70_000)
        let estimation = try Self.estimation(table, threads: 1)
        let model = Self.model
        let frame = try ModelFrame(model, of: table, weights: estimation.design.weights, blocks: estimation.blocks)
        let estimator = try RegressionEstimator(frame, [], blocks: estimation.blocks)
        let fitted = try estimator.fit(weights: estimation.design.weights)
        guard case .rows(let influence) = fitted.influence else {
            Issue.record("a regression gives its influence by rows")
            return
        }
        // The same influence values as columns that rows point at take the walk over rows.
        let columns = influence.columns(parameters: fitted.values.count, blocks: estimation.blocks)
        let plain = try estimation.estimate(
            FixedFit(labels: estimator.labels, values: fitted.values, influence: columns, rows: influence.rows))
        let quick = try estimation.estimate(estimator)
        #expect(quick.count == plain.count && quick.degreesOfFreedom == plain.degreesOfFreedom)
        for j in 0..<4 {
            expectClose(
                try #require(quick.standardError(j)), try #require(plain.standardError(j)), relative: 1e-12,
                source: "the walk over rows")
        }
    }

    @Test func aStartFromSomeRowsEndsWhereTheInterceptAloneDoes() throws {
        let table = Self.table(rows: 20_000)
        let estimation = try Self.estimation(table, threads: 2)
        let frame = try ModelFrame(
            Self.model, of: table, weights: estimation.design.weights, blocks: estimation.blocks)
        var solver = ReweightedLeastSquares(frame: frame, blocks: estimation.blocks)
        solver.manyBlocks = 16
        let weights = try frame.own(estimation.design.weights)
        let sampled = try solver.solve(weights)
        var intercept = [Double](repeating: 0, count: frame.size)
        intercept[0] = -1
        let plain = try solver.solve(weights, from: intercept)
        for j in 0..<frame.size {
            expectClose(
                sampled.coefficients[j], plain.coefficients[j], relative: 1e-11, source: "Newton's steps from -1")
            expectClose(
                sampled.inverse[j, j], plain.inverse[j, j], relative: 1e-11, source: "Newton's steps from -1")
        }
    }

    @Test func threadsChangeNoBit() throws {
        let table = Self.table(rows: 70_000)
        let results = try [1, 2, 3].map { threads in
            try Self.model.run(try Self.estimation(table, threads: threads), of: table).estimates
        }
        for other in results.dropFirst() {
            #expect(other.values == results[0].values)
            #expect(other.covariance == results[0].covariance)
        }
    }

    /// A solution that is known already.
    private struct FixedFit: FittedEstimator {
        let labels: [ParameterLabel]
        let values: [Double]
        let influence: DenseMatrix
        let rows: [Int32]

        func isComplete(_ row: Int) -> Bool { true }
        func fit(weights: [Double]) throws -> FittedValues {
            var columnOfRow = [Int32](repeating: -1, count: weights.count)
            for (place, row) in rows.enumerated() { columnOfRow[Int(row)] = Int32(place) }
            return FittedValues(values: values, influence: influence, columnOfRow: columnOfRow)
        }
        func refit(weights: [Double], from full: FittedValues) throws -> [Double] { full.values }
    }
}
