import ArgumentParser
import Foundation
import PeilDisclosure
import PeilStudy

/// Tables before they are printed: attacked, and protected.
struct DisclosureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disclosure", abstract: "Attack a set of tables as a reader could, or choose what to hide.",
        discussion: """
            EXAMPLES:
              peil disclosure audit tables.json
              peil disclosure protect tables.json --cost value
            """,
        subcommands: [DisclosureAuditCommand.self, DisclosureProtectCommand.self])
}

/// `peil disclosure audit`: what a reader can work out.
struct DisclosureAuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Say what a reader can work out of each hidden cell.",
        discussion: """
            EXAMPLES:
              peil disclosure audit tables.json

            The file: peil-disclosure-1, JSON or YAML; see Guides/Table-suppression.md.
            Ends in 0 where every primary cell is safe, in 65 where one is not.
            """)

    @Argument(help: "The tables, what is published, and what readers know.", completion: .file())
    var file: String

    @Flag(help: "In JSON: for each primary cell, other tables that show it to be safe.")
    var witnesses = false

    @OptionGroup(title: "Common options") var common: CommonOptions

    func run() throws {
        common.requireLinearPrograms()
        let messages = common.messages
        var isSafe = false
        messages.running(file: file) {
            let audit = try DisclosureAudit(try DisclosureFile(file: file))
            isSafe = audit.isSafe
            messages.result(
                DisclosureText(format: common.format).text(audit.json(withWitnesses: witnesses), audit.lines))
            messages.note(isSafe ? "safe" : "unsafe")
        }
        if !isSafe { Foundation.exit(ExitStatus.data) }
    }
}

extension SuppressionProblem.Cost: ExpressibleByArgument {}

/// `peil disclosure protect`: secondary cells.
struct DisclosureProtectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "protect", abstract: "Choose cells to hide besides, until no primary cell can be worked out.",
        discussion: """
            EXAMPLES:
              peil disclosure protect tables.json --cost value

            Zeros and the cells under `keep` stay published. Ends in 65 where hiding
            cannot help.
            """)

    @Argument(help: "The tables, what is published, and what readers know.", completion: .file())
    var file: String

    @Option(help: ArgumentHelp("What hiding costs: cells (their number) or value (their sum).", valueName: "cost"))
    var cost: SuppressionProblem.Cost = .cells

    @Flag(help: "In JSON: for each primary cell, other tables that show it to be safe.")
    var witnesses = false

    @OptionGroup(title: "Common options") var common: CommonOptions

    func run() throws {
        common.requireLinearPrograms()
        let messages = common.messages
        var isSafe = false
        messages.running(file: file) {
            let tables = try messages.stage("tables") { try DisclosureFile(file: file) }
            let progress = SuppressionProgress(messages)
            let protection = try DisclosureProtection(tables, cost: cost, report: progress.note)
            progress.end()
            isSafe = protection.audit.isSafe
            let json = protection.json(withWitnesses: witnesses)
            messages.result(DisclosureText(format: common.format).text(json, protection.audit.lines))
            messages.note("hidden besides: \(protection.secondary.joined(separator: ", "))")
        }
        if !isSafe { Foundation.exit(ExitStatus.data) }
    }
}

/// Intervals as a table for people, as CSV or as JSON.
struct DisclosureText {
    let format: OutputFormat
    private static let header = ["cell", "low", "high", "verdict"]

    func text(_ json: JSONValue, _ lines: [[String]]) -> String {
        let rows = [Self.header] + lines
        switch format {
        case .json: return json.text
        case .csv: return rows.map(CSVText.line).joined(separator: "\n")
        case .text:
            let widths = Self.header.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
            return rows.map { row in
                row.indices.map { row[$0] + String(repeating: " ", count: widths[$0] - row[$0].count) }
                    .joined(separator: "  ")
            }.joined(separator: "\n")
        }
    }
}
