import PeilDisclosure
import PeilTable
import Testing

@testable import PeilReport

/// What a reader with one minute gets, and that nothing is told twice.
struct SummaryTests {
    private func finding(
        _ id: String, _ evidence: Evidence, _ theme: Finding.Theme = .other, rows: [String] = ["r"]
    ) -> Finding {
        Finding(id: id, evidence: evidence, rowIDs: rows, sentence: RichText("\(id)."), detail: "", theme: theme)
    }

    @Test func `clear things come first, then who, what stops them, which channel and where`() {
        let sections = [
            [finding("opinion", .estimated, rows: ["a"]), finding("second opinion", .estimated, rows: ["b"])],
            [finding("reach", .indicative, .priority, rows: ["c"]), finding("weak", .indicative, rows: ["d"])],
            [
                finding("channel", .estimated, .channel, rows: ["e"]),
                finding("barrier", .estimated, .barrier, rows: ["f"])
            ],
            [finding("size", .estimated, .size, rows: ["g"]), finding("test", .clear, rows: ["h"])]
        ]
        #expect(
            Summary.choose(sections).map(\.id) == ["test", "size", "barrier", "channel", "reach", "opinion"])
        #expect(Summary.choose(sections, told: ["f", "h"]).map(\.id) == ["size", "channel", "reach", "opinion"])
    }

    @Test func `a page that begins with a test is headed by what it found`() {
        var head = PageHead(title: "Verandering", lead: ["Wat is anders?"], kicker: "Regio")
        head.state([finding("same", .notDistinguishable), finding("hoger", .clear, rows: ["x"])])
        #expect(head.title.plain == "hoger" && head.told == ["x"])
        #expect(head.kicker.plain == "Verandering · Wat is anders?" && head.lead.isEmpty)
        var other = PageHead(title: "Dreigingen", lead: [], kicker: "Regio")
        other.state([finding("72% zegt ja", .estimated), finding("hoger", .clear)])
        #expect(other.title.plain == "Dreigingen" && other.kicker.plain == "Regio")
    }

    @Test func `where all else is unchanged, the summary begins with the change that is the heading`() {
        var head = PageHead(title: "Verandering", lead: [], kicker: "Regio")
        let changed = finding("hoger", .clear, rows: ["x"])
        var others = finding("others", .notDistinguishable, rows: ["y"])
        others.speaksForOthers = true
        head.state([changed, others])
        let summary = Summary.choose([[changed, others]], told: head.told)
        #expect(summary.map(\.id) == ["others"])
        #expect(summary.led(by: head.stated).map(\.id) == ["hoger", "others"])
        #expect(summary.led(by: nil).map(\.id) == ["others"])
        #expect((summary + [finding("size", .estimated)]).led(by: head.stated).map(\.id) == ["others", "size"])
        #expect([Finding]().led(by: head.stated).isEmpty)
    }

    @Test func `the lead answers what stops people and which channel, and the summary does not repeat it`() throws {
        let report = try #require(try Fixture.pages(.nl).first)
        let lead = report.lead.map(\.plain)
        #expect(lead.contains("Drempels: 34% noemt ‘weet niet wat erin hoort’."))
        for case .findings(let findings) in report.sections[0].parts.flatMap(\.blocks) {
            #expect(!findings.isEmpty && !findings.contains { lead.contains($0.sentence.plain) })
        }
    }

    @Test func `how to read a drawing is explained once a page, what not to conclude beside each`() throws {
        for report in try Fixture.pages(.nl) {
            let boxes = report.sections.flatMap(\.parts).flatMap(\.callouts)
            let explained = boxes.filter { $0.kind == .explanation }.flatMap(\.points).map(\.plain)
            #expect(Set(explained).count == explained.count, "\(report.file)")
            for part in report.sections.flatMap(\.parts) where part.blocks.contains(where: isDrawn) {
                #expect(part.callouts.contains { $0.kind == .doNotConclude } || part.callouts.isEmpty, "\(report.file)")
            }
        }
    }

    private func isDrawn(_ block: Report.Block) -> Bool { if case .chart = block { true } else { false } }

    @Test func `an area's page says what to say to the groups that come first there`() throws {
        var outline = Fixture.outlineWithPages
        for segment in Fixture.segments.map(\.0) {
            outline.messages[segment] = .init(say: [Fixture.text("Zeg \(segment).", "Say \(segment).")], avoid: [])
        }
        let pages = try Fixture.pages(.nl, outline: outline).filter { $0.file.hasPrefix("area-") }
        let told = pages.filter { page in
            page.sections.flatMap(\.parts).flatMap(\.blocks).contains { if case .messages = $0 { true } else { false } }
        }
        #expect(pages.count == 9 && told.count > 5)
    }

    @Test func `what is the same in every row stands once above the table`() throws {
        for report in try Fixture.pages(.nl) where report.file.hasPrefix("segment-") {
            for case .table(let table) in report.sections.flatMap(\.parts).flatMap(\.blocks)
            where table.id.contains("priority") && table.table.rows.count > 1 {
                #expect(table.subtitle.plain.contains("Dit is het patroon van de regio, hier toegepast."))
                for column in table.table.columns.indices.dropFirst() where ![1, 2, 3].contains(column) {
                    let texts = Set(table.table.rows.map { $0.cells[column - 1].text.plain })
                    #expect(
                        texts.count > 1 || table.table.columns[column] == "Score",
                        "\(report.file): \(table.table.columns[column])")
                }
                #expect(table.table.rows.allSatisfy { $0.cells.count == table.table.columns.count - 1 })
            }
        }
    }

    @Test func `a hidden answer has a box at its end of the bar`() throws {
        let share = { (value: Double) in (value: value, text: RichText.number("\(Int(value * 100))%", "r")) }
        let rows = [
            Chart.LikertRow(
                label: "a", shares: [nil, share(0.2), share(0.3), share(0.4)], sum: "70%", isIndicative: false),
            Chart.LikertRow(
                label: "b", shares: [share(0.1), share(0.2), share(0.3), share(0.4)], sum: "70%", isIndicative: false)
        ]
        func boxes(_ rows: [Chart.LikertRow]) -> Int {
            let chart = Chart(
                id: "l", title: "t", subtitle: "", key: [], drawing: .likert(rows, levels: 4), alternativeTitle: "a",
                alternativeText: "b", table: DataTable(caption: "c", columns: [], rows: []), source: "")
            return Variant.allCases.map { chart.drawn($0).string.components(separatedBy: "class=\"hid\"").count - 1 }
                .reduce(0, +)
        }
        #expect(boxes(rows) == 2 && boxes([rows[1]]) == 0)
    }
}
