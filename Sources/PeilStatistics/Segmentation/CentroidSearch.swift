internal import PeilNumerics

/// Lloyd's algorithm among points: put each with its nearest centre, move centres to the weighted means of their
/// points, and again, until no point moves.  Lloyd 1982.
struct CentroidSearch<Space: ClusterSpace>: Sendable {
    let space: Space
    let clusters: Int
    let roundLimit: Int

    struct Solution: Sendable {
        var centres: [[Double]]
        /// Weighted.
        var sizes: [Double]
        var labels: [UInt16]
        var objective: Double
        var rounds: Int
        /// Points that moved in the last round: 0 unless the limit of rounds came first.
        var moving: Int
    }

    /// The best of several starts, and how many reached it to 1e-9 of the objective.
    func best(starts: Int, seed: UInt64, threads: Int) -> (solution: Solution, reached: Int) {
        let random = StableRandom(seed: seed)
        let runs = ParallelBlocks(threads: threads).map(starts) { start in
            var stream = random.stream(UInt64(start))
            return descend(from: seeds(&stream))
        }
        var best = 0
        for run in runs.indices where runs[run].objective < runs[best].objective { best = run }
        let reached = runs.count { $0.objective <= runs[best].objective * (1 + 1e-9) }
        return (inOrder(runs[best]), reached)
    }

    // MARK: Starts

    /// k-means++: the first centre is a point drawn in proportion to w, each next one in proportion to w·d², d the
    /// distance to the nearest centre so far.  Arthur & Vassilvitskii 2007.
    private func seeds(_ random: inout StableRandom) -> [[Double]] {
        var squares = [Double](repeating: .infinity, count: space.count)
        var centres: [[Double]] = []
        while centres.count < clusters {
            let point = Self.draw(space.weights, centres.isEmpty ? nil : squares, &random)
            centres.append(space.coordinates(point ?? another(than: centres)))
            if centres.count < clusters { space.lower(&squares, to: centres[centres.count - 1]) }
        }
        return centres
    }

    /// The first point that is none of the centres.
    private func another(than centres: [[Double]]) -> Int {
        (0..<space.count).first { !centres.contains(space.coordinates($0)) } ?? 0
    }

    private static var drawBlock: Int { 1024 }

    /// A point drawn in proportion to its weight times `factors`: first a block of points, then one of the block. nil
    /// where all that is left to draw is so near a centre that its squared distance is 0.
    private static func draw(_ weights: [Double], _ factors: [Double]?, _ random: inout StableRandom) -> Int? {
        let sums = stride(from: 0, to: weights.count, by: drawBlock).map { first in
            let block = first..<min(first + drawBlock, weights.count)
            guard let factors else { return block.reduce(0) { $0 + weights[$1] } }
            return block.reduce(0) { $0 + weights[$1] * factors[$1] }
        }
        guard sums.contains(where: { $0 > 0 }) else { return nil }
        let first = random.choice(weights: sums) * drawBlock
        let block = first..<min(first + drawBlock, weights.count)
        return first + random.choice(weights: block.map { weights[$0] * (factors?[$0] ?? 1) })
    }

    // MARK: Descent

    /// From some centres to where no point moves.
    func descend(from start: [[Double]]) -> Solution {
        var assignment = space.assignment(clusters: clusters)
        return descend(from: start, &assignment)
    }

    private func descend(from start: [[Double]], _ assignment: inout ClusterAssignment) -> Solution {
        var centres = start
        var sizes = [Double](repeating: 0, count: clusters)
        var (rounds, moving) = (0, space.count)
        while moving > 0, rounds < roundLimit {
            moving = space.assign(&assignment, to: centres)
            rounds += 1
            if moving == 0 { break }
            let before = centres
            (centres, sizes) = space.centres(assignment, before: before)
            if sizes.contains(0) { fillEmpty(&assignment, &centres, &sizes) }
            assignment.follow(before, centres)
        }
        return Solution(
            centres: centres, sizes: sizes, labels: assignment.labels,
            objective: space.objective(assignment, centres), rounds: rounds, moving: moving)
    }

    /// A cluster without points takes the point with the largest w·d² to its own centre (ties: the first in order).
    private func fillEmpty(
        _ assignment: inout ClusterAssignment, _ centres: inout [[Double]], _ sizes: inout [Double]
    ) {
        for cluster in 0..<clusters where sizes[cluster] == 0 {
            var worst = (point: 0, cost: -1.0)
            for point in 0..<space.count {
                let cost = space.weights[point] * space.square(point, centres[Int(assignment.labels[point])])
                if cost > worst.cost { worst = (point, cost) }
            }
            space.move(worst.point, to: cluster, in: &assignment)
            (centres, sizes) = space.centres(assignment, before: centres)
        }
        assignment.forgetBounds()
    }

    // MARK: Order

    /// Clusters by falling weighted size; equal ones by their centres, the first item first, from low to high. A point
    /// as near to one centre as to another is with the first of them, so the order may move it; then the descent
    /// goes on.
    private func inOrder(_ solution: Solution) -> Solution {
        var current = solution
        // Orders that chase each other over tied points end here; the places of clusters then stay as they are.
        for _ in 0..<8 {
            let order = (0..<clusters).sorted { left, right in
                let (a, b) = (current.sizes[left], current.sizes[right])
                return a != b ? a > b : current.centres[left].lexicographicallyPrecedes(current.centres[right])
            }
            if order == Array(0..<clusters) { break }
            let rounds = current.rounds
            current = descend(from: order.map { current.centres[$0] })
            current.rounds = rounds
        }
        return current
    }
}
