import PeilTable

/// What kind of answer a column holds; the words are those of codebook files.
public enum VariableType: String, Sendable, CaseIterable {
    case id, date, region, int, number, code, weight, multi, text
}

/// One column of the survey file: its question, its answers, and the rules its cells must keep.
public struct CodebookVariable: Sendable {
    public var id: String
    public var type: VariableType
    /// Name of the column in the file, where it differs from `id`.
    public var column: String
    public var wording: LocalizedText
    public var categories: [Category]
    /// Reason by the code that stands for it. Codes are per variable: 98 and 99 may be real ages.
    public var missing: [String: MissingReason]
    /// Bounds of a number, or of a date in days since 1970-01-01.
    public var minimum: Double?
    public var maximum: Double?
    /// The question is put where all of these hold; nil: to everybody.
    public var routing: [Condition]?
    /// An empty cell counts as item non-response.
    public var isRequired: Bool
    /// The file may do without this column.
    public var mayBeAbsent: Bool
    public var isUnique: Bool
    /// Other spellings, and the code each stands for.
    public var aliases: [String: String]
    /// Special categories of personal data: region level only.
    public var isSensitive: Bool
    /// Open text is dropped at import unless `keepsText`.
    public var isOpenText: Bool { type == .text }
    public var keepsText: Bool
    /// What happens to personal data in this column; nil: it holds none.
    public var personal: PersonalTreatment?
    /// The multiple-response block that this option belongs to.
    public var group: String?
    /// In this block an empty cell beside a ticked one means not ticked (exports that write ticks only).
    public var emptyMeansUnticked: Bool
    public var unit: String?
    /// Between the codes of a multiple response in one cell.
    public var separator: UInt8
    /// Regular expression that an identifier must match as a whole.
    public var pattern: String?
    /// Decimal mark; nil: that of the file.
    public var decimal: UInt8?
    /// Numbers may be written with either decimal mark.
    public var acceptsBothDecimals: Bool
    public var allowsThousands: Bool
    /// How dates are written; nil: dd-mm-jjjj or ISO 8601, whichever a cell has.
    public var dateFormat: DateFormat?
    /// Year of the boundaries that a region's codes belong to; nil: not said.
    public var vintage: Int?
    /// A weight above this many medians is reported.
    public var extremeWeightRatio: Double
    /// Ways in which the question was put (web, paper, telephone); empty: those of the codebook.
    public var modes: [String]
    /// Line in the codebook file.
    public var line: Int?

    public init(id: String, type: VariableType) {
        self.id = id
        self.type = type
        column = id
        wording = LocalizedText([:])
        categories = []
        missing = [:]
        isRequired = false
        mayBeAbsent = false
        isUnique = false
        aliases = [:]
        isSensitive = false
        keepsText = false
        emptyMeansUnticked = false
        separator = Ascii.semicolon
        acceptsBothDecimals = false
        allowsThousands = false
        extremeWeightRatio = 10
        modes = []
    }

    public var tableVariable: Variable { Variable(name: id, wording: wording, isSensitive: isSensitive) }
}

/// What happens to a column of personal data that the codebook declares (`personal: dropped`).
public enum PersonalTreatment: String, Sendable, CaseIterable {
    /// The column is not read: nothing of it enters the table.
    case dropped
    /// An identifier that is replaced by a keyed pseudonym at once.
    case pseudonym
}

/// A region that changed its code: merged into `new`, or split (nil) with no one successor.
public struct RegionChange: Sendable, Equatable {
    public let old: String
    public let new: String?
    public let year: Int?
}

/// Limits on what a delivery may suffer before it is refused.
public struct IngestPolicy: Sendable, Equatable {
    public var maximumBadRecords = 0
    public var limits = CSVLimits()
    public var minimumRows = 1
    public init() {}
}
