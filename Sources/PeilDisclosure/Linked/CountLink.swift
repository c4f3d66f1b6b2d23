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

/// Answers to different questions of which nobody gave two, put to and answered by the same people: the ticks of one question
/// as questions of their own. Together they are at most everybody, and exactly everybody where each gave one.
public struct ExclusiveAnswers: Sendable, Hashable {
    public let answers: [CountLink.Answer]
    public let coverEverybody: Bool

    public init(answers: [CountLink.Answer], coverEverybody: Bool) {
        self.answers = answers
        self.coverEverybody = coverEverybody
    }
}

/// What was published of this wave before: a later version is bound by it.
public struct EarlierRelease: Sendable {
    /// One version by row id: rows that were hidden, and the respondents in the base of each row that was shown.
    public struct Version: Sendable {
        public let hidden: Set<String>
        public let shown: [String: Int]

        public init(hidden: Set<String>, shown: [String: Int]) {
            self.hidden = hidden
            self.shown = shown
        }
    }

    let versions: [Version]
    private let hidden: Set<String>

    public init(_ versions: [Version]) {
        self.versions = versions
        hidden = versions.reduce(into: []) { $0.formUnion($1.hidden) }
    }

    public static let none = EarlierRelease([])

    func wasHidden(_ row: String) -> Bool { hidden.contains(row) }
    func wasShown(_ row: String) -> Bool { versions.contains { $0.shown[row] != nil } }
}
