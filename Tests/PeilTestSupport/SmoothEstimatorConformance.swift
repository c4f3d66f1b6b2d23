import PeilNumerics
import PeilStatistics
import Testing

/// The laws of `SmoothEstimator`, for any conformer, at totals of random samples of its rows.
public struct SmoothEstimatorConformance {
    /// Which rows have what the estimator reads.
    public let complete: [Bool]
    /// g(cT) = c^degree · g(T): 0 for means and shares, 1 for totals.
    public let degree: Int
    public let sourceLocation: SourceLocation

    public init(complete: [Bool], degree: Int, sourceLocation: SourceLocation = #_sourceLocation) {
        self.complete = complete
        self.degree = degree
        self.sourceLocation = sourceLocation
    }

    public func check(_ estimator: some SmoothEstimator, seed: UInt64 = 1) throws {
        for row in complete.indices {
            #expect(estimator.isComplete(row) == complete[row], "row \(row)", sourceLocation: sourceLocation)
        }
        checkAdding(estimator)
        for number in 0..<20 {
            try checkFunction(estimator, Draw(estimator, complete, seed: seed + UInt64(number)))
        }
    }

    /// Totals of a random sample, and the size of what went into them.
    private struct Draw {
        var totals: [Double]
        var sizes: [Double]
        var count = 0

        init(_ estimator: some SmoothEstimator, _ complete: [Bool], seed: UInt64) {
            var random = StableRandom(seed: seed)
            totals = [Double](repeating: 0, count: estimator.basicCount)
            sizes = totals
            for row in complete.indices where complete[row] && (count < 2 || random.chance(0.7)) {
                var single = [Double](repeating: 0, count: estimator.basicCount)
                estimator.add(row, weight: 0.5 + random.uniform(), to: &single, at: 0)
                for k in single.indices {
                    totals[k] += single[k]
                    sizes[k] += abs(single[k])
                }
                count += 1
            }
        }
    }

    /// Adding is linear in the weight and touches its own k numbers only.
    private func checkAdding(_ estimator: some SmoothEstimator) {
        let k = estimator.basicCount
        for row in complete.indices where complete[row] {
            var once = [Double](repeating: 0, count: k + 2)
            estimator.add(row, weight: 3, to: &once, at: 1)
            #expect(once[0] == 0 && once[k + 1] == 0, "neighbours stay untouched", sourceLocation: sourceLocation)
            var parts = [Double](repeating: 0, count: k)
            estimator.add(row, weight: 1, to: &parts, at: 0)
            estimator.add(row, weight: 2, to: &parts, at: 0)
            var none = [Double](repeating: 0, count: k)
            estimator.add(row, weight: 0, to: &none, at: 0)
            for b in 0..<k {
                #expect(
                    abs(parts[b] - once[b + 1]) <= 1e-15 * abs(once[b + 1]) * 4, "w = 1 + 2 is w = 3",
                    sourceLocation: sourceLocation)
                #expect(none[b] == 0, "no weight adds nothing", sourceLocation: sourceLocation)
            }
        }
    }

    private func checkFunction(_ estimator: some SmoothEstimator, _ draw: Draw) throws {
        let values = try estimator.value(at: draw.totals, count: draw.count)
        let gradient = estimator.gradient(at: draw.totals, values: values, count: draw.count)
        #expect(values.count == estimator.labels.count, sourceLocation: sourceLocation)
        #expect(Set(estimator.labels).count == estimator.labels.count, "labels differ", sourceLocation: sourceLocation)
        #expect(gradient.rows == estimator.labels.count, sourceLocation: sourceLocation)
        #expect(gradient.columns == estimator.basicCount, sourceLocation: sourceLocation)
        try checkGradient(estimator, draw, gradient)
        try checkScaling(estimator, draw, values, gradient)
    }

    /// ∇g against central differences with Richardson's extrapolation, to 1e-8 of the largest influence.
    private func checkGradient(_ estimator: some SmoothEstimator, _ draw: Draw, _ gradient: DenseMatrix) throws {
        for b in 0..<estimator.basicCount {
            let step = 1e-3 * draw.sizes[b]
            let wide = try difference(estimator, draw, b, step)
            let narrow = try difference(estimator, draw, b, step / 2)
            for j in 0..<gradient.rows {
                let numeric = (4 * narrow[j] - wide[j]) / 3
                let scale = (0..<estimator.basicCount).map { abs(gradient[j, $0]) * draw.sizes[$0] }.max() ?? 0
                expectClose(
                    gradient[j, b] * draw.sizes[b], numeric * draw.sizes[b], absolute: 1e-8 * scale,
                    source: "numerical derivative of parameter \(j) to total \(b)", sourceLocation: sourceLocation)
            }
        }
    }

    private func difference(
        _ estimator: some SmoothEstimator, _ draw: Draw, _ b: Int, _ step: Double
    ) throws -> [Double] {
        var up = draw.totals
        var down = draw.totals
        up[b] += step
        down[b] -= step
        return zip(try estimator.value(at: up, count: draw.count), try estimator.value(at: down, count: draw.count))
            .map { ($0 - $1) / (up[b] - down[b]) }
    }

    /// g(cT) = cᵈ g(T), ∇g(cT) = cᵈ⁻¹ ∇g(T), and Euler's ∇g · T = d · g, to 1e-12. Columns are shifted, so the
    /// last holds for d = 0 with what the shift adds left out.
    private func checkScaling(
        _ estimator: some SmoothEstimator, _ draw: Draw, _ values: [Double],
        _ gradient: DenseMatrix
    ) throws {
        let scaled = draw.totals.map { $0 * 1000 }
        let others = try estimator.value(at: scaled, count: draw.count)
        let slopes = estimator.gradient(at: scaled, values: others, count: draw.count)
        for j in values.indices {
            expectClose(
                others[j], degree == 0 ? values[j] : 1000 * values[j], relative: 1e-12, source: "weights × 1000",
                sourceLocation: sourceLocation)
            var euler = 0.0
            var size = 0.0
            for b in 0..<estimator.basicCount {
                euler += gradient[j, b] * draw.totals[b]
                size += abs(gradient[j, b]) * draw.sizes[b]
                expectClose(
                    slopes[j, b], degree == 0 ? gradient[j, b] / 1000 : gradient[j, b], relative: 1e-12,
                    absolute: 1e-15 * size / max(draw.sizes[b], 1e-300),
                    source: "gradient, weights × 1000", sourceLocation: sourceLocation)
            }
            expectClose(
                euler, degree == 0 ? 0 : values[j], absolute: 1e-12 * size, source: "Euler: ∇g · T = d · g",
                sourceLocation: sourceLocation)
        }
    }
}
