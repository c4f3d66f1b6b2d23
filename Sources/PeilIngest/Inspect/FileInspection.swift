/// What a file is: the answer of `peil inspect` (schema `peil-inspect-1`).
public struct FileInspection: Sendable, Encodable {
    public enum Outcome: String, Sendable, Encodable {
        case accept
        case acceptWarn = "accept_warn"
        case quarantine, reject
    }

    public struct ColumnFacts: Sendable, Equatable, Encodable {
        public let name: String
        /// `int`, `number`, `date`, `boolean`, `code`, `multi` or `text`.
        public let type: String
        public let missing: Int
        /// Distinct answers, counted up to `distinctLimit`; filled cells where the codebook drops the answers.
        public let distinct: Int
        public static let distinctLimit = 10_000
    }

    public var outcome: Outcome
    public var dialect: CSVDialect?
    public var dialectReason: String?
    /// Share of records that have the width of the first.
    public var dialectScore: Double?
    /// False where a codebook was given and the file has none of its columns.
    public var codebookApplied: Bool?
    public var header: [String]?
    /// Good records as they stand in the file; nil unless asked for.
    public var rows: [[String]]?
    public var rowCount = 0
    public var badRecords: [BadRecord] = []
    public var warnings: [FileWarning] = []
    public var error: IngestError?
    public var columns: [ColumnFacts] = []
    /// Whether bad records may carry their fields.
    public var includesRecords = false
    /// What looking at it cost; not part of the answer.
    public var costs: [StageCost] = []

    /// 0 accepted, 65 data, 66 absent, 74 input/output, 77 no permission, 78 dialect or codebook wrong.
    public var exitCode: Int32 {
        switch outcome {
        case .accept, .acceptWarn: 0
        case .quarantine: 65
        case .reject: error?.exitCode ?? 65
        }
    }

    public init(outcome: Outcome) { self.outcome = outcome }

    enum CodingKeys: String, CodingKey {
        case schema, outcome, dialect, header, rows, warnings, error, columns
        case dialectReason = "dialect_reason"
        case dialectScore = "dialect_score"
        case codebookApplied = "codebook_applied"
        case rowCount = "row_count"
        case badRecords = "bad_records"
    }

    public func encode(to encoder: any Encoder) throws {
        var keyed = encoder.container(keyedBy: CodingKeys.self)
        try keyed.encode("peil-inspect-1", forKey: .schema)
        try keyed.encode(outcome, forKey: .outcome)
        try keyed.encode(dialect, forKey: .dialect)
        try keyed.encodeIfPresent(dialectReason, forKey: .dialectReason)
        try keyed.encodeIfPresent(dialectScore, forKey: .dialectScore)
        try keyed.encodeIfPresent(codebookApplied, forKey: .codebookApplied)
        try keyed.encode(header, forKey: .header)
        try keyed.encodeIfPresent(rows, forKey: .rows)
        try keyed.encode(rowCount, forKey: .rowCount)
        try keyed.encode(
            badRecords.map { EncodedBadRecord(record: $0, hasFields: includesRecords) }, forKey: .badRecords)
        try keyed.encode(warnings.map(EncodedWarning.init), forKey: .warnings)
        try keyed.encode(error.map(EncodedError.init), forKey: .error)
        try keyed.encode(columns, forKey: .columns)
    }
}

/// The shapes that JSON shows: keys in snake case, `class` for the class.
private struct EncodedBadRecord: Encodable {
    let record: BadRecord
    let hasFields: Bool

    enum CodingKeys: String, CodingKey {
        case record, line, `class`, column, message, fields, raw
        case sameAsLine = "same_as_line"
    }

    func encode(to encoder: any Encoder) throws {
        var keyed = encoder.container(keyedBy: CodingKeys.self)
        try keyed.encode(record.record, forKey: .record)
        try keyed.encode(record.line, forKey: .line)
        try keyed.encode(record.code, forKey: .class)
        try keyed.encodeIfPresent(record.column, forKey: .column)
        try keyed.encodeIfPresent(record.sameAsLine, forKey: .sameAsLine)
        try keyed.encode(record.message, forKey: .message)
        guard hasFields else { return }
        if let raw = record.raw {
            try keyed.encode(raw, forKey: .raw)
        } else if !record.fields.isEmpty {
            try keyed.encode(record.fields, forKey: .fields)
        }
    }
}

private struct EncodedWarning: Encodable {
    let code: String, count: Int, columns: [String], lines: [Int], message: String

    init(_ warning: FileWarning) {
        code = warning.code
        count = warning.count
        columns = warning.columns
        lines = warning.lines
        message = warning.message
    }

    enum CodingKeys: String, CodingKey {
        case code = "class"
        case count, columns, lines, message
    }
}

private struct EncodedError: Encodable {
    let code: String, message: String, file: String, line: Int?, column: Int?, remedy: String

    init(_ error: IngestError) {
        code = error.code
        message = error.message
        file = error.file
        line = error.line
        column = error.column
        remedy = error.remedy
    }

    enum CodingKeys: String, CodingKey {
        case code = "class"
        case message, file, line, column, remedy
    }
}
