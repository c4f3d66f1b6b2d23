internal import PeilNumerics

/// Searches the items that place people best, by the loss on folds that the fit has not seen: forward, one item at a
/// time, and then exchanges of a chosen item for another while one helps.
///
/// A set of items is fitted without each fold and without each pair of folds. The fits without the pair {i, j} serve a
/// search that may not see fold i and tries itself on fold j, and the reverse; so a search inside every outer fold
/// costs little more than one search.  Nested cross-validation: Varma & Simon 2006, *BMC Bioinformatics* 7.
struct ItemSelection {
    private let fit: ShortFormFit
    private let criterion: TypingToolMethod.Criterion
    private let blocks: ParallelBlocks
    /// By set of items (rising): loss on each fold (second) of the fit without it and one other fold (first).
    private var known: [[Int]: [[ShortFormFit.Loss]]] = [:]

    init(_ fit: ShortFormFit, criterion: TypingToolMethod.Criterion, blocks: ParallelBlocks) {
        self.fit = fit
        self.criterion = criterion
        self.blocks = blocks
    }

    /// The best set found of one size.
    struct Step: Sendable {
        /// Rising places among the candidates.
        let items: [Int]
        /// By fold, without the one that was left out.
        let losses: [Double]
        let loss: Double
        let logLoss: Double
        let error: Double
    }

    /// Sizes 1 up to the largest, exchanges only where a size may be chosen; all items at once where all are wanted.
    mutating func search(sizes: ClosedRange<Int>, leavingOut left: Int? = nil) throws -> [Step] {
        let all = Array(fit.sample.items.indices)
        guard sizes.lowerBound < all.count else {
            // Nothing is left to choose.
            try evaluate([all])
            return [step(all, leavingOut: left)]
        }
        var chosen: [Int] = []
        var steps: [Step] = []
        for size in 1...sizes.upperBound {
            let others = fit.sample.items.indices.filter { !chosen.contains($0) }
            chosen = try best(others.map { (chosen + [$0]).sorted() }, leavingOut: left)
            if sizes.contains(size) { chosen = try exchanged(chosen, leavingOut: left) }
            steps.append(step(chosen, leavingOut: left))
        }
        return steps
    }

    /// The smallest size whose loss exceeds the best by no more than the standard error of that difference over folds:
    /// a question more must be worth asking.  Breiman et al. 1984, sect. 3.4.3.
    static func chosen(_ steps: [Step], sizes: ClosedRange<Int>) -> Step {
        let allowed = steps.filter { sizes.contains($0.items.count) }
        guard let best = allowed.min(by: { $0.loss < $1.loss }) else { return steps[steps.count - 1] }
        return allowed.first { step in
            let differences = zip(step.losses, best.losses).map { $0 - $1 }
            let count = Double(differences.count)
            let mean = differences.reduce(0, +) / count
            let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            return step.loss - best.loss <= (squares / max(1, count - 1) / count).squareRoot()
        } ?? best
    }

    private mutating func exchanged(_ start: [Int], leavingOut left: Int?) throws -> [Int] {
        var chosen = start
        while true {
            let others = fit.sample.items.indices.filter { !chosen.contains($0) }
            let sets = chosen.flatMap { leaving in
                others.map { (chosen.filter { $0 != leaving } + [$0]).sorted() }
            }
            let better = try best([chosen] + sets, leavingOut: left)
            if better == chosen { return chosen }
            chosen = better
        }
    }

    /// The first of the sets with the lowest loss; a later one must be better by more than rounding.
    private mutating func best(_ sets: [[Int]], leavingOut left: Int?) throws -> [Int] {
        try evaluate(sets)
        var (best, lowest) = (sets[0], Double.infinity)
        for set in sets {
            let loss = step(set, leavingOut: left).loss
            if loss < lowest - 1e-9 { (best, lowest) = (set, loss) }
        }
        return best
    }

    private func step(_ set: [Int], leavingOut left: Int?) -> Step {
        let table = known[set] ?? []
        let folds = table.indices.filter { $0 != left }
        let weights = folds.map { fit.sample.foldWeights[$0] }
        let total = weights.reduce(0, +)
        let own = folds.map { table[left ?? $0][$0] }
        func mean(_ value: (ShortFormFit.Loss) -> Double) -> Double {
            zip(own, weights).reduce(0) { $0 + value($1.0) * $1.1 } / total
        }
        let logLoss = mean(\.logLoss)
        let error = mean(\.error)
        let losses = own.map { criterion == .logLoss ? $0.logLoss : $0.error }
        return Step(
            items: set, losses: losses, loss: criterion == .logLoss ? logLoss : error, logLoss: logLoss, error: error)
    }

    private mutating func evaluate(_ sets: [[Int]]) throws {
        let unknown = sets.filter { known[$0] == nil }
        let fit = fit
        let tables = blocks.map(unknown.count) { place in Result { try Self.losses(fit, unknown[place]) } }
        for (set, table) in zip(unknown, tables) { known[set] = try table.get() }
    }

    private static func losses(_ fit: ShortFormFit, _ set: [Int]) throws -> [[ShortFormFit.Loss]] {
        let counts = fit.sample.counts(of: set)
        let folds = fit.sample.foldCount
        let start = try fit.start(counts)
        let none = ShortFormFit.Loss(logLoss: 0, error: 0)
        var table = [[ShortFormFit.Loss]](repeating: [ShortFormFit.Loss](repeating: none, count: folds), count: folds)
        for i in 0..<folds {
            for j in i..<folds {
                let left = i == j ? [i] : [i, j]
                let scores = try fit.scores(counts, without: left, from: start)
                let shares = counts.shares(without: left, segmentCount: fit.sample.segmentCount)
                table[i][j] = fit.loss(counts, scores, shares, on: j)
                if i != j { table[j][i] = fit.loss(counts, scores, shares, on: i) }
            }
        }
        return table
    }
}
