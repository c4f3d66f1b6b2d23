/// The state of a pass over rows. Partitions, threads and files are summarised apart and merged; no estimator
/// knows which. Laws, tested for each conformer: merging is associative, an empty state changes nothing, and
/// the state of A then B equals the merge of their states (to 1e-12).
public protocol Mergeable: Sendable, Codable {
    /// Raised with every change of the stored form.
    static var stateVersion: Int { get }
    mutating func merge(_ other: Self) throws(MergeError)
}

public enum MergeError: Error, Sendable, Equatable {
    /// The states were made for different estimators or numbers of columns.
    case differentShape
}
