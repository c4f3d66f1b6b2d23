/// Values of the whole population in one wave, from complete answers: what an estimate should hit.
public struct PopulationTruth: Sendable, Equatable {
    /// Totals of one group of adults, the region or a municipality.
    public struct Group: Sendable, Equatable {
        public internal(set) var adults = 0
        var counts: [Int]
        var sums: [Double]
        var typeCounts: [Int]
        var segmentCounts: [Int]

        /// Shares in the order of the parameters' `truth.shares`.
        public var shares: [Double] { counts.map { Double($0) / Double(adults) } }
        public var means: [Double] { sums.map { $0 / Double(adults) } }
        public var typeMix: [Double] { typeCounts.map { Double($0) / Double(adults) } }
        /// Shares of S0 … S6.
        public var segments: [Double] { segmentCounts.map { Double($0) / Double(adults) } }

        /// One more adult. members: of each share; values: of each mean.
        mutating func add(_ members: [Bool], _ values: [Double], type: Int, segment: Int?) {
            adults += 1
            typeCounts[type] += 1
            if let segment { segmentCounts[segment] += 1 }
            for index in members.indices where members[index] { counts[index] += 1 }
            for index in values.indices { sums[index] += values[index] }
        }
    }

    public let wave: Int
    public internal(set) var region: Group
    public internal(set) var municipalities: [Group]
    /// Adults of S0 … S6; none where the questionnaire lacks an input of the segments.
    public internal(set) var segments: [Group]
    /// Correlation between two adults of one household, by the name of the share or mean.
    public internal(set) var householdCorrelation: [(name: String, value: Double)]

    public static func == (left: PopulationTruth, right: PopulationTruth) -> Bool {
        left.wave == right.wave && left.region == right.region && left.municipalities == right.municipalities
            && left.segments == right.segments
            && left.householdCorrelation.elementsEqual(right.householdCorrelation, by: ==)
    }
}

/// One pass over all households for all waves.
struct TruthPass {
    private let population: FinitePopulation
    private let rules: DefaultSegmentRules?
    private let scores: [ScoreRule]
    private let shareFlags: [(item: Int, codes: Set<Int16>)]

    init(_ population: FinitePopulation) {
        self.population = population
        let parameters = population.parameters
        rules = DefaultSegmentRules(parameters: parameters)
        scores = parameters.truth.means.map {
            ScoreRule(items: $0.items, reversed: $0.reversed, raw: $0.raw, parameters: parameters)
        }
        shareFlags = parameters.truth.shares.map { ($0.item, Set($0.codes.map(Int16.init))) }
    }

    /// One result a wave. A household's deviations are drawn once for all waves.
    func run() -> [PopulationTruth] {
        let parameters = population.parameters
        let names = parameters.truth.shares.map(\.name) + parameters.truth.means.map(\.name)
        let tally = WaveTally(
            groups: [PopulationTruth.Group](
                repeating: emptyGroup,
                count: parameters.municipalities.count),
            segments: [PopulationTruth.Group](repeating: emptyGroup, count: DefaultSegmentRules.codes.count),
            resemblance: names.map { _ in HouseholdResemblance() })
        var tallies = [WaveTally](repeating: tally, count: parameters.waves.count)
        for household in 0..<population.householdCount { add(household, to: &tallies) }
        return tallies.enumerated().map { wave, tally in
            PopulationTruth(
                wave: wave, region: Self.sum(tally.groups, from: emptyGroup),
                municipalities: tally.groups, segments: tally.segments,
                householdCorrelation: zip(names, tally.resemblance).map { ($0, $1.correlation) })
        }
    }

    private struct WaveTally {
        var groups: [PopulationTruth.Group]
        var segments: [PopulationTruth.Group]
        var resemblance: [HouseholdResemblance]
    }

    private var emptyGroup: PopulationTruth.Group {
        PopulationTruth.Group(
            counts: [Int](repeating: 0, count: shareFlags.count), sums: [Double](repeating: 0, count: scores.count),
            typeCounts: [Int](repeating: 0, count: population.parameters.types.count),
            segmentCounts: [Int](repeating: 0, count: DefaultSegmentRules.codes.count))
    }

    private func add(_ household: Int, to tallies: inout [WaveTally]) {
        let model = population.answerModel
        let deviations = model.householdDeviations(household)
        for person in population.adults(of: household) {
            let personal = model.personDeviations(person)
            for wave in tallies.indices {
                let answers = model.answers(
                    of: person, wave: wave, in: population, household: deviations,
                    personal: personal)
                add(
                    answers, type: population.audienceType(of: person, wave: wave),
                    municipality: population.municipality(of: person), to: &tallies[wave])
            }
        }
        for wave in tallies.indices {
            for index in tallies[wave].resemblance.indices { tallies[wave].resemblance[index].closeHousehold() }
        }
    }

    private func add(_ answers: [Int16], type: Int, municipality: Int, to tally: inout WaveTally) {
        let members = shareFlags.map { $0.codes.contains(answers[$0.item]) }
        let values = scores.map { $0.value(answers) }
        let segment = rules?.segment(answers)
        tally.groups[municipality].add(members, values, type: type, segment: segment)
        if let segment { tally.segments[segment].add(members, values, type: type, segment: segment) }
        for (index, isMember) in members.enumerated() { tally.resemblance[index].add(isMember ? 1 : 0) }
        for (index, value) in values.enumerated() { tally.resemblance[members.count + index].add(value) }
    }

    private static func sum(
        _ groups: [PopulationTruth.Group], from empty: PopulationTruth.Group
    )
        -> PopulationTruth.Group
    {
        groups.reduce(into: empty) { total, group in
            total.adults += group.adults
            for index in group.counts.indices { total.counts[index] += group.counts[index] }
            for index in group.sums.indices { total.sums[index] += group.sums[index] }
            for index in group.typeCounts.indices { total.typeCounts[index] += group.typeCounts[index] }
            for index in group.segmentCounts.indices { total.segmentCounts[index] += group.segmentCounts[index] }
        }
    }
}

/// Intraclass correlation of households with two adults or more, by analysis of variance:
/// (MSB − MSW) / (MSB + (m₀ − 1)·MSW), m₀ the size corrected for unequal households. Donner 1986, Int. Stat. Rev. 54.
struct HouseholdResemblance {
    private var sum = 0.0, squares = 0.0, size = 0.0
    private var households = 0.0, people = 0.0, sizeSquares = 0.0
    private var total = 0.0, betweenRaw = 0.0, withinSquares = 0.0

    mutating func add(_ value: Double) {
        sum += value
        squares += value * value
        size += 1
    }

    mutating func closeHousehold() {
        if size > 1 {
            households += 1
            people += size
            sizeSquares += size * size
            total += sum
            betweenRaw += sum * sum / size
            withinSquares += squares - sum * sum / size
        }
        (sum, squares, size) = (0, 0, 0)
    }

    /// 0 when there are fewer than two households or nothing varies.
    var correlation: Double {
        guard households > 1 else { return 0 }
        let between = (betweenRaw - total * total / people) / (households - 1)
        let within = withinSquares / (people - households)
        let typicalSize = (people - sizeSquares / people) / (households - 1)
        let denominator = between + (typicalSize - 1) * within
        return denominator > 0 ? (between - within) / denominator : 0
    }
}
