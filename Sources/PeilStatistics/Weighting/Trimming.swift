internal import PeilNumerics

/// Cuts weights that are large or small against the mean weight of their own group (the municipality): with
/// equal samples per municipality a bound against the regional mean would have no solution. What is cut is
/// spread equally over the uncut rows of the group, and the cutting repeats until nothing exceeds the bounds.
/// Potter 1990; R `survey`'s trimWeights, per group.
public struct Trimming: Sendable {
    /// Lower and upper bound as multiples of the group's mean weight.
    public let lower: Double
    public let upper: Double

    public init(lower: Double = 0, upper: Double) throws(WeightingError) {
        guard lower >= 0, lower < 1, upper > 1 else {
            throw .badBound("trimming bounds must satisfy 0 ≤ lower < 1 < upper")
        }
        self.lower = lower
        self.upper = upper
    }

    public struct Result: Sendable {
        public let weights: [Double]
        /// Rows whose weight was cut.
        public let trimmed: [Int]
    }

    /// - Parameters:
    ///   - weights: weights of the rows, 0 or more.
    ///   - groupCount: number of groups.
    ///   - groupOfRow: 0..<groupCount.
    ///   - copies: how many times a row counts, for a bootstrap that drew it more than once: bounds and means are then
    ///     those of a copy. nil for once each.
    public func trim(
        _ weights: [Double], groups groupOfRow: [Int32], groupCount: Int, copies: [Double]? = nil
    ) -> Result {
        var result = weights
        var isTrimmed = [Bool](repeating: false, count: weights.count)
        var rowsOfGroup = [[Int]](repeating: [], count: groupCount)
        let times = copies ?? [Double](repeating: 1, count: weights.count)
        // Rows without weight (nobody's, or left out of a replicate) take none and count for no mean.
        for row in weights.indices where weights[row] > 0 { rowsOfGroup[Int(groupOfRow[row])].append(row) }
        for rows in rowsOfGroup where !rows.isEmpty {
            let mean =
                CompensatedSum.of(rows.lazy.map { weights[$0] }) / CompensatedSum.of(rows.lazy.map { times[$0] })
            trimGroup(&result, &isTrimmed, rows, times, mean)
        }
        return Result(weights: result, trimmed: isTrimmed.indices.filter { isTrimmed[$0] })
    }

    private func trimGroup(
        _ weights: inout [Double], _ isTrimmed: inout [Bool], _ rows: [Int], _ times: [Double], _ mean: Double
    ) {
        while true {
            var removed = 0.0
            for row in rows {
                let own = mean * times[row]
                let bounded = min(max(weights[row], lower * own), upper * own)
                guard abs(bounded - weights[row]) > 1e-12 * own else { continue }
                removed += weights[row] - bounded
                weights[row] = bounded
                isTrimmed[row] = true
            }
            let free = rows.filter { !isTrimmed[$0] }
            // Where every row was cut, those with room on the other side take it: the group keeps its total.
            let takers =
                !free.isEmpty
                ? free
                : rows.filter { row in
                    let own = mean * times[row]
                    return removed > 0 ? weights[row] < upper * own : weights[row] > lower * own
                }
            guard removed != 0, !takers.isEmpty else { return }
            let places = takers.reduce(0) { $0 + times[$1] }
            for row in takers { weights[row] += removed * times[row] / places }
        }
    }

    /// Largest weight divided by its group's mean, and that group.
    public func largestRatio(
        _ weights: [Double], groups groupOfRow: [Int32], groupCount: Int, copies: [Double]? = nil
    ) -> (ratio: Double, group: Int) {
        let ratios = ratios(weights, groupOfRow, groupCount, copies, start: 0, max)
        let group = ratios.indices.max { ratios[$0] < ratios[$1] } ?? 0
        return (ratios.isEmpty ? 0 : ratios[group], group)
    }

    /// Smallest weight above 0 divided by its group's mean, and that group.
    public func smallestRatio(
        _ weights: [Double], groups groupOfRow: [Int32], groupCount: Int, copies: [Double]? = nil
    ) -> (ratio: Double, group: Int) {
        let ratios = ratios(weights, groupOfRow, groupCount, copies, start: .infinity, min)
        let group = ratios.indices.min { ratios[$0] < ratios[$1] } ?? 0
        return (ratios.isEmpty ? 1 : ratios[group], group)
    }

    /// Per group an extreme weight over the mean weight; `start` for groups without weight. Weights of single copies.
    private func ratios(
        _ weights: [Double], _ groupOfRow: [Int32], _ groupCount: Int, _ copies: [Double]?, start: Double,
        _ extreme: (Double, Double) -> Double
    ) -> [Double] {
        var sums = [Double](repeating: 0, count: groupCount)
        var counts = sums
        var extremes = [Double](repeating: start, count: groupCount)
        for row in weights.indices where weights[row] > 0 {
            let group = Int(groupOfRow[row])
            let times = copies?[row] ?? 1
            sums[group] += weights[row] * times
            counts[group] += times
            extremes[group] = extreme(extremes[group], weights[row])
        }
        return (0..<groupCount).map { sums[$0] > 0 ? extremes[$0] * counts[$0] / sums[$0] : start }
    }
}
