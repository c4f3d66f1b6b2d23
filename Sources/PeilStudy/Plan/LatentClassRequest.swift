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
    /// Where to start instead of at random: class shares, and per item the chances of each answer in each class.
    public var initialShares: [Double]?
    public var initialChances: [String: [[Double]]]?
    /// So many plain steps from there, instead of as many as it takes.
    public var steps: Int?

    /// Options that only state a convention in words are accepted.
    static let keys = [
        "classes", "starts", "seed", "missing", "weights", "weights_rule", "covariates", "coding", "n_for_bic",
        "order", "level", "initial_sizes", "initial_probs", "steps"
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
        try readStart(section)
    }

    private mutating func readStart(_ section: Section) throws {
        if !section.isAbsent("initial_sizes") { initialShares = try section.numbers("initial_sizes") }
        if let start = try section.optionalSection("initial_probs") {
            guard covariates.isEmpty else { throw section.fail("initial_probs", "absent with covariates") }
            initialChances = Dictionary(
                uniqueKeysWithValues: try start.keys.map { ($0, try start.numberLists($0)) })
        }
        if !section.isAbsent("steps") {
            let steps = try section.integer("steps")
            guard (1...100_000).contains(steps), initialChances != nil else {
                throw section.fail("steps", "between 1 and 100000, with initial_probs to start from")
            }
            self.steps = steps
        }
    }

    /// The start as a model of the answers that occur.
    func start(_ method: LatentClasses, _ table: Table, _ weights: [Double]) throws -> LatentClassModel? {
        guard let initialChances else { return nil }
        let shares = initialShares ?? [Double](repeating: 1 / Double(classes), count: classes)
        func isProper(_ line: [Double], _ count: Int) -> Bool {
            line.count == count && line.allSatisfy { $0 >= 0 } && abs(line.reduce(0, +) - 1) < 1e-6
        }
        guard isProper(shares, classes) else {
            throw SegmentationError.badOption("initial_sizes needs a share for each class, together 1")
        }
        let items = try method.answers(of: table, weights: weights)
        let chances = try items.map { item in
            let lines = initialChances[item.name] ?? []
            guard lines.count == classes, lines.allSatisfy({ isProper($0, item.categories.count) }) else {
                throw SegmentationError.badOption(
                    "initial_probs of '\(item.name)' needs \(classes) lines of \(item.categories.count) chances, each together 1"
                )
            }
            return lines
        }
        return LatentClassModel(
            items: items, shares: shares, probabilities: chances, minimumAnswered: method.minimumAnswered)
    }

    func method(_ items: [String]) throws -> LatentClasses {
        try LatentClasses(
            items: items, classes: classes, starts: starts, seed: seed,
            minimumAnswered: minimumAnswered ?? items.count, covariates: covariates, weightRule: rule)
    }
}
