/// One way in which a question of a codebook differs from the same question of another.
public struct CodebookDifference: Sendable, Equatable {
    public enum Kind: String, Sendable {
        case wording, options, routing, codes, type, mode, unit, vintage, derivation, inputs, added, removed
        case optionOrder = "option_order"
        case missingCodes = "missing_codes"
        case questionOrder = "question_order"
        /// How cells are written and checked: column, range, required.
        case rules
    }

    public let question: String
    public let kind: Kind
    /// Never `identical`.
    public let verdict: CodebookVerdict
    /// One sentence.
    public let message: String
    /// Lines in the old and the new codebook file; nil where the question is not there.
    public let oldLine: Int?
    public let newLine: Int?
}

/// Whether answers to two versions of a question may be compared.
public enum CodebookVerdict: String, Sendable, Comparable {
    /// Nothing differs.
    case identical
    /// What differs cannot change an answer: spaces, capitals, punctuation, the way cells are written.
    case cosmetic
    /// An answer may mean something else: no trend over the two without a bridge.
    case breaking

    private var rank: Int { self == .identical ? 0 : self == .cosmetic ? 1 : 2 }
    public static func < (first: CodebookVerdict, second: CodebookVerdict) -> Bool { first.rank < second.rank }
}
