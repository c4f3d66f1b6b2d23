internal import PeilNumerics
public import PeilTable

/// Segments as centres: every respondent belongs to the nearest, at equal distance to the first of them. Frozen, so
/// that the same answers get the same segment in any wave.
public struct CentroidModel: SegmentModel, Equatable {
    public let items: [String]
    /// K1, K2, … by falling weighted size when fitted, and S0 for who answered too few items.
    public let codes: [String]
    public let scales: [ItemScale]
    /// Segment by segment, item by item, in the coordinates of `scales`.
    public let centres: [[Double]]
    public let minimumAnswered: Int
    public let fit: Fit

    /// What the fit found.
    public struct Fit: Sendable, Equatable {
        /// Σ w·d² to the own centre.
        public let objective: Double
        /// Σ w·d² to the mean of all.
        public let totalSquares: Double
        /// Σw by segment.
        public let sizes: [Double]
        /// Respondents with weight by segment.
        public let counts: [Int]
        /// Rounds of Lloyd's algorithm of the best start.
        public let rounds: Int
        /// Different combinations of answers.
        public let distinctPoints: Int
        /// nil where the starts were given.
        public let seed: UInt64?
        /// Starts that ended within 1e-9 of the best objective; nil where the start was given.
        public let bestReached: Int?
        public let starts: Int

        public init(
            objective: Double, totalSquares: Double, sizes: [Double], counts: [Int], rounds: Int, distinctPoints: Int,
            seed: UInt64?, bestReached: Int?, starts: Int
        ) {
            self.objective = objective
            self.totalSquares = totalSquares
            self.sizes = sizes
            self.counts = counts
            self.rounds = rounds
            self.distinctPoints = distinctPoints
            self.seed = seed
            self.bestReached = bestReached
            self.starts = starts
        }

        /// 1 − objective / total.
        public var explained: Double { totalSquares > 0 ? 1 - objective / totalSquares : 0 }
    }

    public init(
        items: [String], codes: [String], scales: [ItemScale], centres: [[Double]], minimumAnswered: Int, fit: Fit
    ) {
        precondition(
            scales.count == items.count && codes.count == centres.count + 1, "a scale an item, a code a centre")
        precondition(centres.allSatisfy { $0.count == items.count }, "a coordinate of each item")
        self.items = items
        self.codes = codes
        self.scales = scales
        self.centres = centres
        self.minimumAnswered = minimumAnswered
        self.fit = fit
    }

    /// The same centres under other codes.
    public func coded(_ codes: [String]) -> CentroidModel {
        CentroidModel(
            items: items, codes: codes, scales: scales, centres: centres, minimumAnswered: minimumAnswered, fit: fit)
    }

    /// Minus the squared distance to the nearest centre.
    public func closeness(_ table: Table) throws -> [Double?]? {
        let packed = PackedCentres(centres)
        var closeness = [Double?](repeating: nil, count: table.rowCount)
        try forEachPlaced(table) { row, point in closeness[row] = -packed.nearest(point).square }
        return closeness
    }

    /// Centres as answers: means of the respondents in each segment, absent answers at the mean of all.
    public var centresAsAnswers: [[Double]] {
        centres.map { centre in zip(scales, centre).map { $0.answer($1) } }
    }

    public func score(_ table: Table) throws -> Segmentation {
        let packed = PackedCentres(centres)
        var codeOfRow = [UInt16](repeating: UInt16(centres.count), count: table.rowCount)
        try forEachPlaced(table) { row, point in codeOfRow[row] = UInt16(packed.nearest(point).index) }
        let reached = fit.bestReached.map { (by: $0, of: fit.starts) }
        return Segmentation(
            codes: codes, codeOfRow: codeOfRow, method: "weighted k-means", seed: fit.seed, bestReached: reached)
    }

    /// Rows with enough answers, with their coordinates.
    func forEachPlaced(_ table: Table, _ body: (_ row: Int, _ point: [Double]) -> Void) throws {
        try CentroidPlacing(items: items, scales: scales, minimumAnswered: minimumAnswered).forEachPlaced(table, body)
    }
}
