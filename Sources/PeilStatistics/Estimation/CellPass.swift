internal import PeilNumerics
import PeilTable

/// The rows of an estimate in the order of their cells, so that every cell is summed by one thread and in the
/// same order on any number of threads.
struct CellPass: Sendable {
    /// Rows in the domain that have what the estimator reads, by unit, then group, then row.
    let rows: [Int32]
    let units: [Int32]
    let groups: [Int32]

    init(
        rowCount: Int, unitOfRow: [Int32], unitCount: Int, groupOfRow: [Int32], groupCount: Int,
        includes: (Int) -> Bool
    ) {
        var chosen: [Int32] = []
        chosen.reserveCapacity(rowCount)
        for row in 0..<rowCount where groupOfRow[row] >= 0 && includes(row) { chosen.append(Int32(row)) }
        if groupCount > 1 { chosen = Self.counted(chosen, by: groupOfRow, into: groupCount) }
        rows = Self.counted(chosen, by: unitOfRow, into: unitCount)
        units = rows.map { unitOfRow[Int($0)] }
        groups = rows.map { groupOfRow[Int($0)] }
    }

    /// A stable counting sort.
    static func counted(_ rows: [Int32], by key: [Int32], into buckets: Int) -> [Int32] {
        var start = [Int](repeating: 0, count: buckets + 1)
        for row in rows { start[Int(key[Int(row)]) + 1] += 1 }
        for bucket in 0..<buckets { start[bucket + 1] += start[bucket] }
        var sorted = [Int32](repeating: 0, count: rows.count)
        for row in rows {
            let bucket = Int(key[Int(row)])
            sorted[start[bucket]] = row
            start[bucket] += 1
        }
        return sorted
    }

    /// Rows per block; a constant, so that blocks do not depend on threads.
    private static let blockSize = 32_768

    /// One pass: blocks end where a cell ends, are summed apart and joined in order.
    func totals(of estimator: some SmoothEstimator, weights: [Double], blocks: ParallelBlocks) -> CellTotals {
        let ends = blockEnds()
        let parts = blocks.map(ends.count) { block in
            self.sum(from: block == 0 ? 0 : ends[block - 1], to: ends[block], estimator, weights)
        }
        guard var result = parts.first else { return CellTotals(basicCount: estimator.basicCount) }
        for part in parts.dropFirst() { result.join(part) }
        return result
    }

    private func blockEnds() -> [Int] {
        var ends: [Int] = []
        var position = 0
        while position < rows.count {
            position = min(position + Self.blockSize, rows.count)
            while position < rows.count, units[position] == units[position - 1],
                groups[position] == groups[position - 1]
            {
                position += 1
            }
            ends.append(position)
        }
        return ends
    }

    private func sum(from start: Int, to end: Int, _ estimator: some SmoothEstimator, _ weights: [Double]) -> CellTotals
    {
        var result = CellTotals(basicCount: estimator.basicCount)
        var cell = [Double](repeating: 0, count: estimator.basicCount)
        var count: Int32 = 0
        for position in start..<end {
            let row = Int(rows[position])
            estimator.add(row, weight: weights[row], to: &cell, at: 0)
            if weights[row] != 0 { count += 1 }
            let isLast =
                position + 1 == end || units[position + 1] != units[position]
                || groups[position + 1] != groups[position]
            guard isLast else { continue }
            result.append(unit: units[position], group: groups[position], count: count, totals: cell)
            for k in cell.indices { cell[k] = 0 }
            count = 0
        }
        return result
    }
}

extension CellTotals {
    /// Appends cells that all lie behind these.
    mutating func join(_ later: CellTotals) {
        for cell in 0..<later.cellCount {
            append(
                unit: later.units[cell], group: later.groups[cell], count: later.counts[cell],
                totals: Array(later.totals[(cell * basicCount)..<((cell + 1) * basicCount)]))
        }
    }

    /// Totals per group (k each) and complete rows per group.
    func groupTotals(groupCount: Int) -> (totals: [[Double]], counts: [Int]) {
        var sums = [CompensatedSum](repeating: CompensatedSum(), count: groupCount * basicCount)
        var counts = [Int](repeating: 0, count: groupCount)
        for cell in 0..<cellCount {
            let group = Int(groups[cell])
            counts[group] += Int(self.counts[cell])
            for k in 0..<basicCount { sums[group * basicCount + k].add(totals[cell * basicCount + k]) }
        }
        let totals = (0..<groupCount).map { group in
            (0..<basicCount).map { sums[group * basicCount + $0].value }
        }
        return (totals, counts)
    }
}
