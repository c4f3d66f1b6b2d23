import PeilNumerics
import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

@Suite("Change between waves")
struct ChangeTests {
    /// The same 60 people in two waves, their answers moved by one point and a little noise; another wave of strangers.
    private let table: Table = {
        var random = StableRandom(seed: 14)
        let first = (0..<60).map { _ in 5 + 2 * random.normal() }
        let second = first.map { $0 + 1 + 0.3 * random.normal() }
        let third = (0..<60).map { _ in 5 + 2 * random.normal() }
        let people = (0..<60).map { Double($0) }
        return .of(
            numbers: [
                "person": people + people + people.map { $0 + 100 }, "y": first + second + third,
                "w": (0..<180).map { Double(1 + $0 % 60 % 4) },
                "zero": [Double](repeating: 0, count: 60) + second + third
            ],
            codes: ["wave": (0..<180).map { ["w1", "w2", "w3"][$0 / 60] }])
    }()

    private func change(
        _ from: String, _ to: String, of variable: String = "y", clusters: [String] = ["person"]
    ) throws -> ChangeBetweenWaves.Outcome {
        let estimation = Estimation(
            try SampleDesign(DesignColumns(weights: "w", clusters: clusters), of: table), engine: VarianceEngine())
        let result = try ChangeBetweenWaves(from: from, to: to).run(
            estimation, MeanEstimator([variable], of: table), by: ("wave", try table.column("wave")))
        return try #require(result.outcomes.first)
    }

    @Test("People in both waves make the change sharper; strangers do not")
    func overlap() throws {
        let panel = try change("w1", "w2")
        let error = try #require(panel.standardError)
        #expect(error < 0.3 * (try #require(panel.standardErrorIfIndependent)))
        #expect(try #require(panel.correlation) > 0.9)
        let strangers = try change("w1", "w3")
        expectClose(
            try #require(strangers.standardError), try #require(strangers.standardErrorIfIndependent), relative: 1e-9,
            source: "no shared units: the covariance is that of two means around their own")
        let rows = try change("w1", "w2", clusters: [])
        #expect(try #require(rows.standardError) > 2 * error)
    }

    @Test("The change equals the mean of each person's change")
    func paired() throws {
        let panel = try change("w1", "w2")
        let values = try table.numbers("y").values
        var wide = Table.of(numbers: [
            "d": (0..<60).map { values[60 + $0] - values[$0] }, "w": (0..<60).map { Double(1 + $0 % 4) }
        ])
        wide.set(.numeric(.of((0..<60).map { Double($0) })), for: Variable(name: "person"))
        let estimation = Estimation(
            try SampleDesign(DesignColumns(weights: "w"), of: wide), engine: VarianceEngine())
        let mean = try estimation.estimate(MeanEstimator(["d"], of: wide), by: .everyone(rowCount: 60))
        expectClose(panel.difference, try #require(mean.value(0, 0)), relative: 1e-12, source: "paired differences")
        // The stacked design also counts the 60 strangers, who contribute nothing: n/(n − 1) of 120 units, not 60.
        let factor = (120.0 / 119 / (60.0 / 59)).squareRoot()
        expectClose(
            try #require(panel.standardError), try #require(mean.standardError(0, 0)) * factor, relative: 1e-10,
            source: "paired differences")
    }

    @Test("A first wave of 0 has no relative change")
    func relative() throws {
        let none = try change("w1", "w2", of: "zero")
        #expect(none.relative == nil && none.standardErrorOfRelative == nil)
        let turned = try change("w2", "w1", of: "zero")
        expectClose(try #require(turned.relative), -1, relative: 1e-15, source: "all of it")
    }

    @Test("Equivalence: small changes with small errors only, and the interval agrees with the test")
    func equivalence() throws {
        for (difference, error) in [(0.1, 0.2), (0.1, 0.6), (0.9, 0.05), (-0.4, 0.3), (1.4, 0.2)] {
            let test = try #require(
                EquivalenceTest(
                    difference: difference, standardError: error, degreesOfFreedom: 40, margin: 1, level: 0.95))
            #expect(test.isEquivalent == (test.interval.lower > -1 && test.interval.upper < 1))
            expectClose(test.interval.level, 0.9, relative: 1e-14, source: "1 − 2α")
        }
        // P(T₄₀ ≥ 4.5) and P(T₄₀ ≥ 5.5), R's pt.
        let sure = try #require(
            EquivalenceTest(difference: 0.1, standardError: 0.2, degreesOfFreedom: 40, margin: 1, level: 0.95))
        expectClose(sure.p, 2.86723328875790e-05, relative: 1e-9, source: "R: pt(-4.5, 40)")
        #expect(EquivalenceTest(difference: 0, standardError: 0, degreesOfFreedom: 40, margin: 1, level: 0.95) == nil)
    }

    @Test("400 interviews a wave find 10.8 points of 35 %")
    func planning() throws {
        let plan = DetectableChange.Plan(first: 400, second: 400, share: 0.35, designEffect: 1.3)
        let smallest = try DetectableChange().smallest(plan)
        expectClose(
            smallest, 0.107733610851808, relative: 1e-9,
            source: "R: (qnorm(.975) + qnorm(.8)) * sqrt(2 * .35 * .65 * 1.3 / 400)")
        let back = try DetectableChange().interviews(change: smallest, share: 0.35, designEffect: 1.3)
        #expect((399...401).contains(back))
        var panel = plan
        (panel.shared, panel.correlation) = (400, 0.75)
        expectClose(
            try DetectableChange().smallest(panel), smallest / 2, relative: 1e-12, source: "√(1 − 0.75) of the error")
        expectClose(
            DetectableChange().smallest(standardError: 1, degreesOfFreedom: 10), 2.22813885198627 + 0.879057828550589,
            relative: 1e-9, source: "R: qt(.975, 10) + qt(.8, 10)")
    }

    @Test("What cannot be compared or planned")
    func errors() throws {
        #expect(throws: ChangeError.noSuchWave(column: "wave", wave: "w9", known: ["w1", "w2", "w3"])) {
            try change("w1", "w9")
        }
        #expect(throws: ChangeError.sameWave("w1")) { try change("w1", "w1") }
        #expect(throws: ChangeError.self) {
            try DetectableChange().smallest(.init(first: 400, second: 400, share: 1, designEffect: 1.3))
        }
        #expect(throws: ChangeError.self) {
            try DetectableChange().smallest(.init(first: 10, second: 20, share: 0.5, designEffect: 1, shared: 11))
        }
    }
}
