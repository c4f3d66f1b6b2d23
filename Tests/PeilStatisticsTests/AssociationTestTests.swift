import PeilNumerics
import PeilTable
import PeilTestSupport
import Testing

@testable import PeilStatistics

@Suite("Association of two questions")
struct AssociationTestTests {
    private let table = TestSurvey.table

    private func outcome(
        _ rows: String, _ columns: String, _ statistic: AssociationTest.Statistic, _ estimation: Estimation,
        in domain: [Bool]? = nil
    ) throws -> TestOutcome {
        try AssociationTest(rows, columns, statistic: statistic).run(estimation, of: table, in: domain).outcome
    }

    @Test(
        "F, Chisq, Wald and adjWald equal svychisq, with and without an empty cell",
        arguments: [
            ("b", .secondOrder, [2.81810531994596, 1.37587158068071, 16.5104589681685, 0.10278065068945]),
            ("empty", .secondOrder, [7.12482153388102, 1.51563773913214, 18.1876528695857, 0.00844711431078557]),
            ("b", .firstOrder, [21.9963987702546, 4, 0, 0.0236670965646468]),
            ("empty", .firstOrder, [41.9704338654993, 4, 0, 9.87912146825551e-06]),
            ("b", .wald, [36.4693647570154, 4, 12, 1.26184696390953e-06]),
            ("empty", .wald, [13.0407561228791, 4, 12, 0.000251534540519439]),
            ("b", .adjustedWald, [27.3520235677616, 4, 9, 4.74627849695937e-05]),
            ("empty", .adjustedWald, [9.78056709215931, 4, 9, 0.00246473414755943])
        ] as [(String, AssociationTest.Statistic, [Double])])
    func clusters(column: String, statistic: AssociationTest.Statistic, expected: [Double]) throws {
        expectOutcome(
            try outcome("a", column, statistic, TestSurvey.plain()), statistic: expected[0], expected[1], expected[2],
            p: expected[3], source: "svychisq(~a + \(column), \(statistic.rawValue))")
    }

    @Test(
        "A domain of single persons equals svychisq(subset)",
        arguments: [
            (.secondOrder, [2.14818703006221, 3.98236623022363, 159.294649208945, 0.077610038791702]),
            (.firstOrder, [9.67623605540189, 4, 0, 0.0721252121097006]),
            (.wald, [2.26418255920066, 4, 40, 0.0791805002878109]),
            (.adjustedWald, [2.09436886726061, 4, 37, 0.101194787474354])
        ] as [(AssociationTest.Statistic, [Double])])
    func elements(statistic: AssociationTest.Statistic, expected: [Double]) throws {
        let domain = try TestSurvey.rows(where: "k", is: "1")
        expectOutcome(
            try outcome("a", "b", statistic, TestSurvey.elements(), in: domain), statistic: expected[0], expected[1],
            expected[2], p: expected[3], source: "svychisq(~a + b, subset(k == 1), \(statistic.rawValue))")
    }

    @Test("The saddlepoint equals svychisq to the tolerance of R's root, 1e-8; the mixture is near it")
    func mixtures() throws {
        let domain = try TestSurvey.rows(where: "k", is: "1")
        let cases = [
            (try TestSurvey.plain(), "b", nil, 0.106254072315327),
            (try TestSurvey.plain(), "empty", nil, 0.0101518238287859),
            (try TestSurvey.elements(), "b", domain, 0.0783281401322692)
        ]
        for (estimation, column, domain, p) in cases {
            let near = try outcome("a", column, .saddlepoint, estimation, in: domain)
            expectClose(near.p, p, relative: 1e-6, source: "svychisq(saddlepoint), \(TestSurvey.version)")
            let exact = try outcome("a", column, .linearCombination, estimation, in: domain)
            #expect(near.statistic == exact.statistic && near.degreesOfFreedom == nil)
            expectClose(exact.p, p, relative: 0.1, source: "the saddlepoint is off by some per cent")
        }
    }

    @Test("Calibrated weights equal svychisq")
    func calibrated() throws {
        let raked = try TestSurvey.raked()
        expectOutcome(
            try outcome("b", "k", .secondOrder, raked), statistic: 0.348087369121459, 1.67587031648889,
            20.1104437978667, p: 0.673022725544166, source: "svychisq(~b + k, raked)")
        expectOutcome(
            try outcome("b", "k", .adjustedWald, raked), statistic: 0.350936014149195, 2, 11, p: 0.711631845348413,
            source: "svychisq(~b + k, raked, adjWald)")
        expectOutcome(
            try outcome("b", "empty", .secondOrder, raked), statistic: 79.1768719512049, 1.70831377377095,
            20.4997652852514, p: 6.112471305702e-10, source: "svychisq(~b + empty, raked)")
        #expect(throws: TestError.singularTable(columns: ["b", "empty"])) {
            try outcome("b", "empty", .wald, raked)
        }
    }

    @Test("With equal weights and no design the effects are near 1: Pearson's test, n/(n−1) apart")
    func pearson() throws {
        let result = try AssociationTest("k", "b", statistic: .firstOrder).run(TestSurvey.simple(), of: table)
        let cells = result.table
        var pearson = 0.0
        for i in 0..<2 {
            for j in 0..<3 {
                let row = Double((0..<3).reduce(0) { $0 + cells.count(i, $1) })
                let column = Double((0..<2).reduce(0) { $0 + cells.count($1, j) })
                let expected = row * column / 120
                pearson += (Double(cells.count(i, j)) - expected) * (Double(cells.count(i, j)) - expected) / expected
            }
        }
        expectClose(result.outcome.statistic, pearson, relative: 1e-12, source: "Pearson's X² of the counts")
        // The effects are taken at the observed shares, which are not quite independent.
        for effect in result.designEffects { expectClose(effect, 120.0 / 119, relative: 0.05, source: "simple sample") }
        let plain = ChiSquared(degreesOfFreedom: 2).upperTail(pearson)
        expectClose(result.outcome.p, plain, relative: 0.05, source: "p of Pearson's X²")
    }

    @Test("Rows and columns may change places")
    func symmetry() throws {
        for statistic in AssociationTest.Statistic.allCases {
            let one = try outcome("a", "b", statistic, TestSurvey.plain())
            let other = try outcome("b", "a", statistic, TestSurvey.plain())
            expectClose(one.statistic, other.statistic, relative: 1e-11, source: "transposed")
            expectClose(one.p, other.p, relative: 1e-9, source: "transposed")
        }
    }

    @Test("The covariance of cells as groups is that of shares and totals as parameters", arguments: [0, 1, 2, 3])
    func sparse(design: Int) throws {
        let twoStage = DesignColumns(
            weights: "w", strata: ["h"], clusters: ["psu", "row"], populationSizes: ["n1", "n2"])
        var table = table
        table.set(.numeric(.of((0..<120).map { Double($0) })), for: Variable(name: "row"))
        table.set(.numeric(.of((0..<120).map { _ in 20 })), for: Variable(name: "n2"))
        let estimation = [
            try TestSurvey.plain(), try TestSurvey.elements(), try TestSurvey.raked(),
            Estimation(try SampleDesign(twoStage, of: table), engine: VarianceEngine())
        ][design]
        let crossed = try CrossedQuestions(
            "a", "b", of: table, weights: estimation.design.weights, in: (0..<120).map { $0 % 10 != 7 })
        for scale in [CellStatistics.Scale.shares, .totals] {
            let cells = try estimation.cells(crossed.cellOfRow, count: 9, scale)
            let levels = (0..<9).map { String($0) }
            let everyone = Grouping.everyone(rowCount: 120)
            let wishes = Estimation.Wishes(covariance: true)
            let result =
                scale == .shares
                ? try estimation.estimate(
                    ProportionEstimator("", levels: levels, levelOfRow: crossed.cellOfRow), by: everyone, wishes: wishes
                )
                : try estimation.estimate(
                    CountEstimator("", levels: levels, levelOfRow: crossed.cellOfRow), by: everyone, wishes: wishes)
            #expect(cells.degreesOfFreedom == result.completeDegreesOfFreedom[0])
            #expect(cells.rowCount == result.counts[0])
            let covariance = try #require(result.covariance)
            let size = covariance.diagonal.max() ?? 0
            for (one, other) in zip(cells.covariance.storage, covariance.storage) {
                expectClose(one, other, absolute: 1e-12 * size, source: "the estimator")
            }
            for (one, other) in zip(cells.values, try result.outcomes[0].get()) {
                expectClose(one, other, relative: 1e-13, source: "the estimator")
            }
        }
    }

    @Test("A table of seven by twenty-five over many persons takes the short road and the same numbers")
    func large() throws {
        var random = StableRandom(seed: 5)
        let count = 30_000
        let table = Table.of(
            numbers: [
                "w": (0..<count).map { _ in 0.5 + random.uniform() },
                "a": (0..<count).map { _ in Double(random.integer(below: 25)) },
                "b": (0..<count).map { _ in Double(random.integer(below: 7)) }
            ])
        let estimation = Estimation(
            try SampleDesign(DesignColumns(weights: "w"), of: table), engine: VarianceEngine())
        let result = try AssociationTest("a", "b").run(estimation, of: table)
        #expect(result.table.rowLevels == (0..<25).map { String($0) } && result.designEffects.count == 144)
        #expect(result.outcome.p > 1e-4, "nothing is related here")
        let kish = result.designEffects.reduce(0, +) / 144
        expectClose(kish, 1 + 1.0 / 12, relative: 0.02, source: "1 + cv² of weights that say nothing")
    }

    @Test("What is no table is an error that names the question")
    func errors() throws {
        let plain = try TestSurvey.plain()
        #expect(throws: TestError.tooFewLevels(column: "all alike", levels: 1)) {
            try outcome("all alike", "b", .secondOrder, plain)
        }
        #expect(throws: TestError.tooFewLevels(column: "k", levels: 1)) {
            try outcome("k", "b", .secondOrder, plain, in: TestSurvey.rows(where: "k", is: "1"))
        }
        #expect(throws: TestError.noCompleteRows(columns: ["a", "b"])) {
            try outcome("a", "b", .wald, plain, in: (0..<120).map { $0 == 5 })
        }
        // Three clusters of one stratum leave two degrees of freedom for four contrasts.
        for statistic in [AssociationTest.Statistic.wald, .adjustedWald] {
            #expect(throws: TestError.tooFewUnits(columns: ["a", "b"], designDegreesOfFreedom: 2, needed: 4)) {
                try outcome("a", "b", statistic, plain, in: (0..<120).map { $0 < 24 })
            }
        }
        #expect(throws: TestError.tooFewUnits(columns: ["a", "b"], designDegreesOfFreedom: 0, needed: 1)) {
            try outcome("a", "b", .secondOrder, plain, in: (0..<120).map { $0 < 8 })
        }
        #expect(throws: TestError.tooManyLevels(column: "y", levels: 113, limit: 100)) {
            var table = table
            let many = (0..<120).map { Double($0 % 25) }
            table.set(.numeric(.of(many)), for: Variable(name: "many"))
            table.set(.numeric(.of((0..<120).map { $0 % 17 == 3 ? nil : Double($0) })), for: Variable(name: "y"))
            _ = try AssociationTest("many", "y").run(plain, of: table)
        }
    }
}
