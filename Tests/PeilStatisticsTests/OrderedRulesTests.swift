import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

@Suite("Ordered rules")
struct OrderedRulesTests {
    private let table = Table.of(numbers: ["a": [5, 5, 1, nil, nil, 3], "b": [1, 5, 5, 5, nil, 1]])

    private func atLeast(_ column: String, _ value: String) -> OrderedRules.Condition {
        .answer(RowCondition(column: column, comparison: .greaterOrEqual, values: [value]))
    }

    private func segments(_ rules: OrderedRules) throws -> [String] {
        let fit = try rules.score(table)
        return fit.codeOfRow.map { fit.codes[Int($0)] }
    }

    @Test("The first rule that holds decides; a missing answer makes its condition false")
    func order() throws {
        let high = OrderedRules.Rule(code: "A", condition: atLeast("a", "4"))
        let other = OrderedRules.Rule(code: "B", condition: atLeast("b", "4"))
        let rules = OrderedRules(
            inputs: ["a", "b"], maximumMissing: 1, unclassified: "?", rules: [high, other], otherwise: "Z")
        #expect(try segments(rules) == ["A", "A", "B", "B", "?", "Z"])
        #expect(rules.codes == ["A", "B", "Z", "?"])
        let reversed = OrderedRules(
            inputs: ["a", "b"], maximumMissing: 1, unclassified: "?", rules: [other, high], otherwise: "Z")
        #expect(try segments(reversed) == ["A", "B", "B", "B", "?", "Z"])
    }

    @Test("All and any; with nothing in them they hold for everyone and no one")
    func composed() throws {
        func only(_ condition: OrderedRules.Condition) throws -> [String] {
            try segments(
                OrderedRules(
                    inputs: [], maximumMissing: 0, unclassified: "?", rules: [.init(code: "1", condition: condition)],
                    otherwise: "0"))
        }
        #expect(try only(.all([atLeast("a", "4"), atLeast("b", "4")])) == ["0", "1", "0", "0", "0", "0"])
        #expect(try only(.any([atLeast("a", "4"), atLeast("b", "4")])) == ["1", "1", "1", "1", "0", "0"])
        #expect(try only(.all([])) == ["1", "1", "1", "1", "1", "1"])
        #expect(try only(.any([])) == ["0", "0", "0", "0", "0", "0"])
    }

    @Test(
        "More missing inputs than allowed leave a respondent unplaced, even where a rule holds",
        arguments: [
            (0, ["A", "A", "Z", "?", "?", "Z"]), (1, ["A", "A", "Z", "Z", "?", "Z"]),
            (2, ["A", "A", "Z", "Z", "Z", "Z"])
        ])
    func missing(maximum: Int, expected: [String]) throws {
        let rules = OrderedRules(
            inputs: ["a", "b"], maximumMissing: maximum, unclassified: "?",
            rules: [.init(code: "A", condition: atLeast("a", "4"))], otherwise: "Z")
        #expect(try segments(rules) == expected)
    }

    @Test("Shifted thresholds move the named variables only")
    func shifted() throws {
        let rules = OrderedRules(
            inputs: [], maximumMissing: 0, unclassified: "?",
            rules: [
                .init(code: "A", condition: .all([atLeast("a", "3")])),
                .init(code: "B", condition: .any([atLeast("b", "5")]))
            ], otherwise: "Z")
        #expect(try segments(rules) == ["A", "A", "B", "B", "Z", "A"])
        #expect(try segments(rules.shifted(by: 0.5, on: ["a"])) == ["A", "A", "B", "B", "Z", "Z"])
        #expect(try segments(rules.shifted(by: 0.5, on: ["b"])) == ["A", "A", "Z", "Z", "Z", "A"])
        #expect(try segments(rules.shifted(by: 0.5, on: []).shifted(by: -0.5, on: ["a"])) == segments(rules))
    }

    @Test("A rule on an unknown variable is an error")
    func unknown() {
        let rules = OrderedRules(
            inputs: [], maximumMissing: 0, unclassified: "?", rules: [.init(code: "A", condition: atLeast("z", "1"))],
            otherwise: "Z")
        #expect(throws: TableError.unknownColumn("z", known: ["a", "b"])) { try rules.score(table) }
    }
}
