internal import PeilNumerics
public import PeilTable

/// How respondents become points among centres: items, their scales, and how many must be answered.
public struct CentroidPlacing: Sendable, Equatable {
    public let items: [String]
    public let scales: [ItemScale]
    public let minimumAnswered: Int

    public init(items: [String], scales: [ItemScale], minimumAnswered: Int) {
        precondition(scales.count == items.count, "a scale an item")
        self.items = items
        self.scales = scales
        self.minimumAnswered = minimumAnswered
    }

    /// Rows with enough answers, with their coordinates.
    func forEachPlaced(_ table: Table, _ body: (_ row: Int, _ point: [Double]) -> Void) throws {
        let numbered = try items.map { try NumberedItem($0, of: table) }
        let places = zip(scales, numbered).map { $0.places($1) }
        var point = [Double](repeating: 0, count: items.count)
        for row in AnswerPoints.placeable(numbered, minimumAnswered, rowCount: table.rowCount).lazy.map({ Int($0) }) {
            for axis in items.indices { point[axis] = places[axis][Int(numbered[axis].codeOfRow[row])] }
            body(row, point)
        }
    }
}

/// Σw, Σw(x − o) and Σw(x − o)² of the answers x that were given to each item by who can be placed, o an origin: what the
/// scales of items follow from.
public struct ItemSpread: Sendable {
    public static let width = 3
    /// `width` sums an item.
    public let sums: [Double]

    /// - Parameters:
    ///   - table: the answers.
    ///   - weights: one a row; 0 for who does not count.
    ///   - items: in the order of the sums.
    ///   - minimumAnswered: items that somebody must have answered.
    ///   - origins: o of each item.
    /// - Throws: `TableError`, `SegmentationError.notFinite`.
    public init(
        _ table: Table, weights: [Double], items: [String], minimumAnswered: Int, origins: [Double]
    ) throws {
        let numbered = try items.map { try NumberedItem($0, of: table) }
        var sums = [CompensatedSum](repeating: CompensatedSum(), count: Self.width * items.count)
        for row in AnswerPoints.placeable(numbered, minimumAnswered, rowCount: table.rowCount).lazy.map({ Int($0) })
        where weights[row] > 0 {
            for (item, own) in numbered.enumerated() where own.codeOfRow[row] != 0 {
                let distance = own.values[Int(own.codeOfRow[row])] - origins[item]
                sums[Self.width * item].add(weights[row])
                sums[Self.width * item + 1].add(weights[row] * distance)
                sums[Self.width * item + 2].add(weights[row] * distance * distance)
            }
        }
        self.sums = sums.map(\.value)
    }

    /// The scale of an item from its three sums.
    /// - Throws: `SegmentationError.constantInput`, `.notFinite`.
    public static func scale(
        _ name: String, _ sums: [Double], origin: Double, standardise: Bool
    ) throws(SegmentationError) -> ItemScale {
        guard sums[0] > 0 else { throw .constantInput(name) }
        let shift = sums[1] / sums[0]
        let square = sums[2] / sums[0] - shift * shift
        guard (origin + shift).isFinite, square.isFinite else { throw .notFinite(item: name) }
        guard square > 0 || !standardise else { throw .constantInput(name) }
        return ItemScale(mean: origin + shift, deviation: max(0, square).squareRoot(), isStandardised: standardise)
    }
}

/// One round of Lloyd's algorithm over some of the respondents: each with the nearest centre. Sums of all partitions
/// together give the next centres.  Lloyd 1982.
public struct CentroidRound: Sendable {
    /// Sums a cluster: Σw, Σw·d², and Σw·x of each item.
    public static func width(items: Int) -> Int { 2 + items }

    /// `width` sums a cluster.
    public let sums: [Double]
    /// Respondents of each cluster.
    public let counts: [Int]
    /// Clusters of the first respondents.
    public let first: [Int32]

    /// - Parameters:
    ///   - table: the answers.
    ///   - weights: one a row; 0 for who does not count.
    ///   - placing: how answers become coordinates.
    ///   - centres: in coordinates.
    ///   - listed: respondents whose cluster is kept.
    /// - Throws: `TableError`, `SegmentationError.notFinite`.
    public init(
        _ table: Table, weights: [Double], placing: CentroidPlacing, centres: [[Double]], listed: Int
    ) throws {
        let packed = PackedCentres(centres)
        let width = Self.width(items: placing.items.count)
        var sums = [CompensatedSum](repeating: CompensatedSum(), count: width * centres.count)
        var counts = [Int](repeating: 0, count: centres.count)
        var first: [Int32] = []
        try placing.forEachPlaced(table) { row, point in
            let weight = weights[row]
            guard weight > 0 else { return }
            let nearest = packed.nearest(point)
            let start = nearest.index * width
            counts[nearest.index] += 1
            sums[start].add(weight)
            sums[start + 1].add(weight * nearest.square)
            for axis in point.indices { sums[start + 2 + axis].add(weight * point[axis]) }
            if first.count < listed { first.append(Int32(nearest.index)) }
        }
        self.sums = sums.map(\.value)
        self.counts = counts
        self.first = first
    }
}
