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
            EXAMPLES:
              peil inspect answers.csv                       a first look
              peil init answers.csv                          a study of your own
              peil check Data/haaglanden                     is everything in order?
              peil run Data/haaglanden                       the main job: a report
              peil report Data/haaglanden --language en      render again
              peil weight Data/haaglanden                    what weighting did
              peil estimate mean y --data f.csv --weights w  one statistic
              peil segment profile Data/haaglanden           audience groups
              peil areas Data/haaglanden                     small areas
              peil scale Data/haaglanden                     scales
              peil model Data/haaglanden pakket              what goes with an answer
              peil compare Data/haaglanden                   change between waves
              peil power Data/haaglanden                     the next wave
              peil waves status Data/haaglanden              unattended waves
              peil explain LONELY_PSU                        what an error means
              peil --version --verbose                       which arithmetic
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

    /// A job that makes one large file after the other gives back what it no longer needs: kept, the gaps between such files
    /// would add up to more than the largest of them.
    static func returnFreedMemory() {
        #if os(Linux)
        _ = mallopt(M_MMAP_THRESHOLD, 1 << 20)
        _ = mallopt(M_TRIM_THRESHOLD, 4 << 20)
        _ = mallopt(M_TOP_PAD, 1 << 20)
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
