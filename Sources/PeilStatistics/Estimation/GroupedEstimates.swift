public import PeilNumerics
public import PeilTable

/// The estimates of one statistic for all groups of a `by`.
public struct GroupedEstimates: Sendable {
    public let labels: [ParameterLabel]
    public let grouping: Grouping
    /// Values per group, or why the group has none.
    public let outcomes: [Result<[Double], EstimationError>]
    /// Complete rows with weight per group.
    public let counts: [Int]
    /// Variances per group and parameter.
    public var variances: [[Double]] = []
    /// Units minus strata of each group's domain.
    public var degreesOfFreedom: [Int] = []
    /// The same over complete rows only, as intervals of shares and quantiles count them. Empty where not asked for.
    public var completeDegreesOfFreedom: [Int] = []
    /// Units minus strata of all groups together: what contrasts use.
    public var domainDegreesOfFreedom = 0
    /// Sum of weights of complete rows, of all rows, and of squared weights of complete rows, per group.
    public var completeWeights: [Double] = []
    public var allWeights: [Double] = []
    public var squaredWeights: [Double] = []
    /// Groups outermost, parameters within.
    public var covariance: DenseMatrix?
    /// What primary sampling units contribute to the variances: groups outermost, parameters within; a column a unit.
    var contributions: DenseMatrix?
    /// Group minus rest, per group and parameter; nil where there is no rest.
    public var differencesFromRest: [[Double?]] = []
    public var variancesOfDifferences: [[Double]] = []
    /// Replicates that left the group's estimate undefined and do not count in its variance.
    public var discardedReplicates: [Int] = []
    /// What a margin rests on; without a claim there is none.
    public let claim: MarginClaim

    init(
        labels: [ParameterLabel], grouping: Grouping, outcomes: [Result<[Double], EstimationError>], counts: [Int],
        claim: MarginClaim
    ) {
        self.claim = claim
        self.labels = labels
        self.grouping = grouping
        self.outcomes = outcomes
        self.counts = counts
    }

    public func value(_ group: Int, _ parameter: Int) -> Double? {
        guard case .success(let values) = outcomes[group] else { return nil }
        return values[parameter]
    }

    /// nil when the variance is undefined (no stratum left after the lonely ones, no replicate that defines the
    /// estimate) or when nothing is assumed about how people came into the sample.
    public func standardError(_ group: Int, _ parameter: Int) -> Double? {
        guard claim != .none else { return nil }
        let variance = variances[group][parameter]
        return variance.isFinite && variance >= 0 ? variance.squareRoot() : nil
    }

    /// Kish: (Σw)² / Σw².
    public func effectiveSampleSize(_ group: Int) -> Double? {
        squaredWeights[group] > 0 ? completeWeights[group] * completeWeights[group] / squaredWeights[group] : nil
    }

    /// Weighted share of the group's rows without a complete answer.
    public func missingShare(_ group: Int) -> Double {
        allWeights[group] > 0 ? max(0, 1 - completeWeights[group] / allWeights[group]) : 0
    }

    /// The standard error of group minus rest.
    public func standardErrorOfDifference(_ group: Int, _ parameter: Int) -> Double? {
        guard claim != .none, !variancesOfDifferences.isEmpty else { return nil }
        let variance = variancesOfDifferences[group][parameter]
        return variance.isFinite && variance >= 0 ? variance.squareRoot() : nil
    }

    /// Variances in the order group by group, then the contrasts of each group in the same order.
    mutating func read(_ values: [Double], parameters: Int, contrasts: Bool) {
        func rows(_ start: Int) -> [[Double]] {
            (0..<grouping.count).map { group in
                Array(values[(start + group * parameters)..<(start + (group + 1) * parameters)])
            }
        }
        variances = rows(0)
        if contrasts { variancesOfDifferences = rows(grouping.count * parameters) }
    }
}
