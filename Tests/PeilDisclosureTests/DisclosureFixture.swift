import PeilDisclosure
import PeilTable

/// Small drafts with chosen counts.
enum Draft {
    static func question(
        _ id: String, levels: [String], statistic: FigureName.Statistic = .share,
        isSensitive: Bool = false
    ) -> PublicationSubject.Question {
        PublicationSubject.Question(
            id: id, label: "label", wording: "wording", wordingHash: "hash",
            levels: levels.map { PeilTable.Category(code: $0, label: "level") }, statistic: statistic, unit: "",
            base: "everyone", isSensitive: isSensitive)
    }

    static func subject(
        _ questions: [PublicationSubject.Question], areas: [String] = [], segments: [String] = []
    )
        -> PublicationSubject
    {
        PublicationSubject(
            study: "s", title: "t", population: "p", region: "r", wave: "w", waveLabel: "w",
            fieldworkFrom: "2026-01-01",
            fieldworkTo: "2026-01-02", mode: "web", basis: "probability", banner: "", questions: questions,
            areas: areas.map { .init(code: $0, label: "a") }, segments: segments.map { .init(code: $0, label: "s") },
            studyHash: "x", inputHash: "y", seed: 1, version: "0")
    }

    static func figure(
        _ question: String, _ level: String = "1", area: String = "", segment: String = "",
        count: Int?, base: Int, statistic: FigureName.Statistic = .share, estimate: Double? = nil,
        effectiveN: Double? = 500, width: Double = 0.1, contrast: FigureContrast? = nil,
        weightedBase: Double? = nil
    ) -> Figure {
        let share = estimate ?? count.map { base == 0 ? 0 : Double($0) / Double(base) } ?? 0
        return Figure(
            name: FigureName(
                question: question, level: level, area: area, segment: segment,
                statistic: statistic),
            estimate: share, standardError: 0.02, lower: share - width / 2, upper: share + width / 2,
            intervalLevel: 0.95, intervalMethod: "logit", degreesOfFreedom: 100, base: base, count: count,
            missingShare: 0, effectiveN: effectiveN, designEffect: 1.2, contrast: contrast,
            weightedBase: weightedBase)
    }

    static func release(
        _ figures: [Figure], _ questions: [PublicationSubject.Question], areas: [String] = [],
        segments: [String] = [], facts: [Fact] = []
    ) throws -> Publication {
        let subject = subject(questions, areas: areas, segments: segments)
        return try DisclosureRules().release(PublicationDraft(subject: subject, figures: figures, facts: facts)).content
    }

    /// The only row of a publication of one figure about a question with the level "1".
    static func alone(_ figure: Figure, isSensitive: Bool = false) throws -> ReleasedRow {
        let made = question("q", levels: ["1"], statistic: figure.name.statistic, isSensitive: isSensitive)
        return try release([figure], [made], areas: ["A"], segments: ["S"]).rows[0]
    }
}
