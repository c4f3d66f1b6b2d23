import PeilNumerics
import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

@Suite("Weighted k-means")
struct WeightedKMeansTests {
    /// Three clouds of unequal size, some answers missing.
    private static func cloud(_ count: Int, seed: UInt64 = 1) -> (a: [Double?], b: [Double?], weights: [Double]) {
        var random = StableRandom(seed: seed)
        var a: [Double?] = []
        var b: [Double?] = []
        var weights: [Double] = []
        for row in 0..<count {
            let kind = [0, 0, 0, 1, 1, 2][row % 6]
            a.append([0, 8, 4][kind] + random.normal())
            b.append(row % 17 == 5 ? nil : [0, 1, 9][kind] + random.normal())
            weights.append(0.5 + random.uniform())
        }
        return (a, b, weights)
    }

    private static func fit(
        _ a: [Double?], _ b: [Double?], _ weights: [Double], minimum: Int = 1, threads: Int = 1,
        clusters: Int = 3
    ) throws -> [String] {
        let fit = try WeightedKMeans(
            inputs: ["a", "b"], clusters: clusters, starts: 12, minimumAnswered: minimum, seed: 9
        )
        .fit(.of(numbers: ["a": a, "b": b]), weights: weights, threads: threads)
        return fit.codeOfRow.map { fit.codes[Int($0)] }
    }

    @Test("Clouds that lie apart are found, named by falling size")
    func clouds() throws {
        let data = Self.cloud(300)
        let labels = try Self.fit(data.a, data.b, data.weights)
        let expected = (0..<300).map { "K\([1, 1, 1, 2, 2, 3][$0 % 6])" }
        let wrong = zip(labels, expected).count { $0 != $1 }
        #expect(wrong <= 9, "the clouds overlap by some 2 %; the rows with a missing answer stand at the mean")
    }

    @Test("A row of weight 2 counts like the row twice")
    func doubledRow() throws {
        let data = Self.cloud(60)
        let twice = (0..<60).filter { $0 % 5 == 0 }
        let heavy = data.weights.indices.map { twice.contains($0) ? 2 * data.weights[$0] : data.weights[$0] }
        let once = try Self.fit(data.a, data.b, heavy)
        let doubled = try Self.fit(
            data.a + twice.map { data.a[$0] }, data.b + twice.map { data.b[$0] },
            data.weights + twice.map { data.weights[$0] })
        #expect(Array(doubled[..<60]) == once)
        #expect(Array(doubled[60...]) == twice.map { once[$0] })
    }

    @Test("The order of the rows changes nothing", arguments: [1, 2, 3] as [UInt64])
    func rowOrder(seed: UInt64) throws {
        let data = Self.cloud(120)
        var order = Array(0..<120)
        var random = StableRandom(seed: seed)
        random.shuffle(&order)
        let labels = try Self.fit(data.a, data.b, data.weights)
        let shuffled = try Self.fit(order.map { data.a[$0] }, order.map { data.b[$0] }, order.map { data.weights[$0] })
        #expect(shuffled == order.map { labels[$0] })
    }

    @Test("The number of threads changes nothing", arguments: [2, 5])
    func threads(threads: Int) throws {
        let data = Self.cloud(120)
        #expect(try Self.fit(data.a, data.b, data.weights, threads: threads) == Self.fit(data.a, data.b, data.weights))
    }

    @Test("Rows with too few answers and rows without weight are not placed")
    func unplaced() throws {
        let data = Self.cloud(60)
        var weights = data.weights
        weights[0] = 0
        let labels = try Self.fit(data.a, data.b, weights, minimum: 2)
        for row in 0..<60 { #expect((labels[row] == "S0") == (row == 0 || data.b[row] == nil)) }
    }

    @Test("The result names its seed, and how often the best solution was reached")
    func facts() throws {
        let data = Self.cloud(120)
        let fit = try WeightedKMeans(inputs: ["a", "b"], clusters: 3, starts: 12, minimumAnswered: 1, seed: 9)
            .fit(.of(numbers: ["a": data.a, "b": data.b]), weights: data.weights)
        #expect(fit.seed == 9 && fit.codes == ["K1", "K2", "K3", "S0"])
        let reached = try #require(fit.bestReached)
        #expect(reached.of == 12 && (1...12).contains(reached.by))
    }

    @Test("What cannot be clustered is refused")
    func errors() throws {
        #expect(throws: SegmentationError.noInputs) {
            try WeightedKMeans(inputs: [], clusters: 2, minimumAnswered: 1, seed: 1)
        }
        #expect(throws: SegmentationError.self) {
            try WeightedKMeans(inputs: ["a"], clusters: 1, minimumAnswered: 1, seed: 1)
        }
        #expect(throws: SegmentationError.self) {
            try WeightedKMeans(inputs: ["a"], clusters: 2, starts: 0, minimumAnswered: 1, seed: 1)
        }
        #expect(throws: SegmentationError.constantInput("b")) { try Self.fit([1, 2, 3], [4, 4, 4], [1, 1, 1]) }
        #expect(throws: SegmentationError.tooFewDistinctPoints(wanted: 3, found: 2)) {
            try Self.fit([1, 2, 1, 2], [4, 5, 4, 5], [1, 1, 1, 1])
        }
    }
}
