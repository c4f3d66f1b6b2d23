import PeilTable
import PeilTestSupport
import Testing

@Suite("Table")
struct TableTests {
    private func sample() -> Table {
        var table = Table.of(numbers: ["y": [1, nil, 3]], codes: ["c": ["2", "1", nil], "t": ["a", "b", "a"]])
        table.set(.identifier(IdentifierColumn(["p", nil, "q"])), for: Variable(name: "id"))
        return table
    }

    @Test("Columns come back by name, in the order in which they were set")
    func lookup() throws {
        let table = sample()
        #expect(table.names == ["y", "c", "t", "id"])
        #expect(table.has("c") && !table.has("C"))
        #expect(try table.variable("c").name == "c")
        #expect(try table.column("id").count == 3)
    }

    @Test("A column set again replaces the first in its place")
    func replacing() throws {
        var table = sample()
        table.set(.numeric(.of([7, 8, 9])), for: Variable(name: "y", isSensitive: true))
        #expect(table.names == ["y", "c", "t", "id"])
        #expect(try table.numbers("y").values == [7, 8, 9])
        #expect(try table.variable("y").isSensitive)
    }

    @Test("Codes that are numbers serve as numbers, missing ones keep their reason")
    func numbers() throws {
        let numbers = try sample().numbers("c")
        #expect(numbers.values == [2, 1, 0])
        #expect(numbers.isPresent(1) && !numbers.isPresent(2))
        #expect(numbers.reason(2) == .notAnswered && numbers.reason(0) == nil)
    }

    @Test("Errors name the column and, where it is unknown, those that exist")
    func errors() {
        let table = sample()
        #expect(throws: TableError.unknownColumn("z", known: ["y", "c", "t", "id"])) { try table.column("z") }
        #expect(throws: TableError.unknownColumn("z", known: ["y", "c", "t", "id"])) { try table.variable("z") }
        #expect(throws: TableError.notNumeric("t")) { try table.numbers("t") }
        #expect(throws: TableError.notNumeric("id")) { try table.numbers("id") }
        #expect(throws: TableError.notCategorical("y")) { try table.categories("y") }
    }

    @Test("Selected rows come in the order asked, with reasons and repetitions")
    func selecting() throws {
        let table = sample().selecting(rows: [2, 0, 0, 1])
        #expect(table.rowCount == 4 && table.names == ["y", "c", "t", "id"])
        #expect(try table.numbers("y").values == [3, 1, 1, 0])
        #expect(try table.numbers("y").reasons == [0, 0, 0, MissingReason.notAnswered.rawValue])
        let codes = try table.categories("c")
        #expect((0..<4).map { codes.code($0) } == [nil, "2", "2", "1"])
        #expect(try table.column("id").rowLabels() == ["q", "p", "p", nil])
        #expect(sample().selecting(rows: []).rowCount == 0)
    }

    @Test("Selecting only complete rows forgets the reasons")
    func selectingComplete() throws {
        #expect(try sample().selecting(rows: [0, 2]).numbers("y").reasons.isEmpty)
    }

    @Test("Identifiers are interned by their bytes")
    func interning() {
        let column = IdentifierColumn(["a", "b", "a", nil, "\u{e9}", "e\u{301}"])
        #expect(column.names.count == 4 && column.indices == [0, 1, 0, -1, 2, 3])
        #expect(column.isPresent(0) && !column.isPresent(3))
    }

    @Test("Reasons have a word in codebooks, and the word gives the reason back")
    func reasons() {
        for reason in MissingReason.allCases { #expect(MissingReason(codebookWord: reason.codebookWord) == reason) }
        #expect(MissingReason(codebookWord: "lost") == nil)
    }

    @Test("A text exists in its languages, or everywhere")
    func texts() {
        let text = LocalizedText(["nl": "ja", "en": "yes"])
        #expect(text.text(in: "nl") == "ja" && text.text(in: "de") == nil && !text.isEmpty)
        #expect(LocalizedText(everywhere: "x").text(in: "de") == "x" && LocalizedText([:]).isEmpty)
    }
}
