public import PeilNumerics
public import PeilTable

/// Rows of a partition by a key of the caller's (a sampling unit, a cell of a calibration) and group: what is summed
/// where the whole design is not known.
public struct KeyedCells: Sendable {
    private let cells: CellArrangement

    /// - Parameters:
    ///   - keyOfRow: below `keyCount`.
    ///   - keyCount: how many keys there may be.
    ///   - weights: of each row; rows with 0 add to no sum.
    ///   - grouping: the group of each row.
    ///   - mask: the domain; nil for all rows.
    public init(
        keyOfRow: [Int32], keyCount: Int, weights: [Double], by grouping: Grouping, in mask: [Bool]?
    ) {
        cells = CellArrangement(unitOfRow: keyOfRow, unitCount: keyCount, weights: weights, by: grouping, in: mask)
    }

    public var count: Int { cells.cellCount }
    public func key(_ cell: Int) -> Int32 { cells.units[cell] }
    public func group(_ cell: Int) -> Int32 { cells.groups[cell] }

    /// Rows with weight of a cell, and the sum of their weights, whether or not they answered.
    public func presence(_ cell: Int) -> (rows: Int, weight: Double) {
        var rows = 0
        var weight = 0.0
        for position in Int(cells.rowStart[cell])..<Int(cells.rowStart[cell + 1]) where cells.weights[position] != 0 {
            rows += 1
            weight += cells.weights[position]
        }
        return (rows, weight)
    }

    /// The rows with weight of a cell.
    @inline(__always)
    func forEachRow(_ cell: Int, _ body: (Int, Double) -> Void) {
        for position in Int(cells.rowStart[cell])..<Int(cells.rowStart[cell + 1]) where cells.weights[position] != 0 {
            body(Int(cells.rows[position]), cells.weights[position])
        }
    }

    public func totals(of estimator: some SmoothEstimator, blocks: ParallelBlocks) -> CellTotals {
        cells.totals(of: estimator, blocks: blocks)
    }
}
