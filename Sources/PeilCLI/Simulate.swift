import ArgumentParser
import Foundation
import PeilStudy

/// Synthetic answers with known truth.
struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make synthetic waves of a study from its simulation.yaml, with the truth they came from.",
        discussion: """
            EXAMPLES:
              peil simulate Data/haaglanden --out trial
            """)

    @Argument(
        help: ArgumentHelp("The folder with simulation.yaml and margins.csv.", valueName: "study"), completion: .file())
    var study: String

    @Option(help: ArgumentHelp("Respondents aimed at per wave; default as simulation.yaml says.", valueName: "number"))
    var rows: Int?

    @Option(help: ArgumentHelp("Seed of the sample; default as simulation.yaml says.", valueName: "number"))
    var seed: UInt64?

    @Option(help: ArgumentHelp("Folder to write to.", valueName: "folder"), completion: .file())
    var out: String = "simulated"

    @OptionGroup(title: "Common options") var common: CommonOptions

    func run() throws {
        let messages = common.messages
        messages.running(file: study) {
            let files = try Simulation.run(study: study, rows: rows, seed: seed, out: out)
            for file in files { messages.note("wrote \(file)") }
        }
    }
}
