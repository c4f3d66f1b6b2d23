import Foundation

/// Finds the variance component that makes a likelihood largest: a coarse look over eight decades each way, since such
/// likelihoods may have several tops, then bisection on the score around the best.
struct VarianceSearch {
    /// A size of the component from which the look starts.
    let scale: Double
    let likelihood: (Double) throws -> Double
    let score: (Double) throws -> Double

    private static let decades = 8
    private static let stepsPerDecade = 5

    /// The component; 0 where the likelihood only falls.
    func maximum() throws -> Double {
        var candidates = [0.0]
        let steps = Self.decades * Self.stepsPerDecade
        for step in -steps...steps {
            candidates.append(scale * pow(10, Double(step) / Double(Self.stepsPerDecade)))
        }
        var best = 0
        var height = -Double.infinity
        for (index, candidate) in candidates.enumerated() {
            let value = try likelihood(candidate)
            if value.isFinite, value > height { (best, height) = (index, value) }
        }
        guard height.isFinite, best < candidates.count - 1 else { throw SmallAreaError.notConverged }
        if try score(candidates[best]) > 0 { return try root(candidates[best], candidates[best + 1]) }
        return best == 0 ? 0 : try root(candidates[best - 1], candidates[best])
    }

    /// Where the score turns from rising to falling.
    private func root(_ from: Double, _ to: Double) throws -> Double {
        var (low, high) = (from, to)
        guard try score(low) > 0, try score(high) <= 0 else { throw SmallAreaError.notConverged }
        for _ in 0..<200 {
            let middle = low + (high - low) / 2
            if middle <= low || middle >= high { break }
            if try score(middle) > 0 { low = middle } else { high = middle }
        }
        return low + (high - low) / 2
    }
}
