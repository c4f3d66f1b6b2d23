/// Which cells to hide besides those that must be.
public struct SuppressionProblem: Sendable {
    /// What a hidden cell costs.
    public enum Cost: String, Sendable, CaseIterable {
        /// The number of cells.
        case cells
        /// The sum of their values.
        case value
    }

    public let system: TableSystem
    /// Cells that must be hidden, and how far they must lie open.
    public let primary: [Int: Protection]
    /// Hidden already, for another reason; they cost nothing.
    public let alreadyHidden: Set<Int>
    /// Cells that may be hidden besides; zeros are known to be zeros and never serve.
    public private(set) var candidates: [Int]
    public let cost: Cost
    /// Up to this many candidates the cheapest pattern is looked for; 128 at most.
    public var exactLimit = 80
    /// What contributors must not work out besides.
    public var knowledge = ContributorKnowledge.none
    /// Tables that were seen before, in other patterns or other parts of the same publication: each that is a table of this
    /// system too spares a program.
    var seen: [CellMoves] = []

    public init(
        _ system: TableSystem, primary: [Int: Protection], alreadyHidden: Set<Int> = [], mayHide: [Bool], cost: Cost
    ) {
        self.system = system
        self.primary = primary
        self.alreadyHidden = alreadyHidden.subtracting(primary.keys)
        self.cost = cost
        candidates = mayHide.indices.filter { cell in
            mayHide[cell] && system.values[cell] != 0 && primary[cell] == nil && !alreadyHidden.contains(cell)
        }
    }

    /// What hiding a cell costs.
    func price(_ cell: Int) -> Double { cost == .cells ? 1 : abs(system.values[cell]) }

    func price(of cells: some Sequence<Int>) -> Double { cells.reduce(0) { $0 + price($1) } }

    /// The pattern with these secondary cells.
    public func hidden(_ secondary: some Sequence<Int>) -> [Bool] {
        var result = [Bool](repeating: false, count: system.values.count)
        for cell in primary.keys { result[cell] = true }
        for cell in alreadyHidden { result[cell] = true }
        for cell in secondary { result[cell] = true }
        return result
    }

    /// Cells that are or may be hidden, ascending.
    var hideable: [Int] { Set(candidates).union(primary.keys).union(alreadyHidden).sorted() }

    /// Primary cells, ascending.
    var primaryCells: [Int] { primary.keys.sorted() }

    // MARK: Solving

    /// A pattern that protects every primary cell: the cheapest one where the tables are small, else a good one. What
    /// contributors learn is cured last.
    /// - Parameter report: is told how far the work has come.
    /// - Throws: `.cannotBeProtected` where hiding every candidate is not enough.
    public func solve(
        report: @escaping (SuppressionStep) -> Void = { _ in }
    ) throws(TableSystemError) -> SuppressionPattern {
        let choice = try choice(report: report)
        return SuppressionPattern(
            secondary: choice.secondary, cost: price(of: choice.secondary), lowerBound: choice.lowerBound,
            intervals: try Attacker(system).intervals(
                hidden: hidden(choice.secondary), reaches: choice.verdict.reaches, report: report),
            witnesses: system.values(in: choice.verdict.proofs))
    }

    /// A pattern, and the attacker's word on it.
    struct Choice {
        /// Ascending.
        var secondary: [Int]
        var lowerBound: Double?
        var verdict: Attacker.Verdict
    }

    /// The pattern of `solve` without what the attacker learns of each hidden cell, which costs more than to choose it.
    /// - Parameter threads: cells that no relation ties together are attacked side by side.
    func choice(
        threads: Int = 1, report: @escaping (SuppressionStep) -> Void = { _ in }
    ) throws(TableSystemError) -> Choice {
        // What contributors learn is looked at once no other reader learns too much: most is hidden by then.
        let first = try verdict([], seen: seen, threads, readersFirst: true)
        var choice = Choice(secondary: [], lowerBound: 0, verdict: first)
        if !first.open.isEmpty { choice = try open(first, threads, report) }
        guard !choice.verdict.findings.isEmpty else { return choice }
        while !choice.verdict.findings.isEmpty {
            // Hiding more never tells anybody more, so that this ends.
            let attack = ContributorAttack(self, hidden: hidden(choice.secondary))
            let more = try attack.cure(choice.verdict.findings)
            guard !more.isEmpty else { return choice }
            choice.secondary = Set(choice.secondary + more).sorted()
            choice.verdict = try verdict(choice.secondary, seen: choice.verdict.tables, threads)
        }
        return try cheaper(choice, threads, report)
    }

    /// What was hidden for contributors was found one by one. In small tables what is not needed is published again, and the
    /// cheapest pattern looked for.
    private func cheaper(
        _ choice: Choice, _ threads: Int, _ report: @escaping (SuppressionStep) -> Void
    ) throws(TableSystemError) -> Choice {
        var problem = self
        problem.seen = choice.verdict.tables
        let readers = PatternReaders(problem, ProtectionCheck(problem))
        guard readers.questionCount * choice.secondary.count <= Self.questionLimit else { return choice }
        report(.init(stage: .takingBack, done: 0, count: choice.secondary.count))
        var found = choice.secondary
        for cell in found.sorted(by: { (price(of: [$0]), $0) > (price(of: [$1]), $1) }) {
            let rest = found.filter { $0 != cell }
            if try readers.areAllProtected(hidden(rest)) { found = rest }
        }
        var lowerBound = choice.lowerBound
        if candidates.count <= min(exactLimit, CheapestSuppression.candidateLimit) {
            report(.init(stage: .cheapest, done: 0, count: 0))
            let search = try CheapestSuppression(self, readers).solve(upperBound: price(of: found))
            (found, lowerBound) = (search.pattern ?? found, max(lowerBound ?? 0, search.lowerBound))
        }
        let verdict = try verdict(found, seen: choice.verdict.tables, threads)
        guard verdict.unsafe.isEmpty else { return choice }
        return Choice(secondary: found.sorted(), lowerBound: lowerBound, verdict: verdict)
    }

    /// Up to this many questions (who might learn which cell) times hidden cells, what was hidden is looked at once more.
    private static let questionLimit = 4_000

    private func verdict(
        _ secondary: [Int], seen: [CellMoves], _ threads: Int, readersFirst: Bool = false
    ) throws(TableSystemError) -> Attacker.Verdict {
        try Attacker(system).verdict(
            hidden: hidden(secondary), for: primary, knowing: knowledge, seen: seen, toTheEnd: false,
            readersFirst: readersFirst, threads: threads)
    }

    /// What to hide for cells that are open yet. Others lie open enough, and hiding more does not change that.
    private func open(
        _ first: Attacker.Verdict, _ threads: Int, _ report: @escaping (SuppressionStep) -> Void
    ) throws(TableSystemError) -> Choice {
        let isOpen = Set(first.open)
        var rest = SuppressionProblem(
            system, primary: primary.filter { isOpen.contains($0.key) },
            alreadyHidden: alreadyHidden.union(primary.keys), mayHide: [], cost: cost)
        rest.candidates = candidates
        rest.exactLimit = exactLimit
        rest.seen = first.tables
        let check = ProtectionCheck(rest)
        var found = try SuppressionHeuristic(rest, check, report: report).solve()
        var lowerBound: Double?
        if candidates.count <= min(exactLimit, CheapestSuppression.candidateLimit) {
            report(.init(stage: .cheapest, done: 0, count: 0))
            let search = try CheapestSuppression(rest, PatternReaders(rest, check)).solve(upperBound: price(of: found))
            (found, lowerBound) = (search.pattern ?? found, search.lowerBound)
        }
        report(.init(stage: .wholeNumbers, done: 0, count: 0))
        let seen = first.tables + check.tables(hidden(found))
        return Choice(
            secondary: found.sorted(), lowerBound: lowerBound, verdict: try verdict(found, seen: seen, threads))
    }
}

/// Secondary cells that protect the primary ones.
public struct SuppressionPattern: Sendable {
    /// Ascending.
    public let secondary: [Int]
    public let cost: Double
    /// No pattern costs less, as far as was searched; nil where the tables were too large to search.
    public let lowerBound: Double?
    /// What the attacker learns of each hidden cell.
    public let intervals: [Int: AttackInterval]
    /// Tables that show primary cells to be protected: what their cells that differ from the true ones would be.
    public let witnesses: [Int: [[Int: Double]]]

    public var isCheapest: Bool { lowerBound.map { cost <= $0 + 1e-9 * max(1, cost) } ?? false }
}
