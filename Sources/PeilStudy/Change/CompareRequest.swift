public import PeilTable

/// What a study says about comparing its waves.
public struct CompareRequest: Sendable {
    public enum Reference: Sendable, Equatable {
        /// Each wave is compared with the one before.
        case previous
        /// Every wave is compared with this one.
        case wave(String)
    }

    /// A difference between waves that no file tells, such as another fieldwork office.
    public struct Break: Sendable {
        /// A question, or nil for all.
        public let question: String?
        /// The first wave after the break.
        public let at: String
        public let reason: LocalizedText
    }

    /// How many answers people give in two waves that cannot both be theirs.
    public struct Overlap: Sendable {
        /// Identifier of people, the same in every wave.
        public let person: String
        /// Variables that do not change.
        public let same: [String]
        /// Age in years, which grows by the time between the waves.
        public let age: String?
        /// People who may contradict themselves before the comparison stops.
        public let maximumContradictions: Int
    }

    public var reference = Reference.previous
    /// Empty: the questions of the report.
    public var questions: [String] = []
    /// A change within ±margin of a share counts as none.
    public var margin: Double?
    public var power = 0.8
    public var bridges: [Bridge] = []
    public var breaks: [Break] = []
    public var overlap: Overlap?
}

/// What makes two waves comparable although a question, a mode, boundaries or the weighting differ: said by the study, and
/// printed wherever the comparison is.
public struct Bridge: Sendable {
    public enum Kind: Sendable, Equatable {
        /// Codes of the earlier wave as codes of the later one.
        case recode([String: String])
        /// The earlier wave's figures times a factor.
        case factor(Double, standardError: Double)
        /// Somebody vouches for it.
        case accepted(by: String)
    }

    /// A question, the variable of areas for boundaries, `segment` for segments, or nil for what concerns all.
    public let question: String?
    /// The one answer whose share a factor is about.
    public let answer: String?
    public let from: String
    public let to: String
    public let kind: Kind
    public let reason: String

    /// One sentence.
    var text: String {
        let what =
            switch kind {
            case .recode: "codes of \(from) recoded"
            case .factor(let factor, let error): "\(from) times \(factor) (standard error \(error))"
            case .accepted(let name): "accepted by \(name)"
            }
        return "\(question ?? "all questions")\(answer.map { "=\($0)" } ?? ""), \(from) to \(to): \(what)"
            + (reason.isEmpty ? "" : " (\(reason))")
    }
}
