internal import PeilNumerics

/// How much an estimate rests on its largest weights: the estimate again without the 1, 2, … rows that weigh most.
/// A question for reading, not a reason to drop anybody.
public struct WeightInfluence: Sendable, Equatable, Codable {
    public let label: String
    public let estimate: Double
    /// The estimate without the 1, 2, … heaviest rows.
    public let without: [Double]
    /// Share of the weight that these rows carry together.
    public let weightShares: [Double]

    /// Largest |change| against the full estimate.
    public var largestChange: Double { without.reduce(0) { max($0, abs($1 - estimate)) } }

    /// One entry a parameter of the estimator, over rows that are complete and in the mask.
    /// - Parameter estimator: what is estimated.
    /// - Parameter mask: rows that count; nil for all.
    /// - Parameter weights: weights of the rows, 0 or more.
    /// - Parameter count: how many of the heaviest rows are left out, one more each time; ties go by row.
    public static func of(
        _ estimator: some SmoothEstimator, weights: [Double], in mask: [Bool]? = nil, heaviest count: Int = 10
    ) throws(EstimationError) -> [WeightInfluence] {
        let rows = weights.indices.filter { weights[$0] != 0 && mask?[$0] != false && estimator.isComplete($0) }
        let heaviest = rows.sorted { weights[$0] == weights[$1] ? $0 < $1 : weights[$0] > weights[$1] }.prefix(count)
        var totals = [Double](repeating: 0, count: estimator.basicCount)
        for row in rows { estimator.add(row, weight: weights[row], to: &totals, at: 0) }
        let full = try estimator.value(at: totals, count: rows.count)
        let all = CompensatedSum.of(rows.lazy.map { weights[$0] })
        var without: [[Double]] = []
        var shares: [Double] = []
        var gone = 0.0
        for (index, row) in heaviest.enumerated() where rows.count - index > 2 {
            estimator.add(row, weight: -weights[row], to: &totals, at: 0)
            gone += weights[row]
            without.append(try estimator.value(at: totals, count: rows.count - index - 1))
            shares.append(gone / all)
        }
        return estimator.labels.indices.map { parameter in
            let label = estimator.labels[parameter]
            return WeightInfluence(
                label: label.level.map { "\(label.variable)=\($0)" } ?? label.variable, estimate: full[parameter],
                without: without.map { $0[parameter] }, weightShares: shares)
        }
    }
}
