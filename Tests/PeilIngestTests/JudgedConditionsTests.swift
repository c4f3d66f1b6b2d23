import PeilTable
import Testing

@testable import PeilIngest

/// Conditions that a study writes in the codebook's language.
struct JudgedConditionsTests {
    private let table: Table = {
        var table = Table(rowCount: 4)
        table.set(
            .numeric(NumericColumn(values: [1, 2, 0, 1], reasons: [0, 0, MissingReason.refused.rawValue, 0])),
            for: Variable(name: "a"))
        table.set(
            .numeric(NumericColumn(values: [5, 5, 1, 0], reasons: [0, 0, 0, MissingReason.dontKnow.rawValue])),
            for: Variable(name: "b"))
        return table
    }()

    @Test("All must hold; one that fails decides; else what is absent says so")
    func column() throws {
        let conditions = try #require(JudgedConditions("a == 1 and b >= 5"))
        let column = try conditions.column(of: table)
        #expect(column.values == [1, 0, 0, 0])
        #expect((0..<4).map { column.isPresent($0) } == [true, true, true, false], "row 3 fails by b alone")
        #expect(column.reason(3) == .dontKnow)
        #expect(conditions.variables == ["a", "b"])
        #expect(conditions.comparedCodes.map(\.codes) == [["1"]])
    }

    @Test("What cannot be read is none, and a condition is written as it is read")
    func texts() throws {
        for text in ["", "a", "a =", "a = 1", "a == 1 or b == 2", "a in []", "1 == a"] {
            #expect(JudgedConditions(text) == nil, "\(text)")
        }
        for text in ["a in [1, 2]", "a != 3", "a answered", "a <= 4"] {
            let condition = try #require(Condition.parse(text)?.first)
            #expect(condition.text == text && Condition.parse(condition.text) == [condition])
        }
    }
}
