import PeilNumerics
import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

@Suite("Stability of segments")
struct SegmentStabilityTests {
    /// Twelve strata of five units, four people each.
    private static func design(_ rows: Int, _ weights: [Double]) throws -> SampleDesign {
        let table = Table.of(numbers: [
            "w": weights.map { $0 }, "h": (0..<rows).map { Double($0 % 12) }, "u": (0..<rows).map { Double($0 % 60) }
        ])
        return try SampleDesign(DesignColumns(weights: "w", strata: ["h"], clusters: ["u"]), of: table)
    }

    private static func assess(
        _ data: KnownSegments, clusters: Int, resamples: Int = 20, seed: UInt64 = 5, threads: Int = 1
    ) throws -> StabilityReport {
        let method = try WeightedKMeans(
            items: data.items, clusters: clusters, starts: 6, minimumAnswered: 3, seed: 2)
        return try SegmentStability(resamples: resamples, seed: seed).assess(
            method, data.table, try design(data.weights.count, data.weights), threads: threads)
    }

    @Test("Segments that lie apart come back; ones that are cut out of one cloud do not")
    func kinds() throws {
        let clear = try Self.assess(.numbers(rows: 240, items: 5, segments: 3, seed: 1), clusters: 3)
        #expect(clear.segments.count == 3 && clear.segments.map(\.code) == ["K1", "K2", "K3"])
        #expect(clear.segments.allSatisfy { $0.jaccard.mean > 0.9 && $0.standing == .highlyStable })
        #expect(clear.segments.allSatisfy { $0.recovered == 1 && $0.dissolved == 0 })
        #expect(clear.amongResamples.mean > 0.9 && clear.withReference.mean > 0.9 && clear.matchedShare.mean > 0.95)
        #expect(clear.kind(separation: 0.7) == .natural && clear.kind(separation: 0.3) == .reproducible)
        let cloud = try Self.assess(.numbers(rows: 240, items: 5, segments: 1, seed: 1), clusters: 5)
        #expect(cloud.amongResamples.mean < 0.6)
        #expect(cloud.kind(separation: 0.9) == .constructive)
        #expect(cloud.segments.contains { $0.standing == .unstable })
    }

    @Test("Means, deviations and shares are of the resamples")
    func adds() throws {
        let report = try Self.assess(.answers(rows: 240, items: 5, segments: 3, seed: 3), clusters: 4, resamples: 8)
        #expect(report.resamples == 8 && report.failed == 0)
        for segment in report.segments {
            #expect(segment.jaccard.least <= segment.jaccard.mean && segment.jaccard.mean <= 1)
            #expect((segment.recovered * 8).rounded() == segment.recovered * 8)
            #expect(segment.recovered + segment.dissolved <= 1)
        }
    }

    @Test("The same on any number of threads; another seed draws others")
    func threads() throws {
        let data = KnownSegments.answers(rows: 180, items: 5, segments: 3, seed: 6)
        let one = try Self.assess(data, clusters: 3, resamples: 6)
        #expect(try Self.assess(data, clusters: 3, resamples: 6, threads: 3) == one)
        #expect(try Self.assess(data, clusters: 3, resamples: 6, seed: 6) != one)
    }

    @Test("Every unit alone in its stratum under `certainty`: nothing varies")
    func certainty() throws {
        let data = KnownSegments.answers(rows: 60, items: 5, segments: 3, seed: 6)
        let table = Table.of(numbers: ["h": (0..<60).map { Double($0) }])
        let design = try SampleDesign(DesignColumns(strata: ["h"]), of: table).reweighted(data.weights)
        let method = try WeightedKMeans(items: data.items, clusters: 3, starts: 6, minimumAnswered: 3, seed: 2)
        let report = try SegmentStability(resamples: 4, seed: 1, lonelyPSU: .certainty)
            .assess(method, data.table, design)
        #expect(report.segments.allSatisfy { $0.jaccard.mean == 1 && $0.jaccard.deviation == 0 })
        #expect(report.amongResamples.least == 1)
        #expect(throws: ReplicateError.self) {
            try SegmentStability(resamples: 4, seed: 1).assess(method, data.table, design)
        }
    }

    @Test("A number of resamples that makes no pairs is refused")
    func errors() {
        for resamples in [0, 1, 7, 100_002] {
            #expect(throws: SegmentationError.self) { try SegmentStability(resamples: resamples, seed: 1) }
        }
    }
}

@Suite("Separation of segments")
struct CentroidSeparationTests {
    @Test("Distances to borders by hand")
    func byHand() throws {
        let table = Table.of(numbers: ["a": [0, 10, 4, nil], "b": [0, 0, 0, nil]])
        let method = try WeightedKMeans(
            items: ["a", "b"], clusters: 2, minimumAnswered: 2, seed: 1, isStandardised: false,
            initialCentres: [[0, 0], [10, 0]])
        let model = try method.fit(table, weights: [3, 2, 0, 0])
        #expect(model.centres == [[0, 0], [10, 0]])
        let separation = try model.separation(table, weights: [3, 2, 5, 9], margin: 1.5)
        // Row 2 lies 1 from the border at 5; silhouettes are 1, 1 and (6 − 4) / 6.
        expectClose(separation.silhouettes[0], (3 + 5.0 / 3) / 8, relative: 1e-15, source: "by hand")
        #expect(separation.silhouettes[1] == 1)
        expectClose(separation.silhouette, (5 + 5.0 / 3) / 10, relative: 1e-15, source: "by hand")
        #expect(separation.nearBorder == [5.0 / 8, 0] && separation.nearBorderOverall == 0.5)
        #expect(try model.separation(table, weights: [3, 2, 5, 9], margin: 0.9).nearBorderOverall == 0)
        #expect(throws: SegmentationError.nobodyPlaced) { try model.separation(table, weights: [0, 0, 0, 9]) }
    }
}
