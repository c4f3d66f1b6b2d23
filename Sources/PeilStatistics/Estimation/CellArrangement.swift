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
    init(unitOfRow: [Int32], unitCount: Int, weights: [Double], by grouping: Grouping, in mask: [Bool]?) {
        let unitCount = unitOfRow.isEmpty ? 1 : unitCount
        var places = RowPlaces.notAsked
        if GroupedDomain.isWhole(grouping, mask) {
            self.init(RowsInOrder(parts: unitOfRow, weights: weights), unitCount: unitCount, &places)
        } else {
            let rows = CarriedRows(
                by: grouping.groupOfRow, count: grouping.count, in: mask, parts: unitOfRow, weights: weights)
            self.init(rows, unitCount: unitCount, &places)
        }
    }

    /// - Parameters:
    ///   - byGroup: rows by group; their parts are units.
    ///   - places: where rows go, as far as that is asked.
    init(_ byGroup: some KeyedRows, unitCount: Int, _ places: inout RowPlaces) {
        var units: [Int32] = []
        var groups: [Int32] = []
        var rowStart: [Int32] = []
        var cellStart = [0]
        var rows = [Int32](repeating: 0, count: byGroup.count)
        var weights = [Double](repeating: 0, count: byGroup.count)
        // How many rows of the group a unit has, then where its next one goes; 0 again after the group.
        var next = [Int32](repeating: 0, count: unitCount)
        places.makeRoom(byGroup.count)
        for group in 0..<byGroup.keyCount {
            let own = byGroup.range(group)
            let first = units.count
            Self.append(unitsOf: byGroup, own, to: &units, counts: &next)
            var place = Int32(own.lowerBound)
            for unit in units[first...] {
                groups.append(Int32(group))
                rowStart.append(place)
                let count = next[Int(unit)]
                next[Int(unit)] = place
                place += count
            }
            Self.put(byGroup, own, in: &next, &rows, &weights, &places)
            for unit in units[first...] { next[Int(unit)] = 0 }
            cellStart.append(units.count)
        }
        rowStart.append(Int32(rows.count))
        self.init(
            rows: rows, weights: weights, units: units, groups: groups, rowStart: rowStart, cellStart: cellStart)
    }

    /// Puts rows of one group in their places.
    /// - Parameter next: place of the next row of each unit.
    private static func put(
        _ byGroup: some KeyedRows, _ own: Range<Int>, in next: inout [Int32], _ rows: inout [Int32],
        _ weights: inout [Double], _ places: inout RowPlaces
    ) {
        // Seen through spans, the arrays are not asked at every row whether somebody else holds them too.
        var next = next.mutableSpan
        var rows = rows.mutableSpan
        var weights = weights.mutableSpan
        for index in own {
            let row = byGroup[index]
            let place = next[Int(row.part)]
            next[Int(row.part)] = place + 1
            rows[Int(place)] = row.row
            weights[Int(place)] = row.weight
            places.note(index, place)
        }
    }

    /// Appends the units of some rows, ascending, and counts the rows of each.
    private static func append(
        unitsOf rows: some KeyedRows, _ own: Range<Int>, to units: inout [Int32], counts: inout [Int32]
    ) {
        let first = units.count
        var isAscending = true
        for index in own {
            let unit = rows[index].part
            if counts[Int(unit)] == 0 {
                if units.count > first, units[units.count - 1] > unit { isAscending = false }
                units.append(unit)
            }
            counts[Int(unit)] += 1
        }
        if isAscending { return }
        if units.count - first <= counts.count / 16 {
            units[first...].sort()
        } else {
            // Where most units are there, to look at all of them is less than to sort those.
            units.removeSubrange(first...)
            for unit in counts.indices where counts[unit] > 0 { units.append(Int32(unit)) }
        }
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

    /// The cells of some groups.
    func rows(groups: Range<Int>) -> CellRows {
        rows(cells: cellStart[groups.lowerBound]..<cellStart[groups.upperBound])
    }

    private func rows(cells: Range<Int>) -> CellRows {
        CellRows(rows: rows, weights: weights, rowStart: rowStart, cells: cells)
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
        estimator.add(rows(cells: cells), to: &sums)
        return sums
    }
}
