import ArgumentParser
import Foundation
import PeilStudy
import PeilWaves

/// Waves that are processed while nobody looks.
struct WavesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "waves",
        abstract: "Process deliveries of waves unattended: each exactly once, or visibly not at all.",
        discussion: """
            EXAMPLES:
              peil waves process /srv/haaglanden --log-format json      a night's job
              peil waves status /srv/haaglanden                         where waves stand
              peil waves approve /srv/haaglanden golf2 --by 'A. de Vries' --reason seen
              peil waves verify /srv/haaglanden                         still whole?
              peil waves retry /srv/haaglanden golf2                    once more
              peil waves forget /srv/haaglanden -                       erase a person
              peil waves purge /srv/haaglanden --dry-run                old copies
            What each exit code asks of you: Guides/Operators.md.
            """,
        subcommands: [
            WavesProcess.self, WavesStatus.self, WavesApprove.self, WavesVerify.self, WavesRetry.self, WavesForget.self,
            WavesPurge.self
        ])
}

/// What a run does, as lines of a log.
struct WaveLogger {
    let messages: Messages
    private let run = UUID().uuidString.lowercased().prefix(8)
    private let start = ContinuousClock.now
    private let counter = Counter()

    private final class Counter { var value = 0 }

    init(_ messages: Messages) { self.messages = messages }

    func note(_ event: WaveEvent) {
        guard messages.logFormat == .json else {
            guard !messages.isQuiet || event.level == .error else { return }
            let counts = event.counts.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
            let head = event.level == .info ? event.code : "\(event.level.rawValue)[\(event.code)]"
            FileHandle.write(
                "\(head): \(event.message)" + (counts.isEmpty ? "" : " (\(counts))") + "\n", toStandardError: true)
            return
        }
        write(
            event.level.rawValue, event.code, event.message, wave: event.wave, delivery: event.delivery,
            counts: event.counts)
    }

    /// The last line of a run: always there, with the exit code.
    func summary(_ exitCode: Int32, _ text: String) {
        guard messages.logFormat == .json else { return }
        write("info", "summary", text, wave: nil, delivery: nil, counts: [("exit_code", Int(exitCode))])
    }

    private func write(
        _ level: String, _ code: String, _ message: String, wave: String?, delivery: String?, counts: [(String, Int)]
    ) {
        counter.value += 1
        let milliseconds = Int(((ContinuousClock.now - start) / .milliseconds(1)).rounded())
        let line = JSONValue.object([
            ("schema", "peil-log-1"), ("ts", .string(Date().formatted(.iso8601))), ("seq", .integer(counter.value)),
            ("run", .string(String(run))), ("level", .string(level)), ("event", .string(code)),
            ("wave", wave.map(JSONValue.string) ?? .null), ("delivery", delivery.map(JSONValue.string) ?? .null),
            ("message", .string(message)), ("counts", .object(counts.map { ($0.0, .integer($0.1)) })),
            ("ms", .integer(milliseconds))
        ])
        FileHandle.write(line.text + "\n", toStandardError: true)
    }
}

/// What every command does that may process waves: it hears signals from the start, and has its engines before it needs them.
private func workOn(_ file: String, _ common: CommonOptions, _ work: (Study, StopSignals) throws -> Void) {
    let signals = StopSignals.listening()
    common.chooseKernel()
    common.requireLinearPrograms()
    common.messages.running(file: file) { try work(try Study(at: file), signals) }
}

/// Processes, prints the summary and ends with its code.
private func processWaves(
    _ study: Study, only wave: String?, restores: Bool, _ common: CommonOptions, signals: StopSignals
) throws -> Never {
    let logger = WaveLogger(common.messages)
    let summary: WaveSummary
    do {
        summary = try WaveProcessor(
            study, threads: common.threads, stop: signals, restores: restores, log: { logger.note($0) }
        ).process(only: wave)
    } catch let failure as Failure {
        logger.summary(failure.exitCode, failure.code)
        throw failure
    }
    logger.summary(
        summary.exitCode, summary.outcomes.map { "\($0.wave) \($0.word.rawValue)" }.joined(separator: ", "))
    switch common.format {
    case .json: common.messages.result(summary.json.text)
    case .text, .csv:
        if !common.quiet || summary.exitCode != 0 {
            common.messages.result(
                summary.outcomes.map { "\($0.wave): \($0.word.rawValue), \($0.message)" }.joined(separator: "\n"))
        }
    }
    Foundation.exit(summary.exitCode)
}

struct WavesProcess: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "process", abstract: "Process what was delivered, and publish whole reports or nothing.",
        discussion: """
            EXAMPLES:
              peil waves process /srv/haaglanden --log-format json
            """)

    @Argument(help: ArgumentHelp("A study.yaml, or the folder that holds it.", valueName: "study"), completion: .file())
    var study: String

    @Option(help: ArgumentHelp("One wave; default all.", valueName: "id"))
    var wave: String?

    @Flag(help: "Let a version that was superseded come back.")
    var restore = false

    @OptionGroup(title: "Common options") var common: CommonOptions

    func run() throws {
        workOn(study, common) { study, signals in
            try processWaves(study, only: wave, restores: restore, common, signals: signals)
        }
    }
}

struct WavesStatus: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Where every wave stands, from the ledger.",
        discussion: """
            EXAMPLES:
              peil waves status /srv/haaglanden
            """)

    @Argument(help: ArgumentHelp("A study.yaml, or the folder that holds it.", valueName: "study"), completion: .file())
    var study: String

    @Flag(help: "Only waves that need somebody.")
    var failed = false

    @Option(help: ArgumentHelp("How many of the newest events to tell.", valueName: "count"))
    var events: Int = 10

    @Flag(help: "The sheet for the register of processing activities instead.")
    var register = false

    @OptionGroup(title: "Common options") var common: CommonOptions

    func validate() throws {
        guard (0...100_000).contains(events) else { throw ValidationError("--events must lie between 0 and 100000") }
    }

    func run() throws {
        common.messages.running(file: study) {
            let study = try Study(at: self.study)
            if register { return common.messages.result(ProcessingRegister(study).text) }
            let status = try WaveStatus(study, events: events)
            common.messages.result(
                common.format == .json ? status.json(onlyFailed: failed).text : status.text(onlyFailed: failed))
        }
    }
}

struct WavesApprove: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Let a held wave through, and publish it.",
        discussion: """
            EXAMPLES:
              peil waves approve /srv/haaglanden golf2 --by 'A. de Vries' --reason seen

            Who approves and why is kept in the ledger and told in the message about the
            publication.
            """)

    @Argument(help: ArgumentHelp("A study.yaml, or the folder that holds it.", valueName: "study"), completion: .file())
    var study: String

    @Argument(help: ArgumentHelp("The wave that is held.", valueName: "wave"))
    var wave: String

    @Option(help: ArgumentHelp("Who approves.", valueName: "name"))
    var by: String

    @Option(help: ArgumentHelp("Why.", valueName: "words"))
    var reason: String

    @OptionGroup(title: "Common options") var common: CommonOptions

    func run() throws {
        workOn(study, common) { study, signals in
            try WaveDecisions(study).approve(wave, by: by, reason: reason)
            try processWaves(study, only: wave, restores: false, common, signals: signals)
        }
    }
}

struct WavesVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Read everything again that the ledger knows of, and compare hashes.",
        discussion: """
            EXAMPLES:
              peil waves verify /srv/haaglanden
            """)

    @Argument(help: ArgumentHelp("A study.yaml, or the folder that holds it.", valueName: "study"), completion: .file())
    var study: String

    @OptionGroup(title: "Common options") var common: CommonOptions

    func run() throws {
        common.messages.running(file: study) {
            let found = try WaveVerification(try Study(at: study))
            switch common.format {
            case .json: common.messages.result(found.json.text)
            case .text, .csv:
                let whole = "\(found.copies) copies and \(found.publications) publications are whole."
                common.messages.result(found.troubles.isEmpty ? whole : found.troubles.joined(separator: "\n"))
            }
            if !found.troubles.isEmpty { Foundation.exit(ExitStatus.data) }
        }
    }
}

struct WavesRetry: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Try a wave again that failed or was rejected.",
        discussion: """
            EXAMPLES:
              peil waves retry /srv/haaglanden golf2
              peil waves retry /srv/haaglanden golf2 --reprocess

            With --reprocess also a published wave is made again, by the study and the
            peil of now; figures that then differ are listed as a correction.
            """)

    @Argument(help: ArgumentHelp("A study.yaml, or the folder that holds it.", valueName: "study"), completion: .file())
    var study: String

    @Argument(help: ArgumentHelp("The wave.", valueName: "wave"))
    var wave: String

    @Flag(help: "Also make a published wave again.")
    var reprocess = false

    @OptionGroup(title: "Common options") var common: CommonOptions

    func run() throws {
        workOn(study, common) { study, signals in
            guard try WaveDecisions(study).retry(wave, reprocess: reprocess) else {
                common.messages.result(
                    "\(wave): nothing to try again" + (reprocess ? "" : "; --reprocess makes a published wave again"))
                return
            }
            try processWaves(study, only: wave, restores: false, common, signals: signals)
        }
    }
}

struct WavesForget: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget", abstract: "Erase a person from all copies, and keep them out of later deliveries.",
        discussion: """
            EXAMPLES:
              peil waves forget /srv/haaglanden -

            PERSON is the identifier as the data have it; '-' reads it from stdin, so
            that it stands in no history of commands. Published figures stay until the
            next publication of the wave.
            """)

    @Argument(help: ArgumentHelp("A study.yaml, or the folder that holds it.", valueName: "study"), completion: .file())
    var study: String

    @Argument(help: ArgumentHelp("The person's identifier, or '-'.", valueName: "person"))
    var person: String

    @OptionGroup(title: "Common options") var common: CommonOptions

    func run() throws {
        common.messages.running(file: study) {
            let identifier = person == "-" ? readLine(strippingNewline: true) ?? "" : person
            let receipt = try Forgetting(try Study(at: study)).forget(identifier)
            if common.format == .json { return common.messages.result(receipt.json.text) }
            let copies = receipt.records == 1 ? "1 copy was" : "\(receipt.records) copies were"
            var lines = [
                "Receipt \(receipt.code).",
                receipt.records == 0
                    ? "No copy held this person. Later deliveries will not bring them in."
                    : "\(copies) written anew (\(receipt.waves.joined(separator: ", "))). "
                        + "Later deliveries will not bring the person back."
            ]
            if !receipt.elsewhere.isEmpty {
                lines.append(
                    "peil only reads these files of the study; take the person out of them yourself: "
                        + receipt.elsewhere.joined(separator: ", "))
            }
            if receipt.waiting > 0 {
                lines.append("\(receipt.waiting) file(s) wait in the inbox; the person is dropped when they are taken.")
            }
            common.messages.result(lines.joined(separator: "\n"))
        }
    }
}

struct WavesPurge: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge", abstract: "Remove copies of answers that are older than the study keeps them.",
        discussion: """
            EXAMPLES:
              peil waves purge /srv/haaglanden --dry-run
            """)

    @Argument(help: ArgumentHelp("A study.yaml, or the folder that holds it.", valueName: "study"), completion: .file())
    var study: String

    @Flag(help: "Only say what would go.")
    var dryRun = false

    @Flag(help: "The clock is right although nothing happened for more than a year.")
    var believeClock = false

    @OptionGroup(title: "Common options") var common: CommonOptions

    func run() throws {
        common.messages.running(file: study) {
            let removed = try Retention(try Study(at: study)).purge(dryRun: dryRun, believesClock: believeClock)
            if common.format == .json {
                let list = removed.map { removal in
                    JSONValue.object([
                        ("wave", .string(removal.wave)), ("delivery", .string(removal.delivery)),
                        ("rejected", .bool(removal.isRejected)), ("days", .integer(removal.days)),
                        ("bytes", .integer(removal.bytes))
                    ])
                }
                return common.messages.result(
                    JSONValue.object([
                        ("schema", "peil-purge-1"), ("dry_run", .bool(dryRun)), ("removed", .array(list))
                    ]).text)
            }
            let lines = removed.map {
                "\($0.wave): \($0.isRejected ? "rejected delivery" : "copies of answers"), \($0.days) days old, \($0.bytes) bytes"
            }
            common.messages.result(
                removed.isEmpty
                    ? "Nothing is old enough." : ([dryRun ? "Would go:" : "Removed:"] + lines).joined(separator: "\n"))
        }
    }
}
