import ArgumentParser
import Foundation
import PeilStudy

/// The command `peil`: a thin skin over the modules. Flags become a validated plan, results go to stdout,
/// messages to stderr, and every failure ends in its exit code.
@main
struct Peil: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "peil",
        abstract: "From a survey file on how people see risk to a released report.",
        discussion: """
            A first look:     peil inspect answers.csv
            Check a study:    peil check Data/haaglanden
            The main job:     peil run Data/haaglanden
            One statistic:    peil estimate mean score --data answers.csv --weights w --strata h
            """,
        version: "peil \(PeilVersion.text)",
        subcommands: [Run.self, Check.self, Inspect.self, Estimate.self, Simulate.self])

    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let failure as Failure {
            // Failures outside a command's own reporting: usage that only the plan could see.
            Messages(format: .text).fail(failure)
        } catch {
            exit(withError: error)
        }
    }

    /// Wrong usage ends in 64, whatever the parser's own number.
    static func exit(withError error: any Error) -> Never {
        let code = exitCode(for: error)
        let text = fullMessage(for: error)
        let isHelp = code == ExitCode.success
        if !text.isEmpty { FileHandle.write(text + "\n", toStandardError: !isHelp) }
        Foundation.exit(isHelp ? 0 : code == .validationFailure ? ExitStatus.usage : code.rawValue)
    }
}
