import Foundation
public import PeilTable

/// How a quantile is read off the weighted distribution.
public enum QuantileRule: String, Sendable, CaseIterable, Codable {
    /// The smallest x whose cumulative weight reaches p·W.
    case math
    /// The same, and the mean of the two neighbours where the cumulative weight is exactly p·W.
    case school
    case hf2
    /// Linear between the points (0, c₁, …, cₙ₋₁)/cₙ₋₁ of the cumulative weights. Hyndman & Fan 1996, definition 7.
    case hf7
}

/// Quantiles of one variable with Woodruff intervals: the interval of the share at or below the estimate,
/// mapped back through the distribution.  Woodruff 1952; R `survey`'s svyquantile.
public struct QuantileEstimator: Sendable {
    public let variable: String
    public let probabilities: [Double]
    public let rule: QuantileRule
    public let interval: ProportionInterval
    public let level: Double
    private let column: ShiftedColumn

    public init(
        _ variable: String, of table: Table, probabilities: [Double], rule: QuantileRule = .math,
        interval: ProportionInterval = .mean, level: Double = 0.95
    ) throws {
        guard !probabilities.isEmpty, probabilities.allSatisfy({ $0 > 0 && $0 < 1 }) else {
            throw EstimationError.badOption(
                "probs must lie strictly between 0 and 1", remedy: "for example probs: [0.25, 0.5, 0.75]")
        }
        self.variable = variable
        self.probabilities = probabilities
        self.rule = rule
        self.interval = interval
        self.level = level
        column = ShiftedColumn(variable, try table.numbers(variable))
    }

    public struct Quantile: Sendable {
        public let group: Int
        public let probability: Double
        public let estimate: Double
        /// nil where an end of the share's interval lies outside 0…1.
        public let lower: Double?
        public let upper: Double?
        /// Width of the interval over 2·t(df).
        public let standardError: Double?
        public let degreesOfFreedom: Int
        public let count: Int
        public let effectiveN: Double?
    }

    /// One entry a group and probability; groups without a complete row with weight are left out.
    public func estimate(_ estimation: Estimation, by grouping: Grouping, in domain: [Bool]? = nil) throws -> [Quantile]
    {
        let distributions = distributions(estimation.design.weights, grouping, domain)
        var result: [Quantile] = []
        for (position, probability) in probabilities.enumerated() {
            let estimates = distributions.map { $0?.quantile(probability, rule) }
            let levels = (0..<column.values.count).map { row -> Int32 in
                guard column.isPresent(row), grouping.groupOfRow[row] >= 0,
                    let quantile = estimates[Int(grouping.groupOfRow[row])]
                else { return -1 }
                return column.values[row] <= quantile ? 0 : 1
            }
            let shares = try estimation.estimate(
                ProportionEstimator(variable, levels: ["at or below"], levelOfRow: levels), by: grouping, in: domain)
            for group in 0..<grouping.count {
                guard let distribution = distributions[group], let estimate = estimates[group] else { continue }
                result.append(quantile(group, position, estimate, distribution, shares))
            }
        }
        return result.sorted { ($0.group, $0.probability) < ($1.group, $1.probability) }
    }

    private func quantile(
        _ group: Int, _ position: Int, _ estimate: Double, _ distribution: WeightedDistribution,
        _ shares: GroupedEstimates
    ) -> Quantile {
        let df = shares.completeDegreesOfFreedom[group]
        var ends: (Double?, Double?) = (nil, nil)
        if let share = shares.value(group, 0), let error = shares.standardError(group, 0),
            let ci = ConfidenceInterval.share(
                share, standardError: error, count: shares.counts[group],
                effectiveN: shares.effectiveSampleSize(group), degreesOfFreedom: df,
                level: level, method: interval)
        {
            ends = (map(ci.lower, distribution), map(ci.upper, distribution))
        }
        var error: Double?
        if let lower = ends.0, let upper = ends.1 {
            error = (upper - lower) / (2 * ConfidenceInterval.tQuantile(level, df))
        }
        return Quantile(
            group: group, probability: probabilities[position], estimate: estimate, lower: ends.0, upper: ends.1,
            standardError: error, degreesOfFreedom: shares.degreesOfFreedom[group], count: shares.counts[group],
            effectiveN: shares.effectiveSampleSize(group))
    }

    private func map(_ share: Double, _ distribution: WeightedDistribution) -> Double? {
        share >= 0 && share <= 1 ? distribution.quantile(share, rule) : nil
    }

    private func distributions(_ weights: [Double], _ grouping: Grouping, _ domain: [Bool]?) -> [WeightedDistribution?]
    {
        var rows = [[Int]](repeating: [], count: grouping.count)
        for row in 0..<column.values.count
        where grouping.groupOfRow[row] >= 0 && column.isPresent(row)
            && weights[row] > 0 && (domain.map { $0[row] } ?? true)
        { rows[Int(grouping.groupOfRow[row])].append(row) }
        return rows.map { $0.isEmpty ? nil : WeightedDistribution($0.map { (column.values[$0], weights[$0]) }) }
    }
}

/// Values in order, each with the weight up to and including it. Equal values stand in the order of their
/// rows: `hf7` depends on which of them is last, in R too; the other rules do not.
struct WeightedDistribution: Sendable {
    private var values: [Double] = []
    private var cumulative: [Double] = []

    init(_ points: [(value: Double, weight: Double)]) {
        var sum = 0.0
        for point in points.sorted(by: { $0.value < $1.value }) {
            sum += point.weight
            values.append(point.value)
            cumulative.append(sum)
        }
    }

    private static let tie = 1e-12

    func quantile(_ probability: Double, _ rule: QuantileRule) -> Double {
        if rule == .hf7 { return interpolated(probability) }
        let target = probability * cumulative[cumulative.count - 1]
        let slack = Self.tie * cumulative[cumulative.count - 1]
        let index = first(reaching: target - slack)
        let isTie = abs(cumulative[index] - target) <= slack
        if rule != .math, isTie, index + 1 < values.count { return (values[index] + values[index + 1]) / 2 }
        return values[index]
    }

    /// The first index whose cumulative weight is at least `target`; the last where none is.
    private func first(reaching target: Double) -> Int {
        var low = 0
        var high = cumulative.count - 1
        while low < high {
            let middle = (low + high) / 2
            if cumulative[middle] >= target { high = middle } else { low = middle + 1 }
        }
        return low
    }

    private func interpolated(_ probability: Double) -> Double {
        guard values.count > 1 else { return values[0] }
        let target = probability * cumulative[cumulative.count - 2]
        let index = min(first(reaching: target), values.count - 2)
        let below = index == 0 ? 0 : cumulative[index - 1]
        let fraction = min(1, (target - below) / (cumulative[index] - below))
        return values[index] + fraction * (values[index + 1] - values[index])
    }
}
