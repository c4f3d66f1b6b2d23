import PeilNumerics
import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

/// What must not show in a number: the unit of the weights, the order of rows, threads, names.
@Suite("What changes nothing")
struct InvarianceTests {
    private let survey = RandomSurvey()

    private func results(_ survey: RandomSurvey) throws -> [GroupedEstimates] {
        let estimation = try survey.estimation()
        let towns = try survey.towns()
        let table = survey.table
        return [
            try estimation.estimate(MeanEstimator(["y", "x"], of: table), by: towns),
            try estimation.estimate(
                RatioEstimator("y", over: "x", of: table), by: towns, wishes: .init(covariance: true)),
            try estimation.estimate(ProportionEstimator("score", of: table), by: survey.everyone),
            try estimation.estimate(VarianceEstimator(["y"], of: table, standardDeviation: true), by: survey.everyone),
            try estimation.estimate(TotalEstimator(["y"], of: table), by: towns, wishes: .init(groupAgainstRest: true)),
            try estimation.estimate(CountEstimator("score", of: table), by: towns),
            try estimation.estimate(CorrelationEstimator(["y", "x", "score"], of: table), by: towns),
            try estimation.estimate(
                MultipleResponseEstimator(["low", "even"], of: try Self.withAnswers(table)), by: towns,
                wishes: .init(covariance: true)),
            try estimation.estimate(
                StandardisedMeanEstimator(["y", "x"], of: try Self.withAnswers(table), to: Self.standard), by: towns)
        ]
    }

    /// Results that grow with the weights.
    private static let totals = [4, 5]

    private static let standard: StandardPopulation = {
        do { return try StandardPopulation(["low"], [(["0"], 0.7), (["1"], 0.3)]) } catch { fatalError("\(error)") }
    }()

    /// Two yes/no columns made of the score.
    private static func withAnswers(_ table: Table) throws -> Table {
        var table = table
        let score = try table.numbers("score")
        func set(_ name: String, _ holds: (Double) -> Bool) {
            table.set(
                .numeric(
                    .of(score.values.indices.map { score.isPresent($0) ? (holds(score.values[$0]) ? 1 : 0) : nil })),
                for: Variable(name: name))
        }
        set("low") { $0 < 3 }
        set("even") { $0.truncatingRemainder(dividingBy: 2) == 0 }
        return table
    }

    private func quantiles(
        _ survey: RandomSurvey, _ rule: QuantileRule, variable: String = "score"
    ) throws -> [QuantileEstimator.Quantile] {
        try QuantileEstimator(variable, of: survey.table, probabilities: [0.1, 0.5, 0.8], rule: rule)
            .estimate(survey.estimation(), by: survey.towns())
    }

    private func expectSame(_ left: [GroupedEstimates], _ right: [GroupedEstimates], relative: Double, source: String) {
        for (a, b) in zip(left, right) {
            let (first, second) = (figures(a), figures(b))
            #expect(
                first.values.count == second.values.count && a.counts == b.counts
                    && a.degreesOfFreedom == b.degreesOfFreedom)
            for index in first.values.indices {
                expectClose(first.values[index], second.values[index], relative: relative, source: source)
                expectClose(first.errors[index], second.errors[index], relative: relative, source: "SE, " + source)
            }
        }
    }

    @Test("Weights times 1000 change no mean, ratio or share, nor their errors; totals grow a thousandfold, to 1e-12")
    func scaledWeights() throws {
        let plain = try results(survey)
        let scaled = try results(try survey.weights { _ in 1000 })
        for index in plain.indices where !Self.totals.contains(index) {
            expectSame([scaled[index]], [plain[index]], relative: 1e-12, source: "weights as they were")
        }
        for index in Self.totals {
            let (large, small) = (figures(scaled[index]), figures(plain[index]))
            for row in small.errors.indices {
                expectClose(large.values[row], 1000 * small.values[row], relative: 1e-12, source: "a total × 1000")
                expectClose(
                    large.errors[row], 1000 * small.errors[row], relative: 1e-12,
                    source: "SE of a total, weights × 1000")
            }
        }
        for (large, small) in zip(
            try quantiles(try survey.weights { _ in 1000 }, .school), try quantiles(survey, .school))
        {
            #expect(large.estimate == small.estimate && large.lower == small.lower && large.upper == small.upper)
        }
    }

    @Test("A row twice is a row of weight 2, for all points but those with n/(n − 1) (not for errors)")
    func doubledRows() throws {
        let twice = (0..<600).filter { $0 % 3 == 0 }
        let heavy = try survey.weights { $0 % 3 == 0 ? 2 : 1 }
        let doubled = RandomSurvey(table: survey.table.selecting(rows: Array(0..<600) + twice))
        let (heavyResults, doubledResults) = (try results(heavy), try results(doubled))
        // Number 3 is a standard deviation: its n/(n − 1) counts rows.
        for index in heavyResults.indices where index != 3 {
            let (once, again) = (heavyResults[index], doubledResults[index])
            for (a, b) in zip(figures(once).values, figures(again).values) {
                expectClose(a, b, relative: 1e-12, source: "the row twice")
            }
        }
        let (sd, sdOfDoubled) = (try #require(heavyResults[3].value(0, 0)), try #require(doubledResults[3].value(0, 0)))
        let (n, more) = (Double(heavyResults[3].counts[0]), Double(doubledResults[3].counts[0]))
        expectClose(
            sd * ((n - 1) / n).squareRoot(), sdOfDoubled * ((more - 1) / more).squareRoot(), relative: 1e-12,
            source: "the row twice, without n/(n − 1)")
        for rule in [QuantileRule.math, .school, .hf2] {
            #expect(try quantiles(heavy, rule).map(\.estimate) == quantiles(doubled, rule).map(\.estimate))
        }
    }

    @Test("The order of the rows shows only beyond 1e-12", arguments: [1, 2, 3] as [UInt64])
    func rowOrder(seed: UInt64) throws {
        var order = Array(0..<600)
        var random = StableRandom(seed: seed)
        random.shuffle(&order)
        let shuffled = RandomSurvey(table: survey.table.selecting(rows: order))
        expectSame(try results(shuffled), try results(survey), relative: 1e-12, source: "rows in order")
        // hf7 takes the weight of the last of tied values, in R too: without ties it keeps this law as well.
        for (rule, variable) in [(QuantileRule.math, "score"), (.school, "score"), (.hf2, "score"), (.hf7, "x")] {
            for (a, b) in zip(
                try quantiles(shuffled, rule, variable: variable), try quantiles(survey, rule, variable: variable))
            {
                expectClose(a.estimate, b.estimate, relative: 1e-12, source: "rows in order, \(rule.rawValue)")
                expectClose(
                    a.standardError ?? -1, b.standardError ?? -1, relative: 1e-10,
                    source: "SE, rows in order, \(rule.rawValue)")
            }
        }
    }

    @Test("Threads change no bit")
    func threads() throws {
        // Enough rows for three blocks.
        let large = RandomSurvey(rowCount: 70_000, seed: 7)
        let towns = try large.towns()
        let estimator = try MeanEstimator(["y", "x"], of: large.table)
        func result(_ threads: Int) throws -> GroupedEstimates {
            try large.estimation(threads: threads).estimate(
                estimator, by: towns, wishes: .init(covariance: true, groupAgainstRest: true))
        }
        let one = try result(1)
        for threads in [2, 5] {
            let many = try result(threads)
            #expect(figures(one) == figures(many))
            #expect(one.covariance == many.covariance && one.variancesOfDifferences == many.variancesOfDifferences)
        }
    }

    @Test("Other names of strata, clusters and groups show only beyond 1e-12: units are summed in the order of names")
    func renamed() throws {
        var table = survey.table
        let names = ["s0": "Ypenburg", "s1": "é", "s2": "10", "s3": "9", "s4": "s4"]
        table.set(
            .categorical(.of(try table.column("stratum").rowLabels().map { names[$0!] })),
            for: Variable(name: "stratum"))
        table.set(
            .identifier(IdentifierColumn(try table.column("psu").rowLabels().map { "wijk \($0!)" })),
            for: Variable(name: "psu"))
        let (plain, other) = (try results(survey), try results(RandomSurvey(table: table)))
        expectSame(other, plain, relative: 1e-12, source: "strata and clusters by other names")
    }

    @Test("A shift of the answers shifts the mean and leaves its error, to 1e-11")
    func shiftedAnswers() throws {
        let y = try survey.table.numbers("y")
        let moved = survey.replacing("y", y.values.indices.map { y.isPresent($0) ? y.values[$0] + 1000 : nil })
        let (plain, shifted) = (try results(survey)[0], try results(moved)[0])
        for group in 0..<4 {
            expectClose(
                try #require(shifted.value(group, 0)), try #require(plain.value(group, 0)) + 1000, relative: 1e-14,
                source: "ȳ + 1000")
            expectClose(
                try #require(shifted.standardError(group, 0)), try #require(plain.standardError(group, 0)),
                relative: 1e-11, source: "SE of ȳ")
        }
    }
}
