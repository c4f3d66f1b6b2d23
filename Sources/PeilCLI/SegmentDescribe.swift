import ArgumentParser
import PeilStudy

extension Segment {
    struct Profile: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Describe the segments: sizes, what made them, what goes with them, where they live.",
            discussion: """
                EXAMPLES:
                  peil segment profile Data/haaglanden
                  peil segment profile Data/haaglanden --variables pakket plan boekje
                """)

        @OptionGroup var source: SegmentStudyOptions

        @Option(
            parsing: .upToNextOption,
            help: ArgumentHelp("What to describe them by; default the questions of the report.", valueName: "column"))
        var variables: [String] = []

        @OptionGroup(title: "Common options") var common: CommonOptions

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
                EXAMPLES:
                  peil segment typing-tool Data/haaglanden --out tool.json
                  peil segment typing-tool Data/haaglanden --size 5 --short-form form.md

                Others place their own sample with it:
                  peil segment score --data ours.csv --model tool.json
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

        @Option(help: ArgumentHelp("Write the tool here, as JSON.", valueName: "file"), completion: .file())
        var out: String?

        @Option(
            help: ArgumentHelp("Write the questions and points on paper here, as Markdown.", valueName: "file"),
            completion: .file())
        var shortForm: String?

        @Option(help: ArgumentHelp("Language of the short form: nl or en.", valueName: "language"))
        var language: ShortFormText.Language = .dutch

        @OptionGroup(title: "Common options") var common: CommonOptions

        func validate() throws {
            _ = try ClosedRange.parse(size, option: "--size")
            guard out == nil || out != shortForm else {
                throw ValidationError("--out and --short-form name the same file.")
            }
            guard (3...20).contains(folds) else { throw ValidationError("--folds: 3 to 20") }
        }

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
                EXAMPLES:
                  peil segment areas Data/haaglanden
                  peil segment areas Data/haaglanden --questions pakket=1 plan=1 --groups 3
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

        @OptionGroup(title: "Common options") var common: CommonOptions

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
