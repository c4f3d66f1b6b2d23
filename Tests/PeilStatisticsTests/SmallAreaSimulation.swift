import Foundation
import PeilNumerics
import PeilStatistics
import PeilTable
import PeilTestSupport

/// Areas whose truth is known, drawn again and again: how large the errors of the estimates are, how large the estimates
/// say they are, and how often an interval holds the truth.
struct SmallAreaSimulation: Sendable {
    enum Truth: String, Sendable {
        /// ζ = 10 + 2x + v, y = ζ + e with the variances that the model is told.
        case identity
        /// The same for the logit of a share, e on the logit scale: what the model assumes.
        case logit
        /// The same truth; y a count of n answers, its variance estimated as y(1 − y)/n: what a survey has.
        case counts
        /// Counts of 6 to 59 answers by arcsine, their variances smoothed: many areas with 0 % or 100 %.
        case few

        var scale: AreaScale {
            switch self {
            case .identity: .identity
            case .logit, .counts: .logit
            case .few: .arcsine
            }
        }
    }

    let truth: Truth
    let areas: Int
    var method = FayHerriot.Method.restricted
    let draws: Int

    /// Written down before the first run and never changed.
    static let seed: UInt64 = 20_260_342

    struct Outcome: Sendable {
        /// Averages over areas and draws: (θ̂ − θ)² and what the model says of it, for the estimate and the benchmarked one.
        var simulated = 0.0
        var estimated = 0.0
        var simulatedBenchmarked = 0.0
        var estimatedBenchmarked = 0.0
        /// Shares of intervals of 95 % that hold the truth.
        var coverage = 0.0
        var coverageBenchmarked = 0.0
        /// (y − θ)².
        var direct = 0.0
        /// Draws in which the variance between areas was found to be 0.
        var zeros = 0
        /// Draws that no model could be fitted to.
        var failures = 0

        var ratio: Double { estimated / simulated }
        var ratioBenchmarked: Double { estimatedBenchmarked / simulatedBenchmarked }
    }

    func run(threads: Int = 2) -> Outcome {
        let found = ParallelBlocks(threads: threads).map(draws) { try? outcome(of: $0) }
        let kept = found.compactMap { $0 }
        func mean(_ value: (Outcome) -> Double) -> Double { kept.reduce(0) { $0 + value($1) } / Double(kept.count) }
        return Outcome(
            simulated: mean(\.simulated), estimated: mean(\.estimated),
            simulatedBenchmarked: mean(\.simulatedBenchmarked), estimatedBenchmarked: mean(\.estimatedBenchmarked),
            coverage: mean(\.coverage), coverageBenchmarked: mean(\.coverageBenchmarked), direct: mean(\.direct),
            zeros: kept.reduce(0) { $0 + $1.zeros }, failures: draws - kept.count)
    }

    private func outcome(of draw: Int) throws -> Outcome {
        var random = StableRandom(seed: Self.seed).stream(truth.rawValue).stream(UInt64(draw))
        var (known, given): ([Double], [AreaModel.Area]) = ([], [])
        for area in 0..<areas {
            let (value, own) = drawn(area, &random)
            known.append(value)
            given.append(own)
        }
        let model = AreaModel(
            covariates: [AreaCovariate("x")], method: method, scale: truth.scale,
            smoothsVariances: truth == .few, benchmark: .difference)
        let x: [Double?] = (0..<areas).map(covariate)
        // The region's figure of the survey: the direct estimates by size.
        let result = try model.fit(given, covariates: .of(numbers: ["x": x], codes: [:]))
        return outcome(result, known, given)
    }

    private func outcome(_ result: AreaModelResult, _ known: [Double], _ given: [AreaModel.Area]) -> Outcome {
        var sum = Outcome()
        let part = 1 / Double(areas)
        for (index, area) in result.areas.enumerated() {
            let truth = known[index]
            func square(_ value: Double) -> Double { (value - truth) * (value - truth) * part }
            sum.simulated += square(area.estimate)
            sum.estimated += area.meanSquaredError * part
            sum.direct += square(given[index].direct ?? 0)
            guard let benchmarked = area.benchmarked else { continue }
            sum.simulatedBenchmarked += square(benchmarked.estimate)
            sum.estimatedBenchmarked += benchmarked.meanSquaredError * part
            var own = area
            if holds(result.interval(own, level: 0.95), truth) { sum.coverageBenchmarked += part }
            own.benchmarked = nil
            if holds(result.interval(own, level: 0.95), truth) { sum.coverage += part }
        }
        sum.zeros = result.method == .adjusted ? 1 : 0
        return sum
    }

    private func holds(_ interval: ConfidenceInterval?, _ value: Double) -> Bool {
        interval.map { $0.lower <= value && value <= $0.upper } ?? false
    }

    private func covariate(_ area: Int) -> Double { Double((area * 37) % 101) / 101 }

    /// The truth of an area, and what the survey has of it.
    private func drawn(_ area: Int, _ random: inout StableRandom) -> (Double, AreaModel.Area) {
        let answers = truth == .few ? 6 + (area * 29) % 54 : 30 + (area * 29) % 171
        let size = Double(100 + (area * 17) % 301)
        let (v, e) = (random.normal(), random.normal())
        var own = AreaModel.Area(
            name: "area \(area)", direct: nil, variance: nil, effectiveCount: Double(answers), size: size)
        let value: Double
        switch truth {
        case .identity:
            let variance = 100 / Double(answers)
            value = 10 + 2 * covariate(area) + v
            (own.direct, own.variance) = (value + variance.squareRoot() * e, variance)
        case .logit:
            let zeta = -1.2 + covariate(area) + 0.3 * v
            let variance = 6 / Double(answers)
            let share = AreaScale.logit.back(zeta + variance.squareRoot() * e)
            value = AreaScale.logit.back(zeta)
            (own.direct, own.variance) = (share, variance * share * share * (1 - share) * (1 - share))
        case .counts, .few:
            value = AreaScale.logit.back(-1.2 + covariate(area) + 0.3 * v)
            let share =
                Double((0..<answers).reduce(0) { sum, _ in sum + (random.chance(value) ? 1 : 0) }) / Double(answers)
            (own.direct, own.variance) = (share, share * (1 - share) / Double(answers))
        }
        return (value, own)
    }
}
