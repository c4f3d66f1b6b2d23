public import PeilStatistics
import PeilTable

/// What a study says about its small areas under areas › small_areas: which figures, what helps them, and the rule by
/// which one estimate leads. A study that says nothing has the defaults, and the output prints them.
public struct SmallAreaRequest: Sendable {
    /// A share of people with an answer, or the mean of a question.
    public struct Indicator: Sendable, Equatable {
        public let question: String
        /// The answer that is counted; nil for a mean.
        public let level: String?

        public init(question: String, level: String? = nil) {
            self.question = question
            self.level = level
        }

        /// `question=answer`, or `question`.
        public init(_ name: String) {
            guard let sign = name.firstIndex(of: "=") else {
                self = Indicator(question: name)
                return
            }
            self.init(question: String(name[..<sign]), level: String(name[name.index(after: sign)...]))
        }

        public var name: String { level.map { "\(question)=\($0)" } ?? question }
    }

    /// What is known of every area, without error.
    public struct Covariates: Sendable {
        /// Relative to the study's folder.
        let file: String
        /// One row an area.
        let table: Table
        let areas: [String]
        let columns: [AreaCovariate]
    }

    /// Numbers of people by area and class, to which estimates are standardised.
    public struct Standard: Sendable {
        let file: String
        let variables: [String]
        /// Areas in the order of the file.
        let areas: [String]
        /// People of each area in each class.
        let cells: [(area: String, codes: [String], people: Double)]
    }

    /// Empty: the key figures of the report.
    public var indicators: [Indicator] = []
    public var covariates: Covariates?
    public var standard: Standard?
    public var model = AreaModel(benchmark: .ratio)
    public var rule = LeadRule()
    /// Whether the study has the key at all.
    public var isDeclared = false
    /// What files said, for the hash of the study.
    var texts: [String] = []

    public init() {}
}

extension Study {
    /// What the study asks of its areas, with defaults where it says nothing.
    /// - Throws: `Failure` where it has no areas.
    func requiredAreas() throws -> (areas: AreaRequest, request: SmallAreaRequest) {
        guard let areas else {
            throw Failure(
                "MISSING_KEY", "The study has no areas", file: file, remedy: "add `areas: {variable: …}`",
                exitCode: ExitStatus.configuration)
        }
        return (areas, areas.smallAreas ?? SmallAreaRequest())
    }
}
