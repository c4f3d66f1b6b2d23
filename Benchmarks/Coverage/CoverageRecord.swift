import PeilStudy

/// A run as JSON: every statistic, every survey that failed, and what the gate says.
struct CoverageRecord {
    let scenario: Scenario
    let isStacked: Bool
    let seed: UInt64
    let surveys: Int
    let tally: CoverageTally
    let isFull: Bool
    let population: FinitePopulation
    /// Coverage that a long run found; empty without one.
    let known: [Statistic: Double]

    var gate: CoverageGate {
        CoverageGate(statistics, surveys: tally.finished, noiseOfMean: tally.noiseOfMean, isFull: isFull, known: known)
    }

    let statistics: [StatisticCoverage]

    init(
        _ tally: CoverageTally, _ scenario: Scenario, isStacked: Bool, seed: UInt64, surveys: Int,
        population: FinitePopulation, known: [Statistic: Double]
    ) {
        self.tally = tally
        self.scenario = scenario
        self.isStacked = isStacked
        self.seed = seed
        self.surveys = surveys
        self.population = population
        self.known = known
        isFull = surveys >= CoverageSettings.surveys
        statistics = tally.statistics
    }

    /// One line a statistic, so that a change of one shows as one.
    var text: String {
        let lines = statistics.map { "    " + Self.value($0).text }.joined(separator: ",\n")
        let head = head.map { "  \(JSONValue.string($0.0).text): \($0.1.text)" }.joined(separator: ",\n")
        return "{\n\(head),\n  \"statistics\": [\n\(lines)\n  ]\n}\n"
    }

    private var head: [(String, JSONValue)] {
        let gate = gate
        let (low, high) = (CoverageSettings.eachBounds.lowerBound, CoverageSettings.eachBounds.upperBound)
        return [
            ("schema", "peil-coverage-1"), ("scenario", .string(scenario.rawValue)),
            ("what", .string(isStacked ? "change between two waves" : "one wave")),
            ("seed", .string(String(seed))), ("population_seed", .string(String(population.seed))),
            ("adults", .integer(population.adultCount)), ("rows", .integer(population.parameters.rows)),
            ("level", .number(CoverageSettings.level)), ("surveys", .integer(surveys)),
            ("finished", .integer(tally.finished)),
            (
                "failures",
                .array(
                    tally.failures.map {
                        .object([("survey", .integer($0.survey)), ("class", .string($0.reason))])
                    })
            ),
            ("mean_coverage", .number(Self.rounded(gate.mean))),
            ("noise_of_mean", .number(Self.rounded(tally.noiseOfMean))),
            (
                "mean_coverage_of_expectation",
                .number(
                    Self.rounded(
                        statistics.reduce(0) { $0 + $1.coverageOfExpectation } / Double(max(1, statistics.count))))
            ),
            ("mean_bounds", .numbers([gate.meanBounds.lowerBound, gate.meanBounds.upperBound].map(Self.rounded))),
            ("each_bounds", .numbers([gate.eachBounds.lowerBound, gate.eachBounds.upperBound].map(Self.rounded))),
            ("statistic_count", .integer(statistics.count)), ("outside", .integer(gate.outside.count)),
            ("below", .integer(statistics.count { $0.coverage < low })),
            ("above", .integer(statistics.count { $0.coverage > high })),
            ("outside_by_chance", .number(Self.rounded(gate.expectedByChance))), ("holds", .bool(gate.holds))
        ]
    }

    private static func value(_ own: StatisticCoverage) -> JSONValue {
        .object([
            ("kind", .string(own.statistic.kind.rawValue)), ("question", .string(own.statistic.question)),
            ("area", .string(own.statistic.area)), ("segment", .string(own.statistic.segment)),
            ("truth", .number(rounded(own.truth))), ("surveys", .integer(own.surveys)),
            ("coverage", .number(rounded(own.coverage))),
            ("coverage_of_expectation", .number(rounded(own.coverageOfExpectation))),
            ("truth_below", .number(rounded(own.missedBelow))), ("truth_above", .number(rounded(own.missedAbove))),
            ("mean_width", .number(rounded(own.meanWidth))),
            ("bias_to_deviation", .number(rounded(own.biasToDeviation))),
            ("error_to_deviation", .number(rounded(own.errorToDeviation))),
            ("root_variance_to_deviation", .number(rounded(own.rootVarianceToDeviation))),
            ("methods", .object(own.methods.map { ($0.method, .number(rounded($0.share))) }))
        ])
    }

    /// Six decimals.
    private static func rounded(_ value: Double) -> Double { (value * 1e6).rounded() / 1e6 }
}
