internal import PeilNumerics

/// Weighted covariances Sⱼₖ = Σw dⱼdₖ / Σw − m̄ⱼm̄ₖ of several columns with their derivatives, d = y − c and
/// m̄ = Σw d / Σw: what variances and correlations have in common.
/// Basic values: 1, dⱼ (one a column), dⱼdₖ (one a pair).
struct SecondMoments: Sendable {
    let columns: [ShiftedColumn]
    /// All j ≤ k, j outermost.
    let pairs: [(Int, Int)]

    init(_ columns: [ShiftedColumn]) {
        self.columns = columns
        pairs = columns.indices.flatMap { j in (j..<columns.count).map { (j, $0) } }
    }

    var basicCount: Int { 1 + columns.count + pairs.count }

    func isComplete(_ row: Int) -> Bool { columns.allSatisfy { $0.isPresent(row) } }

    func add(_ row: Int, weight: Double, to totals: inout [Double], at offset: Int) {
        totals[offset] += weight
        for j in columns.indices { totals[offset + 1 + j] += weight * columns[j].deviation(row) }
        for (index, pair) in pairs.enumerated() {
            totals[offset + 1 + columns.count + index] +=
                weight * columns[pair.0].deviation(row) * columns[pair.1].deviation(row)
        }
    }

    /// Sⱼₖ of pair number `pair`; 0 where rounding would make a variance negative.
    func covariance(_ pair: Int, at totals: [Double]) -> Double {
        let (j, k) = pairs[pair]
        let (mj, mk) = means(of: pair, totals)
        let value = square(of: pair, totals) - mj * mk
        return j == k ? max(0, value) : value
    }

    /// Σw dⱼdₖ / Σw: what Sⱼₖ is a small difference of when the rows lie far from the mean of all rows.
    func square(of pair: Int, _ totals: [Double]) -> Double { totals[1 + columns.count + pair] / totals[0] }

    /// Adds factor · ∇Sⱼₖ to a row of a gradient.
    func addGradient(
        of pair: Int, times factor: Double, at totals: [Double], to gradient: inout DenseMatrix, row: Int
    ) {
        let (j, k) = pairs[pair]
        let (mj, mk) = means(of: pair, totals)
        let slope = factor / totals[0]
        gradient[row, 0] += slope * (2 * mj * mk - square(of: pair, totals))
        gradient[row, 1 + j] -= slope * mk
        gradient[row, 1 + k] -= slope * mj
        gradient[row, 1 + columns.count + pair] += slope
    }

    /// m̄ⱼ and m̄ₖ.
    func means(of pair: Int, _ totals: [Double]) -> (Double, Double) {
        (totals[1 + pairs[pair].0] / totals[0], totals[1 + pairs[pair].1] / totals[0])
    }
}
