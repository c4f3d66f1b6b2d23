import ArgumentParser
import Foundation
import PeilStudy

#if os(Linux)
import CAllocator
#endif

/// The command `peil`: a thin skin over the modules. Flags become a validated plan, results go to stdout,
/// messages to stderr, and every failure ends in its exit code.
@main
struct Peil: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "peil",
        abstract: "From a survey file on how people see risk to a released report.",
        discussion: """
            A first look:     peil inspect answers.csv
            Your own survey:  peil init answers.csv
            Check a study:    peil check Data/haaglanden
            The main job:     peil run Data/haaglanden
            Render again:     peil report Data/haaglanden --language en
            One statistic:    peil estimate mean score --data answers.csv --weights w --strata h
            Audience groups:  peil segment profile Data/haaglanden
            Small areas:      peil areas Data/haaglanden
            Scales:           peil scale Data/haaglanden
            Drivers:          peil model Data/haaglanden pakket
            Change:           peil compare Data/haaglanden --from golf1 --to golf2
            Unattended waves: peil waves status Data/haaglanden
            The next wave:    peil power Data/haaglanden
            What it means:    peil explain LONELY_PSU
            Which kernel:     peil --version --verbose
            """,
        version: "peil \(PeilVersion.text)",
        subcommands: [
            Run.self, ReportCommand.self, Check.self, Inspect.self, Estimate.self, Partial.self, Merge.self,
            Weight.self, Segment.self,
            ScaleCommand.self, Init.self,
            ModelCommand.self, Areas.self, Compare.self, Power.self, CodebookCommand.self, Simulate.self,
            DisclosureCommand.self, WavesCommand.self, Explain.self
        ])

    static func main() {
        let request = ProgramRequest(Array(CommandLine.arguments.dropFirst()))
        keepFreedMemory()
        do {
            if request.asksForKernel { return KernelReport.print(request) }
            try request.checkCommand()
            var command = try parseAsRoot()
            try command.run()
        } catch let failure as Failure {
            // Failures outside a command's own reporting: usage that only the plan could see.
            Messages(format: request.format).fail(failure)
        } catch {
            exit(withError: error, request)
        }
    }

    /// Arrays of a column come and go by the hundred. The allocator gives each back to the system and asks for it
    /// anew, zeroed page by page, unless told to keep it: a quarter of the processor time of a large job.
    private static func keepFreedMemory() {
        #if os(Linux)
        _ = mallopt(M_MMAP_THRESHOLD, 1 << 30)
        _ = mallopt(M_TRIM_THRESHOLD, Int32.max)
        _ = mallopt(M_TOP_PAD, 16 << 20)
        #endif
    }

    /// Wrong usage ends in 64, whatever the parser's own number.
    private static func exit(withError error: any Error, _ request: ProgramRequest) -> Never {
        let code = exitCode(for: error)
        if code == ExitCode.success {
            FileHandle.write(fullMessage(for: error) + "\n", toStandardError: false)
            Foundation.exit(0)
        }
        guard code == .validationFailure else {
            FileHandle.write(fullMessage(for: error) + "\n", toStandardError: true)
            Foundation.exit(code.rawValue)
        }
        Messages(format: request.format).fail(request.usage(message(for: error)))
    }
}
