import Foundation
import Testing

/// Study files that are wrong: each names its class, its place and what to do, and leaves nothing behind.
@Suite struct BadStudyTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let old: String
        let new: String
        let code: Int32
        let errorClass: String
        /// Texts that the message must hold.
        let says: [String]
        var testDescription: String { name }

        init(_ name: String, _ old: String, _ new: String, _ code: Int32, _ errorClass: String, _ says: [String]) {
            self.name = name
            self.old = old
            self.new = new
            self.code = code
            self.errorClass = errorClass
            self.says = says
        }
    }

    static let cases = [
        Case(
            "misspelt key", "\ndesign:", "\ndesgin:", 78, "UNKNOWN_KEY",
            ["study.yaml:", "'desgin'", "did you mean 'design'?"]),
        Case(
            "misspelt key inside", "lonely_psu: adjust", "lonley_psu: adjust", 78, "UNKNOWN_KEY",
            ["'lonley_psu'", "'lonely_psu'?"]),
        Case("unknown rule", "lonely_psu: adjust", "lonely_psu: adjsut", 78, "WRONG_VALUE", ["did you mean 'adjust'?"]),
        Case(
            "codebook elsewhere", "codebook: codebook.yaml", "codebook: ../codebook.yaml", 78, "WRONG_VALUE",
            ["study.yaml:", "inside the study's folder"]),
        Case("wave file elsewhere", "data/golf1.csv", "../golf1.csv", 78, "WRONG_VALUE", ["inside the study's folder"]),
        Case(
            "absolute codebook", "codebook: codebook.yaml", "codebook: /codebook.yaml", 78, "WRONG_VALUE",
            ["inside the study's folder"]),
        Case(
            "absent codebook", "codebook: codebook.yaml", "codebook: cookbook.yaml", 66, "FILE_ABSENT",
            ["cookbook.yaml"]),
        Case("unknown language", "language: nl", "language: de", 78, "WRONG_VALUE", ["study.yaml:", "nl, en"]),
        Case(
            "rule below the floor", "minimum_frequency: 10", "minimum_frequency: 2", 78, "BELOW_FLOOR",
            ["study.yaml:", "3"]),
        Case(
            "unknown basis", "basis: probability", "basis: probabilty", 78, "WRONG_VALUE",
            ["did you mean 'probability'?"]),
        Case(
            "unknown question", "variable: uren_klasse", "variable: uren_klase", 78, "WRONG_VALUE",
            ["did you mean 'uren_klasse'?"]),
        Case(
            "design column that the data lack", "strata: [stratum]", "strata: [startum]", 78, "MISSING_COLUMN",
            ["did you mean 'stratum'?"]),
        Case(
            "margin of another population",
            "population, missing: share}\n        - {variables: [gemeente, leeftijd_klasse]",
            "population2, missing: share}\n        - {variables: [gemeente, leeftijd_klasse]", 78, "MISSING_COLUMN",
            ["population"]),
        Case(
            "trim before rake", "steps:\n    - method: rake",
            "steps:\n    - {method: trim, group: gemeente, upper: 4, recalibrate: 9}\n    - method: rake", 78,
            "WRONG_VALUE", ["calibrate before they trim"]),
        Case("not YAML", "\nbasis: probability", "\nbasis: [probability", 78, "NOT_YAML", ["study.yaml:"])
    ]

    @Test(arguments: cases)
    func isRefusedBeforeAnythingIsWritten(_ example: Case) throws {
        let study = try StudyCopy()
        try study.edit("study.yaml", example.old, example.new)
        let before = try study.folder.tree()
        let answer = try study.run()
        #expect(answer.exitCode == example.code, "\(answer.error)")
        #expect(answer.error.hasPrefix("error[\(example.errorClass)]: "), "\(answer.error)")
        for text in example.says { #expect(answer.error.contains(text), "\(text) in \(answer.error)") }
        #expect(answer.error.contains(" · "))
        #expect(answer.output.isEmpty)
        #expect(try study.folder.tree() == before)
        #expect(!study.exists("out"))
        #expect(try study.run("check").exitCode == example.code, "check finds it too")
    }

    @Test func marginsOfDifferentTotalsContradictEachOther() throws {
        let study = try StudyCopy()
        let margins = try study.text("margins.csv")
        try study.folder.write(
            margins.replacingOccurrences(of: ";11477\n", with: ";21477\n"), to: "study/margins-age.csv")
        try study.edit("study.yaml", "leeftijd_klasse], file: margins.csv", "leeftijd_klasse], file: margins-age.csv")
        let answer = try study.run()
        #expect(answer.exitCode == 78)
        #expect(answer.error.hasPrefix("error[MARGINS_DISAGREE]: "))
        #expect(answer.error.contains("934357") && answer.error.contains("944357"))
        #expect(!study.exists("out"))
    }

    @Test func absentStudyIs66() throws {
        let folder = try TemporaryFolder()
        for command in ["run", "check"] {
            let answer = try Program.run(command, "nowhere", "--format", "json", in: folder)
            #expect(answer.exitCode == 66)
            #expect(answer.output.isEmpty)
            #expect(try answer.errorJSON()["file"] as? String == "nowhere")
        }
        #expect(try folder.tree().isEmpty)
    }

    @Test func unknownWaveNamesTheNearest() throws {
        let answer = try StudyCopy().run("run", "--wave", "gofl1")
        #expect(answer.exitCode == 66)
        #expect(answer.error.hasPrefix("error[UNKNOWN_WAVE]: "))
        #expect(answer.error.contains("did you mean 'golf1'?"))
    }

    @Test func outputThatCannotBeCreatedIs73() throws {
        let study = try StudyCopy()
        try study.folder.write("", to: "plain")
        let before = try study.folder.tree()
        let answer = try study.run("run", "--out", study.folder.path("plain/out"))
        #expect(answer.exitCode == 73)
        #expect(answer.error.hasPrefix("error[OUTPUT_NOT_CREATED]: "))
        #expect(try study.folder.tree() == before)
    }
}
