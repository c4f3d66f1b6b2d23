import Testing

@testable import PeilTable

@Suite struct JoinedTablesTests {
    private func table(_ columns: [(String, Column)]) -> Table {
        var table = Table(rowCount: columns[0].1.count)
        for (name, column) in columns { table.set(column, for: Variable(name: name)) }
        return table
    }

    private func codes(_ names: [String], _ values: [String?]) -> Column {
        .categorical(
            CategoricalColumn(
                categories: names.map { Category(code: $0, label: LocalizedText(everywhere: $0)) },
                codes: values.map { value in UInt16(value.flatMap { names.firstIndex(of: $0) } ?? 0) },
                reasons: values.map { $0 == nil ? MissingReason.refused.rawValue : 0 }))
    }

    @Test func rowsStandInTheOrderOfTheTables() throws {
        let one = table([
            ("x", .numeric(NumericColumn(values: [1, 2.5]))), ("who", .identifier(IdentifierColumn(["a", nil])))
        ])
        let two = table([
            ("x", .numeric(NumericColumn(values: [300, 0], reasons: [0, 3]))),
            ("who", .identifier(IdentifierColumn(["b", "a"])))
        ])
        let joined = try Table.joined([one, two], absent: .notAsked)
        #expect(joined.rowCount == 4)
        #expect(try joined.column("x") == .numeric(NumericColumn(values: [1, 2.5, 300, 0], reasons: [0, 0, 0, 3])))
        #expect(try joined.column("who").rowLabels() == ["a", nil, "b", "a"])
    }

    @Test func aColumnThatATableLacksIsAbsentForTheReasonGiven() throws {
        let one = table([("x", .numeric(NumericColumn(values: [1]))), ("q", codes(["1", "2"], ["2"]))])
        let two = table([("x", .numeric(NumericColumn(values: [2]))), ("n", .identifier(IdentifierColumn(["z"])))])
        let joined = try Table.joined([one, two], absent: .notAsked)
        #expect(joined.names == ["x", "q", "n"])
        #expect(try joined.column("q").reason(1) == .notAsked)
        #expect(try joined.column("q").rowLabels() == ["2", nil])
        #expect(try joined.column("n").rowLabels() == [nil, "z"])
    }

    @Test func namesOfAnswersDoNotDependOnTheFileTheyCameInWith() throws {
        let one = table([("place", codes(["b", "d"], ["d", "b", nil]))])
        let two = table([("place", codes(["a", "d"], ["a", "d"]))])
        let forth = try Table.joined([one, two], absent: .notAsked).categories("place")
        let back = try Table.joined([two, one], absent: .notAsked).categories("place")
        #expect(forth.categories.map(\.code) == ["a", "b", "d"] && forth.categories == back.categories)
        #expect((0..<5).map { forth.code($0) } == ["d", "b", nil, "a", "d"])
    }

    @Test func numbersAndAnswersUnderOneNameAreAnError() {
        let one = table([("x", .numeric(NumericColumn(values: [1])))])
        let two = table([("x", codes(["1"], ["1"]))])
        #expect(throws: TableError.otherKind("x")) { try Table.joined([one, two], absent: .notAsked) }
    }

    @Test func aColumnGrowsAsWideAsItsWidestPart() throws {
        let parts = [[1.0], [40_000], [0.5]].map { table([("x", .numeric(NumericColumn(values: $0)))]) }
        #expect(try Table.joined(parts, absent: .notAsked).numbers("x").values == [1, 40_000, 0.5])
        #expect(try Table.joined([parts[0]], absent: .notAsked) == parts[0])
    }
}
