import Foundation
import PeilIngest
public import PeilStatistics
import PeilTable

/// How the answers moved since the previous wave, where that wave is there to compare with.
public struct WaveComparison: Sendable {
    /// The wave before.
    public let previous: String
    /// nil where it could not be compared; then `failure` says why.
    public let shifts: [WaveShift]?
    /// Of the sizes of the segments; nil where one of the waves has none.
    public let segments: WaveShift?
    /// In the wave before.
    public let respondents: Int
    /// Class of the error that reading the previous wave ended in.
    public let failure: String?
    let limits: ShiftLimits

    /// - Returns: nil for the first wave, and where not all files of the wave before are there.
    public init?(_ run: StudyRun, _ prepared: StudyRun.Prepared) {
        let study = run.study
        guard let index = study.waves.firstIndex(where: { $0.id == run.wave.id }), index > 0 else { return nil }
        let wave = study.waves[index - 1]
        guard study.holdsFiles(of: wave) else { return nil }
        previous = wave.id
        let bounds = study.codebook.shift
        limits = ShiftLimits(
            totalVariation: bounds.totalVariation, standardisedDifference: bounds.standardisedDifference,
            missingShare: bounds.missingShare)
        do {
            let before = try StudyRun(study, wave: wave, threads: run.threads).prepare()
            shifts = WaveShift.all(
                Self.questions(study.codebook, prepared.table),
                from: WeightedWave(table: before.table, weights: before.weights.design.weights),
                to: WeightedWave(table: prepared.table, weights: prepared.weights.design.weights))
            segments =
                WaveShift.all(
                    [StudyRun.segmentVariable],
                    from: WeightedWave(table: before.table, weights: before.weights.design.weights),
                    to: WeightedWave(table: prepared.table, weights: prepared.weights.design.weights)
                ).first
            respondents = before.table.rowCount
            failure = nil
        } catch {
            shifts = nil
            segments = nil
            respondents = 0
            failure = Failure(naming: error, file: study.file).code
        }
    }

    /// Questions of the file and the flags; not identifiers, dates, weights and what the study derives.
    private static func questions(_ codebook: Codebook, _ table: Table) -> [String] {
        let derived = Set(codebook.derived.map(\.variable.name))
        let others = Set(
            codebook.variables.filter { [.id, .date, .weight, .text].contains($0.type) }.map(\.id)
                + codebook.shift.ignored + [StudyRun.segmentVariable])
        return table.names.filter { !derived.contains($0) && !others.contains($0) }
    }

    /// Questions above a bound, with what moved.
    public var suspects: [(question: String, text: String)] {
        (shifts ?? []).flatMap { shift -> [(String, String)] in
            var found: [(String, String)] = []
            if shift.exceeds(limits), let value = shift.value {
                let bound =
                    shift.measure == .totalVariation ? limits.totalVariation : limits.standardisedDifference
                found.append(
                    (
                        shift.question,
                        "\(shift.measure.rawValue) \(Self.short(value)), bound \(bound), by chance \(Self.short(shift.byChance))"
                    ))
            }
            // Whether a flag can be judged follows from the questionnaire, not from the answers.
            if shift.missingExceeds(limits), !shift.question.hasPrefix("flag_") {
                found.append(
                    (
                        shift.question,
                        "share without an answer \(Self.short(shift.missingBefore)) → \(Self.short(shift.missingNow)), bound \(limits.missingShare)"
                    ))
            }
            return found
        }
    }

    private static func short(_ value: Double) -> String { String((value * 1_000).rounded() / 1_000) }

    var json: JSONValue {
        .object([
            ("previous", .string(previous)), ("failure", failure.map(JSONValue.string) ?? .null),
            (
                "bounds",
                .object([
                    ("total_variation", .number(limits.totalVariation)),
                    ("standardised_difference", .number(limits.standardisedDifference)),
                    ("missing_share", .number(limits.missingShare))
                ])
            ),
            ("questions", .array((shifts ?? []).map(question)))
        ])
    }

    private func question(_ shift: WaveShift) -> JSONValue {
        let isShifted = shift.exceeds(limits) || shift.missingExceeds(limits)
        return .object([
            ("variable", .string(shift.question)), ("measure", .string(shift.measure.rawValue)),
            ("value", .optional(shift.value)), ("by_chance", .number(shift.byChance)),
            ("missing_before", .number(shift.missingBefore)), ("missing_now", .number(shift.missingNow)),
            ("class", isShifted ? "DISTRIBUTION_SHIFT" : .null)
        ])
    }
}
