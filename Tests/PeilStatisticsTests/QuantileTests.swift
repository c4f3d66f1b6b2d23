import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

@Suite("Quantiles")
struct QuantileTests {
    private func quantiles(
        _ columns: DesignColumns, _ rule: QuantileRule, _ probabilities: [Double],
        _ interval: ProportionInterval = .mean
    ) throws -> [QuantileEstimator.Quantile] {
        try QuantileEstimator(
            "y", of: SmallSurvey.table(), probabilities: probabilities, rule: rule, interval: interval
        )
        .estimate(SmallSurvey.estimation(columns), by: SmallSurvey.everyone())
    }

    /// estimate, lower, upper, standard error
    @Test(
        "Values with ties and their Woodruff intervals equal svyquantile to 1e-12",
        arguments: [
            (.math, [[3, 2, 5, 0.540259195901927], [4, 3, 6, 0.540259195901927]]),
            (.school, [[3, 2, 5, 0.540259195901927], [4, 3, 6, 0.540259195901927]]),
            (.hf7, [[2.85810810810811, nil, 4, nil], [4, 3, 5.32278615867124, 0.41830219411195]])
        ] as [(QuantileRule, [[Double?]])])
    func clustersEqualR(rule: QuantileRule, expected: [[Double?]]) throws {
        try compare(quantiles(SmallSurvey.clusters, rule, [0.25, 0.5]), expected, "qrule = '\(rule.rawValue)'")
    }

    @Test(
        "The same under simple random sampling",
        arguments: [
            (.math, [[3, 2, 5, 0.69432594085862], [4, 3, 6, 0.69432594085862]]),
            (.school, [[3, 2, 5, 0.69432594085862], [4, 3, 6, 0.69432594085862]]),
            (.hf7, [[3, 2, 5, 0.69432594085862], [4, 3, 6.00328585102246, 0.695086424726183]])
        ] as [(QuantileRule, [[Double?]])])
    func simpleEqualR(rule: QuantileRule, expected: [[Double?]]) throws {
        try compare(quantiles(SmallSurvey.simple, rule, [0.25, 0.5]), expected, "srs, qrule = '\(rule.rawValue)'")
    }

    @Test("Beta and logit intervals of the share")
    func otherIntervals() throws {
        try compare(
            quantiles(SmallSurvey.clusters, .math, [0.5], .beta), [[4, 3, 5, 0.360172797267951]],
            "interval.type = 'beta'")
        try compare(
            quantiles(SmallSurvey.clusters, .math, [0.5], .xlogit), [[4, 3, 5, 0.360172797267951]],
            "interval.type = 'xlogit'")
    }

    private func compare(_ found: [QuantileEstimator.Quantile], _ expected: [[Double?]], _ call: String) throws {
        try #require(found.count == expected.count)
        for (quantile, row) in zip(found, expected) {
            for (value, wanted) in zip(
                [quantile.estimate, quantile.lower, quantile.upper, quantile.standardError] as [Double?], row)
            {
                #expect((value == nil) == (wanted == nil), "\(call) at \(quantile.probability)")
                guard let value, let wanted else { continue }
                expectClose(
                    value, wanted, relative: 1e-12,
                    source: "svyquantile(\(call)) at \(quantile.probability), \(SmallSurvey.version)")
            }
        }
    }

    @Test(
        "At an exact tie of cumulative weight: math takes the lower value, school and hf2 the middle",
        arguments: [
            (.math, 2), (.school, 2.5), (.hf2, 2.5), (.hf7, 2.5)
        ] as [(QuantileRule, Double)])
    func exactTie(rule: QuantileRule, expected: Double) throws {
        let table = Table.of(numbers: ["y": [4, 1, 3, 2]])
        let found = try QuantileEstimator("y", of: table, probabilities: [0.5], rule: rule)
            .estimate(
                Estimation(SampleDesign(DesignColumns(), of: table), engine: VarianceEngine()),
                by: .everyone(rowCount: 4))
        #expect(found.map(\.estimate) == [expected])
    }

    @Test("Ten weights of a tenth make a tie at one half, in spite of rounding")
    func roundedTie() throws {
        let table = Table.of(numbers: ["y": (1...10).map { Double($0) }, "w": [Double?](repeating: 0.1, count: 10)])
        let estimation = Estimation(try SampleDesign(DesignColumns(weights: "w"), of: table), engine: VarianceEngine())
        for (probability, expected) in [(0.3, 3.5), (0.5, 5.5), (0.8, 8.5)] {
            let found = try QuantileEstimator("y", of: table, probabilities: [probability], rule: .school)
                .estimate(estimation, by: .everyone(rowCount: 10))
            #expect(found[0].estimate == expected)
        }
    }

    @Test("Groups, missing answers and rows without weight")
    func groups() throws {
        let table = Table.of(
            numbers: ["y": [1, 2, nil, 7, 8, 100, 5], "w": [1, 1, 1, 1, 1, 0, 1]],
            codes: ["g": ["a", "a", "a", "b", "b", "b", "c"]])
        let estimation = Estimation(try SampleDesign(DesignColumns(weights: "w"), of: table), engine: VarianceEngine())
        let groups = Grouping.cross([("g", try table.column("g"))])
        let found = try QuantileEstimator("y", of: table, probabilities: [0.9, 0.1]).estimate(
            estimation, by: groups,
            in: [true, true, true, true, true, true, false])
        #expect(found.map(\.group) == [0, 0, 1, 1] && found.map(\.probability) == [0.1, 0.9, 0.1, 0.9])
        #expect(found.map(\.estimate) == [1, 2, 7, 8] && found.map(\.count) == [2, 2, 2, 2])
    }

    @Test("Probabilities lie between 0 and 1", arguments: [[], [0], [1], [0.5, 1.5], [-0.1], [.nan]] as [[Double]])
    func badOptions(probabilities: [Double]) {
        #expect(throws: EstimationError.self) {
            try QuantileEstimator("y", of: SmallSurvey.table(), probabilities: probabilities)
        }
    }
}
