/// What is known of segments, as numbers without words.
public struct SegmentProfile: Sendable {
    public struct Size: Sendable, Equatable {
        public let code: String
        /// Of all respondents, those who cannot be placed included.
        public let share: Double
        public let standardError: Double?
        public let interval: ConfidenceInterval?
        /// Respondents whose likeliest segment this is.
        public let count: Int
        public let effectiveCount: Double
        /// Σ of weights, in persons.
        public let people: Double
    }

    /// An item by which a segment stands out.
    public struct DistinguishingItem: Sendable, Equatable {
        public let item: String
        /// 0 to 1: Cramér's V of the item with belonging to the segment; for numbers the size of the correlation.
        public let association: Double
        /// The answer that the segment gives more often than the rest by most; nil for numbers.
        public let answer: String?
        /// Share of that answer, or mean, in the segment and in the rest.
        public let inSegment: Double
        public let inRest: Double
    }

    public struct Unanswered: Sendable, Equatable {
        public let variable: String
        /// A segment without an answer.
        public let code: String
    }

    /// A segment in an area.
    public struct AreaShare: Sendable, Equatable {
        public let area: String
        public let code: String
        public let share: Double
        public let standardError: Double?
        public let interval: ConfidenceInterval?
        /// Respondents of the area.
        public let count: Int
        public let effectiveCount: Double
        public let status: BaseStatus
        /// Area minus the rest of the region; nil where the base is too small for a test.
        public let difference: Double?
        public let differenceError: Double?
        public let p: Double?
        public internal(set) var adjustedP: Double?
        /// False: 'not distinguishable' from the rest of the region.
        public internal(set) var isDistinguishable: Bool
    }

    /// In the order of the codes, those who cannot be placed last.
    public let sizes: [Size]
    /// What made the segments: without tests.
    public let inputs: [SegmentFigure]
    /// What describes them, p adjusted over all of these.
    public let outside: [SegmentFigure]
    /// Where a segment has no figure of an outside variable, because nobody in it answered.
    public let unanswered: [Unanswered]
    /// Outside variables for which the confusion of placing could not be undone: chances weigh, uncorrected.
    public let uncorrected: [String]
    /// By segment, the most distinguishing first; none where nobody is in the segment.
    public let distinguishing: [[DistinguishingItem]]
    /// By area and segment, p adjusted over all of these.
    public let areas: [AreaShare]
    public let degreesOfFreedom: Int
}

/// Whether a base carries a figure.
public enum BaseStatus: String, Sendable, CaseIterable, Codable {
    case tooFew = "too_few"
    case indicative
    case released
}

/// From which base on figures may be shown.
public struct BaseLimits: Sendable, Equatable {
    /// Fewer respondents: nothing.
    public let minimum: Int
    /// Fewer respondents, or a smaller effective number: indicative.
    public let full: Int
    /// A wider interval (upper minus lower): indicative.
    public let widestInterval: Double

    public init(minimum: Int = 50, full: Int = 100, widestInterval: Double = 0.20) {
        precondition(minimum >= 1 && full >= minimum && widestInterval > 0, "limits in order")
        self.minimum = minimum
        self.full = full
        self.widestInterval = widestInterval
    }

    public func status(count: Int, effectiveCount: Double, interval: ConfidenceInterval?) -> BaseStatus {
        if count < minimum { return .tooFew }
        let isWide = interval.map { $0.upper - $0.lower > widestInterval } ?? true
        return count < full || effectiveCount < Double(full) || isWide ? .indicative : .released
    }
}
