/// One file of a wave: where it lies, how its answers were collected, how it is written, and what it must hold.
public struct WaveFile: Sendable {
    public var path: String
    /// As the study writes it: what messages and facts call the file.
    public var name: String
    /// Web, paper, telephone: a word of the study.
    public var mode: String
    public var dialect: DialectDeclaration
    public var expectations: [ExpectedValue]

    public init(
        path: String, name: String? = nil, mode: String = "", dialect: DialectDeclaration = .none,
        expectations: [ExpectedValue] = []
    ) {
        self.path = path
        self.name = name ?? path
        self.mode = mode
        self.dialect = dialect
        self.expectations = expectations
    }
}

/// What every record of a file must say: the number of its wave, the mode of its questionnaire. A file that
/// says otherwise was put in the wrong place.
public struct ExpectedValue: Sendable, Equatable {
    public let variable: String
    public let code: String
    public init(variable: String, code: String) {
        self.variable = variable
        self.code = code
    }
}

/// Who is one person in the files of a wave, and which of that person's records counts.
public struct MergeRule: Sendable, Equatable {
    /// Which of several records of one person is kept; the others are counted and left out.
    public enum Precedence: String, Sendable, CaseIterable {
        /// The one in the file that the study lists first; in one file the one that stands first.
        case fileOrder = "file_order"
        /// The one with most answers to required questions; among equals as `fileOrder`.
        case mostAnswers = "most_answers"
    }

    /// Identifiers, the strongest first: records that share a value of any of them are one person's. Two values of
    /// the first one in one person are a contradiction.
    public var identifiers: [String]
    public var precedence: Precedence
    /// Questions to which the records of one person should give the same answer; where not, it is a finding.
    public var mustAgree: [String]

    public init(
        identifiers: [String], precedence: Precedence = .fileOrder, mustAgree: [String] = []
    ) {
        self.identifiers = identifiers
        self.precedence = precedence
        self.mustAgree = mustAgree
    }
}
