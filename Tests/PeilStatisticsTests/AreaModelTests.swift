import PeilNumerics
import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

@Suite("Models of areas as surveys use them")
struct AreaModelTests {
    @Test("Every number as another program finds it", arguments: SmallAreaCases.numbers)
    func golden(_ expected: SmallAreaCases.Case) throws {
        let (areas, table) = SmallAreaCases.areas(expected.count, expected.kind)
        let result = try expected.model.fit(areas, covariates: table)
        let source = "Scripts/golden/small-areas.py, numpy and scipy"
        expectClose(
            result.areaVariance, expected.areaVariance, relative: 1e-8, absolute: 1e-12, source: source)
        for (value, known) in zip(result.coefficients, expected.coefficients) {
            expectClose(value, known, relative: 1e-8, source: source)
        }
        for (place, index) in expected.shown.enumerated() {
            let area = result.areas[index]
            expectClose(area.shrinkage, expected.gamma[place], relative: 1e-8, absolute: 1e-12, source: source)
            expectClose(area.estimate, expected.estimates[place], relative: 1e-8, source: source)
            expectClose(area.meanSquaredError, expected.errors[place], relative: 1e-8, source: source)
            expectClose(
                try #require(area.residual), expected.residuals[place], relative: 1e-8, absolute: 1e-9, source: source)
            let benchmarked = try #require(area.benchmarked)
            expectClose(benchmarked.estimate, expected.benchmarked[place], relative: 1e-8, source: source)
            expectClose(benchmarked.meanSquaredError, expected.benchmarkedErrors[place], relative: 1e-8, source: source)
        }
    }

    @Test("Benchmarked areas add up to the region, whoever names its figure", arguments: Benchmark.Form.allCases)
    func benchmark(_ form: Benchmark.Form) throws {
        let (areas, table) = SmallAreaCases.areas(30, .share)
        let model = AreaModel(covariates: [AreaCovariate("x")], scale: .logit, benchmark: form)
        for region in [nil, 0.41] {
            let result = try model.fit(areas, covariates: table, region: region)
            let sizes = areas.compactMap(\.size)
            func mean(_ values: [Double]) -> Double {
                zip(sizes, values).reduce(0) { $0 + $1.0 * $1.1 } / sizes.reduce(0, +)
            }
            expectClose(
                mean(result.areas.map(\.shown.estimate)), region ?? mean(areas.compactMap(\.direct)), relative: 1e-13,
                source: "Σ W θ = the region's direct figure")
        }
    }

    @Test("An area without answers gets what areas like it have, and widens with the variance between areas")
    func unsampled() throws {
        var (areas, table) = SmallAreaCases.areas(30, .share)
        (areas[7].direct, areas[7].variance) = (nil, nil)
        let result = try AreaModel(covariates: [AreaCovariate("x")], scale: .logit).fit(areas, covariates: table)
        let own = result.areas[7]
        #expect(own.direct == nil && own.shrinkage == 0 && own.residual == nil)
        #expect(own.estimate == own.synthetic && own.prediction == own.regression)
        #expect(own.meanSquaredError > (result.areas[8].meanSquaredError))
        let interval = try #require(result.interval(own, level: 0.95))
        #expect(interval.lower > 0 && interval.upper < 1 && interval.lower < own.estimate)
    }

    @Test("The same bits on one thread and on three; another seed, other errors")
    func bootstrap() throws {
        let (areas, table) = SmallAreaCases.areas(30, .number)
        let model = AreaModel(covariates: [AreaCovariate("x")], benchmark: .difference)
        func errors(_ seed: UInt64, _ threads: Int) throws -> [Double] {
            let bootstrap = try AreaBootstrap(draws: 60, seed: seed)
            return try model.fit(areas, covariates: table, bootstrap: bootstrap, threads: threads).areas.flatMap {
                [try #require($0.bootstrap).estimate, try #require($0.bootstrap?.benchmarked)]
            }
        }
        let once = try errors(5, 1)
        #expect(try errors(5, 3) == once)
        #expect(try errors(6, 1) != once)
        let analytic = try model.fit(areas, covariates: table).areas
        let many = try model.fit(
            areas, covariates: table, bootstrap: AreaBootstrap(draws: 400, seed: 5), threads: 2
        ).areas
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
        expectClose(
            mean(many.compactMap { $0.bootstrap?.estimate }), mean(analytic.map(\.meanSquaredError)), relative: 0.1,
            source: "both estimate the same error; 400 draws over 30 areas")
        expectClose(
            mean(many.compactMap { $0.bootstrap?.benchmarked }),
            mean(analytic.compactMap { $0.benchmarked?.meanSquaredError }), relative: 0.1, source: "benchmarked too")
        #expect(throws: SmallAreaError.self) { _ = try AreaBootstrap(draws: 1, seed: 1) }
    }

    @Test("A scale and back is where it began; without spread the mean under the model is the point itself")
    func scales() throws {
        for scale in AreaScale.allCases {
            for share in [0.01, 0.2, 0.5, 0.93] {
                let z = try #require(scale.forward(share))
                expectClose(scale.back(z), share, relative: 1e-14, source: "h(g(p)) = p")
                expectClose(scale.backMoments(z, variance: 1e-12).mean, share, relative: 1e-9, source: "no spread")
                let step = 1e-5
                let slope = (scale.back(z + step) - scale.back(z - step)) / (2 * step)
                expectClose(scale.slope(z), slope, relative: 1e-7, source: "a difference quotient")
                let variance = try #require(scale.forward(variance: 0.001, at: share))
                expectClose(variance * slope * slope, 0.001, relative: 1e-7, source: "delta method there and back")
            }
        }
        let moments = AreaScale.logit.backMoments(0, variance: 4)
        expectClose(moments.mean, 0.5, relative: 1e-14, source: "symmetry")
        #expect(AreaScale.logit.backMoments(-2, variance: 1).mean > AreaScale.logit.back(-2))
    }

    @Test("Smoothed variances keep their sum and rescue an area whose own is 0")
    func smoothing() throws {
        var (areas, table) = SmallAreaCases.areas(30, .share)
        areas[3].direct = 0
        areas[3].variance = 0
        var model = AreaModel(covariates: [AreaCovariate("x")], scale: .arcsine)
        #expect(throws: SmallAreaError.badVariance(column: "sampling variance", area: "area 3")) {
            try model.fit(areas, covariates: table)
        }
        model.smoothsVariances = true
        let rescued = try model.fit(areas, covariates: table)
        let own = try #require(rescued.areas[3].directVariance)
        #expect(own > 0 && rescued.areas[3].shrinkage < 1 && rescued.areas[3].estimate > 0)
        let others = areas.indices.filter { $0 != 3 }
        func onScale(_ area: AreaModel.Area) throws -> Double {
            try #require(AreaScale.arcsine.forward(variance: area.variance ?? 0, at: area.direct ?? 0))
        }
        expectClose(
            others.reduce(0) { $0 + (rescued.areas[$1].directVariance ?? 0) },
            try others.reduce(0) { $0 + (try onScale(areas[$1])) }, relative: 1e-12, source: "Σ D̃ = Σ D")
        model.scale = .logit
        #expect(throws: SmallAreaError.outsideScale(area: "area 3", scale: .logit)) {
            try model.fit(areas, covariates: table)
        }
    }

    @Test("Two areas that look alike: nothing to take over, and every area is their mean")
    func twoAreas() throws {
        let alike = [1.0, 1.1].enumerated().map { AreaModel.Area(name: "\($0)", direct: $1, variance: 0.5, size: 1) }
        let result = try AreaModel(benchmark: .ratio).fit(alike)
        #expect(result.hasNoAreaVariance && result.method == .restricted)
        #expect(result.areas.allSatisfy { $0.shrinkage == 0 && abs($0.estimate - 1.05) < 1e-12 })
    }

    @Test("Models that cannot be name the area or the covariate")
    func errors() throws {
        let (areas, table) = SmallAreaCases.areas(9, .number)
        let model = AreaModel(covariates: [AreaCovariate("x")])
        #expect(throws: SmallAreaError.tooFewAreas(areas: 2, coefficients: 2)) {
            try model.fit(Array(areas.prefix(2)), covariates: table.selecting(rows: [0, 1]))
        }
        var broken = areas
        broken[4].direct = .infinity
        #expect(throws: SmallAreaError.notFinite(area: "area 4")) { try model.fit(broken, covariates: table) }
        broken = areas
        broken[2].variance = nil
        #expect(throws: SmallAreaError.badVariance(column: "sampling variance", area: "area 2")) {
            try model.fit(broken, covariates: table)
        }
        broken = areas
        broken[5].size = -1
        #expect(throws: SmallAreaError.self) { try model.fit(broken, covariates: table) }
        var twice = table
        twice.set(try table.column("x"), for: Variable(name: "again"))
        #expect(throws: EstimationError.collinear(variable: "again")) {
            try AreaModel(covariates: [AreaCovariate("x"), AreaCovariate("again")]).fit(areas, covariates: twice)
        }
        let infinite = Table.of(numbers: ["x": (0..<9).map { $0 == 6 ? .infinity : Double($0) }], codes: [:])
        #expect(throws: SmallAreaError.notFinite(area: "area 6")) { try model.fit(areas, covariates: infinite) }
    }

    // MARK: Composite, and the rule

    @Test("A composite estimate lies between its two parts, by their errors")
    func composite() throws {
        let found = CompositeEstimate.of(
            direct: [1, 3, 5, nil], variances: [0.5, 0.5, 2, nil], synthetic: [2, 2, 3, 2])
        // V = mean of (1 − 0.5, 1 − 0.5, 4 − 2) = 1.
        let spread = 1.0
        for (index, values) in [(1.0, 0.5, 2.0), (3, 0.5, 2), (5, 2, 3)].enumerated() {
            let own = try #require(found[index])
            let weight = spread / (spread + values.1)
            expectClose(own.directWeight, weight, relative: 1e-14, source: "V/(V + D)")
            expectClose(own.estimate, weight * values.0 + (1 - weight) * values.2, relative: 1e-14, source: "by hand")
            expectClose(
                try #require(own.meanSquaredError), spread * values.1 / (spread + values.1), relative: 1e-14,
                source: "by hand")
        }
        #expect(found[3] == nil)
        let alike = CompositeEstimate.of(direct: [1, 1.1], variances: [1, 1], synthetic: [1, 1])
        #expect(alike.allSatisfy { $0?.directWeight == 0 && $0?.estimate == 1 && $0?.meanSquaredError == nil })
        #expect(CompositeEstimate.of(direct: [1], variances: [1], synthetic: [1]).allSatisfy { $0 == nil })
    }

    @Test("Which estimate leads, case by case")
    func rule() throws {
        let (areas, table) = SmallAreaCases.areas(30, .number)
        let model = AreaModel(covariates: [AreaCovariate("x")], whenZero: nil)
        let many = try model.fit(areas, covariates: table)
        let few = try model.fit(Array(areas.prefix(9)), covariates: table.selecting(rows: Array(0..<9)))
        let (same, covariates) = SmallAreaCases.areas(30, .zero)
        let none = try model.fit(same, covariates: covariates)
        let rule = LeadRule()
        func facts(
            _ direct: Bool, _ count: Int, _ variation: Double?, _ model: AreaModelResult?, residual: Double? = 0
        ) -> LeadRule.Facts {
            LeadRule.Facts(
                hasDirect: direct, count: count, variation: variation, model: model, residual: residual)
        }
        func expect(_ facts: LeadRule.Facts, _ rung: LeadRule.Rung, _ reason: LeadRule.Reason) {
            let found = rule.choose(facts)
            #expect(found.rung == rung && found.reason == reason)
        }
        expect(facts(true, 60, 0.1, many), .direct, .preciseEnough)
        expect(facts(true, 60, 0.3, many), .model, .imprecise)
        expect(facts(true, 40, 0.1, many), .model, .imprecise)
        expect(facts(true, 60, nil, many), .model, .imprecise)
        expect(facts(true, 60, 0.3, few), .direct, .tooFewAreas(9))
        expect(facts(true, 60, 0.3, none), .direct, .noAreaVariance)
        expect(facts(true, 60, 0.3, many, residual: -3.5), .direct, .special(residual: -3.5))
        expect(facts(true, 60, 0.3, nil), .direct, .noModel)
        expect(facts(false, 0, nil, few), .synthetic, .noAnswers)
        expect(facts(false, 0, nil, nil), .none, .nothing)
    }
}
