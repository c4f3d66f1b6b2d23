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
