import Foundation
import Testing

/// `peil areas`: what each municipality would be, by whom that is said, and which figure leads.
@Suite struct AreasTests {
    private static let codes = [
        "GM0503", "GM0518", "GM0603", "GM0629", "GM0637", "GM1783", "GM1842", "GM1916", "GM1926"
    ]
    private static let rule = "lead: {minimum_areas: 30, maximum_cv: 0.2, minimum_base: 100, maximum_residual: 3}"

    private func report(_ study: StudyCopy, _ more: String...) throws -> [String: Any] {
        let answer = try Program.run(["areas", study.path, "--wave", "golf2", "--format", "json"] + more)
        #expect(answer.exitCode == 0, "\(answer.error)")
        return try answer.json()
    }

    private func rows(_ report: [String: Any], _ key: String) throws -> [[String: Any]] {
        try #require(report[key] as? [[String: Any]], "a table \(key)")
    }

    private func numbers(_ rows: [[String: Any]], _ key: String) -> [Double] { rows.compactMap { $0[key] as? Double } }

    @Test func withNineMunicipalitiesTheDirectFigureLeadsAndTheModelSaysWhatItWouldBorrow() throws {
        let study = try StudyCopy()
        let report = try report(study)
        #expect(report["schema"] as? String == "peil-areas-1" && report["use"] as? String == "not for publication")
        let leading = try rows(report, "leading")
        #expect(leading.count == 4 * 9)
        #expect(leading.allSatisfy { $0["leads"] as? String == "direct" })
        let ladder = try rows(report, "ladder")
        #expect(numbers(leading, "estimate") == numbers(ladder, "direct"))
        #expect(numbers(ladder, "standardised").count == 36 && numbers(ladder, "composite").count == 36)
        let model = try rows(report, "model")
        for row in model {
            let (gamma, borrowed) = (row["gamma"] as? Double ?? 0, row["borrowed"] as? Double ?? 0)
            #expect(gamma > 0 && borrowed > 0 && abs(gamma + borrowed - 1) < 1e-12)
        }
        // Benchmarked model values, by the people for whom the answers stand, are the region's figure.
        for (place, fit) in try rows(report, "fits").enumerated() {
            let own = place * 9..<place * 9 + 9
            let people = numbers(Array(leading[own]), "people")
            let values = numbers(Array(model[own]), "benchmarked")
            let mean = zip(people, values).reduce(0) { $0 + $1.0 * $1.1 } / people.reduce(0, +)
            let region = try #require(fit["region"] as? Double)
            #expect(abs(mean - region) < 1e-12)
        }
        let text = try study.run("areas", "--wave", "golf2")
        #expect(text.output.contains("9 areas, fewer than 30") && text.output.contains("would borrow"))
        #expect(text.output.contains("not for publication"))
    }

    @Test func aRuleThatAsksForMoreLetsTheModelLeadWhereAnswersAreFew() throws {
        let study = try StudyCopy()
        try study.edit(
            "study.yaml", Self.rule,
            "lead: {minimum_areas: 5, maximum_cv: 0.064, minimum_base: 50, maximum_residual: 3}")
        let leading = try rows(try report(study, "--indicator", "pakket=1"), "leading")
        let model = try rows(try report(study, "--indicator", "pakket=1"), "ladder")
        var kinds = Set<String>()
        for (row, ladder) in zip(leading, model) {
            let kind = try #require(row["leads"] as? String)
            kinds.insert(kind)
            #expect(kind == ((ladder["cv"] as? Double ?? 1) <= 0.064 ? "direct" : "model"))
            #expect(row["estimate"] as? Double == ladder[kind] as? Double)
        }
        #expect(kinds == ["direct", "model"])
    }

    @Test func aStudyThatSaysNothingHasDefaultsAndIsToldSo() throws {
        let study = try StudyCopy()
        let text = try study.text("study.yaml")
        let start = try #require(text.range(of: "  small_areas:\n"))
        let end = try #require(text.range(of: "\nsegments:"))
        try study.folder.write(
            text.replacingCharacters(in: start.lowerBound..<end.lowerBound, with: ""), to: "study/study.yaml")
        let report = try report(study)
        #expect(report["declared"] as? Bool == false)
        let notes = try #require(report["notes"] as? [String])
        #expect(notes.contains { $0.contains("these are the defaults") })
        #expect(numbers(try rows(report, "ladder"), "standardised").isEmpty)
    }

    @Test func theBootstrapGivesTheSameBytesOnAnyNumberOfThreads() throws {
        let study = try StudyCopy()
        let asked = ["areas", study.path, "--indicator", "pakket=1", "--bootstrap", "40", "--seed", "9"]
        let once = try Program.run(asked + ["--threads", "1"])
        let (thrice, other) = (
            try Program.run(asked + ["--threads", "3"]), try Program.run(asked.dropLast() + ["10"])
        )
        #expect(once.exitCode == 0 && once.output == thrice.output)
        #expect(other.exitCode == 0 && once.output != other.output)
    }

    // MARK: Areas without respondents

    /// The sample study without weighting, with Wassenaar's answers gone and covariates for all nine.
    private func withoutWassenaar(_ columns: String, _ header: String, _ line: (Int) -> String) throws -> StudyCopy {
        let study = try StudyCopy()
        let text = try study.text("study.yaml")
        let start = try #require(text.range(of: "weighting:\n"))
        let end = try #require(text.range(of: "areas:\n  variable"))
        try study.folder.write(
            text.replacingCharacters(in: start.lowerBound..<end.lowerBound, with: "")
                .replacingOccurrences(
                    of: "  small_areas:\n",
                    with: "  small_areas:\n    covariates: {file: gemeenten.csv, area: code, columns: \(columns)}\n"),
            to: "study/study.yaml")
        let lines = Self.codes.enumerated().map { "\($1),\(line($0))" }
        try study.folder.write((["code,\(header)"] + lines).joined(separator: "\n") + "\n", to: "study/gemeenten.csv")
        try study.editWave { records in
            let place = try #require(records.header.firstIndex(of: "gemeente"))
            records.rows.removeAll { $0[place] == "GM0629" }
        }
        return study
    }

    @Test func aMunicipalityWithoutAnswersHasTheSyntheticValueAndSaysSo() throws {
        let study = try withoutWassenaar("[ouder]", "ouder") { "\(15 + $0 * $0 % 7)" }
        let report = try report(study, "--indicator", "pakket=1")
        let leading = try rows(report, "leading")
        let own = try #require(leading.first { $0["area"] as? String == "GM0629" })
        #expect(own["leads"] as? String == "synthetic" && own["n"] as? Int == 0)
        #expect((own["why"] as? String)?.contains("no answers here") == true)
        #expect(own["label"] as? String == "Wassenaar" && own["estimate"] is Double)
        let rung = try #require(try rows(report, "ladder").first { $0["area"] as? String == "GM0629" })
        #expect(rung["direct"] is NSNull && rung["standardised"] is NSNull && rung["model"] is Double)
        let model = try #require(try rows(report, "model").first { $0["area"] as? String == "GM0629" })
        #expect(model["gamma"] as? Double == 0 && model["borrowed"] as? Double == 1)
    }

    @Test func moreCoefficientsThanMunicipalitiesIsAnErrorBesideTheDirectFigures() throws {
        let names = (0..<8).map { "x\($0)" }
        let study = try withoutWassenaar("[\(names.joined(separator: ", "))]", names.joined(separator: ",")) { area in
            (0..<8).map { "\((area * ($0 + 3) * ($0 + 5) + area * area) % 17)" }.joined(separator: ",")
        }
        let answer = try study.run("areas", "--wave", "golf2", "--indicator", "pakket=1", "--format", "json")
        #expect(answer.exitCode == 65)
        #expect(try answer.errorJSON()["class"] as? String == "TOO_FEW_AREAS")
        let report = try answer.json()
        #expect(numbers(try rows(report, "ladder"), "direct").count == 8)
        #expect(try rows(report, "fits")[0]["error"] as? String == "TOO_FEW_AREAS")
        let own = try #require(try rows(report, "leading").first { $0["area"] as? String == "GM0629" })
        #expect(own["leads"] as? String == "none" && own["estimate"] is NSNull)
    }

    @Test func covariatesThatFollowFromEachOtherAndFilesWithoutASampledAreaAreErrors() throws {
        let collinear = try withoutWassenaar("[a, b]", "a,b") { "\($0),\(2 * $0 + 1)" }
        let answer = try collinear.run("areas", "--wave", "golf2", "--indicator", "pakket=1", "--format", "json")
        #expect(answer.exitCode != 0 && answer.output.isEmpty)
        #expect(try answer.errorJSON()["class"] as? String == "COLLINEAR")
        let short = try withoutWassenaar("[a]", "a") { "\($0)" }
        try short.edit("gemeenten.csv", "GM0503,0\n", "")
        let missing = try short.run("areas", "--wave", "golf2", "--indicator", "pakket=1", "--format", "json")
        #expect(missing.exitCode == 78)
        let error = try missing.errorJSON()
        #expect(error["class"] as? String == "AREA_NOT_IN_FILE")
        #expect((error["message"] as? String)?.contains("GM0503") == true)
        #expect((error["file"] as? String)?.hasSuffix("gemeenten.csv") == true)
    }

    @Test func anAreaWhereEverybodyAnswersAlikeIsNamedAndRescuedBySmoothing() throws {
        // Calibrated: sums leave a standard error of 10⁻¹⁸, which is none.
        let study = try StudyCopy()
        try study.editWave { records in
            let (place, answer) = (
                try #require(records.header.firstIndex(of: "gemeente")),
                try #require(records.header.firstIndex(of: "kanaal_post"))
            )
            for row in records.rows.indices where records.rows[row][place] == "GM0603" {
                records.rows[row][answer] = "0"
            }
        }
        let arguments = ["areas", study.path, "--wave", "golf2", "--indicator", "kanaal_post=1", "--format", "json"]
        let refused = try Program.run(arguments)
        #expect(refused.exitCode == 65)
        let error = try refused.errorJSON()
        #expect(error["class"] as? String == "BAD_VARIANCE")
        #expect((error["message"] as? String)?.contains("'GM0603'") == true)
        #expect((error["remedy"] as? String)?.contains("smooth_variances: true") == true)
        try study.edit(
            "study.yaml", "    method: REML\n", "    method: REML\n    scale: arcsine\n    smooth_variances: true\n")
        let rescued = try Program.run(arguments)
        #expect(rescued.exitCode == 0, "\(rescued.error)")
        let notes = try #require(try rescued.json()["notes"] as? [String])
        #expect(notes.contains { $0.contains("the sampling variance of Rijswijk is 0 or unknown") })
        let own = try #require(try rows(try rescued.json(), "ladder").first { $0["area"] as? String == "GM0603" })
        #expect((own["direct"] as? NSNumber)?.doubleValue == 0 && (own["model"] as? Double ?? 0) > 0)
    }

    @Test func aPanelWithoutWeightingHasPointsAndNoModel() throws {
        let study = try withoutWassenaar("[a]", "a") { "\($0 * $0 % 5)" }
        try study.edit("study.yaml", "basis: probability", "basis: panel")
        let answer = try study.run("areas", "--wave", "golf2", "--indicator", "pakket=1", "--format", "json")
        #expect(answer.exitCode == 65)
        #expect(try answer.errorJSON()["class"] as? String == "NO_VARIANCE")
        let ladder = try rows(try answer.json(), "ladder")
        #expect(numbers(ladder, "direct").count == 8 && numbers(ladder, "direct_se").isEmpty)
        #expect(numbers(ladder, "model").isEmpty && numbers(ladder, "composite").isEmpty)
    }

    // MARK: Usage

    @Test func yesAndNoHaveNoMean() throws {
        let study = try StudyCopy()
        let answer = try study.run("areas", "--indicator", "pakket")
        #expect(answer.exitCode != 0 && answer.error.contains("pakket=") && answer.output.isEmpty, "\(answer.error)")
    }

    @Test func thePlotIsWrittenOnceAndOptionsAreChecked() throws {
        let study = try StudyCopy()
        let path = study.folder.path("areas.svg")
        #expect(try study.run("areas", "--indicator", "pakket=1", "--plot", path).exitCode == 0)
        let drawn = try study.folder.text("areas.svg")
        #expect(drawn.contains("<svg") && drawn.contains("Wassenaar") && drawn.contains("<circle"))
        #expect(try study.run("areas", "--indicator", "pakket=1", "--plot", path).exitCode == 73)
        #expect(try study.run("areas", "--seed", "4").exitCode == 64)
        #expect(try study.run("areas", "--bootstrap", "1").exitCode == 64)
        #expect(try study.run("areas", "--indicator", "pakket=1", "pakket=1").exitCode == 64)
        #expect(try study.run("areas", "--indicator", "pakket=77").exitCode != 0)
        #expect(try study.run("areas", "--indicator", "hoeveel").exitCode == 78)
    }
}
