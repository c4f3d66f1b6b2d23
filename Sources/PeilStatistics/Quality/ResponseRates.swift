/// What became of the people that were sampled, in numbers of people or in sums of base weights.
///
/// The outcome rates are those of AAPOR, *Standard Definitions* (10th edition, 2023), for a survey of named persons.
public struct DispositionCounts: Sendable, Equatable {
    /// I: complete interviews.
    public var complete = 0.0
    /// P: partial interviews.
    public var partial = 0.0
    /// R: refusals and break-offs.
    public var refusal = 0.0
    /// NC: eligible, never reached.
    public var nonContact = 0.0
    /// O: eligible, no interview for another reason.
    public var other = 0.0
    /// U: nobody knows whether they belong to the population.
    public var unknown = 0.0
    /// NE: not of the population (moved away, deceased).
    public var notEligible = 0.0

    public init() {}

    /// I + P + R + NC + O
    public var eligible: Double { complete + partial + refusal + nonContact + other }
    /// I + P
    public var respondents: Double { complete + partial }
    public var total: Double { eligible + unknown + notEligible }

    public static func + (one: DispositionCounts, other: DispositionCounts) -> DispositionCounts {
        var sum = DispositionCounts()
        sum.complete = one.complete + other.complete
        sum.partial = one.partial + other.partial
        sum.refusal = one.refusal + other.refusal
        sum.nonContact = one.nonContact + other.nonContact
        sum.other = one.other + other.other
        sum.unknown = one.unknown + other.unknown
        sum.notEligible = one.notEligible + other.notEligible
        return sum
    }

    public mutating func add(_ outcome: SampleOutcome, _ amount: Double = 1) {
        switch outcome {
        case .complete: complete += amount
        case .partial: partial += amount
        case .refusal: refusal += amount
        case .nonContact: nonContact += amount
        case .other: other += amount
        case .unknown: unknown += amount
        case .notEligible: notEligible += amount
        }
    }

    /// e: the share of those of unknown eligibility that is taken to be eligible, the share among those that are
    /// known (AAPOR's proportional allocation). Nil where nobody is known.
    public var eligibleShare: Double? {
        let known = eligible + notEligible
        return known > 0 ? eligible / known : nil
    }

    /// Every rate that the counts define; nil where its denominator is zero.
    public func rate(_ rate: OutcomeRate) -> Double? {
        let (numerator, denominator): (Double, Double)
        switch rate {
        case .response1: (numerator, denominator) = (complete, eligible + unknown)
        case .response2: (numerator, denominator) = (respondents, eligible + unknown)
        case .response3: (numerator, denominator) = (complete, eligible + (eligibleShare ?? 1) * unknown)
        case .response4: (numerator, denominator) = (respondents, eligible + (eligibleShare ?? 1) * unknown)
        case .response5: (numerator, denominator) = (complete, eligible)
        case .response6: (numerator, denominator) = (respondents, eligible)
        case .cooperation1: (numerator, denominator) = (complete, complete + partial + refusal + other)
        case .cooperation2: (numerator, denominator) = (respondents, complete + partial + refusal + other)
        case .refusal1: (numerator, denominator) = (refusal, eligible + unknown)
        case .contact1: (numerator, denominator) = (respondents + refusal + other, eligible + unknown)
        }
        return denominator > 0 ? numerator / denominator : nil
    }
}

/// AAPOR's final dispositions of a sampled person, the finer ones taken together.
public enum SampleOutcome: Sendable, CaseIterable {
    case complete, partial, refusal, nonContact, other, unknown, notEligible

    /// Gave answers that count.
    public var isRespondent: Bool { self == .complete || self == .partial }
    /// Eligible, and without answers that count.
    public var isNonresponse: Bool { self == .refusal || self == .nonContact || self == .other }
}

/// AAPOR's outcome rates by their numbers.
public enum OutcomeRate: String, Sendable, CaseIterable {
    case response1 = "RR1"
    case response2 = "RR2"
    case response3 = "RR3"
    case response4 = "RR4"
    case response5 = "RR5"
    case response6 = "RR6"
    case cooperation1 = "COOP1"
    case cooperation2 = "COOP2"
    case refusal1 = "REF1"
    case contact1 = "CON1"

    public var formula: String {
        switch self {
        case .response1: "I / (I + P + R + NC + O + U)"
        case .response2: "(I + P) / (I + P + R + NC + O + U)"
        case .response3: "I / (I + P + R + NC + O + eU)"
        case .response4: "(I + P) / (I + P + R + NC + O + eU)"
        case .response5: "I / (I + P + R + NC + O)"
        case .response6: "(I + P) / (I + P + R + NC + O)"
        case .cooperation1: "I / (I + P + R + O)"
        case .cooperation2: "(I + P) / (I + P + R + O)"
        case .refusal1: "R / (I + P + R + NC + O + U)"
        case .contact1: "(I + P + R + O) / (I + P + R + NC + O + U)"
        }
    }
}
