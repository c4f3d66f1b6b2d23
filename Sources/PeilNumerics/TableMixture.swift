import Foundation

/// A finite mixture whose components multiply one number per table: the inner loop of latent class analysis.
///
/// Observation p points at one line of each of G tables; a line holds one number a component. The likelihood of p is
/// Σₖ Πg line(p, g)ₖ, its posteriors are the products over that sum. Answers to a few items together are one line, so
/// that a product of twelve items costs four multiplications a component and no exponential.
///
/// Observations are taken in fixed blocks whose sums merge in order: the same bits on any number of threads.
public struct TableMixture: Sendable {
    public let components: Int
    public let tableCount: Int
    /// Lines of all tables together.
    public let lineCount: Int
    public let count: Int
    /// Observation by observation, the line of each table, counted over all tables.
    private let lines: [UInt32]

    public static let componentLimit = 32
    /// Below this the product is taken anew in logarithms.
    private static let smallest = 1e-270
    private static let block = 8192

    public init(components: Int, tableCount: Int, lineCount: Int, lines: [UInt32]) {
        precondition((1...Self.componentLimit).contains(components), "1 to 32 components")
        precondition(tableCount > 0 && lines.count.isMultiple(of: tableCount), "one line of each table")
        precondition(lines.allSatisfy { Int($0) < lineCount }, "lines exist")
        self.components = components
        self.tableCount = tableCount
        self.lineCount = lineCount
        self.lines = lines
        count = lines.count / tableCount
    }

    /// Weighted log-likelihood, and per line the weighted posteriors of the observations that point at it.
    public struct Expectation: Sendable {
        public let logLikelihood: Double
        /// Lines × components, line by line.
        public let sums: [Double]
    }

    /// - Parameters:
    ///   - threads: threads; the result is the same on any number.
    ///   - table: lines × components, line by line, 0 or more.
    ///   - weights: one an observation, 0 or more.
    public func expectation(table: [Double], weights: [Double], threads: Int = 1) -> Expectation {
        precondition(table.count == lineCount * components && weights.count == count, "whole tables, all weights")
        switch components {
        case ...2: return expectation(SIMD2<Double>.self, table, weights, threads)
        case ...4: return expectation(SIMD4<Double>.self, table, weights, threads)
        case ...8: return expectation(SIMD8<Double>.self, table, weights, threads)
        case ...16: return expectation(SIMD16<Double>.self, table, weights, threads)
        default: return expectation(SIMD32<Double>.self, table, weights, threads)
        }
    }

    /// Posteriors (observations × components, observation by observation) and log-likelihoods of observations.
    /// An observation that no component can produce has the posterior of `fallback` and −∞.
    public func posteriors(table: [Double], fallback: [Double]) -> (chances: [Double], logLikelihoods: [Double]) {
        var chances = [Double](repeating: 0, count: count * components)
        var logs = [Double](repeating: 0, count: count)
        var values = [Double](repeating: 0, count: components)
        for observation in 0..<count {
            var total = 0.0
            for k in 0..<components {
                var product = 1.0
                for g in 0..<tableCount {
                    product *= table[Int(lines[observation * tableCount + g]) * components + k]
                }
                values[k] = product
                total += product
            }
            if total >= Self.smallest {
                logs[observation] = log(total)
            } else {
                (values, logs[observation]) = inLogarithms(observation, table)
                total = 1
                if logs[observation] == -.infinity { values = fallback }
            }
            for k in 0..<components { chances[observation * components + k] = values[k] / total }
        }
        return (chances, logs)
    }

    /// Posteriors and log-likelihood of one observation whose product leaves the range of a double.
    private func inLogarithms(_ observation: Int, _ table: [Double]) -> (posteriors: [Double], logLikelihood: Double) {
        let logs = (0..<components).map { k in
            (0..<tableCount).reduce(0.0) {
                $0 + log(table[Int(lines[observation * tableCount + $1]) * components + k])
            }
        }
        let largest = logs.max() ?? -.infinity
        guard largest > -.infinity else { return ([Double](repeating: 0, count: components), -.infinity) }
        let scaled = logs.map { exp($0 - largest) }
        let total = scaled.reduce(0, +)
        return (scaled.map { $0 / total }, largest + log(total))
    }

    // MARK: The loop

    private func expectation<Lanes: SIMD & Sendable>(
        _: Lanes.Type, _ table: [Double], _ weights: [Double], _ threads: Int
    ) -> Expectation where Lanes.Scalar == Double {
        var padded = [Lanes](repeating: Lanes(repeating: 0), count: lineCount)
        for line in 0..<lineCount {
            for k in 0..<components { padded[line][k] = table[line * components + k] }
        }
        let parts = ParallelBlocks(threads: threads).map((count + Self.block - 1) / Self.block) { [padded] number in
            let range = (number * Self.block)..<min((number + 1) * Self.block, count)
            return self.part(range, padded, table, weights)
        }
        var sums = [Double](repeating: 0, count: lineCount * components)
        for line in 0..<lineCount {
            var total = Lanes(repeating: 0)
            for part in parts { total += part.sums[line] }
            for k in 0..<components { sums[line * components + k] = total[k] }
        }
        return Expectation(logLikelihood: CompensatedSum.of(parts.map(\.logLikelihood)), sums: sums)
    }

    private struct Part<Lanes: SIMD & Sendable>: Sendable where Lanes.Scalar == Double {
        var logLikelihood = 0.0
        var sums: [Lanes]
    }

    private func part<Lanes: SIMD & Sendable>(
        _ range: Range<Int>, _ padded: [Lanes], _ table: [Double], _ weights: [Double]
    ) -> Part<Lanes> where Lanes.Scalar == Double {
        var part = Part(sums: [Lanes](repeating: Lanes(repeating: 0), count: lineCount))
        var logLikelihood = CompensatedSum()
        let tables = tableCount
        unsafe padded.withUnsafeBufferPointer { padded in
            unsafe lines.withUnsafeBufferPointer { lines in
                unsafe part.sums.withUnsafeMutableBufferPointer { sums in
                    for observation in range where weights[observation] > 0 {
                        let own = observation * tables
                        var product = unsafe padded[Int(lines[own])]
                        for g in 1..<max(1, tables) { unsafe product *= padded[Int(lines[own + g])] }
                        let total = product.sum()
                        let weight = weights[observation]
                        if total >= Self.smallest {
                            product *= weight / total
                            logLikelihood.add(weight * log(total))
                        } else {
                            let exact = inLogarithms(observation, table)
                            for k in 0..<components { product[k] = weight * exact.posteriors[k] }
                            logLikelihood.add(weight * exact.logLikelihood)
                        }
                        for g in 0..<tables { unsafe sums[Int(lines[own + g])] += product }
                    }
                }
            }
        }
        part.logLikelihood = logLikelihood.value
        return part
    }
}
