/// A safe pattern, cell by cell, for tables of any size.
///
/// For each primary cell that is still open: the cheapest change of the tables that moves the cell as far as it must,
/// as a linear program in upward and downward moves of all cells (Kelly, Golden and Assad 1992; Fischetti and Salazar
/// 1999, section 5); cells that move are hidden. Moves of hidden cells are free. Then, dearest first, each
/// secondary cell is published again if all primary cells stay protected without it, by tables in fractions; and where
/// no tables in whole numbers are found for a primary cell, the cheapest ones among all that was hidden say what to hide again.
/// Small tables are tried in several orders of the primary cells.
struct SuppressionHeuristic {
    private let problem: SuppressionProblem
    private let check: ProtectionCheck
    private var system: TableSystem { problem.system }
    /// Up to this many cells that are or may be hidden, all orders are tried.
    private static let severalOrdersLimit = 400
    /// In larger tables, moves are looked for among the cheapest cells of each relation first.
    private static let nearbyCells = 8
    /// What may be spent on taking cells back: seconds of work in tables of two thousand cells.
    private static let cleaningWork = 300_000_000

    private let report: (SuppressionStep) -> Void

    init(_ problem: SuppressionProblem, _ check: ProtectionCheck, report: @escaping (SuppressionStep) -> Void) {
        self.problem = problem
        self.check = check
        self.report = report
    }

    func solve() throws(TableSystemError) -> [Int] {
        var best: [Int]?
        let program = try Self.program(problem)
        for order in orders() {
            let added = try additions(order, program)
            let found = try whole(try cleaned(added), added)
            if best.map({ problem.price(of: found) < problem.price(of: $0) - 1e-9 }) ?? true { best = found }
        }
        return best ?? []
    }

    /// Cells for all primary ones in turn: of those that were looked at, the ones that the cheapest tables seen need.
    func additions(_ program: MoveProgram) throws(TableSystemError) -> [Int] {
        let added = try additions(problem.primaryCells, program).cells
        let allowed = problem.hidden(added)
        var kept: [Int] = []
        for cell in problem.primaryCells {
            let hidden = problem.hidden(kept)
            guard let proof = check.proof(cell, hidden: hidden, allowed: allowed) else { return added }
            kept += proof.missing
        }
        return kept
    }

    /// Moves of all cells, in large tables of the cheapest of each relation.
    static func program(_ problem: SuppressionProblem) throws(TableSystemError) -> MoveProgram {
        let isLarge = isLarge(problem)
        return try MoveProgram(problem, tied(isLarge ? nearby(problem) : problem.hideable, problem))
    }

    private static func isLarge(_ problem: SuppressionProblem) -> Bool { problem.hideable.count > severalOrdersLimit }

    /// Those of the cells that relations tie to a primary one.
    private static func tied(_ cells: [Int], _ problem: SuppressionProblem) -> [Int] {
        var isMovable = [Bool](repeating: false, count: problem.system.values.count)
        for cell in cells { isMovable[cell] = true }
        var isTied = Set<Int>()
        for cell in problem.primaryCells where !isTied.contains(cell) {
            isTied.formUnion(problem.system.connected(to: cell, by: isMovable).cells)
        }
        return cells.filter(isTied.contains)
    }

    private func orders() -> [[Int]] {
        let ascending = problem.primaryCells
        let byNeed = ascending.sorted { (need($0), $1) > (need($1), $0) }
        guard !Self.isLarge(problem) else { return [byNeed] }
        return [byNeed, byNeed.reversed(), ascending, ascending.reversed()]
    }

    private func need(_ cell: Int) -> Double { problem.primary[cell]?.width ?? 0 }

    // MARK: Adding cells

    private func additions(_ order: [Int], _ program: MoveProgram) throws(TableSystemError) -> Additions {
        var result = Additions()
        var added: [Int] = []
        var (program, looksFar) = (program, !Self.isLarge(problem))
        for (done, cell) in order.enumerated() {
            report(.init(stage: .choosing, done: done, count: order.count))
            var rounds = 0
            while try !check.isProtected(cell, problem.hidden(added), isDoubtful: added.isEmpty) {
                let before = added.count
                for move in moves(cell) { added += try carriers(cell, move, added, program) }
                result.note(added, for: cell)
                rounds += 1
                guard added.count == before || rounds > 3 else { continue }
                // The program sees nothing more to hide: look farther, then hide whatever is cheapest.
                if looksFar {
                    added += try cheapestUntilProtected(cell, added)
                } else {
                    program = try MoveProgram(problem, Self.tied(problem.hideable, problem))
                    looksFar = true
                }
                result.note(added, for: cell)
            }
            let hidden = problem.hidden(added)
            result.proof[cell] = check.proof(cell, hidden: problem.hidden([]), allowed: hidden)
        }
        return result
    }

    /// How far up and down the cell must be able to go.
    private func moves(_ cell: Int) -> [(up: Bool, distance: Double)] {
        guard let protection = problem.primary[cell] else { return [] }
        let value = system.values[cell]
        let down = max(0, value - protection.lowAtMost)
        let up = max(0, protection.highAtLeast - value, protection.width - down)
        // A cell that only must not be known may move by any distance; a whole one by one.
        let isTiny = down == 0 && up < 1e-3 * max(1, value)
        let step = system.isWhole || value >= 1 ? 1.0 : max(value / 2, up)
        return isTiny ? [(true, step)] : [(false, down), (true, up)].filter { $0.1 > 0 }
    }

    /// Cells not hidden yet that the cheapest move of `cell` needs. The move itself is a witness for the check.
    private func carriers(
        _ cell: Int, _ move: (up: Bool, distance: Double), _ added: [Int], _ program: MoveProgram
    ) throws(TableSystemError) -> [Int] {
        let hidden = problem.hidden(added)
        guard let table = try moves(of: cell, move, hidden, program) else { return [] }
        check.note(moves: table)
        return table.keys.filter { !hidden[$0] }.sorted()
    }

    /// In whole numbers where tables are whole and a few branches find such moves: what is hidden for fractions would often not
    /// do.
    private func moves(
        of cell: Int, _ move: (up: Bool, distance: Double), _ hidden: [Bool], _ program: MoveProgram
    ) throws(TableSystemError) -> [Int: Double]? {
        try program.moves(
            .init(cell: cell, isUp: move.up, distance: move.distance), hidden: hidden, others: .priced,
            branches: ProtectionCheck.branchLimit)
    }

    /// The cheapest candidates of every relation.
    private static func nearby(_ problem: SuppressionProblem) -> [Int] {
        let isCandidate = Set(problem.candidates)
        var chosen = Set<Int>()
        for relation in problem.system.relations {
            let cells = relation.terms.map(\.cell).filter(isCandidate.contains)
                .sorted { (problem.price($0), $0) < (problem.price($1), $1) }
            chosen.formUnion(cells.prefix(nearbyCells))
        }
        return chosen.union(problem.primary.keys).union(problem.alreadyHidden).sorted()
    }

    private func cheapestUntilProtected(_ cell: Int, _ added: [Int]) throws(TableSystemError) -> [Int] {
        var hidden = problem.hidden(added)
        var more: [Int] = []
        let rest = problem.candidates.filter { !hidden[$0] }
            .sorted { (problem.price($0), $0) < (problem.price($1), $1) }
        // Twice as many each time: what is not needed of them is taken back.
        var (next, size) = (0, 1)
        while next < rest.count {
            let cheapest = rest[next..<min(next + size, rest.count)]
            for candidate in cheapest { hidden[candidate] = true }
            more += cheapest
            if try check.isProtected(cell, hidden) { return more }
            (next, size) = (next + size, 2 * size)
        }
        guard try check.isProtected(cell, hidden) else { throw .cannotBeProtected(cells: try hopeless()) }
        return more
    }

    /// Primary cells that stay open with everything hidden that may be.
    private func hopeless() throws(TableSystemError) -> [String] {
        try check.unprotected(problem.hidden(problem.candidates)).map { system.names[$0] }
    }

    // MARK: Taking cells back

    /// Publishes again what is not needed, dearest first.
    private func cleaned(_ added: Additions) throws(TableSystemError) -> [Int] {
        var kept = Set(added.cells)
        var hidden = problem.hidden(kept)
        let primary = problem.primaryCells
        let check = check.narrowed(to: hidden, work: Self.cleaningWork)
        var bounds = RelationBounds(system, hidden: hidden)
        let dearestFirst = added.cells.sorted { (problem.price($0), $0) > (problem.price($1), $1) }
        for (done, cell) in dearestFirst.enumerated() {
            report(.init(stage: .takingBack, done: done, count: dearestFirst.count))
            hidden[cell] = false
            let before = bounds.publish(cell)
            var isNeeded = !primary.allSatisfy { bounds.allow($0, problem) }
            if !isNeeded {
                let order = likeliestFirst(primary, cell, added.owner[cell])
                isNeeded = try !allAreProtected(order, hidden, check)
            }
            if !isNeeded {
                kept.remove(cell)
            } else {
                hidden[cell] = true
                bounds.restore(before)
            }
        }
        return kept.sorted()
    }

    private func allAreProtected(
        _ primary: [Int], _ hidden: [Bool], _ check: ProtectionCheck
    ) throws(TableSystemError) -> Bool {
        for cell in primary where try !check.isProtected(cell, hidden) { return false }
        return true
    }

    /// Hides again what tables in whole numbers need: cells were taken back by programs in fractions.
    private func whole(_ kept: [Int], _ added: Additions) throws(TableSystemError) -> [Int] {
        guard system.isWhole else { return kept }
        var kept = kept
        let allowed = problem.hidden(added.cells)
        let check = check.narrowed(to: allowed)
        defer { self.check.learn(from: check) }
        let programs = CellPrograms(
            problem, Self.tied(allowed.indices.filter { allowed[$0] }, problem), Array(system.relations.indices))
        for (done, cell) in problem.primaryCells.enumerated() {
            report(.init(stage: .wholeNumbers, done: done, count: problem.primary.count))
            let hidden = problem.hidden(kept)
            if try check.isProtected(cell, hidden) { continue }
            for move in moves(cell) {
                if let table = try moves(of: cell, move, hidden, programs.mover()) { check.note(moves: table) }
            }
            let proofs = [
                check.proof(cell, hidden: hidden, allowed: allowed)?.missing,
                added.proof[cell]?.missing.filter { !hidden[$0] }
            ]
            kept += proofs.compactMap { $0 }.min { problem.price(of: $0) < problem.price(of: $1) } ?? []
        }
        let hidden = problem.hidden(kept)
        for cell in problem.primaryCells where check.proof(cell, hidden: hidden, allowed: hidden) == nil {
            for table in added.proof[cell]?.tables ?? [] { check.note(moves: table) }
        }
        return kept.sorted()
    }

    /// The primary cell for which the cell was hidden, then those that share a relation with it: most often one of these
    /// needs it, and the others need not be asked.
    private func likeliestFirst(_ cells: [Int], _ cell: Int, _ owner: Int?) -> [Int] {
        let own = Set(system.relationsOfCell[cell])
        let isNear = cells.map { system.relationsOfCell[$0].contains(where: own.contains) }
        let near = cells.indices.filter { isNear[$0] }.map { cells[$0] }
        let far = cells.indices.filter { !isNear[$0] }.map { cells[$0] }
        return (owner.map { [$0] } ?? []) + (near + far).filter { $0 != owner }
    }
}

/// Secondary cells in the order in which they were hidden, and for which primary cell each was.
private struct Additions {
    private(set) var cells: [Int] = []
    private(set) var owner: [Int: Int] = [:]
    /// Tables that showed a primary cell to be protected, and the cells that they need hidden.
    var proof: [Int: (tables: [CellMoves], missing: [Int])] = [:]

    /// - Parameter all: the cells so far and those that were added for `primary`.
    mutating func note(_ all: [Int], for primary: Int) {
        for cell in all.dropFirst(cells.count) { owner[cell] = primary }
        cells = all
    }
}
