import PeilNumerics

/// Whether patterns protect the primary cells of a problem.
///
/// Each attack that shows a primary cell to be open leaves a witness: tables that differ from the true ones in few cells. As
/// long as all of these are hidden, the same tables show the same of any other pattern, and no program is needed.
final class ProtectionCheck {
    private let problem: SuppressionProblem
    private let reader: ReaderProgram
    private let mover: MoveProgram
    private var witnesses: [Int: Witnesses] = [:]
    private let primary: [Int]
    /// Patterns follow one another closely and most questions are answered no: the reader's own program, which goes on
    /// from its last vertex, is asked first. Else a cheap move is found sooner than a farthest one.
    private let isNarrow: Bool
    /// Branches for all searches among whole numbers together: while there are many left, each search may take more.
    private var branchesLeft = 8_000
    private var branchLimit: Int { branchesLeft > 0 ? 60 : 8 }

    private struct Witness {
        /// The cells that differ.
        let support: [Int]
        let distance: Double

        func counts(_ hidden: [Bool]) -> Bool { support.allSatisfy { hidden[$0] } }
    }

    private struct Witnesses {
        static let limit = 16
        private(set) var down: [Witness] = []
        private(set) var up: [Witness] = []

        mutating func add(_ witness: Witness, isUp: Bool) {
            if isUp { Self.add(witness, to: &up) } else { Self.add(witness, to: &down) }
        }

        /// The oldest goes.
        private static func add(_ witness: Witness, to list: inout [Witness]) {
            if list.count == limit { list.removeFirst() }
            list.append(witness)
        }

        func reach(_ hidden: [Bool]) -> Reach {
            Reach(down: Self.farthest(down, hidden), up: Self.farthest(up, hidden))
        }

        private static func farthest(_ list: [Witness], _ hidden: [Bool]) -> Double {
            list.reduce(0) { $1.distance > $0 && $1.counts(hidden) ? $1.distance : $0 }
        }
    }

    convenience init(_ problem: SuppressionProblem) throws(TableSystemError) {
        try self.init(problem, cells: problem.hideable, isNarrow: false, witnesses: [:])
    }

    private init(
        _ problem: SuppressionProblem, cells: [Int], isNarrow: Bool, witnesses: [Int: Witnesses]
    ) throws(TableSystemError) {
        self.problem = problem
        self.isNarrow = isNarrow
        self.witnesses = witnesses
        mover = try MoveProgram(problem, cells)
        do {
            reader = try ReaderProgram(
                problem.system, cells: cells, relations: Array(problem.system.relations.indices))
        } catch {
            throw .notSolved(cell: cells.first.map { problem.system.names[$0] } ?? "")
        }
        primary = problem.primaryCells
    }

    /// The same check with smaller programs, for patterns that hide nothing else than this one does.
    func narrowed(to hidden: [Bool]) throws(TableSystemError) -> ProtectionCheck {
        try ProtectionCheck(problem, cells: hidden.indices.filter { hidden[$0] }, isNarrow: true, witnesses: witnesses)
    }

    /// Takes over what another check has seen.
    func learn(from other: ProtectionCheck) { witnesses = other.witnesses }

    // MARK: Questions

    /// Primary cells that a pattern leaves open to the attacker.
    func unprotected(_ hidden: [Bool]) throws(TableSystemError) -> [Int] {
        var result: [Int] = []
        for cell in problem.primaryCells where try !isProtected(cell, hidden) { result.append(cell) }
        return result
    }

    func isProtected(_ cell: Int, _ hidden: [Bool]) throws(TableSystemError) -> Bool {
        guard let protection = problem.primary[cell], let column = reader.column(of: cell) else { return true }
        if protection.isMet(by: known(cell, hidden)) { return true }
        let value = problem.system.values[cell]
        let needs = [(isUp: true, need: protection.highAtLeast - value), (false, value - protection.lowAtMost)]
        // One move that is wide enough by itself; else what must be reached; else both ends together.
        for (isUp, need) in needs {
            let reach = known(cell, hidden)
            let other = isUp ? value - reach.low : reach.high - value
            if try canMove(cell, isUp: isUp, max(need, protection.width - other), hidden),
                protection.isMet(by: known(cell, hidden))
            {
                return true
            }
        }
        for (isUp, need) in needs where need > 0 {
            guard try canMove(cell, isUp: isUp, need, hidden) else { return false }
        }
        if protection.isMet(by: known(cell, hidden)) { return true }
        return try bothEnds(cell, column, protection, hidden)
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
        let isWhole = problem.system.isWhole
        let value = problem.system.values[cell]
        let slack = 1e-7 * max(1, value + abs(distance))
        let reach = known(cell, hidden)
        if (isUp ? reach.high - value : value - reach.low) >= distance - slack { return true }
        if isNarrow {
            guard let column = reader.column(of: cell) else { return false }
            return try readerMoves(column, isUp ? -1 : 1, distance, slack, hidden)
        }
        // A distance that rounding errors could make up is no distance.
        let wish = MoveProgram.Wish(
            cell: cell, isUp: isUp,
            distance: isWhole ? (distance - slack).rounded(.up) : max(distance, min(1e-3 * max(1, value), value)))
        guard var moves = try mover.moves(wish, hidden: hidden, others: .closed) else { return false }
        if isWhole, !Self.areWhole(moves) {
            guard let whole = try mover.wholeMoves(wish, hidden: hidden, branches: branchLimit) else {
                return false
            }
            moves = whole
        }
        note(moves: moves)
        return true
    }

    private func readerMoves(
        _ column: Int, _ sign: Double, _ distance: Double, _ slack: Double, _ hidden: [Bool]
    ) throws(TableSystemError) -> Bool {
        let cell = reader.cells[column]
        let value = problem.system.values[cell]
        let isWhole = problem.system.isWhole
        let enough = isWhole ? max(1, (distance - slack).rounded(.up)) : max(distance, 1e-3 * max(1, value))
        reader.open(hidden)
        do {
            let found = try reader.extreme(of: column, sign: sign, enough: enough)
            guard let point = found.point, sign * value - found.bound >= distance - slack else { return false }
            if reader.isTable(point) {
                note(point)
                return true
            }
            let goal = sign * value - enough
            let whole = try reader.wholeExtreme(
                of: column, sign: sign, known: goal + 1, goal: goal, branches: branchLimit, enough: enough)
            branchesLeft -= whole.branches
            if let table = whole.point { note(table) }
            return whole.value <= goal
        } catch {
            throw .notSolved(cell: problem.system.names[cell])
        }
    }

    /// The interval by the attacker's own programs, as no single move is wide enough.
    private func bothEnds(
        _ cell: Int, _ column: Int, _ protection: Protection, _ hidden: [Bool]
    ) throws(TableSystemError) -> Bool {
        reader.open(hidden)
        do {
            for sign in [-1.0, 1] {
                let found = try reader.extreme(of: column, sign: sign, enough: protection.width.rounded(.up))
                guard var point = found.point else { continue }
                if !reader.isTable(point) {
                    let reach = known(cell, hidden)
                    let whole = try reader.wholeExtreme(
                        of: column, sign: sign, known: sign < 0 ? -reach.high : reach.low,
                        goal: (found.bound - 1e-6).rounded(.up), branches: branchLimit,
                        enough: protection.width.rounded(.up))
                    guard let table = whole.point else { continue }
                    point = table
                }
                note(point)
                if protection.isMet(by: known(cell, hidden)) { return true }
            }
            return false
        } catch {
            throw .notSolved(cell: problem.system.names[cell])
        }
    }

    // MARK: Witnesses

    private func note(_ point: [Double]) {
        var moves: [Int: Double] = [:]
        for (column, cell) in reader.cells.enumerated() {
            let move = point[column] - problem.system.values[cell]
            if abs(move) > 1e-9 * max(1, abs(problem.system.values[cell])) { moves[cell] = move }
        }
        note(moves: moves)
    }

    /// Tables that differ from the true ones by these moves. They must keep every relation.
    func note(moves: [Int: Double]) {
        let isWhole = problem.system.isWhole
        guard !isWhole || Self.areWhole(moves) else { return }
        let moves = isWhole ? moves.mapValues { $0.rounded() }.filter { $0.value != 0 } : moves
        let support = moves.keys.sorted()
        for cell in primary {
            guard let move = moves[cell] else { continue }
            witnesses[cell, default: Witnesses()].add(
                Witness(support: support, distance: abs(move)), isUp: move > 0)
        }
    }

    private static func areWhole(_ moves: [Int: Double]) -> Bool {
        moves.values.allSatisfy { abs($0 - $0.rounded()) < 1e-6 }
    }
}
