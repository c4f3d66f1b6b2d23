internal import PeilNumerics
public import PeilTable

/// Before and after: what weighting did to margins, groups and the spread of the weights.
public struct WeightDiagnostics: Sendable {
    /// One category of a margin, or one numeric total.
    public struct ControlLine: Sendable, Equatable, Codable {
        public let margin: String
        public let category: String
        /// Rows with weight.
        public let count: Int
        public let target: Double
        public let before: Double
        public let after: Double
        /// (share − population share) / √(P(1 − P)), or (mean − population mean) / standard deviation: the numbers of a
        /// love plot. Before weighting with design weights.  nil where there is no spread.
        public let standardisedDifferenceBefore: Double?
        public let standardisedDifferenceAfter: Double?

        /// |after − target| / |target|.
        public var relativeError: Double { target == 0 ? abs(after) : abs(after - target) / abs(target) }
    }

    /// Weights of one group, such as a municipality.
    public struct GroupLine: Sendable, Equatable, Codable {
        public let name: String
        public let before: WeightDistribution?
        public let after: WeightDistribution?
    }

    public let controls: [ControlLine]
    public let groups: [GroupLine]
    public let before: WeightDistribution?
    public let after: WeightDistribution?
    public let trimmedRows: Int
    /// Weight cut away, as a share of all weight.
    public let shareTrimmed: Double

    /// - Parameters:
    ///   - designWeights: weights before, a row each.
    ///   - weights: weights after, a row each.
    ///   - records: of the steps; their controls are compared.
    ///   - grouping: rows by municipality or another group.
    public init(
        designWeights: [Double], weights: [Double], records: [WeightSteps.Record] = [], groups grouping: Grouping? = nil
    ) {
        controls = records.flatMap(\.controls).flatMap { Self.lines($0, designWeights, weights) }
        before = WeightDistribution(designWeights)
        after = WeightDistribution(weights)
        groups = grouping.map { Self.groups($0, designWeights, weights) } ?? []
        trimmedRows = Set(records.flatMap(\.trimmedRows)).count
        shareTrimmed = records.compactMap(\.shareTrimmed).reduce(0, +)
    }

    private static func groups(_ grouping: Grouping, _ before: [Double], _ after: [Double]) -> [GroupLine] {
        let rows = Buckets(grouping.groupOfRow.map { $0 < 0 ? Int32(grouping.count) : $0 }, count: grouping.count + 1)
        return grouping.keys.indices.map { group in
            GroupLine(
                name: grouping.keys[group].joined(separator: " × "),
                before: WeightDistribution(rows[group].map { before[$0] }),
                after: WeightDistribution(rows[group].map { after[$0] }))
        }
    }

    private static func lines(_ control: MarginClasses, _ before: [Double], _ after: [Double]) -> [ControlLine] {
        let first = ClassMoments(control, before)
        let last = ClassMoments(control, after)
        let population = CompensatedSum.of(control.totals)
        return control.names.indices.map { index in
            func difference(_ moments: ClassMoments) -> Double? {
                control.values == nil
                    ? moments.shareDifference(index, target: control.totals[index] / population)
                    : moments.meanDifference(index, target: control.totals[index] / last.weights[index])
            }
            return ControlLine(
                margin: control.variable, category: control.names[index], count: last.counts[index],
                target: control.totals[index], before: first.totals[index], after: last.totals[index],
                standardisedDifferenceBefore: difference(first), standardisedDifferenceAfter: difference(last))
        }
    }
}

/// Weighted sums of a control in each of its classes.
private struct ClassMoments {
    var counts: [Int]
    var weights: [Double]
    var totals: [Double]
    private var squares: [Double]

    init(_ control: MarginClasses, _ ofRow: [Double]) {
        counts = [Int](repeating: 0, count: control.names.count)
        weights = [Double](repeating: 0, count: control.names.count)
        totals = weights
        squares = weights
        for row in ofRow.indices where control.classOfRow[row] >= 0 && ofRow[row] != 0 {
            let (index, value) = (Int(control.classOfRow[row]), control.values?[row] ?? 1)
            counts[index] += 1
            weights[index] += ofRow[row]
            totals[index] += ofRow[row] * value
            squares[index] += ofRow[row] * value * value
        }
    }

    func shareDifference(_ index: Int, target: Double) -> Double? {
        let all = weights.reduce(0, +)
        guard all > 0, target > 0, target < 1 else { return nil }
        return (weights[index] / all - target) / (target * (1 - target)).squareRoot()
    }

    func meanDifference(_ index: Int, target: Double) -> Double? {
        guard weights[index] > 0 else { return nil }
        let mean = totals[index] / weights[index]
        let variance = squares[index] / weights[index] - mean * mean
        return variance > 0 ? (mean - target) / variance.squareRoot() : nil
    }
}
