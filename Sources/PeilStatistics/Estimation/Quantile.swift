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
    private let column: NumericColumn
    private let compact: CompactColumn

    public init(
        _ variable: String, of table: Table, probabilities: [Double], rule: QuantileRule = .math,
        interval: ProportionInterval = .mean, level: Double = 0.95
    ) throws {
        guard !probabilities.isEmpty, probabilities.count <= CumulativeShares.limit,
            probabilities.allSatisfy({ $0 > 0 && $0 < 1 })
        else {
            throw EstimationError.badOption(
                "probs must be 1 to \(CumulativeShares.limit) numbers strictly between 0 and 1",
                remedy: "for example probs: [0.25, 0.5, 0.75]")
        }
        self.variable = variable
        self.probabilities = probabilities
        self.rule = rule
        self.interval = interval
        self.level = level
        column = try table.numbers(variable)
        compact = CompactColumn(column)
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
            CumulativeShares(
                variable, column, compact, thresholds, groupOfRow: domain.grouping.groupOfRow, count: order.count),
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
        if domain.grouping.count == 1 {
            let all = domain.mask == nil && !domain.grouping.groupOfRow.contains(-1)
            return [all ? distribution(weights.indices, weights) : distribution(heldRows(domain), weights)]
        }
        let groupOfRow = domain.grouping.groupOfRow
        let rows = Buckets.sorted(
            heldRows(domain).map { Int32($0) }, by: groupOfRow, into: domain.grouping.count)
        var start = 0
        return (0..<domain.grouping.count).map { group in
            var end = start
            while end < rows.count, groupOfRow[Int(rows[end])] == group { end += 1 }
            defer { start = end }
            return distribution(rows[start..<end].lazy.map { Int($0) }, weights)
        }
    }

    private func heldRows(_ domain: GroupedDomain) -> [Int] {
        domain.grouping.groupOfRow.indices.filter { domain.holds($0) }
    }

    /// nil without a value with weight.
    private func distribution(_ rows: some Collection<Int>, _ weights: [Double]) -> WeightedDistribution? {
        switch compact {
        case .bytes(let codes):
            var sums = [Double](repeating: 0, count: 256)
            var last = sums
            for row in rows where weights[row] > 0 {
                let code = Int(codes[row])
                sums[code] += weights[row]
                last[code] = weights[row]
            }
            return WeightedDistribution(sumsOfCodes: sums.dropLast(), lastWeights: last)
        case .doubles(let numbers, let reasons):
            var values: [Double] = []
            var own: [Double] = []
            values.reserveCapacity(rows.count)
            own.reserveCapacity(rows.count)
            for row in rows where weights[row] > 0 && (reasons.isEmpty || reasons[row] == 0) {
                values.append(numbers[row])
                own.append(weights[row])
            }
            return values.isEmpty ? nil : WeightedDistribution(values: values, weights: own)
        }
    }
}

/// Shares of each group at or below its own ascending thresholds.
/// Basic values: 1, and for each threshold whether the row's value lies above the one before and not above it.
private struct CumulativeShares: SmoothEstimator {
    /// First threshold that is not below the row's value; `count` where all are, −1 where the value is absent.
    private let binOfRow: [UInt8]
    private let count: Int
    var basicCount: Int { 1 + count }
    let labels: [ParameterLabel]

    private static let absent: UInt8 = 255
    /// Thresholds that a bin can number.
    static let limit = 254

    init(
        _ name: String, _ column: NumericColumn, _ compact: CompactColumn, _ thresholds: [[Double]?],
        groupOfRow: [Int32], count: Int
    ) {
        precondition(count <= Self.limit, "no more thresholds than bins")
        self.count = count
        labels = (0..<count).map { ParameterLabel(name, level: String($0)) }
        func bin(_ value: Double, _ own: [Double]) -> UInt8 {
            var bin = 0
            while bin < count, own[bin] < value { bin += 1 }
            return UInt8(bin)
        }
        if case .bytes(let codes) = compact, thresholds.count == 1, let own = thresholds[0] {
            // One table from the code of an answer to its bin.
            let table = (0...255).map { $0 == 255 ? Self.absent : bin(Double($0), own) }
            binOfRow = codes.map { table[Int($0)] }
            return
        }
        binOfRow = column.values.indices.map { row in
            guard column.isPresent(row), groupOfRow[row] >= 0, let own = thresholds[Int(groupOfRow[row])] else {
                return Self.absent
            }
            return bin(column.values[row], own)
        }
    }

    func isComplete(_ row: Int) -> Bool { binOfRow[row] != Self.absent }

    func add(_ row: Int, weight: Double, to totals: inout [Double], at offset: Int) {
        totals[offset] += weight
        let bin = Int(binOfRow[row])
        if bin < count { totals[offset + 1 + bin] += weight }
    }

    func add(_ rows: CellRows, to sums: inout CellSums) {
        rows.sumLevels(into: &sums, count: count) { binOfRow[$0] == Self.absent ? -1 : Int(binOfRow[$0]) }
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

/// Distinct values in order, each with the weight up to and including it.
///
/// Equal values stand in the order of their rows: `hf7` depends on which of them is last, in R too; the other rules
/// do not. Only the weight of that last row is kept of them.
struct WeightedDistribution: Sendable {
    private var values: [Double] = []
    private var cumulative: [Double] = []
    private var lastWeights: [Double] = []

    /// Whole numbers from 0 with the sum of their weights; nil when all are 0.
    init?(sumsOfCodes: some Collection<Double>, lastWeights: [Double]) {
        var sum = CompensatedSum()
        for (code, weight) in sumsOfCodes.enumerated() where weight > 0 {
            sum.add(weight)
            values.append(Double(code))
            cumulative.append(sum.value)
            self.lastWeights.append(lastWeights[code])
        }
        if values.isEmpty { return nil }
    }

    init(values: [Double], weights: [Double]) {
        (self.values, cumulative) = StableOrder.sorted(values, with: weights)
        lastWeights = cumulative
        var sum = CompensatedSum()
        var count = 0
        // Sorted weights become cumulative ones in their own place, equal values closing up.
        for index in self.values.indices {
            let value = self.values[index]
            let weight = cumulative[index]
            sum.add(weight)
            if count == 0 || self.values[count - 1] != value { count += 1 }
            self.values[count - 1] = value
            cumulative[count - 1] = sum.value
            lastWeights[count - 1] = weight
        }
        self.values.removeLast(self.values.count - count)
        cumulative.removeLast(cumulative.count - count)
        lastWeights.removeLast(lastWeights.count - count)
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

    /// Rows i = 1…n stand at cᵢ₋₁; between the last row of a value and the first of the next lies a straight line.
    private func interpolated(_ probability: Double) -> Double {
        let end = cumulative.count - 1
        let target = probability * (cumulative[end] - lastWeights[end])
        let index = first(reaching: target)
        guard index < end else { return values[end] }
        let below = cumulative[index] - lastWeights[index]
        guard target > below else { return values[index] }
        let fraction = min(1, (target - below) / lastWeights[index])
        return values[index] + fraction * (values[index + 1] - values[index])
    }
}
