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
    public let candidates: [Int]
    public let cost: Cost
    /// Up to this many candidates the cheapest pattern is looked for.
    public var exactLimit = 60
    /// What contributors must not work out besides.
    public var knowledge = ContributorKnowledge.none

    public init(
        _ system: TableSystem, primary: [Int: Protection], alreadyHidden: Set<Int> = [], mayHide: [Bool], cost: Cost
    ) {
        self.system = system
        self.primary = primary
        self.alreadyHidden = alreadyHidden.subtracting(primary.keys)
        self.cost = cost
        candidates = system.values.indices.filter { cell in
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

    /// A pattern that protects every primary cell: the cheapest one where the tables are small, else a good one.
    /// - Parameter report: is told how far the work has come.
    /// - Throws: `.cannotBeProtected` where hiding every candidate is not enough.
    /// What contributors learn is cured last, so that only the bound says how far the pattern then is from the cheapest.
    public func solve(
        report: @escaping (SuppressionStep) -> Void = { _ in }
    ) throws(TableSystemError) -> SuppressionPattern {
        let check = try ProtectionCheck(self)
        let open = try check.unprotected(hidden(candidates))
        guard open.isEmpty else { throw .cannotBeProtected(cells: open.map { system.names[$0] }) }
        let found = try SuppressionHeuristic(self, check, report: report).solve()
        guard candidates.count <= exactLimit, !found.isEmpty else {
            return try pattern(found, lowerBound: found.isEmpty ? 0 : nil, check, report)
        }
        report(.init(stage: .cheapest, done: 0, count: 0))
        let search = try CheapestSuppression(self, check).solve(upperBound: price(of: found))
        return try pattern(search.pattern ?? found, lowerBound: search.lowerBound, check, report)
    }

    private func pattern(
        _ secondary: [Int], lowerBound: Double?, _ whole: ProtectionCheck, _ report: (SuppressionStep) -> Void
    ) throws(TableSystemError) -> SuppressionPattern {
        // Of tables seen on the way some are forgotten; all that count must be there again.
        report(.init(stage: .wholeNumbers, done: 0, count: 0))
        var (secondary, hidden) = (secondary, hidden(secondary))
        var check = try whole.narrowed(to: hidden, asksWhole: true)
        _ = try check.unprotected(hidden)
        while true {
            // Hiding more never tells anybody more, so that this ends.
            let attack = ContributorAttack(self, hidden: hidden)
            let more = try attack.cure(try attack.findings(after: check))
            guard !more.isEmpty else { break }
            secondary += more
            hidden = self.hidden(secondary)
            check = try whole.narrowed(to: hidden, asksWhole: true)
            _ = try check.unprotected(hidden)
        }
        return SuppressionPattern(
            secondary: secondary.sorted(), cost: price(of: secondary), lowerBound: lowerBound,
            intervals: try Attacker(system).intervals(hidden: hidden, reaches: check.reaches(hidden), report: report),
            witnesses: check.witnesses(hidden))
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
