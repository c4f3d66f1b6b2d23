internal import PeilNumerics
public import PeilTable

/// The rows of a domain, arranged once by group and sampling unit, and used by every estimator that is asked for
/// the same groups. A cell is one unit within one group; cells stand by group, then unit, so that every cell is
/// summed by one thread, in the same order on any number of threads, and every stratum is a run of cells.
public struct GroupedDomain: Sendable {
    public let grouping: Grouping
    /// The rows of the domain, nil for all.
    public let mask: [Bool]?
    private let cells: CellArrangement
    /// The same rows by cells of the last calibration instead of units, weighted as its regression weights them.
    let auxiliaryCells: CellArrangement?
    /// Where the rows of `auxiliaryCells` stand in `rows`.
    private let places: [Int32]
    /// The auxiliaries that each group meets.
    let metAuxiliaries: MetAuxiliaries?
    var rows: [Int32] { cells.rows }
    var weights: [Double] { cells.weights }
    var units: [Int32] { cells.units }
    var groups: [Int32] { cells.groups }
    var rowStart: [Int32] { cells.rowStart }
    var cellStart: [Int] { cells.cellStart }
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
        var byGroup = CarriedRows(
            by: grouping.groupOfRow, count: grouping.count, in: mask, units: unitOfRow, weights: design.weights)
        let (cells, place) = CellArrangement.arranged(
            byGroup, unitCount: unitOfRow.isEmpty ? 1 : design.unitCountForTotals)
        self.cells = cells
        (auxiliaryCells, places, metAuxiliaries) = Self.byCalibration(design, &byGroup, place)
        let (weights, rowStart, cellStart) = (cells.weights, cells.rowStart, cells.cellStart)
        groupWeights = Self.sums(weights, rowStart, cellStart)
        let starts = (rowStart, cellStart)
        (degreesOfFreedom, overallDegreesOfFreedom) = design.degreesOfFreedom(
            SampleDesign.DomainCells(
                units: cells.units, isOccupied: Self.occupied(weights, rowStart), cellStart: cellStart,
                rowsOfGroup: { group in
                    Self.rows(of: group, cells.rows, starts).filter { weights[$0] != 0 }.map { cells.rows[$0] }
                },
                mask: mask, countsAllRows: true))
    }

    /// The rows of a domain by cells of its calibration, which they carry from here on; where they stand by units; and the
    /// auxiliaries of each group.
    private static func byCalibration(
        _ design: SampleDesign, _ byGroup: inout CarriedRows, _ placeByUnit: [Int32]
    ) -> (CellArrangement?, [Int32], MetAuxiliaries?) {
        guard design.replicates == nil, let model = design.calibration else { return (nil, [], nil) }
        byGroup.carry(units: model.cells.cellOfRow, weights: model.regressionWeights(design.weights))
        let (cells, places) = CellArrangement.arranged(
            byGroup, unitCount: model.cells.count, placesIn: placeByUnit)
        return (cells, places, MetAuxiliaries(model.cells, cells))
    }

    /// Cells whose rows stand elsewhere.
    init(
        _ cells: CellArrangement, by grouping: Grouping, degreesOfFreedom: [Int], overall: Int, groupWeights: [Double]
    ) {
        self.grouping = grouping
        mask = nil
        self.cells = cells
        (auxiliaryCells, places, metAuxiliaries) = (nil, [], nil)
        self.degreesOfFreedom = degreesOfFreedom
        overallDegreesOfFreedom = overall
        self.groupWeights = groupWeights
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

    /// One pass over the rows: basic values summed per cell.
    func totals(of estimator: some SmoothEstimator, blocks: ParallelBlocks) -> CellTotals {
        cells.totals(of: estimator, blocks: blocks)
    }

    /// The same by cell of the last calibration.
    func auxiliaryTotals(of estimator: some SmoothEstimator, blocks: ParallelBlocks) -> CellTotals {
        calibratedCells.totals(of: estimator, blocks: blocks)
    }

    private var calibratedCells: CellArrangement {
        guard let auxiliaryCells else {
            preconditionFailure("a domain of a calibrated design holds its auxiliary cells")
        }
        return auxiliaryCells
    }

    /// Both.
    func calibratedTotals(
        of estimator: some SmoothEstimator, blocks: ParallelBlocks
    ) -> (cells: CellTotals, auxiliaries: CellTotals) {
        let auxiliaryCells = calibratedCells
        // Some groups at a time: their answers are still near the processor when they are read once more.
        let ends = cells.groupEnds()
        let parts = blocks.map(ends.count) { block in
            let groups = (block == 0 ? 0 : ends[block - 1])..<ends[block]
            let rows = (cells.rows(groups: groups), auxiliaryCells.rows(groups: groups))
            var sums = (
                CellSums(cells: rows.0.cells.count, basicCount: estimator.basicCount),
                CellSums(cells: rows.1.cells.count, basicCount: estimator.basicCount)
            )
            estimator.add(rows.0, to: &sums.0, again: rows.1, at: places, to: &sums.1)
            return sums
        }
        return (
            cells.totals(parts.map(\.0), estimator.basicCount),
            auxiliaryCells.totals(parts.map(\.1), estimator.basicCount)
        )
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
    /// Where the rows of these cells stand among those of all cells.
    var positions: Range<Int> { Int(rowStart[cells.lowerBound])..<Int(rowStart[cells.upperBound]) }

    /// The codes of these rows: they stand at random, and are fetched side by side before any is waited for.
    func fetched<Code: FixedWidthInteger>(_ codes: [Code]) -> [Code] {
        let positions = positions
        var result = [Code](repeating: 0, count: positions.count)
        for place in result.indices { result[place] = codes[Int(rows[positions.lowerBound + place])] }
        return result
    }

    /// Sums 1 and a code less a shift per row, in this order. Two rows at a time, as each sum waits for the one before; an
    /// absent answer weighs nothing, as a branch would be guessed wrong where one in some is absent.
    /// - Parameter code: of the row at a position; `CompactColumn.absent` where it is not complete.
    @inline(__always)
    func sumCodes(into sums: inout CellSums, shift: Double, _ code: (Int) -> UInt8) {
        /// All bits where an answer is there, none where it is absent.
        func kept(_ position: Int, _ code: UInt8) -> Double {
            let mask = UInt64(bitPattern: (Int64(code) - Int64(CompactColumn.absent)) >> 63)
            return Double(bitPattern: weights[position].bitPattern & mask)
        }
        for (offset, cell) in cells.enumerated() {
            var count: Int32 = 0
            var (sum, squares, total) = (SIMD2<Double>.zero, SIMD2<Double>.zero, SIMD2<Double>.zero)
            var position = Int(rowStart[cell])
            let end = Int(rowStart[cell + 1])
            while position + 1 < end {
                let (first, second) = (code(position), code(position + 1))
                let weights = SIMD2(kept(position, first), kept(position + 1, second))
                count &+= (weights.x == 0 ? 0 : 1) &+ (weights.y == 0 ? 0 : 1)
                sum += weights
                squares += weights * weights
                total += weights * (SIMD2(Double(first), Double(second)) - shift)
                position += 2
            }
            if position < end {
                let code = code(position)
                let weight = kept(position, code)
                count &+= weight == 0 ? 0 : 1
                sum.x += weight
                squares.x += weight * weight
                total.x += weight * (Double(code) - shift)
            }
            sums.counts[offset] = count
            sums.weights[offset] = sum.sum()
            sums.squaredWeights[offset] = squares.sum()
            sums.totals[2 * offset] = sum.sum()
            sums.totals[2 * offset + 1] = total.sum()
        }
    }
}

extension CellRows {
    /// Sums 1 and the indicators of `count` levels per row, in this order.
    /// - Parameter level: of the row at a position; −1 where it is not complete, one beyond the last counts for none.
    @inline(__always)
    func sumLevels(into sums: inout CellSums, count levels: Int, _ level: (Int) -> Int) {
        let k = levels + 1
        for (offset, cell) in cells.enumerated() {
            var count: Int32 = 0
            var sum = 0.0
            var squares = 0.0
            for position in Int(rowStart[cell])..<Int(rowStart[cell + 1]) {
                let level = level(position)
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

    public func add(
        _ rows: CellRows, to sums: inout CellSums, again others: CellRows, at places: [Int32],
        to otherSums: inout CellSums
    ) {
        add(rows, to: &sums)
        add(others, to: &otherSums)
    }

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
