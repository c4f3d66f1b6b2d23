import PeilNumerics

/// What a reader can work out about a hidden cell: no less than `low`, no more than `high` (∞ where nothing limits it).
public struct AttackInterval: Sendable, Equatable {
    public let low: Double
    public let high: Double
    /// False where the search among whole numbers ended early: then both ends are values that the cell can have,
    /// and a reader may know less than this says, never more.
    public let isExact: Bool

    public init(low: Double, high: Double, isExact: Bool) {
        self.low = low
        self.high = high
        self.isExact = isExact
    }
}

/// The reader who knows the relations, the published cells and the bounds, and wants a hidden cell.
///
/// For hidden cells x: least and most of x_k over A x = b, lower ≤ x ≤ upper, where b is what the published cells leave
/// of each relation; one linear program for each end (Fischetti and Salazar 2001, section 2). Hidden cells that no
/// relation ties together are attacked apart. Of whole numbers the bound is that of the integer program, by branch and
/// bound around the linear one; tables of two margins need no branch, because their matrix is totally unimodular.
///
/// An end needs no program where an earlier attack has shown tables in which the cell lies as far out as single
/// relations allow at all.
public struct Attacker: Sendable {
    public let system: TableSystem
    /// Branches tried for one end of one interval.
    static let branchLimit = 400
    /// Branches for all ends together, times the square of the hidden cells: about what they take.
    private static let work = 100_000_000

    public init(_ system: TableSystem) { self.system = system }

    /// The interval of each hidden cell.
    public func intervals(hidden: [Bool]) throws(TableSystemError) -> [Int: AttackInterval] {
        try intervals(hidden: hidden, reaches: [:])
    }

    /// The same; besides, tables are looked for that show what these protections ask, so that a search among whole numbers
    /// that ends early does not call a protected cell unsafe.
    public func intervals(
        hidden: [Bool], for primary: [Int: Protection]
    ) throws(TableSystemError) -> [Int: AttackInterval] {
        try attack(hidden: hidden, for: primary).intervals
    }

    /// What an attack found.
    public struct Findings: Sendable {
        public let intervals: [Int: AttackInterval]
        /// Tables that show what the protections ask: for each primary cell none, one, or one for each end, as what the cells
        /// that differ from the true ones would be.
        public let witnesses: [Int: [[Int: Double]]]
        /// For cells that contributors work out too much of: the cells that these contributed to.
        public let knownTo: [Int: [Int]]
    }

    /// The same, with the tables that show it, and what contributors work out besides.
    public func attack(
        hidden: [Bool], for primary: [Int: Protection], knowing knowledge: ContributorKnowledge = .none
    ) throws(TableSystemError) -> Findings {
        let check = ProtectionCheck(problem(hidden, primary, knowledge, seen: []))
        _ = try check.unprotected(hidden)
        let contributors = try ContributorAttack(problem(hidden, primary, knowledge, seen: []), hidden: hidden)
            .findings(after: check)
        return Findings(
            intervals: try intervals(hidden: hidden, reaches: check.reaches(hidden)),
            witnesses: system.values(in: check.proofs(hidden)), knownTo: Self.knownTo(contributors.findings))
    }

    /// What an attack found of the protected cells alone.
    struct Verdict {
        /// Protected cells of which any reader learns too much, ascending.
        var open: [Int] = []
        /// Contributors who learn too much of others.
        var findings: [ContributorAttack.Finding] = []
        /// What is possible for each that is protected: as much as is asked, or more.
        var shown: [Int: AttackInterval] = [:]
        /// How far tables have shown protected cells to go.
        var reaches: [Int: Reach] = [:]
        /// Tables that show it: how their cells differ from the true ones.
        var proofs: [Int: [CellMoves]] = [:]
        /// Those and others, for the next look at some of these cells.
        var tables: [CellMoves] = []

        /// Protected cells of which somebody learns too much, ascending.
        var unsafe: [Int] { Set(findings.flatMap(\.cells)).union(open).sorted() }

        /// Another verdict on other cells of the same tables.
        mutating func add(_ other: Verdict) {
            open = (open + other.open).sorted()
            findings += other.findings
            shown.merge(other.shown) { $1 }
            reaches.merge(other.reaches) { $1 }
            proofs.merge(other.proofs) { $1 }
            tables += other.tables
        }
    }

    /// Whether protected cells lie open enough. A table that shows it proves it, whoever found it: programs are solved where
    /// none of those seen does. Cells that no relation ties together are looked at side by side.
    /// - Parameters:
    ///   - seen: tables from earlier looks; those that are tables of this system count.
    ///   - toTheEnd: whether the ends of intervals are looked for where no table is found that shows what is asked.
    ///   - readersFirst: whether contributors can wait where any reader learns too much.
    func verdict(
        hidden: [Bool], for primary: [Int: Protection], knowing knowledge: ContributorKnowledge = .none,
        seen: [CellMoves] = [], toTheEnd: Bool = true, readersFirst: Bool = false, threads: Int = 1
    ) throws(TableSystemError) -> Verdict {
        let leader = system.connections(of: hidden)
        let protected = Dictionary(grouping: primary.filter { hidden[$0.key] }) { leader[$0.key] }
        let seen = Dictionary(grouping: seen.filter { table in table.allSatisfy { hidden[$0.cell] } }) { table in
            leader[table.first?.cell ?? 0]
        }
        let parts = protected.keys.sorted()
        let verdicts = ParallelBlocks(threads: threads).map(parts.count) { place in
            let part = parts[place]
            let known = knowledge.among { leader[$0] == part }
            let own = Dictionary(uniqueKeysWithValues: (protected[part] ?? []).map { ($0.key, $0.value) })
            let problem = problem(hidden, own, known, seen: seen[part] ?? [])
            return Result { () throws(TableSystemError) in
                try verdict(problem, hidden, toTheEnd: toTheEnd, readersFirst: readersFirst)
            }
        }
        var result = Verdict()
        for verdict in verdicts { result.add(try verdict.get()) }
        return result
    }

    /// The same for cells that relations tie together.
    private func verdict(
        _ problem: SuppressionProblem, _ hidden: [Bool], toTheEnd: Bool, readersFirst: Bool
    ) throws(TableSystemError) -> Verdict {
        let check = ProtectionCheck(problem)
        var result = Verdict(open: try check.unprotected(hidden), reaches: check.reaches(hidden))
        if toTheEnd, !result.open.isEmpty {
            let isOpen = Set(result.open)
            for (cell, interval) in try intervals(hidden: hidden, reaches: result.reaches, of: isOpen.contains)
            where problem.primary[cell]?.isMet(by: interval) == true {
                result.shown[cell] = interval
            }
            result.open.removeAll { result.shown[$0] != nil }
        }
        let isOpen = Set(result.open)
        for cell in problem.primary.keys where !isOpen.contains(cell) && result.shown[cell] == nil {
            let (value, reach) = (system.values[cell], result.reaches[cell] ?? Reach())
            result.shown[cell] = AttackInterval(low: value - reach.down, high: value + reach.up, isExact: false)
        }
        result.proofs = check.proofs(hidden)
        result.tables = check.tables(hidden)
        if readersFirst, !result.open.isEmpty { return result }
        let contributors = try ContributorAttack(problem, hidden: hidden).findings(after: check)
        result.findings = contributors.findings
        result.tables += contributors.tables
        return result
    }

    private func problem(
        _ hidden: [Bool], _ primary: [Int: Protection], _ knowledge: ContributorKnowledge, seen: [CellMoves]
    ) -> SuppressionProblem {
        var problem = SuppressionProblem(
            system, primary: primary.filter { hidden[$0.key] },
            alreadyHidden: Set(hidden.indices.filter { hidden[$0] }),
            mayHide: Array(repeating: false, count: hidden.count), cost: .cells)
        problem.knowledge = knowledge
        problem.seen = seen
        return problem
    }

    private static func knownTo(_ findings: [ContributorAttack.Finding]) -> [Int: [Int]] {
        var result: [Int: [Int]] = [:]
        for finding in findings {
            for cell in finding.cells { result[cell, default: []].append(finding.contributor.cell) }
        }
        return result
    }

    /// - Parameters:
    ///   - reaches: how far cells are known to be able to go.
    ///   - isAsked: whose interval is wanted.
    func intervals(
        hidden: [Bool], reaches: [Int: Reach], of isAsked: (Int) -> Bool = { _ in true },
        report: (SuppressionStep) -> Void = { _ in }
    ) throws(TableSystemError) -> [Int: AttackInterval] {
        var result: [Int: AttackInterval] = [:]
        var isDone = [Bool](repeating: false, count: hidden.count)
        let count = max(1, hidden.count { $0 })
        var branchesLeft = Self.work / (count * count)
        for start in hidden.indices where hidden[start] && !isDone[start] {
            let (cells, relations) = system.connected(to: start, by: hidden)
            for cell in cells { isDone[cell] = true }
            guard cells.contains(where: isAsked) else { continue }
            let attack = try solving(cells[0]) { () throws(LinearProgramError) in
                try ComponentAttack(system, cells: cells, relations: relations)
            }
            for (column, cell) in cells.enumerated() { attack.note(reaches[cell], column) }
            for (column, cell) in cells.enumerated() where isAsked(cell) {
                report(.init(stage: .attack, done: result.count, count: count))
                result[cell] = try solving(cell) { () throws(LinearProgramError) in
                    try attack.interval(of: column, &branchesLeft)
                }
            }
        }
        return result
    }

    private func solving<Result>(
        _ cell: Int, _ body: () throws(LinearProgramError) -> Result
    ) throws(TableSystemError) -> Result {
        do { return try body() } catch { throw .notSolved(cell: system.names[cell]) }
    }
}

/// How far a cell can go down and up from its true value, as tables have shown.
struct Reach {
    var down = 0.0
    var up = 0.0
}

/// Hidden cells that relations tie together.
private final class ComponentAttack {
    private let system: TableSystem
    private let reader: ReaderProgram
    /// The farthest that single relations allow, and that tables have shown, by column.
    private let allowed: [AttackInterval]
    private var low: [Double]
    private var high: [Double]

    init(_ system: TableSystem, cells: [Int], relations: [Int]) throws(LinearProgramError) {
        self.system = system
        reader = try ReaderProgram(system, cells: cells, relations: relations)
        allowed = SingleRelations(system, cells: cells, relations: relations).intervals
        low = cells.map { system.values[$0] }
        high = low
    }

    func note(_ reach: Reach?, _ column: Int) {
        guard let reach else { return }
        low[column] -= reach.down
        high[column] += reach.up
    }

    /// - Parameter branches: how many are left for searches among whole numbers.
    func interval(of column: Int, _ branches: inout Int) throws(LinearProgramError) -> AttackInterval {
        let least = try end(of: column, sign: 1, known: low[column], allowed: allowed[column].low, &branches)
        let most = try end(of: column, sign: -1, known: -high[column], allowed: -allowed[column].high, &branches)
        return AttackInterval(low: least.value, high: -most.value, isExact: least.isExact && most.isExact)
    }

    /// The least of sign·x.
    private func end(
        of column: Int, sign: Double, known: Double, allowed: Double, _ branches: inout Int
    ) throws(LinearProgramError) -> (value: Double, isExact: Bool) {
        if known <= allowed + 1e-9 { return (known, true) }
        let found = try reader.extreme(of: column, sign: sign)
        guard let point = found.point else { return (-.infinity, true) }
        if reader.isTable(point) {
            note(point)
            return (system.isWhole ? found.bound.rounded() : found.bound, true)
        }
        let least = (found.bound - 1e-6).rounded(.up)
        if known <= least { return (known, true) }
        let whole = try reader.wholeExtreme(
            of: column, sign: sign, known: known, goal: least, branches: min(branches, Attacker.branchLimit))
        branches -= min(branches, whole.branches)
        if let point = whole.point { note(point) }
        return (whole.value, whole.isExact || whole.value <= least)
    }

    private func note(_ point: [Double]) {
        for column in point.indices {
            let value = system.isWhole ? point[column].rounded() : point[column]
            low[column] = min(low[column], value)
            high[column] = max(high[column], value)
        }
    }
}

/// What each relation by itself leaves to a cell when all others may be anything that they can be.
private struct SingleRelations {
    private(set) var intervals: [AttackInterval]
    private static let rounds = 4

    init(_ system: TableSystem, cells: [Int], relations: [Int]) {
        var low = cells.map { system.lower[$0] }
        var high = cells.map { system.upper[$0] }
        let columnOfCell = Dictionary(uniqueKeysWithValues: cells.enumerated().map { ($1, $0) })
        for _ in 0..<Self.rounds {
            var changed = false
            for index in relations {
                let relation = system.relations[index]
                let terms = relation.terms.compactMap { term in columnOfCell[term.cell].map { ($0, term.coefficient) } }
                let truth = terms.reduce(0) { $0 + $1.1 * system.values[cells[$1.0]] }
                let published = system.value(of: relation) - truth
                let least = relation.isEquation ? truth : relation.least - published
                let most = relation.isEquation ? truth : relation.most - published
                changed = Self.narrow(terms, least, most, &low, &high) || changed
            }
            if !changed { break }
        }
        intervals = cells.indices.map { column in
            // Whole cells lie on whole ends; the tolerance is that of the sums.
            system.isWhole
                ? .init(
                    low: (low[column] - 1e-6).rounded(.up), high: (high[column] + 1e-6).rounded(.down), isExact: false)
                : .init(low: low[column], high: high[column], isExact: false)
        }
    }

    /// least ≤ Σ c·x ≤ most, solved for each x in turn.
    private static func narrow(
        _ terms: [(column: Int, coefficient: Double)], _ least: Double, _ most: Double, _ low: inout [Double],
        _ high: inout [Double]
    ) -> Bool {
        var changed = false
        for (index, term) in terms.enumerated() where term.coefficient != 0 {
            var (smallest, largest) = (0.0, 0.0)
            for (other, rest) in terms.enumerated() where other != index && rest.coefficient != 0 {
                smallest += rest.coefficient * (rest.coefficient > 0 ? low[rest.column] : high[rest.column])
                largest += rest.coefficient * (rest.coefficient > 0 ? high[rest.column] : low[rest.column])
            }
            let ends = [(least - largest) / term.coefficient, (most - smallest) / term.coefficient]
            let (down, up) = term.coefficient > 0 ? (ends[0], ends[1]) : (ends[1], ends[0])
            if down > low[term.column] + 1e-9 {
                low[term.column] = down
                changed = true
            }
            if up < high[term.column] - 1e-9 {
                high[term.column] = up
                changed = true
            }
        }
        return changed
    }
}
