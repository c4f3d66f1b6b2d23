public import PeilTable

/// What a figure states: one number of a publication is named by these five words, and by nothing else.
public struct FigureName: Sendable, Hashable, Codable {
    public let question: String
    /// Category code for a share; empty for a mean.
    public let level: String
    /// Area code, or empty for the whole region.
    public let area: String
    /// Segment code, or empty for everyone.
    public let segment: String
    public let statistic: Statistic

    public enum Statistic: String, Sendable, Hashable, Codable, CaseIterable {
        /// Weighted share of the base, 0…1.
        case share
        /// Weighted mean, in the unit of the question.
        case mean
        /// Estimated number of people.
        case people
    }

    public init(
        question: String, level: String = "", area: String = "", segment: String = "",
        statistic: Statistic
    ) {
        self.question = question
        self.level = level
        self.area = area
        self.segment = segment
        self.statistic = statistic
    }

    /// `question.level.area.segment.statistic`, empty parts as `-`: the row_id of the tidy output.
    public var rowID: String {
        [question, level, area, segment, statistic.rawValue].map { $0.isEmpty ? "-" : $0 }.joined(separator: ".")
    }
}

/// The test of a group against the rest of the region (or against another reference).
public struct FigureContrast: Sendable, Equatable {
    /// `rest`, or the name of the reference.
    public let reference: String
    /// Group minus reference, in the unit of the figure.
    public let difference: Double
    public let p: Double
    /// Benjamini–Hochberg within `family`.
    public let adjustedP: Double
    public let family: String

    public init(reference: String, difference: Double, p: Double, adjustedP: Double, family: String) {
        self.reference = reference
        self.difference = difference
        self.p = p
        self.adjustedP = adjustedP
        self.family = family
    }
}

/// One estimate on its way to publication: unrounded, with the unweighted counts that decide whether it
/// may be shown. It never leaves PeilDisclosure in this form.
public struct Figure: Sendable {
    public let name: FigureName
    public let estimate: Double
    /// nil where the design gives none; `intervalReason` then says why.
    public let standardError: Double?
    public let lower: Double?
    public let upper: Double?
    public let intervalLevel: Double
    /// `t`, `logit`, `beta`, `clopper-pearson`.
    public let intervalMethod: String
    public let degreesOfFreedom: Int
    /// Respondents in the base, unweighted.
    public let base: Int
    /// Respondents in the base who have this level, unweighted; nil for means.
    public let count: Int?
    /// Sum of the weights of the base: times a share it is the weighted total of the answer, times a mean the sum of the
    /// answers. nil where the figure is no such quotient.
    public let weightedBase: Double?
    /// Share of the asked respondents without an answer, weighted, 0…1.
    public let missingShare: Double
    public let effectiveN: Double?
    public let designEffect: Double?
    public let contrast: FigureContrast?
    /// The smallest change that a next wave of the same size and design would find; nil where nobody asks.
    public let detectableChange: Double?

    public init(
        name: FigureName, estimate: Double, standardError: Double?, lower: Double?, upper: Double?,
        intervalLevel: Double, intervalMethod: String, degreesOfFreedom: Int, base: Int, count: Int?,
        missingShare: Double, effectiveN: Double?, designEffect: Double?, contrast: FigureContrast?,
        detectableChange: Double? = nil, weightedBase: Double? = nil
    ) {
        self.weightedBase = weightedBase
        self.detectableChange = detectableChange
        self.name = name
        self.estimate = estimate
        self.standardError = standardError
        self.lower = lower
        self.upper = upper
        self.intervalLevel = intervalLevel
        self.intervalMethod = intervalMethod
        self.degreesOfFreedom = degreesOfFreedom
        self.base = base
        self.count = count
        self.missingShare = missingShare
        self.effectiveN = effectiveN
        self.designEffect = designEffect
        self.contrast = contrast
    }
}

/// A count or measure about the data or the weights (rows read, rows kept, Kish effect, largest weight …).
public struct Fact: Sendable {
    public enum Value: Sendable {
        /// A number of respondents or records: hidden when it lies between 1 and the minimum frequency.
        case count(Int)
        /// The share that `count` respondents are of `of`: hidden when either part lies between 1 and the
        /// minimum frequency, else rounded as shares in tables are.
        case share(count: Int, of: Int)
        /// A measure of the whole sample (design effect, convergence): rounded to three decimals.
        case measure(Double)
        case text(String)
    }
    /// `quality`, `weighting`, `design`, `segments`, `software`.
    public let topic: String
    public let key: String
    /// Area code, or empty.
    public let area: String
    public let value: Value
    /// Facts with the same name here are parts of one whole: where one is hidden, no other may give it away.
    public let partOf: String
    /// The whole itself.
    public let isWhole: Bool
    /// Whom the count counts, where facts of other names count the same respondents: a share of the invited and a number
    /// of answers tell one another.
    public let counting: String

    public init(
        topic: String, key: String, area: String = "", value: Value, partOf: String = "", isWhole: Bool = false,
        counting: String = ""
    ) {
        self.counting = counting
        self.topic = topic
        self.key = key
        self.area = area
        self.value = value
        self.partOf = partOf
        self.isWhole = isWhole
    }
}

/// Everything a publication would say, before any rule has been applied.
public struct PublicationDraft: Sendable {
    public var subject: PublicationSubject
    public var figures: [Figure]
    public var facts: [Fact]
    /// Answers of different questions that are the same respondents.
    public var links: [CountLink]
    public var exclusive: [ExclusiveAnswers] = []
    public var nested: [NestedAnswers] = []
    /// Figures that earlier versions of the wave showed or hid and that this one does not have: readers know them, and they are
    /// not published again.
    public var earlier: [Figure] = []
    /// What readers may know of the weights; nil: the attack looks at counts alone.
    public var weights: WeightKnowledge?
    /// Smallest and largest answer to questions with means, by question.
    public var answerRanges: [String: ClosedRange<Double>] = [:]
    /// Who is in each base; empty where nothing tells people apart.
    public var members = BaseMembers()
    /// What the means of amounts are made of, weighted; for every figure of a question that `DisclosureRules.dominance` names.
    public var amounts: [FigureName: Contributions] = [:]
    /// Change since an earlier wave; nil where nothing is said of it.
    public var changes: ChangeDraft?
    /// Models of which effects are shown.
    public var drivers: [DriverDraft] = []
    /// Results that the attack cannot model.
    public var unmodelled: [UnmodelledFigure] = []
    public init(subject: PublicationSubject, figures: [Figure], facts: [Fact], links: [CountLink] = []) {
        self.links = links
        self.subject = subject
        self.figures = figures
        self.facts = facts
    }
}

/// What the publication is about: names and wordings from the study's own files, no figures of respondents.
public struct PublicationSubject: Sendable, Codable {
    public struct Question: Sendable, Codable {
        public let id: String
        /// A short name for charts and tables ("Noodpakket in huis").
        public let label: LocalizedText
        /// The question as it was put.
        public let wording: LocalizedText
        public let wordingHash: String
        public let levels: [Category]
        /// `share`: one figure a level; `mean`: one figure.
        public let statistic: FigureName.Statistic
        /// Unit of a mean ("score 0–100", "uur"); empty for shares.
        public let unit: LocalizedText
        /// Who is in the base ("volwassenen zonder noodpakket").
        public let base: LocalizedText
        /// Special category of personal data: region level only.
        public let isSensitive: Bool
        /// The segments are made from it, so that they differ on it by their own definition.
        public let definesSegments: Bool
        public init(
            id: String, label: LocalizedText, wording: LocalizedText, wordingHash: String,
            levels: [Category], statistic: FigureName.Statistic, unit: LocalizedText,
            base: LocalizedText, isSensitive: Bool, definesSegments: Bool = false
        ) {
            self.definesSegments = definesSegments
            self.id = id
            self.label = label
            self.wording = wording
            self.wordingHash = wordingHash
            self.levels = levels
            self.statistic = statistic
            self.unit = unit
            self.base = base
            self.isSensitive = isSensitive
        }
    }

    public struct Named: Sendable, Codable {
        public let code: String
        public let label: LocalizedText
        public let description: LocalizedText
        public init(code: String, label: LocalizedText, description: LocalizedText = LocalizedText([:])) {
            self.code = code
            self.label = label
            self.description = description
        }
    }

    public let study: String
    public let title: LocalizedText
    /// The population that the weights represent ("volwassenen van 18 jaar en ouder in Haaglanden").
    public let population: LocalizedText
    /// Whom the margins of the weighting count, where the study says that this is not quite the same; empty: the same.
    public let marginPopulation: LocalizedText
    public let region: LocalizedText
    public let wave: String
    public let waveLabel: LocalizedText
    /// ISO dates.
    public let fieldworkFrom: String
    public let fieldworkTo: String
    public let mode: String
    /// `probability` or `panel`.
    public let basis: String
    /// A warning that stands above the page ("Deze gegevens zijn verzonnen"); empty for none.
    public let banner: LocalizedText
    public let questions: [Question]
    public let areas: [Named]
    public let segments: [Named]
    /// SHA-256 of the study files, of the data, the seed, and the version of peil.
    public let studyHash: String
    public let inputHash: String
    public let seed: UInt64
    public let version: String

    public init(
        study: String, title: LocalizedText, population: LocalizedText, region: LocalizedText,
        wave: String, waveLabel: LocalizedText, fieldworkFrom: String, fieldworkTo: String, mode: String,
        basis: String, banner: LocalizedText, questions: [Question], areas: [Named], segments: [Named],
        studyHash: String, inputHash: String, seed: UInt64, version: String,
        marginPopulation: LocalizedText = LocalizedText([:])
    ) {
        self.study = study
        self.marginPopulation = marginPopulation
        self.title = title
        self.population = population
        self.region = region
        self.wave = wave
        self.waveLabel = waveLabel
        self.fieldworkFrom = fieldworkFrom
        self.fieldworkTo = fieldworkTo
        self.mode = mode
        self.basis = basis
        self.banner = banner
        self.questions = questions
        self.areas = areas
        self.segments = segments
        self.studyHash = studyHash
        self.inputHash = inputHash
        self.seed = seed
        self.version = version
    }
}
