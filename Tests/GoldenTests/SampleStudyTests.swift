import Foundation
import PeilNumerics
import PeilStatistics
import PeilStudy
import PeilTable
import PeilTestSupport
import Testing

/// The sample study's research results against R's survey package (Debian's 4.1-1). The answers were coded in R
/// from the delivered file (Scripts/golden/prepare.R), not by peil, so coding is compared too. Standard errors
/// after raking are those of calibrate() with the raking distance, the base-weighted regression; rake() centres on
/// unweighted means.
struct SampleStudyTests {
    static let tolerance = 1e-8
    static let waves = ["golf1", "golf2"]

    @Test("Every number of R's survey comes out of peil", arguments: waves)
    func agreesWithR(wave: String) throws {
        let golden = try Golden(wave: wave)
        let prepared = try preparedWave(wave)
        #expect(prepared.table.rowCount == golden.rows, "respondents kept")
        let study = try Study(at: sampleStudy)
        let base = try SampleDesign(study.design.columns, of: prepared.table)
        try compare(golden, "base", Estimation(base, engine: VarianceEngine(lonelyPSU: .adjust)), prepared.table)
        try compare(golden, "calibrated", prepared.estimation, prepared.table)
    }

    private func compare(_ golden: Golden, _ name: String, _ estimation: Estimation, _ table: Table) throws {
        let design = try golden.design(name)
        #expect(estimation.design.degreesOfFreedom == design.degreesOfFreedom)
        for (index, weight) in design.firstWeights.enumerated() {
            expectClose(
                estimation.design.weights[index], weight, relative: Self.tolerance,
                source: "weight \(index), \(name), \(golden.source)")
        }
        #expect(design.rows.count >= 100, "the golden file holds the statistics it is meant to")
        for row in design.rows { try compare(row, estimation, table, "\(name), \(golden.source)") }
    }

    private func compare(_ row: Golden.Row, _ estimation: Estimation, _ table: Table, _ source: String) throws {
        let place = "\(row.statistic) of \(row.variable) \(row.area ?? "") \(row.method ?? ""), \(source)"
        let grouping =
            row.area == nil
            ? Grouping.everyone(rowCount: table.rowCount)
            : Grouping.cross([("gemeente", try table.column("gemeente"))])
        let group = try #require(row.area.map { area in grouping.keys.firstIndex { $0[0] == area } } ?? 0)
        let result: GroupedEstimates =
            switch row.statistic {
            case "mean", "prop_ci": try estimation.estimate(MeanEstimator([row.variable], of: table), by: grouping)
            case "total": try estimation.estimate(TotalEstimator([row.variable], of: table), by: grouping)
            case "variance": try estimation.estimate(VarianceEstimator([row.variable], of: table), by: grouping)
            default:
                try estimation.estimate(
                    RatioEstimator(
                        String(row.variable.split(separator: "/")[0]),
                        over: String(row.variable.split(separator: "/")[1]), of: table), by: grouping)
            }
        let estimate = try #require(result.value(group, 0))
        let error = try #require(result.standardError(group, 0))
        expectClose(estimate, row.estimate, relative: Self.tolerance, source: place)
        expectClose(error, row.standardError, relative: Self.tolerance, source: "standard error of " + place)
        if let count = row.count { #expect(result.counts[group] == count) }
        guard let method = row.method.flatMap(ProportionInterval.init(rawValue:)) else { return }
        #expect(result.completeDegreesOfFreedom[group] == row.degreesOfFreedom)
        let interval = try #require(
            ConfidenceInterval.share(
                estimate, standardError: error, count: result.counts[group],
                effectiveN: result.effectiveSampleSize(group),
                degreesOfFreedom: result.completeDegreesOfFreedom[group], level: 0.95, method: method))
        expectClose(interval.lower, try #require(row.lower), relative: Self.tolerance, source: "lower end of " + place)
        expectClose(interval.upper, try #require(row.upper), relative: Self.tolerance, source: "upper end of " + place)
    }
}

/// The checkout, found from this file.
let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path()
let sampleStudy = checkout + "/Data/haaglanden"

func preparedWave(_ id: String) throws -> StudyRun.Prepared {
    let study = try Study(at: sampleStudy)
    let wave = try #require(study.waves.first { $0.id == id })
    return try StudyRun(study, wave: wave).prepare()
}
