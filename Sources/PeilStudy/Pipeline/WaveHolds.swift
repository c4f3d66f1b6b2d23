import PeilNumerics
import PeilStatistics
import PeilTable

/// Why a wave that nobody looks at must wait for a human: shares and counts only, never an answer.
public struct WaveHold: Sendable, Equatable {
    public let code: String
    public let message: String

    public init(code: String, message: String) {
        self.code = code
        self.message = message
    }
}

/// Holds a wave against the thresholds of the study: what was left out, how few there are, how the answers and the segments moved,
/// what the scales and the weights say.
public struct WaveHolds {
    private let run: StudyRun
    private let prepared: StudyRun.Prepared
    private let limits: UnattendedRequest.HoldLimits

    public init(_ run: StudyRun, _ prepared: StudyRun.Prepared) {
        self.run = run
        self.prepared = prepared
        limits = run.study.unattended.holds
    }

    /// - Parameters:
    ///   - comparison: with the wave before; nil for the first.
    ///   - scales: quality of the study's scales.
    public func all(_ comparison: WaveComparison?, _ scales: ScaleQuality) throws -> [WaveHold] {
        var found = quality() + weights()
        if let comparison { found += moved(comparison) }
        found += try segments(comparison)
        found += scales.holds.map { WaveHold(code: $0.code, message: $0.message) }
        return found
    }

    private func quality() -> [WaveHold] {
        let quality = prepared.quality
        let read = Double(max(quality.rowsRead, 1))
        let leftOut = Double(quality.quarantined.count + quality.exclusions.map(\.count).reduce(0, +)) / read
        var found: [WaveHold] = []
        above(leftOut, limits.leftOut, "MANY_LEFT_OUT", "of the records were left out", "left_out", &found)
        above(
            Double(quality.partials) / read, limits.breakOffs, "MANY_BREAK_OFFS", "of the records are break-offs",
            "break_offs", &found)
        return found
    }

    private func weights() -> [WaveHold] {
        let weights = prepared.weights.design.weights
        let total = CompensatedSum.of(weights)
        let squares = CompensatedSum.of(weights.map { $0 * $0 })
        let effect = total > 0 ? Double(weights.count) * squares / (total * total) : 1
        guard effect > limits.designEffect else { return [] }
        return [
            WaveHold(
                code: "UNEQUAL_WEIGHTS",
                message: "the design effect of the weights is \(short(effect)); holds › design_effect is "
                    + short(limits.designEffect))
        ]
    }

    private func moved(_ comparison: WaveComparison) -> [WaveHold] {
        if let failure = comparison.failure {
            return [
                WaveHold(
                    code: "NOT_COMPARED",
                    message:
                        "wave '\(comparison.previous)' could not be read again (\(failure)), so nobody knows what moved"
                )
            ]
        }
        var found: [WaveHold] = []
        let share = Double(prepared.table.rowCount) / Double(max(comparison.respondents, 1))
        if share < limits.respondents {
            found.append(
                WaveHold(
                    code: "FEW_RESPONDENTS",
                    message:
                        "\(percent(share)) as many respondents as in wave '\(comparison.previous)'; holds › respondents is "
                        + percent(limits.respondents)))
        }
        let questions = comparison.shifts?.count ?? 0
        let suspects = Set(comparison.suspects.map(\.question))
        let moved = Double(suspects.count) / Double(max(questions, 1))
        if moved > limits.shiftedQuestions {
            let names = suspects.sorted().prefix(8).joined(separator: ", ")
            found.append(
                WaveHold(
                    code: "DISTRIBUTION_SHIFT",
                    message:
                        "\(suspects.count) of \(questions) questions moved beyond the codebook's bounds since wave "
                        + "'\(comparison.previous)': \(names)"))
        }
        return found
    }

    private func segments(_ comparison: WaveComparison?) throws -> [WaveHold] {
        guard let segmentation = prepared.segmentation, let request = run.study.segments else { return [] }
        var found: [WaveHold] = []
        let weights = prepared.weights.design.weights
        let unplaced = CompensatedSum.of(
            weights.indices.filter { !segmentation.isPlaced($0) }.map { weights[$0] })
        let total = CompensatedSum.of(weights)
        above(
            total > 0 ? unplaced / total : 0, limits.unplaced, "MANY_UNPLACED",
            "of the people cannot be placed in a segment", "unplaced", &found)
        if let shift = comparison?.segments, let value = shift.value, value > limits.segments,
            value > 2 * shift.byChance
        {
            found.append(
                WaveHold(
                    code: "SEGMENTS_MOVED",
                    message:
                        "\(percent(value)) of the people would have to change segment to undo the change since wave "
                        + "'\(comparison?.previous ?? "")'; holds › segments is \(percent(limits.segments))"))
        }
        if let model = request.model {
            let alarms = try SegmentScoring(.frozen(model), run, prepared).result().alarms
            if !alarms.isEmpty {
                found.append(
                    WaveHold(
                        code: "SEGMENT_DRIFT",
                        message: DriftTables.sentence(alarms, since: model.wave) + DriftTables.keys(alarms)))
            }
        }
        return found
    }

    private func above(
        _ share: Double, _ limit: Double, _ code: String, _ what: String, _ key: String, _ found: inout [WaveHold]
    ) {
        guard share > limit else { return }
        found.append(
            WaveHold(code: code, message: "\(percent(share)) \(what); holds › \(key) is \(percent(limit))"))
    }

    private func percent(_ share: Double) -> String { "\(short(share * 100))%" }
    private func short(_ value: Double) -> String { String((value * 10).rounded() / 10) }
}
