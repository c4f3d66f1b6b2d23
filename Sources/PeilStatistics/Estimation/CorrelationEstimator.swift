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
    let moments: SecondMoments
    /// Positions in `moments.pairs` of (j, k), j < k, and of (j, j).
    private let crossPairs: [Int]
    private let ownPairs: [Int]
    public let labels: [ParameterLabel]
    public var basicCount: Int { moments.basicCount }

    /// - Throws: `TableError` for a column that is absent or not numeric; `.badOption` for fewer than two columns
    ///   or the same one twice.
    public init(_ variables: [String], of table: Table, from origin: ColumnOrigin = .mean) throws {
        guard variables.count > 1 else {
            throw EstimationError.badOption("a correlation needs two columns", remedy: "name at least two columns")
        }
        if let twice = firstRepeated(variables) {
            throw EstimationError.badOption("column '\(twice)' is named twice", remedy: "name each column once")
        }
        self.init(
            SecondMoments(
                try variables.map { name in
                    // Sums of partitions share one unit.
                    switch origin {
                    case .mean: ShiftedColumn(name, try table.numbers(name)).inUnitSize()
                    case .nearMean: ShiftedColumn(name, try table.numbers(name), from: origin)
                    }
                }))
    }

    init(_ moments: SecondMoments) {
        self.moments = moments
        let pairs = moments.pairs
        crossPairs = pairs.indices.filter { pairs[$0].0 != pairs[$0].1 }
        ownPairs = pairs.indices.filter { pairs[$0].0 == pairs[$0].1 }
        let names = moments.columns.map(\.name)
        labels = crossPairs.map { ParameterLabel("\(names[pairs[$0].0])*\(names[pairs[$0].1])") }
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

    /// Replicates give the covariance of variances and covariances; from there goes the delta method, as in R:
    /// r + ΔSⱼₖ/√(Sⱼⱼ Sₖₖ) − r/2 · (ΔSⱼⱼ/Sⱼⱼ + ΔSₖₖ/Sₖₖ).
    public func replicateValue(
        at totals: [Double], count: Int, fullTotals: [Double], fullValues: [Double]
    ) throws(EstimationError) -> [Double] {
        guard totals[0] > 0 else { throw .emptyDomain }
        return crossPairs.enumerated().map { parameter, pair in
            let full = spreads(pair, fullTotals)
            let own = spreads(pair, totals)
            let change = moments.covariance(pair, at: totals) - moments.covariance(pair, at: fullTotals)
            let r = fullValues[parameter]
            return r + change / full.0.squareRoot() / full.1.squareRoot()
                - r / 2 * ((own.0 - full.0) / full.0 + (own.1 - full.1) / full.1)
        }
    }

    /// With u = m̄ⱼ/√Sⱼⱼ and v = m̄ₖ/√Sₖₖ: the terms in Sⱼₖ of ∂r/∂Σw cancel and are left out.
    public func gradient(at totals: [Double], values: [Double], count: Int) -> DenseMatrix {
        var gradient = DenseMatrix(rows: crossPairs.count, columns: basicCount)
        let firstProduct = 1 + moments.columns.count
        for (row, pair) in crossPairs.enumerated() {
            let ((j, k), r) = (moments.pairs[pair], values[row])
            let (spreadJ, spreadK) = spreads(pair, totals)
            let (rootJ, rootK) = (spreadJ.squareRoot(), spreadK.squareRoot())
            let (meanJ, meanK) = moments.means(of: pair, totals)
            let (u, v) = (meanJ / rootJ, meanK / rootK)
            gradient[row, 0] = (u * v - r / 2 * (u * u + v * v)) / totals[0]
            gradient[row, 1 + j] = (r * u - v) / rootJ / totals[0]
            gradient[row, 1 + k] = (r * v - u) / rootK / totals[0]
            gradient[row, firstProduct + pair] = 1 / (rootJ * rootK) / totals[0]
            gradient[row, firstProduct + ownPairs[j]] = -r / 2 / spreadJ / totals[0]
            gradient[row, firstProduct + ownPairs[k]] = -r / 2 / spreadK / totals[0]
        }
        return gradient
    }

    /// Sⱼⱼ and Sₖₖ of a pair.
    private func spreads(_ pair: Int, _ totals: [Double]) -> (Double, Double) {
        let (j, k) = moments.pairs[pair]
        return (moments.covariance(ownPairs[j], at: totals), moments.covariance(ownPairs[k], at: totals))
    }
}
