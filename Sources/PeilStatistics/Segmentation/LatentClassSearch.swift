import Foundation
internal import PeilNumerics

/// Looks for the parameters under which the answers are most likely: expectation–maximisation from many starts, each
/// run sped up by squared extrapolation.  Dempster, Laird & Rubin 1977; Varadhan & Roland 2008 (scheme S3).
struct LatentClassSearch: Sendable {
    let data: LatentClassData
    let mixture: LatentClassMixture
    /// Weight of each observation.
    let weights: [Double]
    let classes: Int
    /// Most expectation–maximisation steps of one start.
    let iterations: Int

    init(_ data: LatentClassData, weights: [Double], classes: Int, iterations: Int) {
        self.data = data
        self.weights = weights
        self.classes = classes
        self.iterations = iterations
        mixture = LatentClassMixture(data, classes: classes)
    }

    struct Run: Sendable {
        var parameters: LatentClassParameters
        var logLikelihood: Double
        var steps: Int
        /// Largest move of a probability in the last step.
        var change: Double
        var isConverged: Bool
    }

    // MARK: Steps

    /// One step; the log-likelihood is that of the parameters it started from.
    func step(
        _ parameters: LatentClassParameters, threads: Int = 1
    ) -> (next: LatentClassParameters, logLikelihood: Double) {
        let table = mixture.table(
            sharesOfCell: parameters.sharesOfCell, probabilities: parameters.probabilities)
        let expected = mixture.mixture.expectation(table: table, weights: weights, threads: threads)
        return (maximised(mixture.counts(expected.sums), parameters), expected.logLikelihood)
    }

    /// The parameters under which the expected counts are most likely. A class that lost all weight stays as it was.
    private func maximised(
        _ counts: LatentClassMixture.Counts, _ current: LatentClassParameters
    ) -> LatentClassParameters {
        var next = current
        if data.cells.count == 1 {
            let total = counts.ofCell[0].reduce(0, +)
            next.sharesOfCell = [counts.ofCell[0].map { $0 / total }]
        } else {
            next.coefficients = data.cells.fitted(
                counts.ofCell, from: current.coefficients, classes: classes, steps: 2)
            next.sharesOfCell = shares(next.coefficients)
        }
        for item in next.probabilities.indices {
            for k in 0..<classes {
                let total = counts.ofAnswer[item][k].reduce(0, +)
                if total > 0 { next.probabilities[item][k] = counts.ofAnswer[item][k].map { $0 / total } }
            }
        }
        return next
    }

    private func shares(_ coefficients: [Double]) -> [[Double]] {
        (0..<data.cells.count).map { data.cells.shares($0, coefficients, classes: classes) }
    }

    // MARK: Runs

    /// Steps until the likelihood stands still.
    /// - Parameter tolerance: relative gain of one round (two steps and an extrapolation) that counts as standing
    ///   still.
    func run(from start: LatentClassParameters, tolerance: Double, threads: Int = 1) -> Run {
        var run = Run(
            parameters: start, logLikelihood: -.infinity, steps: 0, change: .infinity, isConverged: false)
        var calm = 0
        while run.steps + 3 <= iterations {
            let (first, before) = step(run.parameters, threads: threads)
            let (second, middle) = step(first, threads: threads)
            let change = Self.largestMove(run.parameters, first)
            var next = second
            var reached = middle
            if let jump = extrapolated(run.parameters, first, second) {
                let (after, jumped) = step(jump, threads: threads)
                if jumped >= middle { (next, reached) = (after, jumped) }
            }
            run.steps += 3
            run.parameters = next
            run.change = change
            run.logLikelihood = reached
            calm = reached - before <= tolerance * abs(reached) ? calm + 1 : 0
            if change < 1e-10 || calm >= 3 {
                run.isConverged = true
                break
            }
        }
        run.logLikelihood = step(run.parameters, threads: threads).logLikelihood
        return run
    }

    private static func largestMove(_ old: LatentClassParameters, _ new: LatentClassParameters) -> Double {
        var largest = 0.0
        for (a, b) in zip(old.sharesOfCell, new.sharesOfCell) {
            for (x, y) in zip(a, b) { largest = max(largest, abs(x - y)) }
        }
        for (a, b) in zip(old.probabilities, new.probabilities) {
            for (p, q) in zip(a, b) { for (x, y) in zip(p, q) { largest = max(largest, abs(x - y)) } }
        }
        return largest
    }

    /// θ₀ − 2αr + α²v with r = θ₁ − θ₀, v = (θ₂ − θ₁) − r, α = −‖r‖/‖v‖; nil where that is no step beyond θ₂.
    private func extrapolated(
        _ zero: LatentClassParameters, _ one: LatentClassParameters, _ two: LatentClassParameters
    ) -> LatentClassParameters? {
        let (x0, x1, x2) = (flat(zero), flat(one), flat(two))
        var (squaredR, squaredV) = (0.0, 0.0)
        for i in x0.indices {
            let r = x1[i] - x0[i]
            let v = x2[i] - x1[i] - r
            squaredR += r * r
            squaredV += v * v
        }
        guard squaredV > 0, squaredR > squaredV else { return nil }
        let alpha = -min((squaredR / squaredV).squareRoot(), 100)
        let moved = x0.indices.map { i in
            let r = x1[i] - x0[i]
            return x0[i] - 2 * alpha * r + alpha * alpha * (x2[i] - x1[i] - r)
        }
        return unflat(moved, like: two)
    }

    private func flat(_ parameters: LatentClassParameters) -> [Double] {
        var all = data.cells.count == 1 ? parameters.sharesOfCell[0] : parameters.coefficients
        for item in parameters.probabilities { for line in item { all += line } }
        return all
    }

    /// Back to probabilities: none below a hundredth of what the last step gave, each line summing to 1.
    private func unflat(_ values: [Double], like last: LatentClassParameters) -> LatentClassParameters {
        func proper(_ line: ArraySlice<Double>, _ old: [Double]) -> [Double] {
            let kept = zip(line, old).map { max($0, $1 * 0.01) }
            let total = kept.reduce(0, +)
            return kept.map { $0 / total }
        }
        var result = last
        var place = 0
        if data.cells.count == 1 {
            result.sharesOfCell = [proper(values[0..<classes], last.sharesOfCell[0])]
            place = classes
        } else {
            place = last.coefficients.count
            result.coefficients = Array(values[0..<place])
            result.sharesOfCell = shares(result.coefficients)
        }
        for item in result.probabilities.indices {
            let width = data.patterns.items[item].categories.count
            for k in 0..<classes {
                result.probabilities[item][k] = proper(
                    values[place..<(place + width)], last.probabilities[item][k])
                place += width
            }
        }
        return result
    }

    // MARK: Starts

    /// Equal classes; in each, the chance of an answer is its overall share times an exponential deviate, made to sum
    /// to 1. Shares, not respondents, are perturbed, so that neither the order of rows nor a weight written as so many
    /// rows changes a start.
    func randomStart(_ random: inout StableRandom) -> LatentClassParameters {
        let overall = overallShares()
        let probabilities = overall.map { shares in
            (0..<classes).map { _ in
                let drawn = shares.map { $0 * -PortableMath.logarithm(1 - random.uniform()) }
                let total = drawn.reduce(0, +)
                return total > 0 ? drawn.map { $0 / total } : shares
            }
        }
        return start(probabilities)
    }

    func start(_ probabilities: [[[Double]]]) -> LatentClassParameters {
        LatentClassParameters(
            sharesOfCell: [[Double]](
                repeating: [Double](repeating: 1 / Double(classes), count: classes), count: data.cells.count),
            coefficients: data.cells.count == 1
                ? [] : [Double](repeating: 0, count: (classes - 1) * data.cells.width),
            probabilities: probabilities)
    }

    /// The weighted share of each answer among those who answered the item.
    private func overallShares() -> [[Double]] {
        var sums = data.patterns.items.map { [Double](repeating: 0, count: $0.categories.count) }
        for observation in 0..<data.count {
            for item in sums.indices {
                let answer = data.answer(observation, item)
                if answer >= 0 { sums[item][answer] += weights[observation] }
            }
        }
        return sums.map { line in
            let total = line.reduce(0, +)
            return line.map { $0 / total }
        }
    }
}
