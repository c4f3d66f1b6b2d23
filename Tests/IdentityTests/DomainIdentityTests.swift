import PeilNumerics
import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

/// What ties domains, groups, ratios and totals together, for any data.
@Suite("Identities of domains")
struct DomainIdentityTests {
    private let survey = RandomSurvey()

    @Test("The mean of a domain is the ratio of two totals with its indicator, to 1e-12")
    func domainMeanIsRatio() throws {
        let y = try survey.table.numbers("y")
        let town = try survey.towns()
        for group in 0..<town.count {
            let inside = town.groupOfRow.indices.map { town.groupOfRow[$0] == group && y.isPresent($0) }
            var table = survey.table
            table.set(.numeric(.of(inside.indices.map { inside[$0] ? y.values[$0] : 0 })), for: Variable(name: "yd"))
            table.set(.numeric(.of(inside.map { $0 ? 1 : 0 })), for: Variable(name: "d"))
            let estimation = try survey.estimation()
            let mean = try estimation.estimate(MeanEstimator(["y"], of: table), by: survey.everyone, in: inside)
            let ratio = try estimation.estimate(RatioEstimator("yd", over: "d", of: table), by: survey.everyone)
            expectClose(
                try #require(mean.value(0, 0)), try #require(ratio.value(0, 0)), relative: 1e-12, source: "Σwyδ / Σwδ")
            expectClose(
                try #require(mean.standardError(0, 0)), try #require(ratio.standardError(0, 0)), relative: 1e-12,
                source: "SE of Σwyδ / Σwδ")
        }
    }

    @Test("A group of a `by` is the domain of its rows, to 1e-12")
    func groupIsDomain() throws {
        let town = try survey.towns()
        let estimation = try survey.estimation()
        let estimator = try MeanEstimator(["y"], of: survey.table)
        let all = try estimation.estimate(estimator, by: town)
        for group in 0..<town.count {
            let one = try estimation.estimate(estimator, by: survey.everyone, in: town.groupOfRow.map { $0 == group })
            expectClose(
                try #require(all.value(group, 0)), try #require(one.value(0, 0)), relative: 1e-12, source: "the domain")
            expectClose(
                try #require(all.standardError(group, 0)), try #require(one.standardError(0, 0)), relative: 1e-12,
                source: "the domain")
            #expect(all.degreesOfFreedom[group] == one.degreesOfFreedom[0] && all.counts[group] == one.counts[0])
        }
    }

    @Test("A group is the domain of its rows for every estimator, and its difference from the rest that of two domains")
    func everyEstimator() throws {
        var table = survey.table
        for name in ["p", "q", "r"] {
            let modulus = ["p": 2, "q": 3, "r": 5][name] ?? 1
            table.set(.numeric(.of((0..<600).map { $0 * 7 % modulus == 0 ? 1 : 0 })), for: Variable(name: name))
        }
        let standard = try StandardPopulation(
            ["p", "q"], [(["0", "0"], 1), (["0", "1"], 2), (["1", "0"], 3), (["1", "1"], 4)])
        let estimators: [any SmoothEstimator] = [
            try CorrelationEstimator(["y", "x", "score"], of: table), try CountEstimator("score", of: table),
            try MultipleResponseEstimator(["p", "q", "r"], of: table),
            try StandardisedMeanEstimator(["y", "x"], of: table, to: standard),
            try RatioEstimator("y", over: "x", of: table)
        ]
        let town = try survey.towns()
        let estimation = try survey.estimation()
        for estimator in estimators {
            let all = try estimation.estimate(estimator, by: town)
            let against = try estimation.estimate(estimator, by: town, wishes: .init(groupAgainstRest: true))
            for group in 0..<town.count {
                let inside = town.groupOfRow.map { $0 == group }
                let one = try estimation.estimate(estimator, by: survey.everyone, in: inside)
                let rest = try estimation.estimate(
                    estimator, by: survey.everyone, in: town.groupOfRow.map { $0 >= 0 && $0 != group })
                for parameter in all.labels.indices {
                    let value = try #require(all.value(group, parameter))
                    expectClose(
                        try #require(one.value(0, parameter)), value, relative: 1e-12,
                        source: "\(all.labels[parameter])")
                    expectClose(
                        try #require(one.standardError(0, parameter)),
                        try #require(all.standardError(group, parameter)),
                        relative: 1e-12, source: "SE of \(all.labels[parameter])")
                    // A count against the rest is a difference of totals, large beside the shares.
                    expectClose(
                        try #require(against.differencesFromRest[group][parameter]),
                        value - (try #require(rest.value(0, parameter))), absolute: 1e-12 * max(1, abs(value)),
                        source: "two domains, \(all.labels[parameter])")
                }
            }
        }
    }

    @Test("The totals of all domains make the total, and their covariance its variance, to 1e-12")
    func unionOfDomains() throws {
        let town = try survey.towns()
        let estimation = try survey.estimation()
        let estimator = try TotalEstimator(["x"], of: survey.table)
        let parts = try estimation.estimate(estimator, by: town, wishes: .init(covariance: true))
        let whole = try estimation.estimate(estimator, by: survey.everyone, in: town.groupOfRow.map { $0 >= 0 })
        expectClose(
            CompensatedSum.of(figures(parts).values), try #require(whole.value(0, 0)), relative: 1e-12,
            source: "Σ of domains")
        let ones = [Double](repeating: 1, count: town.count)
        expectClose(
            try #require(parts.covariance).quadraticForm(ones), whole.variances[0][0], relative: 1e-12, source: "1ᵀV1")
    }

    @Test("Shares of all levels make 1 without error")
    func sharesMakeOne() throws {
        let result = try survey.estimation().estimate(
            ProportionEstimator("score", of: survey.table), by: survey.everyone,
            wishes: .init(covariance: true))
        expectClose(CompensatedSum.of(figures(result).values), 1, relative: 1e-14, source: "Σ of shares")
        let variance = try #require(result.covariance).quadraticForm([Double](repeating: 1, count: 7))
        expectClose(variance, 0, absolute: 1e-14 * result.variances[0].reduce(0, +), source: "a constant")
    }

    @Test("A wave against itself differs by 0 ± 0")
    func waveAgainstItself() throws {
        let result = try survey.estimation().estimate(
            MeanEstimator(["y"], of: survey.table), by: survey.towns(), wishes: .init(covariance: true))
        let names = ["a", "b", "c", "d"]
        let values = figures(result).values
        let itself = try Contrast(name: "a − a", form: .expression(SmoothExpression("a - a")))
            .evaluate(names: names, values: values, covariance: try #require(result.covariance))
        #expect(itself.estimate == 0 && itself.standardError == 0)
        let quotient = try Contrast(name: "b / b", form: .expression(SmoothExpression("b / b")))
            .evaluate(names: names, values: values, covariance: try #require(result.covariance))
        expectClose(quotient.standardError, 0, absolute: 1e-14, source: "a ratio to itself is 1")
        #expect(quotient.estimate == 1)
    }

    @Test("A group against the rest is the contrast of two groups through their covariance, to 1e-12")
    func groupAgainstRest() throws {
        let town = try survey.towns()
        let estimation = try survey.estimation()
        let estimator = try MeanEstimator(["y", "x"], of: survey.table)
        let against = try estimation.estimate(estimator, by: town, wishes: .init(groupAgainstRest: true))
        for group in 0..<town.count {
            let two = Grouping(
                groupOfRow: town.groupOfRow.map { $0 < 0 ? -1 : $0 == group ? 0 : 1 }, keys: [["in"], ["out"]],
                variables: ["side"])
            let pair = try estimation.estimate(estimator, by: two, wishes: .init(covariance: true))
            for parameter in 0..<2 {
                var coefficients = [Double](repeating: 0, count: 4)
                coefficients[parameter] = 1
                coefficients[2 + parameter] = -1
                let inside = try #require(pair.value(0, parameter))
                let outside = try #require(pair.value(1, parameter))
                expectClose(
                    try #require(against.differencesFromRest[group][parameter]), inside - outside, absolute: 1e-12,
                    source: "two groups")
                expectClose(
                    against.variancesOfDifferences[group][parameter],
                    try #require(pair.covariance).quadraticForm(coefficients),
                    relative: 1e-11, source: "cᵀVc")
            }
        }
    }

    @Test(
        "Many groups by the sparse way equal the dense way to 1e-12",
        arguments: [
            RandomSurvey.columns, DesignColumns(weights: "w", strata: ["stratum"]),
            DesignColumns(weights: "w", clusters: ["psu", "row"], populationSizes: ["N", "M"])
        ])
    func sparseIsDense(columns: DesignColumns) throws {
        var table = survey.table
        table.set(.numeric(.of((0..<600).map { Double($0 * 7 % 83) })), for: Variable(name: "many"))
        for (name, value) in [("N", 90.0), ("M", 60.0)] {
            table.set(.numeric(.of([Double?](repeating: value, count: 600))), for: Variable(name: name))
        }
        table.set(.numeric(.of((0..<600).map { Double($0) })), for: Variable(name: "row"))
        let groups = Grouping.cross([("many", try table.column("many"))])
        let estimation = try RandomSurvey(table: table).estimation(columns)
        let estimator = try MeanEstimator(["y", "x"], of: table)
        let sparse = try estimation.estimate(estimator, by: groups)
        let dense = try estimation.estimate(estimator, by: groups, wishes: .init(covariance: true))
        #expect(groups.count == 83 && sparse.covariance == nil && dense.covariance != nil)
        let diagonal = try #require(dense.covariance).diagonal
        for group in 0..<83 {
            for parameter in 0..<2 {
                expectClose(
                    sparse.variances[group][parameter], dense.variances[group][parameter], relative: 1e-12,
                    source: "dense")
                expectClose(
                    diagonal[group * 2 + parameter], dense.variances[group][parameter], relative: 1e-12,
                    source: "diagonal")
            }
        }
    }
}
