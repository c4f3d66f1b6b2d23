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

/// Totals T̂ₗ = Σwᵢ1(yᵢ = l) of the levels of a closed question.
struct LevelTotals: SmoothEstimator {
    let levelCount: Int
    /// −1 where absent.
    let levelOfRow: [Int32]

    var basicCount: Int { levelCount }
    var labels: [ParameterLabel] { (0..<levelCount).map { ParameterLabel("", level: String($0)) } }
    func isComplete(_ row: Int) -> Bool { levelOfRow[row] >= 0 }
    func add(_ row: Int, weight: Double, to totals: inout [Double], at offset: Int) {
        totals[offset + Int(levelOfRow[row])] += weight
    }
    func value(at totals: [Double], count: Int) throws(EstimationError) -> [Double] {
        guard count > 0 else { throw .emptyDomain }
        return totals
    }
    func gradient(at totals: [Double], values: [Double], count: Int) -> DenseMatrix { .identity(levelCount) }
}

extension Estimation {
    /// Above this many units × cells a dense matrix of them costs more than the table is worth.
    private static let denseCells = 4_000_000

    /// - Parameters:
    ///   - cellOfRow: the cell of each row, −1 for rows outside; at least one row is inside.
    func cells(_ cellOfRow: [Int32], count: Int, _ scale: CellStatistics.Scale) throws -> CellStatistics {
        let units = design.stages[design.varianceStages - 1].unitCount
        return IndicatorCovariance.serves(self) && units * count > Self.denseCells
            ? try sparseCells(cellOfRow, count: count, scale) : try denseCells(cellOfRow, count: count, scale)
    }

    /// Through the estimators, for every design.
    func denseCells(_ cellOfRow: [Int32], count: Int, _ scale: CellStatistics.Scale) throws -> CellStatistics {
        let everyone = Grouping.everyone(rowCount: design.rowCount)
        let result =
            switch scale {
            case .shares:
                try estimate(
                    ProportionEstimator("", levels: (0..<count).map { String($0) }, levelOfRow: cellOfRow),
                    by: everyone, wishes: Wishes(covariance: true))
            case .totals:
                try estimate(
                    LevelTotals(levelCount: count, levelOfRow: cellOfRow), by: everyone,
                    wishes: Wishes(covariance: true))
            }
        return CellStatistics(
            values: try result.outcomes[0].get(), covariance: result.covariance ?? DenseMatrix(rows: 0, columns: 0),
            counts: rowsPerCell(cellOfRow, count), degreesOfFreedom: result.completeDegreesOfFreedom[0])
    }

    /// Straight from the rows, for large tables over many units.
    func sparseCells(_ cellOfRow: [Int32], count: Int, _ scale: CellStatistics.Scale) throws -> CellStatistics {
        var sums = [CompensatedSum](repeating: CompensatedSum(), count: count)
        var counter = DomainCounter(design.stages[0], groupCount: 1)
        for row in cellOfRow.indices where cellOfRow[row] >= 0 && design.weights[row] != 0 {
            sums[Int(cellOfRow[row])].add(design.weights[row])
            counter.see(row, group: 0, weight: design.weights[row])
        }
        let totals = sums.map(\.value)
        let covariance = IndicatorCovariance.ofTotals(cellOfRow, count, design)
        let sum = CompensatedSum.of(totals)
        guard sum > 0 else { throw EstimationError.emptyDomain }
        let shares = totals.map { $0 / sum }
        return CellStatistics(
            values: scale == .totals ? totals : shares,
            covariance: scale == .totals ? covariance : Self.ofShares(shares, sum, covariance),
            counts: rowsPerCell(cellOfRow, count), degreesOfFreedom: counter.degreesOfFreedom()[0])
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
