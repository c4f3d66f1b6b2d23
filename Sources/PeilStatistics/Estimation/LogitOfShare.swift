import Foundation
public import PeilNumerics

/// log(p̂ / (1 − p̂)) of the first level of a share: the scale on which a logit interval is made.
public struct LogitOfShare: SmoothEstimator {
    private let share: ProportionEstimator
    public var basicCount: Int { share.basicCount }
    public var labels: [ParameterLabel] { Array(share.labels.prefix(1)) }

    public init(_ share: ProportionEstimator) { self.share = share }

    public func isComplete(_ row: Int) -> Bool { share.isComplete(row) }

    public func add(_ row: Int, weight: Double, to totals: inout [Double], at offset: Int) {
        share.add(row, weight: weight, to: &totals, at: offset)
    }

    /// - Throws: `.shareAtBorder` where p̂ is 0 or 1.
    public func value(at totals: [Double], count: Int) throws(EstimationError) -> [Double] {
        let p = try share.value(at: totals, count: count)[0]
        guard p > 0, p < 1 else { throw .shareAtBorder }
        return [log(p / (1 - p))]
    }

    public func gradient(at totals: [Double], values: [Double], count: Int) -> DenseMatrix {
        let p = 1 / (1 + exp(-values[0]))
        var gradient = DenseMatrix(rows: 1, columns: basicCount)
        gradient[0, 0] = -1 / (totals[0] * (1 - p))
        gradient[0, 1] = 1 / (totals[0] * p * (1 - p))
        return gradient
    }
}
