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
            By plan:   peil estimate --plan plan.yaml --format json
            By flags:  peil estimate mean worry --data f.csv --weights w --strata h --clusters psu --by municipality
            """)

    @Argument(help: ArgumentHelp("mean, total, proportion, ratio, variance, sd, prop_ci, df or weights."))
    var statistic: String?

    @Argument(help: "The columns to estimate.")
    var variables: [String] = []

    @Option(help: ArgumentHelp("A plan file (YAML or JSON) instead of flags.", valueName: "file"))
    var plan: String?

    @Option(help: ArgumentHelp("The data.", valueName: "file"))
    var data: String?

    @Option(help: ArgumentHelp("Column of weights.", valueName: "column"))
    var weights: String?

    @Option(parsing: .upToNextOption, help: ArgumentHelp("Column of strata, one per stage.", valueName: "column"))
    var strata: [String] = []

    @Option(
        parsing: .upToNextOption, help: ArgumentHelp("Column of sampling units, one per stage.", valueName: "column"))
    var clusters: [String] = []

    @Option(
        parsing: .upToNextOption, help: ArgumentHelp("Column of population sizes, one per stage.", valueName: "column"))
    var fpc: [String] = []

    @Option(parsing: .upToNextOption, help: ArgumentHelp("Groups.", valueName: "column"))
    var by: [String] = []

    @Option(help: "Rule for strata with one unit: fail, remove, certainty, adjust or average.")
    var lonelyPsu: LonelyPSU = .fail

    @Option(help: "Confidence level.")
    var level: Double = 0.95

    @Option(help: ArgumentHelp("For prop_ci: the answer whose share is wanted.", valueName: "code"))
    var value: String?

    @Option(
        help: ArgumentHelp("A code of the estimated columns that means no answer; may be repeated.", valueName: "code"))
    var missing: [String] = []

    @OptionGroup var common: CommonOptions

    func run() throws {
        common.chooseKernel()
        let messages = common.messages
        messages.running(file: data ?? plan ?? "") {
            let plan = try self.analysisPlan()
            let table = try messages.stage("read") { try self.table(of: plan) }
            let runner = try messages.stage("design") { try PlanRunner(plan, over: table, threads: common.threads) }
            let outcome = messages.stage("estimate") { runner.run() }
            messages.stage("print") {
                switch common.format {
                case .json: messages.result(outcome.json.text)
                case .text: messages.result(ResultText.table(outcome.json))
                case .csv: messages.result(ResultText.commaSeparated(outcome.json))
                }
            }
            for failure in outcome.failures { messages.report(failure.failure) }
            if !outcome.failures.isEmpty { Foundation.exit(ExitStatus.data) }
        }
    }

    /// A column that the data lack makes the plan wrong, not the data.
    private func table(of plan: AnalysisPlan) throws -> Table {
        do {
            return try AnalysisTableReader.read(
                path: plan.dataset, columns: plan.columns, missingValue: plan.missingValue)
        } catch  where error.code == "MISSING_COLUMN" {
            throw Failure(
                error.code, error.message, file: error.file, line: error.line, remedy: error.remedy,
                exitCode: ExitStatus.configuration)
        }
    }

    private func analysisPlan() throws -> AnalysisPlan {
        if let plan {
            guard statistic == nil, data == nil else {
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
        guard let data else {
            throw Failure("USAGE", "No data", remedy: "add --data FILE", exitCode: ExitStatus.usage)
        }
        guard level > 0, level < 1 else {
            throw Failure(
                "USAGE", "--level must lie between 0 and 1", remedy: "for example --level 0.95",
                exitCode: ExitStatus.usage)
        }
        var options = PlanItem.Options()
        options.level = level
        if let value { options.share = (.equal, [value]) }
        let item = PlanItem(id: "item", statistic: kind, variables: variables, by: by, options: options)
        try item.check()
        let columns = DesignColumns(weights: weights, strata: strata, clusters: clusters, populationSizes: fpc)
        return AnalysisPlan(
            id: "flags", dataset: data, missingCodes: missing,
            design: DesignRequest(columns: columns, lonelyPSU: lonelyPsu), items: [item])
    }
}

extension LonelyPSU: ExpressibleByArgument {}
