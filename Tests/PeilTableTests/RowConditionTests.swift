import PeilTable
import PeilTestSupport
import Testing

@Suite("Row condition")
struct RowConditionTests {
    private let table = Table.of(
        numbers: ["age": [17, 18, 19, nil, 18.5]],
        codes: ["score": ["1", "2", "10", nil, "2"], "town": ["caf\u{e9}", "cafe\u{301}", "x", nil, "x"]])

    private func mask(_ column: String, _ comparison: RowCondition.Comparison, _ values: String...) throws -> [Bool] {
        try RowCondition(column: column, comparison: comparison, values: values).mask(of: table)
    }

    @Test(
        "Numbers compare by value; a missing answer meets nothing",
        arguments: [
            (.equal, [false, true, false, false, false]), (.notEqual, [true, false, true, false, true]),
            (.less, [true, false, false, false, false]), (.lessOrEqual, [true, true, false, false, false]),
            (.greater, [false, false, true, false, true]), (.greaterOrEqual, [false, true, true, false, true]),
            (.isOneOf, [false, true, false, false, false]), (.isPresent, [true, true, true, false, true])
        ] as [(RowCondition.Comparison, [Bool])])
    func numbers(comparison: RowCondition.Comparison, expected: [Bool]) throws {
        #expect(try mask("age", comparison, "18.0") == expected)
    }

    @Test(
        "Codes that are numbers have an order by value, not by text",
        arguments: [
            (.equal, [false, true, false, false, true]), (.notEqual, [true, false, true, false, false]),
            (.less, [true, false, false, false, false]), (.lessOrEqual, [true, true, false, false, true]),
            (.greater, [false, false, true, false, false]), (.greaterOrEqual, [false, true, true, false, true]),
            (.isOneOf, [false, true, false, false, true]), (.isPresent, [true, true, true, false, true])
        ] as [(RowCondition.Comparison, [Bool])])
    func codes(comparison: RowCondition.Comparison, expected: [Bool]) throws {
        #expect(try mask("score", comparison, "2") == expected)
        #expect(try mask("score", comparison, "2.0") == expected, "2 and 2.0 are one number")
    }

    @Test("Every operator is in the two lists above")
    func operators() {
        #expect(
            RowCondition.Comparison.allCases.map(\.rawValue) == ["==", "!=", "<", "<=", ">", ">=", "in", "notmissing"])
    }

    @Test("One of several")
    func oneOf() throws {
        #expect(try mask("age", .isOneOf, "17", "19") == [true, false, true, false, false])
        #expect(try mask("town", .isOneOf, "x", "y") == [false, false, true, false, true])
    }

    @Test("Composed and decomposed accents stay apart")
    func accents() throws {
        #expect(try mask("town", .equal, "caf\u{e9}") == [true, false, false, false, false])
        #expect(try mask("town", .equal, "cafe\u{301}") == [false, true, false, false, false])
        #expect(try mask("town", .notEqual, "caf\u{e9}") == [false, true, true, false, true])
    }

    @Test("Identifiers compare like codes")
    func identifiers() throws {
        var other = Table(rowCount: 3)
        other.set(.identifier(IdentifierColumn(["7", nil, "12"])), for: Variable(name: "id"))
        #expect(
            try RowCondition(column: "id", comparison: .greater, values: ["8"]).mask(of: other) == [false, false, true])
        #expect(
            try RowCondition(column: "id", comparison: .isPresent, values: []).mask(of: other) == [true, false, true])
    }

    @Test("What has no order or no such column is an error with its name")
    func errors() {
        #expect(throws: TableError.notNumeric("town")) { try mask("town", .less, "3") }
        #expect(throws: TableError.notNumeric("score")) { try mask("score", .less, "many") }
        #expect(throws: TableError.notNumeric("age")) { try mask("age", .equal, "old") }
        #expect(throws: TableError.unknownColumn("size", known: ["age", "score", "town"])) {
            try mask("size", .equal, "1")
        }
    }
}
