import Foundation
import PeilDisclosure
import PeilTestSupport
import Testing

@testable import PeilReport

/// A number has one source. When it is released as another number, everything that states it changes with it.
struct TracingTests {
    /// Where a page states a number.
    enum Slot: String, CaseIterable {
        /// Heading, lead, key figures, findings, paragraphs.
        case prose
        case drawing
        case cell
    }

    /// One kind of number: how it is changed, and what is printed before and after.
    struct Kind: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// The row that states it, and the file in which it stands beside `estimates.csv`.
        let rowID: String
        var file = "estimates.csv"
        let page: String
        let before: String
        let after: String
        let slots: Set<Slot>
        /// Whether a text alternative states it. A margin stands in the table that the text leads to.
        var isSpoken = true
        /// Column of the workbook's sheet that holds it.
        var column: Int? = 4
        let draft: @Sendable () -> PublicationDraft
        /// nil for the draft of all tests.
        var original: (@Sendable () -> PublicationDraft)?
    }

    private static func with(
        _ question: String, _ level: String, _ statistic: FigureName.Statistic, area: String = "",
        _ change: @escaping @Sendable (Figure) -> Figure
    ) -> @Sendable () -> PublicationDraft {
        {
            var draft = Fixture.draft()
            let name = FigureName(question: question, level: level, area: area, statistic: statistic)
            draft.figures = draft.figures.map { $0.name == name ? change($0) : $0 }
            return draft
        }
    }

    private static func moved(
        _ figure: Figure, by shift: Double, margins: Double = 0, adjustedP: Double? = nil
    ) -> Figure {
        Figure(
            name: figure.name, estimate: figure.estimate + shift, standardError: figure.standardError,
            lower: figure.lower.map { $0 + shift - margins }, upper: figure.upper.map { $0 + shift + margins },
            intervalLevel: figure.intervalLevel, intervalMethod: figure.intervalMethod,
            degreesOfFreedom: figure.degreesOfFreedom, base: figure.base, count: figure.count,
            missingShare: figure.missingShare, effectiveN: figure.effectiveN, designEffect: figure.designEffect,
            contrast: figure.contrast.map {
                FigureContrast(
                    reference: $0.reference, difference: $0.difference + shift, p: $0.p,
                    adjustedP: adjustedP ?? $0.adjustedP, family: $0.family)
            })
    }

    static let kinds: [Kind] = [
        Kind(
            testDescription: "a percentage of everybody", rowID: "barrier.know.-.-.share", page: "index.html",
            before: "34%", after: "39%", slots: Set(Slot.allCases),
            draft: with("barrier", "know", .share) { moved($0, by: 0.05) }),
        Kind(
            testDescription: "a percentage of an area, tested", rowID: "kit.1.A1.-.share", page: "index.html",
            before: "22%", after: "15%", slots: Set(Slot.allCases), isSpoken: false,
            draft: with("kit", "1", .share, area: "A1") { moved($0, by: -0.07) }),
        Kind(
            testDescription: "a number of people", rowID: "segment.S2.-.-.people", page: "index.html",
            before: "290.000", after: "310.000", slots: Set(Slot.allCases),
            draft: with("segment", "S2", .people) { moved($0, by: 20_000) }),
        Kind(
            testDescription: "a mean", rowID: "efficacy.-.-.-.mean", page: "index.html", before: "52,0", after: "57,5",
            slots: [.prose, .cell], isSpoken: false, draft: with("efficacy", "", .mean) { moved($0, by: 5.5) }),
        Kind(
            testDescription: "a mean of an area", rowID: "efficacy.-.A1.-.mean", page: "index.html", before: "",
            after: "",
            slots: [.drawing, .cell], draft: with("efficacy", "", .mean, area: "A1") { moved($0, by: 20) }),
        Kind(
            testDescription: "a margin", rowID: "kit.1.-.-.share", page: "index.html", before: "31", after: "29",
            slots: Set(Slot.allCases), isSpoken: false, column: 5,
            draft: with("kit", "1", .share) { moved($0, by: 0, margins: 0.02) }),
        Kind(
            testDescription: "an earlier figure", rowID: "change.kit.1.-.-.share", file: "changes.csv",
            page: "dreigingen.html", before: "27%", after: "24%", slots: Set(Slot.allCases), isSpoken: false, column: 2,
            draft: { Fixture.changed(kitBefore: 0.24) }, original: { Fixture.changed() }),
        Kind(
            testDescription: "the test of a change", rowID: "change.kit.1.-.-.share", file: "changes.csv",
            page: "dreigingen.html", before: "", after: "", slots: [], column: 7,
            draft: { Fixture.changed(adjustedP: 0.6) }, original: { Fixture.changed() })
    ]

    private struct Made {
        let files: [String: [UInt8]]
        let book: ReadWorkbook

        init(_ draft: PublicationDraft?) throws {
            let made = try renderAll(
                publication: Fixture.released(draft), outline: Fixture.outlineWithPages, language: .nl,
                formats: [.html, .csv, .json, .xlsx, .svg])
            files = Dictionary(uniqueKeysWithValues: made.map { ($0.name, $0.bytes) })
            book = try ReadWorkbook.read(try #require(files["workbook.xlsx"]))
        }

        func text(_ name: String) throws -> String {
            String(decoding: try #require(files[name], "\(name)"), as: UTF8.self)
        }

        /// The texts that a page prints of a row, by place.
        func printed(_ rowID: String, on page: String) throws -> [Slot: [String]] {
            var found: [Slot: [String]] = [:]
            for number in pageNumbers(try text(page)) where number.rows.contains(rowID) {
                let slot: Slot =
                    switch number.place {
                    case .prose: .prose
                    case .drawing: .drawing
                    case .cell: .cell
                    }
                found[slot, default: []].append(number.text)
            }
            return found
        }

        func descriptions(_ page: String) throws -> [String] {
            try text(page).components(separatedBy: "<desc").dropFirst().map { $0.components(separatedBy: "</desc>")[0] }
        }

        func line(_ rowID: String, in file: String) throws -> String {
            try #require(
                try text(file).components(separatedBy: "\n").first { $0.hasPrefix(rowID + ",") }, "\(rowID) in \(file)")
        }

        func cell(_ rowID: String, _ column: Int) throws -> ReadWorkbook.Cell? {
            for sheet in book.sheets {
                if let own = sheet.cells.first(where: { $0.value == rowID }) { return sheet.row(own.row)[column] }
            }
            return nil
        }
    }

    private static let whole = Result { try Made(nil) }

    @Test(arguments: kinds) func `a number that changes, changes wherever it stands`(_ kind: Kind) throws {
        let (before, after) = (try kind.original.map { try Made($0()) } ?? Self.whole.get(), try Made(kind.draft()))
        let (old, new) = (try before.printed(kind.rowID, on: kind.page), try after.printed(kind.rowID, on: kind.page))
        for slot in kind.slots {
            let (was, now) = (old[slot] ?? [], new[slot] ?? [])
            #expect(was != now && !was.isEmpty && !now.isEmpty, "\(slot): \(was) and \(now)")
            guard !kind.before.isEmpty else { continue }
            #expect(was.contains { $0.contains(kind.before) }, "\(slot): \(was)")
            #expect(now.contains { $0.contains(kind.after) }, "\(slot): \(now)")
            #expect(!now.contains { $0.contains(kind.before) }, "\(slot): \(now)")
        }
        if kind.isSpoken { #expect(try before.descriptions(kind.page) != after.descriptions(kind.page)) }
        #expect(try before.line(kind.rowID, in: kind.file) != after.line(kind.rowID, in: kind.file))
        if let column = kind.column {
            let was = try #require(try before.cell(kind.rowID, column))
            let now = try #require(try after.cell(kind.rowID, column))
            #expect(was.value != now.value && was.kind == now.kind, "\(was) and \(now)")
        }
        let drawings = before.files.keys.filter { $0.hasPrefix("charts/") }
        if kind.slots.contains(.drawing) { #expect(drawings.contains { before.files[$0] != after.files[$0] }) }
        if kind.file != "changes.csv" { #expect(before.files["estimates.json"] != after.files["estimates.json"]) }
    }

    @Test func `a change that the test no longer finds is no longer told`() throws {
        let (before, after) = (try Made(Fixture.changed()), try Made(Fixture.changed(adjustedP: 0.6)))
        #expect(try before.text("dreigingen.html").contains("hoger dan bij de vorige meting"))
        #expect(try !after.text("dreigingen.html").contains("hoger dan bij de vorige meting"))
        #expect(try after.text("dreigingen.html").contains("geen duidelijke verandering"))
        let finding = try #require(
            try before.text("findings.json").components(separatedBy: "\n").first { $0.contains("trend-Noodpakket") })
        #expect(finding.contains("\"evidence\":\"clear\"") && finding.contains("\"p_adjusted\":0.01"))
        #expect(
            try before.text("changes.csv").contains(
                "change.plan,proef,2026-1,2025-2,plan,,,,,,,,,,,,,,,not_comparable,codebook"))
    }

    @Test func `every number of a page with changes is a row of a tidy file`() throws {
        let made = try Made(Fixture.changed())
        var rows: Set<String> = []
        for name in ["estimates.csv", "changes.csv"] {
            let lines = try made.text(name).split(separator: "\n")
            let columns = lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).count }
            #expect(columns.allSatisfy { $0 >= columns[0] } && columns[0] > 20)
            let ids = lines.dropFirst().map { String($0.split(separator: ",")[0]) }
            #expect(Set(ids).count == ids.count && rows.isDisjoint(with: ids))
            rows.formUnion(ids)
        }
        for (name, _) in made.files where name.hasSuffix(".html") {
            let found = pageNumbers(try made.text(name)).flatMap(\.rows)
            #expect(Set(found).isSubset(of: rows), "\(name): \(Set(found).subtracting(rows))")
        }
    }
}
