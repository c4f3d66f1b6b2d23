import ArgumentParser
import PeilStudy
import PeilWaves

/// Audience groups: found, frozen, placed, described, and recognised by a few questions.
struct Segment: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Find, freeze, place and describe segments; make a short question set; group areas.",
        discussion: """
            EXAMPLES:
              peil segment profile Data/haaglanden               who are they
              peil segment fit Data/haaglanden --numbers 2-8     how many segments
              peil segment fit Data/haaglanden --out segments-1.json
              peil segment score Data/haaglanden --model segments-1.json --wave golf2
              peil segment typing-tool Data/haaglanden --out tool.json
              peil segment areas Data/haaglanden                 areas, not people
            Methods: Guides/Segments.md.
            """,
        subcommands: [Fit.self, Score.self, Profile.self, TypingToolCommand.self, Areas.self])
}

/// The study and wave of a research command.
struct SegmentStudyOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("A study.yaml, or the folder that holds it.", valueName: "study"), completion: .file())
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
        case .text: result(report.text(Terminal.results))
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
