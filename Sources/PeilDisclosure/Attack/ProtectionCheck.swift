import PeilNumerics

/// Cells that differ from their true values, and by how much.
typealias CellMoves = [(cell: Int, move: Double)]

/// Whether patterns protect the primary cells of a problem.
///
/// Each attack that shows a primary cell to be open leaves a witness: tables that differ from the true ones in few cells. As
/// long as all of these are hidden, the same tables show the same of any other pattern, and no program is needed.
final class ProtectionCheck {
    /// How questions follow one another.
    enum Course {
        /// About patterns that have little in common: each gets programs of no more than it hides.
        case anyPattern
        /// About patterns that hide a few cells less than the first one, and most answers are yes: cheap moves are looked for in one
        /// program.
        case oftenYes
        /// The same where most answers are no: the reader's own program, which goes on from its last vertex, is asked first.
        case oftenNo
    }

    private let problem: SuppressionProblem
    /// Cells that may move.
    private let cells: [Int]
    private var programs: [Int: CellPrograms] = [:]
    /// The last pattern that programs were asked for, and the cells whose programs are known to be those of it.
    private var programsOf: (hidden: [Bool], cells: Set<Int>) = ([], [])
    /// What single relations leave under the last pattern that was asked for.
    private var bounds: (hidden: [Bool], bounds: RelationBounds)?
    private var witnesses: [Int: Witnesses]
    private var tableCount = 0
    private let course: Course
    /// Whether tables in fractions are refused where cells are whole.
    private let asksWhole: Bool
    /// Branches tried for one table in whole numbers.
    static let branchLimit = 40
    /// Programs that may still be solved; without them, what no table has shown counts as open.
    private var programsLeft = Int.max
    /// Made when the first question needs it.
    private var chains: ChainMoves?
    /// Whether the last move was refused because no table has it, in fractions either.
    private var wasImpossible = false

    /// Tables that the problem has seen count where they are tables of its own system.
    convenience init(_ problem: SuppressionProblem) {
        self.init(problem, cells: problem.hideable, course: .anyPattern, asksWhole: true)
        for moves in problem.seen where problem.system.allows(moves) { note(moves: moves) }
    }

    private init(
        _ problem: SuppressionProblem, cells: [Int], course: Course, asksWhole: Bool, from other: ProtectionCheck? = nil
    ) {
        self.problem = problem
        self.cells = cells
        self.course = course
        self.asksWhole = asksWhole && problem.system.isWhole
        witnesses = other?.witnesses ?? [:]
        tableCount = other?.tableCount ?? 0
        chains = other?.chains
    }

    /// The programs of the cells that relations tie to this one: of a pattern that is like the last one, all that may be hidden,
    /// so that a program can go on from its last vertex; else no more than the pattern hides.
    private func programs(_ cell: Int, _ hidden: [Bool]) -> CellPrograms {
        if course != .anyPattern {
            if let made = programs[cell] { return made }
            var isMovable = [Bool](repeating: false, count: hidden.count)
            for cell in cells { isMovable[cell] = true }
            let made = CellPrograms(problem, around: cell, isMovable)
            for member in made.cells { programs[member] = made }
            return made
        }
        if programsOf.hidden != hidden { programsOf = (hidden, []) }
        if let last = programs[cell], programsOf.cells.contains(cell) { return last }
        let tied = problem.system.connected(to: cell, by: hidden)
        let last = programs[cell].flatMap { $0.cells == tied.cells ? $0 : nil }
        let made = last ?? CellPrograms(problem, tied.cells, tied.relations)
        for member in tied.cells { programs[member] = made }
        programsOf.cells.formUnion(tied.cells)
        return made
    }

    /// No program is needed to see that a cell is open where single relations say so already.
    private func relationBounds(_ hidden: [Bool]) -> RelationBounds {
        if let bounds, bounds.hidden == hidden { return bounds.bounds }
        let made = RelationBounds(problem.system, hidden: hidden)
        bounds = (hidden, made)
        return made
    }

    /// The same check with smaller programs, for patterns that hide nothing else than this one does.
    func narrowed(to hidden: [Bool]) -> ProtectionCheck {
        let cells = hidden.indices.filter { hidden[$0] }
        return ProtectionCheck(problem, cells: cells, course: .oftenYes, asksWhole: true, from: self)
    }

    /// The same where most answers are no, and tables in fractions will do, which are found much faster.
    /// - Parameter work: programs times the square of their cells, which is about what they take.
    func narrowed(to hidden: [Bool], work: Int) -> ProtectionCheck {
        let cells = hidden.indices.filter { hidden[$0] }
        let result = ProtectionCheck(problem, cells: cells, course: .oftenNo, asksWhole: false, from: self)
        result.programsLeft = work / max(1, cells.count * cells.count)
        return result
    }

    /// The same for other questions about the same tables, with the tables that were seen.
    func narrowed(to hidden: [Bool], for problem: SuppressionProblem) -> ProtectionCheck {
        let cells = hidden.indices.filter { hidden[$0] }
        return ProtectionCheck(problem, cells: cells, course: .oftenYes, asksWhole: true, from: self)
    }

    /// Takes over the tables that another check has seen.
    func learn(from other: ProtectionCheck) {
        witnesses = other.witnesses.mapValues(\.tables)
        tableCount = other.tableCount
    }

    // MARK: Questions

    /// Primary cells that a pattern leaves open to the attacker.
    func unprotected(_ hidden: [Bool]) throws(TableSystemError) -> [Int] {
        try unprotected(problem.primaryCells, hidden)
    }

    func unprotected(_ cells: [Int], _ hidden: [Bool]) throws(TableSystemError) -> [Int] {
        var result: [Int] = []
        for cell in cells where try !isProtected(cell, hidden) { result.append(cell) }
        return result
    }

    /// - Parameter isDoubtful: whether most answers are expected to be no: then what is asked least of is asked first.
    func isProtected(
        _ cell: Int, _ hidden: [Bool], isDoubtful: Bool = false
    ) throws(TableSystemError) -> Bool {
        guard let protection = problem.primary[cell], hidden[cell] else { return true }
        if protection.isMet(by: known(cell, hidden)) { return true }
        if chainsShow(cell, protection, hidden) { return true }
        if course == .anyPattern, !relationBounds(hidden).allow(cell, problem) { return false }
        let value = problem.system.values[cell]
        let needs = [(isUp: true, need: protection.highAtLeast - value), (false, value - protection.lowAtMost)]
        if isDoubtful {
            for (isUp, need) in needs where need > 0 {
                guard try canMove(cell, isUp: isUp, need, hidden) else { return false }
            }
        }
        // One move that is wide enough by itself; else what must be reached; else both ends together.
        var isFixed = true
        for (isUp, need) in needs {
            let reach = known(cell, hidden)
            let other = isUp ? value - reach.low : reach.high - value
            if try canMove(cell, isUp: isUp, max(need, protection.width - other), hidden),
                protection.isMet(by: known(cell, hidden))
            {
                return true
            }
            isFixed = isFixed && wasImpossible
        }
        // No table moves it by the least that whole numbers move.
        if isFixed, problem.system.isWhole, protection.width <= 1 { return false }
        for (isUp, need) in needs where need > 0 {
            guard try canMove(cell, isUp: isUp, need, hidden) else { return false }
        }
        if protection.isMet(by: known(cell, hidden)) { return true }
        return try bothEnds(cell, protection, hidden)
    }

    /// Chains of cells show most of what is asked in no time. They become witnesses.
    private func chainsShow(_ cell: Int, _ protection: Protection, _ hidden: [Bool]) -> Bool {
        let chains = chains ?? ChainMoves(problem.system)
        self.chains = chains
        for table in chains.tables(cell, protection, hidden: hidden) { note(moves: table) }
        if protection.isMet(by: known(cell, hidden)) { return true }
        for table in chains.tablesOfSums(cell, protection, hidden: hidden) { note(moves: table) }
        return protection.isMet(by: known(cell, hidden))
    }

    /// Tables that show a cell to be protected, by the cells that differ from the true ones: one, or one for each end.
    /// Of those that were seen, the ones whose cells cost least besides what a pattern hides.
    /// - Parameter allowed: cells that may differ.
    func proof(
        _ cell: Int, hidden: [Bool], allowed: [Bool]
    ) -> (tables: [CellMoves], missing: [Int])? {
        guard let protection = problem.primary[cell], let seen = witnesses[cell] else { return nil }
        let value = problem.system.values[cell]
        let ends = [seen.down, seen.up].map { list in [nil] + list.filter { $0.isTable && $0.counts(allowed) } }
        var best: (tables: [CellMoves], missing: [Int])?
        for down in ends[0] {
            for up in ends[1] {
                let interval = AttackInterval(
                    low: value - (down?.distance ?? 0), high: value + (up?.distance ?? 0), isExact: false)
                guard protection.isMet(by: interval) else { continue }
                let tables = [down, up].compactMap { $0?.moves }
                let missing = Set(tables.joined().map(\.cell)).filter { !hidden[$0] }.sorted()
                if missing.isEmpty { return (tables, []) }
                if best.map({ problem.price(of: missing) < problem.price(of: $0.missing) }) ?? true {
                    best = (tables, missing)
                }
            }
        }
        return best
    }

    /// For each primary cell that a pattern protects: other tables, as how its cells differ.
    func proofs(_ hidden: [Bool]) -> [Int: [CellMoves]] {
        var result: [Int: [CellMoves]] = [:]
        for cell in problem.primaryCells {
            guard let proof = proof(cell, hidden: hidden, allowed: hidden) else { continue }
            result[cell] = proof.tables
        }
        return result
    }

    /// All tables that count under a pattern, in the order in which they were seen.
    func tables(_ hidden: [Bool]) -> [CellMoves] {
        var result: [Int: CellMoves] = [:]
        for seen in witnesses.values {
            for witness in seen.down + seen.up where result[witness.number] == nil && witness.isTable {
                if witness.counts(hidden) { result[witness.number] = witness.moves }
            }
        }
        return result.sorted { $0.key < $1.key }.map(\.value)
    }

    /// Cells that differ in every table that shows a cell to be protected by itself; nil where none was seen. To who knows any
    /// other cell it is protected too.
    func indispensable(_ cell: Int, _ hidden: [Bool]) -> Set<Int>? {
        guard let protection = problem.primary[cell], let seen = witnesses[cell] else { return nil }
        let value = problem.system.values[cell]
        var result: Set<Int>?
        for (list, sign) in [(seen.down, -1.0), (seen.up, 1)] {
            for witness in list where result?.isEmpty != true && witness.counts(hidden) {
                let end = value + sign * witness.distance
                guard protection.isMet(by: .init(low: min(value, end), high: max(value, end), isExact: false)) else {
                    continue
                }
                let cells = witness.moves.lazy.map(\.cell)
                if let common = result { result = Set(cells.filter(common.contains)) } else { result = Set(cells) }
            }
        }
        return result
    }

    /// How far each primary cell is known to be able to go under a pattern.
    func reaches(_ hidden: [Bool]) -> [Int: Reach] { witnesses.mapValues { $0.reach(hidden) } }

    private func known(_ cell: Int, _ hidden: [Bool]) -> AttackInterval {
        let reach = witnesses[cell]?.reach(hidden) ?? Reach()
        let value = problem.system.values[cell]
        return AttackInterval(low: value - reach.down, high: value + reach.up, isExact: false)
    }

    // MARK: Programs

    /// Whether tables exist in which the cell lies `distance` off. They become a witness.
    private func canMove(
        _ cell: Int, isUp: Bool, _ distance: Double, _ hidden: [Bool]
    ) throws(TableSystemError) -> Bool {
        wasImpossible = false
        let value = problem.system.values[cell]
        let slack = 1e-7 * max(1, value + abs(distance))
        let reach = known(cell, hidden)
        if (isUp ? reach.high - value : value - reach.low) >= distance - slack { return true }
        // A distance that rounding errors could make up is no distance.
        let enough =
            problem.system.isWhole
            ? max(1, (distance - slack).rounded(.up)) : max(distance, min(1e-3 * max(1, value), value))
        if course == .oftenNo, let answer = try readerMoves(cell, isUp, enough, hidden) { return answer }
        let wish = MoveProgram.Wish(cell: cell, isUp: isUp, distance: enough)
        let mover = try programs(cell, hidden).mover()
        let branches = asksWhole ? Self.branchLimit : 0
        guard let moves = try mover.moves(wish, hidden: hidden, others: .closed, branches: branches) else {
            wasImpossible = true
            return false
        }
        guard !asksWhole || Self.areWhole(moves.map { (cell: $0.key, move: $0.value) }) else { return false }
        note(moves: moves)
        return true
    }

    /// The reader's program goes on from its last vertex, and most questions are answered no. nil where it found
    /// fractions and whole numbers are asked for.
    private func readerMoves(
        _ cell: Int, _ isUp: Bool, _ distance: Double, _ hidden: [Bool]
    ) throws(TableSystemError) -> Bool? {
        guard programsLeft > 0 else { return false }
        let reader = try programs(cell, hidden).reader()
        guard let column = reader.column(of: cell) else { return false }
        programsLeft -= 1
        let value = problem.system.values[cell]
        let sign = isUp ? -1.0 : 1
        reader.open(hidden)
        do {
            let found = try reader.extreme(of: column, sign: sign, enough: distance)
            let slack = 1e-7 * max(1, value + distance)
            guard let point = found.point, sign * value - found.bound >= distance - slack else { return false }
            guard !asksWhole || reader.isTable(point) else { return nil }
            note(point, reader)
            return true
        } catch {
            throw .notSolved(cell: problem.system.names[cell])
        }
    }

    /// The interval by the attacker's own programs, as no single move is wide enough.
    private func bothEnds(
        _ cell: Int, _ protection: Protection, _ hidden: [Bool]
    ) throws(TableSystemError) -> Bool {
        let reader = try programs(cell, hidden).reader()
        guard programsLeft > 0, let column = reader.column(of: cell) else { return false }
        reader.open(hidden)
        do {
            for sign in [-1.0, 1] {
                programsLeft -= 1
                let found = try reader.extreme(of: column, sign: sign, enough: protection.width.rounded(.up))
                guard var point = found.point else { continue }
                if asksWhole, !reader.isTable(point) {
                    let reach = known(cell, hidden)
                    let whole = try reader.wholeExtreme(
                        of: column, sign: sign, known: sign < 0 ? -reach.high : reach.low,
                        goal: (found.bound - 1e-6).rounded(.up), branches: Self.branchLimit,
                        enough: protection.width.rounded(.up))
                    guard let table = whole.point else { continue }
                    point = table
                }
                note(point, reader)
                if protection.isMet(by: known(cell, hidden)) { return true }
            }
            return false
        } catch {
            throw .notSolved(cell: problem.system.names[cell])
        }
    }

    // MARK: Witnesses

    private func note(_ point: [Double], _ reader: ReaderProgram) {
        var moves: [Int: Double] = [:]
        for (column, cell) in reader.cells.enumerated() {
            let move = point[column] - problem.system.values[cell]
            if abs(move) > 1e-9 * max(1, abs(problem.system.values[cell])) { moves[cell] = move }
        }
        note(moves: moves)
    }

    /// Tables that differ from the true ones by these moves. They must keep every relation. Each primary cell that moves
    /// has a witness more.
    func note(moves: [Int: Double]) {
        note(moves: moves.sorted { $0.key < $1.key }.map { (cell: $0.key, move: $0.value) })
    }

    func note(moves: CellMoves) {
        let isTable = !problem.system.isWhole || Self.areWhole(moves)
        guard isTable || !asksWhole else { return }
        let isRounded = problem.system.isWhole && isTable
        let moves = isRounded ? moves.map { (cell: $0.cell, move: $0.move.rounded()) }.filter { $0.move != 0 } : moves
        tableCount += 1
        for (cell, move) in moves where problem.primary[cell] != nil {
            witnesses[cell, default: Witnesses()].add(
                Witness(moves: moves, distance: abs(move), isTable: isTable, number: tableCount), isUp: move > 0)
        }
    }

    private static func areWhole(_ moves: CellMoves) -> Bool {
        moves.allSatisfy { abs($0.move - $0.move.rounded()) < 1e-6 }
    }
}
