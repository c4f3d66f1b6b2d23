/// Where things lie in the folder of a study whose waves are processed unattended.
struct StudyFolder: Sendable {
    let root: String

    /// Where deliveries arrive; who uploads may write here, and nowhere else.
    var inbox: String { "\(root)/inbox" }
    /// Copies of what was delivered (0700).
    static let raw = "waves/raw"
    var raw: String { "\(root)/\(Self.raw)" }
    /// Results of stages of deliveries that are under way (0700).
    var stages: String { "\(root)/waves/stages" }
    /// Rejected deliveries, each with its reason (0700).
    var quarantine: String { "\(root)/quarantine" }
    var out: String { "\(root)/out" }
    /// Drafts of reports that wait for a human (0700).
    var held: String { "\(root)/internal/held" }
    /// Messages about publications (0700).
    var alerts: String { "\(root)/internal/alerts" }
    /// The key of pseudonyms of people who asked to be forgotten (0600).
    var tombstoneKey: String { "\(root)/internal/tombstones.key" }

    func stage(_ delivery: Int64) -> String { "\(stages)/\(delivery)" }
    func quarantine(_ identity: String) -> String { "\(quarantine)/\(identity.prefix(16))" }
}
