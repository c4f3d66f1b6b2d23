import PeilTestSupport
import Testing

@testable import PeilNumerics

@Suite("Distances in whole steps")
struct SteppedDistancesTests {
    /// Points of three groups of codes, with the squares that each code adds for every centre.
    private struct Case {
        let starts = [0, 20, 45, 50]
        let squares: [SIMD8<Double>]
        let points: CodedPoints
        let clusters: Int

        init(clusters: Int, count: Int, seed: UInt64, scale: Double = 1) {
            var random = StableRandom(seed: seed)
            self.clusters = clusters
            // Few different squares, so that centres are often equally near.
            squares = (0..<50).map { code in
                var squares = SIMD8<Double>(repeating: code < 20 ? .infinity : 0)
                for lane in 0..<clusters { squares[lane] = scale * Double(random.integer(below: 6)) / 3 }
                return squares
            }
            let codes = (0..<count).flatMap { _ in
                [random.integer(below: 20), 20 + random.integer(below: 25), 45 + random.integer(below: 5)].map {
                    UInt16($0)
                }
            }
            points = CodedPoints(
                codes: codes, groups: 3, codeCount: 50, units: [Int64](repeating: 1, count: count))
        }

        func distances(_ point: Int) -> [Double] {
            let codes = points.codes[(3 * point)..<(3 * point + 3)]
            return (0..<clusters).map { lane in codes.reduce(0) { $0 + squares[Int($1)][lane] }.squareRoot() }
        }
    }

    private static func all(_ count: Int) -> PendingPoints {
        var pending = PendingPoints(block: count)
        pending.list(
            0..<count, [UInt16](repeating: 0, count: count), [Float](repeating: 0, count: count), [.infinity])
        return pending
    }

    @Test(
        "The nearest centre and a gap that promises too little rather than too much, the same each way",
        arguments: [2, 3, 5, 8], [1, 7, 8, 1021])
    func find(clusters: Int, count: Int) throws {
        for scale in [1, 1e-30, 3e40] {
            let own = Case(clusters: clusters, count: count, seed: UInt64(100 * clusters + count), scale: scale)
            let stepped = try #require(
                SteppedDistances(own.squares, groupStarts: own.starts, clusters: clusters))
            let pending = Self.all(count)
            #expect(pending.count == count)
            var plain: [SteppedDistances.Near] = []
            for way in CentreWay.known {
                var found = [SteppedDistances.Near](repeating: SteppedDistances.Near(), count: count)
                stepped.find(own.points, pending, &found, way: way)
                if way == .portable { plain = found }
                #expect(found.map(\.gap) == plain.map(\.gap) && found.map(\.index) == plain.map(\.index), "\(way)")
            }
            for point in 0..<count {
                let distances = own.distances(point)
                let sorted = distances.sorted()
                let gap = Double(plain[point].gap)
                #expect(gap <= sorted[1] - sorted[0])
                if sorted[1] > sorted[0] * (1 + 1e-3) {
                    #expect(distances[Int(plain[point].index)] == sorted[0])
                    #expect(gap > (sorted[1] - sorted[0]) * 0.999 - 1e-3 * sorted[1])
                }
            }
        }
    }

    @Test("One centre, nine, and squares at the ends of a double are for others")
    func unfit() {
        let own = Case(clusters: 8, count: 1, seed: 1)
        for clusters in [1, 9] {
            #expect(SteppedDistances(own.squares, groupStarts: own.starts, clusters: clusters) == nil)
        }
        for scale in [0, 1e-300, 1e300] {
            let far = Case(clusters: 4, count: 1, seed: 2, scale: scale)
            #expect(SteppedDistances(far.squares, groupStarts: far.starts, clusters: 4) == nil)
        }
    }

    @Test("Who may move is listed, the same each way", arguments: [1, 3, 9, 15, 16, 40])
    func list(clusters: Int) {
        var random = StableRandom(seed: UInt64(clusters))
        let drift = (0..<clusters).map { _ in Float(random.uniform()) } + [.infinity]
        // Labels beyond are in no cluster.
        let labels = (0..<3000).map { _ in UInt16(random.integer(below: clusters + 3)) }
        let slack = labels.map { label -> Float in
            switch random.integer(below: 5) {
            case 0: -.infinity
            case 1: drift[min(Int(label), clusters)]
            default: Float(random.uniform())
            }
        }
        for range in [0..<3000, 5..<5, 17..<18, 1000..<1016, 2001..<2999] {
            let expected = range.filter { !(drift[min(Int(labels[$0]), clusters)] < slack[$0]) }
            for way in CentreWay.known {
                var pending = PendingPoints(block: range.count)
                pending.list(range, labels, slack, drift, way: way)
                #expect(pending.listed.prefix(pending.count).map { Int($0) } == expected, "\(way), \(range)")
            }
        }
    }
}
