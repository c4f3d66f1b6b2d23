import Foundation
import Testing

/// The short form of Scripts/simulate-small-areas, whose thousand draws stand in Benchmarks/Runs.
@Suite("Errors of small areas against known truth")
struct SmallAreaSimulationTests {
    @Test(
        "With 342 areas the model knows its errors within a tenth, and intervals hold the truth as often as they say",
        arguments: [SmallAreaSimulation.Truth.identity, .logit])
    func manyAreas(_ truth: SmallAreaSimulation.Truth) {
        let outcome = SmallAreaSimulation(truth: truth, areas: 342, draws: 40).run()
        #expect(outcome.failures == 0 && outcome.zeros == 0)
        #expect(abs(outcome.ratio - 1) < 0.1 && abs(outcome.ratioBenchmarked - 1) < 0.1)
        // 13,680 intervals: a standard error of 0.2 points, and a point for what the theory leaves out.
        #expect(abs(outcome.coverage - 0.95) < 0.015 && abs(outcome.coverageBenchmarked - 0.95) < 0.015)
        #expect(outcome.simulated < 0.8 * outcome.direct)
    }

    /// Every study runs; with `PEIL_SMALL_AREA_RECORD` at its full number of draws, into that record.
    @Test("Every study of the record runs")
    func whole() throws {
        let draws = Self.record == nil ? 2 : Self.draws
        var lines: [String] = []
        for (truth, areas) in Self.studies where Self.only == nil || Self.only == truth.rawValue {
            let outcome = SmallAreaSimulation(truth: truth, areas: areas, draws: draws).run()
            #expect(outcome.ratio.isFinite && outcome.ratio > 0 && outcome.coverage > 0.5, "\(truth), \(areas) areas")
            guard let path = Self.record else { continue }
            lines.append(Self.line(truth, areas, outcome))
            // Each as soon as it is there: a run that is stopped keeps what it found.
            let text = "[\n" + lines.joined(separator: ",\n") + "\n]\n"
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            if areas == 342, [.identity, .logit].contains(truth) {
                #expect(abs(outcome.ratio - 1) < 0.1 && abs(outcome.coverage - 0.95) < 0.015)
            }
        }
    }

    private static let record = ProcessInfo.processInfo.environment["PEIL_SMALL_AREA_RECORD"]
    private static let only = ProcessInfo.processInfo.environment["PEIL_SMALL_AREA_TRUTH"]
    private static let draws = 1000
    private static let studies: [(SmallAreaSimulation.Truth, Int)] = [
        (.identity, 342), (.logit, 342), (.counts, 342), (.identity, 30), (.identity, 9), (.logit, 9), (.counts, 9),
        (.few, 342)
    ]

    private static func line(
        _ truth: SmallAreaSimulation.Truth, _ areas: Int, _ outcome: SmallAreaSimulation.Outcome
    ) -> String {
        let numbers: [(String, Double)] = [
            ("mse_simulated", outcome.simulated), ("mse_estimated", outcome.estimated), ("ratio", outcome.ratio),
            ("coverage", outcome.coverage), ("benchmarked_mse_simulated", outcome.simulatedBenchmarked),
            ("benchmarked_mse_estimated", outcome.estimatedBenchmarked),
            ("benchmarked_ratio", outcome.ratioBenchmarked), ("benchmarked_coverage", outcome.coverageBenchmarked),
            ("direct_mse_simulated", outcome.direct)
        ]
        let fields = numbers.map { "\"\($0.0)\": \(String(format: "%.6g", $0.1))" }.joined(separator: ", ")
        return "{\"truth\": \"\(truth.rawValue)\", \"areas\": \(areas), \"method\": \"REML\", \"draws\": \(draws), "
            + "\"seed\": \(SmallAreaSimulation.seed), \"zero_variance_draws\": \(outcome.zeros), "
            + "\"failed_draws\": \(outcome.failures), \(fields)}"
    }
}
