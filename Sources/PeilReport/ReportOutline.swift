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

    /// An answer that says "so many hours or more".
    public struct EnduranceStep: Sendable, Equatable {
        public var hours: Double
        public var measure: Measure
        public init(hours: Double, measure: Measure) {
            self.hours = hours
            self.measure = measure
        }
    }

    public enum Block: Sendable, Equatable {
        /// A text of the study team, in the place where it stands.
        case text(LocalizedText)
        /// What to say and what not to say, as the campaign team decided.
        case messages(say: [LocalizedText], avoid: [LocalizedText])
        /// Areas where they lie, coloured by the verdict of the test.
        case areaMap(Measure)
        /// The share that manages so many hours or more, as steps.
        case endurance([EnduranceStep], end: Double)
        /// Areas by name with interval, the rest's tick, and the verdict of the test.
        case areaDots(Measure)
        /// Barriers, channels: the levels of one question (one measure with an empty level) or one level of
        /// several questions. By value; measures whose question or level stands in `last` come last ("other").
        /// `topic` is what people name there, for the title; nil for the question's label, or the section's title.
        case bars([Measure], last: [String], topic: LocalizedText? = nil)
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
        /// The area or segment of the page against the rest, topic by topic.
        case against([Measure])
        /// Who is in the area or segment of the page: answers to these questions that differ from the rest.
        case differences(questions: [String])
        /// This wave and an earlier one, measure by measure.
        case trend([Measure])
        /// What goes with an outcome: the effects of one of the study's models.
        case drivers(model: String)
        /// Something that the page's own place decides.
        case show(Part)
    }

    /// What a page says of its own place without being told more.
    public enum Part: String, Sendable, Equatable, CaseIterable {
        /// What to say to the segment of the page, and what not, from the study's message file.
        case messages
        /// Where the segment of the page lives: its size in every area.
        case segmentAreas = "segment_areas"
        /// How sure the figures of the page are, and why.
        case confidence
        /// What the page does not show, and why.
        case notShown = "not_shown"
        /// Links to the pages of the segments and of the areas.
        case pages
        /// Where a campaign reaches most people who are willing.
        case priorities
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

    /// A page about the whole region beside the overview: hazards, the 72 hours, volunteers.
    public struct Page: Sendable, Equatable {
        /// A plain word: the name of its file.
        public var id: String
        public var title: LocalizedText
        public var lead: LocalizedText?
        public var sections: [Section]
        public init(id: String, title: LocalizedText, lead: LocalizedText? = nil, sections: [Section]) {
            self.id = id
            self.title = title
            self.lead = lead
            self.sections = sections
        }
    }

    /// What the page of each segment, or of each area, holds.
    public struct PlacePage: Sendable, Equatable {
        public var keyFigures: [Measure]
        public var sections: [Section]
        public init(keyFigures: [Measure], sections: [Section]) {
            self.keyFigures = keyFigures
            self.sections = sections
        }
    }

    /// Questions of which the report shows change between waves, in order.
    public var trendQuestions: [String] {
        var names: [String] = []
        for case .trend(let measures) in (sections + pages.flatMap(\.sections)).flatMap(\.blocks) {
            for measure in measures where !names.contains(measure.question) { names.append(measure.question) }
        }
        return names
    }

    /// Whether any page asks for priorities.
    var showsPriorities: Bool {
        let places = [segmentPages, areaPages].compactMap { $0?.sections }.flatMap { $0 }
        return (sections + pages.flatMap(\.sections) + places).flatMap(\.blocks).contains(.show(.priorities))
    }

    /// Models whose effects the report shows, in order.
    public var driverModels: [String] {
        var names: [String] = []
        for case .drivers(let model) in (sections + pages.flatMap(\.sections)).flatMap(\.blocks)
        where !names.contains(model) { names.append(model) }
        return names
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
    public var pages: [Page]
    public var segmentPages: PlacePage?
    public var areaPages: PlacePage?
    /// The question whose levels are the segments; empty without segments.
    public var segmentQuestion: String
    /// What to say to each segment and what not, by its code.
    public var messages: [String: Messages]
    public var priorities: PriorityRules?

    /// Labels of the ways of answering, by the word that waves name them by.
    public var modeLabels: [String: LocalizedText] = [:]

    /// Labels of the variables that answers are weighted by.
    public var controlLabels: [String: LocalizedText] = [:]
    /// Wordings of questions that the report shows in another form only, by variable: classes of hours, of the hours.
    public var sourceWordings: [String: LocalizedText] = [:]

    public struct Messages: Sendable, Equatable {
        public var say: [LocalizedText]
        public var avoid: [LocalizedText]
        public init(say: [LocalizedText], avoid: [LocalizedText]) {
            self.say = say
            self.avoid = avoid
        }
    }

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
        factLabels: [String: LocalizedText] = [:], pages: [Page] = [], segmentPages: PlacePage? = nil,
        areaPages: PlacePage? = nil, segmentQuestion: String = "", messages: [String: Messages] = [:],
        priorities: PriorityRules? = nil
    ) {
        self.pages = pages
        self.segmentPages = segmentPages
        self.areaPages = areaPages
        self.segmentQuestion = segmentQuestion
        self.messages = messages
        self.priorities = priorities
        self.title = title
        self.lead = lead
        self.keyFigures = keyFigures
        self.sections = sections
        self.areaWords = areaWords
        self.factLabels = factLabels
    }
}
