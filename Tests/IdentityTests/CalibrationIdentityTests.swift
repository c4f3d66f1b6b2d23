import PeilNumerics
import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

@Suite("Identities of calibration")
struct CalibrationIdentityTests {
    private let survey: RandomSurvey = {
        let plain = RandomSurvey()
        var table = plain.table
        table.set(
            .categorical(.of((0..<600).map { ["young", "middle", "old"][$0 * $0 % 7 % 3] })), for: Variable(name: "age")
        )
        table.set(.categorical(.of((0..<600).map { ["m", "v"][$0 / 3 % 2] })), for: Variable(name: "sex"))
        table.set(
            .categorical(.of((0..<600).map { ["p", "q", "r", "s"][$0 * 13 % 11 % 4] })), for: Variable(name: "place"))
        return RandomSurvey(table: table)
    }()

    private func margins(_ names: [String]) throws -> [MarginClasses] {
        let totals: [String: [Double]] = [
            "age": [30_000, 20_000, 25_000], "sex": [36_000, 39_000], "place": [20_000, 15_000, 18_000, 22_000]
        ]
        return try names.map { name in
            let column = try survey.table.categories(name)
            return MarginClasses(
                variable: name, names: column.categories.map(\.code), classOfRow: column.codes.map(Int32.init),
                totals: totals[name]!)
        }
    }

    private func calibrated(_ names: [String]) throws -> Estimation {
        let design = try SampleDesign(RandomSurvey.columns, of: survey.table)
        let margins = try margins(names)
        let weights = try Raking(tolerance: 1e-13).fit(design.weights, to: margins).weights
        return Estimation(
            design.calibrated(weights: weights, by: CalibrationModel(baseWeights: design.weights, margins: margins)),
            engine: VarianceEngine())
    }

    @Test("The total of a control is its target, with a standard error below 1e-9 of it")
    func controls() throws {
        let estimation = try calibrated(["age", "sex", "place"])
        for margin in try margins(["age", "sex", "place"]) {
            var table = survey.table
            for (index, target) in margin.totals.enumerated() {
                table.set(.numeric(.of(margin.classOfRow.map { $0 == index ? 1 : 0 })), for: Variable(name: "one"))
                let result = try estimation.estimate(TotalEstimator(["one"], of: table), by: survey.everyone)
                expectClose(
                    try #require(result.value(0, 0)), target, relative: 1e-10,
                    source: "the target of \(margin.names[index])")
                #expect(try #require(result.standardError(0, 0)) < 1e-9 * target)
            }
        }
    }

    @Test(
        "The order of the margins changes nothing beyond 1e-9",
        arguments: [["sex", "place", "age"], ["place", "age", "sex"]])
    func marginOrder(names: [String]) throws {
        let (first, second) = (try calibrated(["age", "sex", "place"]), try calibrated(names))
        for row in 0..<600 {
            expectClose(
                second.design.weights[row], first.design.weights[row], relative: 1e-9,
                source: "margins in another order")
        }
        let estimator = try MeanEstimator(["y"], of: survey.table)
        let (a, b) = (
            figures(try first.estimate(estimator, by: survey.towns())),
            figures(try second.estimate(estimator, by: survey.towns()))
        )
        for index in a.values.indices {
            expectClose(b.values[index], a.values[index], relative: 1e-9, source: "margins in another order")
            expectClose(b.errors[index], a.errors[index], relative: 1e-9, source: "SE, margins in another order")
        }
    }

    @Test("Design weights times 1000 change no calibrated weight, to 1e-9")
    func scaledDesignWeights() throws {
        let weights = try survey.table.numbers("w").values
        let margins = try margins(["age", "sex", "place"])
        let plain = try Raking(tolerance: 1e-13).fit(weights, to: margins).weights
        let scaled = try Raking(tolerance: 1e-13).fit(weights.map { $0 * 1000 }, to: margins).weights
        for row in 0..<600 {
            expectClose(scaled[row], plain[row], relative: 1e-9, source: "design weights as they were")
        }
    }
}
