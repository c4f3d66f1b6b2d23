import ArgumentParser
import PeilStudy

struct Power: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What the next wave can find: smallest change, sample size, per municipality and segment.",
        discussion: """
            EXAMPLES:
              peil power Data/haaglanden
              peil power Data/haaglanden --change 0.03 --questions pakket=1
              peil power Data/haaglanden --interviews 400 --design-effect 1.3
              peil power Data/haaglanden --overlap 0.5 --correlation 0.4
            Method: Guides/Planning.md.
            """)

    @OptionGroup var source: SegmentStudyOptions

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Answers to plan for; default the report's key figures.", valueName: "question=answer"))
    var questions: [String] = []

    @Option(help: ArgumentHelp("The change to find, 0.05 for 5 points.", valueName: "share"))
    var change = 0.05

    @Option(help: ArgumentHelp("Chance of finding it when it is there.", valueName: "share"))
    var power = 0.8

    @Option(help: ArgumentHelp("Level of the test: 0.95 tests at 5 %.", valueName: "share"))
    var level = 0.95

    @Option(help: ArgumentHelp("Interviews in each place next time; default as many as now.", valueName: "number"))
    var interviews: Int?

    @Option(help: ArgumentHelp("Interviews in each place this time; default as there were.", valueName: "number"))
    var interviewsNow: Int?

    @Option(help: ArgumentHelp("Part of the next wave that also took part in this one.", valueName: "share"))
    var overlap = 0.0

    @Option(help: ArgumentHelp("Correlation of one person's answers in two waves.", valueName: "number"))
    var correlation = 0.0

    @Option(help: ArgumentHelp("Plan for this share everywhere; default each place's own.", valueName: "share"))
    var share: Double?

    @Option(help: ArgumentHelp("Plan for this design effect; default each place's own.", valueName: "number"))
    var designEffect: Double?

    @OptionGroup(title: "Common options") var common: CommonOptions

    func run() throws {
        common.chooseKernel()
        common.messages.running(file: source.study) {
            var options = SurveyPlanning.Options()
            options.questions = questions
            options.change = change
            options.power = power
            options.level = level
            options.interviews = interviews
            options.interviewsNow = interviewsNow
            options.overlap = overlap
            options.correlation = correlation
            options.share = share
            options.designEffect = designEffect
            let (job, prepared) = try source.prepared(common, withSegments: true)
            common.messages.print(try SurveyPlanning(job, prepared, options).report())
        }
    }
}
