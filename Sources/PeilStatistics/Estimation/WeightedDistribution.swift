internal import PeilNumerics
internal import PeilTable

/// Values with their weights, of which quantiles are asked.
///
/// Many values that differ are put in order only where a quantile falls: all are counted into buckets by their size, and of
/// most buckets the weight is all that is needed.
enum WeightedDistribution: Sendable {
    case ordered(OrderedDistribution)
    case bucketed(BucketedDistribution)

    /// Fewer values are put in order at once.
    private static let orderedLimit = 50_000

    /// Whole numbers from 0 with the sum of their weights; nil when all are 0.
    init?(sumsOfCodes: some Collection<Double>, lastWeights: [Double]) {
        guard let all = OrderedDistribution(sumsOfCodes: sumsOfCodes, lastWeights: lastWeights) else { return nil }
        self = .ordered(all)
    }

    /// nil without a value with weight.
    /// - Parameters:
    ///   - column: values in the order of their rows.
    ///   - weights: of the same rows; 0 where a row is left out.
    ///   - rule: hf7 asks for the last row of all, so that everything is put in order.
    init?(_ column: NumericColumn, weights: [Double], _ rule: QuantileRule) {
        var count = 0
        var (least, most) = (Double.infinity, -Double.infinity)
        for row in weights.indices where column.isPresent(row) && weights[row] > 0 {
            let value = column.values[row]
            least = value < least ? value : least
            most = value > most ? value : most
            count += 1
        }
        if count == 0 { return nil }
        if count > Self.orderedLimit, rule != .hf7, let buckets = ValueBuckets(from: least, through: most) {
            self = .bucketed(BucketedDistribution(column, weights: weights, buckets))
            return
        }
        var (own, ownWeights): ([Double], [Double]) = ([], [])
        own.reserveCapacity(count)
        ownWeights.reserveCapacity(count)
        for row in weights.indices where column.isPresent(row) && weights[row] > 0 {
            own.append(column.values[row])
            ownWeights.append(weights[row])
        }
        self = .ordered(OrderedDistribution(values: own, weights: ownWeights))
    }

    /// Quantiles for shares from 0 to 1, in their order.
    func quantiles(_ shares: [Double], _ rule: QuantileRule) -> [Double] {
        switch self {
        case .ordered(let all): shares.map { all.quantile($0, rule) }
        case .bucketed(let all): all.quantiles(shares, rule)
        }
    }
}

/// Values in buckets by their size, each bucket with the weight below it.
struct BucketedDistribution: Sendable {
    private let values: [Double]
    private let weights: [Double]
    /// Of each row; `count` where it is left out.
    private let bucketOfRow: [UInt16]
    private let count: Int
    /// Weight below each bucket; one more, of all.
    private let below: [CompensatedSum]
    /// Buckets with values, ascending.
    private let filled: [Int]

    /// - Parameters:
    ///   - column: values in the order of their rows.
    ///   - weights: of the same rows; 0 where a row is left out.
    ///   - buckets: for all values with weight.
    init(_ column: NumericColumn, weights: [Double], _ buckets: ValueBuckets) {
        values = column.values
        self.weights = weights
        count = buckets.count
        var bucketOfRow = [UInt16](repeating: UInt16(buckets.count), count: weights.count)
        var sums = [CompensatedSum](repeating: CompensatedSum(), count: buckets.count)
        for row in weights.indices where column.isPresent(row) && weights[row] > 0 {
            let bucket = buckets.index(of: column.values[row])
            bucketOfRow[row] = UInt16(bucket)
            sums[bucket].add(weights[row])
        }
        self.bucketOfRow = bucketOfRow
        filled = sums.indices.filter { sums[$0] != CompensatedSum() }
        var all = CompensatedSum()
        below =
            sums.map { sum in
                defer { all.add(sum) }
                return all
            } + [all]
    }

    func quantiles(_ shares: [Double], _ rule: QuantileRule) -> [Double] {
        guard !shares.isEmpty else { return [] }
        let part = around(shares)
        return shares.map { part.quantile($0, rule) }
    }

    /// The buckets in which these shares fall, what comes next above each, and the last, which has the weight of all.
    private func around(_ shares: [Double]) -> OrderedDistribution {
        let all = below[count].value
        var isWanted = [Bool](repeating: false, count: count)
        if let last = filled.last { isWanted[last] = true }
        for share in shares {
            let reach = 2 * OrderedDistribution.tie * all
            // From the bucket where the weight comes near the target to the one after that in which it is well above.
            var place = firstFilled(reaching: share * all - reach)
            while place < filled.count, below[filled[place]].value <= share * all + reach {
                isWanted[filled[place]] = true
                place += 1
            }
            if place < filled.count { isWanted[filled[place]] = true }
        }
        let wanted = filled.filter { isWanted[$0] }
        // A table so small that it stays beside the processor; the last entry is of rows left out.
        var part = [Int16](repeating: -1, count: count + 1)
        for (place, bucket) in wanted.enumerated() { part[bucket] = Int16(place) }
        var own = [[Double]](repeating: [], count: wanted.count)
        var ownWeights = own
        for row in bucketOfRow.indices {
            let place = Int(part[Int(bucketOfRow[row])])
            guard place >= 0 else { continue }
            own[place].append(values[row])
            ownWeights[place].append(weights[row])
        }
        return OrderedDistribution(
            parts: wanted.indices.map { (own[$0], ownWeights[$0], below[wanted[$0]]) })
    }

    /// The place of the first filled bucket up to and including which the weight is at least `target`.
    private func firstFilled(reaching target: Double) -> Int {
        var (low, high) = (0, filled.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if below[filled[middle] + 1].value >= target { high = middle } else { low = middle + 1 }
        }
        return max(0, low)
    }
}

/// Distinct values in order, each with the weight up to and including it.
///
/// Equal values stand in the order of their rows: `hf7` depends on which of them is last, in R too; the other rules
/// do not. Only the weight of that last row is kept of them.
struct OrderedDistribution: Sendable {
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

    /// Parts of a distribution, ascending: each its values, their weights, and the weight of all that lies below it.
    init(parts: [(values: [Double], weights: [Double], below: CompensatedSum)]) {
        for part in parts {
            let own = OrderedDistribution(values: part.values, weights: part.weights, above: part.below)
            values += own.values
            cumulative += own.cumulative
            lastWeights += own.lastWeights
        }
    }

    /// - Parameter below: weight of what is smaller than all of these.
    init(values: [Double], weights: [Double], above below: CompensatedSum = CompensatedSum()) {
        (self.values, cumulative) = StableOrder.sorted(values, with: weights)
        lastWeights = cumulative
        var sum = below
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

    /// Shares of all weight that are closer than this are one: so much is lost in summing.
    static let tie = 1e-12

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
