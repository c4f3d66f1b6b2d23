import ArgumentParser
import Foundation
import PeilIngest
import PeilStudy
import PeilTable
import PeilWaves

/// Calibrated weights and what they did.
struct Weight: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make the weights of a wave; print what each step did, before and after.",
        discussion: """
            EXAMPLES:
              peil weight Data/haaglanden
              peil weight Data/haaglanden --bootstrap 200
              peil weight Data/haaglanden --out internal/weights.csv
              peil weight --plan plan.yaml --by municipality     any data by a plan
            The steps stand under weighting in study.yaml, or under design › adjust in a
            plan: Guides/Weights-of-a-study.md.
            """)

    @Argument(help: ArgumentHelp("A study.yaml, or the folder that holds it.", valueName: "study"), completion: .file())
    var study: String?

    @Option(help: ArgumentHelp("The wave; default the newest whose files are all there.", valueName: "id"))
    var wave: String?

    @Option(
        help: ArgumentHelp("A plan with a dataset and a design instead of a study.", valueName: "file"),
        completion: .file())
    var plan: String?

    @Option(parsing: .upToNextOption, help: ArgumentHelp("With --plan: groups to tell apart.", valueName: "column"))
    var by: [String] = []

    @Option(help: ArgumentHelp("With --plan: column that names the rows in --out.", valueName: "column"))
    var id: String?

    @Option(
        help: ArgumentHelp("Write identifier and weight here, with a manifest.", valueName: "file"), completion: .file()
    )
    var out: String?

    @Option(
        help: ArgumentHelp(
            "Repeat the whole recipe in so many bootstrap samples and compare standard errors of the key figures.",
            valueName: "number"))
    var bootstrap: Int?

    @OptionGroup(title: "Common options") var common: CommonOptions

    func validate() throws {
        guard (study == nil) != (plan == nil) else {
            throw ValidationError("Give a study, or --plan FILE.")
        }
        guard plan != nil || (by.isEmpty && id == nil) else { throw ValidationError("--by and --id go with --plan.") }
        guard plan == nil || wave == nil else { throw ValidationError("--wave goes with a study.") }
        if let bootstrap, bootstrap < 2 { throw ValidationError("--bootstrap must be at least 2") }
    }

    func run() throws {
        common.chooseKernel()
        common.messages.running(file: study ?? plan ?? "") {
            if let study { try weigh(study: study) } else if let plan { try weigh(plan: plan) }
        }
    }

    private func weigh(study path: String) throws {
        let messages = common.messages
        let study = try Study(at: path)
        let job = StudyRun(study, wave: try WaveChoice.choose(wave, of: study), threads: common.threads)
        let prepared = try messages.stage("weight") { try job.prepare() }
        let report = try WeightReport(job, prepared, bootstrap: bootstrap)
        if let out {
            try RespondentsFile(weightsOf: job, prepared).write(to: out, publications: study.path("out"))
            if study.keyFile == nil {
                messages.note(
                    "the study has no key (privacy › key_file): \(out) holds the identifiers as they were delivered")
            }
        }
        print(report)
    }

    private func weigh(plan path: String) throws {
        let messages = common.messages
        let plan = try AnalysisPlan(weightsOf: path)
        let table = try messages.stage("read") {
            try plan.data(by + [id].compactMap { $0 }, threads: common.threads)
        }
        let report = try messages.stage("weight") {
            try WeightReport(plan, over: table, by: by, bootstrap: bootstrap, threads: common.threads)
        }
        if let out { try RespondentsFile(report, plan, over: table, identifier: id).write(to: out, publications: nil) }
        print(report)
    }

    private func print(_ report: WeightReport) {
        switch common.format {
        case .json: common.messages.result(report.json.text)
        case .csv: common.messages.result(report.csv)
        case .text: common.messages.result(report.text(Terminal.results))
        }
    }
}
