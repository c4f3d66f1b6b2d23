import PeilDisclosure
import Testing

/// Tests against the rest, figures that the attack cannot model, and the record of the attack.
struct ReleaseRecordTests {
    private static let contrast = FigureContrast(
        reference: "rest", difference: 0.1, p: 0.01, adjustedP: 0.02, family: "f")

    private func rows(_ counts: [(area: String, count: Int, base: Int)]) throws -> ReleasedRows {
        let figures = counts.map {
            Draft.figure(
                "q", area: $0.area, count: $0.count, base: $0.base, contrast: $0.area.isEmpty ? nil : Self.contrast)
        }
        return try Draft.release(figures, [Draft.question("q", levels: ["1"])], areas: ["A", "B", "C"]).rows
    }

    // MARK: Tests against the rest

    @Test func `the test of an area against the rest does not tell the share of a rest that is small`() throws {
        for base in [8, 30] {
            let rows = try rows([("A", 80, 200), ("B", base / 2, base)])
            #expect(rows[0].n == 200 && rows[0].estimate == 0.4)
            #expect(rows[0].referenceEstimate == nil && rows[0].difference == nil && rows[0].p == nil)
        }
        let rows = try rows([("A", 80, 200), ("B", 30, 60)])
        #expect(rows[0].referenceEstimate == 0.3 && rows[0].p == 0.01)
    }

    @Test func `where the region is hidden no test tells it`() throws {
        let shown = try rows([("", 200, 500), ("A", 80, 200), ("B", 120, 300)])
        #expect(shown.filter { $0.referenceEstimate != nil }.count == 2)
        let hidden = try rows([("", 5, 500), ("A", 0, 200), ("B", 5, 300)])
        #expect(hidden.allSatisfy { $0.referenceEstimate == nil && $0.p == nil })
    }

    // MARK: What a row tells of its base

    @Test func `a row that prints a margin, an interval or a test prints its base`() throws {
        for count in [0, 1, 5, 9, 10, 40, 100, 191, 200] {
            for base in [0, 5, 9, 10, 49, 50, 99, 100, 200] where count <= base {
                for statistic in FigureName.Statistic.allCases {
                    let row = try Draft.alone(
                        Draft.figure(
                            "q", count: statistic == .mean ? nil : count, base: base, statistic: statistic,
                            contrast: Self.contrast))
                    let numbers = [
                        row.estimate, row.tableEstimate, row.standardError, row.lower, row.upper, row.tableLower,
                        row.tableUpper, row.effectiveN, row.designEffect, row.missingShare, row.referenceEstimate,
                        row.difference, row.p, row.adjustedP, row.detectableChange
                    ]
                    let says = numbers.contains { $0 != nil } || row.bound != nil || row.degreesOfFreedom != nil
                    #expect(says == (row.n != nil), "\(statistic) \(count) of \(base)")
                }
            }
        }
    }

    // MARK: Figures that are not modelled

    private func release(
        _ unmodelled: [UnmodelledFigure], _ rules: DisclosureRules
    ) throws(DisclosureError) -> Publication {
        let subject = Draft.subject([Draft.question("q", levels: ["1"])], areas: ["A", "B", "C"])
        let figures = [("", 300, 800), ("A", 4, 8), ("B", 146, 392), ("C", 150, 400)].map {
            Draft.figure("q", area: $0.0, count: $0.1, base: $0.2)
        }
        var draft = PublicationDraft(subject: subject, figures: figures, facts: [])
        draft.unmodelled = unmodelled
        return try rules.release(draft).content
    }

    private func median(_ id: String, base: Int, area: String = "") -> UnmodelledFigure {
        UnmodelledFigure(
            id: id, kind: .quantile, base: base, numbers: [.init("median", 23.4567, step: 0.1)], area: area)
    }

    @Test func `what the attack cannot model needs fifty respondents whatever the study says`() throws {
        let rules = try DisclosureRules(minimumFrequency: 5, minimumBase: 20)
        let made = try release([median("b", base: 54), median("a", base: 49), median("c", base: 300, area: "A")], rules)
        #expect(made.unmodelled.map(\.id) == ["a", "b", "c"], "in the order of their ids")
        #expect(made.unmodelled.map(\.status) == [.tooFew, .released, .tooFew], "A is hidden in a table")
        #expect(made.unmodelled.map(\.baseAtLeast) == [nil, 50, nil])
        #expect(made.unmodelled.map { $0.numbers.map(\.value) } == [[], [23.5], []])
        #expect(made.attackLine.contains("not modelled by the attack: a, b, c"))
    }

    @Test func `figures twice, of unknown areas or without a number are errors`() throws {
        let rules = try DisclosureRules()
        #expect(throws: DisclosureError.duplicateFigure(rowID: "a")) {
            try release([median("a", base: 90), median("a", base: 90)], rules)
        }
        #expect(throws: DisclosureError.unknownName(rowID: "a")) {
            try release([median("a", base: 90, area: "X")], rules)
        }
        let bad = UnmodelledFigure(id: "a", kind: .alpha, base: 90, numbers: [.init("alpha", .infinity, step: 0.01)])
        #expect(throws: DisclosureError.badFigure(rowID: "a")) { try release([bad], rules) }
    }

    // MARK: The record

    @Test func `the record counts what was hidden and says how open the tightest lies`() throws {
        let record = try release([], DisclosureRules()).attack
        // A is too small, and B, the smaller of the others, hides A's base. Nobody prints the rest of each of four groups, who
        // are those that did not give the answer; sums tie all of them together.
        #expect(record.hiddenCells == 2 && record.hiddenBases == 2)
        #expect(record.unknowns == 8 && record.systems == 1)
        #expect(record.narrowestTimesAsked.map { $0 >= 1 } == true)
        let open = try Draft.release(
            [Draft.figure("q", count: 50, base: 200)], [Draft.question("q", levels: ["1"])])
        #expect(open.attack.unknowns == 0 && open.attack.narrowestTimesAsked == nil)
    }
}
