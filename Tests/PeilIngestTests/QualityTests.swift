import PeilTable
import Testing

@testable import PeilIngest

@Suite struct QualityTests {
    private let grid = """
        languages: [nl]
        csv: {delimiter: ";"}
        answer_sets: {five: {labels: [1, 2, 3, 4, 5], missing: [{code: 8, kind: dont_know}, {code: 9, kind: refused}]}}
        variables:
        - {id: nr, type: id, unique: true}
        - {id: t, type: int, may_be_absent: true}
        - {id: a, type: code, answers: five, required: true}
        - {id: b, type: code, answers: five, required: true}
        - {id: c, type: code, answers: five, required: true}
        - {id: d, type: code, answers: five, ask_if: "a in [1, 2]"}

        """

    @Test func itemNonResponseIsOfThoseAskedWorstFirst() throws {
        let read = try wave("nr;a;b;c;d\n1;1;1;1;8\n2;2;1;;\n3;4;1;1;\n4;5;9;1;\n", grid)
        #expect(read.quality.itemMissing.map(\.variable) == ["d", "b", "c"])
        #expect(read.quality.itemMissing.map(\.asked) == [2, 4, 4])
        #expect(read.quality.itemMissing.map(\.share) == [1, 0.25, 0.25])
        #expect(read.quality.itemMissing[0].countByReason == ["dont_know": 1, "not_answered": 1, "not_asked": 2])
    }

    @Test func breakOffsAndPartialInterviewsAsAAPORNamesThem() throws {
        let rule = grid + "completeness: {needs: [t], minimum_required_share: 0.5, complete_share: 0.8}\n"
        // Three, two, one answers; no duration; don't know and refused count as answers.
        let text = "nr;t;a;b;c;d\n1;9;3;3;3;\n2;9;3;3;;\n3;9;3;;;\n4;;3;3;3;\n5;9;8;9;3;\n"
        let read = try wave(text, rule)
        #expect(
            read.quality.completeness
                == .init(complete: 2, partialInterviews: 1, breakOffs: 1, withoutNeeds: 1))
        #expect(read.quality.partials == 2)
        #expect(try values(read, "nr") == ["1", "2", "5"])
    }

    @Test func speedersAreFlaggedInAColumnAndStay() throws {
        let text = "nr;t;a;b;c;d\n1;100;3;3;3;\n2;200;3;3;4;\n3;300;3;3;4;\n4;400;3;3;4;\n5;;3;3;4;\n6;40;3;3;4;\n"
        // Median of 40, 100, 200, 300, 400 is 200.
        let half = try wave(text, grid + "speeders: {variable: t, share_of_median: 0.5}\n")
        #expect(try values(half, "flag_speeder") == ["0", "0", "0", "0", "(not_answered)", "1"])
        #expect(half.quality.speeders == 1 && half.quality.speederBound == 100)
        #expect(half.quality.speederFinding?.lines == [7] && half.quality.speederFinding?.judged == 5)
        let seconds = try wave(text, grid + "speeders: {variable: t, seconds: 150}\n")
        #expect(seconds.quality.speeders == 2)
        let removed = try wave(text, grid + "speeders: {variable: t, seconds: 150, remove: true}\n")
        #expect(try values(removed, "nr") == ["2", "3", "4", "5"])
        #expect(removed.quality.exclusions == [.init(rule: "speeders", count: 2)])
        #expect(removed.quality.isBalanced)
    }

    @Test func theMedianOfAnEvenNumberLiesBetweenTheMiddleTwo() throws {
        let read = try wave(
            "nr;t;a;b;c;d\n1;100;3;3;3;\n2;200;3;3;4;\n", grid + "speeders: {variable: t, share_of_median: 1}\n")
        #expect(read.quality.speederBound == 150)
    }

    @Test func straightlinersByShareAndWithDontKnow() throws {
        let text = "nr;a;b;c;d\n1;3;3;3;\n2;3;3;4;\n3;8;8;8;\n4;3;3;8;\n5;1;1;1;1\n6;3;;3;\n"
        func flagged(_ more: String) throws -> [String] {
            let read = try wave(text, grid + "straightliners: [{name: my grid, items: [a, b, c]\(more)}]\n")
            let flags = try values(read, "flag_straightliner_my_grid")
            return zip(try values(read, "nr"), flags).filter { $0.1 == "1" }.map(\.0)
        }
        #expect(try flagged("") == ["1", "5"])
        #expect(try flagged(", dont_know: true") == ["1", "3", "5"])
        #expect(try flagged(", share: 0.6") == ["1", "2", "4", "5", "6"])
        let removed = try wave(text, grid + "straightliners: [{name: g, items: [a, b, c], remove: true}]\n")
        #expect(removed.quality.exclusions == [.init(rule: "straightliners g", count: 2)])
        #expect(removed.table.rowCount == 4)
    }

    @Test func theSameAnswersUnderAnotherIdentifierAreFlagged() throws {
        let text = "nr;a;b;c;d\n1;1;2;3;4\n2;1;2;3;5\n3;1;2;3;4\n4;3;;;\n5;3;;;\n"
        let read = try wave(text, grid + "same_answers: {minimum_answered: 3}\n")
        #expect(try values(read, "flag_same_answers") == ["1", "0", "1", "0", "0"])
        #expect(read.quality.sameAnswers?.count == 2 && read.quality.sameAnswers?.lines == [2, 4])
        let without = try wave(text, grid)
        #expect(!without.table.has("flag_same_answers") && without.quality.sameAnswers == nil)
        let removed = try wave(text, grid + "same_answers: {minimum_answered: 3, remove: true}\n")
        #expect(removed.quality.exclusions == [.init(rule: "same answers", count: 2)])
    }

    @Test func rulesWithBoundsAndSkips() throws {
        let rules = """
            consistency:
            - {name: short, variable: t, min: 60, max: 3600, severity: info}
            - {name: skipped, if: "a in [4, 5]", empty: [d]}
            - {name: cross, if: a == 1, then: b == 1, severity: error, maximum_share: 0.5}

            """
        let text = "nr;t;a;b;c;d\n1;59;1;1;3;4\n2;60;1;2;3;5\n3;9999;5;1;3;4\n4;;4;1;1;\n"
        let read = try wave(text, grid + rules)
        let findings = read.quality.findings.filter { !$0.rule.contains("routing") }
        #expect(findings.map(\.rule) == ["short", "skipped", "cross"])
        #expect(findings.map(\.count) == [2, 1, 1])
        #expect(findings.map(\.judged) == [3, 2, 2])
        #expect(findings.map(\.lines) == [[2, 4], [4], [3]])
        #expect(findings.map(\.severity) == [.info, .warning, .error])
        #expect(read.table.rowCount == 4)
        do {
            _ = try wave(text, grid + rules.replacing("maximum_share: 0.5", with: "maximum_share: 0.4"))
            Issue.record("no error")
        } catch let error as IngestError {
            #expect(error.code == "CONSISTENCY_BROKEN" && error.exitCode == 65 && error.line == 3)
        }
    }

    @Test(arguments: [
        "speeders: {variable: q}", "straightliners: [{name: g, items: [a]}]", "same_answers: {minimum_answered: 1}",
        "consistency: [{name: n, variable: t}]", "consistency: [{name: n, variable: t, min: 1, severity: fatal}]",
        "consistency: [{name: n, variable: t, min: 1, maximum_share: 0.1}]", "shift: {ignore: [q]}",
        "consistency: [{name: n, if: a == 1, empty: [q]}]", "shift: {total_variation: 2}",
        "completeness: {needs: [t], minimum_required_share: 50}",
        "straightliners: [{name: g 1, items: [a, b]}, {name: g_1, items: [b, c]}]"
    ])
    func aWrongRuleIsAnErrorOfTheCodebook(_ rule: String) {
        #expect(errorCode { _ = try codebook(grid + rule + "\n") } == "CODEBOOK_INVALID")
    }

    /// Against a comparison of all answers themselves, in files in which nobody, few or most have them in common.
    @Test(arguments: [(3, 5), (40, 5), (2_000, 5), (2_000, 2)])
    func theSameAnswersAreThoseThatAreEqual(_ rows: Int, _ spread: UInt64) throws {
        var state = UInt64(rows) &+ spread
        func draw(_ bound: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % bound
        }
        let unusual = ["8", "9", ""]
        let answers = (0..<rows).map { _ in
            let own = (0..<4).map { _ in draw(6) == 0 ? unusual[Int(draw(3))] : String(1 + draw(spread)) }
            // The last is asked of who answered 1 or 2.
            return own[0] == "1" || own[0] == "2" ? own : own.dropLast() + [""]
        }
        let text = "nr;a;b;c;d\n" + answers.enumerated().map { "\($0);\($1.joined(separator: ";"))\n" }.joined()
        let read = try wave(text, grid + "same_answers: {minimum_answered: 3}\n")
        // Refused and not answered are both no answer.
        let seen = answers.map { $0.map { $0 == "9" ? "" : $0 } }
        let counts = Dictionary(grouping: seen) { $0 }.mapValues(\.count)
        let expected = seen.map { own in
            own.count { $0 != "" && $0 != "8" } >= 3 && (counts[own] ?? 0) > 1 ? "1" : "0"
        }
        #expect(try values(read, "flag_same_answers") == expected)
    }

    /// read = kept + quarantined + excluded + break-offs, and each respondent is in one place, for any answers.
    @Test(arguments: 1...40)
    func theBookkeepingAddsUp(_ seed: Int) throws {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15
        func draw(_ bound: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % bound
        }
        let rules = """
            policy: {max_bad_records: 100000}
            completeness: {needs: [t], minimum_required_share: 0.5}
            exclude: [{name: base, keep: ["a in [1, 2, 3, 4]"]}, {name: derived, keep: ["low == 0"]}]
            derived: [{id: low, any: {where: ["b == 1"]}}]
            speeders: {variable: t, seconds: \(draw(80)), remove: \(draw(2) == 1)}
            straightliners: [{name: g, items: [a, b, c], remove: \(draw(2) == 1)}]
            same_answers: {minimum_answered: 3, remove: \(draw(2) == 1)}

            """
        var text = "nr;t;a;b;c;d\n"
        let codes = ["1", "2", "3", "4", "5", "8", "9", "", "77"]
        for number in 0..<(20 + draw(80)) {
            let answers = (0..<4).map { _ in codes[Int(draw(UInt64(draw(4) == 0 ? 9 : 5)))] }
            text +=
                "\(draw(20) == 0 ? 0 : number);\(draw(8) == 0 ? "" : String(draw(200)));"
                + answers.joined(separator: ";") + "\n"
        }
        let read: IngestedWave
        do { read = try wave(text, grid + rules) } catch let error as IngestError {
            // One identifier with two sets of answers refuses the file; nothing else may.
            #expect(error.code == "DUPLICATE_RESPONDENT")
            return
        }
        let quality = read.quality
        let records = text.split(separator: "\n").count - 1
        #expect(quality.rowsRead == records && quality.rowsKept == read.table.rowCount)
        let excluded = quality.exclusions.map(\.count).reduce(0, +)
        #expect(records == quality.rowsKept + quality.quarantined.count + excluded + quality.partials)
        let parts = try #require(quality.completeness)
        #expect(parts.complete + parts.partialInterviews == quality.rowsKept + excluded)
        #expect(parts.breakOffs + parts.withoutNeeds == quality.partials)
    }

    @Test func countsThatDoNotAddUpAreAMistakeOfTheProgram() throws {
        var quality = try wave("nr;a;b;c;d\n1;1;1;1;1\n", grid).quality
        quality.rowsRead += 1
        do {
            try quality.checkBookkeeping()
            Issue.record("no error")
        } catch { #expect(error.code == "BOOKKEEPING_BROKEN" && error.exitCode == 70) }
    }
}
