import PeilDisclosure
import Testing

/// What other versions of a wave, and trends in later waves, have put in print already.
struct EarlierVersionTests {
    private func isHidden(_ row: ReleasedRow) -> Bool { row.n == nil }

    // MARK: Other questions in an earlier version

    private let old = [("a", 5), ("b", 60), ("c", 135)].map { Draft.figure("old", $0.0, count: $0.1, base: 200) }

    /// The old question was shown by a, b and c; the new one joins a and c.
    private func recoded() -> PublicationDraft {
        let figures = [("x", 140), ("y", 60)].map { Draft.figure("new", $0.0, count: $0.1, base: 200) }
        var draft = PublicationDraft(
            subject: Draft.subject([Draft.question("new", levels: ["x", "y"])]), figures: figures, facts: [],
            links: [
                CountLink(
                    parts: [.init(question: "old", level: "a"), .init(question: "old", level: "c")],
                    whole: .init(question: "new", level: "x")),
                CountLink(parts: [.init(question: "old", level: "b")], whole: .init(question: "new", level: "y"))
            ])
        draft.earlier = old
        return draft
    }

    private let published = EarlierRelease([
        .init(hidden: ["old.a.-.-.share", "old.b.-.-.share"], shown: ["old.c.-.-.share": 200])
    ])

    /// Of 200 people 135 gave c. Whoever then reads that 60 gave y, which is b, has 5 left for a.
    @Test func `a recode in a later version does not tell what the earlier one hid`() throws {
        let rules = try DisclosureRules()
        var alone = recoded()
        alone.earlier = []
        #expect(try rules.release(alone, boundBy: published).content.rows.allSatisfy { !isHidden($0) })
        let rows = try rules.release(recoded(), boundBy: published).content.rows
        #expect(rows.map(\.name.question) == ["new", "new"], "the old figures are not published again")
        #expect(rows.allSatisfy(isHidden))
    }

    @Test func `what the earlier version showed stays known`() throws {
        let shown = EarlierRelease([
            .init(
                hidden: ["old.a.-.-.share", "old.b.-.-.share"],
                shown: ["old.c.-.-.share": 200, "new.y.-.-.share": 200])
        ])
        #expect(throws: DisclosureError.self) { try DisclosureRules().release(recoded(), boundBy: shown) }
    }

    // MARK: Trends

    /// The six of no area are known, nobody of B gave the answer: only a hidden region leaves the nine of A open.
    @Test func `a figure that a later wave showed in its trend is not hidden to protect another`() throws {
        let figures = [("", 15, 506), ("A", 9, 200), ("B", 0, 300)].map {
            Draft.figure("q", area: $0.0, count: $0.1, base: $0.2)
        }
        let draft = PublicationDraft(
            subject: Draft.subject([Draft.question("q", levels: ["1"])], areas: ["A", "B"]), figures: figures,
            facts: [])
        let rules = try DisclosureRules()
        #expect(try isHidden(rules.release(draft).content.rows[0]))
        let trend = EarlierRelease([], trends: ["q.1.-.-.share"])
        #expect(throws: DisclosureError.self) { try rules.release(draft, boundBy: trend) }
    }
}
