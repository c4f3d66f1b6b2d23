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

    func facts() -> [Fact] { quality() + design() + weighting() + segments() }

    private func quality() -> [Fact] {
        guard let quality = prepared.quality.first else { return [] }
        func count(_ key: String, _ value: Int) -> Fact { Fact(topic: "quality", key: key, value: .count(value)) }
        var facts = [
            count("rows_read", quality.rowsRead), count("rows_kept", prepared.table.rowCount),
            count("quarantined", quality.quarantined.count), count("duplicates", quality.duplicates),
            count("partials", quality.partials), count("speeders", quality.speeders)
        ]
        facts += quality.straightliners.map { count("straightliners.\($0.rule)", $0.count) }
        facts += quality.findings.map { count("finding.\($0.rule)", $0.count) }
        facts += quality.exclusions.map { count("excluded.\($0.rule)", $0.count) }
        let dialect = quality.dialect
        facts.append(
            Fact(
                topic: "quality", key: "dialect",
                value: .text(
                    "\(dialect.encoding), \(Character(UnicodeScalar(dialect.delimiter))), \(Character(UnicodeScalar(dialect.decimal)))"
                )))
        if let areas = run.study.areas, let labels = try? prepared.table.column(areas.variable).rowLabels() {
            var counts: [String: Int] = [:]
            for label in labels { if let label { counts[label, default: 0] += 1 } }
            facts += counts.keys.sorted().map {
                Fact(topic: "quality", key: "respondents", area: $0, value: .count(counts[$0] ?? 0))
            }
        }
        return facts
    }

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
        let sum = CompensatedSum.of(weights)
        let squares = CompensatedSum.of(weights.lazy.map { $0 * $0 })
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
            let margins = run.study.weighting.steps.flatMap { step -> [String] in
                if case .rake(let margins, _, _) = step { return margins.map(\.name) }
                return []
            }
            facts.append(Fact(topic: "weighting", key: "margins", value: .text(margins.joined(separator: "; "))))
        }
        if let ratio = prepared.weights.largestRatio { facts.append(measure("largest_to_area_mean", ratio)) }
        return facts
    }

    private func segments() -> [Fact] {
        guard let segmentation = prepared.segmentation else { return [] }
        var facts = [Fact(topic: "segments", key: "method", value: .text(segmentation.method))]
        if let reached = segmentation.bestReached {
            facts.append(Fact(topic: "segments", key: "starts", value: .count(reached.of)))
            facts.append(Fact(topic: "segments", key: "best_reached", value: .text("\(reached.by) / \(reached.of)")))
        }
        return facts
    }
}
