/// What a chart shows: values with intervals, verdicts in words, and the same as a table. The drawing follows
/// from it; nothing here knows of coordinates or colours.
public struct Chart: Sendable {
    public var id: String
    /// The finding, at most fourteen words, without a full stop.
    public let title: RichText
    /// What, unit, order.
    public let subtitle: String
    public let key: [Key]
    public let drawing: Drawing
    /// Alternative text: what the chart is; then kind, finding, exceptions, pointer to the table.
    public let alternativeTitle: String
    public let alternativeText: String
    public let table: DataTable
    public let source: RichText

    public enum Drawing: Sendable {
        case dots([Row], Scale)
        case bars([Row], Scale)
        case likert([LikertRow], levels: Int)
    }

    /// The unit of an axis.
    public enum Scale: Sendable, Equatable {
        case percent
        case score
    }

    public struct Row: Sendable {
        public let label: String
        /// nil where nothing may be shown or nothing was asked; then `note` says so.
        public let value: Value?
        /// Value of the rest of the region, where there is a test.
        public let reference: Double?
        public let verdict: Verdict
        /// The verdict, or why there is no value, or a second number.
        public let note: RichText
        /// Position of the segment, whose mark and pattern the row wears.
        public let segment: Int?
    }

    public struct Value: Sendable {
        public let estimate: Double
        public let lower: Double?
        public let upper: Double?
        public let isIndicative: Bool
        public let text: RichText
        public let range: RichText
    }

    public struct LikertRow: Sendable {
        public let label: String
        /// One a level, low to high; nil where hidden. Empty where the whole row is hidden.
        public let shares: [(value: Double, text: RichText)?]
        /// Sum of the levels above the middle, from the printed values.
        public let sum: RichText
        public let isIndicative: Bool
    }

    public struct Key: Sendable {
        public enum Mark: Sendable, Equatable {
            case verdict(Verdict)
            case rest, interval, indicative, hidden
            case level(Int, of: Int)
            case heat(Int)
        }
        public let mark: Mark
        public let text: String
    }
}

/// The outcome of the test of a group against the rest. Decided by the adjusted p of the contrast, never by
/// looking whether intervals overlap.
public enum Verdict: Sendable, Equatable, CaseIterable {
    case higher, lower
    /// The test is clear, but base or precision is weak.
    case seemsHigher, seemsLower
    case notDistinguishable
    /// No test belongs to this figure.
    case untested
    case hidden
    case notAsked
}
