import PeilNumerics
import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

@Suite("Weighting steps")
struct WeightStepsTests {
    private func design(_ weights: [Double]? = nil) throws -> SampleDesign {
        var table = SmallSurvey.table()
        if let weights { table.set(.numeric(NumericColumn(values: weights)), for: Variable(name: "w")) }
        return try SampleDesign(SmallSurvey.clusters, of: table)
    }

    @Test("Weights cut at absolute bounds keep their total")
    func cut() throws {
        let strict = try WeightCut(upper: 5, strict: true).trim([1, 2, 3, 14])
        #expect(
            strict.weights == [5, 5, 5, 5] && strict.trimmed == [0, 1, 2, 3]
                || abs(strict.weights.reduce(0, +) - 20) < 1e-9)
        #expect(strict.weights.allSatisfy { $0 <= 5 })
        let once = try WeightCut(lower: 2, upper: 10).trim([1, 3, 4, 14])
        // 1 added below, 4 cut above: 3 to spread over the two inside.
        #expect(once.weights == [2, 4.5, 5.5, 10] && once.trimmed == [0, 3])
        #expect(try WeightCut(upper: 10).trim([0, 3, 14]).weights == [0, 7, 10], "rows without weight take none")
        #expect(throws: WeightingError.trimmingImpossible(group: "(all)")) {
            try WeightCut(upper: 4, strict: true).trim([5, 5])
        }
        #expect(throws: WeightingError.self) { try WeightCut(lower: 5, upper: 5) }
    }

    @Test("Every replicate repeats the whole recipe")
    func replicates() throws {
        let base = try design()
        let margins = try SmallMargins.margins()
        let steps = WeightSteps([
            .rake(Raking(), margins), .trim(.init(.absolute(try WeightCut(upper: 14)), recalibrationRounds: 0))
        ])
        let made = try ReplicateMaker(.jackknifeN).replicates(of: base)
        let result = try steps.apply(to: base.replicated(made))
        guard case .rowWeights(let matrix)? = result.design.replicates?.source else {
            Issue.record("weights by row")
            return
        }
        // The replicate without the first unit (rows 0 and 1; the other two units of its stratum times 3/2), by hand.
        let first = (0..<14).map { row in
            base.weights[row] * (row < 2 ? 0 : row < 6 ? 1.5 : 1)
        }
        let raked = try Raking().fit(first, to: margins).weights
        let cut = try WeightCut(upper: 14).trim(raked).weights
        for row in 0..<14 { expectClose(matrix[0, row], cut[row], relative: 1e-12, source: "the recipe by hand") }
        #expect(result.records.map(\.kind) == [.rake, .trim])
    }

    @Test("Bounds and margins that do not come together: an error, or a report of the drift")
    func drift() throws {
        let margins = try SmallMargins.margins()
        func steps(_ drift: WeightSteps.TrimmingStep.Drift) throws -> WeightSteps {
            WeightSteps([
                .rake(Raking(), margins),
                .trim(.init(.absolute(try WeightCut(upper: 10.9)), recalibrationRounds: 5, drift: drift))
            ])
        }
        let error = try #require(throws: WeightingError.self) { try steps(.fail).apply(to: try design()) }
        guard case .trimmingDoesNotSettle(_, let ratio, 5) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(ratio > 1)
        let reported = try steps(.report).apply(to: try design())
        #expect(reported.records.last?.hasSettled == false)
        #expect((reported.records.last?.largestRelativeError ?? 1) <= 1e-10)
    }

    @Test("Design weights of 0 are refused before the first step")
    func zeroWeights() throws {
        var weights = [Double](repeating: 10, count: 14)
        weights[3] = 0
        let zero = try design(weights)
        #expect(throws: WeightingError.badDesignWeights(count: 1, firstRow: 3)) {
            try WeightSteps([.rake(Raking(), try SmallMargins.margins())]).apply(to: zero)
        }
        #expect(try WeightSteps([]).apply(to: zero).design.weights == weights, "without steps nothing is asked of them")
    }

    @Test("Weights that the producer calibrated: declared controls vary nothing")
    func declared() throws {
        let base = try design()
        let margins = try SmallMargins.margins()
        let raked = try Raking(tolerance: 1e-14).fit(base.weights, to: margins).weights
        let delivered = base.reweighted(raked)
        let declared = try WeightSteps([.declare(margins, baseWeights: nil)]).apply(to: delivered)
        #expect(declared.design.weights == raked)
        let table = SmallSurvey.table()
        let fixed = Estimation(delivered, engine: VarianceEngine())
        let known = Estimation(declared.design, engine: VarianceEngine())
        let total = TotalEstimator.self
        let y = try known.estimate(try total.init(["y"], of: table), by: SmallSurvey.everyone())
        // svydesign(~psu, strata = ~h, weights = ~raked, data = d, nest = TRUE), calibrated to its own totals of h and g.
        let same = try Calibration(.linear).fit(
            raked,
            to: margins.map { margin in
                MarginClasses(
                    variable: margin.variable, names: margin.names, classOfRow: margin.classOfRow,
                    totals: margin.totals)
            })
        let asCalibrated = Estimation(
            base.calibrated(weights: same.weights, by: same.model), engine: VarianceEngine())
        let other = try asCalibrated.estimate(try total.init(["y"], of: table), by: SmallSurvey.everyone())
        expectClose(
            try #require(y.standardError(0, 0)), try #require(other.standardError(0, 0)), relative: 1e-9,
            source: "calibrated to its own totals")
        let plain = try fixed.estimate(try total.init(["y"], of: table), by: SmallSurvey.everyone())
        #expect(try #require(plain.standardError(0, 0)) > 1.05 * (try #require(y.standardError(0, 0))))
    }

    @Test("A bootstrap of the whole recipe stands beside linearisation")
    func bootstrap() throws {
        var random = StableRandom(seed: 8)
        let count = 300
        let classes = (0..<count).map { _ in Int32(random.integer(below: 3)) }
        var table = Table(rowCount: count)
        let weights = (0..<count).map { _ in 5 + 10 * random.uniform() }
        table.set(.numeric(NumericColumn(values: weights)), for: Variable(name: "w"))
        table.set(
            .numeric(NumericColumn(values: classes.map { 2 * Double($0) + random.normal() })), for: Variable(name: "y"))
        let design = try SampleDesign(DesignColumns(weights: "w"), of: table)
        let margin = MarginClasses(
            variable: "c", names: ["0", "1", "2"], classOfRow: classes, totals: [1000, 1200, 900])
        let steps = WeightSteps([
            .rake(Raking(), [margin]), .trim(.init(.absolute(try WeightCut(upper: 18)), recalibrationRounds: 20))
        ])
        let line = try #require(
            try RecipeBootstrap(replicates: 400, seed: 2).check(
                try MeanEstimator(["y"], of: table), by: .everyone(rowCount: count), steps, of: design
            ).first)
        // 400 replicates: 3.5 % of their own.
        #expect(abs((line.ratio ?? 0) - 1) < 0.12, "\(line)")
    }
}
