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
    /// SHA-256 of the files that the codebook names, by name: what they say is part of it.
    public internal(set) var sideFileHashes: [String: String] = [:]
    public var exclusions: [ExclusionRule]
    public var completeness: CompletenessRule?
    public var consistency: [ConsistencyRule]
    public var nesting: [NestingRule]
    public var speeders: SpeederRule?
    public var straightliners: [StraightlinerRule]
    public var sameAnswers: SameAnswersRule
    public var shift: ShiftBounds

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
        sameAnswers = SameAnswersRule()
        shift = ShiftBounds()
    }

    public func variable(_ id: String) -> CodebookVariable? { variables.first { $0.id == id } }
}

/// Respondents that do not belong to the base: those for whom not all of `keep` holds. Counted, never silent.
public struct ExclusionRule: Sendable {
    public let name: String
    public let keep: [Condition]
}
