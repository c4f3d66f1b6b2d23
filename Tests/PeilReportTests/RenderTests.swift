import Foundation
import PeilDisclosure
import PeilTable
import PeilTestSupport
import Testing

@testable import PeilReport

/// The rows that the texts of a page state.
private func rowReferences(_ html: String) -> Set<String> {
    Set(pageNumbers(html).flatMap(\.rows))
}

private func files(_ draft: PublicationDraft? = nil, _ language: Language = .nl) throws -> [String: String] {
    let made = try renderAll(publication: Fixture.released(draft), outline: Fixture.outline, language: language)
    return Dictionary(uniqueKeysWithValues: made.map { ($0.name, String(decoding: $0.bytes, as: UTF8.self)) })
}

extension HTMLRenderer {
    /// A page as a text.
    func text(_ report: Report) throws -> String { String(decoding: try page(report).joined(), as: UTF8.self) }
}

struct RenderTests {
    @Test(arguments: [0, 1, 2, 20_000]) func `a file made line by line is its lines between head and foot`(count: Int) {
        let file = RenderedFile(name: "f", head: "[", foot: "]", separator: ",", count: count) { place, bytes in
            if place % 3 != 1 { bytes.append(contentsOf: "\(place)".utf8) }
        }
        let lines = (0..<count).filter { $0 % 3 != 1 }.map(String.init)
        #expect(String(decoding: file.bytes, as: UTF8.self) == "[\(lines.joined(separator: ","))]")
        #expect(file.bytes == file.bytes && file == RenderedFile(name: "f", bytes: file.bytes))
        #expect(file.pieces.allSatisfy { $0.count < 70_000 } && (count < 20_000 || Array(file.pieces).count > 1))
    }

    @Test func `all files come in both languages with the page in its own`() throws {
        for language in Language.allCases {
            let made = try files(nil, language)
            #expect(
                made.keys.sorted() == [
                    "contrasts.csv", "estimates.csv", "estimates.csv-metadata.json", "estimates.json", "findings.json",
                    "index.html",
                    "method.html"
                ])
            let page = try #require(made["index.html"])
            #expect(page.contains("<html lang=\"\(language.rawValue)\">"))
            #expect(page.components(separatedBy: "<h1>").count == 2)
            #expect(
                page.components(separatedBy: "<script").count == 2 && !page.contains("http://")
                    && !page.contains("https://"))
            if let folder = ProcessInfo.processInfo.environment["PEIL_REPORT_OUT"] {
                try page.write(toFile: "\(folder)/index-\(language.rawValue).html", atomically: true, encoding: .utf8)
            }
        }
    }

    @Test func `the same publication gives the same bytes whatever the order of its figures`() throws {
        var shuffled = Fixture.draft()
        shuffled.figures.reverse()
        shuffled.facts.reverse()
        #expect(try files() == files(shuffled))
    }

    @Test func `every number of the page is a row of the tidy file`() throws {
        let made = try files()
        let rows = Set(
            try #require(made["estimates.csv"]).split(separator: "\n").dropFirst()
                .map { String($0.split(separator: ",")[0]) })
        let references = rowReferences(try #require(made["index.html"]))
        #expect(references.count > 100)
        #expect(references.isSubset(of: rows))
    }

    @Test func `one changed figure changes sentence, drawing and table file`() throws {
        let before = try files()
        let after = try files(Fixture.draft(kitShift: 0.08))
        #expect(before["index.html"]?.contains(">33%</span> heeft een noodpakket in huis") == true)
        #expect(after["index.html"]?.contains(">41%</span> heeft een noodpakket in huis") == true)
        let drawn = { (page: String?) in page?.components(separatedBy: "<svg class=w ").dropFirst().joined() }
        #expect(drawn(before["index.html"]) != drawn(after["index.html"]))
        #expect(before["estimates.csv"] != after["estimates.csv"])
    }

    @Test func `labels with markup stay text`() throws {
        let hostile = "<script>alert(1)</script>\"'&{{skip}}"
        let page = try #require(try files(Fixture.draft(kitLabel: hostile))["index.html"])
        #expect(page.components(separatedBy: "<script").count == 2)
        #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;{{skip}}"))
    }

    @Test func `hidden rows have no number in any file`() throws {
        let released = try Fixture.released()
        let hidden = released.content.rows.filter { !$0.isShown }
        #expect(!hidden.isEmpty)
        let made = try files()
        let csv = try #require(made["estimates.csv"]).split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        for row in hidden {
            let line = try #require(csv.first { $0[0] == row.rowID[...] })
            #expect(line[12...28].joined().isEmpty, "\(row.rowID)")
        }
        #expect(rowReferences(try #require(made["index.html"])).isDisjoint(with: hidden.map(\.rowID)))
    }

    @Test func `texts that a spreadsheet would run are neutralised`() {
        for text in ["=1+1", "+1", "-1", "@x", "\tx"] { #expect(CSVRenderer.neutralised(text) == "'" + text) }
        #expect(CSVRenderer.field(.text("a,\"b\"\nc")) == "\"a,\"\"b\"\" c\"")
        #expect(CSVRenderer.plain(.nan) == "" && CSVRenderer.plain(0.00005) == "0.000050")
        #expect(CSVRenderer.plain(0.31) == "0.31" && CSVRenderer.plain(176_000) == "176000")
    }

    @Test func `a missing translation names its key`() throws {
        var outline = Fixture.outline
        outline.sections[0].title = LocalizedText(["nl": "Alleen Nederlands"])
        #expect(throws: ReportError.missingTranslation(key: "report.sections.groups.title", language: .en)) {
            try Fixture.pages(.en, outline: outline)
        }
    }

    @Test func `an unknown question or level names the section that asked`() throws {
        var outline = Fixture.outline
        outline.sections = [.init(id: "x", title: "X", blocks: [.levels(question: "kti")])]
        #expect(throws: ReportError.unknownQuestion("kti", place: "x")) {
            try Fixture.pages(.nl, outline: outline)
        }
        outline.sections[0].blocks = [.areaDots(.init(question: "kit", level: "9"))]
        #expect(throws: ReportError.unknownLevel(question: "kit", level: "9", place: "x")) {
            try Fixture.pages(.nl, outline: outline)
        }
    }

    @Test func `the sidecar and the first object name schema and origin`() throws {
        let made = try files()
        for name in ["estimates.csv-metadata.json", "estimates.json"] {
            let text = try #require(made[name])
            #expect(text.contains("\"schema\":\"peil-estimates-1\"") && text.contains("\"seed\":42"))
            _ = try JSONSerialization.jsonObject(with: Data(text.utf8))
        }
    }
}

/// A file that is made line by line is the same file whatever its parts weigh.
@Suite struct RenderedFileTests {
    @Test(arguments: [0, 10, 65_536, 200_000], [0, 1, 3, 2_000])
    func everyPartComesOnce(_ headSize: Int, _ count: Int) {
        let head = String(repeating: "h", count: headSize)
        let file = RenderedFile(name: "f", head: head, foot: "end", separator: ",", count: count) { place, bytes in
            // Every third line is left out.
            if place % 3 != 1 { bytes.append(contentsOf: "line \(place) \(String(repeating: "x", count: 90))".utf8) }
        }
        let lines = (0..<count).filter { $0 % 3 != 1 }.map { "line \($0) \(String(repeating: "x", count: 90))" }
        let expected = head + lines.joined(separator: ",") + "end"
        // No more pieces than there are parts: one that repeats would never end.
        let pieces = file.pieces.prefix(count + 3).reduce(into: [UInt8]()) { $0 += $1 }
        #expect(String(decoding: pieces, as: UTF8.self) == expected)
    }
}
