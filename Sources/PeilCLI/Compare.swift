import ArgumentParser
import PeilStudy

struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What changed between waves, with the covariance of people who took part in both.",
        discussion: """
            EXAMPLES:
              peil compare Data/haaglanden --from golf1 --to golf2
              peil compare Data/haaglanden --questions pakket plan --margin 0.03

            Without --from and --to every wave is compared with the study's reference.
            A question that changed is not compared until the study bridges it: exit
            code 65, and the rest is there. Method: Guides/Change.md.
            """)

    @Argument(help: ArgumentHelp("A study.yaml, or the folder that holds it.", valueName: "study"), completion: .file())
    var study: String

    @Option(help: ArgumentHelp("The earlier wave.", valueName: "id"))
    var from: String?

    @Option(help: ArgumentHelp("The later wave.", valueName: "id"))
    var to: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("What to compare; default the study's questions.", valueName: "question"))
    var questions: [String] = []

    @Option(
        help: ArgumentHelp("Shares that differ less than this, for example 0.03, count as equal.", valueName: "share"))
    var margin: Double?

    @OptionGroup(title: "Common options") var common: CommonOptions

    func validate() throws {
        if let margin, !(margin > 0 && margin < 1) { throw ValidationError("--margin lies between 0 and 1") }
    }

    func run() throws {
        common.chooseKernel()
        common.messages.running(file: study) {
            let comparison = StudyComparison(try Study(at: study), threads: common.threads)
            let result = try comparison.run(from: from, to: to, questions: questions, margin: margin)
            common.messages.print(result.report)
            if let failure = result.failure { throw failure }
        }
    }
}
