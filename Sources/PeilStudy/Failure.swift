/// What went wrong, in the one form in which every command reports it:
/// `error[CLASS]: sentence. file:line:column · what to do.`
/// It names places and classes, never a respondent's value.
public struct Failure: Error, Sendable, Equatable {
    /// A data class, or the typed error in SCREAMING_SNAKE.
    public let code: String
    /// One sentence.
    public let message: String
    public var file: String?
    public var line: Int?
    public var column: Int?
    public let remedy: String
    public let exitCode: Int32

    public init(
        _ code: String, _ message: String, file: String? = nil, line: Int? = nil, column: Int? = nil,
        remedy: String, exitCode: Int32
    ) {
        self.code = code
        self.message = message
        self.file = file
        self.line = line
        self.column = column
        self.remedy = remedy
        self.exitCode = exitCode
    }

    /// The line for people.
    public var text: String {
        var place = file ?? ""
        if let line { place += ":\(line)" }
        if let column { place += ":\(column)" }
        let sentence = message.hasSuffix(".") ? message : message + "."
        return "error[\(code)]: \(sentence)" + (place.isEmpty ? "" : " \(place)") + " · \(remedy)"
    }

    /// The line for programs, schema peil-error-1.
    public var json: String {
        JSONValue.object([
            ("schema", "peil-error-1"), ("class", .string(code)), ("message", .string(message)),
            ("file", file.map(JSONValue.string) ?? .null), ("line", line.map { .integer($0) } ?? .null),
            ("column", column.map { .integer($0) } ?? .null), ("remedy", .string(remedy))
        ]).text
    }
}

extension Failure {
    /// Data of the study itself: what is wrong in them is wrong in the study.
    func inStudyFile(_ path: String) -> Failure {
        Failure(
            code, message, file: file ?? path, line: line, column: column, remedy: remedy,
            exitCode: exitCode == ExitStatus.data ? ExitStatus.configuration : exitCode)
    }
}

/// Exit codes of the command line (sysexits).
public enum ExitStatus {
    public static let usage: Int32 = 64
    public static let data: Int32 = 65
    public static let absent: Int32 = 66
    public static let engineMissing: Int32 = 69
    /// The system refuses memory, files or processes.
    public static let systemError: Int32 = 71
    public static let internalError: Int32 = 70
    public static let cannotWrite: Int32 = 73
    public static let inputOutput: Int32 = 74
    public static let noPermission: Int32 = 77
    public static let configuration: Int32 = 78
}
