import Foundation
import PeilDisclosure
import PeilTestSupport
import Testing

@testable import PeilReport

/// The workbook, opened by another program.
struct WorkbookTests {
    private func bytes(_ language: Language = .nl) throws -> [UInt8] {
        let files = try renderAll(
            publication: Fixture.released(Fixture.draft()), outline: Fixture.outline, language: language,
            formats: [.xlsx])
        #expect(files.map(\.name) == ["workbook.xlsx"])
        return try #require(files.first).bytes
    }

    @Test(arguments: Language.allCases)
    func `every released row stands on its sheet with the number of the tidy file`(language: Language) throws {
        let book = try ReadWorkbook.read(bytes(language))
        let rows = try Fixture.released().content.rows
        var found: [String: [Int: ReadWorkbook.Cell]] = [:]
        for cell in book.sheets.flatMap({ sheet in sheet.cells.filter { $0.column == 10 }.map { (sheet, $0) } }) {
            found[cell.1.value] = cell.0.row(cell.1.row)
        }
        for row in rows {
            let cells = try #require(found[row.rowID], "\(row.rowID)")
            let estimate = row.tableEstimate ?? row.estimate
            if let estimate {
                #expect(cells[4]?.kind == "number" && cells[4].flatMap { Double($0.value) } == estimate, "\(row.rowID)")
            } else {
                #expect(cells[4]?.kind == "text" && cells[4]?.value.contains(" ") == true, "\(row.rowID)")
            }
            #expect(cells[5].flatMap { Double($0.value) } == (row.tableLower ?? row.lower), "\(row.rowID)")
            #expect(cells[6].flatMap { Double($0.value) } == (row.tableUpper ?? row.upper), "\(row.rowID)")
            #expect(cells[7].flatMap { Double($0.value) } == row.n.map { Double($0) }, "\(row.rowID)")
        }
        #expect(found.count == rows.count + 1, "and one head of the columns")
    }

    @Test func `shares show a decimal from a base of one hundred, people whole numbers`() throws {
        let book = try ReadWorkbook.read(bytes())
        let cells = book.sheets.flatMap { sheet in
            sheet.cells.filter { $0.column == 4 && $0.kind == "number" }.map { ($0.format, sheet.row($0.row)) }
        }
        #expect(Set(cells.map(\.0)) == ["0%", "0.0%", "0.00", "0.0", "#,##0"])
        for (format, row) in cells {
            let base = try #require(row[7].flatMap { Int($0.value) })
            let id = try #require(row[10]).value
            if id.hasSuffix(".people") { #expect(format == "#,##0", "\(id)") }
            if id.hasSuffix(".share") { #expect(format == (base >= 100 ? "0.0%" : "0%"), "\(id)") }
        }
    }

    @Test func `nothing of the machine or of the clock is in it`() throws {
        let first = try bytes()
        let book = try ReadWorkbook.read(first)
        #expect(book.years == [1980])
        let last = try Fixture.released().content.subject.fieldworkTo
        #expect(book.properties["created"] == "\(last)T12:00:00Z")
        #expect(book.properties["title"] == book.properties["Company"])
        #expect(try bytes() == first)
    }

    @Test func `the contents lead to every sheet, and every sheet back`() throws {
        let book = try ReadWorkbook.read(bytes(.en))
        let contents = try #require(book.sheets.first)
        func place(_ name: String) -> String { "'\(name.replacingOccurrences(of: "'", with: "''"))'!A1" }
        #expect(Set(contents.links) == Set(book.sheets.dropFirst().map { place($0.name) }))
        for sheet in book.sheets.dropFirst() { #expect(sheet.links == [place(contents.name)], "\(sheet.name)") }
        #expect(book.sheets.dropFirst().dropLast().allSatisfy { $0.frozenRows == 7 })
    }

    @Test func `no text of a study becomes a formula, a broken name or another text`() throws {
        let texts =
            HostileTextTests.texts + ["=1+1", "+31", "-5", "@SUM(A1)", "_x0041_", "'", "[]:*?/\\", "\u{0001}\u{FFFF}"]
        for text in texts {
            let book = try Fixture.$addition.withValue(text) { try ReadWorkbook.read(bytes()) }
            #expect(book.formulas == 0)
            let label = CellText.printable("Noodpakket in huis" + text)
            #expect(book.sheets.contains { $0.cells.first?.value == label }, "\(text)")
            let names = book.sheets.map { $0.name.lowercased() }
            #expect(Set(names).count == names.count)
        }
    }
}

/// What stands in cells, names and properties, without a file.
struct WorkbookTextTests {
    @Test func `names of sheets are legal and told apart`() {
        var names = SheetNames()
        let labels = [
            "Kans", "kans", "KANS", "'Kans'", "a[b]c:d*e?f/g\\h", "", "[]", "History",
            String(repeating: "x", count: 40),
            String(repeating: "x", count: 41), String(repeating: "😀", count: 20), "'''", "regel\neen\u{0}twee",
            String(repeating: "x", count: 30) + "'y"
        ]
        let made = labels.map { names.name(for: $0) }
        #expect(Array(made[0..<4]) == ["Kans", "kans (2)", "KANS (3)", "Kans (4)"])
        #expect(made[4] == "a b c d e f g h" && made[7] == "History (2)")
        #expect(Set(made.map { $0.lowercased() }).count == made.count)
        for name in made {
            #expect(!name.isEmpty && name.utf16.count <= 31, "\(name)")
            #expect(
                !name.contains { "[]:*?/\\\n".contains($0) } && !name.hasPrefix("'") && !name.hasSuffix("'"), "\(name)")
        }
    }

    @Test(arguments: [
        ("1970-01-01", 43_200), ("2026-05-03", 1_777_809_600), ("2000-02-29", 951_825_600), ("1999-12-31", 946_641_600),
        ("", 315_576_000), ("voorjaar", 315_576_000), ("2026-13-01", 315_576_000)
    ])
    func `the day of a workbook is the study's, at noon`(iso: String, seconds: Int) {
        // Python's datetime gives these seconds; what is no date is 1 January 1980.
        #expect(WorkbookDate.seconds(of: iso) == seconds)
    }

    @Test func `long texts are clipped between characters`() {
        #expect(CellText.clipped("ab😀", to: 3) == "ab" && CellText.clipped("ab😀", to: 4) == "ab😀")
        #expect(CellText.fitting(String(repeating: "é", count: 40_000)).utf16.count == 32_767)
        #expect(CellText.property(String(repeating: "é", count: 200)).utf8.count == 254)
    }
}
