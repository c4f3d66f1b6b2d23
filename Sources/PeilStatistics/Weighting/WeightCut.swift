internal import PeilNumerics

/// Cuts weights at absolute bounds and spreads what was cut equally over the other rows, so that the total stays.
/// R `survey`'s trimWeights; Potter 1990. For bounds against a group's mean weight see `Trimming`.
public struct WeightCut: Sendable {
    public let lower: Double
    public let upper: Double
    /// Cut and spread again until no weight lies outside the bounds; else once, and spreading may push weights over.
    public let isStrict: Bool

    public init(lower: Double = -.infinity, upper: Double = .infinity, strict: Bool = false) throws(WeightingError) {
        guard !lower.isNaN, !upper.isNaN, lower < upper, upper > 0 else {
            throw .badBound("trimming needs lower < upper and upper > 0")
        }
        self.lower = lower
        self.upper = upper
        isStrict = strict
    }

    /// Rounds after which what is left to spread is rounding.
    private static let maximumRounds = 10_000

    /// Rows without weight (left out of a replicate) keep none and take none.
    /// - Parameter weights: weights of the rows.
    /// - Parameter copies: how many times a row counts, for a bootstrap that drew it more than once; bounds then hold for
    ///   each copy. nil for once each.
    /// - Throws: `.trimmingImpossible` where the rows cannot carry their total between the bounds.
    public func trim(_ weights: [Double], copies: [Double]? = nil) throws(WeightingError) -> Trimming.Result {
        let rows = weights.indices.filter { weights[$0] != 0 }
        let total = CompensatedSum.of(rows.lazy.map { weights[$0] })
        let times = weights.indices.map { copies?[$0] ?? 1 }
        let count = CompensatedSum.of(rows.lazy.map { times[$0] })
        // Equal weights at a bound, summed, may miss it by rounding.
        let slack = 1e-12 * abs(total)
        guard count == 0 || !isStrict || (count * lower <= total + slack && total <= count * upper + slack) else {
            throw .trimmingImpossible(group: "(all)")
        }
        var result = weights
        var isTrimmed = [Bool](repeating: false, count: weights.count)
        for _ in 0..<(isStrict ? Self.maximumRounds : 1) {
            guard try spread(&result, rows, times, &isTrimmed) else { break }
        }
        if isStrict { for row in rows { result[row] = min(max(result[row], lower * times[row]), upper * times[row]) } }
        return Trimming.Result(weights: result, trimmed: isTrimmed.indices.filter { isTrimmed[$0] })
    }

    /// One round; false when no weight was outside. A row that was cut takes nothing any more; only where nobody else is
    /// left do cut rows with room on the other side.
    private func spread(
        _ weights: inout [Double], _ rows: [Int], _ times: [Double], _ isTrimmed: inout [Bool]
    ) throws(WeightingError) -> Bool {
        var removed = CompensatedSum()
        var isAnyOutside = false
        for row in rows {
            let bounded = min(max(weights[row], lower * times[row]), upper * times[row])
            guard bounded != weights[row] else { continue }
            removed.add(weights[row] - bounded)
            weights[row] = bounded
            isTrimmed[row] = true
            isAnyOutside = true
        }
        guard isAnyOutside else { return false }
        let free = rows.filter { !isTrimmed[$0] }
        let takers =
            !free.isEmpty
            ? free
            : rows.filter { row in
                removed.value > 0 ? weights[row] < upper * times[row] : weights[row] > lower * times[row]
            }
        let places = CompensatedSum.of(takers.lazy.map { times[$0] })
        guard places > 0 || removed.value == 0 else { throw .trimmingImpossible(group: "(all)") }
        for row in takers { weights[row] += removed.value * times[row] / places }
        return true
    }
}
