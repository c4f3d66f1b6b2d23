import PeilTable

/// What happened to a file on its way in: nothing is dropped that is not counted here.
public struct FileQuality: Sendable, Equatable {
    public struct Quarantined: Sendable, Equatable {
        public let record: Int, line: Int
        public let code: String
        public let column: String?
    }
    public struct Exclusion: Sendable, Equatable {
        public let rule: String
        public let count: Int
    }
    /// Absent answers of one question by reason (`codebookWord`), among the rows that are kept.
    public struct ItemMissing: Sendable, Equatable {
        public let variable: String
        public let countByReason: [String: Int]
        /// Rows to whom the question was put.
        public var asked = 0

        /// Rows that were asked and have no answer.
        public var absent: Int {
            countByReason.filter { $0.key != MissingReason.notAsked.codebookWord }.values.reduce(0, +)
        }
        /// absent / asked; 0 where nobody was asked.
        public var share: Double { asked > 0 ? Double(absent) / Double(asked) : 0 }
    }
    /// A rule that some answers do not keep; the answers are left as they are.
    public struct Finding: Sendable, Equatable {
        public let rule: String
        public let count: Int
        /// Physical lines, the first few.
        public let lines: [Int]
        public var severity = RuleSeverity.warning
        /// Rows that the rule is about.
        public var judged = 0
        /// Name of the 0/1 column in the table, for flags.
        public var flag: String?

        /// count / judged; 0 where the rule is about nobody.
        public var share: Double { judged > 0 ? Double(count) / Double(judged) : 0 }
    }
    /// How far respondents came, in the words of AAPOR.
    public struct Completeness: Sendable, Equatable {
        public var complete = 0
        /// Kept: enough answers to count, too few to be complete.
        public var partialInterviews = 0
        /// Left out: fewer answers than the rule asks.
        public var breakOffs = 0
        /// Left out: a variable of the design or the weighting is absent.
        public var withoutNeeds = 0
    }

    public var dialect: CSVDialect
    public var dialectReason: String
    /// Records of the file that are answers.
    public var rowsRead = 0
    /// Rows of the table.
    public var rowsKept = 0
    public var quarantined: [Quarantined] = []
    public var warnings: [FileWarning] = []
    public var exclusions: [Exclusion] = []
    /// Worst first.
    public var itemMissing: [ItemMissing] = []
    /// Repeated records among the quarantined.
    public var duplicates = 0
    /// Break-offs: counted and left out.
    public var partials = 0
    /// Where the codebook has a rule of completeness.
    public var completeness: Completeness?
    public var speeders = 0
    /// The rule of speeders as it was applied, with its bound in seconds.
    public var speederFinding: Finding?
    public var speederBound: Double?
    public var straightliners: [Finding] = []
    public var sameAnswers: Finding?
    public var findings: [Finding] = []

    /// Every record is somewhere: read = kept + quarantined + excluded by each rule + break-offs.
    public var isBalanced: Bool {
        rowsRead == rowsKept + quarantined.count + exclusions.map(\.count).reduce(0, +) + partials
    }

    /// Throws BOOKKEEPING_BROKEN (exit 70), a mistake of the program, where the counts do not add up.
    public func checkBookkeeping() throws(IngestError) {
        guard !isBalanced else { return }
        throw IngestError(
            "BOOKKEEPING_BROKEN",
            "\(rowsRead) records were read and \(rowsKept) kept; the counts of what was left out do not add up.",
            remedy: "This is a mistake in peil: report it with the version and the codebook.", exitCode: 70)
    }
}

/// A wave ready for estimates: typed columns, and the facts about the files they came from.
public struct IngestedWave: Sendable {
    public let table: PeilTable.Table
    /// Of the whole wave.
    public let quality: FileQuality
    /// SHA-256 of the file's bytes in hexadecimal digits; of several files, over their hashes in the order of the study.
    public let inputHash: String
    /// What reading, hashing and shaping cost.
    public var costs: [StageCost] = []
    public let facts: WaveFacts
    /// A row each: AAPOR's partial interviews among the rows that are kept.
    public let isPartial: [Bool]
    /// A row each: where it was read.
    public let places: [RowPlace]
}

/// A file of the wave, counted from 0, and the physical line on which a record begins.
public struct RowPlace: Sendable, Equatable {
    public let file: Int32
    public let line: Int32
}
