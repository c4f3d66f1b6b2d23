/// Why an answer is absent. The reason decides which base a figure has: people who were not asked
/// never belong to it, people who refused do or do not as the study says.
public enum MissingReason: UInt8, Sendable, Codable, CaseIterable {
    /// The cell is empty although the question was put (item non-response).
    case notAnswered = 1
    /// Routing skipped the question.
    case notAsked = 2
    case dontKnow = 3
    case refused = 4
    /// A technical failure: the answer was lost, not withheld.
    case technical = 5

    /// The words that codebook files use: `dont_know`, `refused`, `not_asked`, `technical`, `not_answered`.
    public init?(codebookWord word: String) {
        switch word {
        case "not_answered": self = .notAnswered
        case "not_asked": self = .notAsked
        case "dont_know": self = .dontKnow
        case "refused": self = .refused
        case "technical": self = .technical
        default: return nil
        }
    }

    public var codebookWord: String {
        switch self {
        case .notAnswered: "not_answered"
        case .notAsked: "not_asked"
        case .dontKnow: "dont_know"
        case .refused: "refused"
        case .technical: "technical"
        }
    }
}
