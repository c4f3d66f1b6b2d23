import PeilDisclosure

/// The published columns of one released number, in the order that notebooks and other readers rely on.
struct TidyRow: Sendable {
    enum Value: Sendable {
        case text(String)
        case number(Double)
        case integer(Int)
        case absent

        init(_ text: String?) { self = text.map { .text($0) } ?? .absent }
        init(_ number: Double?) { self = number.map { .number($0) } ?? .absent }
        init(_ integer: Int?) { self = integer.map { .integer($0) } ?? .absent }
    }

    static let columns = TidyColumns.all.map(\.name)

    let values: [Value]

    init(
        _ row: ReleasedRow, of question: PublicationSubject.Question, in subject: PublicationSubject,
        language: Language
    ) {
        let unit =
            row.name.statistic == .share
            ? "proportion"
            : row.name.statistic == .people
                ? "people"
                : question.unit.text(in: language.rawValue) ?? ""
        values = [
            .text(row.rowID), .text(subject.study), .text(subject.wave), .text(row.name.question),
            .text(question.wordingHash), .text(subject.mode), .text(row.name.level),
            .text(question.base.text(in: language.rawValue) ?? ""), .text(row.name.area), .text(row.name.segment),
            .text(row.name.statistic.rawValue), .text(unit), Value(row.finestEstimate), Value(row.standardError),
            Value(row.finestLower), Value(row.finestUpper), Value(row.intervalLevel),
            Value(row.intervalMethod), Value(row.degreesOfFreedom), Value(row.n), Value(row.missingShare),
            Value(row.effectiveN), Value(row.designEffect), Value(Self.variation(row)), Value(row.reference),
            Value(row.difference), Value(row.p), Value(row.adjustedP), Value(row.family),
            row.isShown ? .text("direct") : .absent, .text(subject.basis), .text(row.status.rawValue),
            .text(Self.reason(row))
        ]
    }

    /// se / estimate from the released numbers, where both are published and the estimate is not 0.
    private static func variation(_ row: ReleasedRow) -> Double? {
        guard let error = row.standardError, let estimate = row.tableEstimate, estimate > 0 else { return nil }
        return (error / estimate * 1000).rounded() / 1000
    }

    /// The reason, and the bound that stands in for an estimate.
    private static func reason(_ row: ReleasedRow) -> String {
        let reason = row.reason?.rawValue ?? ""
        switch row.bound {
        case .below(let limit): return "\(reason);below=\(limit)"
        case .above(let limit): return "\(reason);above=\(limit)"
        case nil: return reason
        }
    }
}

extension ReleasedRow {
    /// What the tables hold: rounded less than on a page where the base allows it.
    var finestEstimate: Double? { tableEstimate ?? estimate }
    var finestLower: Double? { tableLower ?? lower }
    var finestUpper: Double? { tableUpper ?? upper }
}

/// Every row in published order with its columns, made as it is asked for: of many areas they would fill the memory.
struct TidyRows: Sendable {
    private let publication: Publication
    private let language: Language
    private let questions: [String: PublicationSubject.Question]

    init(_ publication: Publication, _ language: Language) {
        self.publication = publication
        self.language = language
        questions = Dictionary(
            publication.subject.questions.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    var count: Int { publication.rows.count }

    /// nil for a row of a question that the subject does not name.
    func row(_ place: Int) -> TidyRow? {
        let row = publication.rows[place]
        return questions[row.name.question].map { TidyRow(row, of: $0, in: publication.subject, language: language) }
    }
}
