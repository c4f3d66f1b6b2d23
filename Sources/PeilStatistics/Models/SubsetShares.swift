/// Average increases over all orders of entering: the Shapley value of a fit φ(S) that is known for every set S of k
/// terms, φⱼ = Σ_{S∌j} |S|! (k − |S| − 1)! / k! (φ(S ∪ j) − φ(S)).  They sum to φ(all) − φ(none).
/// Lindeman, Merenda & Gold 1980; Shapley 1953.
///
/// An interaction means nothing without its columns, so it enters when all single columns have: orders are averaged
/// within stages, single columns first, then products of two, and so on. What an interaction gets is what it adds.
struct SubsetShares: Sendable {
    let count: Int
    /// Every set whose fit is needed, as bits, each once.
    let sets: [Int]
    private let stages: [Stage]

    /// More terms in a stage have too many sets.
    static let limit = 12

    private struct Stage: Sendable {
        /// Terms of earlier stages, and of this one, as bits.
        let before: Int
        let own: Int
        /// |S|! (k − |S| − 1)! / k! by |S|, k terms of this stage.
        let weightOfSize: [Double]
    }

    /// - Throws: `.tooManyTerms` where one stage has more than `limit`.
    init(_ terms: [ModelTerm], limit: Int = SubsetShares.limit) throws(ModelError) {
        count = terms.count
        var (stages, sets, before) = ([Stage](), [0], 0)
        for places in Self.placesByStage(terms) {
            guard places.count <= limit else { throw .tooManyTerms(found: places.count, limit: limit) }
            let own = places.reduce(0) { $0 | (1 << $1) }
            stages.append(Stage(before: before, own: own, weightOfSize: Self.weights(places.count)))
            for chosen in 1..<(1 << places.count) {
                let bits = places.indices.reduce(0) { chosen & (1 << $1) != 0 ? $0 | (1 << places[$1]) : $0 }
                sets.append(before | bits)
            }
            before |= own
        }
        self.stages = stages
        self.sets = sets
    }

    /// How many fits a model needs; nil where a stage has more terms than `limit`.
    static func fits(_ terms: [ModelTerm], limit: Int) -> Int? {
        let sizes = placesByStage(terms).map(\.count)
        return sizes.allSatisfy { $0 <= limit } ? sizes.reduce(1) { $0 + (1 << $1) - 1 } : nil
    }

    private static func placesByStage(_ terms: [ModelTerm]) -> [[Int]] {
        Set(terms.map(\.columns.count)).sorted().map { size in
            terms.indices.filter { terms[$0].columns.count == size }
        }
    }

    /// 1 / (k · C(k − 1, s)).
    private static func weights(_ count: Int) -> [Double] {
        var weights: [Double] = []
        var binomial = 1.0
        for size in 0..<max(1, count) {
            weights.append(1 / (Double(max(1, count)) * binomial))
            binomial = binomial * Double(count - 1 - size) / Double(size + 1)
        }
        return weights
    }

    /// How much φ(set) counts in φⱼ; for a given j these sum to 0.
    func weight(of set: Int, in term: Int) -> Double {
        let bit = 1 << term
        guard let stage = stages.first(where: { $0.own & bit != 0 }), set & stage.before == stage.before,
            set & ~(stage.before | stage.own) == 0
        else { return 0 }
        let size = (set & stage.own & ~bit).nonzeroBitCount
        return set & bit != 0 ? stage.weightOfSize[size] : -stage.weightOfSize[size]
    }

    /// φⱼ of every term, from φ of every set, in the order of `sets`.
    func shares(_ fits: [Double]) -> [Double] {
        (0..<count).map { term in
            zip(sets, fits).reduce(0) { $0 + weight(of: $1.0, in: term) * $1.1 }
        }
    }
}
