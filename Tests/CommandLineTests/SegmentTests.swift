import Foundation
import Testing

/// `peil segment`: from a first look to groups that stay, as a researcher walks that road.
@Suite struct SegmentTests {
    private static let classes = """
        segments:
          method: lca
          inputs: [kans_stroom, zorg_stroom, nut, kunnen, norm, verantwoord, fase_pakket, fase_plan, fase_gesprek]
          maximum_missing: 4
          classes: 3
          starts: 6
          seed: 7

        families:
        """

    /// The sample study with latent classes in place of its rules.
    private func study(_ section: String = classes) throws -> StudyCopy {
        let study = try StudyCopy()
        let text = try study.text("study.yaml")
        let start = try #require(text.range(of: "segments:\n  method: rules"))
        let end = try #require(text.range(of: "families:"))
        // Without its models the study has no page about them either.
        let drivers = try #require(text.range(of: "    - id: samenhang\n"))
        let next = try #require(text.range(of: "    - id: verandering\n"))
        let rest = text[end.upperBound..<drivers.lowerBound] + text[next.lowerBound...]
        try study.folder.write(text[..<start.lowerBound] + section + rest, to: "study/study.yaml")
        // The sample's messages are for groups that its rules make.
        try study.folder.write("{}\n", to: "study/messages.yaml")
        return study
    }

    private func report(_ arguments: [String]) throws -> [String: Any] {
        let answer = try Program.run(["segment"] + arguments + ["--format", "json"])
        #expect(answer.exitCode == 0, "\(arguments): \(answer.error)")
        return try answer.json()
    }

    private func rows(_ report: [String: Any], _ key: String) throws -> [[String: Any]] {
        try #require(report[key] as? [[String: Any]], "a table \(key)")
    }

    // MARK: Rules

    @Test func rulesSayTheirSizesAndHowTheyMoveWithTheThresholds() throws {
        let study = try StudyCopy()
        let report = try report(["fit", study.path])
        #expect(
            report["schema"] as? String == "peil-segment-fit-1" && report["use"] as? String == "not for publication")
        let sizes = try rows(report, "segments")
        #expect(sizes.map { $0["segment"] as? String } == ["S1", "S2", "S3", "S4", "S5", "S6", "S0"])
        let total = sizes.reduce(0.0) { $0 + ($1["share"] as? Double ?? 0) }
        #expect(abs(total - 1) < 1e-12)
        let sensitivity = try rows(report, "sensitivity")
        #expect(sensitivity.count == 7)
        for (line, size) in zip(sensitivity, sizes) {
            #expect(abs((line["as_declared"] as? Double ?? 0) - (size["share"] as? Double ?? 1)) < 1e-12)
        }
        // Groups by phase of behaviour alone have no threshold on a scale.
        #expect(sensitivity[0]["lower_5"] as? Double == sensitivity[0]["higher_5"] as? Double)
        #expect(sensitivity[2]["lower_5"] as? Double != sensitivity[2]["as_declared"] as? Double)
        #expect(try rows(report, "distinguishing").count == 18)
    }

    @Test func aProfileTestsOnlyWhatDidNotMakeTheSegments() throws {
        let study = try StudyCopy()
        let report = try report(["profile", study.path])
        let inputs = try rows(report, "inputs")
        let outside = try rows(report, "outside")
        #expect(inputs.allSatisfy { $0["p"] == nil } && outside.contains { $0["p_adjusted"] is Double })
        #expect(!outside.contains { ["pakket", "fase_pakket", "dreiging"].contains($0["variable"] as? String) })
        let areas = try rows(report, "areas")
        #expect(areas.count == 9 * 7)
        let marks = Set(areas.compactMap { $0["mark"] as? String })
        #expect(marks.isSubset(of: ["higher", "lower", "not distinguishable", "too few answers"]) && marks.count > 1)
        for line in areas {
            guard let mark = line["mark"] as? String, mark == "higher" || mark == "lower" else { continue }
            #expect(try #require(line["p_adjusted"] as? Double) < 0.05)
        }
        let refused = try Program.run(["segment", "profile", study.path, "--variables", "fase_pakket"])
        #expect(refused.exitCode == 64 && refused.error.contains("SEGMENT_INPUT"))
    }

    // MARK: Found, frozen, placed

    @Test func groupsThatAreFoundAnewInEveryWaveAreRefusedUntilFrozen() throws {
        let study = try study()
        let run = try study.run()
        #expect(run.exitCode == 78 && run.error.contains("SEGMENTS_NOT_FROZEN"), "\(run.error)")

        let model = study.path + "/segments-1.json"
        let fitted = try report(["fit", study.path, "--wave", "golf1", "--out", model])
        #expect(try rows(fitted, "classes").count == 3 && rows(fitted, "answers").count > 30)
        // A second version is never written over the first.
        #expect(try Program.run(["segment", "fit", study.path, "--wave", "golf1", "--out", model]).exitCode == 73)

        try study.edit("study.yaml", "  seed: 7\n", "  seed: 7\n  model: segments-1.json\n")
        let once = try study.run()
        #expect(once.exitCode == 0, "\(once.error)")
        let published = try study.published()
        #expect(try study.run("run", "--threads", "1").exitCode == 0)
        #expect(try study.published() == published)
        let page = String(decoding: try #require(published["index.html"]), as: UTF8.self)
        let method = String(decoding: try #require(published["method.html"]), as: UTF8.self)
        #expect(page.contains("Groep L1") && method.contains("2025-09-29 – 2025-10-26"))

        // The team's words for a group that is not there would never be printed.
        try study.folder.write("L9:\n  say: [{nl: Hallo, en: Hello}]\n  avoid: []\n", to: "study/messages.yaml")
        let unheard = try study.run()
        #expect(unheard.exitCode == 78 && unheard.error.contains("UNKNOWN_SEGMENT") && unheard.error.contains("'L9'"))
        #expect(unheard.error.contains("segments are: L1, L2, L3"))
        try study.folder.write("L1:\n  say: [{nl: Hallo buren, en: Hello}]\n  avoid: []\n", to: "study/messages.yaml")
        #expect(try study.run().exitCode == 0)
        #expect(try study.published().values.contains { String(decoding: $0, as: UTF8.self).contains("Hallo buren") })
        try study.folder.write("{}\n", to: "study/messages.yaml")

        let scored = try report(["score", study.path, "--wave", "golf2"])
        #expect(try rows(scored, "drift_items").count == 9 && rows(scored, "drift_sizes").count == 4)
        let own = try report(["score", study.path, "--wave", "golf1"])
        for line in try rows(own, "drift_sizes") {
            #expect(abs(try #require(line["difference"] as? Double)) < 1e-12, "a wave does not drift from itself")
        }

        // The study says how much drift holds a wave for a human, and what it takes for drift.
        let limits = ["answers", "scores", "missing", "sureness", "fit"]
        func holds(_ limit: Int) -> String {
            "holds: {\(limits.map { "drift_\($0): \(limit)" }.joined(separator: ", "))}\n"
        }
        try study.edit("study.yaml", "\nfamilies:", "\n\(holds(10))inbox: {settle: 0}\nfamilies:")
        let patient = try report(["score", study.path, "--wave", "golf2"])
        #expect("\(patient["notes"] ?? "")".contains("Nothing lies above the limits of drift since golf1"))
        try study.edit("study.yaml", holds(10), holds(0))
        let strict = try report(["score", study.path, "--wave", "golf2"])
        #expect("\(strict["notes"] ?? "")".contains("Look before you compare with golf1: answers to"))
        let job = try Program.run(["waves", "process", study.path])
        #expect(job.exitCode == 75, "\(job.error)")
        let status = try Program.run(["waves", "status", study.path])
        #expect(status.output.contains("SEGMENT_DRIFT: Look before you compare with golf1"), "\(status.output)")
        #expect(status.output.contains("The limits are holds › drift_answers"))
        try study.edit("study.yaml", holds(0), holds(10))

        // The same respondents in the same segments, and in no file that others can read.
        let out = study.folder.path("scores.csv")
        let answer = try Program.run(["segment", "score", study.path, "--wave", "golf2", "--out", out])
        #expect(answer.exitCode == 0 && answer.error.contains("personal data"))
        let file = Records(try study.folder.text("scores.csv"), delimiter: ",")
        #expect(file.header == ["resp_id", "segment", "chance_L1", "chance_L2", "chance_L3"] && file.rows.count > 3000)
        for row in file.rows where row[1] != "S0" {
            let chances = row[2...].compactMap(Double.init)
            #expect(chances.count == 3 && abs(chances.reduce(0, +) - 1) < 1e-9)
        }
        let mode = try FileManager.default.attributesOfItem(atPath: out)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let inside = try Program.run(["segment", "score", study.path, "--out", study.path + "/out/scores.csv"])
        #expect(inside.exitCode == 64 && !study.exists("out/scores.csv"))
        // Not by another name either, nor over a file that did not come from here.
        try FileManager.default.createSymbolicLink(
            atPath: study.folder.path("lnk"), withDestinationPath: study.path + "/out")
        let linked = try Program.run(["segment", "score", study.path, "--out", study.folder.path("lnk/scores.csv")])
        #expect(linked.exitCode == 64 && !study.exists("out/scores.csv"), "\(linked.error)")
        let before = try study.bytes("study.yaml")
        let over = try Program.run(["segment", "score", study.path, "--out", study.path + "/study.yaml"])
        #expect(over.exitCode == 73 && over.error.contains("OUTPUT_EXISTS"))
        #expect(try study.bytes("study.yaml") == before)
        #expect(try Program.run(["segment", "score", study.path, "--wave", "golf1", "--out", out]).exitCode == 0)
    }

    @Test func aRefitKeepsItsCodesAndSaysWhereEverybodyWent() throws {
        let study = try study()
        let first = study.path + "/segments-1.json"
        _ = try report(["fit", study.path, "--wave", "golf1", "--out", first])
        let second = try report([
            "fit", study.path, "--wave", "golf2", "--previous", first, "--out", study.path + "/segments-2.json"
        ])
        #expect(second["version"] as? Int == 2)
        let crosswalk = try rows(second, "crosswalk")
        var kept = 0.0
        var all = 0.0
        for line in crosswalk {
            let code = try #require(line["from"] as? String)
            for (key, value) in line {
                guard key != "from", let share = value as? Double else { continue }
                all += share
                if key == code { kept += share }
            }
        }
        #expect(abs(all - 1) < 1e-12 && kept > 0.85, "most people stay where they were: \(kept)")
    }

    @Test func aChangedQuestionStopsFrozenSegments() throws {
        let study = try study()
        _ = try report(["fit", study.path, "--wave", "golf1", "--out", study.path + "/segments-1.json"])
        try study.edit("study.yaml", "  seed: 7\n", "  seed: 7\n  model: segments-1.json\n")
        let codebook = try study.text("codebook.yaml")
        let wording = try #require(
            codebook.components(separatedBy: "- id: kunnen\n").last?.components(separatedBy: "\n").first {
                $0.contains("nl:")
            })
        try study.edit(
            "codebook.yaml", wording,
            wording.replacingOccurrences(
                of: "nl: ", with: "nl: Anders: ".replacingOccurrences(of: "Anders: ", with: "Nu ")))
        let run = try study.run()
        #expect(
            run.exitCode == 78 && run.error.contains("SEGMENT_ITEM_CHANGED") && run.error.contains("kunnen"),
            "\(run.error)")
        try study.edit(
            "study.yaml", "  model: segments-1.json\n", "  model: segments-1.json\n  accept_changed: [kunnen]\n")
        #expect(try study.run().exitCode == 0)
    }

    @Test func numbersOfSegmentsAreComparedWithAReason() throws {
        let study = try study()
        let plot = study.folder.path("numbers.svg")
        let report = try report([
            "fit", study.path, "--wave", "golf1", "--numbers", "1-4", "--folds", "2", "--stability", "2", "--plot", plot
        ])
        let numbers = try rows(report, "numbers")
        #expect(numbers.map { $0["segments"] as? Int } == [1, 2, 3, 4])
        #expect(numbers.count { $0["verdict"] as? String == "recommended" } == 1)
        #expect(numbers[1...].allSatisfy { $0["rand"] is Double && $0["cross_validated"] is Double })
        let notes = try #require(report["notes"] as? [String])
        #expect(notes.contains { $0.hasPrefix("Recommended: ") })
        let svg = try study.folder.text("numbers.svg")
        #expect(svg.hasPrefix("<svg") && svg.contains("Cross-validated") && !svg.contains("nan"))
    }

    @Test func sizesCanHoldThatTheSegmentsWereFound() throws {
        let study = try study()
        let report = try report(["fit", study.path, "--wave", "golf1", "--replicates", "20"])
        let sizes = try rows(report, "segments")
        let refitted = try rows(report, "refitted")
        #expect(refitted.count == sizes.count)
        for (size, found) in zip(sizes, refitted) where size["segment"] as? String != "S0" {
            let (first, second) = (
                try #require(size["se"] as? Double), try #require(found["se"] as? Double)
            )
            #expect(second > 0.5 * first && second < 0.2, "\(size), \(found)")
        }
    }

    @Test func aLabelOfNoSegmentIsNamed() throws {
        let study = try StudyCopy()
        try study.edit("study.yaml", "  labels:\n    S1:", "  labels:\n    S9: {label: {nl: Negen, en: Nine}}\n    S1:")
        let run = try study.run()
        #expect(run.exitCode == 78 && run.error.contains("UNKNOWN_SEGMENT") && run.error.contains("S9"), "\(run.error)")
    }

    @Test func identifiersAreNoAnswers() throws {
        let study = try study(Self.classes.replacingOccurrences(of: "[kans_stroom", with: "[hh_id"))
        for arguments in [["fit", study.path, "--wave", "golf1"], ["fit", study.path, "--numbers", "2-3"]] {
            let answer = try Program.run(["segment"] + arguments)
            #expect(answer.exitCode == 78 && answer.error.contains("NOT_A_QUESTION") && answer.output.isEmpty)
        }
        let rules = try StudyCopy()
        for arguments in [["profile", "--variables", "persoon_id"], ["typing-tool", "--candidates", "resp_id", "nut"]] {
            let answer = try Program.run(["segment", arguments[0], rules.path] + arguments.dropFirst())
            #expect(answer.exitCode == 78 && answer.error.contains("NOT_A_QUESTION") && answer.output.isEmpty)
        }
    }

    /// A frozen segment may die out: its figures are absent, and the wave is published all the same.
    @Test func aSegmentWithoutPeopleDoesNotStopAWave() throws {
        let study = try study()
        _ = try report(["fit", study.path, "--wave", "golf1", "--out", study.path + "/segments-1.json"])
        try study.edit("study.yaml", "  seed: 7\n", "  seed: 7\n  model: segments-1.json\n")
        let out = study.folder.path("scores.csv")
        #expect(try Program.run(["segment", "score", study.path, "--wave", "golf2", "--out", out]).exitCode == 0)
        let scores = Records(try study.folder.text("scores.csv"), delimiter: ",")
        let gone = Set(scores.rows.filter { $0[1] == "L3" }.map { $0[0] })
        #expect(gone.count > 300)
        try study.editWave { records in
            let identifier = try records.index("resp_id")
            records.rows.removeAll { gone.contains($0[identifier]) }
        }
        let text = try study.text("study.yaml")
        let start = try #require(text.range(of: "weighting:\n"))
        let end = try #require(text.range(of: "areas:\n"))
        try study.folder.write(
            text.replacingCharacters(in: start.lowerBound..<end.lowerBound, with: ""), to: "study/study.yaml")
        let run = try study.run("run", "--wave", "golf2")
        #expect(run.exitCode == 0, "\(run.error)")
        let profile = try report(["profile", study.path, "--wave", "golf2"])
        #expect((profile["notes"] as? [String])?.contains { $0.hasPrefix("Not corrected") } == true)
    }

    // MARK: Few questions, areas

    @Test func aTypingToolPlacesASampleOfOthers() throws {
        let study = try StudyCopy()
        let (tool, paper) = (study.folder.path("tool.json"), study.folder.path("vragen.md"))
        let made = try report([
            "typing-tool", study.path, "--wave", "golf1", "--candidates", "fase_pakket", "fase_plan", "fase_gesprek",
            "verantwoord", "kunnen", "zorg_dreiging", "--size", "6", "--folds", "3", "--out", tool, "--short-form",
            paper
        ])
        #expect(try rows(made, "questions").count == 6 && rows(made, "confusion").count == 6)
        #expect(try study.folder.text("vragen.md").hasPrefix("# Korte vragenlijst"))
        let answer = try report([
            "score", "--data", study.path + "/data/golf2.csv", "--model", tool, "--weights", "basisgewicht",
            "--missing",
            "8", "--missing", "9"
        ])
        let corrected = try rows(answer, "corrected")
        #expect(abs(corrected.reduce(0.0) { $0 + ($1["corrected"] as? Double ?? 0) } - 1) < 1e-9)
        #expect(corrected.contains { $0["se"] is Double })

        // Four questions confuse two segments so much that sizes cannot be corrected; placings still stand.
        let short = study.folder.path("short.json")
        _ = try report([
            "typing-tool", study.path, "--wave", "golf1", "--candidates", "fase_pakket", "fase_plan", "fase_gesprek",
            "verantwoord", "--size", "4", "--folds", "3", "--out", short
        ])
        let placed = try report(["score", "--data", study.path + "/data/golf2.csv", "--model", short])
        #expect(placed["corrected"] == nil)
        #expect((placed["notes"] as? [String])?.contains { $0.contains("do not read them as sizes") } == true)
    }

    @Test func areasAreGroupedAsAreas() throws {
        let study = try StudyCopy()
        let report = try report(["areas", study.path, "--groups", "3", "--draws", "50"])
        let areas = try rows(report, "areas")
        #expect(areas.count == 9 && Set(areas.compactMap { $0["group"] as? Int }) == [1, 2, 3])
        let notes = try #require(report["notes"] as? [String])
        #expect(notes.contains { $0.hasPrefix("Groups of areas, not of people.") })
        #expect(notes.contains { $0.contains("describes which are alike") })
    }

    @Test func classesAreRecognisedByFewerOfTheirOwnItems() throws {
        let study = try study()
        let tool = study.folder.path("tool.json")
        let single = try StudyCopy()
        #expect(
            try Program.run(["segment", "typing-tool", single.path, "--classifier", "classes"]).exitCode == 64,
            "rules cannot be reduced")
        _ = try report(["fit", study.path, "--wave", "golf1", "--out", study.path + "/segments-1.json"])
        try study.edit("study.yaml", "  seed: 7\n", "  seed: 7\n  model: segments-1.json\n")
        let made = try report([
            "typing-tool", study.path, "--wave", "golf1", "--classifier", "classes", "--size", "4-5", "--folds", "3",
            "--out", tool
        ])
        let confusion = try rows(made, "confusion")
        #expect(confusion.count == 3)
        for (place, line) in confusion.enumerated() {
            #expect(try #require(line["placed_L\(place + 1)"] as? Double) > 0.6, "\(line)")
        }
        let scored = try report(["score", study.path, "--wave", "golf2", "--model", tool])
        #expect(try rows(scored, "corrected").count == 3)
    }

    @Test func aSegmentSaysHowOftenItComesBack() throws {
        let study = try study()
        let report = try report(["fit", study.path, "--wave", "golf1", "--stability", "4"])
        let stability = try rows(report, "stability")
        #expect(stability.map { $0["segment"] as? String } == ["L1", "L2", "L3"])
        #expect(stability.allSatisfy { ($0["jaccard"] as? Double ?? 0) > 0.5 && $0["standing"] is String })
    }

    // MARK: Wrong use

    @Test(
        arguments: [
            (["fit", "nowhere"], 66), (["score", "--data", "a.csv"], 64), (["fit", "STUDY", "--numbers", "8-2"], 64),
            (["fit", "STUDY", "--plot", "a.svg"], 64), (["score", "STUDY"], 78),
            (["fit", "STUDY", "--numbers", "2-3"], 64),
            (["score", "STUDY", "--model", "STUDY/study.yaml"], 78),
            (["areas", "STUDY", "--questions", "pakket=7"], 78),
            (["areas", "STUDY", "--questions", "paket=1"], 78), (["typing-tool", "STUDY", "--candidates", "kunnen"], 78)
        ] as [([String], Int32)]) func everyWrongUseEndsInOneSentence(arguments: [String], exitCode: Int32) throws
    {
        let study = try StudyCopy()
        let answer = try Program.run(
            ["segment"] + arguments.map { $0.replacingOccurrences(of: "STUDY", with: study.path) })
        #expect(answer.exitCode == exitCode, "\(arguments): \(answer.error)")
        #expect(answer.error.split(separator: "\n").count == 1 && answer.error.contains("·"), "\(answer.error)")
        #expect(answer.output.isEmpty)
    }
}
