import PeilTable

/// What the region, an area or a segment is called in the study's language.
struct PlaceLabels {
    let study: Study
    let table: Table

    func label(_ code: String, _ place: Comparability.Place) -> String {
        switch place {
        case .region: study.areas.flatMap { inWords($0.region) } ?? ""
        case .segments: study.segments.flatMap { inWords($0.named(code).label) } ?? code
        case .areas: area(code)
        }
    }

    func area(_ code: String) -> String {
        guard let areas = study.areas, case .categorical(let column)? = try? table.column(areas.variable)
        else { return code }
        return column.categories.first { $0.code == code }.flatMap { inWords($0.label) } ?? code
    }

    private func inWords(_ text: LocalizedText) -> String? { text.text(in: study.language) ?? text.text(in: "") }
}
