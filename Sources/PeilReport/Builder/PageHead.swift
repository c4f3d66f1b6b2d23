/// What stands above the first section: heading, lead, and the line over them.
struct PageHead {
    var title: RichText
    var lead: [RichText]
    var kicker: RichText
    /// Rows that the head states.
    var told: Set<String> = []
    /// The finding that became the heading.
    private(set) var stated: Finding?

    private static let longestTitle = 14

    /// A page on a topic that begins with tests is headed by the first thing that they found; topic and question stand above.
    mutating func state(_ findings: [Finding]) {
        guard findings.first?.evidence != .estimated,
            let finding = findings.first(where: { $0.evidence == .clear && !$0.isChartTitle })
        else { return }
        let sentence = finding.sentence.withoutStop
        guard sentence.plain.split(separator: " ").count <= Self.longestTitle else { return }
        kicker = RichText([.strong(title.plain)]) + lead.reduce("") { $0 + " · " + $1 }
        title = sentence
        lead = finding.detail.isEmpty ? [] : [finding.detail]
        told.formUnion(finding.rowIDs)
        stated = finding
    }

    /// What stops people and which channel they name: what the key figures do not say.
    mutating func answer(_ findings: [[Finding]]) {
        for theme in [Finding.Theme.barrier, .channel] {
            guard let finding = Summary.first(theme, in: findings) else { continue }
            lead.append(finding.sentence)
            told.formUnion(finding.rowIDs)
        }
    }
}
