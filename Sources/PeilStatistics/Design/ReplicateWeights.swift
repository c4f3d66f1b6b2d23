public import PeilNumerics

/// Replicates of a sample: the same rows under other weights, whose estimates show how much an estimate varies.
///
/// V̂ = scale · Σᵣ rᵣ (θ̂ᵣ − c)(θ̂ᵣ − c)ᵀ with c the mean of the replicates, or the full estimate.  Wolter 2007, ch. 3–5.
public struct ReplicateWeights: Sendable {
    public enum Source: Sendable {
        /// Each primary sampling unit left out in turn, the rest of its stratum weighted up: kept as a rule, not as
        /// weights, since every replicate follows from the unit totals.
        case deletedUnits
        /// What the weight of every unit of a stage is multiplied with: replicates × units.
        case unitMultipliers(DenseMatrix, stage: Int)
        /// The full weight of every row: replicates × rows.
        case rowWeights(DenseMatrix)
    }

    public let source: Source
    public let scale: Double
    /// rᵣ, one a replicate.
    public let replicateScales: [Double]
    /// Squares are taken around the full estimate ("mse") instead of the mean of the replicates.
    public let isCentredAtEstimate: Bool

    public init(source: Source, scale: Double, replicateScales: [Double], isCentredAtEstimate: Bool) {
        switch source {
        case .deletedUnits: break
        case .unitMultipliers(let matrix, _), .rowWeights(let matrix):
            precondition(matrix.rows == replicateScales.count, "a scale for each replicate")
        }
        self.source = source
        self.scale = scale
        self.replicateScales = replicateScales
        self.isCentredAtEstimate = isCentredAtEstimate
    }

    public var count: Int { replicateScales.count }
}

/// The published kinds of replicate weights, with the scale that each has by default for R replicates.
public enum ReplicateKind: String, Sendable, CaseIterable, Codable {
    /// Balanced half samples: 1/R.  McCarthy 1969.
    case brr = "BRR"
    /// Half samples with ρ and 2 − ρ: 1/(R(1 − ρ)²).  Judkins 1990.
    case fay = "Fay"
    /// One unit left out, no strata: (R − 1)/R.
    case jackknife1 = "JK1"
    /// One unit left out per stratum: the scales of the strata must be given.
    case jackknifeN = "JKn"
    /// Resampled units: 1/(R − 1).
    case bootstrap
    /// Successive differences: 4/R, around the full estimate.  Fay & Train 1995.
    case successiveDifference = "SDR"
    /// Anything else: scales must be given.
    case other

    /// nil where the scale cannot be known from the number of replicates.
    public func defaultScale(replicates: Int, rho: Double) -> Double? {
        let count = Double(replicates)
        switch self {
        case .brr: return 1 / count
        case .fay: return 1 / (count * (1 - rho) * (1 - rho))
        case .jackknife1: return (count - 1) / count
        case .bootstrap: return count > 1 ? 1 / (count - 1) : nil
        case .successiveDifference: return 4 / count
        case .jackknifeN, .other: return nil
        }
    }
}

/// What can be wrong with replicates. Names columns, strata and numbers of replicates, never an answer.
public enum ReplicateError: Error, Sendable, Equatable {
    case noReplicates
    case badScale(String)
    case missingWeight(column: String, row: Int)
    case badWeight(column: String, row: Int)
    /// A jackknife without strata was asked for a stratified design.
    case strataNeedJackknifeN(strata: Int)
    /// Strata with one unit, which a jackknife or bootstrap within strata cannot resample.
    case lonelyUnits(strata: [String])
    case unsupportedLonelyRule(String)
    /// The numbers asked for would not fit in memory.
    case tooLarge(replicates: Int, rows: Int, limit: Int)
    /// Every replicate left the estimate undefined.
    case allUndefined
    /// Weights of one replicate could not be adjusted.
    case adjustment(replicate: Int, WeightingError)
}
