import PeilNumerics
import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

@Suite("Calibration")
struct CalibrationTests {
    private func margin(_ name: String, _ classes: [Int32], _ totals: [Double]) -> MarginClasses {
        MarginClasses(variable: name, names: totals.indices.map { "\(name)\($0)" }, classOfRow: classes, totals: totals)
    }

    private let weights: [Double] = [10, 10, 13.5, 13.5, 6.5, 6.5, 12, 12, 12, 10, 10, 9.25, 9.25, 9.25]
    private let x: [Double] = [1.5, 2.5, 2, 3, 1, 2.25, 4, 0.5, 2, 3.5, 1.25, 2, 1, 2.75]

    @Test("Linear calibration is the regression estimator")
    func linear() throws {
        let controls = [MarginClasses.everyone(rowCount: 14, total: 150), .numeric("x", x, total: 320)]
        let fit = try Calibration(.linear).fit(weights, to: controls)
        // g = 1 + x'λ with λ = S⁻¹ (T − t), written out for two controls.
        let (n, sx) = (weights.reduce(0, +), zip(weights, x).reduce(0) { $0 + $1.0 * $1.1 })
        let sxx = zip(weights, x).reduce(0) { $0 + $1.0 * $1.1 * $1.1 }
        let (a, b, determinant) = (150 - n, 320 - sx, n * sxx - sx * sx)
        let (first, second) = ((sxx * a - sx * b) / determinant, (n * b - sx * a) / determinant)
        for row in 0..<14 {
            expectClose(
                fit.weights[row], weights[row] * (1 + first + second * x[row]), relative: 1e-12, source: "2 × 2 by hand"
            )
        }
        #expect(fit.iterations <= 2)
    }

    @Test("A control that follows from others changes nothing")
    func redundant() throws {
        let h = margin("h", [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1], [60, 90])
        for distance in [CalibrationDistance.linear, .raking] {
            let alone = try Calibration(distance).fit(weights, to: [h]).weights
            let twice = try Calibration(distance).fit(
                weights, to: [.everyone(rowCount: 14, total: 150), h, margin("again", h.classOfRow, [60, 90])]
            ).weights
            for row in 0..<14 { expectClose(twice[row], alone[row], relative: 1e-12, source: "without repetition") }
        }
    }

    @Test("Persons of a household get one factor, and totals are met")
    func households() throws {
        let units = Calibration.Units(unitOfRow: [0, 0, 1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 5, 5], count: 6)
        let sex = margin("sex", [0, 1, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 0, 1], [80, 70])
        for calibration in [try Calibration(.linear), try Calibration(.raking)] {
            let fit = try calibration.fit(weights, to: [sex, .numeric("x", x, total: 330)], within: units)
            for row in 0..<14 {
                let first = units.unitOfRow.firstIndex(of: units.unitOfRow[row])!
                expectClose(
                    fit.weights[row] / weights[row], fit.weights[first] / weights[first], relative: 1e-12,
                    source: "the factor of the household")
            }
            let men = (0..<14).filter { sex.classOfRow[$0] == 0 }.reduce(0) { $0 + fit.weights[$1] }
            expectClose(men, 80, relative: 1e-10, source: "target")
            expectClose(zip(fit.weights, x).reduce(0) { $0 + $1.0 * $1.1 }, 330, relative: 1e-10, source: "target")
        }
        // Also where the persons of a household have unequal weights.
        var unequal = weights
        unequal[0] = 25
        let fit = try Calibration(.raking).fit(unequal, to: [sex], within: units)
        let men = (0..<14).filter { sex.classOfRow[$0] == 0 }.reduce(0) { $0 + fit.weights[$1] }
        expectClose(men, 80, relative: 1e-10, source: "target")
    }

    @Test("A numeric total in each domain")
    func domains() throws {
        let half: [Int32] = [0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1]
        let totals = MarginClasses(
            variable: "x", names: ["first", "second"], classOfRow: half, totals: [160, 150], values: x)
        let fit = try Calibration(.raking).fit(weights, to: [totals, margin("half", half, [75, 75])])
        for part in 0..<2 {
            let sum = (0..<14).filter { half[$0] == part }.reduce(0) { $0 + fit.weights[$1] * x[$1] }
            expectClose(sum, totals.totals[part], relative: 1e-10, source: "target of domain \(part)")
        }
    }

    @Test("Rows outside a margin: left alone, refused, with their share, or with a drawn class")
    func outside() throws {
        let classes: [Int32] = [0, 1, 0, 1, -1, 0, 0, 1, 1, -1, 0, 1, 0, 1]
        func with(_ rule: OutsideMargin) -> MarginClasses {
            MarginClasses(
                variable: "sex", names: ["m", "v"], classOfRow: classes, totals: [80, 70], outside: rule)
        }
        #expect(throws: WeightingError.outsideMargin(margin: "sex", count: 2)) {
            try Raking().fit(weights, to: [with(.refused)])
        }
        let alone = try Raking().fit(weights, to: [with(.leftAlone)])
        #expect(alone.weights[4] == weights[4] && alone.weights[9] == weights[9] && alone.outside == [2])
        let shared = try Raking().fit(weights, to: [with(.keepTheirShare)])
        let share = (weights[4] + weights[9]) / weights.reduce(0, +)
        expectClose(shared.weights.reduce(0, +), 150, relative: 1e-12, source: "all of them")
        expectClose(shared.weights[4] + shared.weights[9], 150 * share, relative: 1e-12, source: "their share")
        #expect(shared.controls[0].names == ["m", "v", "(no answer)"])
        let identifiers = (0..<14).map { "p\($0)" }
        let drawn = try Raking().fit(weights, to: [with(.imputed(seed: 3, identifiers: identifiers))])
        #expect(!drawn.controls[0].classOfRow.contains(-1) && drawn.outside == [2])
        expectClose(drawn.weights.reduce(0, +), 150, relative: 1e-12, source: "all of them")
        let again = try Raking().fit(weights, to: [with(.imputed(seed: 3, identifiers: identifiers))])
        #expect(again.weights == drawn.weights)
    }

    @Test("Categories are collapsed as declared")
    func collapsed() throws {
        let age = margin("age", [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1], [40, 50, 60])
        let joined = try age.collapsing([["age1", "age2"]])
        #expect(joined.names == ["age0", "age1 + age2"] && joined.totals == [40, 110])
        #expect(joined.classOfRow == [0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1])
        #expect(throws: WeightingError.unknownCollapse(margin: "age", category: "age9")) {
            try age.collapsing([["age1", "age9"]])
        }
    }

    @Test("Partial post-stratification leaves out cells without anybody; strict names them")
    func partial() throws {
        let cells = MarginClasses(
            variable: "cell", names: ["a", "b", "c"], classOfRow: [0, 0, 1], totals: [8, 5, 7])
        #expect(throws: WeightingError.emptyCell(margin: "cell", category: "c")) {
            try PostStratification().fit([1, 3, 2], to: cells)
        }
        let fit = try PostStratification(emptyCells: .partial).fit([1, 3, 2], to: cells)
        #expect(fit.weights == [2, 6, 5])
    }

    // MARK: Errors

    @Test("What no weights can meet names its controls and what to do")
    func infeasible() throws {
        // Old people are all women here: more of them than women cannot be.
        let sex = margin("sex", [0, 0, 0, 1, 1, 1], [50, 50])
        let age = margin("age", [0, 1, 1, 1, 2, 2], [10, 20, 70])
        for calibration in [
            try Calibration(.raking), try Calibration(.logit, bounds: CalibrationBounds(lower: 0.1, upper: 30))
        ] {
            let error = try #require(throws: WeightingError.self) {
                try calibration.fit([10, 10, 10, 10, 10, 10], to: [sex, age])
            }
            guard case .infeasible(let controls, let suggestion) = error else {
                Issue.record("\(error)")
                continue
            }
            #expect(controls.contains(.init("age", "age2")), "\(controls)")
            #expect(suggestion.contains("age"), "\(suggestion)")
        }
        let raked = try #require(throws: WeightingError.self) {
            try Raking().fit([10, 10, 10, 10, 10, 10], to: [sex, age])
        }
        guard case .infeasible = raked else {
            Issue.record("\(raked)")
            return
        }
    }

    @Test("Bounds too tight for the targets are named")
    func tightBounds() throws {
        let a = margin("a", [0, 0, 1, 1], [30, 10])
        let error = try #require(throws: WeightingError.self) {
            try Calibration(.linear, bounds: CalibrationBounds(lower: 0.5, upper: 1.2)).fit([5, 5, 5, 5], to: [a])
        }
        guard case .infeasible(let controls, let suggestion) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(controls == [.init("a", "a0")] && suggestion.contains("bounds"))
    }

    @Test("Bad input is refused by class")
    func badInput() throws {
        let a = margin("a", [0, 1], [5, 5])
        let raking = Raking()
        for bad in [-1, .nan, .infinity] as [Double] {
            #expect(throws: WeightingError.badDesignWeights(count: 1, firstRow: 1)) {
                try raking.fit([1, bad], to: [a])
            }
        }
        #expect(throws: WeightingError.badAuxiliary(variable: "x", count: 1)) {
            try Calibration(.linear).fit([1, 1], to: [.numeric("x", [1, .nan], total: 3)])
        }
        #expect(throws: WeightingError.emptyCell(margin: "x", category: "x")) {
            try Calibration(.linear).fit([1, 1], to: [.numeric("x", [0, 0], total: 3)])
        }
        #expect(throws: WeightingError.marginsDisagree(first: "a", firstTotal: 10, second: "b", secondTotal: 10.5)) {
            try raking.fit([1, 1], to: [a, margin("b", [0, 1], [5, 5.5])])
        }
        for (lower, upper) in [(1.0, 2.0), (0.5, 0.9), (2, 1), (.nan, 2)] as [(Double, Double)] {
            #expect(throws: WeightingError.self) { try CalibrationBounds(lower: lower, upper: upper) }
        }
        #expect(throws: WeightingError.self) { try Calibration(.logit) }
        #expect(throws: WeightingError.weightsOutsideBounds(count: 1)) {
            try Calibration(.logit, bounds: CalibrationBounds(lower: 2, upper: 9, on: .weight)).fit([1, 3], to: [a])
        }
    }
}
