public import PeilNumerics

/// The share of each segment: Σ w pₖ / Σ w, pₖ the chance of the segment, 0 or 1 where the method decides without
/// chance. Of everybody (then those who cannot be placed are the last parameter) or of those who are placed.
/// Bolck, Croon & Hagenaars' correction of modal placings gives these same sizes: Aᵀ D⁻¹ = Σ w p.
public struct SegmentSizeEstimator: SmoothEstimator {
    private let segments: Segmentation
    private let onlyPlaced: Bool

    public init(_ segments: Segmentation, onlyPlaced: Bool = false) {
        self.segments = segments
        self.onlyPlaced = onlyPlaced
    }

    public var basicCount: Int { segments.segmentCount + (onlyPlaced ? 0 : 1) }
    public var labels: [ParameterLabel] {
        segments.codes.prefix(basicCount).map { ParameterLabel("segment", level: $0) }
    }

    public func isComplete(_ row: Int) -> Bool { !onlyPlaced || segments.isPlaced(row) }

    public func add(_ row: Int, weight: Double, to totals: inout [Double], at offset: Int) {
        guard segments.isPlaced(row) else {
            totals[offset + segments.segmentCount] += weight
            return
        }
        for k in 0..<segments.segmentCount { totals[offset + k] += weight * segments.membership(row, k) }
    }

    public func value(at totals: [Double], count: Int) throws(EstimationError) -> [Double] {
        let all = totals.reduce(0, +)
        guard count > 0, all > 0 else { throw .emptyDomain }
        return totals.map { $0 / all }
    }

    public func gradient(at totals: [Double], values: [Double], count: Int) -> DenseMatrix {
        let all = totals.reduce(0, +)
        var gradient = DenseMatrix(rows: values.count, columns: values.count)
        for k in values.indices {
            for l in values.indices { gradient[k, l] = ((k == l ? 1 : 0) - values[k]) / all }
        }
        return gradient
    }
}
