import PeilDisclosure

extension Context {
    /// Means of several scores with their margins.
    func means(_ ids: [String], place: String) throws(ReportError) -> Built {
        var entries: [(label: String, row: ReleasedRow?)] = []
        for id in ids {
            let own = try question(id, place: place)
            let unit = try text(own.unit, "questions.\(id).unit")
            let label = try label(own)
            entries.append((unit.isEmpty ? label : "\(label) (\(unit))", here(id, "", .mean)))
        }
        guard let first = entries.first(where: { $0.row?.estimate != nil }) ?? entries.first else {
            return Built(blocks: [])
        }
        let isHidden = first.row?.estimate == nil
        let title = words.text(
            isHidden ? .nothingShown : .meansTitle,
            ["label": RichText(first.label), "value": value(first.row)])
        let table = DataTable(
            caption: words[.meansSubtitle],
            columns: [words[.columnQuestion], words[.columnMean], words[.columnMargin], words[.columnBase]],
            rows: entries.map { entry in
                .init(
                    header: entry.label, cells: [value(entry.row), range(entry.row), count(entry.row)].map { .init($0) }
                )
            })
        let finding = Finding(
            id: "\(place)-means", evidence: isHidden ? .tooFew : .estimated,
            rowIDs: [first.row?.rowID].compactMap { $0 }, sentence: title + ".", detail: "")
        let source = words.text(.sourceWave, ["wave": RichText(try waveLabel())])
        return Built(
            blocks: [
                .table(
                    .init(
                        id: "\(place)-means", title: title, subtitle: RichText(words[.meansSubtitle]),
                        key: [], table: table, source: source))
            ],
            callouts: meanCallouts(), summary: [finding])
    }
}
