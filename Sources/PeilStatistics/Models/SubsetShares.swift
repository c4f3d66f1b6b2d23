/// Average increases over all orders of entering: the Shapley value of a fit φ(S) that is known for every set S of k
/// terms, φⱼ = Σ_{S∌j} |S|! (k − |S| − 1)! / k! (φ(S ∪ j) − φ(S)).  They sum to φ(all) − φ(none).
/// Lindeman, Merenda & Gold 1980; Shapley 1953.
struct SubsetShares: Sendable {
    let count: Int
    /// |S|! (k − |S| − 1)! / k! by |S|.
    private let weightOfSize: [Double]

    /// More terms have too many sets.
    static let limit = 12

    init(terms count: Int, limit: Int = SubsetShares.limit) throws(ModelError) {
        guard count <= limit else { throw .tooManyTerms(found: count, limit: limit) }
        self.count = count
        // 1 / (k · C(k − 1, s)).
        var weights: [Double] = []
        var binomial = 1.0
        for size in 0..<max(1, count) {
            weights.append(1 / (Double(max(1, count)) * binomial))
            binomial = binomial * Double(count - 1 - size) / Double(size + 1)
        }
        weightOfSize = weights
    }

    var sets: Range<Int> { 0..<(1 << count) }

    /// How much φ(set) counts in φⱼ; for a given j these sum to 0.
    func weight(of set: Int, in term: Int) -> Double {
        let bit = 1 << term
        return set & bit != 0 ? weightOfSize[(set ^ bit).nonzeroBitCount] : -weightOfSize[set.nonzeroBitCount]
    }

    /// φⱼ of every term, from φ of every set.
    func shares(_ fits: [Double]) -> [Double] {
        (0..<count).map { term in sets.reduce(0) { $0 + weight(of: $1, in: term) * fits[$1] } }
    }
}
