/// A safe pattern, cell by cell, for tables of any size.
///
/// For each primary cell that is still open: the cheapest change of the tables that moves the cell as far as it must,
/// as a linear program in upward and downward moves of all cells (Kelly, Golden and Assad 1992; Fischetti and Salazar
/// 1999, section 5); cells that move are hidden. Moves of hidden cells are free. Then, dearest first, each
/// secondary cell is published again if all primary cells stay protected without it. Small tables are tried in
/// several orders of the primary cells.
struct SuppressionHeuristic {
    private let problem: SuppressionProblem
    private let check: ProtectionCheck
    private var system: TableSystem { problem.system }
    /// Up to this many candidates all orders are tried.
    private static let severalOrdersLimit = 400
    /// In larger tables, moves are looked for among the cheapest cells of each relation first.
    private static let nearbyCells = 8

    init(_ problem: SuppressionProblem, _ check: ProtectionCheck) {
        self.problem = problem
        self.check = check
    }

    func solve() throws(TableSystemError) -> [Int] {
        var best: [Int]?
        let isLarge = problem.candidates.count > Self.severalOrdersLimit
        let program = try MoveProgram(problem, isLarge ? nearby() : problem.hideable)
        for order in orders() {
            let found = try cleaned(try additions(order, program))
            if best.map({ problem.price(of: found) < problem.price(of: $0) - 1e-9 }) ?? true { best = found }
        }
        return best ?? []
    }

    private func orders() -> [[Int]] {
        let ascending = problem.primaryCells
        let byNeed = ascending.sorted { (need($0), $1) > (need($1), $0) }
        guard problem.candidates.count <= Self.severalOrdersLimit else { return [byNeed] }
        return [byNeed, byNeed.reversed(), ascending, ascending.reversed()]
    }

    private func need(_ cell: Int) -> Double { problem.primary[cell]?.width ?? 0 }

    // MARK: Adding cells

    private func additions(_ order: [Int], _ program: MoveProgram) throws(TableSystemError) -> [Int] {
        var added: [Int] = []
        var (program, looksFar) = (program, problem.candidates.count <= Self.severalOrdersLimit)
        for cell in order {
            var rounds = 0
            while try !check.isProtected(cell, problem.hidden(added)) {
                let before = added.count
                for move in moves(cell) { added += try carriers(cell, move, added, program) }
                rounds += 1
                guard added.count == before || rounds > 3 else { continue }
                // The program sees nothing more to hide: look farther, then hide whatever is cheapest.
                if looksFar {
                    added += try cheapestUntilProtected(cell, added)
                } else {
                    program = try MoveProgram(problem, problem.hideable)
                    looksFar = true
                }
            }
        }
        return added
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
        let wish = MoveProgram.Wish(cell: cell, isUp: move.up, distance: move.distance)
        guard let moves = try program.moves(wish, hidden: hidden, others: .priced) else { return [] }
        check.note(moves: moves)
        return moves.keys.filter { !hidden[$0] }.sorted()
    }

    /// The cheapest candidates of every relation.
    private func nearby() -> [Int] {
        let isCandidate = Set(problem.candidates)
        var chosen = Set<Int>()
        for relation in system.relations {
            let cells = relation.terms.map(\.cell).filter(isCandidate.contains)
                .sorted { (problem.price($0), $0) < (problem.price($1), $1) }
            chosen.formUnion(cells.prefix(Self.nearbyCells))
        }
        return chosen.union(problem.primary.keys).union(problem.alreadyHidden).sorted()
    }

    private func cheapestUntilProtected(_ cell: Int, _ added: [Int]) throws(TableSystemError) -> [Int] {
        var hidden = problem.hidden(added)
        var more: [Int] = []
        let rest = problem.candidates.filter { !hidden[$0] }
            .sorted { (problem.price($0), $0) < (problem.price($1), $1) }
        for candidate in rest {
            hidden[candidate] = true
            more.append(candidate)
            if try check.isProtected(cell, hidden) { break }
        }
        return more
    }

    // MARK: Taking cells back

    /// Publishes again what is not needed, dearest first.
    private func cleaned(_ added: [Int]) throws(TableSystemError) -> [Int] {
        var kept = Set(added)
        var hidden = problem.hidden(kept)
        let primary = problem.primaryCells
        let check = try check.narrowed(to: hidden)
        defer { self.check.learn(from: check) }
        for cell in added.sorted(by: { (problem.price($0), $0) > (problem.price($1), $1) }) {
            hidden[cell] = false
            var isNeeded = false
            for primary in nearestFirst(primary, to: cell) where try !check.isProtected(primary, hidden) {
                isNeeded = true
                break
            }
            if isNeeded { hidden[cell] = true } else { kept.remove(cell) }
        }
        return kept.sorted()
    }

    /// Those that share a relation with the cell: most often they are the ones that need it.
    private func nearestFirst(_ cells: [Int], to cell: Int) -> [Int] {
        let own = Set(system.relationsOfCell[cell])
        let isNear = cells.map { system.relationsOfCell[$0].contains(where: own.contains) }
        return cells.indices.filter { isNear[$0] }.map { cells[$0] }
            + cells.indices.filter { !isNear[$0] }.map { cells[$0] }
    }
}
