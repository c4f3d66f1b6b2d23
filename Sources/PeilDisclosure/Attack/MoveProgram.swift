import PeilNumerics

/// Moves of cells away from their true values that keep every relation true, at the least cost: tables that a reader cannot
/// tell from the true ones, in which one cell lies a given distance off.
///
/// Columns are the upward and the downward move of each cell. With no move at all every cost is at its least, so each
/// program begins there and takes a few steps of the dual method, however many cells the tables have.
final class MoveProgram {
    private let problem: SuppressionProblem
    /// Column 2c is up, 2c + 1 down.
    private let cells: [Int]
    private let columnOfCell: [Int: Int]
    private let program: LinearProgram
    /// How far each move can go.
    private let most: [Double]
    /// A cell that cannot move, whatever the others do.
    var closed: Int?

    /// What moves of cells that are not hidden cost.
    enum Others {
        /// By the share of what they can carry, so that one cell with room is cheaper than two without.
        case priced
        /// They cannot move.
        case closed
    }

    struct Wish {
        let cell: Int
        let isUp: Bool
        let distance: Double
    }

    /// - Parameters:
    ///   - cells: those that may move.
    ///   - relations: those that hold one of them; nil for all.
    init(_ problem: SuppressionProblem, _ cells: [Int], relations: [Int]? = nil) throws(TableSystemError) {
        self.problem = problem
        self.cells = cells
        columnOfCell = Dictionary(uniqueKeysWithValues: cells.enumerated().map { ($1, $0) })
        let system = problem.system
        most = cells.flatMap { cell in
            [system.upper[cell] - system.values[cell], system.values[cell] - system.lower[cell]]
        }
        do {
            program = try LinearProgram(
                Self.rows(system, relations ?? Array(system.relations.indices), columnOfCell),
                lower: Array(repeating: 0, count: most.count), upper: most)
        } catch {
            throw .notSolved(cell: cells.first.map { system.names[$0] } ?? "")
        }
    }

    // MARK: Moves

    /// Moves by cell; nil where the cell cannot go so far.
    /// - Parameter branches: where tables are whole, so many are tried to find whole moves, which cost no less than those in
    ///   fractions; where none are found, the moves are those in fractions.
    func moves(
        _ wish: Wish, hidden: [Bool], others: Others, branches: Int
    ) throws(TableSystemError) -> [Int: Double]? {
        guard let column = prepare(wish, hidden, others) else { return nil }
        defer { release(column) }
        return try solving(wish.cell) { () throws(LinearProgramError) in
            guard try isSolved() else { return nil }
            let point = program.values
            guard problem.system.isWhole, branches > 0, WholeSearch.firstFraction(point) != nil else {
                return moves(point, wish)
            }
            let whole = try WholeSearch(program, limit: branches).first(from: .last)
            return moves(whole?.map { $0.rounded() } ?? point, wish)
        }
    }

    private func solving<Result>(
        _ cell: Int, _ body: () throws(LinearProgramError) -> Result
    ) throws(TableSystemError) -> Result {
        do { return try body() } catch { throw .notSolved(cell: problem.system.names[cell]) }
    }

    private func isSolved() throws(LinearProgramError) -> Bool {
        do { _ = try program.minimise(from: .bounds) } catch {
            guard error == .infeasible else { throw error }
            return false
        }
        return true
    }

    /// nil where the cell's own bounds forbid the move.
    private func prepare(_ wish: Wish, _ hidden: [Bool], _ others: Others) -> Int? {
        guard let column = columnOfCell[wish.cell] else { return nil }
        let (moving, other) = (2 * column + (wish.isUp ? 0 : 1), 2 * column + (wish.isUp ? 1 : 0))
        guard wish.distance <= most[moving] + 1e-9 else { return nil }
        for (column, cell) in cells.enumerated() {
            for move in [2 * column, 2 * column + 1] {
                let isClosed = (others == .closed && !hidden[cell]) || cell == closed
                program.limit(move, from: 0, to: isClosed ? 0 : most[move])
                program.setCost(cost(move, cell, wish.distance, isHidden: hidden[cell] || isClosed), of: move)
            }
        }
        program.limit(moving, from: wish.distance, to: wish.distance)
        program.limit(other, from: 0, to: 0)
        return column
    }

    private func release(_ column: Int) {
        for move in [2 * column, 2 * column + 1] { program.limit(move, from: 0, to: most[move]) }
    }

    /// Hidden cells cost next to nothing, but something: what need not move stays where it is. No two cost quite the same,
    /// because the dual method loses its way among equals.
    private func cost(_ move: Int, _ cell: Int, _ distance: Double, isHidden: Bool) -> Double {
        if isHidden || most[move] <= 0 { return 1e-4 * (1 + Double(move &* 7_919 % 1_009) / 1_009) }
        return problem.price(cell) * distance / min(most[move], distance)
    }

    private func moves(_ point: [Double], _ wish: Wish) -> [Int: Double] {
        let least = 1e-9 * max(1, wish.distance)
        var result: [Int: Double] = [:]
        for (column, cell) in cells.enumerated() {
            let move = point[2 * column] - point[2 * column + 1]
            if abs(move) > least { result[cell] = move }
        }
        return result
    }

    /// Σ coefficient·move = 0, or within what the relation leaves.
    private static func rows(
        _ system: TableSystem, _ relations: [Int], _ columnOfCell: [Int: Int]
    ) -> [LinearProgram.Row] {
        var rows: [LinearProgram.Row] = []
        for (relation, terms) in system.independent(relations, columnOfCell) {
            let terms = terms.flatMap { [(2 * $0.column, $0.coefficient), (2 * $0.column + 1, -$0.coefficient)] }
            let sum = relation.isEquation ? 0 : system.value(of: relation)
            rows.append(
                relation.isEquation
                    ? .init(terms, equals: 0)
                    : .init(terms, from: min(0, relation.least - sum), to: max(0, relation.most - sum)))
        }
        return rows
    }
}
