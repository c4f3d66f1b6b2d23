import Foundation
import Testing

/// `peil model`: which answers go with an outcome.
@Suite struct ModelCommandTests {
    /// The sample study with other models.
    private func study(_ models: String) throws -> StudyCopy {
        let study = try StudyCopy()
        let text = try study.text("study.yaml")
        let start = try #require(text.range(of: "models:\n"))
        let end = try #require(text.range(of: "families:\n"))
        try study.folder.write(
            text.replacingCharacters(in: start.lowerBound..<end.lowerBound, with: "models:\n\(models)\n\n"),
            to: "study/study.yaml")
        return study
    }

    private func rows(_ report: [String: Any], _ key: String) throws -> [[String: Any]] {
        try #require(report[key] as? [[String: Any]], "a table \(key)")
    }

    private func report(_ arguments: [String]) throws -> [String: Any] {
        let answer = try Program.run(["model"] + arguments + ["--format", "json"])
        #expect(answer.exitCode == 0, "\(arguments): \(answer.error)")
        return try answer.json()
    }

    @Test func driversStandByImportanceAndTheirSharesMakeTheFit() throws {
        let study = try StudyCopy()
        let report = try report([study.path])
        #expect(report["schema"] as? String == "peil-models-1" && report["reads_as"] as? String == "association")
        for model in try rows(report, "models") {
            let own = try rows(report, "drivers").filter { $0["model"] as? String == model["model"] as? String }
            let importance = try own.map { try #require($0["importance"] as? Double) }
            #expect(importance == importance.sorted(by: >))
            let fit = try #require(model["fit"] as? Double)
            #expect(abs(importance.reduce(0, +) - fit) < 1e-12)
            #expect(abs(own.reduce(0.0) { $0 + ($1["share_of_fit"] as? Double ?? 0) } - 1) < 1e-12)
        }
    }

    @Test func wordsStayAssociational() throws {
        let study = try StudyCopy()
        let text = try Program.run(["model", study.path]).output.lowercased()
        #expect(text.contains("it is association"))
        for word in [" drives ", " causes ", " leads to ", " effect of ", " because of "] {
            #expect(!text.contains(word), "'\(word)'")
        }
    }

    @Test func aFamilyIsAdjustedWholeWhicheverModelIsAskedFor() throws {
        let study = try study(
            """
              - {id: kit, outcome: {question: pakket, level: "1"}, family: logistic, predictors: [dreiging, vertrouwen]}
              - {id: plan, outcome: {question: plan, level: "1"}, family: logistic, predictors: [drempels, leeftijd_klasse]}
            """)
        let both = try rows(try report([study.path]), "drivers").filter { $0["model"] as? String == "kit" }
        let one = try rows(try report([study.path, "kit"]), "drivers")
        #expect(one.count == 2 && one.allSatisfy { $0["family"] as? String == "primary" })
        for (a, b) in zip(both, one) { #expect(a["p_adjusted"] as? Double == b["p_adjusted"] as? Double) }
    }

    @Test func whoIsLeftOutIsCountedByQuestion() throws {
        let study = try StudyCopy()
        let report = try report([study.path, "voorbereid"])
        let model = try rows(report, "models")[0]
        let missing = try rows(report, "missing")
        #expect(missing.count == 6)
        let dropped = try #require(model["dropped"] as? Int)
        #expect(missing.reduce(0) { $0 + ($1["only_this"] as? Int ?? 0) } <= dropped)
        #expect(missing.reduce(0) { $0 + ($1["missing"] as? Int ?? 0) } >= dropped)
    }

    @Test func aDomainIsACondition() throws {
        let study = try study(
            "  - {id: kit, outcome: {question: pakket, level: \"1\"}, family: logistic, predictors: [dreiging], domain: \"leeftijd >= 65\"}"
        )
        let model = try rows(try report([study.path]), "models")[0]
        let n = try #require(model["n"] as? Int)
        #expect(n > 300 && n < 2000 && model["domain"] as? String == "leeftijd >= 65")
    }

    @Test func everyFamilyHasItsRatio() throws {
        let study = try study(
            """
              - {id: odds, outcome: {question: pakket, level: "1"}, family: logistic, predictors: [dreiging]}
              - {id: rate, outcome: {question: uren}, family: quasipoisson, predictors: [{column: nut, as: number}]}
              - {id: line, outcome: {question: dreiging}, family: linear, predictors: [nut]}
            """)
        let report = try report([study.path])
        let coefficients = try rows(report, "coefficients")
        func ratio(_ model: String) -> [String: Any]? {
            coefficients.first { $0["model"] as? String == model && $0["coefficient"] as? String != "(Intercept)" }
        }
        #expect(ratio("odds")?["ratio_is"] as? String == "odds ratio" && ratio("rate")?["ratio"] is Double)
        #expect(ratio("line")?["ratio"] is NSNull)
        // A closed question is levels unless its codes are said to be numbers.
        #expect(coefficients.count { $0["model"] as? String == "line" } == 5)
        #expect(coefficients.count { $0["model"] as? String == "rate" } == 2)
    }

    @Test func theDrawingSaysInWordsWhatItShows() throws {
        let study = try StudyCopy()
        try study.edit("codebook.yaml", "  nl: Vertrouwen\n", "  nl: \"Vertrouwen <& 'zo'\"\n")
        let file = study.folder.path("pakket.svg")
        let answer = try Program.run(["model", study.path, "pakket", "--plot", file])
        #expect(answer.exitCode == 0, "\(answer.error)")
        let svg = try study.folder.text("pakket.svg")
        let document = XMLText(svg)
        #expect(document.isWellFormed && document.elements.contains("title") && document.elements.contains("desc"))
        #expect(svg.contains("role=\"img\"") && svg.contains("percentage points") && svg.contains("&lt;&amp;"))
        #expect(document.elements.count { $0 == "circle" } == 10, "four numbers and six ages, no interaction")
        #expect(try Program.run(["model", study.path, "pakket", "--plot", file]).exitCode == 73)
        let two = try Program.run(["model", study.path, "--plot", study.folder.path("both.svg")])
        #expect(two.exitCode == 64 && two.error.contains("name one model"))
    }

    @Test func manyPredictorsHaveNoImportanceAndSaySo() throws {
        let names =
            "nut, kunnen, zinloos, kosten_geld, kosten_tijd, vertr_gemeente, vertr_rijk, zorg_stroom, zorg_dreiging, info_genoeg, norm"
        let columns = names.split(separator: ", ").map { "{column: \($0), as: number}" }.joined(separator: ", ")
        let study = try study(
            "  - {id: kit, outcome: {question: pakket, level: \"1\"}, family: logistic, predictors: [\(columns)]}")
        let report = try report([study.path])
        #expect((report["notes"] as? [String])?.contains { $0.contains("no importance") } == true)
        let drivers = try rows(report, "drivers")
        #expect(drivers.count == 11 && drivers.allSatisfy { $0["importance"] is NSNull })
        let p = try drivers.map { try #require($0["p"] as? Double) }
        #expect(p == p.sorted())
    }

    @Test func predictorsThatSayTheSameAreNamed() throws {
        let parts = ["stroom", "dreiging", "regen", "hitte", "pandemie"].map { "dreiging_\($0)" }.joined(
            separator: ", ")
        let study = try study(
            "  - {id: kit, outcome: {question: pakket, level: \"1\"}, family: logistic, predictors: [vertrouwen, dreiging, \(parts)]}"
        )
        let notes = try #require(try report([study.path])["notes"] as? [String])
        let note = try #require(notes.first { $0.contains("gvif") })
        #expect(note.contains("'kit'") && note.contains("dreiging") && !note.contains("vertrouwen"))
    }

    // MARK: Data that a model cannot be fitted to

    @Test func separationNamesThePredictor() throws {
        let study = try study(
            "  - {id: kit, outcome: {question: pakket, level: \"1\"}, family: logistic, predictors: [radio, dreiging]}")
        // Nobody without a radio has a kit: quasi-complete.
        try study.editWave { records in
            let (radio, kit) = (try records.values("radio"), try records.values("fase_pakket"))
            for row in records.rows.indices where radio[row] == "2" && ["4", "5"].contains(kit[row]) {
                try records.set(row, "fase_pakket", "2")
            }
        }
        let quasi = try Program.run(["model", study.path])
        #expect(
            quasi.exitCode == 65 && quasi.error.contains("SEPARATED") && quasi.error.contains("'radio'"),
            "\(quasi.error)")
        // Everybody with one has a kit too: perfect.
        try study.editWave { records in
            let radio = try records.values("radio")
            for row in records.rows.indices where radio[row] == "1" { try records.set(row, "fase_pakket", "5") }
        }
        let perfect = try Program.run(["model", study.path])
        #expect(perfect.exitCode == 65 && perfect.error.contains("'radio'") && perfect.error.contains("Model 'kit'"))
    }

    @Test func aNumberThatSeparatesIsNamedToo() throws {
        let study = try study(
            "  - {id: kit, outcome: {question: pakket, level: \"1\"}, family: logistic, predictors: [vertrouwen, dreiging]}"
        )
        try study.editWave { records in
            let (first, second) = (try records.values("vertr_gemeente"), try records.values("vertr_rijk"))
            for row in records.rows.indices {
                let trust = [first[row], second[row]].compactMap(Int.init).filter { $0 <= 5 }
                try records.set(row, "fase_pakket", trust.reduce(0, +) > 3 * trust.count ? "5" : "1")
            }
        }
        let answer = try Program.run(["model", study.path])
        #expect(answer.exitCode == 65 && answer.error.contains("SEPARATED"), "\(answer.error)")
        #expect(answer.error.contains("'vertrouwen'"), "\(answer.error)")
    }

    @Test func oneLevelAConstantOutcomeAndDependentColumns() throws {
        let study = try study(
            "  - {id: kit, outcome: {question: pakket, level: \"1\"}, family: logistic, predictors: [radio]}")
        try study.editWave { records in
            for row in records.rows.indices { try records.set(row, "radio", "1") }
        }
        let level = try Program.run(["model", study.path])
        #expect(level.exitCode == 65 && level.error.contains("TOO_FEW_LEVELS") && level.error.contains("'radio'"))
        try study.editWave { records in
            for row in records.rows.indices { try records.set(row, "fase_pakket", "1") }
        }
        let constant = try Program.run(["model", study.path])
        #expect(constant.exitCode == 65 && constant.error.contains("RESPONSE_CONSTANT"), "\(constant.error)")

        let twins = try self.study(
            "  - {id: kit, outcome: {question: pakket, level: \"1\"}, family: logistic, predictors: [dreiging, twee]}")
        try twins.edit(
            "codebook.yaml", "- id: drempels\n",
            "- id: twee\n  nl: T\n  en: T\n  linear: {of: dreiging, times: 2, plus: 1}\n- id: drempels\n")
        let dependent = try Program.run(["model", twins.path])
        #expect(dependent.exitCode == 65 && dependent.error.contains("COLLINEAR") && dependent.error.contains("'twee'"))
    }

    @Test func moreCoefficientsThanUnitsAreRefused() throws {
        let study = try study(
            "  - {id: kit, outcome: {question: dreiging}, family: linear, predictors: [vertrouwen, drempels, leeftijd_klasse]}"
        )
        try study.edit("study.yaml", "  strata: [stratum]\n  clusters: [hh_id]", "  clusters: [gemeente]")
        let answer = try Program.run(["model", study.path])
        #expect(answer.exitCode == 65 && answer.output.isEmpty, "\(answer.error)")
        #expect(answer.error.contains("NO_DEGREES_OF_FREEDOM") && answer.error.contains("Model 'kit': 9 coefficients"))
    }

    @Test func theOrderOfRowsDoesNotShow() throws {
        let (one, other) = (try StudyCopy(), try StudyCopy())
        try other.editWave { $0.rows.reverse() }
        let first = try report([one.path])
        let second = try report([other.path])
        for key in ["models", "drivers", "effects", "margins", "coefficients"] {
            for (a, b) in zip(try rows(first, key), try rows(second, key)) {
                for (name, value) in a {
                    guard let value = value as? Double, name != "p", name != "p_adjusted" else { continue }
                    let same = try #require(b[name] as? Double)
                    #expect(abs(value - same) <= 1e-9 * max(1, abs(value)), "\(key) \(name)")
                }
            }
        }
    }

    @Test func aStudyWithReplicatesFitsTheModelInEach() throws {
        let study = try study(
            "  - {id: kit, outcome: {question: pakket, level: \"1\"}, family: logistic, predictors: [dreiging, vertrouwen]}"
        )
        // In few replicates the bound of the largest weight cannot be met.
        try study.edit(
            "study.yaml", "    - {method: trim, group: gemeente, upper: 3, recalibrate: 50, drift: report}\n", "")
        let linear = try rows(try report([study.path]), "coefficients")
        try study.edit(
            "study.yaml", "  lonely_psu: adjust\n",
            "  lonely_psu: remove\n  replicate_from: {type: bootstrap, replicates: 40, seed: 3}\n")
        let replicated = try rows(try report([study.path]), "coefficients")
        for (a, b) in zip(linear, replicated) {
            let (error, same) = (try #require(a["se"] as? Double), try #require(b["se"] as? Double))
            #expect(error != same && same / error > 0.5 && same / error < 1.8, "40 replicates vary by a ninth")
        }
        let scale = try Program.run(["scale", study.path, "zorgen", "--show", "alpha", "--format", "json"])
        #expect(scale.exitCode == 0, "\(scale.error)")
        #expect(try scale.json()["variance"] as? String == "replicates")
    }

    @Test func threadsDoNotShow() throws {
        let study = try StudyCopy()
        for command in ["scale", "model"] {
            let one = try Program.run([command, study.path, "--format", "json", "--threads", "1"])
            let two = try Program.run([command, study.path, "--format", "json", "--threads", "2"])
            #expect(one.exitCode == 0 && one.output == two.output && !one.output.isEmpty)
        }
    }

    // MARK: Wrong declarations

    struct Case: Sendable, CustomTestStringConvertible {
        let model: String
        let errorClass: String
        let says: String
        var testDescription: String { errorClass + ": " + model }
        init(_ model: String, _ errorClass: String, _ says: String) {
            (self.model, self.errorClass, self.says) = (model, errorClass, says)
        }
    }

    private static let kit = "outcome: {question: pakket, level: \"1\"}, family: logistic, predictors: "
    static let cases: [Case] = [
        Case(
            "outcome: {question: paket, level: \"1\"}, family: logistic, predictors: [dreiging]", "UNKNOWN_VARIABLE",
            "did you mean 'pakket'?"),
        Case(
            "outcome: {question: pakket, level: \"9\"}, family: logistic, predictors: [dreiging]", "UNKNOWN_LEVEL",
            "answers are: 0, 1"),
        Case("outcome: {question: pakket}, family: logistic, predictors: [dreiging]", "RESPONSE_OF_TEXTS", "add level"),
        Case(
            "outcome: {question: pakket, level: [\"0\", \"1\"]}, family: logistic, predictors: [dreiging]",
            "RESPONSE_CONSTANT", "name fewer"),
        Case(
            "outcome: {question: leeftijd_klasse}, family: linear, predictors: [dreiging]", "RESPONSE_OF_TEXTS",
            "leeftijd_klasse"),
        Case("outcome: {question: resp_id}, family: linear, predictors: [dreiging]", "NOT_A_QUESTION", "identifiers"),
        Case(
            "outcome: {question: pakket, level: \"1\"}, family: logit, predictors: [dreiging]", "WRONG_VALUE",
            "linear, logistic"),
        Case(kit + "[dreigng]", "UNKNOWN_VARIABLE", "did you mean 'dreiging'?"),
        Case(kit + "[hh_id]", "NOT_A_QUESTION", "'hh_id'"),
        Case(kit + "[opmerking]", "NOT_A_QUESTION", "open text"),
        Case(kit + "[dreiging, dreiging]", "REPEATED_TERM", "'dreiging'"),
        Case(kit + "[dreiging, fase_pakket]", "OUTCOME_AMONG_PREDICTORS", "'fase_pakket'"),
        Case(kit + "[dreiging, pakket]", "OUTCOME_AMONG_PREDICTORS", "'pakket'"),
        Case(kit + "[dreiging, {interaction: [dreiging, vertrouwen]}]", "INTERACTION_WITHOUT_MAIN", "'vertrouwen'"),
        Case(kit + "[dreiging, {interaction: [dreiging]}]", "WRONG_VALUE", "two or more"),
        Case(kit + "[dreiging, {column: leeftijd_klasse, as: number}]", "NOT_ORDERED", "'leeftijd_klasse'"),
        Case(kit + "[leeftijd_klasse], reference: {leeftijd_klasse: \"18\"}", "UNKNOWN_LEVEL", "18-24"),
        Case(kit + "[dreiging], reference: {dreiging: \"1\"}", "WRONG_VALUE", "closed questions"),
        Case(kit + "[leeftijd_klasse], margins: {leeftijd_klasse: [1]}", "WRONG_VALUE", "is none"),
        Case(kit + "[dreiging], margins: {dreiging: [50, 101]}", "WRONG_VALUE", "between 0 and 100"),
        Case(
            "outcome: {question: uren}, family: quasipoisson, predictors: [leeftijd], margins: {leeftijd: [1e9]}",
            "WRONG_VALUE", "between"),
        Case(kit + "[dreiging], reference: {dreigng: \"1\"}", "UNKNOWN_KEY", "did you mean 'dreiging'?"),
        Case(kit + "[]", "WRONG_VALUE", "a list"),
        Case(kit + "[dreiging], domain: \"leeftijd > oud\"", "WRONG_VALUE", "a condition"),
        Case(kit + "[dreiging], outcomes: 1", "UNKNOWN_KEY", "did you mean 'outcome'?")
    ]

    @Test(arguments: cases)
    func wrongModelsAreNamed(_ wrong: Case) throws {
        let study = try study("  - {id: kit, \(wrong.model)}")
        let answer = try Program.run(["model", study.path])
        #expect(answer.exitCode == 78 && answer.output.isEmpty, "\(answer.error)")
        #expect(answer.error.contains("error[\(wrong.errorClass)]"), "\(answer.error)")
        #expect(answer.error.contains(wrong.says) && answer.error.contains("study.yaml:"), "\(answer.error)")
    }

    @Test func askingForAModelThatIsNotThere() throws {
        let study = try StudyCopy()
        let unknown = try Program.run(["model", study.path, "paket"])
        #expect(unknown.exitCode == 64 && unknown.error.contains("did you mean 'pakket'?"))
        let twice = try self.study(
            "  - {id: kit, \(Self.kit)[dreiging]}\n  - {id: kit, \(Self.kit)[vertrouwen]}")
        #expect(try Program.run(["model", twice.path]).error.contains("REPEATED_ID"))
    }
}

/// Names of the elements of an XML text, and whether they close as they open.
private struct XMLText {
    private(set) var elements: [String] = []
    private(set) var isWellFormed = true

    init(_ text: String) {
        var open: [String] = []
        for part in text.split(separator: "<").dropFirst(text.hasPrefix("<") ? 0 : 1) {
            guard let end = part.firstIndex(of: ">") else {
                isWellFormed = false
                continue
            }
            let tag = part[..<end]
            if tag.hasPrefix("/") {
                if open.popLast() != String(tag.dropFirst()) { isWellFormed = false }
            } else {
                let name = String(tag.prefix { $0 != " " && $0 != "/" })
                elements.append(name)
                if !tag.hasSuffix("/") { open.append(name) }
            }
        }
        if !open.isEmpty { isWellFormed = false }
    }
}
