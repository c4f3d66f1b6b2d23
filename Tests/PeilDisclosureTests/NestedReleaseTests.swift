import PeilDisclosure
import Testing

/// Two answers of which one holds the other: what lies between them is a count too.
struct NestedReleaseTests {
    private static let pair = NestedAnswers(
        inner: .init(question: "h72", level: "1"), outer: .init(question: "h48", level: "1"))

    private func release(inner: [Int], outer: [Int], nested: [NestedAnswers]) throws -> [String: ReleasedRow] {
        let areas = inner.indices.map { "A\($0)" }
        var figures: [Figure] = []
        for (id, counts) in [("h72", inner), ("h48", outer)] {
            figures.append(Draft.figure(id, count: counts.reduce(0, +), base: 300 * counts.count))
            for (area, count) in zip(areas, counts) {
                figures.append(Draft.figure(id, area: area, count: count, base: 300))
            }
        }
        let questions = ["h72", "h48"].map { Draft.question($0, levels: ["1"]) }
        var draft = PublicationDraft(
            subject: Draft.subject(questions, areas: areas), figures: figures, facts: [])
        draft.nested = nested
        let rows = try DisclosureRules().release(draft).content.rows
        return Dictionary(uniqueKeysWithValues: rows.map { ($0.name.rowID, $0) })
    }

    private func isHidden(_ question: String, _ area: String, _ rows: [String: ReleasedRow]) -> Bool {
        rows["\(question).1.\(area).-.share"]?.estimate == nil
    }

    @Test func `few between two printed answers are not left open`() throws {
        let (inner, outer) = ([100, 120, 90], [104, 160, 130])
        let apart = try release(inner: inner, outer: outer, nested: [])
        #expect(!isHidden("h72", "A0", apart) && !isHidden("h48", "A0", apart))
        let rows = try release(inner: inner, outer: outer, nested: [Self.pair])
        // 104 − 100: one of the two goes, and another area with it, since the region is printed.
        #expect(isHidden("h72", "A0", rows) || isHidden("h48", "A0", rows))
        let hidden = ["h72", "h48"].map { question in
            ["A0", "A1", "A2"].count { isHidden(question, $0, rows) }
        }
        #expect(hidden.allSatisfy { $0 != 1 }, "one hidden area alone would follow from the region")
    }

    @Test func `many between them, or none, are shown`() throws {
        let rows = try release(inner: [100, 120, 90], outer: [140, 160, 90], nested: [Self.pair])
        #expect(rows.values.allSatisfy { $0.estimate != nil })
    }

    /// Of the inner answer 4 are hidden; the outer one is 7, so that the reader knows that it is 7 at most.
    @Test func `an outer answer bounds the inner one`() throws {
        let (inner, outer) = ([4, 40, 60], [12, 60, 90])
        let rows = try release(inner: inner, outer: outer, nested: [Self.pair])
        #expect(isHidden("h72", "A0", rows))
        // With 12 printed, 4 lies between 0 and 12, and so does the 8 between: nothing else is asked of the outer row.
        let small = try release(inner: [4, 40, 60], outer: [60, 60, 90], nested: [Self.pair])
        #expect(isHidden("h72", "A0", small) && !isHidden("h48", "A0", small))
    }
}
