import PeilIngest
import PeilStatistics
import PeilTable

/// What `peil check` prints: lonely strata first, then what came in, what was left out and by which rule, whether
/// the weights can be made, and what moved since the previous wave.
public struct QualityReport {
    struct Line {
        let topic: String
        let key: String
        let value: JSONValue
        /// The rule, or where to look; for people.
        var note = ""
    }
    private let lines: [Line]
    private let heading: String
    private let facts: QualityFacts

    public init(
        _ run: StudyRun, _ prepared: StudyRun.Prepared, comparison: WaveComparison? = nil, scales: ScaleQuality? = nil
    ) {
        heading = "\(run.study.id), wave \(run.wave.id)"
        facts = QualityFacts(run, prepared, comparison: comparison, scales: scales)
        var lines = Self.design(run, prepared)
        let files = prepared.facts.files
        for file in files {
            if files.count > 1 {
                lines.append(
                    Line(
                        topic: "file", key: "name", value: .string(file.name),
                        note: file.mode.isEmpty ? "" : "mode \(file.mode)"))
            }
            lines += FileLines(file.quality, run.study.codebook).lines
        }
        lines += Self.wave(prepared)
        if let fieldwork = prepared.fieldwork { lines += fieldwork.lines }
        lines += Self.flags(run, prepared) + Self.weights(prepared.weights)
        if let comparison { lines += Self.shift(comparison) }
        if let scales { lines += Self.scales(scales) }
        self.lines = lines
    }

    /// Each scale with its alpha, then what speaks against it; `hold` is what an unattended wave must wait for.
    private static func scales(_ quality: ScaleQuality) -> [Line] {
        quality.lines.map { line in
            guard let reliability = line.reliability else {
                return Line(topic: "scale", key: line.scale, value: "not computed")
            }
            let (name, figure) = reliability.leading
            return Line(
                topic: "scale", key: "\(line.scale), \(name)",
                value: .optional(figure.estimate.map { ($0 * 1000).rounded() / 1000 }),
                note: "\(line.items) items, \(figure.count) people answered all")
        }
            + quality.findings.map { finding in
                Line(
                    topic: finding.holds ? "hold" : "warning", key: finding.code,
                    value: .string(finding.item ?? finding.scale), note: finding.message)
            }
    }

    private static func design(_ run: StudyRun, _ prepared: StudyRun.Prepared) -> [Line] {
        let lonely = run.lonelyStrata(prepared.estimation.design)
        let stage = prepared.estimation.design.stages[0]
        return [
            Line(topic: "design", key: "lonely strata", value: lonely.isEmpty ? "none" : .strings(lonely)),
            Line(
                topic: "design", key: "rule for lonely strata", value: .string(run.study.design.lonelyPSU.rawValue)),
            Line(topic: "design", key: "strata", value: .integer(stage.strata.count)),
            Line(topic: "design", key: "sampling units", value: .integer(stage.unitCount))
        ]
    }

    /// What the files together gave, where there are several, or where people were told apart.
    private static func wave(_ prepared: StudyRun.Prepared) -> [Line] {
        let merged = prepared.facts.merged.map {
            Line(
                topic: "merged", key: "left out of \($0.leftOutOf)", value: .integer($0.count),
                note: "the same person's record in \($0.keptIn) counts")
        }
        guard prepared.facts.files.count > 1 else { return merged }
        let whole = prepared.quality
        let parts = prepared.facts.files.map { "\($0.rowsInWave) from \($0.name)" }.joined(separator: ", ")
        let excluded = whole.exclusions.map(\.count).reduce(0, +)
        return merged + [
            Line(topic: "wave", key: "respondents", value: .integer(whole.rowsKept), note: parts),
            Line(
                topic: "wave", key: "records read", value: .integer(whole.rowsRead),
                note:
                    "\(whole.rowsRead) read = \(whole.rowsKept) kept + \(whole.quarantined.count) quarantined + \(excluded) excluded + \(whole.partials) break-offs"
            )
        ]
    }

    private static func flags(_ run: StudyRun, _ prepared: StudyRun.Prepared) -> [Line] {
        WeightedFlag.all(run, prepared).map { flag in
            var note = "\(percent(flag.finding.share)) of \(flag.finding.judged)"
            if let share = flag.weightedShare, !flag.isRemoved { note += ", weighted \(percent(share))" }
            note += "; \(flag.rule); \(flag.isRemoved ? "left out" : "kept")"
            if !flag.finding.lines.isEmpty { note += "; lines \(FileLines.list(flag.finding.lines))" }
            return Line(topic: "flag", key: flag.column, value: .integer(flag.finding.count), note: note)
        }
    }

    private static func weights(_ weights: StudyWeights) -> [Line] {
        var lines = [
            Line(topic: "weights", key: "sum", value: .number(weights.design.weights.reduce(0, +))),
            Line(topic: "weights", key: "rounds of raking", value: .integer(weights.iterations)),
            Line(topic: "weights", key: "largest relative margin error", value: .number(weights.largestRelativeError)),
            Line(topic: "weights", key: "trimmed", value: .integer(weights.trimmed))
        ]
        if let ratio = weights.largestRatio {
            lines.append(Line(topic: "weights", key: "largest weight to its group's mean", value: .number(ratio)))
        }
        return lines
    }

    private static func shift(_ comparison: WaveComparison) -> [Line] {
        if let failure = comparison.failure {
            return [
                Line(
                    topic: "shift", key: "not compared with \(comparison.previous)", value: .string(failure),
                    note: "run peil check --wave \(comparison.previous)")
            ]
        }
        let suspects = comparison.suspects
        return [
            Line(
                topic: "shift", key: "questions compared with \(comparison.previous)",
                value: .integer(comparison.shifts?.count ?? 0), note: "DISTRIBUTION_SHIFT: \(suspects.count)")
        ]
            + suspects.map {
                Line(topic: "warning", key: "DISTRIBUTION_SHIFT", value: .string($0.question), note: $0.text)
            }
    }

    static func percent(_ share: Double) -> String { "\((share * 1_000).rounded() / 10) %" }

    /// One line a fact.
    public var text: String {
        let width = lines.map { $0.topic.count }.max() ?? 0
        return
            ([heading]
            + lines.map { line in
                line.topic + String(repeating: " ", count: width - line.topic.count)
                    + "  \(line.key): \(Self.plain(line.value))" + (line.note.isEmpty ? "" : " (\(line.note))")
            }).joined(separator: "\n") + "\n"
    }

    private static func plain(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): text
        case .array(let values): values.map(plain).joined(separator: ", ")
        default: value.text
        }
    }

    /// Topic, key, value and note, a line a fact.
    public var csv: String {
        return
            (["topic,key,value,note"]
            + lines.map { CSVText.line([$0.topic, $0.key, Self.plain($0.value), $0.note]) })
            .joined(separator: "\n") + "\n"
    }

    /// Schema peil-check-1: the lines as `facts`, and `quality` with every count and its rule.
    public var json: JSONValue {
        .object([
            ("schema", "peil-check-1"), ("use", "not for publication"), ("study", .string(heading)),
            (
                "facts",
                .array(
                    lines.map { .object([("topic", .string($0.topic)), ("key", .string($0.key)), ("value", $0.value)]) }
                )
            ), ("quality", facts.json)
        ])
    }
}

/// The lines about one file.
private struct FileLines {
    let quality: FileQuality
    let codebook: Codebook
    private(set) var lines: [QualityReport.Line] = []

    init(_ quality: FileQuality, _ codebook: Codebook) {
        self.quality = quality
        self.codebook = codebook
        addFile()
        addCompleteness()
        for record in quality.quarantined.prefix(20) {
            let column = record.column.map { ", column \($0)" } ?? ""
            add("quarantined", "record \(record.record), line \(record.line)", .string(record.code + column))
        }
        for exclusion in quality.exclusions { add("excluded", exclusion.rule, .integer(exclusion.count)) }
        for finding in quality.findings {
            add(
                "finding", finding.rule, .integer(finding.count),
                "\(finding.severity.rawValue), \(QualityReport.percent(finding.share)) of \(finding.judged); lines \(Self.list(finding.lines))"
            )
        }
        for warning in quality.warnings {
            add("warning", warning.code, .integer(warning.count), warning.message)
        }
        addMissing()
    }

    private mutating func add(_ topic: String, _ key: String, _ value: JSONValue, _ note: String = "") {
        lines.append(.init(topic: topic, key: key, value: value, note: note))
    }

    private mutating func addFile() {
        add("file", "dialect", .string(quality.dialectReason))
        add("file", "records read", .integer(quality.rowsRead))
        let excluded = quality.exclusions.map(\.count).reduce(0, +)
        add("file", "respondents kept", .integer(quality.rowsKept))
        add("file", "quarantined", .integer(quality.quarantined.count))
        add("file", "excluded by rules", .integer(excluded))
        add("file", "duplicates", .integer(quality.duplicates), "the same row again, among the quarantined")
        add(
            "file", "break-offs left out", .integer(quality.partials),
            "\(quality.rowsRead) read = \(quality.rowsKept) kept + \(quality.quarantined.count) quarantined + \(excluded) excluded + \(quality.partials) break-offs"
        )
    }

    private mutating func addCompleteness() {
        guard let rule = codebook.completeness, let counts = quality.completeness else { return }
        let minimum = QualityReport.percent(rule.minimumRequiredShare)
        let complete = QualityReport.percent(rule.completeShare)
        add("complete", "complete interviews", .integer(counts.complete), "at least \(complete) of the required items")
        add(
            "complete", "partial interviews, kept", .integer(counts.partialInterviews),
            "from \(minimum) to \(complete) of the required items")
        add(
            "complete", "break-offs, left out", .integer(counts.breakOffs), "less than \(minimum) of the required items"
        )
        add(
            "complete", "without design or weighting variables, left out", .integer(counts.withoutNeeds),
            rule.needs.joined(separator: ", "))
    }

    private mutating func addMissing() {
        for item in quality.itemMissing where item.absent > 0 {
            let reasons = item.countByReason.sorted { $0.key < $1.key }.filter { $0.key != "not_asked" }
                .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
            add(
                "no answer", item.variable, .integer(item.absent),
                "\(QualityReport.percent(item.share)) of \(item.asked) asked: \(reasons)")
        }
    }

    static func list(_ lines: [Int]) -> String { lines.map(String.init).joined(separator: ", ") }
}
