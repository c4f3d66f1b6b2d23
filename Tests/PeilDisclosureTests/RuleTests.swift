import Foundation
import PeilDisclosure
import Testing

/// One rule at a time.
struct RuleTests {
    @Test func `a base under ten or under fifty shows nothing, not even its size`() throws {
        for base in [0, 9, 10, 49] {
            let row = try Draft.alone(Draft.figure("q", count: base / 2, base: base))
            #expect(row.status == .tooFew && row.reason == .smallBase)
            #expect(row.n == nil && row.estimate == nil && row.lower == nil)
        }
    }

    @Test func `one to nine people, or all but one to nine, are hidden`() throws {
        for count in [1, 9, 191, 199] {
            let row = try Draft.alone(Draft.figure("q", count: count, base: 200))
            #expect(row.status == .suppressed && row.reason == .confidential && row.n == nil)
        }
        for count in [0, 10, 190, 200] {
            #expect(try Draft.alone(Draft.figure("q", count: count, base: 200)).status == .released)
        }
    }

    @Test func `weak figures are shown with a warning`() throws {
        #expect(try Draft.alone(Draft.figure("q", count: 30, base: 99)).reason == .indicativeBase)
        #expect(
            try Draft.alone(Draft.figure("q", count: 30, base: 200, effectiveN: 99)).reason == .indicativeEffectiveN)
        #expect(try Draft.alone(Draft.figure("q", count: 60, base: 200, width: 0.21)).reason == .wideInterval)
        #expect(try Draft.alone(Draft.figure("q", count: 60, base: 200, width: 0.20)).status == .released)
    }

    @Test func `nought and a hundred per cent of a small base become a bound`() throws {
        let none = try Draft.alone(Draft.figure("q", count: 0, base: 80, width: 0.09))
        guard case .below(let limit) = none.bound else {
            Issue.record("no bound")
            return
        }
        #expect(limit == 0.05 && none.estimate == nil && none.lower == nil)
        let all = try Draft.alone(Draft.figure("q", count: 80, base: 80, width: 0.09))
        guard case .above(let floor) = all.bound else {
            Issue.record("no bound")
            return
        }
        #expect(floor == 0.95)
        #expect(try Draft.alone(Draft.figure("q", count: 0, base: 100)).bound == nil)
    }

    @Test func `sensitive questions stay at the region and hide what nearly everybody in a group said`() throws {
        let area = Draft.figure("q", area: "A", count: 100, base: 200)
        #expect(try Draft.alone(area, isSensitive: true).reason == .sensitiveBelowRegion)
        let group = Draft.figure("q", segment: "S", count: 185, base: 200)
        #expect(try Draft.alone(group, isSensitive: true).reason == .confidential)
        #expect(try Draft.alone(group).status == .released)
        let region = Draft.figure("q", count: 185, base: 200)
        #expect(try Draft.alone(region, isSensitive: true).status == .released)
    }

    @Test func `numbers are rounded for the page and one step finer for tables`() throws {
        let row = try Draft.alone(Draft.figure("q", count: 63, base: 200, estimate: 0.31449))
        #expect(row.estimate == 0.31 && row.tableEstimate == 0.314 && row.lower == 0.26 && row.tableLower == 0.264)
        let small = try Draft.alone(Draft.figure("q", count: 30, base: 90, estimate: 0.3333))
        #expect(small.tableEstimate == nil && small.standardError == nil && small.effectiveN == nil && small.n == 90)
        let people = try Draft.alone(Draft.figure("q", count: 60, base: 200, statistic: .people, estimate: 176_432))
        #expect(people.estimate == 176_000)
        let few = try Draft.alone(Draft.figure("q", count: 60, base: 200, statistic: .people, estimate: 8_651))
        #expect(few.estimate == 8_700)
    }

    @Test func `a difference that contradicts the rounded values is left out`() throws {
        func row(_ share: Double, _ difference: Double) throws -> ReleasedRow {
            let contrast = FigureContrast(
                reference: "rest", difference: difference, p: 0.00001, adjustedP: 0.04997, family: "f")
            return try Draft.alone(Draft.figure("q", count: 80, base: 200, estimate: share, contrast: contrast))
        }
        let contradicting = try row(0.364, 0.038)
        #expect(contradicting.difference == 0.04 || contradicting.difference == nil)
        #expect(try row(0.364, 0.036).difference == nil)
        let kept = try row(0.36, 0.05)
        #expect(
            kept.difference == 0.05 && kept.referenceEstimate == 0.31 && kept.p == 0.0001 && kept.adjustedP == 0.0499)
    }

    @Test func `people follow the status of their share`() throws {
        let figures = [
            Draft.figure("q", count: 5, base: 200),
            Draft.figure("q", count: 50, base: 200, statistic: .people, estimate: 40_000)
        ]
        let rows = try Draft.release(figures, [Draft.question("q", levels: ["1"])]).rows
        #expect(rows.allSatisfy { $0.status == .suppressed && $0.estimate == nil })
    }

    @Test func `small facts say fewer than ten, and their complement is left out`() throws {
        let facts = [("A", 4), ("B", 60), ("C", 20), ("", 84)].map {
            Fact(topic: "quality", key: "k", area: $0.0, value: .count($0.1))
        }
        let released = try Draft.release([], [], areas: ["A", "B", "C"], facts: facts).facts
        #expect(released.map(\.area) == ["", "A", "B"])
        guard case .fewerThan(10) = released[1].value else {
            Issue.record("4 is shown")
            return
        }
    }

    @Test func `thresholds keep to the floor and to their order`() {
        #expect(throws: DisclosureError.floor(2, lowest: 3)) { try DisclosureRules(minimumFrequency: 2) }
        #expect(throws: DisclosureError.self) { try DisclosureRules(minimumBase: 200) }
        #expect(throws: DisclosureError.outOfRange("shareStep")) { try DisclosureRules(shareStep: 0) }
    }

    @Test func `drafts that contradict themselves are refused`() throws {
        let figure = Draft.figure("q", count: 50, base: 200)
        let known = [Draft.question("q", levels: ["1"])]
        #expect(throws: DisclosureError.duplicateFigure(rowID: "q.1.-.-.share")) {
            try Draft.release([figure, figure], known)
        }
        #expect(throws: DisclosureError.unknownName(rowID: "q.1.-.-.share")) {
            try Draft.release([figure], [Draft.question("other", levels: [])])
        }
        #expect(throws: DisclosureError.badFigure(rowID: "q.1.-.-.share")) {
            try Draft.release([Draft.figure("q", count: 50, base: 200, estimate: .nan)], known)
        }
    }
}
