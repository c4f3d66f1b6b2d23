import ArgumentParser
import Foundation
import PeilStudy

/// One pass over one partition of the data.
struct Partial: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Sum one partition of the data into a state that `peil merge` merges.",
        discussion: """
            EXAMPLES:
              peil partial --plan plan.yaml part1.csv --part 1/8 --out 1.state
              peil partial --plan plan.yaml - --part 2/8 --out 2.state < part2.csv

            Where weights are calibrated, a second pass takes the parameters of the first
            with --parameters weights.par.
            """)

    @Argument(
        help: ArgumentHelp("The partition, with its header; - for stdin.", valueName: "file"), completion: .file())
    var data: String

    @Option(help: ArgumentHelp("The plan; its own dataset is not read.", valueName: "file"), completion: .file())
    var plan: String

    @Option(help: ArgumentHelp("Number of the partition and of all of them.", valueName: "i/k"))
    var part: String

    @Option(help: ArgumentHelp("What `peil merge` found in the pass before.", valueName: "file"), completion: .file())
    var parameters: String?

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("A column that holds words in some partition; may be repeated.", valueName: "column"))
    var text: [String] = []

    @Option(help: ArgumentHelp("The state; replaced where it is there.", valueName: "file"), completion: .file())
    var out: String

    @OptionGroup(title: "Common options") var common: CommonOptions

    func run() throws {
        common.chooseKernel()
        let messages = common.messages
        messages.running(file: data) {
            let plan = try PassPlan(AnalysisPlan(file: self.plan))
            var reading = PassReading(plan)
            (reading.number, reading.count) = try Self.place(part)
            reading.parameters = try parameters.map {
                try PassParameters(ResultFile.bytes($0), of: plan, named: $0)
            }
            reading.text = Set(text)
            reading.threads = common.threads
            let progress = PassProgress(messages)
            let state = try progress.during {
                try messages.stage("pass") {
                    try reading.state(of: data == "-" ? "/dev/stdin" : data) { progress.note($0) }
                }
            }
            let bytes = state.sealed()
            try ResultFile.write(bytes, to: out)
            messages.detail("\(state.rowCount) rows, \(bytes.count) bytes of state")
            messages.memory()
        }
    }

    /// I/K.
    private static func place(_ text: String) throws -> (Int, Int) {
        let numbers = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 2, let number = numbers[0], let count = numbers[1], count >= 1,
            (1...count).contains(number)
        else {
            throw Failure(
                "USAGE", "--part '\(text)' is not the number of a partition",
                remedy: "write for example 3/8: the third of eight", exitCode: ExitStatus.usage)
        }
        return (number, count)
    }
}
