/// The cheapest pattern, by hitting sets.
///
/// A pattern that leaves a primary cell open is made as large as it can be while the cell stays open. Every safe
/// pattern then holds one of the cells that are left: a cut. The cheapest set of cells that hits all cuts is a lower bound;
/// once it is safe it is the answer (implicit hitting sets: Moreno-Centeno and Karp 2013; the cuts are those of Fischetti
/// and Salazar 2001, with coefficients of one). A cell that is open to somebody who is in another one gives cuts likewise. Hiding more never narrows an interval, so the argument holds for every
/// kind of protection. Counts, not clocks, end the search.
struct CheapestSuppression {
    private let problem: SuppressionProblem
    private let readers: PatternReaders
    private static let cutLimit = 400
    private static let nodeLimit = 200_000

    init(_ problem: SuppressionProblem, _ readers: PatternReaders) {
        self.problem = problem
        self.readers = readers
    }

    /// nil for the pattern where the search ended early, or found none cheaper than `upperBound`.
    func solve(upperBound: Double) throws(TableSystemError) -> (pattern: [Int]?, lowerBound: Double) {
        let candidates = problem.candidates.sorted {
            (problem.price($0), $0) < (problem.price($1), $1)
        }
        var cuts: [[Int]] = []
        var lowerBound = 0.0
        while cuts.count < Self.cutLimit {
            var search = HittingSet(cuts, nodeLimit: Self.nodeLimit, price: problem.price)
            guard let set = search.solve(below: upperBound + 1e-9) else {
                return (nil, search.isComplete ? upperBound : lowerBound)
            }
            guard search.isComplete else { return (nil, lowerBound) }
            lowerBound = problem.price(of: set)
            let hidden = problem.hidden(set)
            let open = try readers.open(hidden)
            if open.isEmpty { return (set, lowerBound) }
            for finding in open { cuts.append(try cut(finding, hidden, candidates)) }
        }
        return (nil, lowerBound)
    }

    /// Candidates of which every safe pattern holds one. Cheap cells are taken into the open pattern first, so that
    /// dear ones are left, which lift the bound.
    private func cut(
        _ finding: PatternReaders.Finding, _ hidden: [Bool], _ candidates: [Int]
    ) throws(TableSystemError) -> [Int] {
        var hidden = hidden
        var rest: [Int] = []
        let others = candidates.filter { !hidden[$0] && readers.canServe($0, finding) }
        try grow(&hidden, with: others[...], around: finding, &rest)
        return rest
    }

    /// Takes what leaves the cell open into a pattern, halves at a time: as one by one in this order, because hiding more never
    /// opens less.
    private func grow(
        _ hidden: inout [Bool], with candidates: ArraySlice<Int>, around finding: PatternReaders.Finding,
        _ rest: inout [Int]
    ) throws(TableSystemError) {
        guard let first = candidates.first else { return }
        for candidate in candidates { hidden[candidate] = true }
        guard try readers.isClosed(finding, hidden) else { return }
        for candidate in candidates { hidden[candidate] = false }
        guard candidates.count > 1 else {
            rest.append(first)
            return
        }
        let middle = candidates.startIndex + candidates.count / 2
        try grow(&hidden, with: candidates[..<middle], around: finding, &rest)
        try grow(&hidden, with: candidates[middle...], around: finding, &rest)
    }
}

/// The cheapest set that holds an element of every cut: depth first, branching on the smallest cut that is not hit,
/// bounded by the cheapest elements of cuts that share none.
struct HittingSet {
    private let cuts: [[Int]]
    private let price: (Int) -> Double
    private var nodesLeft: Int
    private var best: [Int]?
    private var bestPrice = Double.infinity
    /// False where the nodes ran out.
    private(set) var isComplete = true

    init(_ cuts: [[Int]], nodeLimit: Int, price: @escaping (Int) -> Double) {
        self.cuts = cuts.sorted { $0.count < $1.count }
        self.price = price
        nodesLeft = nodeLimit
    }

    mutating func solve(below limit: Double) -> [Int]? {
        bestPrice = limit
        branch([], excluded: [], price: 0)
        return best
    }

    private mutating func branch(_ chosen: [Int], excluded: Set<Int>, price spent: Double) {
        guard nodesLeft > 0 else {
            isComplete = false
            return
        }
        nodesLeft -= 1
        let open = cuts.filter { cut in !cut.contains(where: chosen.contains) }
        guard let first = open.min(by: { left($0, excluded) < left($1, excluded) }) else {
            // Open or not, a set that costs as much as the limit is worth nothing.
            if spent < bestPrice - 1e-12 {
                best = chosen
                bestPrice = spent
            }
            return
        }
        guard spent + bound(open, excluded) < bestPrice - 1e-12 else { return }
        var excluded = excluded
        for element in first where !excluded.contains(element) {
            branch(chosen + [element], excluded: excluded, price: spent + price(element))
            excluded.insert(element)
        }
    }

    private func left(_ cut: [Int], _ excluded: Set<Int>) -> Int { cut.count { !excluded.contains($0) } }

    private func bound(_ open: [[Int]], _ excluded: Set<Int>) -> Double {
        var used = Set<Int>()
        var result = 0.0
        for cut in open {
            let elements = cut.filter { !excluded.contains($0) }
            guard let cheapest = elements.map(price).min() else { return .infinity }
            guard elements.allSatisfy({ !used.contains($0) }) else { continue }
            used.formUnion(elements)
            result += cheapest
        }
        return result
    }
}
