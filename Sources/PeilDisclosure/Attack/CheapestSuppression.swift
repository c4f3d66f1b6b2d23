/// The cheapest pattern, by hitting sets.
///
/// A pattern that leaves a primary cell open is made as large as it can be while the cell stays open. Every safe
/// pattern then holds one of the cells that are left: a cut. The cheapest set of cells that hits all cuts is a lower bound;
/// once it is safe it is the answer (implicit hitting sets: Moreno-Centeno and Karp 2013; the cuts are those of Fischetti
/// and Salazar 2001, with coefficients of one). A cell that is open to somebody who is in another one gives cuts likewise.
/// Hiding more never narrows an interval, so the argument holds for every kind of protection. Counts, not clocks, end the
/// search.
struct CheapestSuppression {
    private let problem: SuppressionProblem
    private let readers: PatternReaders
    private static let cutLimit = 400
    /// Sets that are tried, over all searches together: a second of work.
    private static let nodeLimit = 4_000_000
    /// Up to this many candidates can be searched.
    static let candidateLimit = HittingSet.limit

    init(_ problem: SuppressionProblem, _ readers: PatternReaders) {
        self.problem = problem
        self.readers = readers
    }

    /// nil for the pattern where the search ended early, or found none cheaper than `upperBound`.
    func solve(upperBound: Double) throws(TableSystemError) -> (pattern: [Int]?, lowerBound: Double) {
        let candidates = problem.candidates.sorted {
            (problem.price($0), $0) < (problem.price($1), $1)
        }
        let bitOfCandidate = Dictionary(uniqueKeysWithValues: candidates.enumerated().map { ($1, $0) })
        var search = HittingSet(prices: candidates.map(problem.price), nodeLimit: Self.nodeLimit)
        var (cutCount, lowerBound) = (0, 0.0)
        while cutCount < Self.cutLimit {
            guard let found = search.solve(below: upperBound + 1e-9) else {
                return (nil, search.isComplete ? upperBound : lowerBound)
            }
            guard search.isComplete else { return (nil, lowerBound) }
            let set = candidates.indices.filter { found >> $0 & 1 == 1 }.map { candidates[$0] }
            lowerBound = problem.price(of: set)
            let hidden = problem.hidden(set)
            let open = try readers.open(hidden)
            if open.isEmpty { return (set, lowerBound) }
            for finding in open {
                let cut = try cut(finding, hidden, candidates)
                search.add(cut.reduce(into: UInt128(0)) { $0 |= 1 << UInt128(bitOfCandidate[$1] ?? 0) })
            }
            cutCount += open.count
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
