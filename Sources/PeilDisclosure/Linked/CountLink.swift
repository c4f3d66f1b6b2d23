/// Answers of two questions that hold the same respondents: the parts of one question make up an answer of the other, as
/// classes of hours make up "72 hours or more". Whoever reads both tables can subtract one from the other.
public struct CountLink: Sendable, Hashable {
    public struct Answer: Sendable, Hashable {
        public let question: String
        public let level: String
        public init(question: String, level: String) {
            self.question = question
            self.level = level
        }
    }

    public let parts: [Answer]
    public let whole: Answer

    public init(parts: [Answer], whole: Answer) {
        self.parts = parts
        self.whole = whole
    }
}

/// What was published of this wave before: a later version is bound by it.
public struct EarlierRelease: Sendable {
    /// Rows that were hidden, by row id: they stay hidden.
    public let hidden: Set<String>
    /// Respondents in the base of each row that was shown, in every version.
    public let shown: [String: Set<Int>]

    public init(hidden: Set<String>, shown: [String: Set<Int>]) {
        self.hidden = hidden
        self.shown = shown
    }

    public static let none = EarlierRelease(hidden: [], shown: [:])
}
