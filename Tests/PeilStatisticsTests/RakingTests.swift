import PeilNumerics
import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

@Suite("Raking")
struct RakingTests {
    private func margin(_ name: String, _ classes: [Int32], _ totals: [Double]) -> MarginClasses {
        MarginClasses(variable: name, names: totals.indices.map { "\(name)\($0)" }, classOfRow: classes, totals: totals)
    }

    private func random(_ count: Int, _ sizes: [Int]) -> (weights: [Double], classes: [[Int32]]) {
        var random = StableRandom(seed: 12)
        let weights = (0..<count).map { _ in 0.5 + random.uniform() }
        return (weights, sizes.map { size in (0..<count).map { _ in Int32(random.integer(below: size)) } })
    }

    @Test("Every margin is met to 1e-10")
    func margins() throws {
        let (weights, classes) = random(500, [3, 7, 2])
        let margins = [
            margin("a", classes[0], [200, 500, 300]), margin("b", classes[1], [100, 100, 150, 150, 200, 200, 100]),
            margin("c", classes[2], [450, 550])
        ]
        let fit = try Raking().fit(weights, to: margins)
        for margin in margins {
            for (index, target) in margin.totals.enumerated() {
                let sum = CompensatedSum.of(
                    fit.weights.indices.lazy.filter { margin.classOfRow[$0] == index }.map { fit.weights[$0] })
                expectClose(sum, target, relative: 1e-10, source: "the target of \(margin.names[index])")
            }
        }
        #expect(fit.largestRelativeError <= 1e-10 && fit.weights.allSatisfy { $0 > 0 })
    }

    @Test("One margin is post-stratification: each class has one factor")
    func oneMargin() throws {
        let fit = try Raking().fit([1, 3, 2, 2], to: [margin("a", [0, 0, 1, 1], [8, 2])])
        #expect(fit.weights == [2, 6, 1, 1] && fit.iterations == 1)
    }

    @Test("Weights that fit already stay")
    func alreadyFitted() throws {
        let fit = try Raking().fit(
            [1, 3, 2, 2], to: [margin("a", [0, 0, 1, 1], [4, 4]), margin("b", [0, 1, 0, 1], [3, 5])])
        #expect(fit.weights == [1, 3, 2, 2] && fit.iterations == 1)
    }

    @Test("Rows outside a margin keep their weight")
    func partialMargin() throws {
        let fit = try Raking().fit([1, 1, 5], to: [margin("a", [0, 1, -1], [10, 20])])
        #expect(fit.weights == [10, 20, 5])
    }

    @Test("The weights of R, to 1e-9")
    func equalsR() throws {
        // calibrate(wr, ~factor(h) + factor(g), c(150, 90, 50, 35), calfun = "raking", epsilon = 1e-12)
        let expected = [
            9.33677731808384, 11.0669234448217, 12.6046493794132, 12.6046493794132, 7.19350023913408, 7.19350023913408,
            13.44, 11.6943067864665, 13.861313549314, 9.74525565538874, 11.2, 10.36, 9.01436148123458, 10.6847625275962
        ]
        let fit = try Raking(tolerance: 1e-13).fit(
            try SmallSurvey.design(SmallSurvey.clusters).weights, to: SmallMargins.margins())
        for (weight, other) in zip(fit.weights, expected) {
            expectClose(weight, other, relative: 1e-9, source: "calibrate(calfun = 'raking'), \(SmallSurvey.version)")
        }
    }

    @Test("Margins that no weights can meet are refused by name")
    func errors() {
        let raking = Raking()
        #expect(throws: WeightingError.emptyCell(margin: "a", category: "a1")) {
            try raking.fit([1, 1], to: [margin("a", [0, 0], [1, 1])])
        }
        #expect(throws: WeightingError.emptyCell(margin: "a", category: "a1"), "weight 0 fills no cell") {
            try raking.fit([1, 0], to: [margin("a", [0, 1], [1, 1])])
        }
        #expect(throws: WeightingError.respondentsWithoutTarget(margin: "a", category: "a1")) {
            try raking.fit([1, 1], to: [margin("a", [0, 1], [2, 0])])
        }
        for bad in [-1, .nan, .infinity] as [Double] {
            #expect(throws: WeightingError.badTarget(margin: "a", category: "a0")) {
                try raking.fit([1], to: [margin("a", [0], [bad])])
            }
        }
        #expect(throws: WeightingError.marginsDisagree(first: "a", firstTotal: 10, second: "b", secondTotal: 11)) {
            try raking.fit([1, 1], to: [margin("a", [0, 1], [5, 5]), margin("b", [0, 1], [5, 6])])
        }
    }

    @Test("Margins that contradict each other in this sample are named, with how far apart they are")
    func contradiction() throws {
        let error = try #require(throws: WeightingError.self) {
            try Raking(maximumIterations: 20).fit(
                [1, 1], to: [margin("a", [0, 1], [5, 5]), margin("b", [0, 1], [4, 6])])
        }
        guard case .contradiction(let control, let others, let difference) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(Set([control] + others).count == 2)
        expectClose(abs(difference), 1, relative: 1e-12, source: "|4 − 5|")
    }
}

/// The margins to which the small survey is calibrated: h = (60, 90), g = (65, 50, 35).
enum SmallMargins {
    static func margins() throws -> [MarginClasses] {
        let table = SmallSurvey.table()
        return try [("h", [60.0, 90.0]), ("g", [65.0, 50.0, 35.0])].map { name, totals in
            let column = try table.categories(name)
            return MarginClasses(
                variable: name, names: column.categories.map(\.code), classOfRow: column.codes.map(Int32.init),
                totals: totals)
        }
    }
}

@Suite("Calibrated variance")
struct CalibratedVarianceTests {
    @Test("Mean, total and domain total on calibrated weights equal R to 1e-9")
    func equalsR() throws {
        let table = SmallSurvey.table()
        let design = try SmallSurvey.design(SmallSurvey.clusters)
        let margins = try SmallMargins.margins()
        let weights = try Raking(tolerance: 1e-14).fit(design.weights, to: margins).weights
        let calibrated = design.calibrated(
            weights: weights, by: CalibrationModel(baseWeights: design.weights, margins: margins))
        let estimation = Estimation(calibrated, engine: VarianceEngine())
        let source = "calibrate(calfun = 'raking'), \(SmallSurvey.version)"
        let mean = try estimation.estimate(MeanEstimator(["y"], of: table), by: SmallSurvey.everyone())
        expectClose(try #require(mean.value(0, 0)), 4.26736992236768, relative: 1e-9, source: source)
        expectClose(try #require(mean.standardError(0, 0)), 0.269318076464654, relative: 1e-9, source: source)
        let total = try estimation.estimate(TotalEstimator(["y"], of: table), by: SmallSurvey.everyone())
        expectClose(try #require(total.value(0, 0)), 640.105488355151, relative: 1e-9, source: source)
        expectClose(try #require(total.standardError(0, 0)), 40.3977114696981, relative: 1e-9, source: source)
        let domain = try RowCondition(column: "b", comparison: .equal, values: ["1"]).mask(of: table)
        let part = try estimation.estimate(TotalEstimator(["y"], of: table), by: SmallSurvey.everyone(), in: domain)
        expectClose(try #require(part.value(0, 0)), 351.682944574549, relative: 1e-9, source: source)
        expectClose(try #require(part.standardError(0, 0)), 77.3760876328667, relative: 1e-9, source: source)
    }
}
