import ArgumentParser
import Foundation
import PeilStatistics
import PeilStudy
import PeilTable
import PeilWaves

/// Audience groups: found, frozen, placed, described, and recognised by a few questions.
struct Segment: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Find, freeze, place and describe segments; make a short question set; group areas.",
        discussion: """
            Find and freeze:       peil segment fit Data/haaglanden --out Data/haaglanden/internal/segments-1.json
            How many segments:     peil segment fit Data/haaglanden --numbers 2-8 --stability 20
            Place a new wave:      peil segment score Data/haaglanden --model segments-1.json --wave golf2
            Who are they:          peil segment profile Data/haaglanden
            Five questions:        peil segment typing-tool Data/haaglanden --out tool.json --short-form vragen.md
            Areas, not people:     peil segment areas Data/haaglanden
            Methods: Guides/Segments.md.
            """,
        subcommands: [Fit.self, Score.self, Profile.self, TypingToolCommand.self, Areas.self])
}

/// The study and wave of a command on segments.
struct SegmentStudyOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("A study.yaml, or the folder that holds it.", valueName: "study"))
    var study: String

    @Option(help: ArgumentHelp("The wave; default the newest whose files are all there.", valueName: "id"))
    var wave: String?

    func prepared(
        _ common: CommonOptions, withSegments: Bool
    ) throws -> (run: StudyRun, prepared: StudyRun.Prepared) {
        let study = try Study(at: study)
        let run = StudyRun(study, wave: try WaveChoice.choose(wave, of: study), threads: common.threads)
        let prepared = try common.messages.stage("weight") { try run.prepare(withSegments: withSegments) }
        return (run, prepared)
    }
}

extension Messages {
    func print(_ report: ResearchReport) {
        switch format {
        case .json: result(report.json.text)
        case .csv: result(report.csv)
        case .text: result(report.text)
        }
    }
}

extension ClosedRange<Int> {
    /// "2-8", or "5" for one number.
    static func parse(_ text: String, option: String) throws -> ClosedRange<Int> {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard (1...2).contains(parts.count), let low = parts[0], let high = parts[parts.count - 1], low >= 1,
            low <= high, high <= 1000
        else { throw ValidationError("\(option) is a number or a range, for example 2-8") }
        return low...high
    }
}

extension Segment {
    struct Fit: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Find the segments that the study asks for; compare numbers of segments; freeze them.",
            discussion: """
                peil segment fit STUDY --numbers 2-8 --stability 20 --plot numbers.svg
                peil segment fit STUDY --out segments-2.json --previous segments-1.json   (a new version with a crosswalk)
                Then name the file under segments › model: later waves are placed with it.
                """)

        @OptionGroup var source: SegmentStudyOptions

        @Option(help: ArgumentHelp("Write the frozen segments here.", valueName: "file"))
        var out: String?

        @Option(help: ArgumentHelp("The version before: codes are kept, a crosswalk is made.", valueName: "file"))
        var previous: String?

        @Option(help: ArgumentHelp("Numbers of segments to compare, for example 2-8.", valueName: "range"))
        var numbers: String?

        @Option(help: ArgumentHelp("Folds of sampling units for the cross-validated likelihood.", valueName: "number"))
        var folds = 5

        @Option(help: ArgumentHelp("Resamples of sampling units that judge stability, even.", valueName: "number"))
        var stability = 0

        @Option(
            help: ArgumentHelp(
                "Draws of the bootstrap likelihood ratio; only for unweighted element samples.", valueName: "number"))
        var draws = 0

        @Option(
            help: ArgumentHelp(
                "Find the segments anew in so many bootstrap samples: errors that hold it.", valueName: "number"))
        var replicates = 0

        @Option(help: ArgumentHelp("Draw the compared numbers here, as SVG.", valueName: "file"))
        var plot: String?

        @OptionGroup var common: CommonOptions

        func validate() throws {
            if let numbers { _ = try ClosedRange.parse(numbers, option: "--numbers") }
            guard numbers != nil || (plot == nil && draws == 0) else {
                throw ValidationError("--plot and --draws go with --numbers.")
            }
            guard folds == 0 || (2...100).contains(folds) else { throw ValidationError("--folds: 2 to 100, or 0") }
            guard stability >= 0, stability.isMultiple(of: 2), draws >= 0, replicates == 0 || replicates >= 2 else {
                throw ValidationError("--stability is even, --draws 0 or more, --replicates 2 or more")
            }
        }

        func run() throws {
            common.chooseKernel()
            common.messages.running(file: source.study) {
                let messages = common.messages
                let (job, prepared) = try source.prepared(common, withSegments: false)
                let previous = try previous.map { path in
                    guard case .frozen(let file) = try SegmentScoring.Model.read(path) else {
                        throw Failure(
                            "WRONG_FILE", "This is a typing tool, not a version of the segments", file: path,
                            remedy: "name a file that `peil segment fit --out` wrote", exitCode: ExitStatus.usage)
                    }
                    return file
                }
                let result = try messages.stage("segments") {
                    try SegmentFitting(job, prepared).result(
                        SegmentFitting.Options(
                            numbers: numbers.map { try ClosedRange.parse($0, option: "--numbers") }, folds: folds,
                            draws: draws, resamples: stability, replicates: replicates, previous: previous))
                }
                if let out { try write(result, to: out) }
                if let plot {
                    try ResultFile.write(SegmentNumberPlot(result.numbers).svg, to: plot, replaces: true)
                }
                messages.print(result.report)
            }
        }

        private func write(_ result: SegmentFitting.Result, to path: String) throws {
            if let objection = result.objection {
                throw Failure(
                    "NOT_IDENTIFIED", "These segments are not frozen. \(objection)", file: source.study,
                    remedy: "change the study's segments and fit again", exitCode: ExitStatus.data)
            }
            try ResultFile.write(result.file.text, to: path, replaces: false)
        }
    }

    struct Score: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Place respondents with frozen segments or a typing tool; say how the wave drifted.",
            discussion: """
                peil segment score STUDY --model segments-1.json --wave golf2
                peil segment score --data ours.csv --model tool.json --weights w --strata h   (a sample of your own)
                --out writes the segment of every respondent: personal data, readable by you only.
                """)

        @Argument(help: ArgumentHelp("A study.yaml, or the folder that holds it.", valueName: "study"))
        var study: String?

        @Option(help: ArgumentHelp("The wave; default the newest whose files are all there.", valueName: "id"))
        var wave: String?

        @Option(help: ArgumentHelp("Frozen segments or a typing tool; default the study's own.", valueName: "file"))
        var model: String?

        @Option(help: ArgumentHelp("CSV or SAV file instead of a study.", valueName: "file"))
        var data: String?

        @Option(help: ArgumentHelp("With --data: a code that means no answer; may be repeated.", valueName: "code"))
        var missing: [String] = []

        @Option(help: ArgumentHelp("With --data: column that names the rows in --out.", valueName: "column"))
        var id: String?

        @Option(help: ArgumentHelp("Write the segment of every respondent here.", valueName: "file"))
        var out: String?

        @OptionGroup var design: DesignFlags
        @OptionGroup var common: CommonOptions

        func validate() throws {
            guard (study == nil) != (data == nil) else { throw ValidationError("Give a study, or --data FILE.") }
            guard data == nil || (model != nil && wave == nil) else {
                throw ValidationError("--data needs --model, and has no waves.")
            }
            guard data != nil || (id == nil && missing.isEmpty) else {
                throw ValidationError("--id and --missing go with --data.")
            }
        }

        func run() throws {
            common.chooseKernel()
            common.messages.running(file: study ?? data ?? "") {
                if let study { try score(study: study) } else if let data { try score(data: data) }
            }
        }

        private func score(study path: String) throws {
            let study = try Study(at: path)
            let model: SegmentScoring.Model
            if let given = self.model {
                model = try SegmentScoring.Model.read(given)
            } else if let own = study.segments?.model {
                model = .frozen(own)
            } else {
                throw Failure(
                    "MISSING_KEY", "The study has no frozen segments", file: study.file,
                    remedy: "give --model, or name a file under segments › model", exitCode: ExitStatus.configuration)
            }
            let run = StudyRun(study, wave: try WaveChoice.choose(wave, of: study), threads: common.threads)
            let prepared = try common.messages.stage("weight") { try run.prepare(withSegments: false) }
            let scoring = try SegmentScoring(model, run, prepared)
            let result = try scoring.result()
            if let out {
                try scoring.respondents(result, run).write(to: out, publications: study.path("out"))
                warn(out, hasKey: study.keyFile != nil)
            }
            common.messages.print(result.report)
        }

        private func score(data path: String) throws {
            let model = try SegmentScoring.Model.read(self.model ?? "")
            let plan = AnalysisPlan(
                id: "score", dataset: path, missingCodes: missing, design: try design.request(), items: [])
            let table = try plan.data(model.items + [id].compactMap { $0 }, threads: common.threads)
            let scoring = try SegmentScoring(model, plan, over: table, threads: common.threads)
            let result = try scoring.result()
            if let out {
                try scoring.respondents(result, identifier: id).write(to: out, publications: nil)
                warn(out, hasKey: false)
            }
            common.messages.print(result.report)
        }

        private func warn(_ path: String, hasKey: Bool) {
            common.messages.note(
                "\(path) holds the segment of every respondent: personal data. Keep it inside, and do not use it to "
                    + "approach people" + (hasKey ? "" : "; identifiers are as they were delivered"))
        }
    }

    struct Profile: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Describe the segments: sizes, what made them, what goes with them, where they live.",
            discussion: """
                peil segment profile STUDY
                peil segment profile STUDY --variables pakket plan boekje
                """)

        @OptionGroup var source: SegmentStudyOptions

        @Option(
            parsing: .upToNextOption,
            help: ArgumentHelp("What to describe them by; default the questions of the report.", valueName: "column"))
        var variables: [String] = []

        @OptionGroup var common: CommonOptions

        func run() throws {
            common.chooseKernel()
            common.messages.running(file: source.study) {
                let (job, prepared) = try source.prepared(common, withSegments: true)
                common.messages.print(try SegmentProfiling(job, prepared).report(variables))
            }
        }
    }

    struct TypingToolCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "typing-tool",
            abstract: "Derive a short question set by which others recognise the segments.",
            discussion: """
                peil segment typing-tool STUDY --out tool.json
                peil segment typing-tool STUDY --size 5 --short-form vragen.md --language nl
                Others place their own sample with: peil segment score --data ours.csv --model tool.json
                """)

        @OptionGroup var source: SegmentStudyOptions

        @Option(
            parsing: .upToNextOption,
            help: ArgumentHelp(
                "Questions to choose from; default the closed questions behind the segments.", valueName: "column"))
        var candidates: [String] = []

        @Option(help: ArgumentHelp("How many questions, for example 4-6.", valueName: "range"))
        var size = "4-6"

        @Option(help: ArgumentHelp("Folds of sampling units.", valueName: "number"))
        var folds = 5

        @Option(
            help: ArgumentHelp(
                "logit: a regression; classes: the study's latent classes on fewer items.", valueName: "form"))
        var classifier: SegmentTyping.Classifier = .logit

        @Option(help: "Seed of the folds.")
        var seed: UInt64 = 1

        @Option(help: ArgumentHelp("Write the tool here, as JSON.", valueName: "file"))
        var out: String?

        @Option(help: ArgumentHelp("Write the questions and points on paper here, as Markdown.", valueName: "file"))
        var shortForm: String?

        @Option(help: ArgumentHelp("Language of the short form: nl or en.", valueName: "language"))
        var language: ShortFormText.Language = .dutch

        @OptionGroup var common: CommonOptions

        func validate() throws { _ = try ClosedRange.parse(size, option: "--size") }

        func run() throws {
            common.chooseKernel()
            common.messages.running(file: source.study) {
                let messages = common.messages
                let (job, prepared) = try source.prepared(common, withSegments: true)
                let result = try messages.stage("typing tool") {
                    try SegmentTyping(job, prepared).result(
                        candidates: candidates, sizes: ClosedRange.parse(size, option: "--size"), folds: folds,
                        classifier: classifier, seed: seed)
                }
                let paper = try shortForm.map { path in
                    (path, try ShortFormText(result.file, language: language).markdown())
                }
                if let out { try ResultFile.write(result.file.json.text + "\n", to: out, replaces: false) }
                if let (path, text) = paper { try ResultFile.write(text, to: path, replaces: false) }
                messages.print(result.report)
            }
        }
    }

    struct Areas: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Group areas whose estimates are alike: areas, not people.",
            discussion: """
                peil segment areas STUDY
                peil segment areas STUDY --questions pakket=1 plan=1 dreiging --groups 3
                """)

        @OptionGroup var source: SegmentStudyOptions

        @Option(
            parsing: .upToNextOption,
            help: ArgumentHelp("`question` or `question=answer`; default the key figures.", valueName: "indicator"))
        var questions: [String] = []

        @Option(help: ArgumentHelp("Number of groups; default where the tree leaps most.", valueName: "number"))
        var groups: Int?

        @Option(help: ArgumentHelp("Draws from the sampling error.", valueName: "number"))
        var draws = 200

        @Option(help: "Seed of the draws.")
        var seed: UInt64 = 1

        @OptionGroup var common: CommonOptions

        func run() throws {
            common.chooseKernel()
            common.messages.running(file: source.study) {
                let (job, prepared) = try source.prepared(common, withSegments: false)
                common.messages.print(
                    try AreaGrouping(job, prepared).report(questions, groups: groups, draws: draws, seed: seed))
            }
        }
    }
}

extension ShortFormText.Language: ExpressibleByArgument {}
extension SegmentTyping.Classifier: ExpressibleByArgument {}
