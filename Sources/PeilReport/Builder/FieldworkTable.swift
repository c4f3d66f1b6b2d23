import PeilDisclosure

/// How many people were invited, and which share took part, by area.
extension Context {
    func isInFieldworkTable(_ fact: ReleasedFact) -> Bool { fact.topic == "fieldwork" }

    /// nil where the study has no frame of sampled people.
    func fieldworkTable() throws(ReportError) -> Report.Block? {
        let facts = publication.facts.filter(isInFieldworkTable)
        var names: [(code: String, name: String)] = []
        for area in try areasByName() { names.append((area.code, area.name)) }
        names.append(("", try text(subject.region, "areas.region")))
        var rows: [DataTable.Row] = []
        for (code, name) in names {
            let ofArea = facts.filter { $0.area == code }
            guard let invited = ofArea.first(where: { $0.key == "invited" }),
                let response = ofArea.first(where: { $0.key == "response" })
            else { continue }
            rows.append(
                .init(
                    header: name, cells: [invited, response].map { .init(RichText(text(of: $0.value))) },
                    isTotal: code.isEmpty))
        }
        guard !rows.isEmpty else { return nil }
        return .table(
            .init(
                id: "quality-fieldwork", title: words.text(.fieldworkTitle), subtitle: "", key: [],
                table: DataTable(
                    caption: words[.fieldworkSubtitle],
                    columns: [words[.columnArea], words[.columnInvited], words[.columnResponse]], rows: rows),
                source: words.text(.sourceFieldwork)))
    }
}
