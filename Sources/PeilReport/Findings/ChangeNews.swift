public import PeilDisclosure

/// What changed clearly since the earlier wave, one sentence each, for who reads a message and not the report.
public struct ChangeNews: Sendable {
    public struct Item: Sendable {
        public let rowID: String
        public let sentence: String
        public let detail: String
    }
    /// nil where nothing is compared.
    public let items: [Item]?

    public init(
        _ publication: Released<Publication>, outline: ReportOutline, language: Language
    ) throws(ReportError) {
        guard publication.content.changes != nil else {
            items = nil
            return
        }
        let context = Context(publication.content, outline, language)
        var found: [Item] = []
        for case .trend(let measures) in (outline.sections + outline.pages.flatMap(\.sections)).flatMap(\.blocks) {
            for finding in try context.trend(measures, place: "news").summary where finding.evidence == .clear {
                guard let row = finding.rowIDs.first, !found.contains(where: { $0.rowID == row }) else { continue }
                found.append(Item(rowID: row, sentence: finding.sentence.plain, detail: finding.detail.plain))
            }
        }
        items = found
    }
}
