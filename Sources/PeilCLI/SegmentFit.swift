import ArgumentParser
import PeilStudy

extension Segment {
    struct Fit: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Find the segments that the study asks for; compare numbers of segments; freeze them.",
            discussion: """
                EXAMPLES:
                  peil segment fit Data/haaglanden --numbers 2-8 --stability 20
                  peil segment fit Data/haaglanden --out segments-1.json
                  peil segment fit STUDY --out segments-2.json --previous segments-1.json

                Then name the file under segments › model: later waves are placed with it.
                """)

        @OptionGroup var source: SegmentStudyOptions

        @Option(help: ArgumentHelp("Write the frozen segments here.", valueName: "file"), completion: .file())
        var out: String?

        @Option(
            help: ArgumentHelp("The version before: codes are kept, a crosswalk is made.", valueName: "file"),
            completion: .file())
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

        @Option(help: ArgumentHelp("Draw the compared numbers here, as SVG.", valueName: "file"), completion: .file())
        var plot: String?

        @OptionGroup(title: "Common options") var common: CommonOptions

        func validate() throws {
            if let numbers { _ = try ClosedRange.parse(numbers, option: "--numbers") }
            guard numbers != nil || (plot == nil && draws == 0) else {
                throw ValidationError("--plot and --draws go with --numbers.")
            }
            guard out == nil || out != plot else { throw ValidationError("--out and --plot name the same file.") }
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
                    try ResultFile.write(SegmentNumberPlot(result.numbers).svg, to: plot, replaces: false)
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
}
