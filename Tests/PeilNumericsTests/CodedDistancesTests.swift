import PeilNumerics
import PeilTestSupport
import Testing

@Suite("Distances by table")
struct CodedDistancesTests {
    /// Points with five coordinates, in two groups of 27 and 9 codes.
    private struct Grid {
        let starts = [0, 27, 36]
        let coordinates: [Double]
        let points: CodedPoints

        init(count: Int, values: [Double] = [-1.25, 0.1, 2]) {
            var coordinates: [Double] = []
            for code in 0..<27 { coordinates += [values[code / 9], values[code / 3 % 3], values[code % 3]] }
            for code in 0..<9 { coordinates += [values[code / 3], values[code % 3], 0] }
            self.coordinates = coordinates
            var random = StableRandom(seed: 8)
            let codes = (0..<count).flatMap { _ in
                [UInt16(random.integer(below: 27)), UInt16(27 + random.integer(below: 9))]
            }
            points = CodedPoints(codes: codes, groups: 2, codeCount: 36, units: (0..<count).map { Int64($0 % 7 + 1) })
        }

        func table(_ centres: [[Double]]) -> CodedDistances {
            CodedDistances(coordinates: coordinates, groupStarts: starts, centres: centres.map { $0 + [0] })
        }

        func numbers(_ point: Int) -> [Double] {
            let codes = points.codes[(2 * point)..<(2 * point + 2)].flatMap { code in
                coordinates[(3 * Int(code))..<(3 * Int(code) + 3)]
            }
            return Array(codes.prefix(5))
        }
    }

    private static func centres(_ count: Int, _ random: inout StableRandom) -> [[Double]] {
        (0..<count).map { _ in (0..<5).map { _ in 2 * random.normal() } }
    }

    @Test("Every point gets the centre that single distances give, round after round", arguments: [2, 5, 8, 9, 20])
    func assign(clusters: Int) {
        let grid = Grid(count: 3000)
        var random = StableRandom(seed: UInt64(clusters))
        var centres = Self.centres(clusters, &random)
        var labels = [UInt16](repeating: UInt16(clusters), count: 3000)
        var slack = [Float](repeating: 0, count: 3000)
        var drift = [Float](repeating: 0, count: clusters) + [.infinity]
        var counts = [Int64](repeating: 0, count: 36 * (clusters + 1))
        for round in 0..<12 {
            let before = labels
            let moved = grid.table(centres).assign(
                grid.points, labels: &labels, slack: &slack, drift: drift, counts: &counts)
            let packed = PackedCentres(centres)
            #expect(
                labels.map { Int($0) } == (0..<3000).map { packed.nearest(grid.numbers($0)).index }, "round \(round)")
            #expect(moved == zip(labels, before).count { $0 != $1 })
            #expect(Array(counts.prefix(36 * clusters)) == Self.sums(grid.points, labels, clusters))
            // All centres move a little: by 0.05 at most, so every gap shrinks by 0.1 at most.
            for cluster in 0..<clusters {
                for axis in 0..<5 { centres[cluster][axis] += 0.02 * (random.uniform() * 2 - 1) }
                drift[cluster] += 0.1
            }
        }
    }

    private static func sums(_ points: CodedPoints, _ labels: [UInt16], _ clusters: Int) -> [Int64] {
        var sums = [Int64](repeating: 0, count: 36 * clusters)
        for point in labels.indices {
            for code in points.codes[(2 * point)..<(2 * point + 2)] {
                sums[36 * Int(labels[point]) + Int(code)] += points.units[point]
            }
        }
        return sums
    }

    @Test("Single precision does not decide what it cannot tell", arguments: [-1e-9, -1e-13, 0, 1e-13, 1e-9])
    func nearTies(shift: Double) {
        let grid = Grid(count: 500, values: [-1, 0, 1])
        // Mirrored at 0 on the first axis: points with 0 there lie in between, but for the shift.
        let centres: [[Double]] = [[1, 0, 0, 0, 0], [-1 + shift, 0, 0, 0, 0]]
        var labels = [UInt16](repeating: 2, count: 500)
        var slack = [Float](repeating: 0, count: 500)
        var counts = [Int64](repeating: 0, count: 36 * 3)
        _ = grid.table(centres).assign(
            grid.points, labels: &labels, slack: &slack, drift: [0, 0, .infinity], counts: &counts)
        for point in 0..<500 where grid.numbers(point)[0] == 0 { #expect(labels[point] == (shift > 0 ? 1 : 0)) }
    }

    @Test("The distance to one centre, where it is less than what is known")
    func lower() {
        let grid = Grid(count: 200)
        let centre = [0.3, -2, 1.5, 0, 0.25]
        var squares = [Double](repeating: 6, count: 200)
        grid.table([centre]).lower(&squares, grid.points)
        let packed = PackedCentres([centre])
        #expect(squares == (0..<200).map { min(6, packed.squares(grid.numbers($0))[0]) })
        #expect(squares.contains(6) && squares.contains { $0 < 6 })
    }
}
