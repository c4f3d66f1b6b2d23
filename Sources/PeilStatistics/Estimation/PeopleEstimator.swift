public import PeilNumerics

/// Shares as numbers of people: N̂ p̂ₗ with N̂ = Σwᵢ over all rows of a group, those without an answer too, who are counted
/// as like the others.
///
/// N̂ is an estimate itself. Only where weights meet its control is it known, and then the residuals of the calibration
/// say so: the standard error is N̂ times that of the share. Where every row answered it is `CountEstimator`.
public struct PeopleEstimator<Shares: SmoothEstimator>: SmoothEstimator {
    private let shares: Shares
    /// Σw, then the basic values of the shares.
    public var basicCount: Int { 1 + shares.basicCount }
    public var labels: [ParameterLabel] { shares.labels }

    public init(_ shares: Shares) { self.shares = shares }

    /// A row without an answer has its part in N̂.
    public func isComplete(_ row: Int) -> Bool { true }

    public func add(_ row: Int, weight: Double, to totals: inout [Double], at offset: Int) {
        totals[offset] += weight
        if shares.isComplete(row) { shares.add(row, weight: weight, to: &totals, at: offset + 1) }
    }

    public func value(at totals: [Double], count: Int) throws(EstimationError) -> [Double] {
        try shares.value(at: Array(totals.dropFirst()), count: count).map { totals[0] * $0 }
    }

    public func gradient(at totals: [Double], values: [Double], count: Int) -> DenseMatrix {
        let own = values.map { $0 / totals[0] }
        let inner = shares.gradient(at: Array(totals.dropFirst()), values: own, count: count)
        var gradient = DenseMatrix(rows: values.count, columns: basicCount)
        for l in values.indices {
            gradient[l, 0] = own[l]
            for b in 0..<inner.columns { gradient[l, 1 + b] = totals[0] * inner[l, b] }
        }
        return gradient
    }
}
