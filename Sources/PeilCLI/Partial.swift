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
              peil partial Study part1.csv --part 1/8 --out 1.state

            With a study, answers are read, checked and derived as its codebook says, and the
            figures of its report are summed. Where weights are calibrated, a second pass takes the parameters of the first
            with --parameters weights.par.
            """)

    @Argument(
        help: ArgumentHelp(
            "A study and a partition of its wave; with --plan the partition alone, - for stdin.",
            valueName: "study and file"), completion: .file())
    var inputs: [String]

    @Option(
        help: ArgumentHelp("A plan instead of a study; its own dataset is not read.", valueName: "file"),
        completion: .file())
    var plan: String?

    @Option(help: ArgumentHelp("The study's wave; default the newest that is complete.", valueName: "id"))
    var wave: String?

    @Option(help: ArgumentHelp("Number of the partition and of all of them.", valueName: "i/k"))
    var part = "1/1"

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
        let data = inputs[inputs.count - 1]
        messages.running(file: data) {
            var reading = try reading()
            (reading.number, reading.count) = try Self.place(part)
            let plan = reading.plan
            reading.parameters = try parameters.map {
                try PassParameters(ResultFile.bytes($0), of: plan, named: $0)
            }
            reading.text = Set(text)
            reading.threads = common.threads
            let ready = reading
            let progress = PassProgress(messages)
            let state = try progress.during {
                try messages.stage("pass") {
                    try ready.state(of: data == "-" ? "/dev/stdin" : data) { progress.note($0) }
                }
            }
            let bytes = state.sealed()
            try ResultFile.write(bytes, to: out)
            messages.detail("\(state.rowCount) rows, \(bytes.count) bytes of state")
            messages.memory()
        }
    }

    private func reading() throws -> PassReading {
        guard inputs.count == (plan == nil ? 2 : 1) else {
            throw Failure(
                "USAGE", plan == nil ? "A study and one partition are needed" : "Beside --plan there is one partition",
                remedy: "write peil partial \(plan == nil ? "STUDY" : "--plan PLAN") FILE --out STATE",
                exitCode: ExitStatus.usage)
        }
        guard plan != nil || inputs[1] != "-" else {
            throw Failure(
                "USAGE", "A study looks at its partition twice, which cannot be done with stdin",
                remedy: "name a file", exitCode: ExitStatus.usage)
        }
        return try PassSource(plan: plan, study: plan == nil ? inputs[0] : nil, wave: wave).reading
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
