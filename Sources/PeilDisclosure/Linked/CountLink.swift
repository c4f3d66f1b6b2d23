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
        /// Printed shares of those rows.
        public let shares: [String: Double]
        /// Of shown bases, by `BaseMembers.key`; empty in logs of before they were kept.
        public let members: [String: MemberSketch]
        /// Respondents behind shown shares; empty in logs of before they were kept.
        public let counts: [String: Int]

        public init(
            hidden: Set<String>, shown: [String: Int], shares: [String: Double] = [:],
            members: [String: MemberSketch] = [:], counts: [String: Int] = [:]
        ) {
            self.counts = counts
            self.shares = shares
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
    private let members: BaseMembers

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
        self.members = members
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
    /// Where the count behind a figure may lie, for who saw it in an earlier version; nil where that tells it as good as exactly:
    /// the base holds the same people, or nobody knows who was in it.
    ///
    /// The printed share and base tell the earlier count c. Since then L people left the base and J joined, at least as many as
    /// the printed bases say: now it lies between c − L and c + J.
    func room(for figure: Figure, _ limit: Int) -> ClosedRange<Double>? {
        let row = figure.name.rowID
        guard let count = figure.count.map(Double.init), figure.base > 0, !trends.contains(row) else { return nil }
        let key = BaseMembers.key(figure.name)
        var (least, most) = (0.0, Double(figure.base))
        for version in versions {
            guard let base = version.shown[row] else { continue }
            guard let share = version.shares[row], let before = version.members[key], let now = members.sketches[key],
                now.difference(from: before, limit: limit) == nil
            else { return nil }
            let earlier = (share * Double(base)).rounded()
            // Fewer than the limit by their number, and yet not the same people: some were exchanged.
            let exchanged = Double(max(0, limit - abs(base - figure.base))) / 2
            let left = (Double(max(0, base - figure.base)) + exchanged).rounded(.down)
            let joined = (Double(max(0, figure.base - base)) + exchanged).rounded(.down)
            // Answers that were corrected can have moved it further; the count itself is always possible.
            least = max(least, min(count, earlier - left))
            most = min(most, max(count, earlier + joined))
        }
        return least...most
    }

    func wasShown(_ row: String) -> Bool { trends.contains(row) || versions.contains { $0.shown[row] != nil } }
}
