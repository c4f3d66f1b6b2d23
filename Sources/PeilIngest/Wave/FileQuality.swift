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
    /// Absent answers of one variable by reason (`codebookWord`), among the rows that are kept.
    public struct ItemMissing: Sendable, Equatable {
        public let variable: String
        public let countByReason: [String: Int]
    }
    /// A rule that some answers do not keep; the answers are left as they are.
    public struct Finding: Sendable, Equatable {
        public let rule: String
        public let count: Int
        /// Physical lines, the first few.
        public let lines: [Int]
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
    public var itemMissing: [ItemMissing] = []
    /// Repeated records among the quarantined.
    public var duplicates = 0
    /// Break-offs: counted and left out.
    public var partials = 0
    public var speeders = 0
    public var straightliners: [Finding] = []
    public var findings: [Finding] = []
}

/// A wave ready for estimates: typed columns, and the facts about the file it came from.
public struct IngestedWave: Sendable {
    public let table: PeilTable.Table
    public let quality: FileQuality
    /// SHA-256 of the file's bytes, in hexadecimal digits.
    public let inputHash: String
}
