import ArgumentParser
import Foundation
import PeilIngest
import PeilStatistics
import PeilStudy
import PeilTable

/// Any statistic of the plan format over any CSV file.
struct Estimate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Estimate statistics with design-based standard errors.",
        discussion: """
            EXAMPLES:
              peil estimate mean worry --data f.csv --weights w --strata h --by town
              peil estimate proportion kit --data f.csv --weights w --missing 9
              peil estimate --plan plan.yaml --format json
            More options of replicates, panels, design effects: --help-hidden.
            """)

    @Argument(
        help: ArgumentHelp(
            "\(PlanItem.Statistic.allCases.filter { !$0.needsPlan }.map(\.rawValue).joined(separator: ", "))."),
        completion: .list(PlanItem.Statistic.allCases.filter { !$0.needsPlan }.map(\.rawValue)))
    var statistic: String?

    @Argument(help: "The columns. For ttest: `y g`, `y` or \"a - b\".")
    var variables: [String] = []

    @OptionGroup(title: "Data") var source: DataFlags
    @OptionGroup(title: "Design") var design: DesignFlags
    @OptionGroup(title: "Statistic") var choices: StatisticFlags
    @OptionGroup(title: "Common options") var common: CommonOptions

    func run() throws {
        common.chooseKernel()
        let messages = common.messages
        messages.running(file: source.data ?? source.plan ?? "") {
            let plan = try self.analysisPlan()
            let outcome = try self.outcome(plan, messages)
            messages.stage("print") {
                switch common.format {
                case .json: messages.result(outcome.json.text)
                case .text:
                    if let table = ResultText.table(outcome.json, Terminal.results) { messages.result(table) }
                case .csv: messages.result(ResultText.commaSeparated(outcome.json))
                }
            }
            for failure in outcome.failures { messages.report(failure.failure) }
            if !outcome.failures.isEmpty { Foundation.exit(ExitStatus.data) }
        }
    }

    private func outcome(_ plan: AnalysisPlan, _ messages: Messages) throws -> PlanRunner.Outcome {
        guard plan.readsData else {
            return messages.stage("estimate") { PlanRunner.runWithoutData(plan, file: source.plan ?? "") }
        }
        if let maxMemory = source.maxMemory { return try streamed(plan, maxMemory, messages) }
        let table = try messages.stage("read") { try plan.data(threads: common.threads) }
        let runner = try messages.stage("design") { try PlanRunner(plan, over: table, threads: common.threads) }
        return messages.stage("estimate") { runner.run() }
    }

    /// In blocks of rows: what the sums of blocks do not give is refused before work starts.
    private func streamed(
        _ plan: AnalysisPlan, _ limit: MemorySize, _ messages: Messages
    ) throws -> PlanRunner.Outcome {
        let passes = try PassPlan(plan)
        let progress = PassProgress(messages)
        defer { messages.memory() }
        return try progress.during {
            try messages.stage("passes") {
                try passes.stream(threads: common.threads, memoryLimit: limit.bytes) { progress.note($0) }
            }
        }
    }

    private func analysisPlan() throws -> AnalysisPlan {
        if let plan = source.plan {
            guard statistic == nil, source.data == nil else {
                throw Failure(
                    "USAGE", "--plan already says what to estimate", remedy: "leave the other arguments out",
                    exitCode: ExitStatus.usage)
            }
            return try AnalysisPlan(file: plan)
        }
        return try flagPlan()
    }

    private func flagPlan() throws -> AnalysisPlan {
        guard let statistic else {
            throw Failure(
                "USAGE", "Nothing to estimate", remedy: "give --plan FILE, or a statistic with columns and --data",
                exitCode: ExitStatus.usage)
        }
        guard let kind = PlanItem.Statistic(rawValue: statistic) else {
            let known = PlanItem.Statistic.allCases.map(\.rawValue)
            throw Failure(
                "USAGE", "'\(statistic)' is not a statistic",
                remedy: nearestName(to: statistic, among: known).map { "did you mean '\($0)'?" }
                    ?? "choose one of \(known.joined(separator: ", "))", exitCode: ExitStatus.usage)
        }
        guard let data = source.data else {
            throw Failure("USAGE", "No data", remedy: "add --data FILE", exitCode: ExitStatus.usage)
        }
        let item = PlanItem(
            id: AnalysisPlan.onlyItem, statistic: kind, variables: variables, by: source.by,
            domain: try source.domain.map(Self.condition),
            options: try choices.options())
        do { try item.check() } catch let failure as Failure {
            throw Failure(
                failure.code, "The columns must be \(failure.message)", remedy: failure.remedy,
                exitCode: failure.exitCode)
        }
        return AnalysisPlan(
            id: "flags", dataset: data, missingCodes: source.missing, design: try design.request(), items: [item])
    }

    /// `age >= 18`, `kind in a,b`: the operator stands between spaces, so that names may hold its signs.
    private static func condition(_ text: String) throws -> RowCondition {
        let parts = text.split(separator: " ", maxSplits: 2).map(String.init)
        guard parts.count >= 2, let comparison = RowCondition.Comparison(rawValue: parts[1]),
            parts.count == (comparison == .isPresent ? 2 : 3)
        else {
            throw Failure(
                "USAGE", "'\(text)' is not a condition", remedy: "write it as \"age >= 18\" or \"kind in a,b\"",
                exitCode: ExitStatus.usage)
        }
        let values =
            comparison == .isPresent
            ? [] : comparison == .isOneOf ? parts[2].split(separator: ",").map(String.init) : [parts[2]]
        return RowCondition(column: parts[0], comparison: comparison, values: values)
    }
}

extension AnalysisPlan {
    /// The name of the item when flags ask for one statistic.
    static let onlyItem = "item"

    /// The columns of the data that the plan uses, and `more`. One that the data lack makes the plan wrong, not the data.
    func data(_ more: [String] = [], threads: Int) throws -> Table {
        do {
            return try AnalysisTableReader.read(
                path: dataset, columns: columns.union(more), missingValue: missingValue, threads: threads)
        } catch  where error.code == "MISSING_COLUMN" {
            throw Failure(
                error.code, error.message, file: error.file, line: error.line, remedy: error.remedy,
                exitCode: ExitStatus.configuration)
        }
    }
}
