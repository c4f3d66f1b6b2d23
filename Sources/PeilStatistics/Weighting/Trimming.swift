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

    /// - Parameter groupOfRow: 0..<groupCount.
    public func trim(_ weights: [Double], groups groupOfRow: [Int32], groupCount: Int) -> Result {
        var result = weights
        var isTrimmed = [Bool](repeating: false, count: weights.count)
        var rowsOfGroup = [[Int]](repeating: [], count: groupCount)
        // Rows without weight (nobody's, or left out of a replicate) take none and count for no mean.
        for row in weights.indices where weights[row] > 0 { rowsOfGroup[Int(groupOfRow[row])].append(row) }
        for rows in rowsOfGroup where !rows.isEmpty {
            let mean = CompensatedSum.of(rows.lazy.map { weights[$0] }) / Double(rows.count)
            trimGroup(&result, &isTrimmed, rows, mean)
        }
        return Result(weights: result, trimmed: isTrimmed.indices.filter { isTrimmed[$0] })
    }

    private func trimGroup(_ weights: inout [Double], _ isTrimmed: inout [Bool], _ rows: [Int], _ mean: Double) {
        while true {
            var removed = 0.0
            for row in rows {
                let bounded = min(max(weights[row], lower * mean), upper * mean)
                guard abs(bounded - weights[row]) > 1e-12 * mean else { continue }
                removed += weights[row] - bounded
                weights[row] = bounded
                isTrimmed[row] = true
            }
            let free = rows.filter { !isTrimmed[$0] }
            // Where every row was cut, those with room on the other side take it: the group keeps its total.
            let takers =
                !free.isEmpty
                ? free
                : rows.filter { removed > 0 ? weights[$0] < upper * mean : weights[$0] > lower * mean }
            guard removed != 0, !takers.isEmpty else { return }
            for row in takers { weights[row] += removed / Double(takers.count) }
        }
    }

    /// Largest weight divided by its group's mean, and that group.
    public func largestRatio(
        _ weights: [Double], groups groupOfRow: [Int32], groupCount: Int
    ) -> (ratio: Double, group: Int) {
        var sums = [Double](repeating: 0, count: groupCount)
        var counts = sums
        var largest = sums
        for row in weights.indices where weights[row] > 0 {
            let group = Int(groupOfRow[row])
            sums[group] += weights[row]
            counts[group] += 1
            largest[group] = max(largest[group], weights[row])
        }
        let ratios = (0..<groupCount).map { sums[$0] > 0 ? largest[$0] * counts[$0] / sums[$0] : 0 }
        let group = ratios.indices.max { ratios[$0] < ratios[$1] } ?? 0
        return (ratios.isEmpty ? 0 : ratios[group], group)
    }

    /// Smallest weight above 0 divided by its group's mean, and that group.
    public func smallestRatio(
        _ weights: [Double], groups groupOfRow: [Int32], groupCount: Int
    ) -> (ratio: Double, group: Int) {
        var sums = [Double](repeating: 0, count: groupCount)
        var counts = sums
        var smallest = [Double](repeating: .infinity, count: groupCount)
        for row in weights.indices where weights[row] > 0 {
            let group = Int(groupOfRow[row])
            sums[group] += weights[row]
            counts[group] += 1
            smallest[group] = min(smallest[group], weights[row])
        }
        let ratios = (0..<groupCount).map { sums[$0] > 0 ? smallest[$0] * counts[$0] / sums[$0] : .infinity }
        let group = ratios.indices.min { ratios[$0] < ratios[$1] } ?? 0
        return (ratios.isEmpty ? 1 : ratios[group], group)
    }
}
