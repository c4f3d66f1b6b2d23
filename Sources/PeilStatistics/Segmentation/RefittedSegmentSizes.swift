internal import PeilNumerics
public import PeilTable

/// Shares of segments that are found anew in every replicate of the survey: their spread holds sampling, unsure
/// placing and the luck of the starts together. Segments of a replicate get the places of those of the full sample
/// with which they share most people.
public struct RefittedSegmentSizes<Method: SegmentationMethod>: FittedEstimator {
    private let method: Method
    private let model: Method.Model
    private let table: Table
    private let full: Segmentation
    /// True: new starts in every replicate; false: steps from the full solution only.
    private let startsAnew: Bool

    /// - Parameter table: the answers.
    /// - Parameter startsAnew: whether each replicate takes new starts.
    /// - Parameter method: how segments are found.
    /// - Parameter model: what `method` found in the full sample.
    public init(_ method: Method, _ model: Method.Model, of table: Table, startsAnew: Bool = true) throws {
        self.method = method
        self.model = model
        self.table = table
        self.startsAnew = startsAnew
        full = try model.score(table)
    }

    public var labels: [ParameterLabel] { full.codes.map { ParameterLabel("segment", level: $0) } }

    public func isComplete(_ row: Int) -> Bool { true }

    /// Influence of a respondent with the segments as they are: (pₖ − shareₖ) / Σw. Refitting is what replicates add.
    public func fit(weights: [Double]) throws -> FittedValues {
        let shares = Self.shares(full, places: full.codes.indices.map { $0 }, weights: weights)
        let total = CompensatedSum.of(weights)
        guard total > 0 else { throw EstimationError.emptyDomain }
        var influence = DenseMatrix(rows: shares.count, columns: weights.count)
        for row in weights.indices {
            for k in shares.indices { influence[k, row] = (Self.membership(full, row, k) - shares[k]) / total }
        }
        return FittedValues(
            values: shares, influence: influence, columnOfRow: weights.indices.map { Int32($0) })
    }

    public func refit(weights: [Double], from fitted: FittedValues) throws -> [Double] {
        guard startsAnew else {
            let own = try method.refit(table, weights: weights, from: model).score(table)
            return Self.shares(own, places: own.codes.indices.map { $0 }, weights: weights)
        }
        let own = try method.fit(table, weights: weights, threads: 1).score(table)
        let matching = PartitionAgreement(full, own, weights: weights).matching
        guard !matching.contains(nil) else { throw SegmentationError.nobodyPlaced }
        return Self.shares(own, places: matching.compactMap { $0 } + [own.segmentCount], weights: weights)
    }

    /// Weighted shares of the segments at `places`, of everybody.
    private static func shares(_ segments: Segmentation, places: [Int], weights: [Double]) -> [Double] {
        let total = CompensatedSum.of(weights)
        return places.map { place in
            CompensatedSum.of(weights.indices.lazy.map { weights[$0] * membership(segments, $0, place) }) / total
        }
    }

    /// The chance of a segment; for the last place, of being left unplaced.
    private static func membership(_ segments: Segmentation, _ row: Int, _ place: Int) -> Double {
        place < segments.segmentCount ? segments.membership(row, place) : segments.isPlaced(row) ? 0 : 1
    }
}
