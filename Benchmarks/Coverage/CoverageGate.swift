import PeilNumerics

/// Bounds that mean coverage and the coverage of each statistic have to meet, and what did not.
///
/// A run of the full number of surveys is held to the bounds as they stand. A shorter one gets the noise of its own
/// counting on top: for each statistic as many binomial standard deviations as m exact intervals together exceed once in
/// a hundred runs (Bonferroni), for the mean three standard errors. What a long run found outside is no news to a
/// shorter one: such a statistic must not be worse than it was, give or take the same noise.
struct CoverageGate {
    let meanBounds: ClosedRange<Double>
    let eachBounds: ClosedRange<Double>
    let mean: Double
    let outside: [StatisticCoverage]
    /// Statistics that exact intervals would have outside by chance.
    let expectedByChance: Double

    var meanHolds: Bool { meanBounds.contains(mean) }
    var holds: Bool { meanHolds && outside.isEmpty }

    /// - Parameter known: coverage that a long run found.
    init(
        _ statistics: [StatisticCoverage], surveys: Int, noiseOfMean: Double, isFull: Bool,
        known: [Statistic: Double] = [:]
    ) {
        let noise = CountingNoise(surveys: surveys, statistics: statistics.count)
        meanBounds = Self.widened(CoverageSettings.meanBounds, by: isFull ? 0 : 3 * noiseOfMean)
        let each = Self.widened(
            CoverageSettings.eachBounds, by: isFull ? 0 : noise.room(at: CoverageSettings.level))
        eachBounds = each
        mean = statistics.reduce(0) { $0 + $1.coverage } / Double(max(1, statistics.count))
        outside = statistics.filter { own in
            guard !each.contains(own.coverage) else { return false }
            guard !isFull, let before = known[own.statistic] else { return true }
            return abs(own.coverage - before) > noise.room(at: before)
        }
        expectedByChance = Double(statistics.count) * noise.chance(outside: each)
    }

    private static func widened(_ range: ClosedRange<Double>, by room: Double) -> ClosedRange<Double> {
        max(0, range.lowerBound - room)...min(1, range.upperBound + room)
    }
}

/// What counting some surveys adds to a coverage.
private struct CountingNoise {
    let surveys: Int
    let statistics: Int

    private func deviation(at coverage: Double) -> Double {
        (coverage * (1 - coverage) / Double(max(1, surveys))).squareRoot()
    }

    func room(at coverage: Double) -> Double {
        deviation(at: coverage) * StandardNormal.quantile(1 - 0.005 / Double(max(1, statistics)))
    }

    /// The chance that an exact interval is counted outside. No count lies above 1.
    func chance(outside bounds: ClosedRange<Double>) -> Double {
        let level = CoverageSettings.level
        let above = bounds.upperBound < 1 ? (bounds.upperBound - level) / deviation(at: level) : .infinity
        let below = (bounds.lowerBound - level) / deviation(at: level)
        return (above.isFinite ? StandardNormal.upperTail(above) : 0) + StandardNormal.cumulative(below)
    }
}
