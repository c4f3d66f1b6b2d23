/// Every respondent in exactly one segment: the result of any method.
public struct Segmentation: Sendable {
    /// Codes in the order in which they are reported; the last is for those who cannot be placed.
    public let codes: [String]
    /// Index into `codes` a row.
    public let codeOfRow: [UInt16]
    public let method: String
    /// The seed, for methods that draw random numbers.
    public let seed: UInt64?
    /// For random starts: how many ended in the best solution, of how many.
    public let bestReached: (by: Int, of: Int)?

    public init(
        codes: [String], codeOfRow: [UInt16], method: String, seed: UInt64? = nil,
        bestReached: (by: Int, of: Int)? = nil
    ) {
        self.codes = codes
        self.codeOfRow = codeOfRow
        self.method = method
        self.seed = seed
        self.bestReached = bestReached
    }
}

public enum SegmentationError: Error, Sendable, Equatable {
    case tooFewDistinctPoints(wanted: Int, found: Int)
    case constantInput(String)
    case noInputs
    case badOption(String)
}
