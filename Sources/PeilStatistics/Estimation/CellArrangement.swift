internal import PeilNumerics
internal import PeilTable

/// Rows in an order in which those of a cell stand together, a cell being one unit (or one cell of a calibration) within
/// one group; cells stand by group, then unit, so that every cell is summed by one thread, in the same order on any
/// number of threads.
struct CellArrangement: Sendable {
    /// Rows in groups and domain: by group, then unit, then row.
    let rows: [Int32]
    /// Weights in the order of `rows`.
    let weights: [Double]
    /// Unit and group of each cell.
    let units: [Int32]
    let groups: [Int32]
    /// Where the rows of each cell begin; one entry more than there are cells.
    let rowStart: [Int32]
    /// Where the cells of each group begin; one entry more than there are groups.
    let cellStart: [Int]

    init(
        rows: [Int32], weights: [Double], units: [Int32], groups: [Int32], rowStart: [Int32], cellStart: [Int]
    ) {
        self.rows = rows
        self.weights = weights
        self.units = units
        self.groups = groups
        self.rowStart = rowStart
        self.cellStart = cellStart
    }

    /// - Parameter unitOfRow: empty where all rows are one unit.
    init(unitOfRow: [Int32], unitCount: Int, weights ofRow: [Double], by grouping: Grouping, in mask: [Bool]?) {
        let ordered = Self.ordered(unitOfRow: unitOfRow, unitCount: unitCount, grouping: grouping, mask: mask)
        rows = ordered
        weights = ordered.map { ofRow[Int($0)] }
        var units: [Int32] = []
        var groups: [Int32] = []
        var rowStart: [Int32] = []
        var cellStart = [Int](repeating: 0, count: grouping.count + 1)
        var lastUnit = Int32(-1)
        var lastGroup = Int32(-1)
        for position in ordered.indices {
            let row = Int(ordered[position])
            let unit = unitOfRow.isEmpty ? 0 : unitOfRow[row]
            let group = grouping.groupOfRow[row]
            if unit == lastUnit, group == lastGroup { continue }
            units.append(unit)
            groups.append(group)
            rowStart.append(Int32(position))
            cellStart[Int(group) + 1] = units.count
            lastUnit = unit
            lastGroup = group
        }
        rowStart.append(Int32(ordered.count))
        for group in 0..<grouping.count { cellStart[group + 1] = max(cellStart[group + 1], cellStart[group]) }
        self.units = units
        self.groups = groups
        self.rowStart = rowStart
        self.cellStart = cellStart
    }

    /// Rows by group, then unit, then row: two stable counting sorts.
    private static func ordered(unitOfRow: [Int32], unitCount: Int, grouping: Grouping, mask: [Bool]?) -> [Int32] {
        let groupOfRow = grouping.groupOfRow
        var chosen: [Int32] = []
        chosen.reserveCapacity(groupOfRow.count)
        if let mask {
            for row in groupOfRow.indices where groupOfRow[row] >= 0 && mask[row] { chosen.append(Int32(row)) }
        } else {
            for row in groupOfRow.indices where groupOfRow[row] >= 0 { chosen.append(Int32(row)) }
        }
        if !unitOfRow.isEmpty { chosen = Buckets.sorted(chosen, by: unitOfRow, into: unitCount) }
        return grouping.count > 1 ? Buckets.sorted(chosen, by: groupOfRow, into: grouping.count) : chosen
    }

    var cellCount: Int { units.count }

    /// Rows per block; a constant, so that blocks do not depend on threads.
    private static let blockSize = 32_768

    /// One pass over the rows: basic values summed per cell.
    func totals(of estimator: some SmoothEstimator, blocks: ParallelBlocks) -> CellTotals {
        let ends = blockEnds()
        let parts = blocks.map(ends.count) { block in
            self.sum(cells: (block == 0 ? 0 : ends[block - 1])..<ends[block], estimator)
        }
        return CellTotals(basicCount: estimator.basicCount, units: units, groups: groups, parts: parts)
    }

    /// Cells at whose end a block ends.
    private func blockEnds() -> [Int] {
        var ends: [Int] = []
        var first = Int32(0)
        for cell in 0..<cellCount where Int(rowStart[cell + 1] - first) >= Self.blockSize || cell + 1 == cellCount {
            ends.append(cell + 1)
            first = rowStart[cell + 1]
        }
        return ends
    }

    private func sum(cells: Range<Int>, _ estimator: some SmoothEstimator) -> CellSums {
        var sums = CellSums(cells: cells.count, basicCount: estimator.basicCount)
        estimator.add(CellRows(rows: rows, weights: weights, rowStart: rowStart, cells: cells), to: &sums)
        return sums
    }
}
