import PeilTable
import Testing

@testable import PeilIngest

struct AnalysisTableTests {
    private func read(_ text: String, columns: Set<String>? = nil, missing: String? = nil) throws -> Table {
        try AnalysisTableReader.read(bytes: Array(text.utf8), columns: columns, missingValue: missing)
    }

    @Test func typesFollowFromTheCells() throws {
        let table = try read("id,y,g\n1,2.5,b\n2,,a\n3,4,b\n")
        #expect(try table.numbers("y") == NumericColumn(values: [2.5, 0, 4], reasons: [0, 1, 0]))
        let groups = try table.categories("g")
        #expect(groups.categories.map(\.code) == ["a", "b"])
        #expect(groups.codes == [1, 0, 1])
    }

    @Test func theWordNAIsAbsentOnlyWhereDeclared() throws {
        #expect(try read("y\n1\nNA\n").categories("y").categories.count == 2)
        #expect(try read("y\n1\nNA\n", missing: "NA").numbers("y").reason(1) == .notAnswered)
    }

    @Test("Small numbers of many rows at once, against cells one by one")
    func smallNumbers() throws {
        var random = Numbers(state: 31)
        let cells = [
            ["1", "2", "9", ""], ["1", "12", "99", "0", ""], ["7", "100", ""], ["3", "\"4\"", ""], ["5", "-5"],
            ["8", "x"], ["", ""],
            ["01", "2"], ["1", " 2"], ["0.5", "5"]
        ]
        for rows in [1, 63, 64, 65, 700] {
            var lines = [cells.indices.map { "c\($0)" }.joined(separator: ",")]
            for _ in 0..<rows { lines.append(cells.map { $0[random.next(below: $0.count)] }.joined(separator: ",")) }
            let text = lines.joined(separator: "\n") + (rows % 2 == 0 ? "\n" : "")
            // Where a word stands for no answer, cells are looked at one by one.
            #expect(try read(text) == read(text, missing: "NA"))
        }
        #expect(try read("a,b\n5,12\n,3\n").numbers("a") == NumericColumn(values: [5, 0], reasons: [0, 1]))
        #expect(try read("a,b\n5,12\n,3\n").numbers("b").values == [12, 3])
    }

    @Test func decimalCommasOfASemicolonFile() throws {
        #expect(try read("a;y\nx;1,5\nz;2,25\n").numbers("y").values == [1.5, 2.25])
        #expect(try read("a,y\nx,1.5\nz,2.25\n").numbers("y").values == [1.5, 2.25])
    }

    @Test func onlyNamedColumnsAreDecoded() throws {
        #expect(try read("a,b,c\n1,2,3\n", columns: ["c"]).names == ["c"])
        #expect(errorCode { _ = try read("a,b\n1,2\n", columns: ["bb"]) } == "MISSING_COLUMN")
    }

    @Test func wordsForInfinityStayWords() throws {
        #expect(try read("y\n1\ninf\n").categories("y").categories.map(\.code) == ["1", "inf"])
        #expect(errorCode { _ = try read("y,z\n1\n2,3\n") } == "RAGGED_SHORT")
    }

    @Test func anAbsentFileIsExit66() {
        do {
            _ = try AnalysisTableReader.read(path: "/nowhere/at-all.csv")
            Issue.record("no error")
        } catch { #expect(error.exitCode == 66) }
    }
}
