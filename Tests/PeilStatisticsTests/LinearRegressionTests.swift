import PeilNumerics
import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

@Suite("Regression coefficients")
struct LinearRegressionTests {
    private let table = TestSurvey.table

    private func check(_ estimation: Estimation, _ domain: [Bool]?, _ expected: [Double], _ source: String) throws {
        let result = try estimation.estimate(
            LinearRegressionEstimator("y", on: ["z", "k"], of: table), by: .everyone(rowCount: 120), in: domain,
            wishes: .init(covariance: true))
        let found = try result.outcomes[0].get() + (try #require(result.covariance)).storage
        for (value, number) in zip(found, expected) {
            expectClose(value, number, relative: 1e-11, source: "\(source), \(TestSurvey.version)")
        }
    }

    @Test("Coefficients and covariance equal svyglm")
    func againstR() throws {
        try check(
            TestSurvey.plain(), nil,
            [
                3.53489319809856, 0.938353430323941, -0.00936091432330604, 0.888329559883579, -0.0377535510452115,
                -0.326010918577569, -0.0377535510452115, 0.00188639226334275, 0.00731336518828982, -0.326010918577569,
                0.00731336518828982, 0.593040039649163
            ], "svyglm(y ~ z + k)")
        try check(
            TestSurvey.elements(), TestSurvey.rows(where: "a", is: "q"),
            [
                3.85051505958499, 0.920615079807133, -0.260590550092313, 1.53910166896457, -0.0802245925219353,
                -0.173366354153077, -0.0802245925219353, 0.00576710814180801, -0.0203172880962906, -0.173366354153077,
                -0.0203172880962906, 1.91307318197917
            ], "svyglm(y ~ z + k, subset(a == q))")
    }

    @Test("Domain mean = ratio = regression coefficient, with one standard error")
    func identity() throws {
        let estimation = try TestSurvey.plain()
        var table = table
        let y = try table.numbers("y")
        let k = try table.numbers("k")
        func column(_ name: String, _ value: (Int) -> Double) {
            table.set(
                .numeric(NumericColumn(values: (0..<120).map(value), reasons: y.reasons)), for: Variable(name: name))
        }
        column("yk") { y.values[$0] * k.values[$0] }
        column("k1") { k.values[$0] }
        column("k0") { 1 - k.values[$0] }
        let domain = try estimation.estimate(
            MeanEstimator(["y"], of: table), by: .everyone(rowCount: 120), in: k.values.map { $0 == 1 })
        let ratio = try estimation.estimate(
            RatioEstimator("yk", over: "k1", of: table), by: .everyone(rowCount: 120))
        // Without k the intercept is the mean of the rows with k = 1.
        let line = try estimation.estimate(
            LinearRegressionEstimator("y", on: ["k0"], of: table), by: .everyone(rowCount: 120))
        for other in [ratio, line] {
            expectClose(
                try #require(other.value(0, 0)), try #require(domain.value(0, 0)), relative: 1e-13, source: "identity")
            expectClose(
                try #require(other.standardError(0, 0)), try #require(domain.standardError(0, 0)), relative: 1e-12,
                source: "identity")
        }
    }

    @Test("Columns near 1e9 lose no digits")
    func shifted() throws {
        let estimation = try TestSurvey.plain()
        var table = table
        for name in ["y", "z"] {
            let column = try table.numbers(name)
            table.set(
                .numeric(NumericColumn(values: column.values.map { $0 + 1e9 }, reasons: column.reasons)),
                for: Variable(name: "\(name) far"))
        }
        let near = try estimation.estimate(
            LinearRegressionEstimator("y", on: ["z"], of: table), by: .everyone(rowCount: 120))
        let far = try estimation.estimate(
            LinearRegressionEstimator("y far", on: ["z far"], of: table), by: .everyone(rowCount: 120))
        expectClose(try #require(far.value(0, 1)), try #require(near.value(0, 1)), relative: 1e-12, source: "shift")
        expectClose(
            try #require(far.standardError(0, 1)), try #require(near.standardError(0, 1)), relative: 1e-12,
            source: "shift")
    }

    @Test("A predictor that follows from others is named, per group")
    func collinear() throws {
        var table = table
        let z = try table.numbers("z").values
        let k = try table.numbers("k").values
        table.set(.numeric(.of(z.indices.map { 2 * z[$0] - k[$0] + 4 })), for: Variable(name: "made of both"))
        let everyone = try TestSurvey.plain().estimate(
            LinearRegressionEstimator("y", on: ["z", "k", "made of both"], of: table), by: .everyone(rowCount: 120))
        #expect(throws: EstimationError.collinear(variable: "made of both")) { try everyone.outcomes[0].get() }
        let byK = try TestSurvey.plain().estimate(
            LinearRegressionEstimator("y", on: ["z", "k"], of: table),
            by: Grouping.cross([("a", try table.column("k"))]))
        for outcome in byK.outcomes {
            #expect(throws: EstimationError.collinear(variable: "k")) { try outcome.get() }
        }
    }
}
