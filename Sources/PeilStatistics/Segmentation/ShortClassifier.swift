import Foundation

/// The chances of segments as sums of scores: P(segment k | answers) ∝ exp(aₖ + Σⱼ bₖ(answer to item j)).  A multinomial
/// logit has this form, and so have latent classes, with log shares and log answer chances as scores.
public struct ScoreTable: Sendable, Equatable {
    /// The items that are read, as places among those of the tool, rising.
    public let items: [Int]
    /// aₖ, one a segment.
    public let constants: [Double]
    /// By item of `items`, answer and segment.
    public let scores: [[[Double]]]

    public init(items: [Int], constants: [Double], scores: [[[Double]]]) {
        precondition(items.count == scores.count, "scores for each item")
        precondition(
            scores.allSatisfy { $0.allSatisfy { $0.count == constants.count } }, "a score for each segment")
        self.items = items
        self.constants = constants
        self.scores = scores
    }

    /// - Parameter answers: for each item of the tool the place of the answer, −1 for none, which adds nothing.
    func chances(_ answers: [Int]) -> [Double] {
        var sums = constants
        for (place, item) in items.enumerated() where answers[item] >= 0 {
            let own = scores[place][answers[item]]
            for k in sums.indices { sums[k] += own[k] }
        }
        let largest = sums.max() ?? 0
        let odds = sums.map { exp($0 - largest) }
        let total = odds.reduce(0, +)
        return odds.map { $0 / total }
    }
}

/// Places people by a few answers.
public struct ShortClassifier: Sendable, Equatable {
    /// What happens to people who left an item open.
    public enum MissingRule: String, Sendable, CaseIterable, Codable {
        /// They are placed by a table that was fitted on the items they did answer, with everybody who answered those:
        /// nothing is assumed about the answer that is not there.
        case ownTable = "own_table"
        /// The item adds nothing: right where items are independent within segments, as in latent classes.
        case leaveOut = "leave_out"
    }

    public let items: [AnswerPatterns.Item]
    /// Fewer answers than this and a person cannot be placed.
    public let requiredAnswers: Int
    public let missingRule: MissingRule
    /// The first reads all items.
    public let tables: [ScoreTable]

    /// nil where a table reads items or answers that are not there, or none reads all items.
    public init?(
        items: [AnswerPatterns.Item], requiredAnswers: Int, missingRule: MissingRule, tables: [ScoreTable]
    ) {
        guard let full = tables.first, full.items == Array(items.indices), (1...items.count).contains(requiredAnswers)
        else { return nil }
        for table in tables {
            guard table.constants.count == full.constants.count, zip(table.items, table.items.dropFirst()).allSatisfy(<)
            else { return nil }
            for (place, item) in table.items.enumerated() {
                guard items.indices.contains(item), table.scores[place].count == items[item].categories.count else {
                    return nil
                }
            }
        }
        if missingRule == .ownTable {
            for answered in Self.answeredSets(items.count, required: requiredAnswers)
            where !tables.contains(where: { $0.items == answered }) { return nil }
        }
        self.items = items
        self.requiredAnswers = requiredAnswers
        self.missingRule = missingRule
        self.tables = tables
    }

    public var segmentCount: Int { tables[0].constants.count }

    /// All sets of at least `required` of `count` items, the full one first.
    static func answeredSets(_ count: Int, required: Int) -> [[Int]] {
        (0..<(1 << count)).map { bits in (0..<count).filter { bits >> $0 & 1 == 1 } }
            .filter { $0.count >= required }
            .sorted { $0.count != $1.count ? $0.count > $1.count : $0.lexicographicallyPrecedes($1) }
    }

    /// The chances of the segments; nil for people who cannot be placed.
    /// - Parameter answers: for each item the place of the answer among its categories, −1 for none.
    public func chances(_ answers: [Int]) -> [Double]? {
        precondition(answers.count == items.count, "an answer or none for each item")
        let answered = answers.indices.filter { answers[$0] >= 0 }
        guard answered.count >= requiredAnswers else { return nil }
        switch missingRule {
        case .leaveOut: return tables[0].chances(answers)
        case .ownTable: return tables.first { $0.items == answered }?.chances(answers)
        }
    }
}
