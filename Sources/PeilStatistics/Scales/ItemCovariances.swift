internal import PeilNumerics
internal import PeilTable

/// Weighted covariances S of items and the derivatives of functions of them: what alpha and principal components read.
struct ItemCovariances: Sendable {
    let names: [String]
    let moments: SecondMoments

    /// Numbers that cells of units may hold, 4 GB.
    private static let numberLimit = 1 << 29

    /// - Throws: `ScaleError.tooLarge` where products of all pairs of every row would not fit into memory.
    init(_ names: [String], _ columns: [NumericColumn]) throws(ScaleError) {
        let (items, rows) = (names.count, columns.first?.count ?? 0)
        guard items < 30_000, rows <= Self.numberLimit / (1 + items + items * (items + 1) / 2) else {
            throw .tooLarge(items: items, rows: rows)
        }
        self.names = names
        moments = SecondMoments(zip(names, columns).map { ShiftedColumn($0, $1) })
    }

    /// Position of the pair (j, k).
    func pair(_ j: Int, _ k: Int) -> Int {
        let (low, high) = (min(j, k), max(j, k))
        return low * names.count - low * (low - 1) / 2 + high - low
    }

    /// S, without the factor n/(n − 1).
    /// - Throws: `.emptyDomain`, `.tooFewRows`, `.constantColumn`.
    func matrix(at totals: [Double], count: Int) throws(EstimationError) -> DenseMatrix {
        guard totals[0] > 0 else { throw .emptyDomain }
        guard count > 1 else { throw .tooFewRows }
        var s = DenseMatrix(rows: names.count, columns: names.count)
        for (index, (j, k)) in moments.pairs.enumerated() {
            s[j, k] = moments.covariance(index, at: totals)
            s[k, j] = s[j, k]
        }
        for j in names.indices {
            let noise = Double.ulpOfOne * (16 + Double(count) / 4) * moments.square(of: pair(j, j), totals)
            guard s[j, j] > noise else { throw .constantColumn(names[j]) }
        }
        return s
    }

    /// ∇θ from ∂θ/∂Sⱼₖ, one matrix a parameter, in which (j, k) with j < k stands for both.
    /// - Parameter isScaleFree: θ(cS) = θ(S), so that Σ Sⱼₖ ∂θ/∂Sⱼₖ = 0; that sum is then left out instead of being
    ///   added up to its rounding.
    func gradient(_ slopes: [DenseMatrix], at totals: [Double], isScaleFree: Bool) -> DenseMatrix {
        var gradient = DenseMatrix(rows: slopes.count, columns: moments.basicCount)
        for (row, slope) in slopes.enumerated() {
            for (index, (j, k)) in moments.pairs.enumerated() where slope[j, k] != 0 {
                guard isScaleFree else {
                    moments.addGradient(of: index, times: slope[j, k], at: totals, to: &gradient, row: row)
                    continue
                }
                let (mj, mk) = moments.means(of: index, totals)
                let factor = slope[j, k] / totals[0]
                gradient[row, 0] += factor * mj * mk
                gradient[row, 1 + j] -= factor * mk
                gradient[row, 1 + k] -= factor * mj
                gradient[row, 1 + names.count + index] += factor
            }
        }
        return gradient
    }
}
