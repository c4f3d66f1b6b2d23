import ArgumentParser
import PeilStatistics
import PeilStudy

/// Small areas of a study.
struct Areas: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Estimate each area of a study: direct, standardised, composite and by a model; a rule says which leads.",
        discussion: """
            EXAMPLES:
              peil areas Data/haaglanden                               the key figures
              peil areas Data/haaglanden --indicator pakket=1 --plot areas.svg
              peil areas Data/haaglanden --bootstrap 500 --seed 7      errors of the model

            What helps, and the rule, stand under areas › small_areas in study.yaml:
            Guides/Small-areas.md.
            """)

    @OptionGroup var source: SegmentStudyOptions

    @Option(
        name: .customLong("indicator"),
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "`question` for a mean, `question=answer` for a share; default those of the study, or its key figures.",
            valueName: "indicator"))
    var indicators: [String] = []

    @Option(help: ArgumentHelp("Draws of a parametric bootstrap of the model's errors.", valueName: "number"))
    var bootstrap: Int?

    @Option(help: "Seed of the bootstrap; default 1.")
    var seed: UInt64?

    @Option(
        help: ArgumentHelp("Draw areas and intervals as SVG into this new file.", valueName: "file"),
        completion: .file())
    var plot: String?

    @OptionGroup(title: "Common options") var common: CommonOptions

    func validate() throws {
        if let bootstrap, !(2...100_000).contains(bootstrap) {
            throw ValidationError("--bootstrap: 2 to 100000 draws")
        }
        guard seed == nil || bootstrap != nil else { throw ValidationError("--seed goes with --bootstrap.") }
    }

    func run() throws {
        common.chooseKernel()
        let messages = common.messages
        messages.running(file: source.study) {
            let (job, prepared) = try source.prepared(common, withSegments: false)
            let draws = try bootstrap.map { try AreaBootstrap(draws: $0, seed: seed ?? 1) }
            let result = try messages.stage("areas") {
                try AreaEstimates(job, prepared).result(.init(indicators: indicators, bootstrap: draws))
            }
            if let plot { try ResultFile.write(result.plot.svg, to: plot, replaces: false) }
            messages.print(result.report)
            for failure in result.failures.dropLast() { messages.report(failure) }
            if let last = result.failures.last { throw last }
        }
    }
}
