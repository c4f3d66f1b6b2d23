/// Squared distances from coded points to centres by table. Coordinates are taken three at a time: a group of three
/// with few values has few combinations, so the distance of a point to eight centres at once is one table entry a
/// group. The sum of a group is ((x₁−c₁)² + (x₂−c₂)²) + (x₃−c₃)², and groups are added in order: the same bits as
/// `PackedCentres`, which computes what is looked up here.
public struct CodedDistances: Sendable {
    /// Coordinates of a group.
    public static let groupSize = 3
    private let entries: [SIMD8<Double>]
    /// The same in whole steps, which tell most points' nearest centre; nil for one centre and for more than eight.
    private let stepped: SteppedDistances?
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
        stepped = vectors == 1 ? SteppedDistances(entries, groupStarts: groupStarts, clusters: clusters) : nil
    }

    /// The part of a squared distance that one code adds.
    public func part(code: Int, cluster: Int) -> Double { entries[code * vectors + cluster / 8][cluster % 8] }

    /// Lowers `squares` of each point to its squared distance to the first centre where that is less.
    public func lower(_ squares: inout [Double], _ points: CodedPoints) {
        precondition(
            points.codeCount * vectors == entries.count && points.count == squares.count, "points of this table")
        let groups = points.groups
        let parts = stride(from: 0, to: entries.count, by: vectors).map { entries[$0][0] }
        let (codes, table) = (points.codes.span, parts.span)
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
    ///   - points: the points, by their codes.
    ///   - labels: cluster of each point, or the number of clusters for none.
    ///   - slack: one a point, kept between calls.
    ///   - drift: how far each cluster has moved, itself and the fastest other; infinite for none.
    ///   - counts: units by cluster and code; the last line belongs to none.
    /// - Returns: how many points moved.
    public func assign(
        _ points: CodedPoints, labels: inout [UInt16], slack: inout [Float], drift: [Float], counts: inout [Int64]
    ) -> Int {
        precondition(points.codeCount * vectors == entries.count, "codes of this table")
        precondition(drift.count == clusters + 1 && counts.count == drift.count * points.codeCount, "a line a cluster")
        precondition(labels.count == points.count && slack.count == points.count, "one a point")
        var pending = PendingPoints(block: Self.block)
        var found = [SteppedDistances.Near](repeating: SteppedDistances.Near(), count: Self.block)
        var moves = [Move](repeating: Move(point: 0, from: 0), count: Self.block)
        var moved = 0
        for first in stride(from: 0, to: points.count, by: Self.block) {
            pending.list(first..<min(first + Self.block, points.count), labels, slack, drift)
            stepped?.find(points, pending, &found)
            let changes = place(pending, points, &labels, &slack, drift, found, &moves)
            for change in 0..<changes { apply(moves[change], points, labels, &counts) }
            moved += changes
        }
        return moved
    }

    private static let block = 4096

    /// A point that moved, and from which cluster.
    private struct Move {
        let point: Int32
        let from: UInt16
    }

    /// Takes the units of a moved point from its old cluster to its new one.
    private func apply(_ move: Move, _ points: CodedPoints, _ labels: [UInt16], _ counts: inout [Int64]) {
        let point = Int(move.point)
        let (old, new) = (Int(move.from) &* points.codeCount, Int(labels[point]) &* points.codeCount)
        let units = points.units[point]
        for place in (point &* points.groups)..<((point &+ 1) &* points.groups) {
            let code = Int(points.codes[place])
            counts[old &+ code] &-= units
            counts[new &+ code] &+= units
        }
    }

    /// Puts the pending points with their nearest centres, and lists those that moved. No branch depends on where a
    /// point goes.
    private func place(
        _ pending: PendingPoints, _ points: CodedPoints, _ labels: inout [UInt16], _ slack: inout [Float],
        _ drift: [Float], _ found: [SteppedDistances.Near], _ moves: inout [Move]
    ) -> Int {
        let (listed, found, drift) = (pending.listed.span, found.span, drift.span)
        var labels = labels.mutableSpan
        var slack = slack.mutableSpan
        var moves = moves.mutableSpan
        var changes = 0
        for place in 0..<pending.count {
            let point = Int(listed[place])
            let old = labels[point]
            var new = Int(found[place].index)
            let gap = found[place].gap
            // 0 where there are no steps.
            if gap > 0 {
                slack[point] = (gap + drift[new]) * (1 - 0x1p-22)
            } else {
                let exact = nearest(point, points)
                new = exact.index
                slack[point] = exact.slack(after: drift[new])
            }
            labels[point] = UInt16(truncatingIfNeeded: new)
            moves[changes] = Move(point: Int32(truncatingIfNeeded: point), from: old)
            // 1 where the two differ: the sign of minus their difference in size.
            changes &+= Int(truncatingIfNeeded: UInt(bitPattern: -abs(Int(old) &- new)) >> 63)
        }
        return changes
    }

    private func nearest(_ point: Int, _ points: CodedPoints) -> NearestCentre {
        var nearest = NearestCentre()
        for vector in 0..<vectors {
            var squares = SIMD8<Double>.zero
            for place in (point * points.groups)..<((point + 1) * points.groups) {
                squares += entries[Int(points.codes[place]) * vectors + vector]
            }
            nearest.take(squares, from: 8 * vector)
        }
        return nearest
    }
}

/// Points as codes, one a group of coordinates, with weights in whole units.
public struct CodedPoints: Sendable {
    /// Point by point.
    public let codes: [UInt16]
    public let groups: Int
    /// Codes of all groups together.
    public let codeCount: Int
    public let units: [Int64]
    public var count: Int { units.count }

    public init(codes: [UInt16], groups: Int, codeCount: Int, units: [Int64]) {
        precondition(groups > 0 && codes.count == units.count * groups, "one code a group")
        precondition(codes.allSatisfy { $0 < codeCount } && units.count < Int(Int32.max), "codes of the table")
        self.codes = codes
        self.groups = groups
        self.codeCount = codeCount
        self.units = units
    }
}
