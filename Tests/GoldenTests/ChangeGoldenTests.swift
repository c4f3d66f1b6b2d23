import Foundation
import PeilStatistics
import PeilStudy
import PeilTable
import PeilTestSupport
import Testing

/// Change between the sample study's waves, calibrated each on its own margins, with households in both: variances by R's
/// survey 4.1-1, the covariance by whole matrices in R (Scripts/golden/change.R).
struct ChangeGoldenTests {
    private struct Document: Decodable {
        struct Row: Decodable {
            let variable: String
            let gemeente: String?
            let before: Double
            let now: Double
            let v_before: Double
            let v_now: Double
            let covariance: Double
            let se: Double
        }
        let rows: [Row]
    }

    @Test func agreesWithR() throws {
        let path = URL(filePath: checkout + "/Tests/Golden/change.json")
        let golden = try JSONDecoder().decode(Document.self, from: Data(contentsOf: path))
        #expect(golden.rows.count == 20)
        let waves = try ["golf1", "golf2"].map { try preparedWave($0) }
        for row in golden.rows {
            let made = try waves.map { wave -> WaveEstimates in
                let table = wave.table
                let areas = Grouping.cross([("gemeente", try table.column("gemeente"))])
                return try WaveEstimates(
                    "", wave.estimation, MeanEstimator([row.variable], of: table),
                    by: row.gemeente == nil ? .everyone(rowCount: table.rowCount) : areas,
                    names: SamplingUnitNames(
                        wave.estimation.design, labels: try table.column("hh_id").rowLabels(), withinStrata: false))
            }
            let both = OverlappingWaves(made[0], made[1])
            let group = try #require(both.group(row.gemeente.map { [$0] } ?? []))
            let outcome = try #require(try both.outcome(of: ParameterLabel(row.variable), in: group))
            let parts = try #require(outcome.variances)
            let source = "\(row.variable) \(row.gemeente ?? "region"), Scripts/golden/change.R"
            for (own, peer) in [
                (outcome.first, row.before), (outcome.second, row.now), (parts.first, row.v_before),
                (parts.second, row.v_now), (parts.shared, row.covariance),
                (try #require(outcome.standardError), row.se)
            ] { expectClose(own, peer, relative: 1e-8, source: source) }
        }
    }
}
