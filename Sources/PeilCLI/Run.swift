import ArgumentParser
import Foundation
import PeilNumerics
import PeilStudy
import PeilWaves

/// Languages of reports.
enum ReportLanguage: String, ExpressibleByArgument, CaseIterable {
    case nl, en
}

/// The main job: from the file of a wave to a released report.
struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make the report of a wave: ingest, weights, estimates, segments, disclosure, page.",
        discussion: """
            EXAMPLES:
              peil run Data/haaglanden                           the newest complete wave
              peil run Data/haaglanden --wave golf1 --language en

            Without --publish the result is a draft. With it the exact facts about the
            data go to internal/ in the study's folder, which is no publication.
            """)

    @Argument(help: ArgumentHelp("A study.yaml, or the folder that holds it.", valueName: "study"), completion: .file())
    var study: String

    @Option(help: ArgumentHelp("The wave; default the newest whose files are all there.", valueName: "id"))
    var wave: String?

    @Option(help: ArgumentHelp("Folder for the output; default STUDY/out.", valueName: "folder"), completion: .file())
    var out: String?

    @Option(help: ArgumentHelp("nl or en; default the study's own language.", valueName: "language"))
    var language: ReportLanguage?

    @Flag(help: "Record this publication in the study's log of publications.")
    var publish = false

    @OptionGroup(title: "Common options") var common: CommonOptions

    func run() throws {
        common.chooseKernel()
        common.requireLinearPrograms()
        let messages = common.messages
        messages.running(file: study) {
            let study = try Study(at: self.study)
            let wave = try WaveChoice.choose(wave, of: study)
            let job = StudyRun(study, wave: wave, threads: common.threads)
            let publisher = Publisher(job)
            try publisher.requireEngines()
            let prepared = try job.prepare()
            messages.stages(prepared.costs)
            messages.detail("arithmetic kernel \(LinearKernel.name), \(common.threads) thread(s)")
            messages.detail(
                "weights: \(prepared.weights.iterations) rounds, \(prepared.weights.trimmed) trimmed, "
                    + "largest relative margin error \(prepared.weights.largestRelativeError)")
            // What stops the run comes first: a scale may fail by the same fault.
            let clock = ContinuousClock()
            let start = clock.now
            let draft = try job.draft(prepared)
            let made = clock.now
            let released = try job.release(draft, of: prepared)
            func milliseconds(_ duration: Duration) -> Int { Int((duration / .milliseconds(1)).rounded()) }
            messages.detail(
                "\(released.content.attackLine); figures made in \(milliseconds(made - start)) ms, "
                    + "protected and attacked in \(milliseconds(clock.now - made)) ms")
            let scales = try ScaleQuality(job, prepared)
            for finding in scales.findings {
                messages.note("\(finding.holds ? "hold" : "warning")[\(finding.code)]: \(finding.message)")
            }
            var result = try publisher.write(
                released, language: language?.rawValue ?? study.language, to: out, records: publish,
                members: publish ? try job.members(prepared) : .init())
            result.findings = scales.findings
            if publish { try QualityFacts(job, prepared, scales: scales).write() }
            switch common.format {
            case .json: messages.result(result.json.text)
            case .csv, .text:
                messages.note(
                    "\(study.id), wave \(wave.id): \(prepared.table.rowCount) respondents, "
                        + (publish ? "published" : "a draft"))
                messages.result(result.page)
            }
        }
    }
}
