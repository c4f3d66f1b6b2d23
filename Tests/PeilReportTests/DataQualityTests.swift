import PeilDisclosure
import PeilTable
import Testing

@testable import PeilReport

/// The tables about the data: every count with its rule, in both languages.
@Suite struct DataQualityTests {
    private static let facts = [
        Fact(topic: "quality", key: "rows_read", value: .count(1_250), partOf: "rows", isWhole: true),
        Fact(topic: "quality", key: "rows_kept", value: .count(1_200), partOf: "rows"),
        Fact(topic: "quality", key: "quarantined", value: .count(0), partOf: "rows"),
        Fact(topic: "quality", key: "partials", value: .count(30), partOf: "rows"),
        Fact(topic: "quality", key: "excluded.speeders", value: .count(20), partOf: "rows"),
        Fact(topic: "quality", key: "straightliners.ernst", value: .count(4)),
        Fact(topic: "rule", key: "straightliners.ernst", value: .measure(0.9)),
        Fact(topic: "rule", key: "completeness", value: .measure(0.5)),
        Fact(topic: "quality", key: "finding.water", value: .count(77)),
        Fact(topic: "nonresponse", key: "01.kit", value: .share(count: 100, of: 1_000)),
        Fact(topic: "nonresponse", key: "01.kit.dont_know", value: .share(count: 70, of: 1_000), partOf: "p"),
        Fact(topic: "nonresponse", key: "01.kit.refused", value: .share(count: 30, of: 1_000), partOf: "p"),
        Fact(topic: "nonresponse", key: "01.kit.not_answered", value: .share(count: 0, of: 1_000), partOf: "p")
    ]

    private func rows(_ language: Language) throws -> [[String]] {
        var draft = Fixture.draft()
        draft.facts = Self.facts
        let report = try #require(try Fixture.pages(language, draft, outline: Fixture.outline).last)
        return report.method.blocks.flatMap { block -> [[String]] in
            guard case .table(let table) = block else { return [] }
            return table.table.rows.map { [$0.header] + $0.cells.map(\.text.plain) }
        }
    }

    @Test func `every count stands with its rule`() throws {
        let dutch = try rows(.nl)
        #expect(
            dutch.prefix(5).map { [$0[0], $0[1]] } == [
                ["Regels in het bestand", "1.250"], ["Regels die niet bij de vragenlijst passen", "0"],
                ["Halverwege gestopt, niet meegeteld", "30"], ["Niet meegeteld: heel snel ingevuld", "20"],
                ["Bruikbare antwoorden", "1.200"]
            ])
        #expect(dutch[2][2].contains("50%"))
        #expect(dutch[5][2].contains("90%") && dutch[5][1] == "minder dan 10")
        #expect(dutch[6][0].hasSuffix(": water") && dutch[6][1] == "77")
        #expect(dutch.allSatisfy { !$0[1].isEmpty && !$0.contains { $0.contains("{") } })
        #expect(try rows(.en).count == dutch.count)
    }

    @Test func `questions without an answer by reason`() throws {
        #expect(try rows(.nl).last?.dropFirst() == ["10,0%", "7,0%", "3,0%", "0,0%"])
        #expect(try rows(.en).last?.dropFirst() == ["10.0%", "7.0%", "3.0%", "0.0%"])
    }

    @Test func `a question of which only classes are shown is among those without an answer`() throws {
        var draft = Fixture.draft()
        draft.facts = [Fact(topic: "nonresponse", key: "01.hours", value: .share(count: 94, of: 1_000))]
        var outline = Fixture.outline
        #expect(throws: ReportError.unknownQuestion("hours", place: "nonresponse")) {
            _ = try Fixture.pages(.nl, draft, outline: outline)
        }
        outline.sourceWordings["hours"] = LocalizedText(["nl": "Hoeveel uur?", "en": "How many hours?"])
        let report = try #require(try Fixture.pages(.nl, draft, outline: outline).last)
        let rows = report.method.blocks.flatMap { block -> [DataTable.Row] in
            if case .table(let table) = block { return table.table.rows }
            return []
        }
        #expect(rows.map(\.header) == ["Hoeveel uur?"] && rows.first?.cells.first?.text.plain == "9,4%")
    }

    @Test func `how a file is written is said in words`() {
        #expect(FactWords.dialects("utf-8 semicolon comma", .nl) == "UTF-8, puntkomma, komma")
        #expect(
            FactWords.dialects("utf-8 comma point; windows-1252 tab comma", .en)
                == "UTF-8, comma, point; WINDOWS-1252, tab, comma")
        #expect(FactWords.dialects("utf-8 ~ point", .nl) == "UTF-8, ~, punt")
    }

    @Test func `facts of the tables are not listed a second time`() throws {
        var draft = Fixture.draft()
        draft.facts = Self.facts
        let report = try #require(try Fixture.pages(.nl, draft, outline: Fixture.outline).last)
        let terms = report.method.blocks.flatMap { block -> [String] in
            if case .definitions(let items) = block { return items.map(\.term) }
            return []
        }
        #expect(
            !terms.contains { $0.hasPrefix("rule.") || $0.hasPrefix("nonresponse.") || $0 == "Regels in het bestand" })
    }
}
