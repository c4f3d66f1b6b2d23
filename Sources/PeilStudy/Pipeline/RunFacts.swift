import PeilDisclosure
import PeilIngest
import PeilNumerics
import PeilStatistics
import PeilTable

/// What the method box of a report says about the data, the weights and the segments.
struct RunFacts {
    private let run: StudyRun
    private let prepared: StudyRun.Prepared

    init(_ run: StudyRun, _ prepared: StudyRun.Prepared) {
        self.run = run
        self.prepared = prepared
    }

    func facts() -> [Fact] { quality() + design() + weighting() + balance() + segments() }

    private func quality() -> [Fact] { QualityRelease(run, prepared).facts() }

    /// Numbers of the design and the weights are no counts of respondents, so they stand as they are.
    private func whole(_ topic: String, _ key: String, _ value: Int) -> Fact {
        Fact(topic: topic, key: key, value: .text(String(value)))
    }

    private func design() -> [Fact] {
        let stage = prepared.estimation.design.stages[0]
        return [
            whole("design", "strata", stage.strata.count), whole("design", "clusters", stage.unitCount),
            whole("design", "degrees_of_freedom", prepared.designDegreesOfFreedom),
            Fact(topic: "design", key: "lonely_psu", value: .text(run.study.design.lonelyPSU.rawValue))
        ]
    }

    private func weighting() -> [Fact] {
        let design = prepared.weights.design
        let weights = design.weights
        // Of the largest weight, so that no square is too large for a number.
        let largest = weights.max() ?? 1
        let unit = largest > 0 ? largest : 1
        let sum = CompensatedSum.of(weights.lazy.map { $0 / unit })
        let squares = CompensatedSum.of(weights.lazy.map { ($0 / unit) * ($0 / unit) })
        func measure(_ key: String, _ value: Double) -> Fact {
            Fact(topic: "weighting", key: key, value: .measure(value))
        }
        var facts = [
            measure("kish_design_effect", Double(weights.count) * squares / (sum * sum)),
            whole("weighting", "effective_n", Int((sum * sum / squares).rounded())),
            Fact(topic: "weighting", key: "trimmed", value: .count(prepared.weights.trimmed))
        ]
        if design.calibration != nil {
            let error = prepared.weights.largestRelativeError
            facts.append(whole("weighting", "iterations", prepared.weights.iterations))
            facts.append(
                Fact(
                    topic: "weighting", key: "largest_margin_error",
                    value: .text(error < 1e-6 ? "< 0.000001" : "\(error)")))
            let margins = run.study.weighting.controlNames
            facts.append(Fact(topic: "weighting", key: "margins", value: .text(margins.joined(separator: "; "))))
        }
        if let ratio = prepared.weights.largestRatio { facts.append(measure("largest_to_area_mean", ratio)) }
        return facts
    }

    /// How far each margin was from the population before and after, by its worst category, and how even the weights
    /// are in each area that is large enough to be told of. Category by category would give small ones away.
    private func balance() -> [Fact] {
        let grouping = run.study.areas.flatMap { areas in
            (try? prepared.table.column(areas.variable)).map { Grouping.cross([(areas.variable, $0)]) }
        }
        let diagnostics = prepared.weights.diagnostics(groups: grouping)
        var facts: [Fact] = []
        var seen = Set<String>()
        for margin in diagnostics.controls.map(\.margin) where seen.insert(margin).inserted {
            let lines = diagnostics.controls.filter { $0.margin == margin }
            let (target, before) = (lines.map(\.target).reduce(0, +), lines.map(\.before).reduce(0, +))
            let after = lines.map(\.after).reduce(0, +)
            guard target > 0, before > 0, after > 0 else { continue }
            func worst(_ share: (WeightDiagnostics.ControlLine) -> Double) -> Double {
                lines.map { abs(share($0) - $0.target / target) * 100 }.max() ?? 0
            }
            facts.append(Fact(topic: "margin", key: "\(margin).before", value: .measure(worst { $0.before / before })))
            facts.append(Fact(topic: "margin", key: "\(margin).after", value: .measure(worst { $0.after / after })))
        }
        for line in diagnostics.groups {
            guard let after = line.after, after.count >= run.study.disclosure.minimumBase else { continue }
            facts.append(
                Fact(
                    topic: "weights", key: "effective_n", area: line.name,
                    value: .measure(after.effectiveCount.rounded())))
            facts.append(Fact(topic: "weights", key: "largest", area: line.name, value: .measure(after.largestToMean)))
        }
        return facts
    }

    private func segments() -> [Fact] {
        guard let segmentation = prepared.segmentation else { return [] }
        var facts = [Fact(topic: "segments", key: "method", value: .text(segmentation.method))]
        if let model = run.study.segments?.model {
            facts.append(Fact(topic: "segments", key: "version", value: .text("\(model.version)")))
            // Dates read the same in both languages.
            let wave = run.study.waves.first { $0.id == model.wave }
            facts.append(
                Fact(
                    topic: "segments", key: "made_on",
                    value: .text(wave.map { "\($0.from) – \($0.to)" } ?? model.wave)))
        }
        if let reached = segmentation.bestReached {
            facts.append(Fact(topic: "segments", key: "starts", value: .count(reached.of)))
            facts.append(Fact(topic: "segments", key: "best_reached", value: .text("\(reached.by) / \(reached.of)")))
        }
        return facts
    }
}
