import PeilIngest
import PeilStatistics
import PeilTable

/// What `peil check` prints: lonely strata first, then what came in, what was left out and by which rule, and
/// whether the weights can be made.
public struct QualityReport {
    private let lines: [(topic: String, key: String, value: JSONValue)]
    private let heading: String

    public init(_ run: StudyRun, _ prepared: StudyRun.Prepared) {
        heading = "\(run.study.id), wave \(run.wave.id)"
        var lines: [(String, String, JSONValue)] = []
        let lonely = run.lonelyStrata(prepared.estimation.design)
        lines.append(("design", "lonely strata", lonely.isEmpty ? "none" : .strings(lonely)))
        lines.append(("design", "rule for lonely strata", .string(run.study.design.lonelyPSU.rawValue)))
        lines.append(("design", "strata", .integer(prepared.estimation.design.stages[0].strata.count)))
        lines.append(("design", "sampling units", .integer(prepared.estimation.design.stages[0].unitCount)))
        for quality in prepared.quality { lines += Self.lines(of: quality) }
        let weights = prepared.weights
        lines.append(("weights", "rounds of raking", .integer(weights.iterations)))
        lines.append(("weights", "largest relative margin error", .number(weights.largestRelativeError)))
        lines.append(("weights", "trimmed", .integer(weights.trimmed)))
        if let ratio = weights.largestRatio {
            lines.append(("weights", "largest weight to its group's mean", .number(ratio)))
        }
        self.lines = lines
    }

    private static func lines(of quality: FileQuality) -> [(String, String, JSONValue)] {
        var lines: [(String, String, JSONValue)] = [
            ("file", "dialect", .string(quality.dialectReason)), ("file", "records read", .integer(quality.rowsRead)),
            ("file", "respondents kept", .integer(quality.rowsKept)),
            ("file", "quarantined", .integer(quality.quarantined.count)),
            ("file", "duplicates", .integer(quality.duplicates)),
            ("file", "break-offs left out", .integer(quality.partials)),
            ("file", "very fast (flagged, kept)", .integer(quality.speeders))
        ]
        lines += quality.straightliners.map {
            ("file", "same answer throughout \($0.rule) (flagged, kept)", .integer($0.count))
        }
        lines += quality.exclusions.map { ("excluded", $0.rule, .integer($0.count)) }
        lines += quality.findings.map { ("finding", $0.rule, .integer($0.count)) }
        lines += quality.warnings.map { ("warning", $0.code, .integer($0.count)) }
        lines += quality.itemMissing.flatMap { item in
            item.countByReason.sorted { $0.key < $1.key }.filter { $0.value > 0 }.map {
                ("no answer", "\(item.variable), \($0.key)", JSONValue.integer($0.value))
            }
        }
        return lines
    }

    /// One line a fact.
    public var text: String {
        let width = lines.map { $0.topic.count }.max() ?? 0
        return
            ([heading]
            + lines.map { line in
                line.topic + String(repeating: " ", count: width - line.topic.count)
                    + "  \(line.key): \(Self.plain(line.value))"
            }).joined(separator: "\n") + "\n"
    }

    private static func plain(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): text
        case .array(let values): values.map(plain).joined(separator: ", ")
        default: value.text
        }
    }

    public var json: JSONValue {
        .object([
            ("schema", "peil-check-1"), ("use", "not for publication"), ("study", .string(heading)),
            (
                "facts",
                .array(
                    lines.map { .object([("topic", .string($0.topic)), ("key", .string($0.key)), ("value", $0.value)]) }
                )
            )
        ])
    }
}
