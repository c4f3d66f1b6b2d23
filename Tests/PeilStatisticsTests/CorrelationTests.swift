import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

@Suite("Correlations")
struct CorrelationTests {
    @Test(
        "All pairs over rows complete in all columns equal cov2cor(svyvar) to 1e-12",
        arguments: [
            (FormulaSurvey.clusters, [0.181667768627669, 0.17658416443436, 0.07437218726108]),
            (FormulaSurvey.sizes, [0.149770445299388, 0.141090573474371, 0.0578706182354427])
        ])
    func equalsR(columns: DesignColumns, errors: [Double]) throws {
        let result = try FormulaSurvey.estimation(columns)
            .estimate(CorrelationEstimator(["y", "x", "z"], of: FormulaSurvey.table), by: FormulaSurvey.everyone)
        #expect(result.labels.map(\.variable) == ["y*x", "y*z", "x*z"])
        #expect(result.degreesOfFreedom[0] == 9)
        for (pair, value) in [0.251169169423645, 0.178823398727883, -0.729214489466658].enumerated() {
            expectClose(
                try #require(result.value(0, pair)), value, relative: 1e-12, source: FormulaSurvey.version)
            expectClose(
                try #require(result.standardError(0, pair)), errors[pair], relative: 1e-12,
                source: FormulaSurvey.version)
        }
    }

    @Test("Columns that are multiples of each other have ±1 without error")
    func perfect() throws {
        let result = try FormulaSurvey.estimation()
            .estimate(CorrelationEstimator(["plainY", "minusY"], of: FormulaSurvey.table), by: FormulaSurvey.areas())
        for group in 0..<2 {
            let value = try #require(result.value(group, 0))
            #expect(value >= -1)
            expectClose(value, -1, relative: 1e-15, source: "y and 7 − 2y")
            expectClose(try #require(result.standardError(group, 0)), 0, absolute: 1e-15, source: "y and 7 − 2y")
        }
    }

    @Test(
        "The unit and the zero of a column change nothing, from 1e-300 to 1e300",
        arguments: [1e-300, 1e-160, 1, 1e8, 1e160, 1e300])
    func units(scale: Double) throws {
        var table = FormulaSurvey.table
        let z = try table.numbers("z").values
        table.set(.numeric(.of(z.map { $0 * scale })), for: Variable(name: "z"))
        let estimation = try FormulaSurvey.estimation()
        let plain = try estimation.estimate(
            CorrelationEstimator(["x", "z"], of: FormulaSurvey.table), by: FormulaSurvey.everyone)
        let other = try estimation.estimate(CorrelationEstimator(["x", "z"], of: table), by: FormulaSurvey.everyone)
        expectClose(
            try #require(other.value(0, 0)), try #require(plain.value(0, 0)), relative: 1e-14, source: "z as it was")
        expectClose(
            try #require(other.standardError(0, 0)), try #require(plain.standardError(0, 0)), relative: 1e-13,
            source: "z as it was")
    }

    @Test("A column without spread, in all rows or in one group, is named in that group")
    func constant() throws {
        let estimation = try FormulaSurvey.estimation()
        func outcomes(_ name: String) throws -> [Result<[Double], EstimationError>] {
            try estimation.estimate(
                CorrelationEstimator(["y", name], of: FormulaSurvey.table), by: FormulaSurvey.areas()
            ).outcomes
        }
        for outcome in try outcomes("same") {
            #expect(throws: EstimationError.constantColumn("same")) { try outcome.get() }
        }
        for outcome in try outcomes("samePerArea") {
            #expect(throws: EstimationError.constantColumn("samePerArea")) { try outcome.get() }
        }
        let whole = try estimation.estimate(
            CorrelationEstimator(["y", "samePerArea"], of: FormulaSurvey.table), by: FormulaSurvey.everyone)
        #expect(whole.value(0, 0) != nil)
    }

    @Test("Constant with a million rows, where plain sums drift")
    func constantInMany() throws {
        let rows = 1_000_000
        var table = Table(rowCount: rows)
        table.set(.numeric(NumericColumn(values: (0..<rows).map { Double($0 % 7) })), for: Variable(name: "y"))
        table.set(.numeric(NumericColumn(values: (0..<rows).map { $0 % 3 == 0 ? 0.1 : 5 })), for: Variable(name: "c"))
        let estimator = try CorrelationEstimator(["y", "c"], of: table)
        var totals = [Double](repeating: 0, count: estimator.basicCount)
        for row in stride(from: 0, to: rows, by: 3) { estimator.add(row, weight: 0.3, to: &totals, at: 0) }
        #expect(throws: EstimationError.constantColumn("c")) { try estimator.value(at: totals, count: (rows + 2) / 3) }
    }

    @Test("Errors of the request name the column")
    func badRequests() throws {
        let table = FormulaSurvey.table
        #expect(throws: EstimationError.self) { try CorrelationEstimator(["y"], of: table) }
        #expect(
            throws: EstimationError.badOption("column 'y' is named twice", remedy: "name each column once")
        ) { try CorrelationEstimator(["y", "x", "y"], of: table) }
        #expect(throws: TableError.notNumeric("age")) { try CorrelationEstimator(["y", "age"], of: table) }
        let estimator = try CorrelationEstimator(["y", "x"], of: table)
        let none = [Double](repeating: 0, count: estimator.basicCount)
        #expect(throws: EstimationError.emptyDomain) { try estimator.value(at: none, count: 0) }
        #expect(throws: EstimationError.tooFewRows) { try estimator.value(at: [2, 1, 1, 1, 1, 1], count: 1) }
    }
}
