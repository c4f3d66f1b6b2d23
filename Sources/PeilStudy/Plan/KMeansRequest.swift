import PeilStatistics

/// k-means as an item of a plan asks for it.
public struct KMeansRequest: Sendable {
    public var clusters: Int
    public var starts: Int
    public var seed: UInt64
    /// nil: every item answered.
    public var minimumAnswered: Int?
    /// Column of weights; nil for those of the design.
    public var weights: String?
    public var isStandardised: Bool
    /// How close to a border counts as near, in coordinates; nil: distances to borders are not asked for.
    public var margin: Double?
    /// Centres to begin from, instead of starts by chance.
    public var initialCentres: [[Double]]?
    /// Passes over partitions: most patterns of answers that a state keeps. More than that, and k-means goes on in rounds
    /// over the partitions. All rows in one reading need no limit.
    public var patternLimit = 262_144

    /// `algorithm` only states a convention in words.
    static let keys = [
        "k", "starts", "seed", "missing", "weights", "standardise", "initial_centres", "algorithm", "margin", "patterns"
    ]

    init(_ section: Section) throws {
        try section.allow(Self.keys)
        clusters = try section.integer("k")
        guard (2...WeightedKMeans.clusterLimit).contains(clusters) else {
            throw section.fail("k", "between 2 and \(WeightedKMeans.clusterLimit)")
        }
        starts = try section.integer("starts", default: 50)
        guard (1...100_000).contains(starts) else { throw section.fail("starts", "between 1 and 100000") }
        guard let seed = UInt64(exactly: try section.integer("seed", default: 1)) else {
            throw section.fail("seed", "0 or more")
        }
        self.seed = seed
        weights = try section.optionalText("weights")
        let standardise = try section.optionalText("standardise") ?? "none"
        isStandardised = standardise == "weighted" || standardise.hasPrefix("weighted mean 0, sd 1")
        guard isStandardised || standardise == "none" else { throw section.fail("standardise", "none or weighted") }
        let missing = try section.optionalText("missing") ?? "listwise"
        minimumAnswered = Int(missing)
        guard missing == "listwise" || (minimumAnswered ?? 0) >= 1 else {
            throw section.fail("missing", "listwise, or the least number of answers (absent ones stand at the mean)")
        }
        patternLimit = try section.integer("patterns", default: patternLimit)
        guard (clusters...100_000_000).contains(patternLimit) else {
            throw section.fail("patterns", "between the number of clusters and 100 million")
        }
        if !section.isAbsent("margin") {
            let margin = try section.number("margin")
            guard margin > 0 else { throw section.fail("margin", "above 0") }
            self.margin = margin
        }
        if !section.isAbsent("initial_centres") { initialCentres = try section.numberLists("initial_centres") }
    }

    func method(_ items: [String]) throws -> WeightedKMeans {
        try WeightedKMeans(
            items: items, clusters: clusters, starts: starts, minimumAnswered: minimumAnswered ?? items.count,
            seed: seed, isStandardised: isStandardised, initialCentres: initialCentres)
    }
}
