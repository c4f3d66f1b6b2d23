import PeilDisclosure
import Testing

/// Bases by segment beside the counts of the question whose answers are the segments.
struct SegmentBaseTests {
    private let segments = ["S1", "S2", "S3"]

    /// 712 people in three segments; 705 of them answered a question of which the mean is shown, nine in the smallest segment.
    private func released(_ segmentQuestion: String?) throws -> Set<FigureName> {
        var figures = zip(segments, [300, 400, 12]).map { Draft.figure("groups", $0, count: $1, base: 712) }
        figures += zip(segments, [298, 398, 9]).map {
            Draft.figure("score", "", segment: $0, count: nil, base: $1, statistic: .mean, estimate: 50)
        }
        figures.append(Draft.figure("score", "", count: nil, base: 705, statistic: .mean, estimate: 50))
        let subject = Draft.subject(
            [
                Draft.question("groups", levels: segments), Draft.question("score", levels: [], statistic: .mean)
            ], segments: segments)
        var draft = PublicationDraft(subject: subject, figures: figures, facts: [])
        draft.segmentQuestion = segmentQuestion
        let rows = try DisclosureRules().release(draft).content.rows
        return Set(rows.filter { $0.n != nil }.map(\.name))
    }

    /// The hidden base is 705 less the one that is shown, less at most the people of the other segment; and at most 12.
    private func tells(_ shown: Set<FigureName>) -> Bool {
        func isShown(_ question: String, _ level: String = "", _ segment: String = "") -> Bool {
            let statistic: FigureName.Statistic = question == "score" ? .mean : .share
            return shown.contains(
                FigureName(question: question, level: level, segment: segment, statistic: statistic))
        }
        guard isShown("score"), isShown("groups", "S3") else { return false }
        return [("S1", "S2"), ("S2", "S1")].contains { isShown("score", "", $0.0) && isShown("groups", $0.1) }
            || (isShown("groups", "S1") && isShown("groups", "S2"))
    }

    @Test func `a small base does not follow from how many people the segments have`() throws {
        #expect(try tells(released(nil)), "each question by itself tells nothing; together they do")
        #expect(try !tells(released("groups")))
    }

    @Test func `what is large enough stays`() throws {
        let shown = try released("groups")
        #expect(shown.count >= 2, "\(shown)")
    }
}
