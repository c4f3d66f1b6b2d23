/// Who asks for passes; it decides how one can do without them.
public enum PassUse: Sendable {
    /// `peil estimate --max-memory`: one file.
    case streaming
    /// `peil partial --plan`.
    case partitions
    /// `peil partial STUDY`.
    case study

    /// The way that needs no sums of partitions.
    var otherWay: String {
        switch self {
        case .streaming: "read the whole file at once, without --max-memory"
        case .partitions: "put all rows in one file, for `peil estimate`"
        case .study: "let the study name the whole wave, for `peil run`"
        }
    }
}

/// What does not follow from sums over partitions.
struct NotStreamed: Error {
    let what: String
    /// What to ask instead.
    let remedy: String

    func failure(_ use: PassUse) -> Failure {
        Failure(
            "NOT_STREAMED", "The sums of partitions do not give \(what)", remedy: "\(remedy), or \(use.otherWay)",
            exitCode: ExitStatus.configuration)
    }
}
