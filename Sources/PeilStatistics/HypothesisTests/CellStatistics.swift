internal import PeilNumerics
import PeilTable

/// Shares or totals of the cells of a table with their covariance: all that a test of the table needs.
struct CellStatistics: Sendable {
    enum Scale: Sendable {
        case shares, totals
    }

    let values: [Double]
    let covariance: DenseMatrix
    /// Rows with weight per cell.
    let counts: [Int]
    /// Units minus strata of the rows used.
    let degreesOfFreedom: Int

    var rowCount: Int { counts.reduce(0, +) }
}

/// The total of the weights: with the cells of a table as groups, each row takes one step however many cells
/// there are.
private struct WeightTotal: SmoothEstimator {
    let basicCount = 1
    let labels = [ParameterLabel("rows")]
    func isComplete(_ row: Int) -> Bool { true }
    func add(_ row: Int, weight: Double, to totals: inout [Double], at offset: Int) { totals[offset] += weight }
    func value(at totals: [Double], count: Int) throws(EstimationError) -> [Double] { totals }
    func gradient(at totals: [Double], values: [Double], count: Int) -> DenseMatrix { .identity(1) }
}

extension Estimation {
    /// - Parameters:
    ///   - cellOfRow: the cell of each row, −1 for rows outside; at least one row is inside.
    func cells(_ cellOfRow: [Int32], count: Int, _ scale: CellStatistics.Scale) throws -> CellStatistics {
        // Replicates of a share are no function of the covariance of totals.
        if design.replicates != nil, scale == .shares { return try replicatedShares(cellOfRow, count: count) }
        let grouping = Grouping(
            groupOfRow: cellOfRow, keys: (0..<count).map { [String($0)] }, variables: ["cell"])
        let result = try estimate(
            WeightTotal(), by: grouping, in: cellOfRow.map { $0 >= 0 },
            wishes: Wishes(covariance: true, groupsAreOneDomain: true))
        let totals = (0..<count).map { result.value($0, 0) ?? 0 }
        let covariance = result.covariance ?? DenseMatrix(rows: count, columns: count)
        let sum = CompensatedSum.of(totals)
        guard sum > 0 else { throw EstimationError.emptyDomain }
        let shares = totals.map { $0 / sum }
        return CellStatistics(
            values: scale == .totals ? totals : shares,
            covariance: scale == .totals ? covariance : Self.ofShares(shares, sum, covariance),
            counts: rowsPerCell(cellOfRow, count), degreesOfFreedom: result.domainDegreesOfFreedom)
    }

    private func replicatedShares(_ cellOfRow: [Int32], count: Int) throws -> CellStatistics {
        let result = try estimate(
            ProportionEstimator("", levels: (0..<count).map { String($0) }, levelOfRow: cellOfRow),
            by: .everyone(rowCount: design.rowCount), wishes: Wishes(covariance: true))
        return CellStatistics(
            values: try result.outcomes[0].get(), covariance: result.covariance ?? DenseMatrix(rows: 0, columns: 0),
            counts: rowsPerCell(cellOfRow, count), degreesOfFreedom: result.completeDegreesOfFreedom[0])
    }

    private func rowsPerCell(_ cellOfRow: [Int32], _ count: Int) -> [Int] {
        var counts = [Int](repeating: 0, count: count)
        for row in cellOfRow.indices where cellOfRow[row] >= 0 && design.weights[row] != 0 {
            counts[Int(cellOfRow[row])] += 1
        }
        return counts
    }

    /// (I − p1ᵀ) V (I − 1pᵀ) / T².
    private static func ofShares(_ p: [Double], _ total: Double, _ v: DenseMatrix) -> DenseMatrix {
        let sums = p.indices.map { j in CompensatedSum.of(p.indices.lazy.map { v[$0, j] }) }
        let sum = CompensatedSum.of(sums)
        var result = v
        for j in p.indices {
            for i in p.indices {
                result[i, j] = (v[i, j] - p[i] * sums[j] - p[j] * sums[i] + p[i] * p[j] * sum) / (total * total)
            }
        }
        return result
    }
}
