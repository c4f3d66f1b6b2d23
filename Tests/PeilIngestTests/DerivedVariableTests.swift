import PeilTable
import Testing

@testable import PeilIngest

/// Each form of derived variable, with present, refused, unanswered and unasked inputs.
struct DerivedVariableTests {
    private static let variables = """
        languages: [nl]
        variables:
        - {id: q, type: int}
        - {id: a, type: int, missing: [{code: 8, kind: dont_know}, {code: 9, kind: refused}], ask_if: q == 1}
        - {id: b, type: int, missing: [{code: 8, kind: dont_know}, {code: 9, kind: refused}], ask_if: q == 1}
        - {id: g, type: code, labels: [x, y, z]}

        """
    /// a and b: both there; one refused; one empty; both absent for two reasons; neither asked.
    private static let text = "q;a;b;g\n1;1;5;x\n1;3;9;y\n1;;4;z\n1;8;9;x\n2;;;y\n"

    private func derive(_ form: String) throws -> [String] {
        try values(wave(Self.text, Self.variables + "derived:\n- {id: d, \(form)}\n"), "d")
    }

    @Test func bands() throws {
        #expect(
            try derive("bands: {of: b, edges: [4.5, 5], labels: [low, high]}") == [
                "high", "(refused)", "(technical)", "(refused)", "(not_asked)"
            ])
        #expect(
            try derive("bands: {of: b, edges: [0, 5], labels: [\"<5\", \"5+\"]}") == [
                "5+", "(refused)", "<5", "(refused)", "(not_asked)"
            ])
    }

    @Test func recode() throws {
        #expect(
            try derive("recode: {of: g, to: [{code: one, from: [x, y]}], otherwise: not_asked}") == [
                "one", "one", "(not_asked)", "one", "one"
            ])
    }

    @Test func mean() throws {
        #expect(try derive("mean: {of: [a, b], min_answered: 1}") == ["3", "3", "4", "(refused)", "(not_asked)"])
        #expect(
            try derive("mean: {of: [a, b], min_answered: 2}") == [
                "3", "(refused)", "(not_answered)", "(refused)", "(not_asked)"
            ])
        #expect(
            try derive("mean: {of: [a, b], low: 1, high: 5, rescale: true, min_answered: 1}") == [
                "50", "50", "75", "(refused)", "(not_asked)"
            ])
        #expect(
            try derive("mean: {of: [a, b], low: 1, high: 5, reverse: [b], min_answered: 1}") == [
                "1", "3", "2", "(refused)", "(not_asked)"
            ])
    }

    @Test func linearSumAndConstant() throws {
        #expect(
            try derive("linear: {of: b, times: 1.5, plus: -0.5}") == [
                "7", "(refused)", "5.5", "(refused)", "(not_asked)"
            ])
        #expect(
            try derive("sum: {of: [a, b], min_answered: 2}") == [
                "6", "(refused)", "(not_answered)", "(refused)", "(not_asked)"
            ])
        #expect(try derive("constant: {value: 1}") == ["1", "1", "1", "1", "1"])
    }

    @Test func count() throws {
        #expect(
            try derive("count: {where: [\"a <= 3\", \"b in [4, 5]\"], min_answered: 1}") == [
                "2", "1", "1", "(refused)", "(not_asked)"
            ])
        #expect(
            try derive("count: {where: [\"a <= 3\", \"b in [4, 5]\"]}") == [
                "2", "(refused)", "(not_answered)", "(refused)", "(not_asked)"
            ])
    }

    @Test func anyAllAndAtLeast() throws {
        let conditions = "where: [\"a == 3\", \"b == 5\"]"
        #expect(try derive("any: {\(conditions)}") == ["1", "1", "(not_answered)", "(refused)", "(not_asked)"])
        #expect(try derive("all: {\(conditions)}") == ["0", "(refused)", "0", "(refused)", "(not_asked)"])
        #expect(
            try derive("at_least: {count: 1, \(conditions)}") == [
                "1", "1", "(not_answered)", "(refused)", "(not_asked)"
            ])
        let labelled = try wave(
            Self.text,
            Self.variables
                + "derived:\n- {id: d, any: {where: [q == 1], labels: [{code: 0, nl: niet}, {code: 1, nl: wel}]}}\n")
        #expect(try labelled.table.categories("d").categories.map { $0.label.text(in: "nl") } == ["niet", "wel"])
    }

    @Test func paste() throws {
        #expect(
            try derive("paste: {of: [g, b], separator: \"-b\"}") == [
                "x-b5", "(refused)", "z-b4", "(refused)", "(not_asked)"
            ])
    }

    @Test func derivedVariablesBuildOnEachOther() throws {
        let yaml = Self.variables + "derived:\n- {id: s, linear: {of: a, times: 2}}\n- {id: d, mean: {of: [s, b]}}\n"
        #expect(try values(wave(Self.text, yaml), "d") == ["3.5", "6", "4", "(refused)", "(not_asked)"])
    }

    @Test func notAskedIsTheReasonOnlyWhereNothingWasAsked() {
        var reason = StrongestReason()
        reason.add(.notAsked)
        #expect(reason.reason == .notAsked)
        reason.add(.notAnswered)
        #expect(reason.reason == .notAnswered)
        reason.add(.dontKnow)
        reason.add(.refused)
        #expect(reason.reason == .refused)
    }
}
