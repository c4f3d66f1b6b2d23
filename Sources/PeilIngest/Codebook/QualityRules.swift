import PeilTable

/// Who counts as a respondent. The variables of `needs` (design, weighting) must be present, and at least
/// `minimumRequiredShare` of the required questions that were put must have an answer of any kind; who has less is a
/// break-off: counted and left out. Who has less than `completeShare` is a partial interview: counted, and kept
/// (AAPOR, Standard Definitions, with its customary 50 % and 80 %).
public struct CompletenessRule: Sendable {
    public let needs: [String]
    public let minimumRequiredShare: Double
    public let completeShare: Double
}

/// How much a broken rule weighs.
public enum RuleSeverity: String, Sendable, CaseIterable {
    /// Worth knowing, no fault.
    case info
    case warning
    /// Above the rule's `maximumShare` the file is refused.
    case error
}

/// Two answers that should agree, or a bound that answers should keep. A finding, never a drop.
public struct ConsistencyRule: Sendable {
    public enum Form: Sendable {
        /// Where all of `given` hold, all of `then` must hold.
        case implication(given: [Condition], then: [Condition])
        /// `key` must be one of the values that the table lists under the answer to `under`.
        case lookup(key: String, under: String, table: [String: Set<String>])
        /// An answer that is present lies within the bounds.
        case range(variable: String, minimum: Double?, maximum: Double?)
        /// Where all of `given` hold, none of `empty` has an answer.
        case skip(given: [Condition], empty: [String])
    }
    public let name: String
    public let form: Form
    public var severity = RuleSeverity.warning
    /// With severity `error`: the share of the records that the rule is about which may break it.
    public var maximumShare = 0.0

    /// The variables that the rule reads.
    public var inputs: [String] {
        switch form {
        case .implication(let given, let then): (given + then).map(\.variable)
        case .lookup(let key, let under, _): [key, under]
        case .range(let variable, _, _): [variable]
        case .skip(let given, let empty): given.map(\.variable) + empty
        }
    }
}

/// Every value of `inner` lies in one value of `outer` (a household in one stratum); an error otherwise.
public struct NestingRule: Sendable {
    public let inner: String
    public let outer: String
}

/// Respondents faster than `shareOfMedian` of the median duration, or than `seconds`, are flagged.
public struct SpeederRule: Sendable {
    public let variable: String
    public let shareOfMedian: Double?
    /// In the unit of the variable.
    public let seconds: Double?
    /// Leave them out, counted as an exclusion.
    public var removes = false

    public static let flag = "flag_speeder"
    public static let exclusion = "speeders"
}

/// Respondents who give the same answer to at least `share` of the items of a grid that were put to them are flagged.
public struct StraightlinerRule: Sendable {
    public let name: String
    public let items: [String]
    public var share = 1.0
    /// Don't know is an answer like the others: who says it throughout is flagged as well.
    public var countsDontKnow = false
    public var removes = false

    /// Name of the column: `flag_straightliner_` and the name, other characters than letters and digits as `_`.
    public var flag: String {
        "flag_straightliner_" + String(name.map { $0.isLetter || $0.isNumber ? $0 : "_" })
    }
    public var exclusion: String { "straightliners \(name)" }
}

/// Respondents under different identifiers with the same answers to all closed questions are flagged: one
/// person twice, or an interviewer who copied.
public struct SameAnswersRule: Sendable {
    /// Fewer answers than this may well be equal by chance.
    public var minimumAnswered = 20
    /// The questions compared; empty: all with codes.
    public var items: [String] = []
    public var removes = false

    public static let flag = "flag_same_answers"
    public static let exclusion = "same answers"
}

/// What a question may differ from the previous wave before it is reported as DISTRIBUTION_SHIFT.
public struct ShiftBounds: Sendable, Equatable {
    /// Half the sum of |p − q| over the answers: the share of people who would have to answer otherwise.
    public var totalVariation = 0.15
    /// |mean − mean| over the root of the mean of the two variances.
    public var standardisedDifference = 0.30
    /// Difference of the shares without an answer among those asked.
    public var missingShare = 0.10
    /// Questions that differ by design: the number of the wave.
    public var ignored: [String] = []
}

extension Codebook {
    /// Names of the 0/1 columns that the rules add to the table, where the file has what they need.
    public var flagNames: [String] {
        (speeders == nil ? [] : [SpeederRule.flag]) + straightliners.map(\.flag) + [SameAnswersRule.flag]
    }
}
