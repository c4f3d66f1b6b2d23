import Foundation
internal import PeilNumerics
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
        try estimate(estimation, over: estimation.domain(by: grouping, in: domain))
    }

    /// One entry a group and probability; groups without a complete row with weight are left out.
    public func estimate(_ estimation: Estimation, over domain: GroupedDomain) throws -> [Quantile] {
        let distributions = distributions(domain, estimation.design.weights)
        let order = probabilities.indices.sorted { (probabilities[$0], $0) < (probabilities[$1], $1) }
        let thresholds = distributions.map { distribution in
            distribution.map { distribution in order.map { distribution.quantile(probabilities[$0], rule) } }
        }
        let shares = try estimation.estimate(
            CumulativeShares(column, thresholds, groupOfRow: domain.grouping.groupOfRow, count: order.count),
            over: domain)
        var result: [Quantile] = []
        for group in distributions.indices {
            guard let distribution = distributions[group], let thresholds = thresholds[group] else { continue }
            for (position, index) in order.enumerated() {
                result.append(quantile(group, index, position, thresholds[position], distribution, shares))
            }
        }
        return result
    }

    private func quantile(
        _ group: Int, _ index: Int, _ parameter: Int, _ estimate: Double, _ distribution: WeightedDistribution,
        _ shares: GroupedEstimates
    ) -> Quantile {
        let df = shares.completeDegreesOfFreedom[group]
        var ends: (Double?, Double?) = (nil, nil)
        if let share = shares.value(group, parameter), let error = shares.standardError(group, parameter),
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
            group: group, probability: probabilities[index], estimate: estimate, lower: ends.0, upper: ends.1,
            standardError: error, degreesOfFreedom: shares.degreesOfFreedom[group], count: shares.counts[group],
            effectiveN: shares.effectiveSampleSize(group))
    }

    private func map(_ share: Double, _ distribution: WeightedDistribution) -> Double? {
        share >= 0 && share <= 1 ? distribution.quantile(share, rule) : nil
    }

    /// Rows enter in the order of the file, on which hf7 depends where values are equal.
    private func distributions(_ domain: GroupedDomain, _ weights: [Double]) -> [WeightedDistribution?] {
        let groupOfRow = domain.grouping.groupOfRow
        var rows: [Int32] = []
        rows.reserveCapacity(weights.count)
        for row in weights.indices
        where groupOfRow[row] >= 0 && column.isPresent(row) && weights[row] > 0 && domain.mask?[row] != false {
            rows.append(Int32(row))
        }
        rows = Buckets.sorted(rows, by: groupOfRow, into: domain.grouping.count)
        var start = 0
        return (0..<domain.grouping.count).map { group in
            var end = start
            while end < rows.count, groupOfRow[Int(rows[end])] == group { end += 1 }
            defer { start = end }
            guard end > start else { return nil }
            return WeightedDistribution(
                values: rows[start..<end].map { column.values[Int($0)] },
                weights: rows[start..<end].map { weights[Int($0)] })
        }
    }
}

/// Shares of each group at or below its own ascending thresholds.
/// Basic values: 1, and for each threshold whether the row's value lies above the one before and not above it.
private struct CumulativeShares: SmoothEstimator {
    /// First threshold that is not below the row's value; `count` where all are, −1 where the value is absent.
    private let binOfRow: [Int32]
    private let count: Int
    var basicCount: Int { 1 + count }
    let labels: [ParameterLabel]

    init(_ column: ShiftedColumn, _ thresholds: [[Double]?], groupOfRow: [Int32], count: Int) {
        self.count = count
        labels = (0..<count).map { ParameterLabel(column.name, level: String($0)) }
        binOfRow = column.values.indices.map { row in
            guard column.isPresent(row), groupOfRow[row] >= 0, let own = thresholds[Int(groupOfRow[row])] else {
                return -1
            }
            var bin = 0
            while bin < count, own[bin] < column.values[row] { bin += 1 }
            return Int32(bin)
        }
    }

    func isComplete(_ row: Int) -> Bool { binOfRow[row] >= 0 }

    func add(_ row: Int, weight: Double, to totals: inout [Double], at offset: Int) {
        totals[offset] += weight
        let bin = Int(binOfRow[row])
        if bin < count { totals[offset + 1 + bin] += weight }
    }

    func value(at totals: [Double], count: Int) throws(EstimationError) -> [Double] {
        guard totals[0] > 0 else { throw .emptyDomain }
        var sum = 0.0
        return (0..<self.count).map { bin in
            sum += totals[1 + bin]
            return sum / totals[0]
        }
    }

    func gradient(at totals: [Double], values: [Double], count: Int) -> DenseMatrix {
        var gradient = DenseMatrix(rows: self.count, columns: basicCount)
        for parameter in 0..<self.count {
            gradient[parameter, 0] = -values[parameter] / totals[0]
            for bin in 0...parameter { gradient[parameter, 1 + bin] = 1 / totals[0] }
        }
        return gradient
    }
}

/// Values in order, each with the weight up to and including it. Equal values stand in the order of their
/// rows: `hf7` depends on which of them is last, in R too; the other rules do not.
struct WeightedDistribution: Sendable {
    private var values: [Double] = []
    private var cumulative: [Double] = []

    init(values: [Double], weights: [Double]) {
        var sum = CompensatedSum()
        let order = StableOrder.ascending(values)
        self.values.reserveCapacity(order.count)
        cumulative.reserveCapacity(order.count)
        for index in order {
            sum.add(weights[Int(index)])
            self.values.append(values[Int(index)])
            cumulative.append(sum.value)
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
