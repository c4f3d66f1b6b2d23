import ArgumentParser
import Foundation
import PeilStudy
import PeilWaves

/// Everything up to the estimates, and what it says about the data.
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check a study, its codebook, margins and data; print the data-quality report.",
        discussion: "Nothing is estimated and nothing is written:   peil check Data/haaglanden")

    @Argument(help: ArgumentHelp("A study.yaml, or the folder that holds it.", valueName: "study"))
    var study: String

    @Option(help: ArgumentHelp("The wave; default the newest whose files are all there.", valueName: "id"))
    var wave: String?

    @OptionGroup var common: CommonOptions

    func run() throws {
        common.chooseKernel()
        let messages = common.messages
        messages.running(file: study) {
            let study = try Study(at: self.study)
            let job = StudyRun(study, wave: try WaveChoice.choose(wave, of: study), threads: common.threads)
            let report = QualityReport(job, try job.prepare())
            messages.result(common.format == .json ? report.json.text : report.text)
        }
    }
}
