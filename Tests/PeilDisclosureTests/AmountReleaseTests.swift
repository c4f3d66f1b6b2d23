import Testing

@testable import PeilDisclosure

/// Means of amounts: what is hidden, and what a reader who knows every base and weight can still work out.
struct AmountReleaseTests {
    private static let areas: [String] = ["A", "B", "C"]

    /// Three areas and the region of one amount. In A one of sixty has nearly all.
    private func draft(
        largest: [String: [Double]], totals: [Double] = [1_000, 6_000, 9_000], estimates: Bool = true
    ) -> PublicationDraft {
        let question = Draft.question("uit", levels: [], statistic: .mean)
        var draft = PublicationDraft(
            subject: Draft.subject([question], areas: Self.areas), figures: [], facts: [])
        let all: [(area: String, total: Double)] =
            [("", totals.reduce(0, +))] + zip(Self.areas, totals).map { ($0, $1) }
        for (area, total) in all {
            let base = area.isEmpty ? 600 : 200
            draft.figures.append(
                Draft.figure(
                    "uit", "", area: area, count: nil, base: base, statistic: .mean, estimate: total / Double(base)))
            draft.amounts[FigureName(question: "uit", area: area, statistic: .mean)] = Contributions(
                total: total, largest: largest[area] ?? [total / 100, total / 100])
        }
        return draft
    }

    private func release(_ draft: PublicationDraft, _ policy: DominancePolicy?) throws -> [String: ReleasedRow] {
        var rules = try DisclosureRules()
        rules.dominance = policy
        let rows = try rules.release(draft).content.rows
        return Dictionary(uniqueKeysWithValues: rows.map { ($0.name.area, $0) })
    }

    private func policy() throws -> DominancePolicy {
        DominancePolicy(rules: [try .closeness(percent: 15)], questions: ["uit"])
    }

    @Test func `a dominated mean is hidden with another that would give it away`() throws {
        let draft = draft(largest: ["A": [950, 20]])
        let rows = try release(draft, try policy())
        #expect(rows["A"]?.status == .suppressed)
        // B is cheaper than C, and the region is kept.
        #expect(rows["B"]?.status == .suppressed)
        #expect(rows["C"]?.estimate != nil && rows[""]?.estimate != nil)
        // Which of the two it was is not said, and neither has a number.
        for area in ["A", "B"] {
            #expect(rows[area]?.reason == .confidential)
            #expect(rows[area]?.estimate == nil && rows[area]?.n == nil && rows[area]?.tableEstimate == nil)
        }
    }

    @Test func `without a rule, or for a question that is no amount, nothing is hidden`() throws {
        let draft = draft(largest: ["A": [950, 20]])
        #expect(try release(draft, nil).values.allSatisfy { $0.estimate != nil })
        let other = DominancePolicy(rules: [try .closeness(percent: 15)], questions: ["other"])
        #expect(try release(draft, other).values.allSatisfy { $0.estimate != nil })
    }

    @Test func `an amount that many make is shown`() throws {
        #expect(try release(draft(largest: [:]), try policy()).values.allSatisfy { $0.estimate != nil })
    }

    /// Of both hidden sums one respondent has most. Each of these knows that the other sum is at most what is left.
    @Test func `two dominated sums protect each other only from outsiders`() throws {
        let draft = draft(largest: ["A": [950, 20], "B": [5_900, 50]])
        let rows = try release(draft, try policy())
        // A + B is known to be 7,000 if C is shown: who has 5,900 of B then knows that A is 1,100 at most, 100 above its
        // value, and 112.5 are asked for (15 % of 950 less the 30 of others).
        #expect(rows.values.filter { $0.estimate != nil }.count <= 1)
        #expect(rows["C"]?.status == .suppressed || rows[""]?.status == .suppressed)
    }

    @Test func `a version never shows what an earlier one hid`() throws {
        let draft = draft(largest: [:])
        var rules = try DisclosureRules()
        rules.dominance = try policy()
        let hidden = FigureName(question: "uit", area: "A", statistic: .mean).rowID
        let earlier = EarlierRelease([.init(hidden: [hidden], shown: [:])])
        let rows = try rules.release(draft, boundBy: earlier).content.rows
        #expect(rows.first { $0.name.area == "A" }?.estimate == nil)
    }

    @Test func `what earlier versions showed cannot be hidden to protect`() throws {
        let draft = draft(largest: ["A": [950, 20]])
        var rules = try DisclosureRules()
        rules.dominance = try policy()
        let shown = ["B", "C", ""].map { FigureName(question: "uit", area: $0, statistic: .mean).rowID }
        let earlier = EarlierRelease([
            .init(hidden: [], shown: Dictionary(uniqueKeysWithValues: shown.map { ($0, 200) }))
        ])
        #expect(throws: DisclosureError.self) { try rules.release(draft, boundBy: earlier) }
    }

    @Test func `a mean of an amount without its contributions is no draft`() throws {
        var draft = draft(largest: [:])
        draft.amounts[FigureName(question: "uit", area: "C", statistic: .mean)] = nil
        #expect(throws: DisclosureError.badFigure(rowID: "uit.-.C.-.mean")) { try release(draft, try policy()) }
    }

    @Test func `a publication does not say the rule`() throws {
        var rules = try DisclosureRules()
        rules.dominance = try policy()
        let bytes = try StoredPublication.bytes(of: try rules.release(draft(largest: ["A": [950, 20]])))
        #expect(!String(decoding: bytes, as: UTF8.self).contains("ominance"))
    }
}
