import PeilNumerics
import PeilTable
import Testing

@testable import PeilStatistics

/// A distribution that is put in order only where quantiles fall, held against one that is put in order as a whole.
struct WeightedDistributionTests {
    private struct Draw {
        var state: UInt64

        mutating func next() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 11) * 0x1p-53
        }
    }

    private enum Shape: CaseIterable {
        case spread, lumps, negative, outlier, twoValues, skewed
    }

    private func values(_ shape: Shape, _ draw: inout Draw) -> [Double] {
        (0..<3_000).map { index in
            let u = draw.next()
            return switch shape {
            case .spread: u * 1e5
            case .lumps: (u * 12).rounded() * 1_000
            case .negative: (u - 0.5) * 40
            case .outlier: index == 7 ? 1e300 : u
            case .twoValues: u < 0.3 ? -0.0 : 5
            case .skewed: 1 / (u + 1e-6)
            }
        }
    }

    @Test func `quantiles of buckets are those of all values in order, ties included`() throws {
        var draw = Draw(state: 20_261_127)
        for shape in Shape.allCases {
            let values = values(shape, &draw)
            for areEqual in [true, false] {
                let weights = values.map { _ in areEqual ? 1 : 0.1 + 3 * draw.next() }
                let all = OrderedDistribution(values: values, weights: weights)
                let (least, most) = (try #require(values.min()), try #require(values.max()))
                let buckets = BucketedDistribution(
                    NumericColumn(values: values), weights: weights,
                    try #require(ValueBuckets(from: least, through: most)))
                // Equal weights make exact ties of these.
                let shares = [0, 1e-13, 0.001, 0.1, 0.25, 1.0 / 3, 0.5, 0.7, 0.75, 0.9, 0.999, 1 - 1e-13, 1]
                for rule in [QuantileRule.math, .school, .hf2] {
                    #expect(
                        buckets.quantiles(shares, rule) == shares.map { all.quantile($0, rule) },
                        "\(shape), \(rule), \(areEqual)")
                    #expect(buckets.quantiles([0.3], rule) == [all.quantile(0.3, rule)])
                }
                #expect(buckets.quantiles([], .math).isEmpty)
            }
        }
    }

    /// So many that buckets are used, and the last row of all, on which hf7 depends.
    @Test func `large distributions of every rule equal the order of all values`() throws {
        var draw = Draw(state: 4)
        let values = (0..<60_000).map { _ in (draw.next() * 1e6).rounded() / 8 }
        let weights = values.map { _ in 0.5 + draw.next() }
        let all = OrderedDistribution(values: values, weights: weights)
        for rule in QuantileRule.allCases {
            let distribution = try #require(
                WeightedDistribution(NumericColumn(values: values), weights: weights, rule))
            if case .bucketed = distribution { #expect(rule != .hf7) } else { #expect(rule == .hf7) }
            let shares = (0...40).map { Double($0) / 40 }
            #expect(distribution.quantiles(shares, rule) == shares.map { all.quantile($0, rule) })
        }
    }

    /// Rows that are left out stand between those that count: absent, or with a value beyond all others and no weight.
    @Test(arguments: [400, 60_000])
    func `rows left out change nothing`(_ count: Int) throws {
        var draw = Draw(state: 11)
        var (values, weights, reasons): ([Double], [Double], [UInt8]) = ([], [], [])
        var (own, ownWeights): ([Double], [Double]) = ([], [])
        for _ in 0..<(2 * count) {
            let (value, weight, kind) = (draw.next() * 1e4, 0.5 + draw.next(), draw.next())
            values.append(kind < 0.2 ? 0 : kind < 0.4 ? -1e300 : value)
            weights.append(kind < 0.2 || kind >= 0.4 ? weight : 0)
            reasons.append(kind < 0.2 ? MissingReason.notAnswered.rawValue : 0)
            if kind >= 0.4 {
                own.append(value)
                ownWeights.append(weight)
            }
        }
        let all = OrderedDistribution(values: own, weights: ownWeights)
        let column = NumericColumn(values: values, reasons: reasons)
        for rule in QuantileRule.allCases {
            let distribution = try #require(WeightedDistribution(column, weights: weights, rule))
            let shares = (0...20).map { Double($0) / 20 }
            #expect(distribution.quantiles(shares, rule) == shares.map { all.quantile($0, rule) })
        }
        #expect(WeightedDistribution(column, weights: values.map { _ in 0 }, .math) == nil)
    }
}
