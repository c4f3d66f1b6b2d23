public import PeilStatistics
import PeilTable

/// Latent classes as an item of a plan asks for them.
public struct LatentClassRequest: Sendable {
    public var classes: Int
    public var starts: Int
    public var seed: UInt64
    /// nil: every item answered.
    public var minimumAnswered: Int?
    /// Column of weights; nil for those of the design.
    public var weights: String?
    public var rule: LatentClasses.WeightRule
    public var covariates: [String]

    /// Options that only state a convention in words are accepted.
    static let keys = [
        "classes", "starts", "seed", "missing", "weights", "weights_rule", "covariates", "coding", "n_for_bic",
        "order", "level"
    ]

    init(_ section: Section) throws {
        try section.allow(Self.keys)
        classes = try section.integer("classes")
        starts = try section.integer("starts", default: 50)
        guard (1...100_000).contains(starts) else { throw section.fail("starts", "between 1 and 100000") }
        guard let seed = UInt64(exactly: try section.integer("seed", default: 1)) else {
            throw section.fail("seed", "0 or more")
        }
        self.seed = seed
        let missing = try section.optionalText("missing") ?? "available"
        if missing == "listwise" {
            minimumAnswered = nil
        } else if let number = Int(missing), number >= 1 {
            minimumAnswered = number
        } else if missing == "available" || missing.contains("at least one answer") {
            minimumAnswered = 1
        } else {
            throw section.fail("missing", "listwise, available, or the least number of answers")
        }
        weights = try section.optionalText("weights")
        let words = try section.optionalText("weights_rule") ?? "sampling"
        rule = words == LatentClasses.WeightRule.frequency.rawValue ? .frequency : .sampling
        guard rule == .frequency || words == "sampling" || words.hasPrefix("scaled to sum to n") else {
            throw section.fail("weights_rule", "sampling or frequency")
        }
        covariates = try section.texts("covariates", default: [])
    }

    func method(_ items: [String]) throws -> LatentClasses {
        try LatentClasses(
            items: items, classes: classes, starts: starts, seed: seed,
            minimumAnswered: minimumAnswered ?? items.count, covariates: covariates, weightRule: rule)
    }
}
