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
            distribution.map { $0.quantiles(order.map { probabilities[$0] }, rule) }
        }
        let shares = try estimation.estimate(
            CumulativeShares(
                variable, column, compact, thresholds, groupOfRow: domain.grouping.groupOfRow, count: order.count),
            over: domain)
        var result: [Quantile] = []
        for group in distributions.indices {
            guard let distribution = distributions[group], let thresholds = thresholds[group] else { continue }
            let intervals = order.indices.map { interval(group, $0, shares) }
            let ends = Self.ends(intervals, distribution, rule)
            for (position, index) in order.enumerated() {
                result.append(quantile(group, index, thresholds[position], ends[position], shares))
            }
        }
        return result
    }

    /// The interval of a share at or below a threshold; an end outside 0…1 is no share.
    private func interval(
        _ group: Int, _ parameter: Int, _ shares: GroupedEstimates
    ) -> (lower: Double?, upper: Double?) {
        guard let share = shares.value(group, parameter), let error = shares.standardError(group, parameter),
            let found = ConfidenceInterval.share(
                share, standardError: error, count: shares.counts[group],
                effectiveN: shares.effectiveSampleSize(group), degreesOfFreedom: shares.completeDegreesOfFreedom[group],
                level: level, method: interval)
        else { return (nil, nil) }
        func within(_ end: Double) -> Double? { end >= 0 && end <= 1 ? end : nil }
        return (within(found.lower), within(found.upper))
    }

    /// The intervals of shares as values; all together, as a large distribution is put in order where it is asked for.
    private static func ends(
        _ intervals: [(lower: Double?, upper: Double?)], _ distribution: WeightedDistribution, _ rule: QuantileRule
    ) -> [(lower: Double?, upper: Double?)] {
        var values = distribution.quantiles(intervals.flatMap { [$0.lower, $0.upper].compactMap { $0 } }, rule)[...]
        return intervals.map {
            (lower: $0.lower.flatMap { _ in values.popFirst() }, upper: $0.upper.flatMap { _ in values.popFirst() })
        }
    }

    private func quantile(
        _ group: Int, _ index: Int, _ estimate: Double, _ ends: (lower: Double?, upper: Double?),
        _ shares: GroupedEstimates
    ) -> Quantile {
        var error: Double?
        if let lower = ends.lower, let upper = ends.upper {
            error = (upper - lower) / (2 * ConfidenceInterval.tQuantile(level, shares.completeDegreesOfFreedom[group]))
        }
        return Quantile(
            group: group, probability: probabilities[index], estimate: estimate, lower: ends.lower,
            upper: ends.upper, standardError: error, degreesOfFreedom: shares.degreesOfFreedom[group],
            count: shares.counts[group], effectiveN: shares.effectiveSampleSize(group))
    }

    /// Rows enter in the order of the file, on which hf7 depends where values are equal.
    private func distributions(_ domain: GroupedDomain, _ weights: [Double]) -> [WeightedDistribution?] {
        let groupOfRow = domain.grouping.groupOfRow
        if GroupedDomain.isWhole(domain.grouping, domain.mask) { return [distribution(weights)] }
        if domain.grouping.count == 1 {
            return [distribution(weights.indices.map { domain.holds($0) ? weights[$0] : 0 })]
        }
        let held = groupOfRow.indices.filter { domain.holds($0) }.map { Int32($0) }
        let rows = Buckets.sorted(held, by: groupOfRow, into: domain.grouping.count)
        var start = 0
        return (0..<domain.grouping.count).map { group in
            var end = start
            while end < rows.count, groupOfRow[Int(rows[end])] == group { end += 1 }
            defer { start = end }
            return distribution(of: rows[start..<end], weights)
        }
    }

    /// Of all rows with weight; nil without a value with weight.
    private func distribution(_ weights: [Double]) -> WeightedDistribution? {
        guard case .bytes(let codes) = compact else { return WeightedDistribution(column, weights: weights, rule) }
        return Self.distribution(of: codes, codes.indices, weights)
    }

    /// Of some rows; nil without a value with weight.
    private func distribution(of rows: ArraySlice<Int32>, _ weights: [Double]) -> WeightedDistribution? {
        if case .bytes(let codes) = compact { return Self.distribution(of: codes, rows.lazy.map { Int($0) }, weights) }
        let own = rows.filter { weights[Int($0)] > 0 && column.isPresent(Int($0)) }
        return WeightedDistribution(
            NumericColumn(values: own.map { column.values[Int($0)] }), weights: own.map { weights[Int($0)] }, rule)
    }

    /// Of whole numbers from 0 to 254.
    private static func distribution(
        of codes: [UInt8], _ rows: some Sequence<Int>, _ weights: [Double]
    ) -> WeightedDistribution? {
        var sums = [Double](repeating: 0, count: 256)
        var last = sums
        for row in rows where weights[row] > 0 {
            sums[Int(codes[row])] += weights[row]
            last[Int(codes[row])] = weights[row]
        }
        // The last stands for an absent number.
        return WeightedDistribution(sumsOfCodes: sums.dropLast(), lastWeights: last)
    }
}

/// Shares of each group at or below its own ascending thresholds.
/// Basic values: 1, and for each threshold whether the row's value lies above the one before and not above it.
private struct CumulativeShares: SmoothEstimator {
    /// First threshold that is not below the row's value; `count` where all are, `absent` where there is no value.
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
        if thresholds.count == 1 {
            binOfRow =
                thresholds[0].map { Self.bins(column, compact, $0) }
                ?? [UInt8](repeating: Self.absent, count: column.count)
            return
        }
        let all = thresholds.flatMap { $0 ?? [Double](repeating: .nan, count: count) }
        let isEmpty = thresholds.map { $0 == nil }
        binOfRow = column.values.indices.map { row in
            let group = Int(groupOfRow[row])
            guard column.isPresent(row), group >= 0, !isEmpty[group] else { return Self.absent }
            let value = column.values[row]
            var bin = 0
            while bin < count, all[group * count + bin] < value { bin += 1 }
            return UInt8(bin)
        }
    }

    /// The bins of one group that may hold all rows: to which rows it does hold, the domain sees.
    private static func bins(_ column: NumericColumn, _ compact: CompactColumn, _ thresholds: [Double]) -> [UInt8] {
        switch compact {
        case .bytes(let codes):
            // One table from the code of an answer to its bin.
            let table = (0...255).map { code in
                code == 255 ? absent : UInt8(thresholds.count { $0 < Double(code) })
            }
            return codes.map { table[Int($0)] }
        case .doubles(let values, let reasons):
            // As many thresholds as are below the value: no branch has to guess where it lies. Some rows at a time, so that
            // they are still near for the next threshold.
            var bins = [UInt8](repeating: 0, count: values.count)
            for start in stride(from: 0, to: values.count, by: 2048) {
                for threshold in thresholds {
                    for row in start..<min(start + 2048, values.count) { bins[row] &+= threshold < values[row] ? 1 : 0 }
                }
            }
            for row in reasons.indices where reasons[row] != 0 { bins[row] = absent }
            return bins
        }
    }

    func isComplete(_ row: Int) -> Bool { binOfRow[row] != Self.absent }

    func add(_ row: Int, weight: Double, to totals: inout [Double], at offset: Int) {
        totals[offset] += weight
        let bin = Int(binOfRow[row])
        if bin < count { totals[offset + 1 + bin] += weight }
    }

    func add(_ rows: CellRows, to sums: inout CellSums) {
        let (own, first) = (rows.fetched(binOfRow), rows.positions.lowerBound)
        rows.sumLevels(into: &sums, count: count) { own[$0 - first] == Self.absent ? -1 : Int(own[$0 - first]) }
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
