import PeilDisclosure

/// Numbers of pages that are not estimates of one wave: what a row is compared with and what change a next wave could find of it,
/// changes since an earlier wave, and what goes with an outcome. Each kind is a tidy file of its own, so that `estimates.csv` has the same columns in every study; `row_id` names a number in all of them.
struct SideTable: Sendable {
    let name: String
    let columns: [String]
    /// How many lines there may be.
    let count: Int
    /// The line in a place, made as it is asked for; nil where the table has none.
    let row: @Sendable (Int) -> [TidyRow.Value]?

    init(name: String, columns: [String], count: Int, row: @escaping @Sendable (Int) -> [TidyRow.Value]?) {
        self.name = name
        self.columns = columns
        self.count = count
        self.row = row
    }

    init(name: String, columns: [String], rows: [[TidyRow.Value]]) {
        self.init(name: name, columns: columns, count: rows.count) { rows[$0] }
    }

    var file: RenderedFile {
        RenderedFile(name: "\(name).csv", head: CSVRenderer.head(columns), count: count) { place, bytes in
            if let row = row(place) { CSVRenderer.add(row.lazy.map { CSVRenderer.field($0) }, to: &bytes) }
        }
    }

    /// Those that the publication has.
    static func all(_ publication: Publication, _ language: Language) -> [SideTable] {
        let contrasts = publication.rows.contains(where: isContrast) ? [contrastTable(publication)] : []
        let changes = publication.changes.map { [changeTable($0, publication, language)] } ?? []
        return contrasts + changes + (publication.drivers.isEmpty ? [] : [driverTable(publication, language)])
    }

    private static func isContrast(_ row: ReleasedRow) -> Bool {
        row.referenceEstimate != nil || row.detectableChange != nil
    }

    /// Of the row of the same name in `estimates.csv`.
    private static func contrastTable(_ publication: Publication) -> SideTable {
        let columns = [
            "row_id", "study", "wave", "reference", "estimate", "reference_estimate", "difference", "p", "p_adjusted",
            "family", "detectable_change"
        ]
        let subject = publication.subject
        return SideTable(name: "contrasts", columns: columns, count: publication.rows.count) { place in
            let row = publication.rows[place]
            guard isContrast(row) else { return nil }
            return [
                .text(row.rowID), .text(subject.study), .text(subject.wave), .init(row.reference), .init(row.estimate),
                .init(row.referenceEstimate), .init(row.difference), .init(row.p), .init(row.adjustedP),
                .init(row.family), .init(row.detectableChange)
            ]
        }
    }

    private static let changeColumns = [
        "row_id", "study", "wave", "earlier_wave", "question", "level", "statistic", "unit", "earlier_estimate",
        "earlier_lower", "earlier_upper", "estimate", "difference", "lower", "upper", "p", "p_adjusted", "family", "n",
        "status", "reason"
    ]

    private static func changeTable(
        _ changes: ReleasedChanges, _ publication: Publication, _ language: Language
    ) -> SideTable {
        let subject = publication.subject
        let compared = Set(changes.rows.map(\.name))
        let own = publication.rows.lazy.filter { compared.contains($0.name) }.map { ($0.name, $0) }
        let now = Dictionary(own, uniquingKeysWith: { first, _ in first })
        func head(_ rowID: String, _ question: String) -> [TidyRow.Value] {
            [.text(rowID), .text(subject.study), .text(subject.wave), .text(changes.wave), .text(question)]
        }
        let lines = changes.rows.map { change -> [TidyRow.Value] in
            let row = now[change.name]
            return head(change.rowID, change.name.question) + [
                .text(change.name.level), .text(change.name.statistic.rawValue),
                .text(unit(of: change.name, in: subject, language)), .number(change.earlier),
                .init(change.earlierLower), .init(change.earlierUpper), .init(row?.estimate), .init(change.difference),
                .init(change.lower), .init(change.upper), .init(change.p), .init(change.adjustedP),
                .text(change.family), .init(row?.n), .text(change.isIndicative ? "indicative" : "released"), .absent
            ]
        }
        let broken = changes.breaks.sorted { Array($0.key.utf8).lexicographicallyPrecedes(Array($1.key.utf8)) }.map {
            head("change.\($0.key)", $0.key) + Array(repeating: .absent, count: changeColumns.count - 7)
                + [.text("not_comparable"), .text($0.value)]
        }
        return SideTable(name: "changes", columns: changeColumns, rows: lines + broken)
    }

    private static let driverColumns = [
        "row_id", "study", "wave", "model", "outcome", "predictor", "level", "reference", "unit", "estimate", "lower",
        "upper", "p_adjusted", "importance", "n", "status"
    ]

    private static func driverTable(_ publication: Publication, _ language: Language) -> SideTable {
        let subject = publication.subject
        let rows = publication.drivers.flatMap { model in
            model.effects.map { effect -> [TidyRow.Value] in
                [
                    .text(effect.rowID), .text(subject.study), .text(subject.wave), .text(model.id),
                    .init(model.label.text(in: language.rawValue)), .init(effect.label.text(in: language.rawValue)),
                    .init(effect.level?.text(in: language.rawValue)),
                    .init(effect.reference?.text(in: language.rawValue)),
                    .text(model.isShare ? "proportion" : "score"), .init(effect.estimate), .init(effect.lower),
                    .init(effect.upper), .init(effect.adjustedP), .init(effect.importance), .integer(model.n),
                    .text(effect.estimate == nil ? "too_few" : "released")
                ]
            }
        }
        return SideTable(name: "drivers", columns: driverColumns, rows: rows)
    }

    private static func unit(of name: FigureName, in subject: PublicationSubject, _ language: Language) -> String {
        guard name.statistic != .share else { return "proportion" }
        return subject.questions.first { $0.id == name.question }?.unit.text(in: language.rawValue) ?? ""
    }
}

extension ReleasedChange {
    /// Names the change in `changes.csv`: the row of the later wave is another number.
    var rowID: String { "change." + name.rowID }
}
