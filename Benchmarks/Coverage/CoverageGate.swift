import PeilNumerics

/// Bounds that mean coverage and the coverage of each statistic have to meet, and what did not.
///
/// A run of the full number of surveys is held to the bounds as they stand. A shorter one gets the noise of its own
/// counting on top: for each statistic as many binomial standard deviations as m exact intervals together exceed once in
/// a hundred runs (Bonferroni), for the mean three standard errors.
struct CoverageGate {
    let meanBounds: ClosedRange<Double>
    let eachBounds: ClosedRange<Double>
    let mean: Double
    let outside: [StatisticCoverage]
    /// Statistics that exact intervals would have outside by chance.
    let expectedByChance: Double

    var meanHolds: Bool { meanBounds.contains(mean) }
    var holds: Bool { meanHolds && outside.isEmpty }

    init(_ statistics: [StatisticCoverage], surveys: Int, noiseOfMean: Double, isFull: Bool) {
        let level = CoverageSettings.level
        let deviation = (level * (1 - level) / Double(max(1, surveys))).squareRoot()
        let count = Double(max(1, statistics.count))
        let room = isFull ? 0 : deviation * StandardNormal.quantile(1 - 0.005 / count)
        meanBounds = Self.widened(CoverageSettings.meanBounds, by: isFull ? 0 : 3 * noiseOfMean)
        let each = Self.widened(CoverageSettings.eachBounds, by: room)
        eachBounds = each
        mean = statistics.reduce(0) { $0 + $1.coverage } / count
        outside = statistics.filter { !each.contains($0.coverage) }
        let inside =
            StandardNormal.cumulative((each.upperBound - level) / deviation)
            - StandardNormal.cumulative((each.lowerBound - level) / deviation)
        expectedByChance = Double(statistics.count) * (1 - inside)
    }

    private static func widened(_ range: ClosedRange<Double>, by room: Double) -> ClosedRange<Double> {
        max(0, range.lowerBound - room)...min(1, range.upperBound + room)
    }
}
