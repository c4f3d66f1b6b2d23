import PeilDisclosure
import PeilIngest
import PeilStore
public import PeilStudy
import PeilTable

/// The sheet for the register of processing activities (AVG, article 30): what data, for what, by which rules, how long. It is made
/// from the study and the codebook, so it cannot say anything else than what peil does.
public struct ProcessingRegister {
    private let study: Study
    private var isDutch: Bool { study.language == "nl" }

    public init(_ study: Study) { self.study = study }

    /// Markdown, in the study's language where that is Dutch, else in English.
    public var text: String {
        let title = say("Register van verwerkingen", "Register of processing activities")
        var lines = ["# \(title): \(study.id)", "", "| | |", "| --- | --- |"]
        lines += purpose.map { "| \($0) | \(plain($1)) |" }
        for (heading, entries) in [
            (say("Gegevens", "Data"), data), (say("Regels voor publicatie", "Rules of publication"), rules),
            (say("Bewaren en wissen", "Keeping and erasing"), keeping)
        ] {
            lines += ["", "## \(heading)", ""]
            lines += entries.map { "- \($0)" }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func say(_ dutch: String, _ english: String) -> String { isDutch ? dutch : english }

    private func plain(_ text: String) -> String { text.replacing("|", with: "/").replacing("\n", with: " ") }

    private var purpose: [(String, String)] {
        let waves = study.waves.map { "\($0.id) (\($0.from) – \($0.to))" }.joined(separator: ", ")
        var outside = say("niets", "nothing")
        if let program = study.unattended.notify {
            outside = say(
                "het bericht over een publicatie, door \(program)", "the message about a publication, by \(program)")
        }
        return [
            (
                say("Doel", "Purpose"),
                say(
                    "statistiek over groepen mensen; geen besluit over een persoon",
                    "statistics about groups of people; no decision about a person")
            ),
            (say("Over wie", "About whom"), study.report.population.text(in: study.language) ?? ""),
            (say("Metingen", "Waves"), waves),
            (
                say("Wie krijgt cijfers", "Who gets figures"),
                say(
                    "lezers van het rapport: alleen uitkomsten van groepen, na de regels hieronder",
                    "readers of the report: results of groups only, by the rules below")
            ),
            (say("Naar buiten", "Leaves the machine"), outside)
        ]
    }

    private var data: [String] {
        var lines: [String] = []
        func add(_ dutch: String, _ english: String, _ keep: (CodebookVariable) -> Bool) {
            let names = study.codebook.variables.filter(keep).map { "`\($0.id)`" }
            if !names.isEmpty { lines.append("\(say(dutch, english)): \(names.joined(separator: ", "))") }
        }
        add("kenmerken van mensen", "identifiers of people") { $0.type == .id && $0.personal != .dropped }
        add("bijzondere persoonsgegevens", "special categories") { $0.isSensitive }
        add("open tekst die wordt bewaard", "open text that is kept") { $0.isOpenText && $0.keepsText }
        add("open tekst die niet wordt gelezen", "open text that is not read") { $0.isOpenText && !$0.keepsText }
        add("persoonsgegevens die niet worden gelezen", "personal data that are not read") { $0.personal == .dropped }
        add("waar iemand woont", "where somebody lives") { $0.type == .region }
        add("overige vragen en achtergronden", "other questions and background") {
            ![.id, .region].contains($0.type) && !$0.isOpenText && !$0.isSensitive && $0.personal == nil
        }
        if let frame = study.frame { lines.append("\(say("steekproefkader", "sampling frame")): `\(frame.file)`") }
        return lines
    }

    private var rules: [String] {
        let (frequency, base) = (study.disclosure.minimumFrequency, study.disclosure.minimumBase)
        return [
            say(
                "minder dan \(frequency) mensen met een antwoord: niet te zien",
                "fewer than \(frequency) people with an answer: not shown"),
            say(
                "minder dan \(base) mensen in een groep: niet te zien",
                "fewer than \(base) people in a group: not shown"),
            say("gevoelige vragen: alleen voor het hele gebied", "sensitive questions: for the whole region only"),
            say(
                "voor elke publicatie probeert een programma de verborgen cijfers terug te rekenen",
                "before every publication a program tries to work hidden figures out")
        ]
    }

    private var keeping: [String] {
        func time(_ days: Int?) -> String {
            days.map { say("\($0) dagen", "\($0) days") } ?? say("tot iemand ze wist", "until somebody removes them")
        }
        let kept = study.unattended.retention
        return [
            "\(say("kopieën van antwoorden", "copies of answers")): \(time(kept.rawDays)) (`waves/raw`, 0700)",
            "\(say("geweigerde leveringen", "rejected deliveries")): \(time(kept.quarantineDays)) (`quarantine`, 0700)",
            say(
                "gepubliceerde rapporten en het logboek: blijvend; zij vertellen niets over een persoon",
                "published reports and the log: for good; they tell nothing of a person"),
            say("wie vergeten wil worden: `peil waves forget`", "who wants to be forgotten: `peil waves forget`"),
            study.keyFile == nil
                ? say(
                    "kenmerken van mensen blijven zoals zij zijn, alleen in de kopieën",
                    "identifiers of people stay as they are, in the copies only")
                : say(
                    "kenmerken van mensen worden bij het lezen vervangen door pseudoniemen met een sleutel",
                    "identifiers of people are replaced by keyed pseudonyms when read")
        ]
    }

    /// Writes the sheet where it changed: `internal/processing-register.md`.
    func write() throws {
        let path = study.path("internal/processing-register.md")
        let bytes = Array(text.utf8)
        if try ArrivedFile.look(path) != nil, try DurableFile.read(path) == bytes { return }
        try DurableFolder.make(study.path("internal"), mode: 0o700)
        try DurableFile.write(bytes, to: path, mode: 0o600)
    }
}
