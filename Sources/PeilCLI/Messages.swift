import ArgumentParser
import Foundation
import PeilIngest
import PeilNumerics
import PeilStudy

/// How results and messages look.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json, csv
}

enum LogFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json
}

enum KernelOption: String, ExpressibleByArgument, CaseIterable {
    case auto, generic
}

/// Options that every command understands.
struct CommonOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Results.", valueName: "form"))
    var format: OutputFormat = .text

    @Option(help: ArgumentHelp("Threads; results do not change.", valueName: "number"))
    var threads: Int = max(1, ProcessInfo.processInfo.activeProcessorCount)

    @Option(help: ArgumentHelp("Arithmetic.", valueName: "kind"))
    var kernel: KernelOption = .auto

    @Flag(help: "Print results and errors only.")
    var quiet = false

    @Flag(help: "Print more about what is done.")
    var verbose = false

    @Option(help: ArgumentHelp("Messages.", valueName: "form"))
    var logFormat: LogFormat = .text

    func validate() throws {
        guard threads >= 1 else { throw ValidationError("--threads must be at least 1") }
    }

    /// Chooses the arithmetic kernel and opens the library, before any work.
    func chooseKernel() {
        LinearKernel(rawValue: kernel.rawValue)?.choose()
        guard !LinearKernel.isAvailable else { return }
        missing("OpenBLAS", "libopenblas0", .ofLinearAlgebra)
    }

    /// For commands that attack tables, before any work.
    func requireLinearPrograms() {
        LinearKernel(rawValue: kernel.rawValue)?.choose()
        guard !LinearProgram.isAvailable else { return }
        missing("Clp", "coinor-libclp1", .ofLinearPrograms)
    }

    private func missing(_ name: String, _ package: String, _ why: LibraryFailure) -> Never {
        switch why {
        case .notInstalled:
            messages.fail(
                Failure(
                    "ENGINE_MISSING", "\(name) is not installed",
                    remedy: "install it (Debian: apt-get install \(package))", exitCode: ExitStatus.engineMissing))
        case .noMemory:
            messages.fail(
                Failure(
                    "OUT_OF_MEMORY", "\(name) does not fit in the memory that this process may have",
                    remedy: "give it more (ulimit -v, MemoryMax)", exitCode: ExitStatus.systemError))
        }
    }

    var messages: Messages {
        Messages(format: format, logFormat: logFormat, isQuiet: quiet, isVerbose: verbose)
    }
}

/// Results on stdout, messages on stderr.
struct Messages {
    let format: OutputFormat
    var logFormat = LogFormat.text
    var isQuiet = false
    var isVerbose = false

    func note(_ text: String) {
        guard !isQuiet else { return }
        let line =
            logFormat == .json
            ? JSONValue.object([("schema", "peil-log-1"), ("message", .string(text))]).text : text
        FileHandle.write(line + "\n", toStandardError: true)
    }

    /// A note for those who asked for more.
    func detail(_ text: @autoclosure () -> String) {
        if isVerbose { note(text()) }
    }

    /// Runs a stage of the work; for those who asked for more, says what it cost.
    func stage<Result>(_ name: String, _ work: () throws -> Result) rethrows -> Result {
        guard isVerbose, !isQuiet else { return try work() }
        let wall = ContinuousClock.now
        let processor = clock()
        let result = try work()
        let seconds = Double(clock() - processor) / Double(CLOCKS_PER_SEC)
        let elapsed = Double((ContinuousClock.now - wall) / .milliseconds(1)) / 1000
        stage(name, processorSeconds: seconds, wallSeconds: elapsed)
        return result
    }

    /// Says what stages cost that ran deeper down, for those who asked for more.
    func stages(_ costs: [StageCost]) {
        guard isVerbose, !isQuiet else { return }
        for cost in costs {
            stage(
                cost.stage, processorSeconds: cost.processorSeconds, wallSeconds: cost.wallSeconds,
                threads: cost.threads)
        }
    }

    func stage(_ name: String, processorSeconds: Double, wallSeconds: Double, threads: Int? = nil) {
        if logFormat == .json {
            let line = JSONValue.object(
                [
                    ("schema", "peil-log-1"), ("event", "stage"), ("stage", .string(name)),
                    ("cpu_seconds", .number(processorSeconds)), ("wall_seconds", .number(wallSeconds))
                ] + (threads.map { [("threads", .integer($0))] } ?? []))
            FileHandle.write(line.text + "\n", toStandardError: true)
        } else {
            let (wall, processor) = (String(format: "%.3f", wallSeconds), String(format: "%.3f", processorSeconds))
            note("\(name): \(wall) s, processor \(processor) s" + (threads.map { ", \($0) thread(s)" } ?? ""))
        }
    }

    func result(_ text: String) { FileHandle.write(text.hasSuffix("\n") ? text : text + "\n", toStandardError: false) }

    func report(_ failure: Failure) {
        guard format != .json, logFormat != .json else {
            return FileHandle.write(failure.json + "\n", toStandardError: true)
        }
        let word = failure.text.prefix { $0 != ":" }
        let colour = Terminal.showsColour(on: STDERR_FILENO) ? ("\u{1B}[1;31m", "\u{1B}[0m") : ("", "")
        FileHandle.write("\(colour.0)\(word)\(colour.1)\(failure.text.dropFirst(word.count))\n", toStandardError: true)
    }

    /// Reports and ends the process with the failure's exit code.
    func fail(_ failure: Failure) -> Never {
        report(failure)
        Foundation.exit(failure.exitCode)
    }

    /// Runs a command's work; every error ends in its sentence and exit code.
    func running(file: String = "", _ work: () throws -> Void) {
        do { try work() } catch { fail(Failure(naming: error, file: file)) }
    }
}

extension FileHandle {
    static func write(_ text: String, toStandardError: Bool) {
        let handle = toStandardError ? FileHandle.standardError : FileHandle.standardOutput
        // A reader that closed the pipe wants no more; that is not an error of ours.
        try? handle.write(contentsOf: Data(text.utf8))
    }
}
