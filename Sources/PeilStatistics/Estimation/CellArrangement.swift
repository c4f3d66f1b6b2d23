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
        let units = unitOfRow.isEmpty ? 1 : unitCount
        if let possible = Self.places(units, grouping.count) {
            self.init(unitOfRow, units, ofRow, grouping, mask, possible: possible)
        } else {
            self.init(
                Self.ordered(unitOfRow: unitOfRow, unitCount: unitCount, grouping: grouping, mask: mask), unitOfRow,
                ofRow,
                grouping)
        }
    }

    /// How many cells are possible; nil where they are more than rows can be counted into in one step.
    private static func places(_ units: Int, _ groups: Int) -> Int? {
        let (product, isTooLarge) = units.multipliedReportingOverflow(by: groups)
        return isTooLarge || product > 1 << 16 ? nil : product
    }

    /// Counts rows into all possible cells.
    private init(
        _ unitOfRow: [Int32], _ unitCount: Int, _ ofRow: [Double], _ grouping: Grouping, _ mask: [Bool]?, possible: Int
    ) {
        let groupOfRow = grouping.groupOfRow
        /// −1 for a row outside groups or domain.
        func cell(_ row: Int) -> Int {
            let group = groupOfRow[row]
            guard group >= 0, mask?[row] != false else { return -1 }
            return Int(group) * unitCount + (unitOfRow.isEmpty ? 0 : Int(unitOfRow[row]))
        }
        var next = [Int32](repeating: 0, count: possible + 1)
        for row in groupOfRow.indices {
            let cell = cell(row)
            if cell >= 0 { next[cell + 1] += 1 }
        }
        var units: [Int32] = []
        var groups: [Int32] = []
        var rowStart: [Int32] = []
        var cellStart = [Int](repeating: 0, count: grouping.count + 1)
        for group in 0..<grouping.count {
            for unit in 0..<unitCount {
                let cell = group * unitCount + unit
                if next[cell + 1] > 0 {
                    units.append(Int32(unit))
                    groups.append(Int32(group))
                    rowStart.append(next[cell])
                }
                next[cell + 1] += next[cell]
            }
            cellStart[group + 1] = units.count
        }
        let count = Int(next[possible])
        rowStart.append(Int32(count))
        var rows = [Int32](repeating: 0, count: count)
        var weights = [Double](repeating: 0, count: count)
        for row in groupOfRow.indices {
            let cell = cell(row)
            guard cell >= 0 else { continue }
            let place = Int(next[cell])
            next[cell] += 1
            rows[place] = Int32(row)
            weights[place] = ofRow[row]
        }
        self.init(rows: rows, weights: weights, units: units, groups: groups, rowStart: rowStart, cellStart: cellStart)
    }

    /// - Parameters:
    ///   - ordered: rows by group, then unit.
    ///   - unitOfRow: empty where all rows are one unit.
    private init(_ ordered: [Int32], _ unitOfRow: [Int32], _ ofRow: [Double], _ grouping: Grouping) {
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
        let ends = Self.ends(cellCount, rows: Self.blockSize) { Int(rowStart[$0 + 1]) }
        let parts = blocks.map(ends.count) { block in
            self.sum(cells: (block == 0 ? 0 : ends[block - 1])..<ends[block], estimator)
        }
        return totals(parts, estimator.basicCount)
    }

    /// The sums of all cells, from those of parts that follow each other.
    func totals(_ parts: [CellSums], _ basicCount: Int) -> CellTotals {
        CellTotals(basicCount: basicCount, units: units, groups: groups, parts: parts)
    }

    /// The sums of the cells of some groups.
    func sums(groups: Range<Int>, _ estimator: some SmoothEstimator) -> CellSums {
        sum(cells: cellStart[groups.lowerBound]..<cellStart[groups.upperBound], estimator)
    }

    /// Groups at whose end a block of whole groups ends.
    func groupEnds() -> [Int] {
        Self.ends(cellStart.count - 1, rows: Self.blockSize / 8) { Int(rowStart[cellStart[$0 + 1]]) }
    }

    /// Where blocks of at least so many rows end; the last may have fewer.
    /// - Parameter rowEnd: where the rows of the n-th end.
    private static func ends(_ count: Int, rows: Int, _ rowEnd: (Int) -> Int) -> [Int] {
        var ends: [Int] = []
        var first = 0
        for place in 0..<count where rowEnd(place) - first >= rows || place + 1 == count {
            ends.append(place + 1)
            first = rowEnd(place)
        }
        return ends
    }

    private func sum(cells: Range<Int>, _ estimator: some SmoothEstimator) -> CellSums {
        var sums = CellSums(cells: cells.count, basicCount: estimator.basicCount)
        estimator.add(CellRows(rows: rows, weights: weights, rowStart: rowStart, cells: cells), to: &sums)
        return sums
    }
}
