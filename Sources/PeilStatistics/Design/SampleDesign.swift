/// How the sample was drawn: weights, strata, sampling units per stage, population sizes. Validated when made.
///
/// A stage holds units (numbered over the whole sample) in strata; a unit of a later stage lies in one unit
/// of the stage before. With no population sizes only the first stage counts for the variance.
public struct SampleDesign: Sendable {
    /// One stage of sampling.
    public struct Stage: Sendable {
        /// The unit of each row.
        public let unitOfRow: [Int32]
        /// The stratum of each unit.
        public let stratumOfUnit: [Int32]
        public let strata: [Stratum]
        public var unitCount: Int { stratumOfUnit.count }
    }

    public struct Stratum: Sendable {
        /// Values of the stratum columns, for messages.
        public let label: String
        /// Sampled units nₕ.
        public let sampled: Int
        /// Units in the population Nₕ; nil for sampling with replacement.
        public let population: Double?
        /// The unit of the stage before in which this stratum lies; −1 at the first stage.
        public let parent: Int32
        /// Product of the sampling fractions of the stages before.
        public let earlierFraction: Double

        /// 1 − nₕ/Nₕ.
        public var finiteCorrection: Double {
            guard let population else { return 1 }
            return (population - Double(sampled)) / population
        }
    }

    /// Weight of each row, in persons; after calibration the calibrated weight.
    public let weights: [Double]
    public let stages: [Stage]
    /// The last calibration, whose residuals the variance uses.
    public let calibration: CalibrationModel?
    /// Replicates from which variances are estimated, instead of by linearisation.
    public internal(set) var replicates: ReplicateWeights?

    public var rowCount: Int { weights.count }

    /// Primary sampling units minus strata.
    public var degreesOfFreedom: Int { stages[0].unitCount - stages[0].strata.count }

    /// Stages that count for the variance: all while each has population sizes, else up to the first without.
    var varianceStages: Int {
        let withSize = stages.prefix { $0.strata.allSatisfy { $0.population != nil } }.count
        return min(stages.count, withSize + 1)
    }

    /// The same sample with calibrated weights.
    public func calibrated(weights: [Double], by model: CalibrationModel) -> SampleDesign {
        SampleDesign(weights: weights, stages: stages, calibration: model)
    }

    /// The same sample with other weights and no memory of a calibration or of replicates.
    public func reweighted(_ weights: [Double]) -> SampleDesign {
        SampleDesign(weights: weights, stages: stages, calibration: nil)
    }

    init(weights: [Double], stages: [Stage], calibration: CalibrationModel?) {
        self.weights = weights
        self.stages = stages
        self.calibration = calibration
    }
}

/// The columns that describe a design, by name. `strata[i]` and `populationSizes[i]` belong to stage i.
public struct DesignColumns: Sendable, Equatable {
    public enum PopulationSizeKind: String, Sendable, CaseIterable, Codable {
        case size = "population_size"
        case fraction = "sampling_fraction"
    }

    public var weights: String?
    public var strata: [String]
    /// One per stage; empty: every row is its own primary sampling unit.
    public var clusters: [String]
    public var populationSizes: [String]
    public var populationSizeKind: PopulationSizeKind?
    /// Cluster names may repeat in other strata.
    public var nested: Bool

    public init(
        weights: String? = nil, strata: [String] = [], clusters: [String] = [], populationSizes: [String] = [],
        populationSizeKind: PopulationSizeKind? = nil, nested: Bool = true
    ) {
        self.weights = weights
        self.strata = strata
        self.clusters = clusters
        self.populationSizes = populationSizes
        self.populationSizeKind = populationSizeKind
        self.nested = nested
    }

    public var all: [String] { (weights.map { [$0] } ?? []) + strata + clusters + populationSizes }
}
