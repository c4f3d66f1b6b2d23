public import PeilNumerics
public import PeilTable

/// Weighted Pearson correlations rⱼₖ = Sⱼₖ / √(Sⱼⱼ Sₖₖ) of every pair of columns, over rows complete in all of
/// them (listwise); labels `a*b` in the order of the columns. Without unit, −1…1; at ±1 the standard error is 0.
///
/// ∇r = ∇Sⱼₖ / √(Sⱼⱼ Sₖₖ) − r/2 · (∇Sⱼⱼ / Sⱼⱼ + ∇Sₖₖ / Sₖₖ).  The same as R survey's cov2cor(svyvar) with the
/// delta method on vcov(svyvar): the factor n/(n−1) drops out.  Basic values: those of `SecondMoments`.
///
/// Errors: `.constantColumn` names a column without spread in the group. A spread below what the sums of the group
/// can hold counts as none: with n rows, below √(n · 10⁻¹⁶) of the distance between the group and the mean of all rows.
public struct CorrelationEstimator: SmoothEstimator {
    private let moments: SecondMoments
    /// Positions in `moments.pairs` of (j, k), j < k, and of (j, j).
    private let crossPairs: [Int]
    private let ownPairs: [Int]
    public let labels: [ParameterLabel]
    public var basicCount: Int { moments.basicCount }

    /// - Throws: `TableError` for a column that is absent or not numeric; `.badOption` for fewer than two columns
    ///   or the same one twice.
    public init(_ variables: [String], of table: Table) throws {
        guard variables.count > 1 else {
            throw EstimationError.badOption("a correlation needs two columns", remedy: "name at least two columns")
        }
        if let twice = firstRepeated(variables) {
            throw EstimationError.badOption("column '\(twice)' is named twice", remedy: "name each column once")
        }
        moments = SecondMoments(try variables.map { ShiftedColumn($0, try table.numbers($0)).inUnitSize() })
        let pairs = moments.pairs
        crossPairs = pairs.indices.filter { pairs[$0].0 != pairs[$0].1 }
        ownPairs = pairs.indices.filter { pairs[$0].0 == pairs[$0].1 }
        labels = crossPairs.map { ParameterLabel("\(variables[pairs[$0].0])*\(variables[pairs[$0].1])") }
    }

    public func isComplete(_ row: Int) -> Bool { moments.isComplete(row) }

    public func add(_ row: Int, weight: Double, to totals: inout [Double], at offset: Int) {
        moments.add(row, weight: weight, to: &totals, at: offset)
    }

    public func value(at totals: [Double], count: Int) throws(EstimationError) -> [Double] {
        guard totals[0] > 0 else { throw .emptyDomain }
        guard count > 1 else { throw .tooFewRows }
        for (column, pair) in zip(moments.columns, ownPairs) {
            let noise = Double.ulpOfOne * (16 + Double(count) / 4) * moments.square(of: pair, totals)
            guard moments.covariance(pair, at: totals) > noise else { throw .constantColumn(column.name) }
        }
        return crossPairs.map { pair in
            let (j, k) = spreads(pair, totals)
            return min(1, max(-1, moments.covariance(pair, at: totals) / j.squareRoot() / k.squareRoot()))
        }
    }

    public func gradient(at totals: [Double], values: [Double], count: Int) -> DenseMatrix {
        var gradient = DenseMatrix(rows: crossPairs.count, columns: basicCount)
        for (row, pair) in crossPairs.enumerated() {
            let (j, k) = moments.pairs[pair]
            let (sj, sk) = spreads(pair, totals)
            let half = -values[row] / 2
            moments.addGradient(
                of: pair, times: 1 / sj.squareRoot() / sk.squareRoot(), at: totals, to: &gradient, row: row)
            moments.addGradient(of: ownPairs[j], times: half / sj, at: totals, to: &gradient, row: row)
            moments.addGradient(of: ownPairs[k], times: half / sk, at: totals, to: &gradient, row: row)
        }
        return gradient
    }

    /// Sⱼⱼ and Sₖₖ of a pair.
    private func spreads(_ pair: Int, _ totals: [Double]) -> (Double, Double) {
        let (j, k) = moments.pairs[pair]
        return (moments.covariance(ownPairs[j], at: totals), moments.covariance(ownPairs[k], at: totals))
    }
}
