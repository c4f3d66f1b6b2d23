internal import PeilNumerics

/// Newton's steps (Fisher scoring) for the weighted quasi-likelihood: β ← β + H⁻¹ U with
/// U = Σ wᵢ xᵢ (yᵢ − μᵢ) μ′ᵢ/Vᵢ and H = Σ wᵢ μ′ᵢ²/Vᵢ xᵢxᵢᵀ, halved where it would go too far.
/// McCullagh & Nelder 1989, §2.5.  The pseudo-likelihood of a survey: Binder 1983.
struct ReweightedLeastSquares {
    let frame: ModelFrame
    let blocks: ParallelBlocks
    /// Blocks of rows from which on an eighth of so many gives the start.
    var manyBlocks = 256

    /// Steps after which a solution is no longer expected: a finite one takes four to eight, and a rare event one more
    /// for each factor e of its rarity.
    private static let limit = 60
    /// Newton decrement Uᵀ H⁻¹ U, with weights that sum to n, at which the steps end: 10⁻⁹ of a standard error.
    private static let tolerance = 1e-18

    /// The solution in centred columns.
    struct Solution {
        var coefficients: [Double]
        /// H⁻¹.
        var inverse: DenseMatrix
    }

    /// Sums of one pass over the rows.
    private struct Pass {
        var score: [Double]
        var information: DenseMatrix
    }

    /// - Parameters:
    ///   - weights: of the rows used.
    ///   - start: coefficients to begin with; nil for those of a sample of the rows, or the best intercept where rows are few.
    func solve(_ weights: [Double], from start: [Double]? = nil) throws -> Solution {
        let total = CompensatedSum.of(weights)
        guard total > 0 else { throw EstimationError.emptyDomain }
        let unit = Double(weights.count) / total
        var coefficients = try start ?? sampled(weights) ?? intercept(weights, total)
        var pass = self.pass(coefficients, weights)
        var isFirst = true
        var step = [Double](repeating: 0, count: frame.size)
        for _ in 0..<Self.limit {
            // At the start H is a multiple of the columns' own products; later only vanishing weights make it flat, and
            // columns that were just told apart stay so.
            let factor = SemidefiniteFactor(pass.information, tolerance: isFirst ? 1e-11 : 1e-13)
            if factor.rank < frame.size {
                if isFirst { throw EstimationError.collinear(variable: firstDependent(pass.information)) }
                throw separation(step)
            }
            isFirst = false
            let score = DenseMatrix(rows: frame.size, columns: 1, storage: pass.score)
            step = factor.solve(score).storage
            let decrement = zip(step, pass.score).reduce(0) { $0 + $1.0 * $1.1 } * unit
            guard decrement.isFinite else { throw ModelError.notConverged(iterations: Self.limit) }
            if decrement <= Self.tolerance, !stillMoves(step) {
                return Solution(
                    coefficients: zip(coefficients, step).map { $0 + $1 }, inverse: factor.generalisedInverse)
            }
            (coefficients, pass) = advanced(coefficients, step, decrement, unit, weights)
        }
        if frame.family == .linear { throw ModelError.notConverged(iterations: Self.limit) }
        throw separation(step)
    }

    /// Where responses are told apart the likelihood is flat long before its coefficients come to rest: each step still
    /// moves the linear predictor by about 1.
    private func stillMoves(_ step: [Double]) -> Bool {
        frame.family != .linear && zip(step, frame.sizes).contains { abs($0 * $1) > 1e-6 }
    }

    /// One step, halved until the likelihood's slope along it is no steeper than at its beginning: the likelihoods are
    /// concave, so a steeper slope backwards means that the top was passed by far.
    private func advanced(
        _ from: [Double], _ step: [Double], _ decrement: Double, _ unit: Double, _ weights: [Double]
    ) -> ([Double], Pass) {
        var length = 1.0
        while true {
            let next = zip(from, step).map { $0 + length * $1 }
            let pass = self.pass(next, weights)
            let slope = zip(step, pass.score).reduce(0) { $0 + $1.0 * $1.1 } * unit
            // Near the top both slopes are rounding.
            if abs(slope) <= decrement || decrement < 1e-8 || length < 1e-6 { return (next, pass) }
            length /= 2
        }
    }

    /// The solution of every s-th block of rows: within a few standard errors of that sample, from where all rows need
    /// four passes instead of six. nil where blocks are few, or the sample alone has no solution; the whole then says why.
    private func sampled(_ weights: [Double]) -> [Double]? {
        guard frame.family != .linear, frame.blocks.count >= manyBlocks else { return nil }
        let step = frame.blocks.count / (manyBlocks / 8)
        let chosen = Array(stride(from: step / 2, to: frame.blocks.count - 1, by: step))
        let own = ReweightedLeastSquares(frame: frame.selecting(blocks: chosen), blocks: blocks)
        return try? own.solve(chosen.flatMap { weights[frame.range($0)] }).coefficients
    }

    private func intercept(_ weights: [Double], _ total: Double) throws -> [Double] {
        var result = [Double](repeating: 0, count: frame.size)
        guard frame.hasIntercept else { return result }
        let mean = CompensatedSum.of(zip(weights, frame.y).lazy.map { $0 * $1 }) / total
        if frame.family != .linear, mean <= 0 || frame.family.isBinary && mean >= 1 {
            throw ModelError.responseConstant(column: frame.response)
        }
        result[0] = frame.family.link(mean)
        return result
    }

    private func pass(_ coefficients: [Double], _ weights: [Double]) -> Pass {
        let parts = blocks.map(frame.blocks.count) { number in part(number, coefficients, weights) }
        var sums = DenseMatrix(rows: frame.size + 1, columns: frame.size + 1)
        for part in parts {
            for index in part.storage.indices { sums.storage[index] += part.storage[index] }
        }
        return Pass(
            score: (0..<frame.size).map { sums[$0, frame.size] }, information: sums.leading(frame.size))
    }

    /// H, with U in the last column, over a block.
    private func part(_ number: Int, _ coefficients: [Double], _ weights: [Double]) -> DenseMatrix {
        let x = frame.blocks[number]
        let first = frame.range(number).lowerBound
        let family = frame.family
        var pull = LinearAlgebra.product(x, coefficients)
        var roots = [Double](repeating: 0, count: x.rows)
        for i in 0..<x.rows {
            let w = weights[first + i]
            let point = family.point(pull[i])
            // A row without weight in a replicate, or at the end of what a mean can be, pulls at nothing.
            let root = w > 0 && point.variance > 0 ? (w / point.variance).squareRoot() : 0
            roots[i] = root * point.slope
            pull[i] = root * (frame.y[first + i] - point.mean)
        }
        return LinearAlgebra.crossProduct(x, factors: roots, andColumn: pull)
    }

    // MARK: Why there is no solution

    private func firstDependent(_ products: DenseMatrix) -> String {
        for size in 1...frame.size where SemidefiniteFactor(products.leading(size)).rank < size {
            return frame.columns[size - 1].label
        }
        return frame.columns[frame.size - 1].label
    }

    /// The level in which all responses are the same; else the column that the last step moved most, in units of what
    /// it does to the linear predictor.
    private func separation(_ step: [Double]) -> ModelError {
        for predictor in frame.predictors {
            if case .levels(let levels, let labels) = predictor.values,
                let level = extremeLevel(levels, labels.count)
            {
                return .separated(column: predictor.name, level: labels[level])
            }
        }
        let first = frame.hasIntercept ? 1 : 0
        let moved = (first..<max(first, frame.size)).max {
            abs(frame.sizes[$0] * step[$0]) < abs(frame.sizes[$1] * step[$1])
        }
        guard let moved else { return .notConverged(iterations: Self.limit) }
        let column = frame.columns[moved]
        let level = column.factors.compactMap { factor in
            factor.level.map { frame.predictors[factor.predictor].labels[Int($0)] }
        }
        return .separated(
            column: frame.terms[column.term].name, level: level.isEmpty ? nil : level.joined(separator: ":"))
    }

    private func extremeLevel(_ levels: [Int32], _ count: Int) -> Int? {
        var (low, high) = ([Double](repeating: .infinity, count: count), [Double](repeating: 0, count: count))
        for (level, y) in zip(levels, frame.y) {
            low[Int(level)] = min(low[Int(level)], y)
            high[Int(level)] = max(high[Int(level)], y)
        }
        return (0..<count).first { high[$0] == 0 || frame.family.isBinary && low[$0] == 1 }
    }
}
