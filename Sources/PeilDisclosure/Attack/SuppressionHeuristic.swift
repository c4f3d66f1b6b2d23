import PeilNumerics

/// A safe pattern, cell by cell, for tables of any size.
///
/// For each primary cell that is still open: the cheapest change of the tables that moves the cell as far as it must,
/// as a linear program in upward and downward moves of all cells (Kelly, Golden and Assad 1992; Fischetti and Salazar
/// 1999, section 5); cells that move are hidden. Moves of hidden cells are free. Then, dearest first, each
/// secondary cell is published again if all primary cells stay protected without it. Small tables are tried in
/// several orders of the primary cells.
struct SuppressionHeuristic {
    let problem: SuppressionProblem
    private var system: TableSystem { problem.system }
    /// Up to this many candidates all orders are tried.
    private static let severalOrdersLimit = 400
    /// In larger tables, moves are looked for among the cheapest cells of each relation first.
    private static let nearbyCells = 8

    init(_ problem: SuppressionProblem) { self.problem = problem }

    func solve() throws(TableSystemError) -> [Int] {
        var best: [Int]?
        let isLarge = problem.candidates.count > Self.severalOrdersLimit
        let program = MoveProgram(problem, isLarge ? nearby() : problem.candidates)
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
            while try !problem.isProtected(cell, problem.hidden(added)) {
                let before = added.count
                for move in moves(cell) { added += try carriers(cell, move, added, program) }
                rounds += 1
                guard added.count == before || rounds > 3 else { continue }
                // The program sees nothing more to hide: look farther, then hide whatever is cheapest.
                if looksFar {
                    added += try cheapestUntilProtected(cell, added)
                } else {
                    program = MoveProgram(problem, problem.candidates)
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

    /// Cells not hidden yet that the cheapest move of `cell` needs.
    private func carriers(
        _ cell: Int, _ move: (up: Bool, distance: Double), _ added: [Int], _ program: MoveProgram
    ) throws(TableSystemError) -> [Int] {
        do {
            return try program.carriers(of: cell, up: move.up, distance: move.distance, hidden: problem.hidden(added))
        } catch {
            throw .notSolved(cell: system.names[cell])
        }
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
        return chosen.sorted()
    }

    private func cheapestUntilProtected(_ cell: Int, _ added: [Int]) throws(TableSystemError) -> [Int] {
        var hidden = problem.hidden(added)
        var more: [Int] = []
        let rest = problem.candidates.filter { !hidden[$0] }
            .sorted { (problem.price($0), $0) < (problem.price($1), $1) }
        for candidate in rest {
            hidden[candidate] = true
            more.append(candidate)
            if try problem.isProtected(cell, hidden) { break }
        }
        return more
    }

    // MARK: Taking cells back

    /// Publishes again what is not needed, dearest first. Only primary cells that hang together with a cell can lose by it.
    private func cleaned(_ added: [Int]) throws(TableSystemError) -> [Int] {
        var kept = Set(added)
        var hidden = problem.hidden(kept)
        for cell in added.sorted(by: { (problem.price($0), $0) > (problem.price($1), $1) }) {
            let touched = Component(system, of: cell, hidden: hidden).cells.filter { problem.primary[$0] != nil }
            hidden[cell] = false
            var isNeeded = false
            for primary in nearestFirst(touched, to: cell) where try !problem.isProtected(primary, hidden) {
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

/// Moves of cells away from their true values that keep every relation true, and what they cost. A vertex from which
/// every program can start is found once.
struct MoveProgram {
    private let problem: SuppressionProblem
    /// Cells that may move; column 2c is up, 2c + 1 down, then come slacks.
    private let cells: [Int]
    private let rows: [BoundedSimplex.Row]
    private let lower: [Double]
    private let upper: [Double]
    private let vertex: Result<BoundedSimplex, LinearProgramError>

    init(_ problem: SuppressionProblem, _ candidates: [Int]) {
        self.problem = problem
        let cells = Set(candidates).union(problem.primary.keys).union(problem.alreadyHidden).sorted()
        self.cells = cells
        let system = problem.system
        var upper = cells.flatMap { cell in
            [system.upper[cell] - system.values[cell], system.values[cell] - system.lower[cell]]
        }
        var lower = [Double](repeating: 0, count: upper.count)
        let rows = Self.rows(system, cells, &lower, &upper)
        (self.rows, self.lower, self.upper) = (rows, lower, upper)
        vertex = Result { () throws(LinearProgramError) in try BoundedSimplex(rows, lower: lower, upper: upper) }
    }

    /// Cells that move when `cell` goes up or down by `distance`, or as far as it can, at the least cost.
    func carriers(
        of cell: Int, up: Bool, distance: Double, hidden: [Bool]
    ) throws(LinearProgramError) -> [Int] {
        guard let column = cells.firstIndex(of: cell) else { return [] }
        var (upper, cost) = (upper, self.cost(distance, hidden))
        let moving = 2 * column + (up ? 0 : 1)
        upper[moving] = min(upper[moving], distance)
        upper[2 * column + (up ? 1 : 0)] = 0
        // Reaching the distance is worth more than every cost on the way.
        cost[moving] = -1e4 * (1 + (cost.max() ?? 0))
        var simplex: BoundedSimplex
        if let limited = try vertex.get().limited(to: upper) {
            simplex = limited
        } else {
            simplex = try BoundedSimplex(rows, lower: lower, upper: upper)
        }
        _ = try simplex.minimise(cost)
        let moves = simplex.values
        let least = 1e-9 * max(1, distance)
        return cells.indices.filter { !hidden[cells[$0]] && abs(moves[2 * $0] - moves[2 * $0 + 1]) > least }
            .map { cells[$0] }
    }

    /// A cell pays by the share of what it can carry, so that one cell with room is cheaper than two without.
    private func cost(_ distance: Double, _ hidden: [Bool]) -> [Double] {
        var cost = [Double](repeating: 0, count: upper.count)
        for (column, cell) in cells.enumerated() where !hidden[cell] {
            for move in [2 * column, 2 * column + 1] where upper[move] > 0 {
                cost[move] = problem.price(cell) * distance / min(upper[move], distance)
            }
        }
        return cost
    }

    /// Σ coefficient·move = 0, or within what the relation leaves.
    private static func rows(
        _ system: TableSystem, _ cells: [Int], _ lower: inout [Double], _ upper: inout [Double]
    ) -> [BoundedSimplex.Row] {
        var columnOfCell: [Int: Int] = [:]
        for (column, cell) in cells.enumerated() { columnOfCell[cell] = column }
        var rows: [BoundedSimplex.Row] = []
        for relation in system.relations {
            var terms: [(column: Int, coefficient: Double)] = []
            for term in relation.terms {
                guard let column = columnOfCell[term.cell] else { continue }
                terms += [(2 * column, term.coefficient), (2 * column + 1, -term.coefficient)]
            }
            guard !terms.isEmpty else { continue }
            if !relation.isEquation {
                let sum = system.value(of: relation)
                terms.append((lower.count, -1))
                lower.append(min(0, relation.least - sum))
                upper.append(max(0, relation.most - sum))
            }
            rows.append(.init(terms, equals: 0))
        }
        return rows
    }
}
