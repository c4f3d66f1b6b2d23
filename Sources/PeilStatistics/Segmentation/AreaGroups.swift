public import PeilNumerics

/// Groups of areas, the tree they come from, and how sure they are.
public struct AreaGroups: Sendable, Equatable {
    /// The spread by which an indicator is divided.
    public struct Scale: Sendable, Equatable {
        public let indicator: String
        public let spread: Double
        /// Share of the variance between estimates that is between areas, not sampling error: 1 − noise / total, 0 at
        /// least.
        public let reliability: Double
        /// The spread is that between estimates, sampling error included, because more than half of it is error.
        public let isMostlyNoise: Bool

        /// Variance between estimates, divisor areas − 1, minus what sampling adds to it: (ΣVᵢᵢ − ΣΣVᵢⱼ/A)/(A − 1). With
        /// less than half left the estimate of the rest is too poor to divide by, and the total stands.
        init(
            _ name: String, _ indicator: Int, _ estimates: DenseMatrix, _ covariance: DenseMatrix
        ) throws(AreaClusterError) {
            let areas = estimates.rows
            let values = (0..<areas).map { estimates[$0, indicator] }
            let mean = CompensatedSum.of(values) / Double(areas)
            let total = CompensatedSum.of(values.lazy.map { ($0 - mean) * ($0 - mean) }) / Double(areas - 1)
            guard total.isFinite, values.contains(where: { $0 != values[0] }), total > 0 else {
                throw .constantIndicator(name)
            }
            var (own, all) = (CompensatedSum(), CompensatedSum())
            for first in 0..<areas {
                let row = first * estimates.columns + indicator
                own.add(covariance[row, row])
                for second in 0..<areas { all.add(covariance[row, second * estimates.columns + indicator]) }
            }
            let noise = (own.value - all.value / Double(areas)) / Double(areas - 1)
            self.indicator = name
            reliability = max(0, min(1, 1 - noise / total))
            isMostlyNoise = reliability < 0.5
            spread = (isMostlyNoise ? total : total * reliability).squareRoot()
        }
    }

    /// How many groups, and why.
    public struct Choice: Sendable, Equatable {
        public let groups: Int
        public let isGiven: Bool
        /// Height at which these groups would become one fewer, and at which they arose from one more.
        public let nextHeight: Double
        public let height: Double
        /// nextHeight / height; nil where the groups arose at height 0.
        public var leap: Double? { height > 0 ? nextHeight / height : nil }

        init(given groups: Int, _ tree: WardTree) {
            self.init(groups, isGiven: true, tree)
        }

        /// The number from 2 up to a limit before whose loss the height leaps by the largest factor; of equal factors
        /// the smallest number.
        init(upTo limit: Int, _ tree: WardTree) {
            let choices = (2...max(2, min(limit, tree.pointCount - 1))).map { Choice($0, isGiven: false, tree) }
            var best = choices[0]
            for choice in choices where (choice.leap ?? .infinity) > (best.leap ?? .infinity) { best = choice }
            self = best
        }

        private init(_ groups: Int, isGiven: Bool, _ tree: WardTree) {
            self.groups = groups
            self.isGiven = isGiven
            nextHeight = tree.merges[tree.pointCount - groups].height
            height = groups < tree.pointCount ? tree.merges[tree.pointCount - groups - 1].height : 0
        }
    }

    public let areas: [String]
    public let scales: [Scale]
    public let tree: WardTree
    public let choice: Choice
    /// From 0, by falling number of areas.
    public let groupOfArea: [Int]
    /// Areas × areas: share of draws in which the two are in one group; 0 beside the diagonal where nothing was drawn.
    public let together: DenseMatrix
    /// Share of draws in which the area is in its group.
    public let sureness: [Double]
    public let draws: Int
    public let seed: UInt64

    /// Too few areas to say more than which of these are alike.
    public var isDescriptive: Bool { areas.count < AreaClusters.descriptiveLimit }
}
