internal import PeilNumerics

/// Points with weights among which centres are sought. Two ways to hold them, `CodedSpace` and `NumberSpace`, put
/// every point with the same centre.
protocol ClusterSpace: Sendable {
    var weights: [Double] { get }
    /// Coordinates of a point.
    var width: Int { get }
    func coordinates(_ point: Int) -> [Double]
    /// Lowers `squares` of each point to its squared distance to `centre` where that is less.
    func lower(_ squares: inout [Double], to centre: [Double])
    /// Nothing assigned yet.
    func assignment(clusters: Int) -> ClusterAssignment
    /// Puts points with their nearest centre, ties with the lowest index. Returns how many moved.
    func assign(_ assignment: inout ClusterAssignment, to centres: [[Double]]) -> Int
    /// Puts one point with another cluster than the nearest.
    func move(_ point: Int, to cluster: Int, in assignment: inout ClusterAssignment)
    /// Weighted means by cluster, and weighted sizes; a cluster without points keeps its centre and has size 0.
    func centres(_ assignment: ClusterAssignment, before: [[Double]]) -> (centres: [[Double]], sizes: [Double])
    /// Σ w·d² of the points to the centres of their clusters.
    func objective(_ assignment: ClusterAssignment, _ centres: [[Double]]) -> Double
}

extension ClusterSpace {
    var count: Int { weights.count }

    /// Different points, counted up to a limit.
    func distinctCount(upTo limit: Int) -> Int {
        var seen = Set<[Double]>()
        for point in 0..<count where seen.count < limit { seen.insert(coordinates(point)) }
        return seen.count
    }

    func square(_ point: Int, _ centre: [Double]) -> Double {
        PackedCentres([centre]).squares(coordinates(point))[0]
    }
}

/// Which cluster each point is in, and what is known about how long it stays there.
struct ClusterAssignment: Sendable {
    /// The number of clusters: in none yet.
    var labels: [UInt16]
    /// See `CodedDistances.assign`.
    var slack: [Float]
    /// By cluster; the last, infinite, is for points in none.
    var drift: [Float]
    /// Units by cluster and code; empty where points have no codes.
    var counts: [Int64]

    init(points: Int, clusters: Int, codes: Int) {
        labels = [UInt16](repeating: UInt16(clusters), count: points)
        slack = [Float](repeating: 0, count: points)
        drift = [Float](repeating: 0, count: clusters) + [.infinity]
        counts = [Int64](repeating: 0, count: (clusters + 1) * codes)
    }

    /// Centres moved: the gap of a point shrinks at most by what its own centre and the fastest other one moved.
    mutating func follow(_ before: [[Double]], _ after: [[Double]]) {
        let moves = zip(before, after).map { Self.distance($0, $1) }
        for cluster in moves.indices {
            let fastest = moves.indices.filter { $0 != cluster }.map { moves[$0] }.max() ?? 0
            let both: Float = (moves[cluster] + fastest).nextUp
            if moves[cluster] > 0 || fastest > 0 { drift[cluster] = (drift[cluster] + both).nextUp }
        }
    }

    /// Rounded up, so that a bound is never too hopeful; 0 for equal points.
    private static func distance(_ one: [Double], _ other: [Double]) -> Float {
        if one == other { return 0 }
        var sum = 0.0
        for axis in one.indices { sum += (one[axis] - other[axis]) * (one[axis] - other[axis]) }
        return Float(sum.squareRoot() * (1 + 1e-9)).nextUp
    }

    /// Nothing is known any more about how long points stay.
    mutating func forgetBounds() {
        for point in slack.indices { slack[point] = -.infinity }
    }
}

/// Points whose answers are few enough for tables of distances.
struct CodedSpace: ClusterSpace {
    let weights: [Double]
    let width: Int
    private let points: CodedPoints
    /// 2⁻ˢ: the weight of one unit.
    private let unit: Double
    private let answers: GroupedAnswers
    /// Three a code.
    private let places: [Double]
    private var groups: Int { points.groups }
    private var codeCount: Int { points.codeCount }

    init(_ points: AnswerPoints, _ answers: GroupedAnswers, _ places: [[Double]]) {
        weights = points.weights
        self.points = CodedPoints(
            codes: answers.codes, groups: answers.groups, codeCount: answers.starts[answers.groups], units: points.units
        )
        unit = points.weight(1)
        width = points.items.count
        self.answers = answers
        self.places = answers.coordinates(places)
    }

    func coordinates(_ point: Int) -> [Double] {
        Array(codes(point).flatMap { places[(3 * Int($0))..<(3 * Int($0) + 3)] }.prefix(width))
    }

    private func codes(_ point: Int) -> ArraySlice<UInt16> {
        answers.codes[(point * groups)..<((point + 1) * groups)]
    }

    private func table(_ centres: [[Double]]) -> CodedDistances {
        let padding = [Double](repeating: 0, count: 3 * groups - width)
        return CodedDistances(
            coordinates: places, groupStarts: answers.starts, centres: centres.map { $0 + padding })
    }

    func lower(_ squares: inout [Double], to centre: [Double]) {
        table([centre]).lower(&squares, points)
    }

    func assignment(clusters: Int) -> ClusterAssignment {
        ClusterAssignment(points: count, clusters: clusters, codes: codeCount)
    }

    func assign(_ assignment: inout ClusterAssignment, to centres: [[Double]]) -> Int {
        table(centres).assign(
            points, labels: &assignment.labels, slack: &assignment.slack, drift: assignment.drift,
            counts: &assignment.counts)
    }

    func move(_ point: Int, to cluster: Int, in assignment: inout ClusterAssignment) {
        let old = Int(assignment.labels[point])
        for code in codes(point) {
            assignment.counts[old * codeCount + Int(code)] -= points.units[point]
            assignment.counts[cluster * codeCount + Int(code)] += points.units[point]
        }
        assignment.labels[point] = UInt16(cluster)
    }

    func centres(_ assignment: ClusterAssignment, before: [[Double]]) -> (centres: [[Double]], sizes: [Double]) {
        var centres = before
        var sizes = [Double](repeating: 0, count: before.count)
        for cluster in before.indices {
            let first = cluster * codeCount
            let total = assignment.counts[first..<(first + answers.starts[1])].reduce(0, +)
            sizes[cluster] = unit * Double(total)
            guard total > 0 else { continue }
            for group in 0..<groups {
                var sums = [CompensatedSum](repeating: CompensatedSum(), count: 3)
                for code in answers.starts[group]..<answers.starts[group + 1] where assignment.counts[first + code] != 0
                {
                    let share = Double(assignment.counts[first + code]) / Double(total)
                    for axis in 0..<3 { sums[axis].add(share * places[3 * code + axis]) }
                }
                for axis in (3 * group)..<min(3 * group + 3, width) { centres[cluster][axis] = sums[axis % 3].value }
            }
        }
        return (centres, sizes)
    }

    func objective(_ assignment: ClusterAssignment, _ centres: [[Double]]) -> Double {
        let table = table(centres)
        var sum = CompensatedSum()
        for cluster in centres.indices {
            for code in 0..<codeCount where assignment.counts[cluster * codeCount + code] != 0 {
                sum.add(
                    unit * Double(assignment.counts[cluster * codeCount + code])
                        * table.part(code: code, cluster: cluster))
            }
        }
        return sum.value
    }
}

/// Points with any numbers as coordinates.
struct NumberSpace: ClusterSpace {
    let weights: [Double]
    let width: Int
    /// Point by point.
    private let numbers: [Double]

    init(_ points: AnswerPoints, _ places: [[Double]]) {
        weights = points.weights
        width = points.items.count
        var numbers = [Double](repeating: 0, count: points.count * width)
        for (axis, item) in points.items.enumerated() {
            for point in 0..<points.count {
                numbers[point * width + axis] = places[axis][Int(item.codeOfRow[Int(points.rowOfPoint[point])])]
            }
        }
        self.numbers = numbers
    }

    func coordinates(_ point: Int) -> [Double] { Array(numbers[(point * width)..<((point + 1) * width)]) }

    func lower(_ squares: inout [Double], to centre: [Double]) {
        let packed = PackedCentres([centre])
        for point in squares.indices {
            squares[point] = min(squares[point], packed.nearest(numbers, at: point * width).square)
        }
    }

    func assignment(clusters: Int) -> ClusterAssignment {
        ClusterAssignment(points: count, clusters: clusters, codes: 0)
    }

    func assign(_ assignment: inout ClusterAssignment, to centres: [[Double]]) -> Int {
        let packed = PackedCentres(centres)
        var moved = 0
        for point in 0..<count {
            let old = Int(assignment.labels[point])
            if assignment.slack[point] > assignment.drift[old] { continue }
            let nearest = packed.nearest(numbers, at: point * width)
            assignment.slack[point] = nearest.slack(after: assignment.drift[nearest.index])
            if nearest.index == old { continue }
            assignment.labels[point] = UInt16(nearest.index)
            moved += 1
        }
        return moved
    }

    func move(_ point: Int, to cluster: Int, in assignment: inout ClusterAssignment) {
        assignment.labels[point] = UInt16(cluster)
    }

    func centres(_ assignment: ClusterAssignment, before: [[Double]]) -> (centres: [[Double]], sizes: [Double]) {
        var sums = [CompensatedSum](repeating: CompensatedSum(), count: before.count * width)
        var totals = [CompensatedSum](repeating: CompensatedSum(), count: before.count)
        for point in 0..<count {
            let cluster = Int(assignment.labels[point])
            totals[cluster].add(weights[point])
            for axis in 0..<width {
                sums[cluster * width + axis].add(weights[point] * numbers[point * width + axis])
            }
        }
        let sizes = totals.map(\.value)
        let centres = before.indices.map { cluster in
            sizes[cluster] > 0
                ? (0..<width).map { sums[cluster * width + $0].value / sizes[cluster] } : before[cluster]
        }
        return (centres, sizes)
    }

    func objective(_ assignment: ClusterAssignment, _ centres: [[Double]]) -> Double {
        let packed = centres.map { PackedCentres([$0]) }
        var sum = CompensatedSum()
        for point in 0..<count {
            let nearest = packed[Int(assignment.labels[point])].nearest(numbers, at: point * width)
            sum.add(weights[point] * nearest.square)
        }
        return sum.value
    }
}
