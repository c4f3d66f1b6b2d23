import ArgumentParser
import PeilStudy
import PeilWaves

/// Renders again what was released.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Render a report again from released results, without the answers.",
        discussion: """
            EXAMPLES:
              peil report Data/haaglanden --language en          the report of now
              peil report Data/haaglanden --format csv,json      for a spreadsheet
              peil report Data/haaglanden --out pages            in another folder

            It reads the study and what 'peil run' left in its output folder. A draft
            stays a draft.
            """)

    @Argument(help: ArgumentHelp("A study.yaml, or the folder that holds it.", valueName: "study"), completion: .file())
    var study: String

    @Option(help: ArgumentHelp("The wave; default the one that readers see now.", valueName: "id"))
    var wave: String?

    @Option(help: ArgumentHelp("Forms of the report, by commas; default what the study asks.", valueName: "forms"))
    var format: String?

    @Option(help: ArgumentHelp("nl or en; default the study's own language.", valueName: "language"))
    var language: ReportLanguage?

    @Option(
        help: ArgumentHelp("Folder that 'peil run' wrote to; default STUDY/out.", valueName: "folder"),
        completion: .file())
    var from: String?

    @Option(
        help: ArgumentHelp("Folder of the output; default the folder that is read.", valueName: "folder"),
        completion: .file())
    var out: String?

    @Flag(help: "Print results and errors only.")
    var quiet = false

    @Option(help: ArgumentHelp("Form of the messages on stderr.", valueName: "form"))
    var logFormat: LogFormat = .text

    func run() throws {
        let messages = Messages(format: .text, logFormat: logFormat, isQuiet: quiet)
        Peil.returnFreedMemory()
        messages.running(file: study) {
            let study = try Study(at: self.study)
            if let wave { _ = try WaveChoice.choose(wave, of: study) }
            let result = try StoredReport(study, from: from, out: out).write(
                wave: wave, language: language?.rawValue, forms: format)
            messages.note("\(result.id), \(result.isRecorded ? "published" : "a draft")")
            messages.result(result.page)
        }
    }
}
