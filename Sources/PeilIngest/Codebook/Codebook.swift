import PeilTable

/// Everything that is agreed about a survey file: questions and answers, how the file is written,
/// what follows from the answers, and which respondents count.
public struct Codebook: Sendable {
    public var name: String
    public var languages: [String]
    /// Ways in which the questions were put: web, paper, telephone.
    public var modes: [String]
    public var variables: [CodebookVariable]
    public var derived: [DerivedVariable]
    /// How files of this study are expected to be written.
    public var csv: DialectDeclaration
    /// Cells that mean absent in every column; the empty cell always does.
    public var missingTokens: [String]
    public var policy: IngestPolicy
    public var regionChanges: [RegionChange]
    public var exclusions: [ExclusionRule]
    public var completeness: CompletenessRule?
    public var consistency: [ConsistencyRule]
    public var nesting: [NestingRule]
    public var speeders: SpeederRule?
    public var straightliners: [StraightlinerRule]

    public init(name: String = "") {
        self.name = name
        languages = []
        modes = []
        variables = []
        derived = []
        csv = .none
        missingTokens = []
        policy = IngestPolicy()
        regionChanges = []
        exclusions = []
        consistency = []
        nesting = []
        straightliners = []
    }

    public func variable(_ id: String) -> CodebookVariable? { variables.first { $0.id == id } }
}

/// Respondents that do not belong to the base: those for whom not all of `keep` holds. Counted, never silent.
public struct ExclusionRule: Sendable {
    public let name: String
    public let keep: [Condition]
}

/// A break-off is counted and left out: the variables of `needs` must be present, and at least
/// `minimumRequiredShare` of the required questions that were put must have an answer of any kind.
public struct CompletenessRule: Sendable {
    public let needs: [String]
    public let minimumRequiredShare: Double
}

/// Two answers that should agree. A finding, never a drop.
public struct ConsistencyRule: Sendable {
    public enum Form: Sendable {
        /// Where all of `given` hold, all of `then` must hold.
        case implication(given: [Condition], then: [Condition])
        /// `key` must be one of the values that the table lists under the answer to `under`.
        case lookup(key: String, under: String, table: [String: Set<String>])
    }
    public let name: String
    public let form: Form
}

/// Every value of `inner` lies in one value of `outer` (a household in one stratum); an error otherwise.
public struct NestingRule: Sendable {
    public let inner: String
    public let outer: String
}

/// Respondents faster than `shareOfMedian` of the median duration are flagged.
public struct SpeederRule: Sendable {
    public let variable: String
    public let shareOfMedian: Double
}

/// Respondents with the same answer to all of `items` are flagged.
public struct StraightlinerRule: Sendable {
    public let name: String
    public let items: [String]
}
