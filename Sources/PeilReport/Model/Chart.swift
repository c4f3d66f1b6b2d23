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
    /// Words above the columns of values and verdicts; empty for none.
    public var headings = Headings()

    public enum Drawing: Sendable {
        /// Values with intervals on one axis, the rest's tick, the verdict in words.
        case dots([Row], Scale)
        /// One group against the rest: the row's segment gives the mark, a thin line joins it with the rest's tick.
        case group([Row], Scale)
        case bars([Row], Scale)
        case likert([LikertRow], levels: Int)
        /// Areas as tiles of one size, each about in its place.
        case tiles(TileMap)
        /// Areas in their own shape.
        case map(AreaMap)
        /// One panel a question, all on one scale from 0.
        case trends([TrendPanel], Scale)
        /// The share that manages t hours or more, as steps.
        case endurance(Endurance)
        /// Standardised differences with the population before and after weighting ("love plot"). `limit`: the size
        /// under which a difference is called small, drawn as two dashed rules.
        case balance([BalanceRow], limit: Double?)
        /// Columns of declared classes, low to high.
        case histogram([ClassShare])
        /// Differences around zero (effects of a model, changes): values may be negative.
        case effects([Row], Scale)
    }

    /// What stands above the columns beside a plot.
    public struct Headings: Sendable, Equatable {
        public var value = ""
        public var note = ""
        /// Under or beside an axis: what it counts.
        public var axis = ""
        /// Directions of a Likert chart or of effects, left and right of the middle.
        public var low = ""
        public var high = ""
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
        /// The rest's value in words, beside the row's own where a drawing has room for it.
        public var referenceText: RichText = ""
        /// A name for this row and those after it, set as a small heading above it.
        public var heading = ""
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
        /// Interval of the sum.
        public var range: RichText = ""
    }

    /// Where a tile stands: columns may be halves, so that rows interlock like bricks.
    public struct TilePosition: Sendable, Equatable {
        public let column: Double
        public let row: Int
        public init(column: Double, row: Int) {
            self.column = column
            self.row = row
        }
    }

    public struct Tile: Sendable {
        public let row: Row
        public let position: TilePosition
    }

    public struct TileMap: Sendable {
        public let tiles: [Tile]
        /// Whether the top of the drawing is north; tiles in the order of their names have no direction.
        public var isNorthUp = true
    }

    /// Areas with their codes in `boundaries`, which hold a shape for each of them.
    public struct AreaMap: Sendable {
        public let areas: [(code: String, row: Row)]
        public let boundaries: Boundaries
    }

    public struct TrendPanel: Sendable {
        public let label: String
        /// The test of the last wave against the one before; without a test the panel has no colour.
        public let verdict: Verdict
        /// The verdict in words, or why waves cannot be compared.
        public let note: RichText
        /// One a wave, in order of time; two or more.
        public let points: [TrendPoint]
    }

    public struct TrendPoint: Sendable {
        public let wave: String
        /// nil where nothing may be shown or nothing was asked.
        public let value: Value?
        /// Question, mode or sample changed after the wave before: no line leads here.
        public var followsBreak = false
    }

    public struct Endurance: Sendable {
        /// Share of those who manage at least `hours`.
        public struct Step: Sendable {
            public let hours: Double
            public let share: Double
        }
        /// A point in time whose share stands in the drawing, with its interval.
        public struct Mark: Sendable {
            public let hours: Double
            public let value: Value
        }
        /// In order of time; the first usually at 0 hours.
        public let steps: [Step]
        public let marks: [Mark]
        /// The hours that the axis ends with: a strong line.
        public let end: Double
        /// Names of the days above the plot, 24 hours each.
        public let days: [String]
        /// Under the number at the strong line: "manages 72 hours".
        public let endText: String
    }

    public struct BalanceRow: Sendable {
        public let label: String
        /// Standardised differences; nil where a category has none.
        public let before: Number?
        public let after: Number?
        /// The margin's name above its first category.
        public var heading = ""
    }

    /// A number as it is printed.
    public struct Number: Sendable {
        public let value: Double
        public let text: RichText
    }

    public struct ClassShare: Sendable {
        /// Bounds of the class: "0.5–1".
        public let label: String
        public let share: Number
        /// Outside the declared limits, drawn open.
        public var isOutside = false
    }

    public struct Key: Sendable {
        public enum Mark: Sendable, Equatable {
            case verdict(Verdict)
            case rest, interval, indicative, hidden
            case level(Int, of: Int)
            case heat(Int)
            /// An estimate on its interval, as dot plots show it.
            case estimate
            case segment(Int)
            /// A field of a map by its verdict.
            case field(Verdict)
            case fieldIndicative
            case firstWave, lastWave, trendBreak
            case beforeWeighting, afterWeighting, limit
            case steps
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
