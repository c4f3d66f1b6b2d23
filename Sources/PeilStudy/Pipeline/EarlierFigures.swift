import PeilDisclosure
import PeilTable

/// Rows that earlier versions of the wave decided on and the report does not show any more: another set of answers of a
/// question, a question under another name, figures by area. Readers have them, so the attack looks at old and new together.
///
/// They are computed from the answers as they are now. A question whose column or answers are gone cannot be.
extension FigureMaker {
    /// - Parameter rows: row ids of earlier versions that this one has not.
    func earlierFigures(_ rows: Set<String>) throws -> [Figure] {
        guard !rows.isEmpty else { return [] }
        return try prepared.table.names.flatMap { name -> [Figure] in
            let own = rows.filter { $0.hasPrefix("\(name).") }
            return try [FigureName.Statistic.share, .mean].flatMap { statistic -> [Figure] in
                guard own.contains(where: { $0.hasSuffix(".\(statistic.rawValue)") }), canShow(name, statistic) else {
                    return []
                }
                let request = ReportRequest.Question(
                    variable: name, label: LocalizedText([:]), statistic: statistic, levels: [],
                    unit: LocalizedText([:]), base: LocalizedText([:]), byArea: true, bySegment: true, people: false,
                    byAreaAndSegment: own.count > 1)
                return try figures(request, question(request)).map(\.figure).filter { own.contains($0.name.rowID) }
            }
        }
    }

    private func canShow(_ name: String, _ statistic: FigureName.Statistic) -> Bool {
        switch try? prepared.table.column(name) {
        case .categorical: statistic == .share
        case .numeric: statistic == .mean
        default: false
        }
    }

    /// The questions with all answers that this version or an earlier one shows or hides.
    func withLevels(
        _ questions: [PublicationSubject.Question], of earlier: [Figure]
    ) throws -> [PublicationSubject.Question] {
        var levels: [String: Set<String>] = [:]
        for figure in earlier where figure.name.statistic == .share {
            levels[figure.name.question, default: []].insert(figure.name.level)
        }
        guard !levels.isEmpty else { return questions }
        for question in questions where question.statistic == .share {
            levels[question.id, default: []].formUnion(question.levels.map(\.code))
        }
        let others = levels.keys.sorted().filter { id in !questions.contains { $0.id == id && $0.statistic == .share } }
        return try (questions.filter { $0.statistic == .share }.map(\.id) + others).map { id in
            let codes = levels[id] ?? []
            let categories = try prepared.table.categories(id).categories.map(\.code).filter(codes.contains)
            return try question(
                ReportRequest.Question(
                    variable: id, label: LocalizedText([:]), statistic: .share, levels: categories,
                    unit: LocalizedText([:]), base: LocalizedText([:]), byArea: false, bySegment: false, people: false,
                    byAreaAndSegment: false))
        }
    }
}
