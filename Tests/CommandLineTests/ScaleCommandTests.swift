import Foundation
import Testing

/// `peil scale`, and what scales say about the quality of a wave.
@Suite struct ScaleCommandTests {
    /// The sample study with other scales.
    private func study(_ scales: String) throws -> StudyCopy {
        let study = try StudyCopy()
        let text = try study.text("study.yaml")
        let start = try #require(text.range(of: "scales:\n"))
        let end = try #require(text.range(of: "# Protection motivation"))
        try study.folder.write(
            text.replacingCharacters(in: start.lowerBound..<end.lowerBound, with: "scales:\n\(scales)\n"),
            to: "study/study.yaml")
        return study
    }

    private func rows(_ report: [String: Any], _ key: String) throws -> [[String: Any]] {
        try #require(report[key] as? [[String: Any]], "a table \(key)")
    }

    private func report(_ arguments: [String]) throws -> [String: Any] {
        let answer = try Program.run(["scale"] + arguments + ["--format", "json"])
        #expect(answer.exitCode == 0, "\(arguments): \(answer.error)")
        return try answer.json()
    }

    // MARK: What a reader gets

    @Test func theScalesOfTheStudyInOneReport() throws {
        let study = try StudyCopy()
        let report = try report([study.path])
        #expect(report["schema"] as? String == "peil-scales-1" && report["use"] as? String == "not for publication")
        #expect(
            try rows(report, "scores").map { $0["scale"] as? String }
                == ["dreiging", "handelingsvertrouwen", "drempels", "vertrouwen", "zorgen"])
        let items = try rows(report, "items")
        #expect(items.first { $0["item"] as? String == "zinloos" }?["direction"] as? String == "reversed")
        let leads = try rows(report, "reliability").map { $0["leads"] as? String }
        #expect(leads == ["alpha", "alpha", "spearman_brown", "spearman_brown", "spearman_brown"])
        let counts = try rows(report, "counts")
        #expect(abs(counts.reduce(0.0) { $0 + ($1["share"] as? Double ?? 0) } - 1) < 1e-12)
        let findings = try rows(report, "findings")
        #expect(report["claim_areas"] == nil && findings.isEmpty)
    }

    @Test func itemsOnDifferentScalesCountAlike() throws {
        let study = try study("  - {id: both, items: [nut, uren72score, kunnen]}")
        try study.edit(
            "codebook.yaml", "- id: drempels\n",
            "- id: uren72score\n  nl: U\n  en: U\n  linear: {of: kunnen, times: 10, plus: 3}\n- id: drempels\n")
        let items = try rows(try report([study.path, "--show", "items"]), "items")
        let means = try items.map { try #require($0["mean"] as? Double) }
        #expect(items[1]["from"] as? Double == 13 && items[1]["to"] as? Double == 53)
        #expect(abs(means[1] - means[2]) < 1e-9, "ten times as wide, and the same from 0 to 100")
    }

    @Test func claimsByAreaAreAdjustedAndPaired() throws {
        let study = try StudyCopy()
        let areas = try rows(try report([study.path, "water", "--by-area"]), "claim_areas")
        #expect(areas.count == 9)
        for area in areas {
            let p = try #require(area["p"] as? Double)
            #expect(try #require(area["p_adjusted"] as? Double) >= p)
            let difference = try #require(area["difference"] as? Double)
            let claimed = try #require(area["claimed"] as? Double)
            #expect(abs(difference - (claimed - (try #require(area["verified"] as? Double)))) < 1e-12)
        }
    }

    @Test func replicatesGiveTheSamePointsAndNearlyTheSameErrors() throws {
        let study = try StudyCopy()
        let plain = try rows(try report([study.path, "drempels", "--show", "alpha"]), "reliability")[0]
        let repeated = try report([study.path, "drempels", "--show", "alpha", "--replicates", "60", "--seed", "4"])
        let row = try rows(repeated, "reliability")[0]
        let (alpha, same) = (try #require(row["alpha"] as? Double), try #require(plain["alpha"] as? Double))
        #expect(abs(alpha - same) < 1e-12)
        let ratio = try #require(row["se"] as? Double) / #require(plain["se"] as? Double)
        #expect(ratio > 0.6 && ratio < 1.6, "60 replicates vary by a tenth")
        #expect(repeated["variance"] as? String == "replicates" && repeated["seed"] as? String == "4")
        let again = try report([study.path, "drempels", "--show", "alpha", "--replicates", "60", "--seed", "4"])
        #expect(try rows(again, "reliability")[0]["se"] as? Double == row["se"] as? Double)
    }

    @Test func halfOfTheRowsInAnotherOrderGiveTheSameNumbers() throws {
        let (one, other) = (try StudyCopy(), try StudyCopy())
        for (study, isReversed) in [(one, false), (other, true)] {
            try study.editWave { records in
                records.rows = records.rows.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
                if isReversed { records.rows.reverse() }
            }
        }
        let first = try report([one.path])
        let second = try report([other.path])
        for key in ["scores", "reliability", "claims", "counts"] {
            for (a, b) in zip(try rows(first, key), try rows(second, key)) {
                for (name, value) in a {
                    guard let value = value as? Double, let same = b[name] as? Double else { continue }
                    #expect(abs(value - same) <= 1e-10 * max(1, abs(value)), "\(key) \(name)")
                }
            }
        }
    }

    @Test func otherNamesGiveTheSameNumbers() throws {
        let (one, other) = (try StudyCopy(), try StudyCopy())
        for name in ["study.yaml", "codebook.yaml", "data/golf1.csv", "data/golf2.csv"] {
            let text = try other.text(name)
            try other.folder.write(
                text.replacingOccurrences(of: "vertr_rijk", with: "v9").replacingOccurrences(
                    of: "water_genoeg", with: "aqua"), to: "study/\(name)")
        }
        let first = try report([one.path])
        let second = try report([other.path])
        for key in ["scores", "reliability", "claims", "components"] {
            let (a, b) = (try rows(first, key), try rows(second, key))
            #expect(!a.isEmpty && a.count == b.count)
            for (one, other) in zip(a, b) {
                for (name, value) in one where value is Double { #expect(other[name] as? Double == value as? Double) }
            }
        }
    }

    // MARK: Items against their scale

    @Test func anItemThatGoesAgainstItsScaleHoldsTheWave() throws {
        let study = try study("  - {id: kunnen, items: [nut, kunnen, zinloos]}")
        let check = try study.run("check")
        #expect(check.exitCode == 0 && check.output.contains("hold") && check.output.contains("NEGATIVE_ITEM: zinloos"))
        let document = try study.run("check", "--format", "json").json()
        let quality = try #require(document["quality"] as? [String: Any])
        let holds = try #require(quality["holds"] as? [[String: Any]])
        #expect(holds.count == 1 && holds[0]["item"] as? String == "zinloos" && holds[0]["action"] as? String == "hold")
        let run = try study.run("run", "--format", "json")
        #expect(run.exitCode == 0 && run.error.contains("NEGATIVE_ITEM"))
        #expect((try run.json()["holds"] as? [[String: Any]])?.first?["class"] as? String == "NEGATIVE_ITEM")
        let items = try rows(try report([study.path]), "items")
        #expect(items.map { $0["warning"] as? String } == ["", "", "NEGATIVE_ITEM"])
        #expect(try study.run("run", "--publish").exitCode == 0)
        #expect(try study.text("internal/quality-golf2.json").contains("NEGATIVE_ITEM"))
    }

    @Test func anItemThatTheCodebookHasReversedAlreadyIsSeen() throws {
        let study = try study("  - {id: kunnen, items: [nut, kunnen, gekeerd], reverse: [gekeerd]}")
        try study.edit(
            "codebook.yaml", "- id: drempels\n",
            "- id: gekeerd\n  nl: Z\n  en: Z\n  linear: {of: zinloos, times: -1, plus: 6}\n- id: drempels\n")
        let items = try rows(try report([study.path]), "items")
        #expect(items[2]["direction"] as? String == "reversed by the codebook and again by the scale")
        #expect(items[2]["warning"] as? String == "NEGATIVE_ITEM, REVERSED_TWICE")
        try study.edit("study.yaml", ", reverse: [gekeerd]", "")
        let mended = try rows(try report([study.path]), "items")
        #expect(
            mended[2]["direction"] as? String == "reversed by the codebook" && mended[2]["warning"] as? String == "")
    }

    @Test func aScaleThatCannotBeReadHoldsTheWaveToo() throws {
        let study = try study("  - {id: zorg, items: [zorg_stroom, zorg_dreiging]}")
        try study.editWave { records in
            for row in records.rows.indices { try records.set(row, "zorg_stroom", "3") }
        }
        let check = try study.run("check")
        #expect(check.exitCode == 0 && check.output.contains("CONSTANT_COLUMN"), "\(check.error)")
        let scale = try Program.run(["scale", study.path])
        #expect(scale.exitCode == 65 && scale.error.contains("'zorg_stroom'") && scale.error.contains("Scale 'zorg'"))
        #expect(scale.output.isEmpty, "there is no other scale")
    }

    @Test func theOtherScalesAreComputed() throws {
        let study = try study("  - {id: zorg, items: [zorg_stroom, zorg_dreiging]}\n  - {id: v, of: vertrouwen}")
        try study.editWave { records in
            for row in records.rows.indices { try records.set(row, "zorg_stroom", "3") }
        }
        let answer = try Program.run(["scale", study.path, "--format", "json"])
        #expect(answer.exitCode == 65)
        #expect(try answer.errorJSON()["class"] as? String == "CONSTANT_COLUMN")
        let report = try answer.json()
        #expect(try rows(report, "reliability").map { $0["scale"] as? String } == ["v"])
        #expect(try rows(report, "findings").map { $0["action"] as? String } == ["hold"])
    }

    @Test func answersThatNobodyGaveAreNamed() throws {
        let study = try study("  - {id: zorg, items: [zorg_stroom, zorg_dreiging]}")
        try study.editWave { records in
            for row in records.rows.indices {
                try records.set(row, "zorg_stroom", "9")
                try records.set(row, "zorg_dreiging", "8")
            }
        }
        let scale = try Program.run(["scale", study.path])
        #expect(scale.exitCode == 65 && scale.error.contains("EMPTY_DOMAIN") && scale.error.contains("Scale 'zorg'"))
    }

    // MARK: Wrong declarations

    struct Case: Sendable, CustomTestStringConvertible {
        let scales: String
        let errorClass: String
        let says: String
        var testDescription: String { errorClass + ": " + scales }
        init(_ scales: String, _ errorClass: String, _ says: String) {
            (self.scales, self.errorClass, self.says) = (scales, errorClass, says)
        }
    }

    static let cases: [Case] = [
        Case("  - {id: a, of: dreigign}", "UNKNOWN_VARIABLE", "did you mean 'dreiging'?"),
        Case("  - {id: a, of: pakket}", "NOT_A_MEAN", "'pakket'"),
        Case("  - {id: a, of: voorbereid}", "NOT_A_MEAN", "kind: checklist"),
        Case("  - {id: a, of: dreiging, reverse: [dreiging_regen]}", "WRONG_VALUE", "beside `of`"),
        Case("  - {id: a, items: [nut, kunnne]}", "UNKNOWN_VARIABLE", "did you mean 'kunnen'?"),
        Case("  - {id: a, items: [nut]}", "TOO_FEW_ITEMS", "two items"),
        Case("  - {id: a, items: [nut, nut]}", "REPEATED_ITEM", "'nut'"),
        Case("  - {id: a, items: [nut, kunnen], reverse: [zinloos]}", "UNKNOWN_ITEM", "'zinloos'"),
        Case("  - {id: a, items: [nut, leeftijd_klasse]}", "NOT_ORDERED", "'leeftijd_klasse'"),
        Case("  - {id: a, items: [nut, resp_id]}", "NOT_A_QUESTION", "'resp_id'"),
        Case("  - {id: a, items: [nut, duur_sec]}", "NO_RANGE", "'duur_sec'"),
        Case("  - {id: a, items: [nut, kunnen], minimum_answered: 3}", "BAD_OPTION", "2 items"),
        Case("  - {id: a, items: [nut, kunnen], range: [5, 1]}", "WRONG_VALUE", "two rising numbers"),
        Case("  - {id: a, items: [nut, kunnen], rang: [1, 5]}", "UNKNOWN_KEY", "did you mean 'range'?"),
        Case("  - {id: a, of: dreiging}\n  - {id: a, of: affect}", "REPEATED_ID", "'a'"),
        Case("  - {id: a, kind: checklist, items: [pakket, plan], alpha: true}", "CHECKLIST_HAS_NO_ALPHA", "no alpha"),
        Case("  - {id: a, kind: checklist, items: [pakket, water]}", "NOT_YES_NO", "water == 1"),
        Case("  - {id: a, kind: checklist, items: [pakket], range: [0, 1]}", "WRONG_VALUE", "kind is checklist"),
        Case("  - {id: a, kind: claim, claimed: \"water == 1\"}", "MISSING_KEY", "verified"),
        Case("  - {id: a, kind: claim, claimed: \"water = 1\", verified: \"water == 1\"}", "WRONG_VALUE", "name == 1"),
        Case("  - {id: a, kind: claim, claimed: \"water == 7\", verified: \"water == 1\"}", "UNKNOWN_LEVEL", "'7'"),
        Case(
            "  - {id: a, kind: claim, claimed: \"watr == 1\", verified: \"water == 1\"}", "UNKNOWN_VARIABLE", "'water'?"
        )
    ]

    @Test(arguments: cases)
    func wrongScalesAreNamed(_ wrong: Case) throws {
        let study = try study(wrong.scales)
        let answer = try Program.run(["scale", study.path])
        #expect(answer.exitCode == 78 && answer.output.isEmpty, "\(answer.error)")
        #expect(answer.error.contains("error[\(wrong.errorClass)]"), "\(answer.error)")
        #expect(answer.error.contains(wrong.says) && answer.error.contains("study.yaml:"), "\(answer.error)")
    }

    @Test func askingTheWrongThingAtThePrompt() throws {
        let study = try StudyCopy()
        let unknown = try Program.run(["scale", study.path, "dreigin"])
        #expect(unknown.exitCode == 64 && unknown.error.contains("did you mean 'dreiging'?"))
        let alpha = try Program.run(["scale", study.path, "gedaan", "--show", "alpha"])
        #expect(alpha.exitCode == 64 && alpha.error.contains("CHECKLIST_HAS_NO_ALPHA"))
        let outside = try self.study("  - {id: a, items: [nut, kunnen], range: [1, 4]}")
        let answer = try Program.run(["scale", outside.path])
        #expect(answer.exitCode == 65 && answer.error.contains("OUTSIDE_RANGE") && answer.error.contains("'nut'"))
    }

    @Test func aPanelWithoutWeightingHasNoMargins() throws {
        let study = try StudyCopy()
        let text = try study.text("study.yaml")
        let start = try #require(text.range(of: "\nweighting:"))
        let end = try #require(text.range(of: "\nareas:"))
        try study.folder.write(
            text.replacingCharacters(in: start.lowerBound..<end.lowerBound, with: "")
                .replacingOccurrences(of: "basis: probability", with: "basis: panel"), to: "study/study.yaml")
        let report = try report([study.path])
        let alpha = try rows(report, "reliability")[0]
        #expect(alpha["alpha"] is Double && alpha["se"] is NSNull && alpha["lower"] is NSNull)
        let models = try Program.run(["model", study.path, "--format", "json"])
        #expect(models.exitCode == 0, "\(models.error)")
        let effects = try rows(try models.json(), "effects")
        #expect(effects.allSatisfy { $0["effect"] is Double && $0["se"] is NSNull && $0["p"] is NSNull })
    }
}
