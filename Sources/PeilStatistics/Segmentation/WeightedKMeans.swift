internal import PeilNumerics
public import PeilTable

/// k-means with weights at every step: seeding in proportion to w·d² (k-means++), centroids as weighted means,
/// and Σ w·d² as the objective. Inputs are standardised with weighted means and deviations; an absent answer
/// stands at the mean, and respondents with fewer than `minimumAnswered` answers are not placed.
/// Arthur & Vassilvitskii 2007; Lloyd 1982.
public struct WeightedKMeans: Sendable {
    public let inputs: [String]
    public let clusters: Int
    public let starts: Int
    public let minimumAnswered: Int
    public let seed: UInt64
    private static let maximumRounds = 300

    public init(
        inputs: [String], clusters: Int, starts: Int = 50, minimumAnswered: Int, seed: UInt64
    ) throws(SegmentationError) {
        guard !inputs.isEmpty else { throw .noInputs }
        guard clusters >= 2, starts >= 1 else { throw .badOption("k-means needs at least 2 clusters and 1 start") }
        self.inputs = inputs
        self.clusters = clusters
        self.starts = starts
        self.minimumAnswered = minimumAnswered
        self.seed = seed
    }

    /// Clusters K1, K2, … by falling weighted size; S0 for those who were not placed. Rows are taken in an
    /// order that depends on their answers only, so that the order of the file changes nothing.
    public func fit(_ table: Table, weights: [Double], threads: Int = 1) throws -> Segmentation {
        let points = try Points(inputs, table, weights, minimumAnswered)
        let distinct = points.distinctCount(upTo: clusters)
        guard distinct >= clusters else {
            throw SegmentationError.tooFewDistinctPoints(wanted: clusters, found: distinct)
        }
        let random = StableRandom(seed: seed)
        let runs = ParallelBlocks(threads: threads).map(starts) { start in
            var stream = random.stream(UInt64(start))
            return self.lloyd(points, points.seeds(clusters, &stream))
        }
        var best = runs[0]
        for run in runs where run.objective < best.objective { best = run }
        let reached = runs.count { $0.objective <= best.objective * (1 + 1e-9) }
        return segmentation(best, points, table.rowCount, reached)
    }

    private struct Run: Sendable {
        var labels: [Int]
        var objective: Double
        var sizes: [Double]
        var centres: [[Double]]
    }

    private func lloyd(_ points: Points, _ seeds: [[Double]]) -> Run {
        var run = Run(labels: [], objective: .infinity, sizes: [], centres: seeds)
        for _ in 0..<Self.maximumRounds {
            let previous = run.labels
            assign(points, &run)
            if run.labels == previous { break }
            repairEmpty(points, &run)
            run.centres = points.centres(run.labels, clusters)
        }
        assign(points, &run)
        return run
    }

    private func assign(_ points: Points, _ run: inout Run) {
        var objective = CompensatedSum()
        run.labels = (0..<points.count).map { point in
            let (label, distance) = points.nearest(point, run.centres)
            objective.add(points.weights[point] * distance)
            return label
        }
        run.objective = objective.value
        run.sizes = [Double](repeating: 0, count: clusters)
        for point in 0..<points.count { run.sizes[run.labels[point]] += points.weights[point] }
    }

    /// A cluster without points takes the point that lies worst where it is.
    private func repairEmpty(_ points: Points, _ run: inout Run) {
        for cluster in 0..<clusters where !run.labels.contains(cluster) {
            let worst = (0..<points.count).max {
                points.cost($0, run.centres[run.labels[$0]]) < points.cost($1, run.centres[run.labels[$1]])
            }
            if let worst {
                run.labels[worst] = cluster
                run.centres[cluster] = points.values(worst)
            }
        }
    }

    private func segmentation(_ run: Run, _ points: Points, _ rowCount: Int, _ reached: Int) -> Segmentation {
        let order = (0..<clusters).sorted {
            (-run.sizes[$0], run.centres[$0].description) < (-run.sizes[$1], run.centres[$1].description)
        }
        var rank = [UInt16](repeating: 0, count: clusters)
        for (position, cluster) in order.enumerated() { rank[cluster] = UInt16(position) }
        var codeOfRow = [UInt16](repeating: UInt16(clusters), count: rowCount)
        for point in 0..<points.count { codeOfRow[points.rows[point]] = rank[run.labels[point]] }
        return Segmentation(
            codes: (1...clusters).map { "K\($0)" } + ["S0"], codeOfRow: codeOfRow,
            method: "weighted k-means", seed: seed, bestReached: (reached, starts))
    }
}

/// Standardised answers of the respondents who can be placed, in canonical order.
private struct Points: Sendable {
    let rows: [Int]
    let weights: [Double]
    /// Point-major: input j of point i at i · inputs + j.
    private let coordinates: [Double]
    private let width: Int

    var count: Int { rows.count }

    init(_ inputs: [String], _ table: Table, _ weights: [Double], _ minimumAnswered: Int) throws {
        let columns = try inputs.map { try table.numbers($0) }
        let placed = (0..<table.rowCount).filter { row in
            weights[row] > 0 && columns.count { $0.isPresent(row) } >= minimumAnswered
        }
        var standardised: [[Double]] = []
        for (name, column) in zip(inputs, columns) {
            let present = placed.filter { column.isPresent($0) }
            let total = CompensatedSum.of(present.lazy.map { weights[$0] })
            let mean = total > 0 ? CompensatedSum.of(present.lazy.map { weights[$0] * column.values[$0] }) / total : 0
            let variance =
                total > 0
                ? CompensatedSum.of(
                    present.lazy.map {
                        weights[$0] * (column.values[$0] - mean) * (column.values[$0] - mean)
                    }) / total : 0
            guard variance > 0 else { throw SegmentationError.constantInput(name) }
            let deviation = variance.squareRoot()
            standardised.append(placed.map { column.isPresent($0) ? (column.values[$0] - mean) / deviation : 0 })
        }
        let order = placed.indices.sorted { left, right in
            for column in standardised where column[left] != column[right] { return column[left] < column[right] }
            return weights[placed[left]] < weights[placed[right]]
        }
        rows = order.map { placed[$0] }
        self.weights = order.map { weights[placed[$0]] }
        width = inputs.count
        coordinates = order.flatMap { point in standardised.map { $0[point] } }
    }

    func values(_ point: Int) -> [Double] { Array(coordinates[(point * width)..<((point + 1) * width)]) }

    func distance(_ point: Int, _ centre: [Double]) -> Double {
        var sum = 0.0
        for j in 0..<width {
            let difference = coordinates[point * width + j] - centre[j]
            sum += difference * difference
        }
        return sum
    }

    func cost(_ point: Int, _ centre: [Double]) -> Double { weights[point] * distance(point, centre) }

    func nearest(_ point: Int, _ centres: [[Double]]) -> (label: Int, distance: Double) {
        var best = (label: 0, distance: distance(point, centres[0]))
        for index in 1..<centres.count {
            let other = distance(point, centres[index])
            if other < best.distance { best = (index, other) }
        }
        return best
    }

    /// k-means++: each next centre is drawn in proportion to w·d² from the centres so far.
    func seeds(_ clusters: Int, _ random: inout StableRandom) -> [[Double]] {
        var centres = [values(random.choice(weights: weights))]
        var nearest = (0..<count).map { distance($0, centres[0]) }
        while centres.count < clusters {
            let chosen = random.choice(weights: (0..<count).map { weights[$0] * nearest[$0] })
            centres.append(values(chosen))
            for point in 0..<count { nearest[point] = min(nearest[point], distance(point, centres[centres.count - 1])) }
        }
        return centres
    }

    func centres(_ labels: [Int], _ clusters: Int) -> [[Double]] {
        var sums = [[Double]](repeating: [Double](repeating: 0, count: width), count: clusters)
        var totals = [Double](repeating: 0, count: clusters)
        for point in 0..<count {
            totals[labels[point]] += weights[point]
            for j in 0..<width { sums[labels[point]][j] += weights[point] * coordinates[point * width + j] }
        }
        return zip(sums, totals).map { sum, total in sum.map { $0 / total } }
    }

    func distinctCount(upTo limit: Int) -> Int {
        var seen = Set<[Double]>()
        for point in 0..<count {
            seen.insert(values(point))
            if seen.count >= limit { break }
        }
        return seen.count
    }
}
