internal import PeilNumerics
public import PeilTable

/// The rows of a domain, arranged once by group and sampling unit, and used by every estimator that is asked for
/// the same groups. A cell is one unit within one group; cells stand by group, then unit, so that every cell is
/// summed by one thread, in the same order on any number of threads, and every stratum is a run of cells.
public struct GroupedDomain: Sendable {
    public let grouping: Grouping
    /// The rows of the domain, nil for all.
    public let mask: [Bool]?
    /// Rows in groups and domain: by group, then unit, then row.
    let rows: [Int32]
    /// Weights in the order of `rows`.
    let weights: [Double]
    let units: [Int32]
    let groups: [Int32]
    /// Where the rows of each cell begin; one entry more than there are cells.
    let rowStart: [Int32]
    /// Where the cells of each group begin; one entry more than there are groups.
    let cellStart: [Int]
    /// Units minus strata per group, over rows with weight whether or not they answered; for replicate designs
    /// the rank of the replicate weights of these rows, minus one.
    public let degreesOfFreedom: [Int]
    /// The same of all groups together.
    public let overallDegreesOfFreedom: Int
    /// Sum of the weights per group, whether or not they answered.
    public let groupWeights: [Double]

    init(_ design: SampleDesign, by grouping: Grouping, in mask: [Bool]?) {
        precondition(grouping.groupOfRow.count == design.rowCount, "a group for each row")
        precondition(mask.map { $0.count == design.rowCount } ?? true, "a mask over all rows")
        self.grouping = grouping
        self.mask = mask
        let unitOfRow = design.unitOfRowForTotals
        let ordered = Self.ordered(
            unitOfRow: unitOfRow, unitCount: design.unitCountForTotals, grouping: grouping, mask: mask)
        rows = ordered
        weights = ordered.map { design.weights[Int($0)] }
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
        groupWeights = Self.sums(weights, rowStart, cellStart)
        let starts = (rowStart, cellStart)
        (degreesOfFreedom, overallDegreesOfFreedom) = design.degreesOfFreedom(
            SampleDesign.DomainCells(
                units: units, isOccupied: Self.occupied(weights, rowStart), cellStart: cellStart,
                rowsOfGroup: { [weights] group in
                    Self.rows(of: group, ordered, starts).filter { weights[$0] != 0 }.map { ordered[$0] }
                },
                mask: mask, countsAllRows: true))
    }

    var cellCount: Int { units.count }

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

    /// Whether each cell holds a row with weight: rows without weight make no unit part of a domain.
    private static func occupied(_ weights: [Double], _ rowStart: [Int32]) -> [Bool] {
        (0..<(rowStart.count - 1)).map { cell in
            for position in Int(rowStart[cell])..<Int(rowStart[cell + 1]) where weights[position] != 0 { return true }
            return false
        }
    }

    /// Positions of the rows of a group.
    private static func rows(of group: Int, _ rows: [Int32], _ starts: ([Int32], [Int])) -> Range<Int> {
        Int(starts.0[starts.1[group]])..<Int(starts.0[starts.1[group + 1]])
    }

    /// Whether a row is in the domain and in a group.
    @inline(__always) func holds(_ row: Int) -> Bool { grouping.groupOfRow[row] >= 0 && mask?[row] != false }

    /// Positions of the rows of a group.
    func positions(of group: Int) -> Range<Int> {
        Int(rowStart[cellStart[group]])..<Int(rowStart[cellStart[group + 1]])
    }

    private static func sums(_ weights: [Double], _ rowStart: [Int32], _ cellStart: [Int]) -> [Double] {
        (0..<(cellStart.count - 1)).map { group in
            var sum = CompensatedSum()
            for position in Int(rowStart[cellStart[group]])..<Int(rowStart[cellStart[group + 1]]) {
                sum.add(weights[position])
            }
            return sum.value
        }
    }

    // MARK: The pass

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

/// The rows of consecutive cells: what an estimator sums over.
public struct CellRows: Sendable {
    /// Rows and their weights, cell by cell.
    let rows: [Int32]
    let weights: [Double]
    /// Where the rows of each cell begin.
    let rowStart: [Int32]
    let cells: Range<Int>
}

/// What is summed per cell: basic values, complete rows with weight, their weights and squared weights.
public struct CellSums: Sendable {
    let basicCount: Int
    var counts: [Int32]
    var weights: [Double]
    var squaredWeights: [Double]
    var totals: [Double]

    init(cells: Int, basicCount: Int) {
        self.basicCount = basicCount
        counts = [Int32](repeating: 0, count: cells)
        weights = [Double](repeating: 0, count: cells)
        squaredWeights = weights
        totals = [Double](repeating: 0, count: cells * basicCount)
    }
}

extension CellRows {
    /// Sums 1 and one value per row, in this order.
    /// - Parameter value: nil where the row is not complete. Inlined into the loop: a call a row would cost more than
    ///   the sum.
    @inline(__always)
    func sumOneColumn(into sums: inout CellSums, _ value: (Int) -> Double?) {
        for (offset, cell) in cells.enumerated() {
            var count: Int32 = 0
            var sum = 0.0
            var squares = 0.0
            var total = 0.0
            for position in Int(rowStart[cell])..<Int(rowStart[cell + 1]) {
                guard let value = value(Int(rows[position])) else { continue }
                let weight = weights[position]
                guard weight != 0 else { continue }
                count += 1
                sum += weight
                squares += weight * weight
                total += weight * value
            }
            sums.counts[offset] = count
            sums.weights[offset] = sum
            sums.squaredWeights[offset] = squares
            sums.totals[2 * offset] = sum
            sums.totals[2 * offset + 1] = total
        }
    }
}

extension CellRows {
    /// Sums 1 and the indicators of `count` levels per row, in this order.
    /// - Parameter level: −1 where the row is not complete; a level beyond the last counts for none.
    @inline(__always)
    func sumLevels(into sums: inout CellSums, count levels: Int, _ level: (Int) -> Int) {
        let k = levels + 1
        for (offset, cell) in cells.enumerated() {
            var count: Int32 = 0
            var sum = 0.0
            var squares = 0.0
            for position in Int(rowStart[cell])..<Int(rowStart[cell + 1]) {
                let level = level(Int(rows[position]))
                guard level >= 0 else { continue }
                let weight = weights[position]
                guard weight != 0 else { continue }
                count += 1
                sum += weight
                squares += weight * weight
                if level < levels { sums.totals[offset * k + 1 + level] += weight }
            }
            sums.counts[offset] = count
            sums.weights[offset] = sum
            sums.squaredWeights[offset] = squares
            sums.totals[offset * k] = sum
        }
    }
}

extension SmoothEstimator {
    public func add(_ rows: CellRows, to sums: inout CellSums) { addEachRow(rows, to: &sums) }

    func addEachRow(_ rows: CellRows, to sums: inout CellSums) {
        let k = basicCount
        for (offset, cell) in rows.cells.enumerated() {
            var count: Int32 = 0
            var sum = 0.0
            var squares = 0.0
            for position in Int(rows.rowStart[cell])..<Int(rows.rowStart[cell + 1]) {
                let row = Int(rows.rows[position])
                guard isComplete(row) else { continue }
                let weight = rows.weights[position]
                guard weight != 0 else { continue }
                add(row, weight: weight, to: &sums.totals, at: offset * k)
                count += 1
                sum += weight
                squares += weight * weight
            }
            sums.counts[offset] = count
            sums.weights[offset] = sum
            sums.squaredWeights[offset] = squares
        }
    }
}
