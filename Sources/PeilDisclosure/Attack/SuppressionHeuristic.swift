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
        for order in orders() {
            let found = try cleaned(try additions(order))
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

    private func additions(_ order: [Int]) throws(TableSystemError) -> [Int] {
        var added: [Int] = []
        for cell in order {
            var isNear = problem.candidates.count > Self.severalOrdersLimit
            var rounds = 0
            while try !problem.isProtected(cell, problem.hidden(added)) {
                let before = added.count
                for move in moves(cell) { added += try carriers(cell, move, added, onlyNear: isNear) }
                rounds += 1
                guard added.count == before || rounds > 3 else { continue }
                // The programs see nothing more to hide: look farther, then hide whatever is cheapest.
                if isNear { isNear = false } else { added += try cheapestUntilProtected(cell, added) }
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
        _ cell: Int, _ move: (up: Bool, distance: Double), _ added: [Int], onlyNear: Bool
    ) throws(TableSystemError) -> [Int] {
        let hidden = problem.hidden(added)
        let network = MoveProgram(problem, hidden: hidden, candidates: onlyNear ? nearby(cell) : problem.candidates)
        do { return try network.carriers(of: cell, up: move.up, distance: move.distance) } catch {
            throw .notSolved(cell: system.names[cell])
        }
    }

    /// The cheapest candidates of every relation, and all that stand in one with `cell`.
    private func nearby(_ cell: Int) -> [Int] {
        let isCandidate = Set(problem.candidates)
        var chosen = Set<Int>()
        let own = Set(system.relationsOfCell[cell])
        for (index, relation) in system.relations.enumerated() {
            let cells = relation.terms.map(\.cell).filter(isCandidate.contains)
                .sorted { (problem.price($0), $0) < (problem.price($1), $1) }
            chosen.formUnion(own.contains(index) ? cells[...] : cells.prefix(Self.nearbyCells))
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

/// Moves of cells away from their true values that keep every relation true, and what they cost.
struct MoveProgram {
    private let problem: SuppressionProblem
    private let hidden: [Bool]
    /// Cells that may move; column 2c is up, 2c + 1 down.
    private let cells: [Int]

    init(_ problem: SuppressionProblem, hidden: [Bool], candidates: [Int]) {
        self.problem = problem
        self.hidden = hidden
        cells = Set(candidates).union(hidden.indices.filter { hidden[$0] }).sorted()
    }

    /// Cells that move when `cell` goes up or down by `distance`, or as far as it can, at the least cost.
    func carriers(of cell: Int, up: Bool, distance: Double) throws(LinearProgramError) -> [Int] {
        guard let column = cells.firstIndex(of: cell) else { return [] }
        var (lower, upper, cost) = bounds(distance)
        let moving = 2 * column + (up ? 0 : 1)
        upper[moving] = min(upper[moving], distance)
        upper[2 * column + (up ? 1 : 0)] = 0
        // Reaching the distance is worth more than every cost on the way.
        cost[moving] = -1e4 * (1 + (cost.max() ?? 0))
        var rows: [BoundedSimplex.Row] = []
        addRows(&rows, &lower, &upper)
        cost += Array(repeating: 0, count: lower.count - cost.count)
        var simplex = try BoundedSimplex(rows, lower: lower, upper: upper)
        _ = try simplex.minimise(cost)
        let moves = simplex.values
        let least = 1e-9 * max(1, distance)
        return cells.indices.filter { !hidden[cells[$0]] && abs(moves[2 * $0] - moves[2 * $0 + 1]) > least }
            .map { cells[$0] }
    }

    /// A cell pays by the share of what it can carry, so that one cell with room is cheaper than two without.
    private func bounds(_ distance: Double) -> (lower: [Double], upper: [Double], cost: [Double]) {
        let system = problem.system
        var upper: [Double] = []
        var cost: [Double] = []
        for cell in cells {
            for room in [system.upper[cell] - system.values[cell], system.values[cell] - system.lower[cell]] {
                upper.append(room)
                let share = min(room, distance)
                cost.append(hidden[cell] || share <= 0 ? 0 : problem.price(cell) * distance / share)
            }
        }
        return (Array(repeating: 0, count: upper.count), upper, cost)
    }

    /// Σ coefficient·move = 0, or within what the relation leaves.
    private func addRows(_ rows: inout [BoundedSimplex.Row], _ lower: inout [Double], _ upper: inout [Double]) {
        let system = problem.system
        var columnOfCell: [Int: Int] = [:]
        for (column, cell) in cells.enumerated() { columnOfCell[cell] = column }
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
    }
}
