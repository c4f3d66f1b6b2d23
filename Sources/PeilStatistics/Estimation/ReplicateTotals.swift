internal import PeilNumerics

/// Totals of basic values in every replicate, per group: replicates × (groups · k). They follow from the cells of
/// one pass, times the multipliers of the units; only weights that stand by row need a pass of their own.
struct ReplicateTotals: Sendable {
    /// Element (replicate, group · k + b).
    let totals: DenseMatrix

    private init(totals: DenseMatrix) { self.totals = totals }

    /// Totals of several estimators over one ungrouped domain: one product of multipliers and unit totals for all.
    static func together(_ matrix: DenseMatrix, _ cells: [CellTotals]) -> [ReplicateTotals] {
        guard let units = cells.first?.units, !units.isEmpty else { return [] }
        let width = cells.reduce(0) { $0 + $1.basicCount }
        var result = DenseMatrix(rows: matrix.rows, columns: width)
        let block = max(64, (1 << 21) / (matrix.rows + width))
        for first in stride(from: 0, to: units.count, by: block) {
            let own = first..<min(first + block, units.count)
            var totals = DenseMatrix(rows: own.count, columns: width)
            var column = 0
            for cells in cells {
                let k = cells.basicCount
                for (index, cell) in own.enumerated() {
                    for b in 0..<k { totals[index, column + b] = cells.totals[cell * k + b] }
                }
                column += k
            }
            let product = times(matrix, units[own], totals)
            for index in product.storage.indices { result.storage[index] += product.storage[index] }
        }
        var column = 0
        return cells.map { cells in
            let own = (column * matrix.rows)..<((column + cells.basicCount) * matrix.rows)
            column += cells.basicCount
            return ReplicateTotals(
                totals: DenseMatrix(
                    rows: matrix.rows, columns: cells.basicCount, storage: Array(result.storage[own])))
        }
    }

    /// The columns of some units (ascending) times their totals.
    private static func times(_ matrix: DenseMatrix, _ units: ArraySlice<Int32>, _ totals: DenseMatrix) -> DenseMatrix {
        guard let first = units.first, let last = units.last else {
            return DenseMatrix(rows: matrix.rows, columns: totals.columns)
        }
        if Int(last - first) + 1 == units.count {
            return LinearAlgebra.product(matrix, columns: Int(first)..<(Int(last) + 1), totals)
        }
        var storage: [Double] = []
        storage.reserveCapacity(matrix.rows * units.count)
        for unit in units {
            storage += matrix.storage[(Int(unit) * matrix.rows)..<((Int(unit) + 1) * matrix.rows)]
        }
        return LinearAlgebra.product(DenseMatrix(rows: matrix.rows, columns: units.count, storage: storage), totals)
    }

    /// Numbers that the totals may hold.
    static let limit = 400_000_000

    init(
        _ replicates: ReplicateWeights, _ design: SampleDesign, _ estimator: some SmoothEstimator,
        _ cells: CellTotals, _ groups: GroupTotals, over domain: GroupedDomain, blocks: ParallelBlocks
    ) throws(ReplicateError) {
        let k = estimator.basicCount
        let groupCount = domain.grouping.count
        guard replicates.count * groupCount * k <= Self.limit else {
            throw .tooLarge(replicates: replicates.count, rows: groupCount * k, limit: Self.limit)
        }
        let start = cells.groupStart(count: groupCount)
        let parts: [DenseMatrix]
        switch replicates.source {
        case .deletedUnits:
            parts = blocks.map(groupCount) { group in
                Self.deleting(
                    design.stages[0], replicates.count, cells, start[group]..<start[group + 1], groups.totals[group])
            }
        case .unitMultipliers(let matrix, _):
            parts = blocks.map(groupCount) { Self.multiplied(matrix, cells, start[$0]..<start[$0 + 1]) }
        case .rowWeights(let matrix):
            parts = blocks.map(groupCount) { group in
                Self.summed(matrix, estimator, domain, domain.positions(of: group))
            }
        }
        totals = DenseMatrix(
            rows: replicates.count, columns: groupCount * k, storage: parts.flatMap(\.storage))
    }

    /// T without unit u of stratum h, the rest of h times nₕ/(nₕ−1):  T − Tₕ + (Tₕ − tᵤ) nₕ/(nₕ−1).
    private static func deleting(
        _ stage: SampleDesign.Stage, _ replicates: Int, _ cells: CellTotals, _ range: Range<Int>, _ total: [Double]
    ) -> DenseMatrix {
        let k = cells.basicCount
        var result = DenseMatrix(rows: replicates, columns: k)
        for b in 0..<k { for replicate in 0..<replicates { result[replicate, b] = total[b] } }
        var unitStart = 0
        var cell = range.lowerBound
        for stratum in stage.strata {
            let units = unitStart..<(unitStart + stratum.sampled)
            unitStart = units.upperBound
            let first = cell
            while cell < range.upperBound, Int(cells.units[cell]) < units.upperBound { cell += 1 }
            guard cell > first, stratum.sampled > 1 else { continue }
            let size = Double(stratum.sampled)
            for b in 0..<k {
                var inStratum = 0.0
                for own in first..<cell { inStratum += cells.totals[own * k + b] }
                let others = total[b] - inStratum
                for unit in units { result[unit, b] = others + inStratum * size / (size - 1) }
                for own in first..<cell {
                    result[Int(cells.units[own]), b] =
                        others + (inStratum - cells.totals[own * k + b]) * size / (size - 1)
                }
            }
        }
        return result
    }

    /// Multipliers (replicates × units) times the group's unit totals (units × k), one product a block of cells.
    private static func multiplied(_ matrix: DenseMatrix, _ cells: CellTotals, _ range: Range<Int>) -> DenseMatrix {
        let k = cells.basicCount
        var result = DenseMatrix(rows: matrix.rows, columns: k)
        let block = max(1, (1 << 20) / matrix.rows)
        for first in stride(from: range.lowerBound, to: range.upperBound, by: block) {
            let own = first..<min(first + block, range.upperBound)
            var totals = DenseMatrix(rows: own.count, columns: k)
            for (index, cell) in own.enumerated() {
                for b in 0..<k { totals[index, b] = cells.totals[cell * k + b] }
            }
            let product = Self.times(matrix, cells.units[own], totals)
            for index in product.storage.indices { result.storage[index] += product.storage[index] }
        }
        return result
    }

    /// Weights by row: every row's basic values times its weight in each replicate.
    private static func summed(
        _ matrix: DenseMatrix, _ estimator: some SmoothEstimator, _ domain: GroupedDomain, _ positions: Range<Int>
    ) -> DenseMatrix {
        let k = estimator.basicCount
        var result = DenseMatrix(rows: matrix.rows, columns: k)
        let block = max(1, (1 << 20) / matrix.rows)
        var values = [Double](repeating: 0, count: k)
        for first in stride(from: positions.lowerBound, to: positions.upperBound, by: block) {
            let own = (first..<min(first + block, positions.upperBound)).filter {
                estimator.isComplete(Int(domain.rows[$0]))
            }
            var weights = DenseMatrix(rows: matrix.rows, columns: own.count)
            var basics = DenseMatrix(rows: own.count, columns: k)
            for (index, position) in own.enumerated() {
                let row = Int(domain.rows[position])
                weights.add(1, times: matrix, column: row, rows: 0..<matrix.rows, to: index)
                for b in 0..<k { values[b] = 0 }
                estimator.add(row, weight: 1, to: &values, at: 0)
                for b in 0..<k { basics[index, b] = values[b] }
            }
            let product = LinearAlgebra.product(weights, basics)
            for index in product.storage.indices { result.storage[index] += product.storage[index] }
        }
        return result
    }
}
