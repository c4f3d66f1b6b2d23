/// How sure a sentence may sound. Its verb follows from it.
public enum Evidence: String, Sendable, CaseIterable {
    /// A test decided it: adjusted p below 0.05 on a base of at least a hundred.
    case clear
    case indicative
    case notDistinguishable
    /// A size with its margin; nothing is compared.
    case estimated
    /// Nothing may be shown.
    case tooFew
}

/// A sentence that the released rows support, bound to them.
public struct Finding: Sendable {
    /// What a reader with one minute asks, in the order of asking.
    enum Theme: Int, CaseIterable {
        /// Who, and how many.
        case size
        /// What stops them.
        case barrier
        /// Which channel.
        case channel
        /// Where most can be reached.
        case priority
        case other
    }
    public let id: String
    public let evidence: Evidence
    /// The rows that the sentence rests on, printed in it or not.
    public let rowIDs: [String]
    public let sentence: RichText
    /// The numbers behind it.
    public let detail: RichText
    var theme = Theme.other
    /// It says of many topics at once that nothing was found.
    var speaksForOthers = false
    /// The title of its chart is this sentence.
    var isChartTitle = false
}
