import ArgumentParser
import PeilNumerics
import PeilStudy
import PeilTable

/// What the arguments say before they are parsed: enough to name the nearest command, and to report wrong
/// usage in the form that was asked for.
struct ProgramRequest {
    let arguments: [String]

    init(_ arguments: [String]) { self.arguments = arguments }

    /// The first argument, when it is no option.
    private var word: String? { arguments.first.flatMap { $0.hasPrefix("-") ? nil : $0 } }

    /// `peil --version --verbose`, in either order; a plain `--version` never touches the arithmetic.
    var asksForKernel: Bool { word == nil && arguments.contains("--version") && arguments.contains("--verbose") }

    var format: OutputFormat { value(of: "--format").flatMap(OutputFormat.init) ?? .text }
    var kernel: LinearKernel { value(of: "--kernel").flatMap(LinearKernel.init) ?? .auto }

    private func value(of option: String) -> String? {
        for (index, argument) in arguments.enumerated() {
            if argument.hasPrefix(option + "=") { return String(argument.dropFirst(option.count + 1)) }
            if argument == option { return index + 1 < arguments.count ? arguments[index + 1] : nil }
        }
        return nil
    }

    /// - Throws: `Failure` with exit code 64 when a word that should name a command names none.
    func checkCommand() throws {
        let path = CommandPath(arguments)
        guard let word = path.unknown else { return }
        let here = path.words.count == 1 ? "" : String(path.text.dropFirst(5)) + " "
        throw Failure(
            "USAGE", "'\(word)' is not a command of \(path.text)",
            remedy: nearestName(to: word, among: path.subcommands).map { "did you mean '\(here)\($0)'?" }
                ?? "commands are: \(path.subcommands.joined(separator: ", "))", exitCode: ExitStatus.usage)
    }

    /// The parser's sentence as a failure like every other.
    func usage(_ message: String) -> Failure { UsageAdvice(path: CommandPath(arguments)).failure(message) }
}

/// The answer to `peil --version --verbose`. It chooses the kernel as a command that computes does, so that the
/// name is the one that stands in research results.
enum KernelReport {
    static func print(_ request: ProgramRequest) {
        request.kernel.choose()
        Messages(format: .text).result("peil \(PeilVersion.text)\nBLAS kernel \(LinearKernel.name)")
    }
}
