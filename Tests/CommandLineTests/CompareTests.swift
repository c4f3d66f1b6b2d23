import Foundation
import Testing

/// `peil compare` and `peil power`, as a researcher uses them and as a study gets them wrong.
@Suite struct CompareTests {
    private func compare(_ study: StudyCopy, _ more: String...) throws -> Program.Answer {
        try Program.run(["compare", study.path, "--format", "json"] + more)
    }

    private func rows(_ answer: Program.Answer, _ key: String) throws -> [[String: Any]] {
        try #require(try answer.json()[key] as? [[String: Any]], "a table \(key)")
    }

    /// The sample study whose first wave was asked by a codebook of its own.
    private func asked(_ old: String, _ new: String, compare: String = "") throws -> StudyCopy {
        let study = try StudyCopy()
        let codebook = try study.text("codebook.yaml")
        try #require(codebook.components(separatedBy: old).count == 2, "'\(old)' must stand once")
        try study.folder.write(codebook.replacingOccurrences(of: old, with: new), to: "study/earlier.yaml")
        try study.edit("study.yaml", "  - id: golf1\n", "  - id: golf1\n    codebook: earlier.yaml\n")
        try add(compare, to: study)
        return study
    }

    private func add(_ lines: String, to study: StudyCopy) throws {
        guard !lines.isEmpty else { return }
        try study.edit("study.yaml", "\ncompare:\n", "\ncompare:\n\(lines)\n")
    }

    private static let wording = "nl: Heeft u een noodpakket in huis"

    // MARK: What changed

    @Test func changesComeWithTheirPrecision() throws {
        let study = try StudyCopy()
        let answer = try compare(study, "--from", "golf1", "--to", "golf2", "--questions", "pakket", "uur72")
        #expect(answer.exitCode == 0, "\(answer.error)")
        let changes = try rows(answer, "changes")
        let precision = try rows(answer, "precision")
        #expect(changes.count == precision.count)
        let region = try #require(changes.first { $0["question"] as? String == "pakket" })
        let parts = try #require(precision.first { $0["question"] as? String == "pakket" })
        let change = try #require(region["change"] as? Double)
        let before = try #require(region["before"] as? Double)
        let now = try #require(region["now"] as? Double)
        #expect(abs(change - (now - before)) < 1e-15)
        let error = try #require(parts["se"] as? Double)
        let independent = try #require(parts["se_if_independent"] as? Double)
        #expect(error < independent)
        #expect(parts["shared_units"] as? Int == 377)
        #expect(changes.filter { $0["place"] as? String == "area" }.count == 18)
        // The rules made the segments from the stage of the kit: comparing it by segment would compare the rules.
        #expect(!changes.contains { $0["question"] as? String == "pakket" && $0["place"] as? String == "segment" })
        let small = changes.filter { $0["verdict"] as? String == "too few answers" }
        #expect(!small.isEmpty && small.allSatisfy { $0["p_adjusted"] is NSNull })
        #expect(try rows(answer, "overlap").allSatisfy { $0["contradictions"] as? Int == 0 })
        let adjusted = changes.compactMap { $0["p_adjusted"] as? Double }
        let plain = precision.compactMap { $0["p"] as? Double }
        #expect(adjusted.count > 20 && (plain.min() ?? 1) <= (adjusted.min() ?? 0))
    }

    @Test func aMarginSaysWhatIsAboutEqual() throws {
        let study = try StudyCopy()
        let answer = try compare(study, "--questions", "dreiging", "pakket", "--margin", "0.2")
        let verdicts = try rows(answer, "changes").filter { $0["question"] as? String == "pakket" }
            .compactMap { $0["verdict"] as? String }
        #expect(verdicts.contains("about equal") && !verdicts.contains("not distinguishable"))
    }

    @Test func threadsChangeNoByte() throws {
        let study = try StudyCopy()
        let one = try compare(study, "--threads", "1")
        let two = try compare(study, "--threads", "2")
        #expect(one.exitCode == 0 && one.output == two.output)
    }

    // MARK: What breaks

    @Test func aQuestionInOtherWordsIsNotCompared() throws {
        let study = try asked(Self.wording, "nl: Bezit u een kant-en-klaar noodpakket in huis")
        let answer = try compare(study, "--questions", "pakket", "plan")
        #expect(answer.exitCode == 65 && answer.error.contains("NOT_COMPARABLE") && answer.error.contains("pakket"))
        let stopped = try rows(answer, "stopped")
        #expect(!stopped.isEmpty && stopped.allSatisfy { $0["question"] as? String == "pakket" })
        #expect(!(try rows(answer, "changes")).contains { $0["question"] as? String == "pakket" })
        #expect(try rows(answer, "changes").contains { $0["question"] as? String == "plan" })
        let series = try rows(answer, "series").filter { $0["question"] as? String == "pakket" }
        #expect(series.count == 2 && series.last?["break"] as? String != "", "the line is cut")
    }

    @Test func somebodyVouchesForIt() throws {
        let study = try asked(
            Self.wording, "nl: Bezit u een noodpakket",
            compare:
                "  bridge:\n    - {question: pakket, from: golf1, to: golf2, kind: accepted, by: A. de Vries, reason: test of both}"
        )
        let answer = try compare(study, "--questions", "pakket")
        #expect(answer.exitCode == 0, "\(answer.error)")
        let bridge = try #require(try rows(answer, "bridges").first?["bridge"] as? String)
        #expect(bridge.contains("A. de Vries") && bridge.contains("test of both"))
        #expect(try rows(answer, "changes").allSatisfy { ($0["bridge"] as? String) == bridge })
        #expect((try rows(answer, "series")[1]["bridge"] as? String) == bridge, "printed under the trend")
    }

    @Test func aFactorBringsItsStandardError() throws {
        func region(_ bridge: String) throws -> (before: Double, error: Double) {
            let study = try asked(Self.wording, "nl: Bezit u een noodpakket", compare: "  bridge:\n    - \(bridge)")
            let answer = try compare(study, "--questions", "pakket")
            #expect(answer.exitCode == 0, "\(answer.error)")
            return (
                try #require(try rows(answer, "changes")[0]["before"] as? Double),
                try #require(try rows(answer, "precision")[0]["se"] as? Double)
            )
        }
        let plain = try region("{question: pakket, from: golf1, to: golf2, kind: accepted by A}")
        let exact = try region("{question: pakket, from: golf1, to: golf2, kind: factor, factor: 1.1, se: 0}")
        let unsure = try region("{question: pakket, from: golf1, to: golf2, kind: factor, factor: 1.1, se: 0.1}")
        #expect(abs(exact.before / plain.before - 1.1) < 1e-12 && exact.error > plain.error)
        let added = (unsure.error * unsure.error - exact.error * exact.error).squareRoot()
        #expect(abs(added - 0.1 * plain.before) < 1e-9, "θ₁ times the factor's standard error")
        let study = try asked(
            Self.wording, "nl: Bezit u een noodpakket",
            compare: "  bridge:\n    - {question: pakket, from: golf1, to: golf2, kind: factor, factor: 9, se: 0}")
        let absurd = try compare(study, "--questions", "pakket")
        #expect(absurd.exitCode == 78 && absurd.error.contains("BRIDGE_OUT_OF_RANGE"))
    }

    @Test func newCodesAreRecoded() throws {
        let study = try asked(
            "nl: Heeft u een radio die zonder stopcontact", "nl: Bezit u een radio die zonder netstroom",
            compare: "  bridge:\n    - {question: radio, from: golf1, to: golf2, kind: recode, codes: {2: 1, 1: 2}}")
        let turned = try compare(study, "--questions", "radio")
        #expect(turned.exitCode == 0, "\(turned.error)")
        let plain = try StudyCopy()
        let straight = try compare(plain, "--questions", "radio")
        func region(_ answer: Program.Answer, _ level: String) throws -> [String: Any] {
            try #require(
                try rows(answer, "changes").first {
                    $0["place"] as? String == "region" && $0["answer"] as? String == level
                })
        }
        #expect(
            try region(turned, "1")["before"] as? Double == region(straight, "2")["before"] as? Double,
            "yes of the earlier wave counts as no")
        #expect(try region(turned, "1")["now"] as? Double == region(straight, "1")["now"] as? Double)
    }

    @Test func aBridgeThatCannotBeIsRefused() throws {
        let words = ("nl: Heeft u een radio die zonder stopcontact", "nl: Bezit u een radio die zonder netstroom")
        for (bridge, error) in [
            ("{question: radio, from: golf1, to: golf2, kind: recode, codes: {1: 1}}", "BRIDGE_CODES"),
            ("{question: radio, from: golf1, to: golf2, kind: recode, codes: {1: 1, 2: 9}}", "BRIDGE_CODES"),
            ("{question: radio, from: golf1, to: golf2, kind: factor, factor: 1.1, se: 0}", "BRIDGE_NEEDS_ANSWER")
        ] {
            let study = try asked(words.0, words.1, compare: "  bridge:\n    - \(bridge)")
            let answer = try compare(study, "--questions", "radio")
            #expect(answer.exitCode == 78 && answer.error.contains(error), "\(answer.error)")
        }
        let named = try asked(
            words.0, words.1,
            compare:
                "  bridge:\n    - {question: radio, answer: 1, from: golf1, to: golf2, kind: factor, factor: 1.1, se: 0}"
        )
        let answers = try rows(compare(named, "--questions", "radio"), "changes").compactMap { $0["answer"] as? String }
        #expect(Set(answers) == ["1"], "only the answer that the factor is about")
        let twice = try StudyCopy()
        try add(
            "  bridge:\n    - {question: plan, from: golf1, to: golf2, kind: accepted by A}\n    - {question: plan, from: golf1, to: golf2, kind: factor, factor: 2, se: 0}",
            to: twice)
        #expect(try compare(twice).exitCode == 78)
    }

    @Test func aBridgeThatNothingAsksForIsNotApplied() throws {
        let study = try StudyCopy()
        try add(
            "  bridge:\n    - {question: plan, from: golf1, to: golf2, kind: factor, factor: 1.1, se: 0}", to: study)
        let answer = try compare(study, "--questions", "plan")
        #expect(answer.exitCode == 0 && answer.output.contains("Not applied"))
    }

    @Test func oneDeliveryUnderTwoNamesIsRefused() throws {
        let study = try StudyCopy()
        try study.edit(
            "study.yaml", "    expect: {golf: 2}\n    files: [{path: data/golf2.csv,",
            "    files: [{path: data/golf1.csv,")
        try study.edit("study.yaml", "frame: {file: frame.csv, id: persoon_id, wave: golf, mode: modus}\n", "")
        let answer = try compare(study, "--questions", "plan")
        #expect(answer.exitCode == 65 && answer.error.contains("SAME_DATA"), "\(answer.error)")
    }

    @Test func wavesStandInTheOrderOfTime() throws {
        let study = try StudyCopy()
        try study.edit("study.yaml", "from: \"2025-09-29\"", "from: \"2026-09-29\"")
        let answer = try compare(study)
        #expect(answer.exitCode == 78 && answer.error.contains("golf2"))
    }

    @Test func anotherModeOrRecipeStopsEverything() throws {
        let study = try StudyCopy()
        try study.edit(
            "study.yaml", "{path: data/golf1.csv, mode: web+papier}", "{path: data/golf1.csv, mode: telefoon}")
        let answer = try compare(study)
        #expect(answer.exitCode == 65)
        #expect(try rows(answer, "changes").isEmpty)
        #expect(try rows(answer, "stopped").allSatisfy { $0["kind"] as? String == "mode" })
        try add(
            "  bridge:\n    - {question: all, from: golf1, to: golf2, kind: accepted, by: A}", to: study)
        #expect(try compare(study).exitCode == 0)

        let other = try StudyCopy()
        try other.edit(
            "study.yaml", "  - id: golf1\n",
            "  - id: golf1\n    weighting: {steps: [{method: rake, margins: [{variables: [gemeente, geslacht_mv], file: margins.csv, columns: [municipality_code, sex], total: population, missing: share}]}]}\n"
        )
        let recipe = try compare(other, "--questions", "plan")
        #expect(recipe.exitCode == 65)
        #expect(try rows(recipe, "stopped").allSatisfy { $0["kind"] as? String == "weighting" })
    }

    @Test func boundariesStopOnlyTheAreas() throws {
        let study = try asked(
            "  nl: In welke gemeente woont u?\n", "  vintage: 2024\n  nl: In welke gemeente woont u?\n")
        let answer = try compare(study, "--questions", "plan")
        #expect(answer.exitCode == 65)
        let stopped = try rows(answer, "stopped")
        #expect(!stopped.isEmpty && stopped.allSatisfy { $0["place"] as? String == "area" })
        #expect(Set(try rows(answer, "changes").compactMap { $0["place"] as? String }) == ["region"])
        try add("  bridge:\n    - {question: gemeente, from: golf1, to: golf2, kind: accepted by A}", to: study)
        let bridged = try compare(study, "--questions", "plan")
        #expect(bridged.exitCode == 0, "\(bridged.error)")
    }

    @Test func theStudyKnowsABreakThatNoFileTells() throws {
        let study = try StudyCopy()
        try add(
            "  breaks:\n    - {question: all, at: golf2, reason: {nl: Ander bureau, en: Another office}}", to: study)
        let answer = try compare(study, "--questions", "plan")
        #expect(answer.exitCode == 65 && answer.error.contains("Ander bureau"))
    }

    // MARK: Wrong input

    @Test func peopleWhoContradictThemselvesStopIt() throws {
        let study = try StudyCopy()
        let earlier = Records(try study.text("data/golf1.csv"), delimiter: ";")
        let known = Set(try earlier.values("persoon_id"))
        try study.editWave { records in
            let people = try records.values("persoon_id")
            let sexes = try records.values("geslacht")
            let twice = people.indices.filter { known.contains(people[$0]) && ["1", "2"].contains(sexes[$0]) }
            for row in twice.prefix(40) { try records.set(row, "geslacht", sexes[row] == "1" ? "2" : "1") }
        }
        let answer = try compare(study, "--questions", "plan")
        #expect(answer.exitCode == 65 && answer.output.isEmpty)
        #expect(answer.error.contains("OVERLAP_CONTRADICTS") && answer.error.contains("geslacht"))
        #expect(!answer.error.contains("P5195EA"), "no identifier")
        try study.edit("study.yaml", "same: [geslacht_mv]", "same: [geslacht_mv], maximum_contradictions: 50")
        #expect(try compare(study, "--questions", "plan").exitCode == 0)
    }

    @Test func somebodyWhoBecameTwentyYearsOlder() throws {
        let study = try StudyCopy()
        let known = Set(try Records(try study.text("data/golf1.csv"), delimiter: ";").values("persoon_id"))
        try study.editWave { records in
            let people = try records.values("persoon_id")
            let row = try #require(people.indices.first { known.contains(people[$0]) })
            try records.set(row, "leeftijd", "18")
            let other = try #require(people.indices.first { known.contains(people[$0]) && $0 != row })
            try records.set(other, "leeftijd", "97")
        }
        let answer = try compare(study, "--questions", "plan")
        #expect(answer.exitCode == 65 && answer.error.contains("leeftijd"), "\(answer.error)")
    }

    @Test func aWaveThatIsNotThere() throws {
        let study = try StudyCopy()
        #expect(try compare(study, "--from", "golf1", "--to", "golf3").exitCode == 66)
        #expect(try compare(study, "--from", "golf2", "--to", "golf1").exitCode == 64)
        #expect(try compare(study, "--from", "golf1").exitCode == 64)
        #expect(try compare(study, "--questions", "persoon_id").exitCode == 78)
        #expect(try compare(study, "--questions", "plan", "plan").exitCode == 64)
        try study.remove("data/golf1.csv")
        let absent = try compare(study)
        #expect(absent.exitCode == 66 && absent.error.contains("golf1"))
    }

    @Test(arguments: [
        "  reference: golf9", "  margin: -1", "  power: 1",
        "  bridge:\n    - {question: nobody, from: golf1, to: golf2, kind: accepted by A}",
        "  bridge:\n    - {question: plan, from: golf2, to: golf1, kind: accepted by A}",
        "  bridge:\n    - {question: plan, from: golf1, to: golf2, kind: factor, factor: 0, se: 0}",
        "  bridge:\n    - {question: plan, from: golf1, to: golf2, kind: maybe}",
        "  breaks:\n    - {question: all, at: golf1, reason: x}"
    ])
    func aWrongSectionNamesItsLine(_ lines: String) throws {
        let study = try StudyCopy()
        var text = try study.text("study.yaml")
        let start = try #require(text.range(of: "\ncompare:\n"))
        let end = try #require(text.range(of: "\n\n", range: start.upperBound..<text.endIndex))
        text.replaceSubrange(start.upperBound..<end.lowerBound, with: lines)
        try study.folder.write(text, to: "study/study.yaml")
        let answer = try compare(study)
        #expect(answer.exitCode == 78 && answer.output.isEmpty)
        #expect(try answer.errorJSON()["line"] is Int)
    }

    // MARK: Planning

    @Test func fourHundredInterviewsFindTenPointEightPoints() throws {
        let study = try StudyCopy()
        let answer = try study.run(
            "power", "--format", "json", "--questions", "pakket=1", "--interviews-now", "400", "--interviews", "400",
            "--share", "0.35", "--design-effect", "1.3")
        #expect(answer.exitCode == 0, "\(answer.error)")
        for row in try rows(answer, "precision") {
            let change = try #require(row["detectable_change"] as? Double)
            #expect(abs(change - 0.107733610851808) < 1e-12, "R: (qnorm(.975)+qnorm(.8))*sqrt(2*.35*.65*1.3/400)")
        }
    }

    @Test func aRareAnswerThatComesToBeGivenOftenNeedsMorePeople() throws {
        let study = try StudyCopy()
        let answer = try study.run(
            "power", "--format", "json", "--questions", "pakket=1", "--share", "0.008", "--design-effect", "1.42")
        // n with n = (z + z)² deff (p₁q₁ + p₂q₂) / d², p₂ = p₁ + d: R, (qnorm(.975)+qnorm(.8))^2*1.42*(.008*.992+.058*.942)/.05^2.
        for row in try rows(answer, "precision") { #expect(row["interviews"] as? Int == 279) }
    }

    @Test func planningKnowsTheFrameAndTheOverlap() throws {
        let study = try StudyCopy()
        let plain = try rows(study.run("power", "--format", "json", "--share", "0.5"), "precision")
        let panel = try rows(
            study.run("power", "--format", "json", "--share", "0.5", "--overlap", "1", "--correlation", "0.75"),
            "precision")
        // Where a change is less than half of the share, its variance is that of today in both waves.
        for (one, other) in zip(plain, panel) where (one["n"] as? Int ?? 0) > 100 {
            let ratio =
                try #require(other["detectable_change"] as? Double) / #require(one["detectable_change"] as? Double)
            #expect(abs(ratio - 0.5) < 1e-9, "√(1 − 0.75)")
        }
        let sample = try rows(study.run("power", "--format", "json", "--change", "0.04"), "sample")
        #expect(sample.count == 10)
        for row in sample {
            let (people, rate) = (try #require(row["interviews"] as? Int), try #require(row["yield"] as? Double))
            let invitations = try #require(row["invitations"] as? Double)
            #expect(abs(invitations - (Double(people) / rate).rounded(.up)) < 1e-6)
        }
        #expect(try study.run("power", "--change", "2").exitCode == 64)
        #expect(try study.run("power", "--questions", "verantwoord").exitCode == 64)
        #expect(try study.run("power", "--questions", "pakket=7").exitCode != 0)
    }
}
