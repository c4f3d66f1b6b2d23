import PeilNumerics
import PeilTable
import PeilTestSupport
import Testing

@testable import PeilStatistics

/// Numbers of people: the number in the group counts as known only where weights meet its control.
@Suite struct PeopleTests {
    private static let rows = 400
    private static let groups = Grouping(
        groupOfRow: (0..<rows).map { Int32($0 % 3) }, keys: [["a"], ["b"], ["c"]], variables: ["group"])

    /// Answers at two levels in households of two, an answer in seven missing where asked for.
    private static func estimator(withMissing: Bool) -> ProportionEstimator {
        var random = StableRandom(seed: 12)
        let levels = (0..<rows).map { row -> Int32 in
            let level: Int32 = random.chance(0.3) ? 0 : 1
            return withMissing && row % 7 == 0 ? -1 : level
        }
        return ProportionEstimator("q", levels: ["yes", "no"], levelOfRow: levels)
    }

    private static func design() throws -> SampleDesign {
        var random = StableRandom(seed: 13)
        var table = Table(rowCount: rows)
        func set(_ name: String, _ values: [Double]) {
            table.set(.numeric(NumericColumn(values: values)), for: Variable(name: name))
        }
        set("w", (0..<rows).map { _ in 1 + 9 * random.uniform() })
        set("h", (0..<rows).map { Double($0 / 100) })
        set("c", (0..<rows).map { Double($0 / 2) })
        return try SampleDesign(DesignColumns(weights: "w", strata: ["h"], clusters: ["c"]), of: table)
    }

    @Test func withoutMissingAnswersTheyAreCounts() throws {
        let shares = Self.estimator(withMissing: false)
        let estimation = Estimation(try Self.design(), engine: VarianceEngine(lonelyPSU: .fail))
        let people = try estimation.estimate(PeopleEstimator(shares), by: Self.groups)
        let counts = try estimation.estimate(
            CountEstimator("q", levels: shares.levels, levelOfRow: shares.levelOfRow), by: Self.groups)
        let plain = try estimation.estimate(shares, by: Self.groups)
        for group in 0..<3 {
            for level in 0..<2 {
                let error = try #require(people.standardError(group, level))
                expectClose(
                    try #require(people.value(group, level)), try #require(counts.value(group, level)),
                    relative: 1e-13, source: "CountEstimator")
                expectClose(
                    error, try #require(counts.standardError(group, level)), relative: 1e-12, source: "CountEstimator")
                // What was reported before: the number of people in the group taken as known.
                let known = try #require(plain.standardError(group, level)) * plain.allWeights[group]
                #expect(level == 0 ? error > known * 1.02 : error > known * 1.2)
            }
        }
    }

    @Test func whereWeightsMeetTheGroupsTotalItsPeopleAreKnown() throws {
        let shares = Self.estimator(withMissing: true)
        let margin = MarginClasses(
            variable: "group", names: ["a", "b", "c"], classOfRow: Self.groups.groupOfRow, totals: [900, 700, 500])
        let weighted = try WeightSteps([.poststratify(PostStratification(), margin)])
            .apply(to: try Self.design(), threads: 1).design
        let estimation = Estimation(weighted, engine: VarianceEngine(lonelyPSU: .fail))
        let people = try estimation.estimate(PeopleEstimator(shares), by: Self.groups)
        let plain = try estimation.estimate(shares, by: Self.groups)
        for group in 0..<3 {
            for level in 0..<2 {
                let total = [900.0, 700, 500][group]
                expectClose(
                    try #require(people.value(group, level)), try #require(plain.value(group, level)) * total,
                    relative: 1e-12, source: "share × control")
                expectClose(
                    try #require(people.standardError(group, level)),
                    try #require(plain.standardError(group, level)) * total, relative: 1e-10,
                    source: "share × control: its residual is 0")
            }
        }
    }
}
