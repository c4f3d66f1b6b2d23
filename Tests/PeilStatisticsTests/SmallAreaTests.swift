import PeilNumerics
import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

@Suite("Small areas")
struct SmallAreaTests {
    private static let names = (0..<12).map { "area \($0)" }

    private func areas(
        spread: Double = 0.2, changing: (inout [Double?], inout [Double?]) -> Void = { _, _ in }
    ) -> Table {
        var random = StableRandom(seed: 40)
        let x = (0..<12).map { Double($0) }
        var d: [Double?] = x.map { _ in 0.01 + 0.03 * random.uniform() }
        var y: [Double?] = (0..<12).map { 1 + 0.1 * x[$0] + spread * random.normal() + 0.15 * random.normal() }
        changing(&y, &d)
        return .of(
            numbers: ["y": y, "d": d, "x": x, "flat": x.map { _ in 2 }, "people": x.map { 100 + 10 * $0 }],
            codes: ["area": Self.names, "twice": Self.names.map { $0 == "area 3" ? "area 2" : $0 }])
    }

    private func model(
        _ covariates: [String] = ["x"], _ method: FayHerriot.Method = .restricted, area: String = "area"
    ) -> FayHerriot {
        FayHerriot(
            direct: "y", variance: "d", area: area, covariates: covariates.map { AreaCovariate($0) }, method: method)
    }

    @Test("Each estimate lies between the direct one and the regression", arguments: FayHerriot.Method.allCases)
    func between(_ method: FayHerriot.Method) throws {
        let result = try model(["x"], method).run(over: areas())
        #expect(result.areaVariance > 0)
        for area in result.areas {
            let direct = try #require(area.direct)
            #expect((min(direct, area.synthetic)...max(direct, area.synthetic)).contains(area.estimate))
            expectClose(
                area.shrinkage, result.areaVariance / (result.areaVariance + (try #require(area.directVariance))),
                relative: 1e-14, source: "γ = A/(A + D)")
            #expect(area.meanSquaredError > 0)
        }
    }

    @Test("Direct estimates without error stay; with endless error they become the regression")
    func limits() throws {
        let sharp = try model().run(over: areas { _, d in d = d.map { _ in 1e-9 } })
        for area in sharp.areas {
            expectClose(area.estimate, try #require(area.direct), absolute: 1e-6, source: "γ near 1")
        }
        let vague = try model().run(over: areas { _, d in d = d.map { _ in 100 } })
        #expect(vague.hasNoAreaVariance)
        for area in vague.areas { #expect(area.estimate == area.synthetic && area.shrinkage == 0) }
        let adjusted = try model(["x"], .adjusted).run(over: areas { _, d in d = d.map { _ in 100 } })
        #expect(adjusted.areaVariance > 0 && adjusted.areas.allSatisfy { $0.shrinkage > 0 })
        var careful = model()
        careful.whenZero = .adjusted
        let rescued = try careful.run(over: areas { _, d in d = d.map { _ in 100 } })
        #expect(rescued.method == .adjusted && rescued.areaVariance == adjusted.areaVariance)
        let ordinary = try careful.run(over: areas())
        #expect(ordinary.method == .restricted)
    }

    @Test("An area without a direct estimate gets the regression, with the uncertainty of an area")
    func withoutDirect() throws {
        let table = areas { y, d in (y[4], d[4]) = (nil, nil) }
        let result = try model().run(over: table)
        let own = result.areas[4]
        #expect(own.direct == nil && own.estimate == own.synthetic && own.meanSquaredError > result.areaVariance)
        #expect(result.directCount == 11)
    }

    @Test("Benchmarked areas add up to the region")
    func benchmark() throws {
        var asked = model()
        let weights = (0..<12).map { 100 + 10 * Double($0) }
        func mean(_ values: [Double]) -> Double {
            zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
        }
        for form in Benchmark.Form.allCases {
            asked.benchmark = Benchmark(weights: "people", form: form)
            let result = try asked.run(over: areas())
            expectClose(
                mean(result.areas.compactMap(\.benchmarked)), mean(result.areas.compactMap(\.direct)), relative: 1e-13,
                source: "the region's direct estimate")
        }
        asked.benchmark = Benchmark(weights: "people", target: 2)
        expectClose(
            mean(try asked.run(over: areas()).areas.compactMap(\.benchmarked)), 2, relative: 1e-13, source: "target")
        #expect(throws: SmallAreaError.self) {
            asked.benchmark = Benchmark(weights: "people")
            _ = try asked.run(over: areas { y, _ in y[0] = nil })
        }
    }

    @Test("Area models that cannot be, each with its area or column")
    func errors() throws {
        #expect(throws: SmallAreaError.badVariance(column: "d", area: "area 5")) {
            try model().run(over: areas { _, d in d[5] = 0 })
        }
        #expect(throws: SmallAreaError.badVariance(column: "d", area: "area 5")) {
            try model().run(over: areas { _, d in d[5] = nil })
        }
        #expect(throws: SmallAreaError.repeatedArea("area 2")) { try model(area: "twice").run(over: areas()) }
        #expect(throws: EstimationError.collinear(variable: "flat")) { try model(["x", "flat"]).run(over: areas()) }
        #expect(throws: SmallAreaError.tooFewAreas(areas: 2, coefficients: 2)) {
            try model().run(over: areas(), in: (0..<12).map { $0 < 2 })
        }
    }

    // MARK: People in areas

    private func people(within: Double = 1) -> Table {
        var random = StableRandom(seed: 50)
        let effects = (0..<10).map { _ in random.normal() }
        let x = (0..<90).map { _ in 1e5 + random.normal() }
        return .of(
            numbers: [
                "x": x,
                "y": (0..<90).map { 3 + 2 * (x[$0] - 1e5) + effects[$0 % 10] + within * random.normal() }
            ],
            codes: [
                "area": (0..<90).map { "area \($0 % 10)" }, "own": (0..<90).map { "one \($0)" }
            ])
    }

    private func nested(_ populations: [NestedErrorModel.Population], area: String = "area") -> NestedErrorModel {
        NestedErrorModel(response: "y", area: area, covariates: ["x"], populations: populations)
    }

    @Test("A population that is the sample has its own mean; one never seen has the regression")
    func populations() throws {
        let table = people()
        let (x, y) = (try table.numbers("x").values, try table.numbers("y").values)
        let own = stride(from: 0, to: 90, by: 10).map { $0 }
        let mean = own.reduce(0) { $0 + x[$1] } / 9
        let result = try nested([
            .init(area: "area 0", size: 9, means: ["x": mean]), .init(area: "elsewhere", size: 500, means: ["x": 1e5])
        ]).run(over: table)
        expectClose(
            try #require(result.areas[0].finiteEstimate), own.reduce(0) { $0 + y[$1] } / 9, relative: 1e-12,
            source: "everybody was seen")
        let stranger = result.areas[1]
        #expect(stranger.count == 0 && stranger.shrinkage == 0 && stranger.estimate == stranger.synthetic)
        #expect(stranger.meanSquaredError > result.betweenVariance)
        #expect(result.areas[0].meanSquaredError < stranger.meanSquaredError)
        expectClose(result.coefficients[1], 2, absolute: 0.5, source: "the slope that made the data")
    }

    @Test("Models of people that cannot be")
    func nestedErrors() throws {
        let table = people()
        #expect(throws: SmallAreaError.onlySingles) {
            try nested([.init(area: "one 1", size: 9, means: ["x": 0])], area: "own").run(over: table)
        }
        #expect(throws: SmallAreaError.missingPopulationMean(area: "area 1", column: "x")) {
            try nested([.init(area: "area 1", size: 9, means: [:])]).run(over: table)
        }
        #expect(throws: SmallAreaError.populationTooSmall(area: "area 1")) {
            try nested([.init(area: "area 1", size: 3, means: ["x": 1e5])]).run(over: table)
        }
    }
}
