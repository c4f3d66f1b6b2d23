import Foundation
import PeilDisclosure
import PeilTable
import PeilTestSupport
import Testing

@testable import PeilReport

/// The pages of segments, areas and topics as a reader meets them.
struct PagesTests {
    private func files(_ draft: PublicationDraft? = nil, _ language: Language = .nl) throws -> [String: String] {
        let made = try renderAll(
            publication: Fixture.released(draft), outline: Fixture.outlineWithPages, language: language)
        return Dictionary(uniqueKeysWithValues: made.map { ($0.name, String(decoding: $0.bytes, as: UTF8.self)) })
    }

    private func attributes(_ name: String, in html: String) -> [String] {
        html.components(separatedBy: " \(name)=\"").dropFirst().compactMap { $0.components(separatedBy: "\"").first }
    }

    @Test func `there is a page for the region, its topics, each segment, each area and the method`() throws {
        let names = try files().keys.filter { $0.hasSuffix(".html") }
        #expect(names.count == 1 + 1 + 7 + 9 + 1)
        #expect(names.contains("segment-s3.html") && names.contains("area-a1.html") && names.contains("method.html"))
    }

    @Test func `every link leads to a page or to a place in it`() throws {
        let made = try files()
        for (name, page) in made where name.hasSuffix(".html") {
            let ids = attributes("id", in: page)
            #expect(Set(ids).count == ids.count, "\(name) repeats an id")
            for target in attributes("href", in: page) {
                if target.hasPrefix("#") {
                    #expect(ids.contains(String(target.dropFirst())), "\(name): \(target)")
                } else {
                    #expect(made[target] != nil, "\(name): \(target)")
                }
            }
        }
    }

    @Test func `every number of every page is a shown row of the tidy file`() throws {
        let made = try files()
        let released = try Fixture.released()
        let shown = Set(released.content.rows.filter(\.isShown).map(\.rowID))
        for (name, page) in made where name.hasSuffix(".html") && name != "method.html" {
            let rows = Set(pageNumbers(page).flatMap(\.rows))
            #expect(rows.isSubset(of: shown), "\(name): \(rows.subtracting(shown).sorted().prefix(3))")
        }
    }

    @Test func `an area is said to differ only where the test says so`() throws {
        let content = try Fixture.released().content
        for report in try Fixture.pages(.nl) where report.file.hasPrefix("area-") {
            for finding in report.findings where finding.evidence == .clear {
                let rows = content.rows.filter { finding.rowIDs.contains($0.rowID) }
                #expect(rows.allSatisfy { ($0.adjustedP ?? 1) < 0.05 }, "\(finding.sentence.plain)")
            }
        }
    }

    @Test(arguments: [Language.nl, .en])
    func `where nothing was tested no title says that nothing differs`(_ language: Language) throws {
        var draft = Fixture.draft()
        draft.figures = draft.figures.map { figure in
            Figure(
                name: figure.name, estimate: figure.estimate, standardError: figure.standardError, lower: figure.lower,
                upper: figure.upper, intervalLevel: figure.intervalLevel, intervalMethod: figure.intervalMethod,
                degreesOfFreedom: figure.degreesOfFreedom, base: figure.base, count: figure.count,
                missingShare: figure.missingShare, effectiveN: figure.effectiveN, designEffect: figure.designEffect,
                contrast: nil)
        }
        let claims = ["geen duidelijk verschil", "niet te onderscheiden", "no clear difference", "cannot be told apart"]
        for page in try Fixture.pages(language, draft) {
            let titles =
                [page.title.plain]
                + page.sections.flatMap(\.parts).flatMap(\.blocks).compactMap { block -> String? in
                    switch block {
                    case .chart(let chart): chart.title.plain
                    case .table(let table): table.title.plain
                    case .paragraph(let text): text.plain
                    default: nil
                    }
                }
            for title in titles { #expect(!claims.contains(where: title.contains), "\(page.file): \(title)") }
        }
    }

    @Test func `priorities follow from printed numbers`() throws {
        let context = Context(try Fixture.released().content, Fixture.outlineWithPages, .nl)
        let rules = try #require(Fixture.outlineWithPages.priorities)
        let set = try PrioritySet(rules.behaviours[0], rules, context)
        let cell = try #require(set.cells.first { $0.area == "A1" && $0.segment == "S2" })
        let size = try #require(context.row("segment", "S2", area: "A1", .people))
        let ready = try #require(context.row("ready", "1", segment: "S2")?.estimate)
        let done = try #require(context.row("kit", "1", segment: "S2")?.estimate)
        let people = try #require(size.estimate)
        #expect(cell.isRegional && cell.people == people * ready && cell.gap == 1 - done && cell.readiness == ready)
        let most = set.cells.map(\.people).max() ?? 0
        #expect(abs(cell.score - (0.5 * cell.people / most + 0.25 * cell.gap + 0.25 * ready)) < 1e-12)
        #expect(cell.lower < cell.people && cell.people < cell.upper)
        #expect(set.cells.allSatisfy { ($0.score >= 0.5) == ($0.tier == .first) })
    }

    @Test func `two codes that share a file name are refused`() throws {
        #expect(PageName(.area("GM 1")).file == "area-gm_201" && PageName(.segment("é")).file == "segment-_c3_a9")
        var outline = Fixture.outlineWithPages
        outline.pages[0].id = "segment-s1"
        #expect(throws: ReportError.samePage("segment-s1")) { try Fixture.pages(.nl, outline: outline) }
    }

    @Test func `one changed figure changes sentence, drawing, its description, tidy file and workbook`() throws {
        func made(_ draft: PublicationDraft?) throws -> [String: [UInt8]] {
            let files = try renderAll(
                publication: Fixture.released(draft), outline: Fixture.outlineWithPages, language: .nl,
                formats: [.html, .csv, .json, .xlsx, .svg])
            return Dictionary(uniqueKeysWithValues: files.map { ($0.name, $0.bytes) })
        }
        func page(_ files: [String: [UInt8]]) throws -> String {
            String(decoding: try #require(files["index.html"]), as: UTF8.self)
        }
        let (before, after) = (try made(nil), try made(Fixture.draft(areaShift: 0.1)))
        func areaChart(_ text: String) throws -> (drawing: String, description: String) {
            let figure = try #require(text.components(separatedBy: "<figure id=\"areas-kit").dropFirst().first)
            let whole = figure.components(separatedBy: "</figure>")[0]
            let description = whole.components(separatedBy: "<desc").dropFirst().first?.components(
                separatedBy: "</desc>")[0]
            return (whole.components(separatedBy: "</svg>")[0], try #require(description))
        }
        let (old, new) = (try areaChart(page(before)), try areaChart(page(after)))
        #expect(old.drawing != new.drawing && old.description != new.description)
        for name in ["index.html", "estimates.csv", "estimates.json", "findings.json", "workbook.xlsx"] {
            #expect(before[name] != nil && before[name] != after[name], "\(name)")
        }
        let chart = try #require(before.keys.first { $0.hasPrefix("charts/index-areas-kit") })
        #expect(before[chart] != after[chart])
    }

    @Test func `findings are bound to rows with n and adjusted p`() throws {
        let text = try #require(try files()["findings.json"])
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let findings = try #require(object["findings"] as? [[String: Any]])
        #expect(object["schema"] as? String == "peil-findings-1" && findings.count > 20)
        for finding in findings where finding["evidence"] as? String == "clear" {
            let rows = try #require(finding["rows"] as? [[String: Any]])
            #expect(!rows.isEmpty && rows.allSatisfy { $0["n"] is Int && $0["p_adjusted"] is Double })
        }
    }
}
