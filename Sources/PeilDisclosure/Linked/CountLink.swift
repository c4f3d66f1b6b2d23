/// Answers of two questions that hold the same respondents: the parts of one question make up an answer of the other, as
/// classes of hours make up "72 hours or more". Whoever reads both tables can subtract one from the other.
public struct CountLink: Sendable, Hashable {
    public struct Answer: Sendable, Hashable {
        public let question: String
        /// Empty: everybody in the question's base.
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

/// Everybody who gave one answer gave the other too: "72 hours or more" and "48 hours or more" as questions of their own. What
/// lies between the two is a count that nobody prints and everybody can work out.
public struct NestedAnswers: Sendable, Hashable {
    public let inner: CountLink.Answer
    public let outer: CountLink.Answer

    public init(inner: CountLink.Answer, outer: CountLink.Answer) {
        self.inner = inner
        self.outer = outer
    }
}

/// What was published before: a later version of a wave is bound by it, and no other wave may tell who joined or left.
public struct EarlierRelease: Sendable {
    /// One version by row id: rows that were hidden, and the respondents in the base of each row that was shown.
    public struct Version: Sendable {
        public let hidden: Set<String>
        public let shown: [String: Int]
        /// Of shown bases, by `BaseMembers.key`; empty in logs of before they were kept.
        public let members: [String: MemberSketch]

        public init(hidden: Set<String>, shown: [String: Int], members: [String: MemberSketch] = [:]) {
            self.hidden = hidden
            self.shown = shown
            self.members = members
        }
    }

    /// Of the same people, whatever the wave was called.
    let versions: [Version]
    /// Of other people, or of the same at another time.
    let others: [Version]
    private let hidden: Set<String>
    private let trends: Set<String>

    /// - Parameters:
    ///   - versions: of this wave by its name.
    ///   - trends: rows of this wave that publications of later waves show beside their own.
    ///   - others: all other publications. One whose bases hold the same people, but for a few, is a version of this wave
    ///     under another name.
    ///   - members: of the new publication.
    ///   - limit: fewer people than this are a few.
    public init(
        _ versions: [Version], others: [Version] = [], trends: Set<String> = [], members: BaseMembers = BaseMembers(),
        limit: Int = 1
    ) {
        self.trends = trends
        let renamed = others.map { Self.isSameWave($0, members, limit) }
        self.versions = versions + zip(others, renamed).filter(\.1).map(\.0)
        self.others = zip(others, renamed).filter { !$0.1 }.map(\.0)
        hidden = self.versions.reduce(into: []) { $0.formUnion($1.hidden) }
    }

    /// Some base of the whole region holds the same people.
    private static func isSameWave(_ version: Version, _ members: BaseMembers, _ limit: Int) -> Bool {
        version.members.contains { key, sketch in
            key.hasSuffix(".-.-") && members.sketches[key]?.difference(from: sketch, limit: limit) == 0
        }
    }

    public static let none = EarlierRelease([])

    func wasHidden(_ row: String) -> Bool { hidden.contains(row) }
    func wasShown(_ row: String) -> Bool { trends.contains(row) || versions.contains { $0.shown[row] != nil } }
}
