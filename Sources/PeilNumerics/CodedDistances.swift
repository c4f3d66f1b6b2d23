/// Squared distances from coded points to centres by table. Coordinates are taken three at a time: a group of three
/// with few values has few combinations, so the distance of a point to eight centres at once is one table entry a
/// group. The sum of a group is ((x₁−c₁)² + (x₂−c₂)²) + (x₃−c₃)², and groups are added in order: the same bits as
/// `PackedCentres`, which computes what is looked up here.
public struct CodedDistances: Sendable {
    /// Coordinates of a group.
    public static let groupSize = 3
    private let entries: [SIMD8<Double>]
    /// The same rounded, to tell most points' nearest centre in half the memory; empty for more than eight centres.
    private let rough: [SIMD8<Float>]
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
        rough = vectors == 1 ? entries.map { SIMD8<Float>($0) } : []
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
        var work = Work(Self.block)
        var moved = 0
        for first in stride(from: 0, to: points.count, by: Self.block) {
            let block = first..<min(first + Self.block, points.count)
            let count = Self.points(block, mayMove: &work.listed, labels.span, slack.span, drift.span)
            let changes = place(count, points, &labels, &slack, drift, &work)
            for change in 0..<changes { work.apply(change, points, labels, &counts) }
            moved += changes
        }
        return moved
    }

    /// Which points of a block are looked at, and which of them moved, from where.
    private struct Work {
        var listed: [Int32]
        var moved: [Int32]
        var from: [UInt16]

        init(_ size: Int) {
            listed = [Int32](repeating: 0, count: size)
            moved = listed
            from = [UInt16](repeating: 0, count: size)
        }

        /// Takes the units of a moved point from its old cluster to its new one.
        func apply(_ change: Int, _ points: CodedPoints, _ labels: [UInt16], _ counts: inout [Int64]) {
            let point = Int(moved[change])
            let (old, new) = (Int(from[change]) &* points.codeCount, Int(labels[point]) &* points.codeCount)
            let units = points.units[point]
            for place in (point &* points.groups)..<((point &+ 1) &* points.groups) {
                let code = Int(points.codes[place])
                counts[old &+ code] &-= units
                counts[new &+ code] &+= units
            }
        }
    }

    private static let block = 4096

    /// Lists the points that may have another nearest centre, without a branch that no processor could foresee.
    private static func points(
        _ range: Range<Int>, mayMove pending: inout [Int32], _ labels: Span<UInt16>, _ slack: Span<Float>,
        _ drift: Span<Float>
    ) -> Int {
        var pending = pending.mutableSpan
        var count = 0
        for point in range {
            pending[count] = Int32(truncatingIfNeeded: point)
            // The sign bit is 1 where the drift has not reached the slack.
            let rest = drift[Int(labels[point])] - slack[point]
            count &+= Int(truncatingIfNeeded: (rest.bitPattern >> 31) ^ 1)
        }
        return count
    }

    /// Puts the first `count` listed points with their nearest centres, and lists those that moved. No branch depends on
    /// where a point goes.
    private func place(
        _ count: Int, _ points: CodedPoints, _ labels: inout [UInt16], _ slack: inout [Float], _ drift: [Float],
        _ work: inout Work
    ) -> Int {
        var changes = 0
        // Roundings of the parts and of their sum.
        let error = Float(points.groups + 3) * 0x1p-23
        for place in 0..<count {
            let point = Int(work.listed[place])
            let old = labels[point]
            let near = vectors == 1 ? roughNearest(point, points) : nil
            let new: Int
            if let near, near.isCertain(error: error) {
                new = near.index
                slack[point] = near.slack(after: drift[new], error: error)
            } else {
                let exact = nearest(point, points)
                new = exact.index
                slack[point] = exact.slack(after: drift[new])
            }
            labels[point] = UInt16(truncatingIfNeeded: new)
            work.moved[changes] = Int32(truncatingIfNeeded: point)
            work.from[changes] = old
            // 1 where the two differ: the sign of minus their difference in size.
            changes &+= Int(truncatingIfNeeded: UInt(bitPattern: -abs(Int(old) &- new)) >> 63)
        }
        return changes
    }

    @inline(__always)
    private func roughNearest(_ point: Int, _ points: CodedPoints) -> RoughNearest {
        // Every code lies in the table: `points` looked when it was made, and `assign` compared their sizes.
        unsafe points.codes.withUnsafeBufferPointer { codes in
            unsafe rough.withUnsafeBufferPointer { rough in
                var squares = SIMD8<Float>.zero
                for place in (point &* points.groups)..<((point &+ 1) &* points.groups) {
                    squares += unsafe rough[Int(codes[place])]
                }
                return RoughNearest(squares)
            }
        }
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
