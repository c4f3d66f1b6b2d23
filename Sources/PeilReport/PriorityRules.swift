public import PeilTable

/// How a study weighs where its campaign goes first: its own choice, printed with the result.
public struct PriorityRules: Sendable, Equatable {
    /// Something people are asked to do.
    public struct Behaviour: Sendable, Equatable {
        public var label: LocalizedText
        /// The answer of those who did it; without it the gap is everybody who is not ready.
        public var done: ReportOutline.Measure
        /// The answer of those who have not, and want to.
        public var ready: ReportOutline.Measure
        public init(label: LocalizedText, done: ReportOutline.Measure, ready: ReportOutline.Measure) {
            self.label = label
            self.done = done
            self.ready = ready
        }
    }

    public var behaviours: [Behaviour]
    /// Ways to reach people, of which a segment prefers one.
    public var channels: [ReportOutline.Measure]
    /// Weights of the three parts of the score, not negative, adding up to 1.
    public var peopleWeight: Double
    public var gapWeight: Double
    public var readinessWeight: Double
    /// From this score on "first", from the second on "next".
    public var firstFrom: Double
    public var nextFrom: Double

    public init(
        behaviours: [Behaviour], channels: [ReportOutline.Measure], peopleWeight: Double = 0.5,
        gapWeight: Double = 0.25, readinessWeight: Double = 0.25, firstFrom: Double = 0.5, nextFrom: Double = 0.3
    ) {
        self.behaviours = behaviours
        self.channels = channels
        self.peopleWeight = peopleWeight
        self.gapWeight = gapWeight
        self.readinessWeight = readinessWeight
        self.firstFrom = firstFrom
        self.nextFrom = nextFrom
    }
}
