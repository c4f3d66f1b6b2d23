public import PeilTable

/// What a report shows and in which order: the study's own choice, free of numbers. It is parsed from
/// study.yaml elsewhere; here it is a value. Nothing in it depends on one region or one questionnaire.
public struct ReportOutline: Sendable, Equatable {
    /// One answer to one question, as a figure of the page.
    public struct Measure: Sendable, Equatable {
        public var question: String
        /// Category code; empty for a mean.
        public var level: String
        /// What these people do, to follow a percentage: "heeft een noodpakket in huis". Without it the
        /// page says "Noodpakket in huis (ja): 31%".
        public var says: LocalizedText?
        public init(question: String, level: String, says: LocalizedText? = nil) {
            self.question = question
            self.level = level
            self.says = says
        }
    }

    public enum Block: Sendable, Equatable {
        /// A text of the study team, in the place where it stands.
        case text(LocalizedText)
        /// What to say and what not to say, as the campaign team decided.
        case messages(say: [LocalizedText], avoid: [LocalizedText])
        /// Areas by name with interval, the rest's tick, and the verdict of the test.
        case areaDots(Measure)
        /// Barriers, channels: the levels of one question (one measure with an empty level) or one level of
        /// several questions. By value; measures whose question or level stands in `last` come last ("other").
        case bars([Measure], last: [String])
        /// Questions with the same ordered levels, low to high.
        case likert(questions: [String])
        /// The size of each segment; the question has the segment codes as its levels.
        case segmentSizes(question: String)
        /// Segment sizes by area.
        case segmentByArea(question: String)
        /// The distribution of one question, in the order of its levels.
        case levels(question: String)
        case means(questions: [String])
        /// Each segment against everybody else.
        case segmentProfile([Measure])
    }

    public struct Section: Sendable, Equatable {
        /// A plain word (letters, digits, hyphens): the anchor of the section.
        public var id: String
        public var title: LocalizedText
        public var intro: LocalizedText?
        public var blocks: [Block]
        public init(id: String, title: LocalizedText, intro: LocalizedText? = nil, blocks: [Block]) {
            self.id = id
            self.title = title
            self.intro = intro
            self.blocks = blocks
        }
    }

    /// Words for the areas of this study.
    public struct AreaWords: Sendable, Equatable {
        public var singular: LocalizedText
        public var plural: LocalizedText
        public init(singular: LocalizedText, plural: LocalizedText) {
            self.singular = singular
            self.plural = plural
        }
        public static let municipalities = AreaWords(
            singular: LocalizedText(["nl": "gemeente", "en": "municipality"]),
            plural: LocalizedText(["nl": "gemeenten", "en": "municipalities"]))
    }

    /// The heading of the page; nil lets the first key figure be the heading.
    public var title: LocalizedText?
    /// The text under it; nil lets the key figures speak.
    public var lead: LocalizedText?
    public var keyFigures: [Measure]
    public var sections: [Section]
    public var areaWords: AreaWords
    /// Names of facts (`topic.key`) that peil does not know itself, for the method box.
    public var factLabels: [String: LocalizedText]
    /// Where the areas lie, and how the report looks.
    public var geography = Geography()
    public var theme = Theme.standard

    /// The places of areas on a map or on tiles.
    public struct Geography: Sendable, Equatable {
        /// nil: the study has no shapes, and its areas are drawn as tiles.
        public var boundaries: Boundaries?
        /// Who made the shapes, for the line under the map.
        public var source: LocalizedText?
        /// Tiles that the study placed itself, by area code; empty: from the shapes, or in the order of the areas.
        public var tiles: [String: Chart.TilePosition] = [:]
        public init() {}
    }

    public init(
        title: LocalizedText? = nil, lead: LocalizedText? = nil, keyFigures: [Measure],
        sections: [Section], areaWords: AreaWords = .municipalities,
        factLabels: [String: LocalizedText] = [:]
    ) {
        self.title = title
        self.lead = lead
        self.keyFigures = keyFigures
        self.sections = sections
        self.areaWords = areaWords
        self.factLabels = factLabels
    }
}
