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
        let (cells, auxiliaryCells, places, metAuxiliaries) =
            if Self.isWhole(grouping, mask) {
                Self.arranged(design, RowsInOrder(parts: design.unitOfRowForTotals, weights: design.weights))
            } else {
                Self.arranged(
                    design,
                    CarriedRows(
                        by: grouping.groupOfRow, count: grouping.count, in: mask, parts: design.unitOfRowForTotals,
                        weights: design.weights))
            }
        self.cells = cells
        self.auxiliaryCells = auxiliaryCells
        self.places = places
        self.metAuxiliaries = metAuxiliaries
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

    /// Whether one group holds all rows.
    static func isWhole(_ grouping: Grouping, _ mask: [Bool]?) -> Bool {
        mask == nil && grouping.count == 1 && !grouping.groupOfRow.contains(-1)
    }

    /// The rows of a domain by units; by cells of its calibration, and where they stand by units; and the auxiliaries of each
    /// group.
    /// - Parameter byGroup: rows by group, their parts units.
    private static func arranged(
        _ design: SampleDesign, _ byGroup: consuming some KeyedRows
    ) -> (CellArrangement, CellArrangement?, [Int32], MetAuxiliaries?) {
        let model = design.replicates == nil ? design.calibration : nil
        var places = model == nil ? RowPlaces.notAsked : .ofRows
        let unitCount = design.unitOfRowForTotals.isEmpty ? 1 : design.unitCountForTotals
        let cells = CellArrangement(copy byGroup, unitCount: unitCount, &places)
        guard let model else { return (cells, nil, [], nil) }
        byGroup.carry(parts: model.cells.cellOfRow, weights: model.regressionWeights(design.weights))
        var placesInUnits = RowPlaces.inOther(places.places)
        let auxiliaryCells = CellArrangement(byGroup, unitCount: model.cells.count, &placesInUnits)
        return (cells, auxiliaryCells, placesInUnits.places, MetAuxiliaries(model.cells, auxiliaryCells))
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
