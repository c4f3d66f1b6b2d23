/// A value that passed the disclosure rules. Only this module can make one: the initialiser is internal and
/// the type is Encodable but not Decodable, so neither a caller nor a file can forge it; `StoredPublication` has the way
/// back. Reports accept nothing else. Suppressed numbers are absent from `content`, not flagged in it.
public struct Released<Content: Sendable>: Sendable {
    public let content: Content

    init(_ content: Content) { self.content = content }
}

extension Released: Encodable where Content: Encodable {
    public func encode(to encoder: any Encoder) throws { try content.encode(to: encoder) }
}

/// How a figure came through the rules.
public enum ReleaseStatus: String, Sendable, Codable {
    case released
    /// Shown, with the warning that it is uncertain (DisclosureRules names the bands).
    case indicative
    /// Hidden because it could give a person away.
    case suppressed
    /// Hidden because the base is too small to say anything.
    case tooFew = "too_few"
}

/// Everything that may be printed: rounded numbers, or none where a rule hides them.
public struct Publication: Sendable, Encodable {
    public let subject: PublicationSubject
    /// The thresholds that decided what may be shown: a report prints them in its method box.
    public let rules: DisclosureRules
    /// In the order of the subject: question, level, area, segment, statistic.
    public let rows: ReleasedRows
    public let facts: [ReleasedFact]
    /// Since an earlier wave; nil where nothing is said of change.
    public let changes: ReleasedChanges?
    /// Effects of models.
    public let drivers: [ReleasedDrivers]
    /// Not modelled by the attack.
    public let unmodelled: [ReleasedUnmodelled]
    public let attack: AttackRecord
    /// What it changes of an earlier version; nil for the first report of a wave.
    public internal(set) var correction: ReleasedCorrection?
}

/// One published number with what a reader needs to weigh it; nil wherever a rule hides it.
public struct ReleasedRow: Sendable, Codable {
    public let name: FigureName
    public let status: ReleaseStatus
    /// Why it is hidden or indicative, a word that the report translates; nil when released.
    public let reason: ReleaseReason?
    /// Shares as 0…1 rounded to whole percentages (0.01) or, from a base of 100, to 0.001 in `tableEstimate`.
    public let estimate: Double?
    /// For 0 % and 100 % on a small base: the bound that may be printed ("minder dan 4%"); then `estimate` is nil.
    public let bound: ReleasedBound?
    /// One decimal more than `estimate`, for workbook and tidy file; nil below a base of 100.
    public let tableEstimate: Double?
    public let standardError: Double?
    /// Limits rounded like `estimate`.
    public let lower: Double?
    public let upper: Double?
    /// Limits rounded like `tableEstimate`.
    public let tableLower: Double?
    public let tableUpper: Double?
    public let intervalLevel: Double?
    public let intervalMethod: String?
    public let degreesOfFreedom: Int?
    public let n: Int?
    public let missingShare: Double?
    public let effectiveN: Double?
    public let designEffect: Double?
    public let reference: String?
    /// The value of the reference, rounded like `estimate`.
    public let referenceEstimate: Double?
    /// nil where rounding would make it contradict `estimate` and `referenceEstimate`.
    public let difference: Double?
    public let p: Double?
    public let adjustedP: Double?
    public let family: String?
    /// The smallest change that a next wave would find, rounded up like `estimate`; only beside an interval.
    public let detectableChange: Double?
}

public enum ReleaseReason: String, Sendable, Codable {
    /// Fewer respondents in the base than the rules allow to publish.
    case smallBase = "small_base"
    /// Between one and the minimum frequency of respondents have this answer.
    case smallCell = "small_cell"
    /// Would give away another hidden cell.
    case complement
    /// What a publication says of the three: which of them it was would tell how small the cell is.
    case confidential
    /// Nearly everybody in the group gave this (sensitive) answer.
    case groupDisclosure = "group_disclosure"
    /// A special category of personal data below region level.
    case sensitiveBelowRegion = "sensitive_below_region"
    case indicativeBase = "indicative_base"
    case indicativeEffectiveN = "indicative_effective_n"
    case wideInterval = "wide_interval"
}

public enum ReleasedBound: Sendable, Codable {
    /// "less than": nobody, or almost nobody, gave this answer.
    case below(Double)
    /// "more than".
    case above(Double)
}

public struct ReleasedFact: Sendable, Codable {
    public enum Value: Sendable, Codable {
        case count(Int)
        case fewerThan(Int)
        /// In 0…1, rounded.
        case share(Double)
        /// A share that would give a small count away.
        case hiddenShare
        case measure(Double)
        case text(String)
    }
    public let topic: String
    public let key: String
    public let area: String
    public let value: Value
}
