/// A result of respondents that the attacker has no equations for: what it tells together with other figures is not
/// known. It is released from a base that is large in itself, and listed.
public struct UnmodelledFigure: Sendable {
    public enum Kind: String, Sendable, Codable {
        case quantile
        case oddsRatio = "odds_ratio"
        case alpha
        case modelEffect = "model_effect"
        case change
    }

    public struct Number: Sendable {
        public let name: String
        public let value: Double
        /// Step to which it is rounded.
        public let step: Double
        public init(_ name: String, _ value: Double, step: Double) {
            self.name = name
            self.value = value
            self.step = step
        }
    }

    /// Unique in the publication.
    public let id: String
    public let kind: Kind
    /// Respondents that it is computed from, unweighted.
    public let base: Int
    public let numbers: [Number]
    /// Area and segment codes, or empty for all.
    public let area: String
    public let segment: String

    public init(id: String, kind: Kind, base: Int, numbers: [Number], area: String = "", segment: String = "") {
        self.id = id
        self.kind = kind
        self.base = base
        self.numbers = numbers
        self.area = area
        self.segment = segment
    }
}

/// As it may be printed; without numbers and base where it is hidden.
public struct ReleasedUnmodelled: Sendable, Codable {
    public struct Number: Sendable, Codable {
        public let name: String
        public let value: Double
    }

    public let id: String
    public let kind: UnmodelledFigure.Kind
    public let area: String
    public let segment: String
    public let status: ReleaseStatus
    /// At least so many respondents: the base downwards to a multiple of the minimum frequency. The exact one, of people who
    /// answered several questions, would differ from a printed base by a few.
    public let baseAtLeast: Int?
    public let numbers: [Number]
}

extension DisclosureRules {
    /// No study may publish a figure that is not modelled from fewer respondents.
    public static let lowestUnmodelledBase = 50

    /// In the order of their ids.
    /// - Parameter rows: the rows that are published: a group of which some table shows nothing has no such figures.
    /// - Throws: `.duplicateFigure`, `.badFigure` (not a number, no step, a negative base), `.unknownName`.
    func release(
        _ figures: [UnmodelledFigure], beside rows: [ReleasedRow], of subject: PublicationSubject
    ) throws(DisclosureError) -> [ReleasedUnmodelled] {
        let areas = Set([""] + subject.areas.map(\.code))
        let segments = Set([""] + subject.segments.map(\.code))
        var seen: Set<String> = []
        for figure in figures {
            guard seen.insert(figure.id).inserted else { throw .duplicateFigure(rowID: figure.id) }
            guard areas.contains(figure.area), segments.contains(figure.segment) else {
                throw .unknownName(rowID: figure.id)
            }
            guard figure.base >= 0, figure.numbers.allSatisfy(\.isPlausible) else { throw .badFigure(rowID: figure.id) }
        }
        let closed = closedGroups(rows, of: subject)
        return figures.sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }.map { figure in
            // A group by area and segment is part of both.
            let groups = [(figure.area, ""), ("", figure.segment), (figure.area, figure.segment)]
            return released(figure, isClosed: groups.contains { closed.contains([$0.0, $0.1]) })
        }
    }

    private func released(_ figure: UnmodelledFigure, isClosed: Bool) -> ReleasedUnmodelled {
        let isSmall = figure.base < max(minimumBase, Self.lowestUnmodelledBase)
        let isHidden = isSmall || isClosed
        return ReleasedUnmodelled(
            id: figure.id, kind: figure.kind, area: figure.area, segment: figure.segment,
            // Which of the two it was would tell of the base.
            status: isHidden ? .tooFew : .released,
            baseAtLeast: isHidden ? nil : figure.base / minimumFrequency * minimumFrequency,
            numbers: isHidden
                ? [] : figure.numbers.map { .init(name: $0.name, value: rounded($0.value, to: $0.step)) })
    }

    /// [area, segment] of groups of which a question that is not sensitive shows no row.
    private func closedGroups(_ rows: [ReleasedRow], of subject: PublicationSubject) -> Set<[String]> {
        let sensitive = Set(subject.questions.filter(\.isSensitive).map(\.id))
        var shown: [[String]: Bool] = [:]
        for row in rows where !sensitive.contains(row.name.question) {
            shown[[row.name.question, row.name.area, row.name.segment], default: false] =
                shown[[row.name.question, row.name.area, row.name.segment], default: false] || row.n != nil
        }
        return Set(shown.filter { !$0.value }.map { Array($0.key.dropFirst()) })
    }
}

extension UnmodelledFigure.Number {
    fileprivate var isPlausible: Bool { value.isFinite && step.isFinite && step > 0 }
}
