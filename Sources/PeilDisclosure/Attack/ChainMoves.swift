/// Tables that differ from the true ones along a chain of cells, each of which makes up in one relation for what the cell
/// before it took: one cell up, another of its row down, one of that cell's column up, and so on, round to the start or to a cell
/// that stands in no other relation. Found by breadth-first search, without a program.
///
/// What it finds is possible; what it does not find may be possible too (a move that has to be shared among several
/// cells; cells in three relations or more).
struct ChainMoves {
    private(set) var system: TableSystem
    private let links: [Link]
    /// The cells that each lone cell makes up for, and by how much of their move.
    private let owners: [Int: [(cell: Int, ratio: Double)]]

    /// How one cell ties relations.
    private struct Link {
        /// The relations that the next cells have to mend: two, one, or none.
        var ends: [(relation: Int, coefficient: Double)] = []
        /// Cells that stand in no other relation than one of this cell's, and make up for it there.
        var others: [(cell: Int, ratio: Double)] = []
        /// Relations that are no equations, and the cell that stands in no other and can make up for this one there.
        var ranges: [(relation: Int, coefficient: Double, other: (cell: Int, ratio: Double)?)] = []
        var isUsable = true
    }

    init(_ system: TableSystem) {
        self.system = system
        let lone = system.relations.map { relation in
            relation.terms.first { system.relationsOfCell[$0.cell].count == 1 && abs($0.coefficient) == 1 }
        }
        let links = system.values.indices.map { cell -> Link in
            var link = Link()
            for index in system.relationsOfCell[cell] {
                let relation = system.relations[index]
                let terms = relation.terms.filter { $0.cell == cell }
                guard terms.count == 1, abs(terms[0].coefficient) == 1 else {
                    link.isUsable = false
                    continue
                }
                if relation.isEquation {
                    link.ends.append((index, terms[0].coefficient))
                } else {
                    let own = terms[0].coefficient
                    let other = lone[index].flatMap { $0.cell == cell ? nil : ($0.cell, -own / $0.coefficient) }
                    link.ranges.append((index, own, other))
                }
            }
            // Where there are more than two, those go in which a cell of their own makes up for this one.
            for end in link.ends.sorted(by: { Self.size($0, system) < Self.size($1, system) }) where link.ends.count > 2
            {
                guard let other = lone[end.relation], other.cell != cell else { continue }
                link.ends.removeAll { $0.relation == end.relation }
                link.others.append((other.cell, -end.coefficient / other.coefficient))
            }
            if link.ends.count > 2 { link.isUsable = false }
            return link
        }
        self.links = links
        owners = links.enumerated().reduce(into: [:]) { owners, own in
            for other in own.element.others where own.element.isUsable {
                owners[other.cell, default: []].append((own.offset, other.ratio))
            }
        }
    }

    /// Chains in the tables that a move leads to: what no single chain reaches, several may together.
    func after(_ moves: CellMoves) -> ChainMoves {
        var result = self
        result.system = system.moved(moves)
        return result
    }

    private static func size(_ end: (relation: Int, coefficient: Double), _ system: TableSystem) -> (Int, Int) {
        (system.relations[end.relation].terms.count, end.relation)
    }

    /// Tables that together show what is asked of a cell, or as much of it as chains show: one that goes far enough by itself,
    /// or one each way.
    /// - Parameter mayMove: whether a cell may move so far; besides, it must be hidden and keep its bounds.
    func tables(
        _ cell: Int, _ protection: Protection, hidden: [Bool], mayMove: (Int, Double) -> Bool = { _, _ in true }
    ) -> [CellMoves] {
        tables(cell, protection) { moves(cell, by: $0, hidden: hidden, mayMove: mayMove) }
    }

    /// The same, where no single chain goes far enough by several one after the other.
    func tablesOfSums(_ cell: Int, _ protection: Protection, hidden: [Bool]) -> [CellMoves] {
        tables(cell, protection) { distance in
            let sum = sum(of: distance) { $0.moves(cell, by: $1, hidden: hidden) }
            return sum.isEmpty ? nil : sum
        }
    }

    private func tables(
        _ cell: Int, _ protection: Protection, _ moves: (Double) -> CellMoves?
    ) -> [CellMoves] {
        let value = system.values[cell]
        let up = max(0, protection.highAtLeast - value)
        let down = max(0, value - protection.lowAtMost)
        // Whole tables move by one or more. A distance that rounding errors could make up is no distance.
        let least = system.isWhole ? 1 : 1e-3 * max(1, value)
        let step = system.isWhole ? 1 : max(protection.width, least)
        func chain(_ distance: Double) -> CellMoves? {
            let whole = system.isWhole ? distance.rounded(.awayFromZero) : distance
            return abs(whole) < least ? nil : moves(whole)
        }
        if down == 0, let far = chain(max(up, protection.width, step)) { return [far] }
        if up == 0, let far = chain(-max(down, protection.width, step)) { return [far] }
        // No farther than the cell itself can go.
        let high = min(max(up, step), system.upper[cell] - value)
        guard let above = chain(high) else { return [] }
        return [above] + [chain(-max(down, protection.width - high))].compactMap { $0 }
    }

    /// Tables that chains one after the other lead to, each in the tables that those before it led to: of half the size where
    /// none of the whole was found, and so on, down to one, or a sixteenth where cells are no whole numbers. All moves together,
    /// which may go less far than they were to.
    /// - Parameter step: a chain from the tables at hand, by so much.
    func sum(of distance: Double, _ step: (ChainMoves, Double) -> CellMoves?) -> CellMoves {
        var (chains, moved) = (self, [Int: Double]())
        var left = system.isWhole ? abs(distance).rounded(.up) : abs(distance)
        let least = system.isWhole ? 1 : left / 16
        var size = left
        while left >= least, size >= least {
            size = min(size, left)
            guard let table = step(chains, distance < 0 ? -size : size) else {
                size = system.isWhole ? (size / 2).rounded(.down) : size / 2
                continue
            }
            chains = chains.after(table)
            for (cell, move) in table { moved[cell, default: 0] += move }
            left -= size
        }
        return moved.filter { $0.value != 0 }.sorted { $0.key < $1.key }.map { (cell: $0.key, move: $0.value) }
    }

    /// Moves that keep every relation and move one cell by so much; nil where no chain was found.
    func moves(
        _ cell: Int, by move: Double, hidden: [Bool], mayMove: (Int, Double) -> Bool = { _, _ in true }
    ) -> CellMoves? {
        if let owners = owners[cell] {
            guard mayMove(cell, move) else { return nil }
            for owner in owners {
                // Another cell of that sum must not take the move over.
                let found = moves(owner.cell, by: move / owner.ratio, hidden: hidden) { other, move in
                    !owners.contains { $0.cell == other && other != owner.cell } && mayMove(other, move)
                }
                if let found { return found }
            }
            return nil
        }
        guard links[cell].isUsable, isWithin(cell, move, hidden), mayMove(cell, move) else { return nil }
        if carries(cell, move, hidden, after: []) { return chain([(cell, move)], hidden, mayMove) }
        // What has no room to make up for the cell may have it where another cell of the same sum moves along.
        for other in links[cell].others {
            for index in system.relationsOfCell[other.cell] {
                for term in system.relations[index].terms where term.cell != cell && term.cell != other.cell {
                    let along = -(coefficient(of: cell, index) * move) / term.coefficient
                    guard carries(term.cell, along, hidden, after: [(cell, move)]), mayMove(term.cell, along) else {
                        continue
                    }
                    if let found = chain([(cell, move), (term.cell, along)], hidden, mayMove) { return found }
                }
            }
        }
        return nil
    }

    private func coefficient(of cell: Int, _ relation: Int) -> Double {
        system.relations[relation].terms.first { $0.cell == cell }?.coefficient ?? 0
    }

    /// A chain that begins with these moves.
    private func chain(
        _ own: [(Int, Double)], _ hidden: [Bool], _ mayMove: (Int, Double) -> Bool
    ) -> CellMoves? {
        var ends: [(relation: Int, excess: Double)] = []
        for (cell, move) in own {
            for end in links[cell].ends {
                let excess = end.coefficient * move
                if let place = ends.firstIndex(where: { $0.relation == end.relation }) {
                    ends[place].excess += excess
                } else {
                    ends.append((end.relation, excess))
                }
            }
        }
        ends.removeAll { abs($0.excess) < 1e-12 }
        guard let start = ends.first else { return table(own, hidden) }
        guard ends.count > 1 else {
            return search(from: start, nil, besides: own, hidden, mayMove).flatMap { table(own + $0.cells, hidden) }
        }
        guard ends.count == 2, abs(abs(ends[1].excess) - abs(start.excess)) < 1e-12 else { return nil }
        let goal = (relation: ends[1].relation, excess: -ends[1].excess)
        guard let found = search(from: start, goal, besides: own, hidden, mayMove) else { return nil }
        if found.reachesGoal { return table(own + found.cells, hidden) }
        // One end came to rest before it met the other, which has to come to rest as well.
        if let rest = search(from: ends[1], nil, besides: own + found.cells, hidden, mayMove),
            let both = table(own + found.cells + rest.cells, hidden)
        {
            return both
        }
        return search(from: start, goal, mayRest: false, besides: own, hidden, mayMove).flatMap {
            table(own + $0.cells, hidden)
        }
    }

    /// nil where cells that are met twice break a bound or a relation, or what makes up for a cell is not hidden.
    private func table(_ chain: [(Int, Double)], _ hidden: [Bool]) -> CellMoves? {
        var sum: [Int: Double] = [:]
        for (cell, move) in chain {
            sum[cell, default: 0] += move
            for other in links[cell].others { sum[other.cell, default: 0] += other.ratio * move }
            for range in links[cell].ranges {
                guard let other = range.other, hidden[other.cell] else { continue }
                sum[other.cell, default: 0] += other.ratio * move
            }
        }
        let moves = sum.filter { $0.value != 0 }.sorted { $0.key < $1.key }.map { (cell: $0.key, move: $0.value) }
        return moves.allSatisfy { hidden[$0.cell] } && system.allows(moves) ? moves : nil
    }

    /// Whether a cell, and what makes up for it, can move so far, where others have moved.
    private func carries(_ cell: Int, _ move: Double, _ hidden: [Bool], after path: [(Int, Double)]) -> Bool {
        let link = links[cell]
        guard link.isUsable, isWithin(cell, move, hidden) else { return false }
        for other in link.others {
            var sum = other.ratio * move
            for (before, moved) in path {
                for shared in links[before].others where shared.cell == other.cell { sum += shared.ratio * moved }
            }
            guard isWithin(other.cell, sum, hidden) else { return false }
        }
        for range in link.ranges {
            var sum = range.coefficient * move
            for (before, moved) in path {
                for shared in links[before].ranges where shared.relation == range.relation {
                    sum += shared.coefficient * moved
                }
            }
            if let other = range.other, hidden[other.cell] {
                guard isWithin(other.cell, other.ratio / range.coefficient * sum, hidden) else { return false }
            } else {
                let relation = system.relations[range.relation]
                sum += system.value(of: relation)
                guard sum >= relation.least, sum <= relation.most else { return false }
            }
        }
        return true
    }

    private func isWithin(_ cell: Int, _ move: Double, _ hidden: [Bool]) -> Bool {
        guard hidden[cell] else { return false }
        let value = system.values[cell] + move
        return value >= system.lower[cell] && value <= system.upper[cell]
    }

    /// A step of the search: the cell that was moved, how far, what that left to mend, and the step before it.
    private struct Step {
        let cell: Int
        let move: Double
        /// The relation, and whether its sum is too large.
        let state: Int
        /// Its place in the search; −1 at the start.
        let before: Int
    }

    /// The shortest chain that takes off what one relation has too much.
    /// - Parameters:
    ///   - start: a relation and by how much its sum is off.
    ///   - goal: a relation that is off by as much the other way; it need not be met.
    ///   - mayRest: whether the chain may end in a cell that stands in no other relation.
    ///   - used: cells that have moved.
    private func search(
        from start: (relation: Int, excess: Double), _ goal: (relation: Int, excess: Double)?,
        mayRest: Bool = true, besides used: [(Int, Double)],
        _ hidden: [Bool], _ mayMove: (Int, Double) -> Bool
    ) -> (cells: [(Int, Double)], reachesGoal: Bool)? {
        func state(_ relation: Int, _ excess: Double) -> Int { 2 * relation + (excess > 0 ? 1 : 0) }
        let size = abs(start.excess)
        let last = goal.map { state($0.relation, $0.excess) }
        let first = state(start.relation, start.excess)
        var isReached = [Bool](repeating: false, count: 2 * system.relations.count)
        isReached[first] = true
        var queue = [Step(cell: -1, move: 0, state: first, before: -1)]
        var next = 0
        while next < queue.count {
            let from = queue[next].state
            let relation = from / 2
            let excess = from % 2 == 1 ? size : -size
            for term in system.relations[relation].terms where hidden[term.cell] {
                let cell = term.cell
                guard links[cell].isUsable, links[cell].ends.contains(where: { $0.relation == relation }),
                    !used.contains(where: { $0.0 == cell })
                else { continue }
                let move = -excess / term.coefficient
                let end = links[cell].ends.first { $0.relation != relation }
                let reached = end.map { state($0.relation, $0.coefficient * move) }
                if let reached { guard reached == last || !isReached[reached] else { continue } }
                // Only what shares something with cells before it has to look back.
                let isApart = links[cell].others.isEmpty && links[cell].ranges.isEmpty
                let before = isApart ? [] : used + path(queue, to: next)
                guard carries(cell, move, hidden, after: before), mayMove(cell, move) else { continue }
                guard let reached else {
                    guard mayRest else { continue }
                    return ([(cell, move)] + path(queue, to: next), false)
                }
                if reached == last { return ([(cell, move)] + path(queue, to: next), true) }
                isReached[reached] = true
                queue.append(Step(cell: cell, move: move, state: reached, before: next))
            }
            next += 1
        }
        return nil
    }

    /// The moves that led to a step, the last first.
    private func path(_ queue: [Step], to end: Int) -> [(Int, Double)] {
        var result: [(Int, Double)] = []
        var place = end
        while queue[place].before >= 0 {
            result.append((queue[place].cell, queue[place].move))
            place = queue[place].before
        }
        return result
    }
}
