import PeilNumerics
import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

@testable import PeilStudy

@Suite("Intervals of a report")
struct ReportedIntervalTests {
    /// 200 people in a light stratum, 20 in a heavy one; `cases` of the light ones, and none of the heavy ones, gave the answer.
    private func estimates(cases: Int) throws -> GroupedEstimates {
        let table = Table.of(
            numbers: [
                "w": (0..<220).map { $0 < 200 ? 1 : 30 }, "h": (0..<220).map { $0 < 200 ? 0 : 1 },
                "y": (0..<220).map { $0 < cases ? 1 : 0 }
            ])
        let design = try SampleDesign(DesignColumns(weights: "w", strata: ["h"]), of: table)
        return try Estimation(design, engine: VarianceEngine()).estimate(
            MeanEstimator(["y"], of: table), by: .everyone(rowCount: 220))
    }

    @Test("Cases that the heavy stratum happens to lack do not make the interval narrow")
    func rare() throws {
        let few = try estimates(cases: 12)
        let share = try #require(few.value(0, 0))
        let error = try #require(few.standardError(0, 0))
        let kish = try #require(few.effectiveSampleSize(0))
        let floor = (share * (1 - share) / kish).squareRoot()
        #expect(error < floor / 2, "the design's own error is far too small here")
        let own = try #require(few.reportedInterval(0, 0, isShare: true))
        let peer = try #require(
            ConfidenceInterval.share(
                share, standardError: floor, count: 220, effectiveN: kish,
                degreesOfFreedom: few.degreesOfFreedom[0], level: 0.95, method: .beta))
        expectClose(own.lower, peer.lower, relative: 1e-12, source: "beta with √(p(1 − p)/n), n Kish’s")
        expectClose(own.upper, peer.upper, relative: 1e-12, source: "beta with √(p(1 − p)/n), n Kish’s")
    }

    @Test("A design that costs more than weights alone keeps its own error")
    func clustered() throws {
        let table = Table.of(numbers: [
            "w": [Double](repeating: 1, count: 120), "c": (0..<120).map { Double($0 / 12) },
            "y": (0..<120).map { $0 < 12 ? 1 : 0 }
        ])
        let design = try SampleDesign(DesignColumns(weights: "w", clusters: ["c"]), of: table)
        let found = try Estimation(design, engine: VarianceEngine()).estimate(
            MeanEstimator(["y"], of: table), by: .everyone(rowCount: 120))
        #expect(found.unseenVariance(ofShare: 0.1, standardError: try #require(found.standardError(0, 0)), 0) == 0)
    }
}
