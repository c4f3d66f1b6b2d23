/// Why a typing tool cannot be made, or not be used for a correction. Names items and segments, never an answer.
public enum TypingError: Error, Sendable, Equatable {
    case tooFewCandidates(found: Int, needed: Int)
    /// Fewer sampling units than folds.
    case tooFewUnits(found: Int, folds: Int)
    /// All members of a segment lie in one fold.
    case segmentMissesAFold(String)
    /// Placings and confusion matrix name different segments.
    case segmentsDisagree
    /// The confusion matrix is singular or nearly so: these two segments are placed alike.
    case indistinguishable(String, String, condition: Double, limit: Double)
    /// Nobody of the segment was placed by the tool, so nothing is known of its confusion.
    case neverTyped(String)
    case tooManySegments(found: Int, limit: Int)
    case badOption(String)
}
