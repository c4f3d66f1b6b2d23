import PeilStore
import PeilStudy

/// One thing that a run did or saw, for the log: names, hashes and counts, never an answer.
public struct WaveEvent: Sendable {
    public enum Level: String, Sendable { case info, warning, error }

    public let level: Level
    /// A word for programs: `received`, `published`, `waiting` …, or the class of an error.
    public let code: String
    public let wave: String?
    /// The identity of the delivery, shortened.
    public let delivery: String?
    public let message: String
    public let counts: [(String, Int)]

    init(
        _ code: String, _ message: String, wave: String? = nil, delivery: String? = nil,
        counts: [(String, Int)] = [], level: Level = .info
    ) {
        self.level = level
        self.code = code
        self.wave = wave
        self.delivery = delivery.map { String($0.prefix(16)) }
        self.message = message
        self.counts = counts
    }
}

/// What became of one wave in one run.
public struct WaveOutcome: Sendable {
    public enum Word: String, Sendable {
        /// Nothing to do.
        case unchanged
        case published, held, waiting, rejected, failed, stopped
    }
    public let wave: String
    public let word: Word
    public let exitCode: Int32
    public let message: String
    public let publication: String?

    init(_ wave: String, _ word: Word, _ message: String, exitCode: Int32 = 0, publication: String? = nil) {
        self.wave = wave
        self.word = word
        self.exitCode = exitCode
        self.message = message
        self.publication = publication
    }
}

/// What a run did.
public struct WaveSummary: Sendable {
    public internal(set) var outcomes: [WaveOutcome] = []

    /// Of several outcomes the one that asks most of whoever looks after the job.
    public var exitCode: Int32 {
        let codes = outcomes.map(\.exitCode)
        if let signal = codes.first(where: { $0 > 128 }) { return signal }
        let order: [Int32] = [70, 71, 74, 73, 77, 78, 69, 66, 65, 75]
        return order.first(where: codes.contains) ?? codes.first { $0 != 0 } ?? 0
    }

    public var json: JSONValue {
        .object([
            ("schema", "peil-waves-1"), ("exit_code", .integer(Int(exitCode))),
            (
                "waves",
                .array(
                    outcomes.map {
                        .object([
                            ("wave", .string($0.wave)), ("outcome", .string($0.word.rawValue)),
                            ("exit_code", .integer(Int($0.exitCode))), ("message", .string($0.message)),
                            ("publication", $0.publication.map(JSONValue.string) ?? .null)
                        ])
                    })
            )
        ])
    }
}

extension LedgerDelivery.Trouble {
    init(_ failure: Failure) {
        self.init(
            code: failure.code, message: failure.message, place: failure.file.map(Self.lastParts), line: failure.line,
            column: failure.column, remedy: failure.remedy, exitCode: Int(failure.exitCode))
    }

    /// Where the study lies is nobody's business once it moves.
    private static func lastParts(_ path: String) -> String {
        path.split(separator: "/").suffix(2).joined(separator: "/")
    }

    /// As every command says it.
    var sentence: String {
        let position = place.map { " " + $0 + (line.map { ":\($0)" } ?? "") } ?? ""
        return "\(message).\(position) · \(remedy)".replacingOccurrences(of: "..", with: ".")
    }
}
