import PeilIngest
import PeilStatistics
import PeilStore
import PeilTable

/// The facts about the data of a wave as one JSON document, for people who hold the microdata: exact counts,
/// each with its rule. Lines and columns are named, answers never.
public struct QualityFacts {
    private let run: StudyRun
    private let prepared: StudyRun.Prepared
    private let comparison: WaveComparison?
    private let scales: ScaleQuality?

    public init(
        _ run: StudyRun, _ prepared: StudyRun.Prepared, comparison: WaveComparison? = nil, scales: ScaleQuality? = nil
    ) {
        self.scales = scales
        self.run = run
        self.prepared = prepared
        self.comparison = comparison
    }

    private var codebook: Codebook { run.study.codebook }

    /// `files`, one a file of the wave; `wave`, their counts together; `fieldwork` where there is a frame; `flags` with weighted shares; `shift` where a previous wave is there; `scales` where the study declares
    /// some, and `holds`, what an unattended wave must wait for.
    public var json: JSONValue {
        var fields: [(String, JSONValue)] = [
            ("files", .array(prepared.facts.files.map(file))), ("wave", wave), ("flags", .array(flags))
        ]
        if let fieldwork = prepared.fieldwork { fields.append(("fieldwork", fieldwork.json)) }
        if let comparison { fields.append(("shift", comparison.json)) }
        if let scales {
            fields.append(("scales", scales.json))
            fields.append(("holds", .array(scales.holds.map(\.json))))
        }
        return .object(fields)
    }

    /// Writes the facts beside the microdata: `internal/quality-WAVE.json` in the study's folder, for its owner only.
    /// Never under out/: exact counts are no publication.
    public func write() throws {
        let folder = run.study.path("internal")
        let wave = String(run.wave.id.map { $0.isLetter || $0.isNumber ? $0 : "_" })
        let document = JSONValue.object([
            ("schema", "peil-quality-1"), ("use", "not for publication"), ("study", .string(run.study.id)),
            ("wave", .string(run.wave.id)), ("input_hash", .string(prepared.inputHash)), ("quality", json)
        ])
        do {
            try DurableFolder.make(folder, mode: 0o700)
            try DurableFile.write(Array((document.text + "\n").utf8), to: "\(folder)/quality-\(wave).json", mode: 0o600)
        } catch { throw Failure(naming: error, file: folder) }
    }

    // MARK: Files

    private var wave: JSONValue {
        .object([
            ("rows", rows(prepared.quality)),
            (
                "merged",
                .array(
                    prepared.facts.merged.map {
                        .object([
                            ("kept_in", .string($0.keptIn)), ("left_out_of", .string($0.leftOutOf)),
                            ("count", .integer($0.count))
                        ])
                    })
            )
        ])
    }

    private func file(_ file: WaveFacts.File) -> JSONValue {
        let quality = file.quality
        return .object([
            ("name", .string(file.name)), ("mode", .string(file.mode)), ("rows_in_wave", .integer(file.rowsInWave)),
            ("dialect", .string(quality.dialectReason)), ("rows", rows(quality)),
            ("completeness", completeness(quality)),
            ("quarantined", .array(quality.quarantined.map(Self.quarantined))),
            (
                "excluded",
                .array(quality.exclusions.map { .object([("rule", .string($0.rule)), ("count", .integer($0.count))]) })
            ),
            ("duplicates", duplicates(quality)),
            ("item_non_response", .array(quality.itemMissing.map(Self.item))),
            ("rules", .array(quality.findings.map(Self.finding))),
            ("warnings", .array(quality.warnings.map(Self.warning)))
        ])
    }

    private func rows(_ quality: FileQuality) -> JSONValue {
        .object([
            ("read", .integer(quality.rowsRead)), ("kept", .integer(quality.rowsKept)),
            ("quarantined", .integer(quality.quarantined.count)),
            ("excluded", .integer(quality.exclusions.map(\.count).reduce(0, +))),
            ("break_offs", .integer(quality.partials)), ("balanced", .bool(quality.isBalanced)),
            ("rule", "read = kept + quarantined + excluded + break_offs")
        ])
    }

    private func completeness(_ quality: FileQuality) -> JSONValue {
        guard let rule = codebook.completeness, let counts = quality.completeness else { return .null }
        return .object([
            ("needs", .strings(rule.needs)), ("minimum_required_share", .number(rule.minimumRequiredShare)),
            ("complete_share", .number(rule.completeShare)), ("complete", .integer(counts.complete)),
            ("partial_interviews", .integer(counts.partialInterviews)), ("break_offs", .integer(counts.breakOffs)),
            ("without_needs", .integer(counts.withoutNeeds))
        ])
    }

    private func duplicates(_ quality: FileQuality) -> JSONValue {
        .object([
            ("same_row", .integer(quality.duplicates)),
            ("same_respondent_other_answers", .integer(0)),
            ("same_respondent_rule", "a file with such records is refused (DUPLICATE_RESPONDENT)"),
            ("same_answers", quality.sameAnswers.map(Self.finding) ?? .null),
            ("same_answers_minimum", .integer(codebook.sameAnswers.minimumAnswered))
        ])
    }

    private static func quarantined(_ record: FileQuality.Quarantined) -> JSONValue {
        .object([
            ("record", .integer(record.record)), ("line", .integer(record.line)), ("class", .string(record.code)),
            ("column", record.column.map(JSONValue.string) ?? .null)
        ])
    }

    private static func item(_ item: FileQuality.ItemMissing) -> JSONValue {
        .object([
            ("variable", .string(item.variable)), ("asked", .integer(item.asked)), ("absent", .integer(item.absent)),
            ("share", .number(item.share)),
            ("reasons", .object(item.countByReason.sorted { $0.key < $1.key }.map { ($0.key, .integer($0.value)) }))
        ])
    }

    static func finding(_ finding: FileQuality.Finding) -> JSONValue {
        .object([
            ("rule", .string(finding.rule)), ("severity", .string(finding.severity.rawValue)),
            ("count", .integer(finding.count)), ("judged", .integer(finding.judged)), ("share", .number(finding.share)),
            ("lines", .array(finding.lines.map(JSONValue.integer)))
        ])
    }

    private static func warning(_ warning: FileWarning) -> JSONValue {
        .object([
            ("class", .string(warning.code)), ("count", .integer(warning.count)),
            ("columns", .strings(warning.columns)),
            ("lines", .array(warning.lines.map(JSONValue.integer))), ("message", .string(warning.message))
        ])
    }

    // MARK: Flags

    private var flags: [JSONValue] {
        WeightedFlag.all(run, prepared).map { flag in
            .object([
                ("flag", .string(flag.column)), ("rule", .string(flag.rule)), ("count", .integer(flag.finding.count)),
                ("judged", .integer(flag.finding.judged)), ("share", .number(flag.finding.share)),
                ("weighted_share", .optional(flag.weightedShare)), ("removed", .bool(flag.isRemoved)),
                ("lines", .array(flag.finding.lines.map(JSONValue.integer)))
            ])
        }
    }
}

/// A flag with its rule in words and its weighted share among the respondents that stay.
struct WeightedFlag {
    let column: String
    let rule: String
    let finding: FileQuality.Finding
    let isRemoved: Bool
    let weightedShare: Double?

    /// The flags of the wave's files, in the order of the codebook.
    static func all(_ run: StudyRun, _ prepared: StudyRun.Prepared) -> [WeightedFlag] {
        let codebook = run.study.codebook
        var flags: [WeightedFlag] = []
        func add(_ finding: FileQuality.Finding?, _ rule: String, removed: Bool) {
            guard let finding, let column = finding.flag else { return }
            let share = try? prepared.table.categories(column)
            flags.append(
                WeightedFlag(
                    column: column, rule: rule, finding: finding, isRemoved: removed,
                    weightedShare: share.flatMap {
                        WeightedShare(of: "1", in: $0, weights: prepared.weights.design.weights).weightedShare
                    }))
        }
        let quality = prepared.quality
        if let rule = codebook.speeders {
            let bound = quality.speederBound.map { " (below \(shortest($0)))" } ?? ""
            add(quality.speederFinding, rule.words + bound, removed: rule.removes)
        }
        for (rule, finding) in zip(codebook.straightliners, quality.straightliners) {
            add(finding, rule.words, removed: rule.removes)
        }
        let rule = codebook.sameAnswers
        add(
            quality.sameAnswers,
            "the same answers as another respondent to all of at least \(rule.minimumAnswered) closed questions",
            removed: rule.removes)
        return flags
    }

    private static func shortest(_ value: Double) -> String {
        value == value.rounded() ? String(Int(value)) : String(value)
    }
}

extension SpeederRule {
    /// The rule in words.
    var words: String {
        var parts: [String] = []
        if let shareOfMedian { parts.append("\(shareOfMedian) of the median of \(variable)") }
        if let seconds { parts.append("\(seconds) of \(variable)") }
        return "faster than " + parts.joined(separator: " or ")
    }
}

extension StraightlinerRule {
    /// The rule in words.
    var words: String {
        (share == 1 ? "the same answer" : "the same answer to a share \(share) or more of the items")
            + " throughout \(name)" + (countsDontKnow ? ", don't know counted as an answer" : "")
    }
}
