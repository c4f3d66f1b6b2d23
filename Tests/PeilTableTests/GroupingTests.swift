import PeilTable
import PeilTestSupport
import Testing

@Suite("Grouping")
struct GroupingTests {
    @Test("Numbers go by value, also as codes; other keys by their bytes")
    func order() {
        let numbers = Grouping.cross([("n", .numeric(.of([10, 9, 2.5, -1, 9])))])
        #expect(numbers.keys == [["-1"], ["2.5"], ["9"], ["10"]])
        #expect(numbers.groupOfRow == [3, 2, 1, 0, 2])
        let codes = Grouping.cross([("c", .categorical(.of(["10", "9", "11", "9"])))])
        #expect(codes.keys == [["9"], ["10"], ["11"]])
        let names = Grouping.cross([
            ("g", .identifier(IdentifierColumn(["Delft", "’s-Gravenhage", "Den Haag", "delft"])))
        ])
        #expect(names.keys == [["Delft"], ["Den Haag"], ["delft"], ["’s-Gravenhage"]])
    }

    @Test("Numbers stand before other codes, whatever order the rows have")
    func mixedKeys() {
        // By bytes "10" < "1a" < "2", by value 2 < 10: without a rule the order would run in a circle.
        for codes in [["2", "10", "1a"], ["10", "1a", "2"], ["1a", "2", "10"], ["1a", "10", "2"]] {
            #expect(Grouping.cross([("c", .identifier(IdentifierColumn(codes)))]).keys == [["2"], ["10"], ["1a"]])
        }
        let words = Grouping.cross([("c", .identifier(IdentifierColumn(["nan", "3", "inf", "a"])))])
        #expect(words.keys == [["3"], ["a"], ["inf"], ["nan"]], "words that parse as numbers are words")
    }

    @Test("A cross holds the combinations that occur, the first variable outermost")
    func cross() {
        let grouping = Grouping.cross([
            ("sex", .categorical(.of(["m", "v", "m", "v", "m"]))),
            ("age", .numeric(.of([20, 20, 10, 10, 20])))
        ])
        #expect(grouping.variables == ["sex", "age"])
        #expect(grouping.keys == [["m", "10"], ["m", "20"], ["v", "10"], ["v", "20"]])
        #expect(grouping.groupOfRow == [1, 3, 0, 2, 1])
        let fewer = Grouping.cross([("sex", .categorical(.of(["m", "v"]))), ("age", .numeric(.of([1, 2])))])
        #expect(fewer.keys == [["m", "1"], ["v", "2"]])
    }

    @Test("A row that lacks one key is in no group and makes none")
    func missing() {
        let grouping = Grouping.cross([
            ("sex", .categorical(.of(["m", nil, "v", "m"]))),
            ("age", .numeric(.of([1, 1, nil, 2])))
        ])
        #expect(grouping.groupOfRow == [0, -1, -1, 1])
        #expect(grouping.keys == [["m", "1"], ["m", "2"]])
    }

    @Test("Row order changes the groups of rows and nothing else")
    func rowOrder() {
        let codes = ["b", nil, "a", "10", "9", "a", "c"]
        let forward = Grouping.cross([("c", .categorical(.of(codes)))])
        let backward = Grouping.cross([("c", .categorical(.of(codes.reversed())))])
        #expect(forward.keys == backward.keys)
        #expect(forward.groupOfRow == backward.groupOfRow.reversed())
    }

    @Test("Composed and decomposed accents are two groups")
    func accents() {
        let codes = ["caf\u{e9}", "cafe\u{301}", "caf\u{e9}"]
        let names = Grouping.cross([("g", .identifier(IdentifierColumn(codes)))])
        #expect(names.count == 2 && names.groupOfRow == [1, 0, 1])
        let categories = Grouping.cross([("g", .categorical(.of(codes)))])
        #expect(categories.count == 2 && categories.groupOfRow == [1, 0, 1])
    }

    @Test("Everyone is one group without a key")
    func everyone() {
        let grouping = Grouping.everyone(rowCount: 3)
        #expect(
            grouping.groupOfRow == [0, 0, 0] && grouping.keys == [[]] && grouping.variables.isEmpty
                && grouping.count == 1)
    }

    @Test("Codes are written as files write them")
    func shortest() {
        #expect(
            [3, -0.5, 1e14, 0.1, -7, 1e300].map(shortestText) == ["3", "-0.5", "100000000000000", "0.1", "-7", "1e+300"]
        )
        #expect(Column.numeric(.of([1, nil, 2.5])).rowLabels() == ["1", nil, "2.5"])
    }
}
