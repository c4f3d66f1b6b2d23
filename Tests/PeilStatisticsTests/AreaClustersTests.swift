import PeilNumerics
import PeilStatistics
import PeilTestSupport
import Testing

@Suite("Clusters of areas")
struct AreaClustersTests {
    @Test("Ward's tree as scipy builds it", arguments: WardReference.all)
    func ward(reference: WardReference) {
        var points = DenseMatrix(rows: reference.points, columns: reference.axes)
        for row in 0..<reference.points {
            for axis in 0..<reference.axes {
                let whole = (row * 29 + axis * 13 + row * row * axis) % 37
                points[row, axis] = Double(whole) + Double(row) / 100
            }
        }
        let tree = WardTree(points)
        #expect(tree.merges.map { [$0.first, $0.second] } == reference.pairs)
        for (merge, height) in zip(tree.merges, reference.heights) {
            expectClose(merge.height, height, relative: 1e-12, source: "scipy linkage; Scripts/golden/kmeans.py")
        }
        #expect(tree.merges.last?.size == reference.points)
    }

    @Test("What a union adds to the squares within groups is half its height squared")
    func squares() {
        let points = Self.areas(24, spread: 1).estimates
        let tree = WardTree(points)
        for groups in 1..<24 {
            let before = Self.within(points, tree.groups(groups + 1))
            let after = Self.within(points, tree.groups(groups))
            let height = tree.merges[24 - groups - 1].height
            expectClose(after - before, height * height / 2, relative: 1e-9, absolute: 1e-12, source: "Ward 1963")
        }
        for (earlier, later) in zip(tree.merges, tree.merges.dropFirst()) {
            #expect(earlier.height <= later.height * (1 + 1e-12))
        }
    }

    private static func within(_ points: DenseMatrix, _ groups: [Int]) -> Double {
        var sum = 0.0
        for group in Set(groups).sorted() {
            let own = groups.indices.filter { groups[$0] == group }
            for axis in 0..<points.columns {
                let mean = own.reduce(0) { $0 + points[$1, axis] } / Double(own.count)
                sum += own.reduce(0) { $0 + (points[$1, axis] - mean) * (points[$1, axis] - mean) }
            }
        }
        return sum
    }

    /// Three kinds of areas, 4 : 2 : 1, on two indicators with errors of size `spread`.
    private static func areas(
        _ count: Int, spread: Double
    ) -> (names: [String], estimates: DenseMatrix, covariance: DenseMatrix, truth: [Int]) {
        var random = StableRandom(seed: 12)
        let truth = (0..<count).map { [0, 0, 1, 0, 2, 1, 0][$0 % 7] }
        var estimates = DenseMatrix(rows: count, columns: 2)
        var covariance = DenseMatrix(rows: 2 * count, columns: 2 * count)
        for area in 0..<count {
            estimates[area, 0] = [10, 30, 50][truth[area]] + spread * random.normal()
            estimates[area, 1] = [0.3, 0.1, 0.5][truth[area]] + 0.01 * spread * random.normal()
            covariance[2 * area, 2 * area] = spread * spread
            covariance[2 * area + 1, 2 * area + 1] = 1e-4 * spread * spread
            covariance[2 * area, 2 * area + 1] = 0.5e-2 * spread * spread
            covariance[2 * area + 1, 2 * area] = 0.5e-2 * spread * spread
        }
        return ((0..<count).map { "a\($0)" }, estimates, covariance, truth)
    }

    private static func groups(
        _ count: Int, spread: Double, groups: Int? = nil, seed: UInt64 = 3, threads: Int = 1
    ) throws -> (result: AreaGroups, truth: [Int]) {
        let data = areas(count, spread: spread)
        let result = try AreaClusters(groups: groups, seed: seed).cluster(
            areas: data.names, indicators: ["mean", "share"], estimates: data.estimates,
            covariance: data.covariance, threads: threads)
        return (result, data.truth)
    }

    @Test("Kinds of areas that lie apart are found, and sure; how many there are shows in the heights")
    func clear() throws {
        let (result, truth) = try Self.groups(28, spread: 0.5)
        #expect(result.choice.groups == 3 && !result.choice.isGiven)
        #expect(try #require(result.choice.leap) > 3)
        #expect(result.groupOfArea == truth)
        #expect(result.sureness.allSatisfy { $0 == 1 })
        for first in 0..<28 {
            for second in 0..<28 {
                #expect(result.together[first, second] == (truth[first] == truth[second] ? 1 : 0))
            }
        }
        #expect(result.scales.allSatisfy { !$0.isMostlyNoise && $0.reliability > 0.99 })
        #expect(!result.isDescriptive)
    }

    @Test("Where sampling error is as large as the differences, groups are unsure")
    func blurred() throws {
        let (result, _) = try Self.groups(14, spread: 14, groups: 3)
        #expect(result.choice.isGiven && result.isDescriptive)
        #expect(result.sureness.reduce(0, +) / 14 < 0.9)
        #expect(result.sureness.allSatisfy { $0 > 0.2 && $0 <= 1 })
    }

    @Test("An indicator that is mostly error is divided by its whole spread, and says so")
    func noise() throws {
        var data = Self.areas(14, spread: 1)
        for area in 0..<14 { data.covariance[2 * area, 2 * area] = 1e5 }
        let result = try AreaClusters(draws: 0, seed: 1).cluster(
            areas: data.names, indicators: ["mean", "share"], estimates: data.estimates, covariance: data.covariance)
        #expect(result.scales[0].isMostlyNoise && result.scales[0].reliability == 0)
        let values = (0..<14).map { data.estimates[$0, 0] }
        let mean = values.reduce(0, +) / 14
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 13
        expectClose(result.scales[0].spread, variance.squareRoot(), relative: 1e-13, source: "standard deviation")
        #expect(!result.scales[1].isMostlyNoise && result.draws == 0)
    }

    @Test("Estimates without error, as of a full count, are as sure as can be")
    func withoutError() throws {
        let data = Self.areas(14, spread: 1)
        let result = try AreaClusters(draws: 5, seed: 1).cluster(
            areas: data.names, indicators: ["mean", "share"], estimates: data.estimates,
            covariance: DenseMatrix(rows: 28, columns: 28))
        #expect(result.sureness.allSatisfy { $0 == 1 } && result.scales.allSatisfy { $0.reliability == 1 })
    }

    @Test("What sampling adds to the spread, with areas that depend on each other")
    func netSpread() throws {
        var data = Self.areas(14, spread: 1)
        // The same error in all areas adds nothing to the differences between them.
        for first in 0..<14 { for second in 0..<14 { data.covariance[2 * first, 2 * second] += 400 } }
        let result = try AreaClusters(draws: 5, seed: 1).cluster(
            areas: data.names, indicators: ["mean", "share"], estimates: data.estimates, covariance: data.covariance)
        let values = (0..<14).map { data.estimates[$0, 0] }
        let mean = values.reduce(0, +) / 14
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 13
        expectClose(
            result.scales[0].spread, (variance - 1).squareRoot(), relative: 1e-10,
            source: "variance 1 of each area's own")
    }

    @Test("The same on any number of threads; another seed draws others")
    func threads() throws {
        let one = try Self.groups(14, spread: 8).result
        #expect(try Self.groups(14, spread: 8, threads: 3).result == one)
        #expect(try Self.groups(14, spread: 8, seed: 4).result.together != one.together)
    }

    @Test("What cannot be grouped is refused by name")
    func errors() throws {
        let data = Self.areas(7, spread: 1)
        func cluster(
            _ change: (inout DenseMatrix, inout DenseMatrix) -> Void, groups: Int? = nil
        ) throws -> AreaGroups {
            var (estimates, covariance) = (data.estimates, data.covariance)
            change(&estimates, &covariance)
            return try AreaClusters(groups: groups, seed: 1).cluster(
                areas: data.names, indicators: ["mean", "share"], estimates: estimates, covariance: covariance)
        }
        #expect(throws: AreaClusterError.notFinite(area: "a3", indicator: "share")) {
            try cluster { e, _ in e[3, 1] = .nan }
        }
        #expect(throws: AreaClusterError.notFinite(area: "a2", indicator: "mean")) {
            try cluster { _, v in v[4, 4] = -1 }
        }
        #expect(throws: AreaClusterError.constantIndicator("mean")) {
            try cluster { e, _ in for area in 0..<7 { e[area, 0] = 5 } }
        }
        #expect(throws: AreaClusterError.badCovariance) { try cluster { _, v in (v[0, 2], v[2, 0]) = (9, 9) } }
        #expect(throws: AreaClusterError.self) { try cluster({ _, _ in }, groups: 7) }
        #expect(throws: AreaClusterError.self) { try AreaClusters(groups: 1, seed: 1) }
        #expect(throws: AreaClusterError.tooFewAreas(found: 2)) {
            try AreaClusters(seed: 1).cluster(
                areas: ["a", "b"], indicators: ["i"], estimates: DenseMatrix(rows: 2, columns: 1, storage: [1, 2]),
                covariance: DenseMatrix(rows: 2, columns: 2))
        }
    }
}
