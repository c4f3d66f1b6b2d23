import PeilStatistics
import PeilTable

/// Something about a scale that people must look at.
public struct ScaleFinding: Sendable, Equatable {
    /// NEGATIVE_ITEM, REVERSED_TWICE, or the class of the error that the scale ended in.
    public let code: String
    public let scale: String
    /// nil where the whole scale is meant.
    public let item: String?
    public let message: String
    /// A wave that nobody looks at must wait until somebody has.
    public let holds: Bool

    /// What speaks against one item.
    static func of(
        _ item: Study.ScaleRequest.Item, _ reliability: ScaleReliability, in scale: String = ""
    )
        -> [ScaleFinding]
    {
        var found: [ScaleFinding] = []
        if let negative = reliability.negative.first(where: { $0.name == item.name }) {
            found.append(
                ScaleFinding(
                    code: "NEGATIVE_ITEM", scale: scale, item: item.name,
                    message: "'\(item.name)' (\(item.direction)) goes against the other items of scale '\(scale)'"
                        + (negative.isSure ? "" : ", though its interval reaches above 0")
                        + "; it is asked the other way round, or reversed when it should not be",
                    holds: true))
        }
        if item.isReversed, item.isTurnedByCodebook {
            found.append(
                ScaleFinding(
                    code: "REVERSED_TWICE", scale: scale, item: item.name,
                    message: "'\(item.name)' of scale '\(scale)' is \(item.direction), so it counts as it was asked",
                    holds: false))
        }
        return found
    }
}

/// What the scales of a study say about the quality of a wave.
public struct ScaleQuality: Sendable {
    struct Line: Sendable {
        let scale: String
        let items: Int
        /// nil where the scale has no alpha, or could not be computed.
        let reliability: ScaleReliability?
    }
    let lines: [Line]
    public let findings: [ScaleFinding]

    /// Findings that stop a wave which nobody looks at.
    public var holds: [ScaleFinding] { findings.filter(\.holds) }

    /// A scale whose answers cannot be read is a finding that holds; one that the study declares wrongly is an error.
    /// - Throws: `Failure` with exit code 78.
    public init(_ run: StudyRun, _ prepared: StudyRun.Prepared) throws {
        var (lines, findings) = ([Line](), [ScaleFinding]())
        for scale in run.study.scales {
            do {
                guard case .reflective(let request) = scale.content else {
                    try StudyScales.check(scale, prepared.table)
                    continue
                }
                let reliability = try ScaleReliability(
                    try ScaleColumns(request, of: prepared.table), prepared.estimation)
                lines.append(Line(scale: scale.id, items: request.items.count, reliability: reliability))
                findings += request.items.flatMap { ScaleFinding.of($0, reliability, in: scale.id) }
            } catch {
                let failure = StudyScales.failure(error, scale, run)
                guard failure.exitCode == ExitStatus.data else { throw failure }
                let count = if case .reflective(let request) = scale.content { request.items.count } else { 0 }
                lines.append(Line(scale: scale.id, items: count, reliability: nil))
                findings.append(ScaleFinding(failure, of: scale))
            }
        }
        self.lines = lines
        self.findings = findings
    }

    var json: JSONValue {
        .object([
            ("scales", .array(lines.map(Self.line))), ("findings", .array(findings.map(\.json)))
        ])
    }

    private static func line(_ line: Line) -> JSONValue {
        let leading = line.reliability?.leading
        return .object([
            ("scale", .string(line.scale)), ("items", .integer(line.items)),
            ("measure", leading.map { .string($0.name) } ?? .null), ("value", .optional(leading?.figure.estimate)),
            ("lower", .optional(leading?.figure.interval?.lower)),
            ("upper", .optional(leading?.figure.interval?.upper)),
            ("n", leading.map { .integer($0.figure.count) } ?? .null)
        ])
    }
}

extension ScaleFinding {
    /// A scale that cannot be computed.
    init(_ failure: Failure, of scale: Study.ScaleRequest) {
        self.init(code: failure.code, scale: scale.id, item: nil, message: failure.message, holds: true)
    }

    public var json: JSONValue {
        .object([
            ("class", .string(code)), ("scale", .string(scale)), ("item", item.map(JSONValue.string) ?? .null),
            ("message", .string(message)), ("action", holds ? "hold" : "note")
        ])
    }
}
