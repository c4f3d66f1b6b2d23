import PeilDisclosure
import PeilTable
import Testing

@testable import PeilReport

/// What the method page says of the weighting and of the ways of answering: findings and labels, from released numbers.
@Suite struct WeightingPageTests {
    private static let facts = [
        Fact(topic: "margin", key: "gem × lft.before", value: .measure(2.51)),
        Fact(topic: "margin", key: "gem × lft.after", value: .measure(0.04)),
        Fact(topic: "weights", key: "effective_n", area: "A0", value: .measure(326)),
        Fact(topic: "weights", key: "largest", area: "A0", value: .measure(2.04)),
        Fact(topic: "weights", key: "effective_n", area: "A1", value: .measure(1_412)),
        Fact(topic: "weights", key: "largest", area: "A1", value: .measure(1.5)),
        Fact(topic: "design", key: "clusters", value: .text("2958")),
        Fact(topic: "design", key: "lonely_psu", value: .text("adjust"))
    ]

    private func method(
        _ language: Language, labels: Bool = true, facts: [Fact] = WeightingPageTests.facts
    ) throws -> Report.Method {
        var draft = Fixture.draft()
        draft.facts = facts
        var outline = Fixture.outline
        if labels {
            outline.controlLabels = ["lft": LocalizedText(["nl": "Leeftijd", "en": "Age"])]
            outline.modeLabels = ["web": LocalizedText(["nl": "online", "en": "by web"])]
        }
        return try #require(try Fixture.pages(language, draft, outline: outline).last).method
    }

    private func charts(_ method: Report.Method) -> [Chart] {
        method.blocks.compactMap { block in
            if case .chart(let chart) = block { return chart }
            return nil
        }
    }

    @Test func `titles of the drawings state what they show`() throws {
        let dutch = charts(try method(.nl))
        #expect(
            dutch.map(\.title.plain) == [
                "Voor de weging week een groep 2,5 procentpunt af, erna klopt elke groep",
                "Delft telt als 326 antwoorden, Den Haag als 1.412"
            ])
        #expect(charts(try method(.en)).last?.title.plain == "Delft counts as 326 answers, Den Haag as 1,412")
    }

    @Test func `margins that weights do not meet are told with what is left`() throws {
        let left = [Fact(topic: "margin", key: "gem × lft.after", value: .measure(0.26))]
        let facts = Self.facts.filter { $0.key != left[0].key } + left
        #expect(
            charts(try method(.nl, facts: facts)).first?.title.plain
                == "Voor de weging week een groep 2,5 procentpunt af, erna hoogstens 0,3")
        #expect(
            charts(try method(.en)).first?.title.plain
                == "Before weighting a group was 2.5 points off, afterwards every group is right")
    }

    @Test func `the drawing of weights holds the released numbers`() throws {
        let chart = try #require(charts(try method(.nl)).last)
        guard case .bars(let rows, .score) = chart.drawing else {
            Issue.record("weights are drawn as bars")
            return
        }
        #expect(rows.map(\.label) == ["Delft", "Den Haag"])
        #expect(rows.map { $0.value?.estimate } == [326, 1_412])
        #expect(rows.map(\.note.plain) == ["2,0 keer", "1,5 keer"])
        #expect(chart.table.rows.map { $0.cells.map(\.text.plain) } == [["326", "2,0"], ["1.412", "1,5"]])
    }

    @Test func `labels stand for variables, words and codes; without one they stand as they are`() throws {
        #expect(charts(try method(.nl)).first?.table.rows.map(\.header) == ["gem × leeftijd"])
        #expect(charts(try method(.nl, labels: false)).first?.table.rows.map(\.header) == ["gem × lft"])
        let facts = try method(.nl).blocks.flatMap { block -> [(String, String)] in
            guard case .definitions(let items) = block else { return [] }
            return items.map { ($0.term, $0.text.plain) }
        }
        #expect(facts.contains { $0 == ("Huishoudens of personen getrokken", "2.958") })
        #expect(
            facts.contains { $0 == ("Regel voor lagen met één trekking", "verschil met het gemiddelde van alle lagen") }
        )
    }

    @Test func `the method page does not repeat its title`() throws {
        let page = try #require(try Fixture.pages(.nl, Fixture.draft(), outline: Fixture.outline).last)
        #expect(page.title.plain != page.method.title)
    }
}
