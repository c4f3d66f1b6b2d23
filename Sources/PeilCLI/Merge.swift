import ArgumentParser
import Foundation
import PeilStudy

/// Merges states of partitions; ends the pass when all are there.
struct Merge: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Merge the states of partitions and end their pass: parameters for the next, or results.",
        discussion: """
            EXAMPLES:
              peil merge *.state --out results.json --format json
              peil merge --partial 1.state 2.state --out 1-2.state
              peil merge --study Study *.state --out results.json --format json

            States carry their plan; --plan or --study says which one they must be of. They merge in any tree
            with the same results. Where weights are calibrated or segments are sought, passes end in
            parameters (--out), the last in results.
            """)

    @Argument(
        help: ArgumentHelp("States that `peil partial` or `peil merge --partial` wrote.", valueName: "state"),
        completion: .file())
    var states: [String]

    @Option(help: ArgumentHelp("The plan that the states must be of.", valueName: "file"), completion: .file())
    var plan: String?

    @Option(help: ArgumentHelp("The study that the states must be of.", valueName: "study"), completion: .file())
    var study: String?

    @Option(help: ArgumentHelp("The study's wave; default the newest that is complete.", valueName: "id"))
    var wave: String?

    @Flag(help: "Merge some of the partitions into one state.")
    var partial = false

    @Option(
        help: ArgumentHelp("Parameters, state or results; replaced where it is there.", valueName: "file"),
        completion: .file())
    var out: String?

    @OptionGroup(title: "Common options") var common: CommonOptions

    func run() throws {
        common.chooseKernel()
        let messages = common.messages
        messages.running(file: plan ?? study ?? states[0]) {
            let merging = try merging()
            let plan = merging.plan
            let state = try messages.stage("merge") { try merging.merged(states) }
            if partial {
                try ResultFile.write(state.sealed(), to: try needed("a state"))
                messages.note("\(state.partitions.count) partition(s) merged, \(state.rowCount) rows")
            } else {
                try end(state, plan, messages)
            }
            messages.memory()
        }
    }

    private func merging() throws -> PassMerging {
        if plan == nil, study == nil, wave == nil { return try PassMerging(carriedBy: states) }
        return PassMerging(try PassSource(plan: plan, study: study, wave: wave).plan)
    }

    private func end(_ state: PassState, _ plan: PassPlan, _ messages: Messages) throws {
        switch try messages.stage("finish", { try plan.finish(state, threads: common.threads) }) {
        case .next(let parameters):
            let path = try needed("parameters")
            try ResultFile.write(parameters.sealed(), to: path)
            let next = state.pass + 1
            if common.format == .json {
                messages.result(
                    JSONValue.object([
                        ("schema", "peil-merge-1"), ("pass", .integer(state.pass)), ("next_pass", .integer(next)),
                        ("parameters", .string(path))
                    ]).text)
            } else {
                let all = plan.passCount(after: parameters).map { " of \($0)" } ?? ""
                messages.result("Pass \(next)\(all) comes next: peil partial … --parameters \(path)")
            }
        case .results(let outcome):
            // Where no item succeeded there is no table; the failures follow.
            let text =
                switch common.format {
                case .json: outcome.json.text
                case .text: ResultText.table(outcome.json, out == nil ? Terminal.results : .plain) ?? ""
                case .csv: ResultText.commaSeparated(outcome.json)
                }
            if let out {
                try ResultFile.write(Array((text.hasSuffix("\n") ? text : text + "\n").utf8), to: out)
            } else {
                messages.result(text)
            }
            for failure in outcome.failures { messages.report(failure.failure) }
            if !outcome.failures.isEmpty { Foundation.exit(ExitStatus.data) }
        }
    }

    private func needed(_ what: String) throws -> String {
        guard let out else {
            throw Failure(
                "USAGE", "This merge makes \(what), which need a file", remedy: "add --out FILE",
                exitCode: ExitStatus.usage)
        }
        return out
    }
}
