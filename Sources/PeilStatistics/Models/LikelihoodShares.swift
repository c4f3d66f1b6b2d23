internal import PeilNumerics

/// Importance in a model of shares or counts: what each term takes up of 1 − D/D₀ on average over all orders, D the
/// weighted deviance and D₀ that of the mean alone. For responses of 0 and 1 this is McFadden's 1 − ℓ/ℓ₀.
///
/// The influence of a row is zᵢ = −(φⱼ dᵢ₀ + Σ_T aⱼ(T) dᵢ(T)) / D₀ with its own deviances d: the coefficients of each
/// set of terms are at their optimum and drop out.  Cameron & Windmeijer 1997; Shapley 1953.
struct LikelihoodShares: EffectKernel {
    private let frame: ModelFrame
    private let blocks: ParallelBlocks
    private let sets: SubsetShares

    /// Each set of terms is a fit of its own.
    static let limit = 10

    init(_ frame: ModelFrame, blocks: ParallelBlocks) throws {
        try Importance.check(frame)
        self.frame = frame
        self.blocks = blocks
        sets = try SubsetShares(frame.terms, limit: Self.limit)
    }

    var labels: [ParameterLabel] { frame.terms.map { ParameterLabel($0.name) } }

    func value(
        _ solution: ReweightedLeastSquares.Solution, _ weights: [Double], withInfluence: Bool
    ) throws -> EffectValue {
        // One set after another, each over blocks in parallel: a set's sums over rows stay in one place.
        let single = withInfluence ? blocks : ParallelBlocks(threads: 1)
        var fits = [Double](repeating: 0, count: sets.sets.count)
        var sums = [[Double]](repeating: [], count: withInfluence ? sets.count : 0)
        var (empty, emptyRows) = (0.0, [Double]())
        for (place, set) in sets.sets.enumerated() {
            let columns = [0] + (0..<sets.count).filter { set & (1 << $0) != 0 }.flatMap { frame.columns(of: $0) }
            let own = frame.selecting(columns)
            let fit = try ReweightedLeastSquares(frame: own, blocks: single).solve(weights)
            let rows = own.deviances(fit.coefficients)
            let deviance = CompensatedSum.of(zip(weights, rows).lazy.map { $0 * $1 })
            if set == 0 { (empty, emptyRows) = (deviance, rows) }
            fits[place] = empty > 0 ? 1 - deviance / empty : 0
            for term in sums.indices {
                if set == 0 { sums[term] = [Double](repeating: 0, count: rows.count) }
                let weight = sets.weight(of: set, in: term)
                for row in rows.indices { sums[term][row] += weight * rows[row] }
            }
        }
        let shares = sets.shares(fits)
        let gradient = [[Double]](repeating: [Double](repeating: 0, count: frame.size), count: shares.count)
        let direct = sums.indices.map { term in
            sums[term].indices.map { -(sums[term][$0] + shares[term] * emptyRows[$0]) / empty }
        }
        return EffectValue(values: shares, gradient: gradient, direct: direct)
    }
}
