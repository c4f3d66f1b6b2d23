import ArgumentParser
import Foundation
import PeilStudy
import PeilWaves

/// Everything up to the estimates, and what it says about the data.
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check a study, its codebook, margins and data; print the data-quality report.",
        discussion: """
            EXAMPLES:
              peil check Data/haaglanden
              peil check Data/haaglanden --wave golf1 --format json

            Nothing is estimated and nothing is written. DISTRIBUTION_SHIFT names answers
            that moved further since the previous wave than the codebook allows. A line
            `hold` is what a wave that nobody looks at must wait for. What each line
            means: Guides/Data-quality.md.
            """)

    @Argument(help: ArgumentHelp("A study.yaml, or the folder that holds it.", valueName: "study"), completion: .file())
    var study: String

    @Option(help: ArgumentHelp("The wave; default the newest whose files are all there.", valueName: "id"))
    var wave: String?

    @OptionGroup(title: "Common options") var common: CommonOptions

    func run() throws {
        common.chooseKernel()
        let messages = common.messages
        messages.running(file: study) {
            let study = try Study(at: self.study)
            let job = StudyRun(study, wave: try WaveChoice.choose(wave, of: study), threads: common.threads)
            let prepared = try job.prepare()
            messages.stages(prepared.costs)
            let report = try QualityReport(
                job, prepared, comparison: WaveComparison(job, prepared), scales: ScaleQuality(job, prepared))
            switch common.format {
            case .json: messages.result(report.json.text)
            case .csv: messages.result(report.csv)
            case .text: messages.result(report.text)
            }
        }
    }
}
