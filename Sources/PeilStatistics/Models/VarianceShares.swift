internal import PeilNumerics

/// Importance in a linear model: what each term takes up of R² = 1 − Σwe²/Σw(y − ȳ)², on average over all orders.
///
/// With dᵢ = yᵢ − ȳ and the residuals e of every set T of terms, the influence of a row is
/// zᵢ = −(φⱼ dᵢ² + Σ_T aⱼ(T) eᵢ²(T)) / Σwd²: the coefficients of each set are at their optimum and drop out. Residuals
/// are linear in u = (x, y), so that the sum over sets is one quadratic form uᵀMⱼu.  Grömping 2007, for LMG.
struct VarianceShares: EffectKernel {
    private let frame: ModelFrame
    private let blocks: ParallelBlocks
    private let sets: SubsetShares
    /// Columns of each term, without the intercept.
    private let columnsOfTerm: [[Int]]

    init(_ frame: ModelFrame, blocks: ParallelBlocks) throws {
        try Importance.check(frame)
        self.frame = frame
        self.blocks = blocks
        sets = try SubsetShares(frame.terms)
        columnsOfTerm = frame.terms.indices.map { frame.columns(of: $0).map { $0 - 1 } }
    }

    var labels: [ParameterLabel] { frame.terms.map { ParameterLabel($0.name) } }

    func value(
        _ solution: ReweightedLeastSquares.Solution, _ weights: [Double], withInfluence: Bool
    ) throws -> EffectValue {
        let moments = Moments(frame, weights, blocks)
        let last = frame.size - 1
        let spread = moments.products[last, last]
        guard spread > 0 else { throw EstimationError.constantColumn(frame.response) }
        let shares = sets.shares(sets.sets.map { 1 - residual(moments.products, $0)[last].square / spread })
        let none = [[Double]](repeating: [Double](repeating: 0, count: frame.size), count: shares.count)
        guard withInfluence else { return EffectValue(values: shares, gradient: none, direct: []) }
        return EffectValue(values: shares, gradient: none, direct: influence(moments, shares, spread))
    }

    /// The coefficients v of a set's residual e = uᵀv, y last, and Σwe² beside the last.
    private func residual(_ products: DenseMatrix, _ set: Int) -> [(coefficient: Double, square: Double)] {
        let last = products.rows - 1
        let columns = (0..<sets.count).filter { set & (1 << $0) != 0 }.flatMap { columnsOfTerm[$0] }
        var own = DenseMatrix(rows: columns.count, columns: columns.count)
        var right = DenseMatrix(rows: columns.count, columns: 1)
        for (i, a) in columns.enumerated() {
            right[i, 0] = products[a, last]
            for (j, b) in columns.enumerated() { own[i, j] = products[a, b] }
        }
        let slopes = SemidefiniteFactor(own).solve(right)
        var result = [(coefficient: Double, square: Double)](repeating: (0, 0), count: products.rows)
        var square = products[last, last]
        for (i, a) in columns.enumerated() {
            result[a].coefficient = -slopes[i, 0]
            square -= slopes[i, 0] * right[i, 0]
        }
        result[last] = (1, max(0, square))
        return result
    }

    private func influence(_ moments: Moments, _ shares: [Double], _ spread: Double) -> [[Double]] {
        let size = moments.products.rows
        var forms = [DenseMatrix](repeating: DenseMatrix(rows: size, columns: size), count: shares.count)
        for set in sets.sets {
            let v = residual(moments.products, set).map(\.coefficient)
            for term in shares.indices {
                let weight = sets.weight(of: set, in: term)
                for b in 0..<size where v[b] != 0 { for a in 0..<size { forms[term][a, b] += weight * v[a] * v[b] } }
            }
        }
        for term in shares.indices { forms[term][size - 1, size - 1] += shares[term] }
        let fixed = forms
        let parts = blocks.map(frame.blocks.count) { number -> [[Double]] in
            let u = moments.columns(frame, number)
            return fixed.map { form in
                let product = LinearAlgebra.product(u, form)
                var sums = [Double](repeating: 0, count: u.rows)
                for a in 0..<size { for i in 0..<u.rows { sums[i] -= u[i, a] * product[i, a] / spread } }
                return sums
            }
        }
        return shares.indices.map { term in parts.flatMap { $0[term] } }
    }

    /// Σw uuᵀ of u = (x, y) about the weighted means.
    private struct Moments: Sendable {
        let products: DenseMatrix
        private let means: [Double]

        init(_ frame: ModelFrame, _ weights: [Double], _ blocks: ParallelBlocks) {
            let total = CompensatedSum.of(weights)
            var sums = [Double](repeating: 0, count: frame.size)
            let zero = [Double](repeating: 0, count: frame.size)
            for number in frame.blocks.indices {
                let u = Self.shifted(frame, number, zero)
                let own = LinearAlgebra.transposedProduct(u, Array(weights[frame.range(number)]))
                for j in own.indices { sums[j] += own[j] }
            }
            let means = sums.map { $0 / total }
            let parts = blocks.map(frame.blocks.count) { number in
                LinearAlgebra.crossProduct(
                    Self.shifted(frame, number, means), weights: Array(weights[frame.range(number)]))
            }
            var products = DenseMatrix(rows: frame.size, columns: frame.size)
            for part in parts { for i in part.storage.indices { products.storage[i] += part.storage[i] } }
            self.means = means
            self.products = products
        }

        func columns(_ frame: ModelFrame, _ number: Int) -> DenseMatrix { Self.shifted(frame, number, means) }

        /// The columns of a block but the intercept, then the response, minus `means`.
        private static func shifted(_ frame: ModelFrame, _ number: Int, _ means: [Double]) -> DenseMatrix {
            let (x, range) = (frame.blocks[number], frame.range(number))
            var storage = Array(x.storage[x.rows...])
            storage += frame.y[range]
            for j in means.indices where means[j] != 0 {
                for index in (j * x.rows)..<((j + 1) * x.rows) { storage[index] -= means[j] }
            }
            return DenseMatrix(rows: x.rows, columns: frame.size, storage: storage)
        }
    }
}

/// What importance asks of a model.
enum Importance {
    /// About two minutes of work: rows that all fits of likelihoods may read, and steps of all solutions by products.
    private static let rowLimit = 3e8
    private static let stepLimit = 1e11

    /// - Throws: `.tooManyFits` where every set of terms in every replicate would take too long.
    static func checkWork(_ frame: ModelFrame, replicates: Int) throws(ModelError) {
        let limit = frame.family == .linear ? SubsetShares.limit : LikelihoodShares.limit
        guard let sets = SubsetShares.fits(frame.terms, limit: limit) else { return }
        let fits = sets * (1 + replicates)
        let size = Double(frame.size)
        let isLight =
            frame.family == .linear
            ? Double(fits) * size * size * size <= stepLimit : Double(fits) * Double(frame.rows.count) <= rowLimit
        guard isLight else { throw .tooManyFits(fits: fits, rows: frame.rows.count) }
    }

    static func check(_ frame: ModelFrame) throws {
        guard frame.hasIntercept else {
            throw EstimationError.badOption(
                "importance compares with the mean, and the model has no intercept", remedy: "add the intercept")
        }
        for term in frame.terms where term.columns.count > 1 {
            for name in term.columns where !frame.terms.contains(where: { $0.columns == [name] }) {
                throw ModelError.interactionWithoutMain(term: term.name, missing: name)
            }
        }
    }
}
