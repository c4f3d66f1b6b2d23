import ArgumentParser
import PeilStudy

/// Which answers go with an outcome.
struct ModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model",
        abstract: "Fit the study's models: which answers go with an outcome, and how much each.",
        discussion: """
            EXAMPLES:
              peil model Data/haaglanden                               all of them
              peil model Data/haaglanden pakket --plot pakket.svg      one, drawn

            Models stand in study.yaml under `models`. They tell what goes together, not
            what leads to what. Method: Guides/Models.md.
            """)

    @OptionGroup var source: SegmentStudyOptions

    @Argument(help: ArgumentHelp("Models of the study; default all.", valueName: "model"))
    var models: [String] = []

    @Option(
        help: ArgumentHelp("Draw the effects of the one model here, as SVG.", valueName: "file"), completion: .file())
    var plot: String?

    @OptionGroup(title: "Common options") var common: CommonOptions

    func run() throws {
        common.chooseKernel()
        common.messages.running(file: source.study) {
            let (job, prepared) = try source.prepared(common, withSegments: false)
            let result = try common.messages.stage("models") { try StudyModels(job, prepared).result(models) }
            if let plot {
                guard result.plots.count == 1 else {
                    throw Failure(
                        "USAGE", "--plot draws one model, and there are \(result.plots.count)", file: source.study,
                        remedy: "name one model", exitCode: ExitStatus.usage)
                }
                try ResultFile.write(result.plots[0].svg, to: plot, replaces: false)
            }
            common.messages.print(result.report)
        }
    }
}
