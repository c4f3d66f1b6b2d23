import PeilNumerics
import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

/// Models that cannot be fitted say which column or level stands in the way.
@Suite("Models that have no solution")
struct ModelErrorTests {
    private let table: Table = {
        var random = StableRandom(seed: 8)
        let x = (0..<80).map { _ in random.normal() }
        return .of(
            numbers: [
                "w": (0..<80).map { _ in 1 + random.uniform() }, "x": x, "double": x.map { 2 * $0 },
                "flat": x.map { _ in 0.1 }, "year": x.map { _ in 2026.1 },
                "yes": x.map { _ in random.chance(0.4) ? 1 : 0 },
                "above": x.map { $0 > 0.3 ? 1 : 0 }, "never": x.map { _ in 0 },
                "rare": (0..<80).map { $0 % 4 == 1 ? 0 : Double($0 % 3 == 0 ? 1 : 0) },
                "minus": x.map { $0 - 1 }, "count": (0..<80).map { $0 % 4 == 2 ? 0 : Double($0 % 5) },
                "gone": x.map { _ in nil }
            ],
            codes: [
                "g": (0..<80).map { ["a", "b", "c", "d"][$0 % 4] }, "one": x.map { _ in "k" },
                "word": (0..<80).map { $0 % 3 == 0 ? "ja" : "nee" }
            ])
    }()

    private func run(
        _ response: String, _ terms: [ModelTerm], _ family: ModelFamily = .linear, success: [String] = [],
        effects: [ModelEffect] = []
    ) throws -> ModelResult {
        let estimation = Estimation(
            try SampleDesign(DesignColumns(weights: "w"), of: table), engine: VarianceEngine())
        return try GeneralisedLinearModel(
            response: response, success: success, terms: terms, family: family, effects: effects
        ).run(estimation, of: table)
    }

    @Test("A column that follows from others is named")
    func collinear() throws {
        #expect(throws: EstimationError.collinear(variable: "double")) {
            try run("yes", [.column("x"), .column("double")], .logistic)
        }
        for flat in ["flat", "year"] {
            #expect(throws: EstimationError.collinear(variable: flat)) { try run("yes", [.column("x"), .column(flat)]) }
        }
    }

    @Test("A level without variation in the response is named, the reference too")
    func separatedLevel() throws {
        for reference in [nil, "a", "b"] as [String?] {
            #expect(throws: ModelError.separated(column: "g", level: "b")) {
                try run("rare", [.column("g", reference: reference), .column("x")], .logistic)
            }
        }
        // Without an intercept the flat end of the likelihood is reached first.
        #expect(throws: ModelError.separated(column: "g", level: "b")) {
            let estimation = Estimation(
                try SampleDesign(DesignColumns(weights: "w"), of: table), engine: VarianceEngine())
            _ = try GeneralisedLinearModel(
                response: "rare", terms: [.column("g"), .column("x")], family: .logistic, hasIntercept: false
            ).run(estimation, of: table)
        }
        #expect(throws: ModelError.separated(column: "g", level: "c")) {
            try run("count", [.column("x"), .column("g")], .logLinear)
        }
    }

    @Test("A threshold that tells all responses apart is named", arguments: [ModelFamily.logistic, .probit])
    func separatedNumber(_ family: ModelFamily) throws {
        #expect(throws: ModelError.separated(column: "x", level: nil)) {
            try run("above", [.column("x"), .column("w")], family)
        }
    }

    @Test("Responses outside the family, of texts, or all alike")
    func responses() throws {
        #expect(throws: ModelError.responseConstant(column: "never")) { try run("never", [.column("x")], .logistic) }
        #expect(throws: ModelError.responseConstant(column: "never")) { try run("never", [.column("x")], .logLinear) }
        #expect(throws: ModelError.responseOfTexts(column: "word")) { try run("word", [.column("x")], .logistic) }
        #expect(throws: TableError.notNumeric("word")) { try run("word", [.column("x")]) }
        #expect(throws: EstimationError.emptyDomain) { try run("gone", [.column("x")]) }
        #expect(throws: EstimationError.emptyDomain) { try run("yes", [.column("gone")]) }
        #expect(throws: TableError.self) { try run("nothing", [.column("x")]) }
        let first = try #require(try table.numbers("minus").values.firstIndex { $0 < 0 || $0 > 1 })
        #expect(throws: ModelError.responseOutside(column: "minus", row: first, family: .logistic)) {
            try run("minus", [.column("x")], .logistic)
        }
    }

    @Test("Terms that contradict each other")
    func terms() throws {
        #expect(throws: ModelError.repeatedTerm("x")) { try run("yes", [.column("x"), .column("x")]) }
        #expect(throws: ModelError.repeatedTerm("x:x")) { try run("yes", [.column("x"), .interaction(["x", "x"])]) }
        #expect(throws: ModelError.repeatedTerm("w:x")) {
            try run("yes", [.column("x"), .interaction(["x", "w"]), .interaction(["w", "x"])])
        }
        #expect(throws: ModelError.interactionWithoutMain(term: "x:g", missing: "x")) {
            try run("yes", [.column("g"), .interaction(["x", "g"])])
        }
        #expect(throws: ModelError.noSuchLevel(column: "g", level: "z", known: ["a", "b", "c", "d"])) {
            try run("yes", [.column("g", reference: "z")])
        }
        #expect(throws: EstimationError.self) {
            let estimation = Estimation(
                try SampleDesign(DesignColumns(weights: "w"), of: table), engine: VarianceEngine())
            _ = try GeneralisedLinearModel(response: "yes", terms: [], family: .linear, hasIntercept: false)
                .run(estimation, of: table)
        }
        #expect(throws: ModelError.tooFewLevels(column: "one")) { try run("yes", [.column("one")]) }
        #expect(throws: ModelError.unknownPredictor("g", known: ["x"])) {
            try run("yes", [.column("x")], effects: [.predictedMargins("g")])
        }
        #expect(throws: ModelError.tooManyTerms(found: 13, limit: 12)) { _ = try SubsetShareProbe.run(table) }
    }

    @Test("A negative weight, as a calibration can make it, is no silent zero")
    func negativeWeight() throws {
        let design = try SampleDesign(DesignColumns(weights: "w"), of: table)
        var weights = design.weights
        weights[7] = -0.1
        let estimation = Estimation(design.reweighted(weights), engine: VarianceEngine())
        let model = GeneralisedLinearModel(response: "yes", terms: [.column("x")], family: .linear)
        #expect(throws: ModelError.negativeWeight(row: 7)) { try model.run(estimation, of: table) }
    }

    @Test("Importance that would take days is refused")
    func tooManyFits() throws {
        let design = try SampleDesign(DesignColumns(weights: "w"), of: table)
        let replicates = try ReplicateMaker(.raoWuBootstrap(replicates: 60_000, seed: 1)).replicates(of: design)
        let model = GeneralisedLinearModel(
            response: "yes", terms: ["x", "w", "count", "rare", "g", "word"].map { .column($0) }, family: .logistic,
            effects: [.importance])
        #expect(throws: ModelError.tooManyFits(fits: 64 * 60_001, rows: 80)) {
            try model.run(Estimation(design.replicated(replicates), engine: VarianceEngine()), of: table)
        }
    }

    @Test("Texts count as 1 when they are named")
    func success() throws {
        var coded = table
        coded.set(.numeric(.of((0..<80).map { $0 % 3 == 0 ? 1 : 0 })), for: Variable(name: "coded"))
        let estimation = Estimation(
            try SampleDesign(DesignColumns(weights: "w"), of: coded), engine: VarianceEngine())
        let numbers = try GeneralisedLinearModel(response: "coded", terms: [.column("x")], family: .logistic)
            .run(estimation, of: coded)
        #expect(
            try run("word", [.column("x")], .logistic, success: ["ja"]).estimates.values == numbers.estimates.values)
    }

    @Test("More coefficients than units leave no degrees of freedom, and no interval")
    func degreesOfFreedom() throws {
        let clusters = Estimation(
            try SampleDesign(DesignColumns(weights: "w", clusters: ["g"]), of: table), engine: VarianceEngine())
        let fit = try GeneralisedLinearModel(
            response: "yes", terms: [.column("x"), .column("w"), .column("minus"), .column("count")], family: .linear
        )
        #expect(throws: EstimationError.collinear(variable: "minus")) { try fit.run(clusters, of: table) }
        let few = try GeneralisedLinearModel(
            response: "yes", terms: [.column("x"), .column("w"), .column("count"), .column("rare")], family: .linear
        ).run(clusters, of: table)
        #expect(few.residualDegreesOfFreedom == -1)
        #expect(few.waldTest(term: 0) == nil)
    }
}

/// Thirteen columns of noise.
private enum SubsetShareProbe {
    static func run(_ table: Table) throws -> ModelResult {
        var wide = table
        var random = StableRandom(seed: 2)
        let names = (0..<13).map { "n\($0)" }
        for name in names {
            wide.set(.numeric(.of((0..<80).map { _ in random.normal() })), for: Variable(name: name))
        }
        let estimation = Estimation(
            try SampleDesign(DesignColumns(weights: "w"), of: wide), engine: VarianceEngine())
        return try GeneralisedLinearModel(
            response: "yes", terms: names.map { .column($0) }, family: .linear, effects: [.importance]
        ).run(estimation, of: wide)
    }
}
