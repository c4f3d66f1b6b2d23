/// Squared distances from coded points to centres by table. Coordinates are taken three at a time: a group of three
/// with few values has few combinations, so the distance of a point to eight centres at once is one table entry a
/// group. The sum of a group is ((x₁−c₁)² + (x₂−c₂)²) + (x₃−c₃)², and groups are added in order: the same bits as
/// `PackedCentres`, which computes what is looked up here.
public struct CodedDistances: Sendable {
    /// Coordinates of a group.
    public static let groupSize = 3
    private let entries: [SIMD8<Double>]
    private let vectors: Int
    private let clusters: Int

    /// - Parameters:
    ///   - coordinates: three numbers a code, the codes of all groups one after another; places beyond the last
    ///     coordinate are 0.
    ///   - groupStarts: the first code of each group, and the number of codes.
    ///   - centres: padded with zeros to three numbers a group.
    public init(coordinates: [Double], groupStarts: [Int], centres: [[Double]]) {
        clusters = centres.count
        vectors = (centres.count + 7) / 8
        var entries = [SIMD8<Double>](repeating: .zero, count: groupStarts[groupStarts.count - 1] * vectors)
        for group in 0..<(groupStarts.count - 1) {
            for vector in 0..<vectors {
                // Lanes without a centre lie infinitely far.
                var axes = [SIMD8<Double>](repeating: SIMD8(repeating: group == 0 ? .infinity : 0), count: 3)
                for lane in 0..<min(8, clusters - 8 * vector) {
                    for axis in 0..<3 { axes[axis][lane] = centres[8 * vector + lane][3 * group + axis] }
                }
                for code in groupStarts[group]..<groupStarts[group + 1] {
                    let first = SIMD8(repeating: coordinates[3 * code]) - axes[0]
                    let second = SIMD8(repeating: coordinates[3 * code + 1]) - axes[1]
                    let third = SIMD8(repeating: coordinates[3 * code + 2]) - axes[2]
                    entries[code * vectors + vector] = (first * first + second * second) + third * third
                }
            }
        }
        self.entries = entries
    }

    /// The part of a squared distance that one code adds.
    public func part(code: Int, cluster: Int) -> Double { entries[code * vectors + cluster / 8][cluster % 8] }

    /// Lowers `squares` of each point to its squared distance to the first centre where that is less.
    public func lower(_ squares: inout [Double], codes: [UInt16], groups: Int) {
        precondition(codes.count == squares.count * groups, "one code a group")
        let parts = stride(from: 0, to: entries.count, by: vectors).map { entries[$0][0] }
        let (codes, table) = (codes.span, parts.span)
        var squares = squares.mutableSpan
        for point in 0..<squares.count {
            var sum = 0.0
            for group in (point * groups)..<((point + 1) * groups) { sum += table[Int(codes[group])] }
            squares[point] = min(squares[point], sum)
        }
    }

    /// Puts each point that may have another nearest centre than before with its nearest (ties: the lowest index), and
    /// keeps `counts` in step.
    ///
    /// A point whose two nearest centres lay g apart stays while its centre and the fastest other one have moved less
    /// than g together (Hamerly 2010): `slack` is g plus what `drift` of its cluster was when g was computed, and the
    /// point is looked at again once `drift` passes it. Rounding makes the bound smaller, never larger.
    /// - Parameters:
    ///   - codes: one a group, point by point.
    ///   - units: weight of each point.
    ///   - labels: cluster of each point, or the number of clusters for none.
    ///   - slack: one a point, kept between calls.
    ///   - drift: how far each cluster has moved, itself and the fastest other; infinite for none.
    ///   - counts: units by cluster and code; the last line belongs to none.
    /// - Returns: how many points moved.
    public func assign(
        codes: [UInt16], groups: Int, units: [Int64], labels: inout [UInt16], slack: inout [Float],
        drift: [Float], counts: inout [Int64]
    ) -> Int {
        precondition(drift.count == clusters + 1 && labels.count == units.count && slack.count == units.count, "shapes")
        precondition(codes.count == units.count * groups, "one code a group")
        let codeCount = entries.count / vectors
        let (codes, entries, units, drift) = (codes.span, entries.span, units.span, drift.span)
        var labels = labels.mutableSpan
        var slack = slack.mutableSpan
        var counts = counts.mutableSpan
        var moved = 0
        for point in 0..<units.count {
            let old = labels[point]
            if slack[point] > drift[Int(old)] { continue }
            let first = point * groups
            var nearest = NearestCentre()
            for vector in 0..<vectors {
                var squares = SIMD8<Double>.zero
                for group in first..<(first + groups) { squares += entries[Int(codes[group]) * vectors + vector] }
                nearest.take(squares, from: 8 * vector)
            }
            let new = UInt16(truncatingIfNeeded: nearest.index)
            slack[point] = nearest.slack(after: drift[nearest.index])
            if new == old { continue }
            moved += 1
            labels[point] = new
            let (from, to, unit) = (Int(old) * codeCount, nearest.index * codeCount, units[point])
            for group in first..<(first + groups) {
                counts[from + Int(codes[group])] &-= unit
                counts[to + Int(codes[group])] &+= unit
            }
        }
        return moved
    }
}

/// The nearest of the centres seen so far, and the square of the second.
public struct NearestCentre: Sendable {
    public private(set) var index = 0
    public private(set) var square = Double.infinity
    public private(set) var secondSquare = Double.infinity

    public init() {}

    /// Squared distances to eight more centres, in order. Of equal ones the first stays.
    @inline(__always)
    mutating func take(_ squares: SIMD8<Double>, from first: Int) {
        for lane in 0..<8 {
            let other = squares[lane]
            secondSquare = min(secondSquare, max(square, other))
            if other < square { index = first + lane }
            square = min(square, other)
        }
    }

    /// What the drift of this centre's cluster may reach before another can be nearest, rounded down.
    /// - Parameter drift: what it is now.
    @inlinable
    public func slack(after drift: Float) -> Float {
        let far = secondSquare.squareRoot()
        let gap = Float((far - square.squareRoot()) * (1 - 1e-6) - 1e-9 * far)
        return (gap + drift) * (1 - 0x1p-22)
    }
}
