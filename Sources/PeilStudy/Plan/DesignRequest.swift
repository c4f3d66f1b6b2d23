public import PeilStatistics

/// The design, its replicates and its weighting steps by column names.
public struct DesignRequest: Sendable {
    public var columns: DesignColumns
    public var lonelyPSU: LonelyPSU
    public var lonelyInDomains: Bool
    public var adjust: [AdjustmentStep]
    public var replicates: ReplicateRequest?
    public var sample: SampleKind

    public init(
        columns: DesignColumns, lonelyPSU: LonelyPSU = .fail, lonelyInDomains: Bool = false,
        adjust: [AdjustmentStep] = [], replicates: ReplicateRequest? = nil, sample: SampleKind = .probability
    ) {
        self.columns = columns
        self.lonelyPSU = lonelyPSU
        self.lonelyInDomains = lonelyInDomains
        self.adjust = adjust
        self.replicates = replicates
        self.sample = sample
    }

    /// Columns of weighting steps and of supplied replicate weights.
    var extraColumns: [String] {
        var names = adjust.flatMap(\.columns)
        if case .supplied(let supplied)? = replicates { names += supplied.columns }
        return names
    }
}

/// How people came into the sample.
public enum SampleKind: Sendable, Equatable {
    /// Chance decided who could take part.
    case probability
    /// People signed up themselves; a margin needs an assumption.
    case optIn(OptInAssumption?)
}

/// Where replicates come from.
public enum ReplicateRequest: Sendable {
    /// The tool makes them, before any weighting step.
    case made(ReplicateMaker.Method, isCentredAtEstimate: Bool)
    /// Columns of the data hold them.
    case supplied(SuppliedReplicates)
}

/// Replicate weights that came with the data.
public struct SuppliedReplicates: Sendable {
    public let columns: [String]
    public let scale: Double
    /// One number for all replicates, or one each.
    public let replicateScales: [Double]
    public let isCentredAtEstimate: Bool
    /// The columns hold full weights, not factors.
    public let isCombined: Bool

    public init(
        columns: [String], scale: Double, replicateScales: [Double], isCentredAtEstimate: Bool, isCombined: Bool
    ) {
        self.columns = columns
        self.scale = scale
        self.replicateScales = replicateScales
        self.isCentredAtEstimate = isCentredAtEstimate
        self.isCombined = isCombined
    }
}
