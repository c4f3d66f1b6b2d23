import ArgumentParser
import PeilStudy

/// Whether questions that a study reads as one thing belong together.
struct ScaleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scale",
        abstract: "Quality and results of the study's scales, checklists and claims.",
        discussion: """
            EXAMPLES:
              peil scale Data/haaglanden                             all of them
              peil scale Data/haaglanden dreiging --show items       one, its items
              peil scale Data/haaglanden water --by-area             claims by area
              peil scale Data/haaglanden dreiging --replicates 200   bootstrap margins
            Scales stand in study.yaml under `scales`. Method: Guides/Scales.md.
            """)

    @OptionGroup var source: SegmentStudyOptions

    @Argument(help: ArgumentHelp("Scales of the study; default all.", valueName: "scale"))
    var scales: [String] = []

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Only these: score, alpha, items, correlations, components, counts, claims.", valueName: "part"))
    var show: [StudyScales.Part] = []

    @Flag(help: "Claims by area too.")
    var byArea = false

    @Option(
        help: ArgumentHelp(
            "Margins from so many bootstrap samples, weighting repeated in each; default linearised.",
            valueName: "number"))
    var replicates = 0

    @Option(help: "Seed of the bootstrap samples.")
    var seed: UInt64 = 1

    @OptionGroup(title: "Common options") var common: CommonOptions

    func validate() throws {
        guard replicates == 0 || (2...10_000).contains(replicates) else {
            throw ValidationError("--replicates: 2 to 10000")
        }
    }

    func run() throws {
        common.chooseKernel()
        common.messages.running(file: source.study) {
            let (job, prepared) = try source.prepared(common, withSegments: false)
            let result = try common.messages.stage("scales") {
                try StudyScales(job, prepared).result(
                    StudyScales.Options(
                        scales: scales, parts: show, byArea: byArea, replicates: replicates, seed: seed))
            }
            if result.failures.count < max(1, scales.isEmpty ? job.study.scales.count : Set(scales).count) {
                common.messages.print(result.report)
            }
            for failure in result.failures.dropLast() { common.messages.report(failure) }
            if let last = result.failures.last { common.messages.fail(last) }
        }
    }
}

extension StudyScales.Part: ExpressibleByArgument {}
