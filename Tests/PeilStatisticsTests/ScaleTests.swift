import PeilNumerics
import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

@Suite("Scales")
struct ScaleTests {
    /// Three items of one trait, one of them asked the other way round, and one of nothing.
    private let table: Table = {
        var random = StableRandom(seed: 21)
        func answer(_ trait: Double, _ weight: Double) -> Double {
            min(7, max(1, (4 + weight * trait + 0.8 * random.normal()).rounded()))
        }
        let traits = (0..<300).map { _ in random.normal() }
        return .of(numbers: [
            "w": traits.map { _ in 0.5 + random.uniform() }, "a": traits.map { answer($0, 1.2) },
            "b": traits.enumerated().map { $0 % 10 == 3 ? nil : answer($1, 1) },
            "against": traits.map { answer($0, -1.1) }, "noise": traits.map { _ in answer(0, 1) },
            "same": traits.map { _ in 3 }
        ])
    }()

    private func estimation() throws -> Estimation {
        Estimation(try SampleDesign(DesignColumns(weights: "w"), of: table), engine: VarianceEngine())
    }

    private func alpha(_ scale: ScaleItems) throws -> GroupedEstimates {
        try estimation().estimate(AlphaEstimator(scale, of: table), by: .everyone(rowCount: 300))
    }

    @Test("Reversing is the same with and without a range, and brings alpha up")
    func reversing() throws {
        let plain = try #require(try alpha(ScaleItems(["a", "b", "against"])).value(0, 0))
        let turned = try alpha(ScaleItems(["a", "b", "against"], reversed: ["against"]))
        let ranged = try alpha(ScaleItems(["a", "b", "against"], reversed: ["against"], range: 1...7))
        #expect(plain < 0)
        let value = try #require(turned.value(0, 0))
        #expect(value > 0.7)
        for parameter in turned.labels.indices {
            expectClose(
                try #require(ranged.value(0, parameter)), try #require(turned.value(0, parameter)), relative: 1e-12,
                source: "a shift of an item")
            expectClose(
                try #require(ranged.standardError(0, parameter)), try #require(turned.standardError(0, parameter)),
                relative: 1e-10, source: "a shift of an item")
        }
    }

    @Test("Two items: the standardised alpha is Spearman and Brown's 2r/(1 + r)")
    func twoItems() throws {
        let result = try alpha(ScaleItems(["a", "b"]))
        let r = try estimation().estimate(CorrelationEstimator(["a", "b"], of: table), by: .everyone(rowCount: 300))
        let correlation = try #require(r.value(0, 0))
        expectClose(
            try #require(result.value(0, 1)), 2 * correlation / (1 + correlation), relative: 1e-13, source: "formula")
        expectClose(
            try #require(result.value(0, 2)), correlation, relative: 1e-13, source: "item and rest are two items")
        #expect(result.labels.count == 4)
    }

    @Test("The interval of alpha ends below 1 and holds the estimate")
    func interval() throws {
        let close = try #require(
            ConfidenceInterval.ofAlpha(0.98, standardError: 0.02, degreesOfFreedom: 30, level: 0.95))
        #expect(close.upper < 1 && close.upper > 0.98 && close.lower < 0.98)
        #expect(0.98 - close.lower > close.upper - 0.98)
        #expect(ConfidenceInterval.ofAlpha(1, standardError: 0.02, degreesOfFreedom: 30, level: 0.95) == nil)
        #expect(ConfidenceInterval.ofAlpha(0.5, standardError: 0.02, degreesOfFreedom: 0, level: 0.95) == nil)
    }

    @Test("Scores from 0 to 100 of who answered enough")
    func scores() throws {
        let scale = try ScaleItems(["a", "b", "against"], reversed: ["against"], range: 1...7)
        let scores = try scale.scores(of: table, minimumAnswered: 3)
        let some = try scale.scores(of: table, minimumAnswered: 2)
        #expect(!scores.isPresent(3) && some.isPresent(3), "row 3 lacks b")
        let columns = try ["a", "b", "against"].map { try table.numbers($0).values }
        let mean = (columns[0][0] + columns[1][0] + 8 - columns[2][0]) / 3
        expectClose(scores.values[0], (mean - 1) / 6 * 100, relative: 1e-14, source: "by hand")
        #expect(some.values.indices.allSatisfy { !some.isPresent($0) || (0...100).contains(some.values[$0]) })
    }

    @Test("What cannot be a scale")
    func errors() throws {
        #expect(throws: ScaleError.tooFewItems) { try ScaleItems(["a"]) }
        #expect(throws: ScaleError.repeatedItem("a")) { try ScaleItems(["a", "b", "a"]) }
        #expect(throws: ScaleError.unknownItem("c", known: ["a", "b"])) { try ScaleItems(["a", "b"], reversed: ["c"]) }
        #expect(throws: ScaleError.noRange) { try ScaleItems(["a", "b"]).scores(of: table, minimumAnswered: 1) }
        #expect(throws: ScaleError.badMinimum(3, items: 2)) {
            try ScaleItems(["a", "b"], range: 1...7).scores(of: table, minimumAnswered: 3)
        }
        #expect(throws: ScaleError.self) { try alpha(ScaleItems(["a", "b"], range: 1...3)) }
        #expect(throws: EstimationError.constantColumn("same")) {
            try alpha(ScaleItems(["a", "same"])).outcomes[0].get()
        }
        #expect(throws: EstimationError.constantColumn("sum of the items")) {
            try alpha(try ScaleItems(["a", "minus a"]), in: table.adding("minus a", of: "a", times: -1))
                .outcomes[0].get()
        }
    }

    private func alpha(_ scale: ScaleItems, in table: Table) throws -> GroupedEstimates {
        try estimation().estimate(AlphaEstimator(scale, of: table), by: .everyone(rowCount: 300))
    }

    @Test("Components of equal weights: svyprcomp's axes are the eigenvectors")
    func equalWeights() throws {
        let plain = Estimation(try SampleDesign(DesignColumns(), of: table), engine: VarianceEngine())
        for isScaled in [true, false] {
            let analysis = try PrincipalComponents(["a", "against", "noise"], of: table, isScaled: isScaled)
            let (components, _) = try plain.components(analysis, over: plain.domain(by: .everyone(rowCount: 300)))
            for (axis, vector) in zip(components.rootWeightedAxes.storage, components.vectors.storage) {
                expectClose(axis, vector, absolute: 1e-9, source: "equal weights")
            }
            expectClose(components.proportions.reduce(0, +), 1, relative: 1e-14, source: "shares")
            let weighted = try estimation().components(
                analysis, over: estimation().domain(by: .everyone(rowCount: 300)))
            #expect(
                zip(weighted.components.rootWeightedAxes.storage, weighted.components.vectors.storage)
                    .contains { abs($0 - $1) > 1e-3 }, "with unequal weights they are not")
        }
    }
}

extension Table {
    fileprivate func adding(_ name: String, of other: String, times factor: Double) throws -> Table {
        var result = self
        result.set(
            .numeric(NumericColumn(values: try numbers(other).values.map { factor * $0 })), for: Variable(name: name))
        return result
    }
}
