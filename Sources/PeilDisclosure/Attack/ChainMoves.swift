/// Tables that differ from the true ones along a chain of cells, each of which makes up in one relation for what the cell
/// before it took: one cell up, another of its row down, one of that cell's column up, and so on, round to the start or to a cell
/// that stands in no other relation. Found by breadth-first search, without a program.
///
/// What it finds is possible; what it does not find may be possible too (a move that has to be shared among several
/// cells; cells in three relations or more).
struct ChainMoves {
    private let system: TableSystem
    private let links: [Link]

    /// How one cell ties relations.
    private struct Link {
        /// The relations that the next cells have to mend: two, one, or none.
        var ends: [(relation: Int, coefficient: Double)] = []
        /// Cells that stand in no other relation than one of this cell's, and make up for it there.
        var others: [(cell: Int, ratio: Double)] = []
        /// Relations that are no equations.
        var ranges: [(relation: Int, coefficient: Double)] = []
        var isUsable = true
    }

    init(_ system: TableSystem) {
        self.system = system
        let lone = system.relations.map { relation in
            relation.terms.first { system.relationsOfCell[$0.cell].count == 1 && abs($0.coefficient) == 1 }
        }
        links = system.values.indices.map { cell in
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
                    link.ranges.append((index, terms[0].coefficient))
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
        let value = system.values[cell]
        let up = max(0, protection.highAtLeast - value)
        let down = max(0, value - protection.lowAtMost)
        // Whole tables move by one or more. A distance that rounding errors could make up is no distance.
        let step = system.isWhole ? 1 : max(protection.width, 1e-3 * max(1, value))
        func chain(_ distance: Double) -> CellMoves? {
            let whole = system.isWhole ? distance.rounded(.awayFromZero) : distance
            return abs(whole) < step ? nil : moves(cell, by: whole, hidden: hidden, mayMove: mayMove)
        }
        if down == 0, let far = chain(max(up, protection.width, step)) { return [far] }
        if up == 0, let far = chain(-max(down, protection.width, step)) { return [far] }
        guard let above = chain(max(up, step)) else { return [] }
        return [above] + [chain(-max(down, protection.width - max(up, step)))].compactMap { $0 }
    }

    /// Moves that keep every relation and move one cell by so much; nil where no chain was found.
    func moves(
        _ cell: Int, by move: Double, hidden: [Bool], mayMove: (Int, Double) -> Bool = { _, _ in true }
    ) -> CellMoves? {
        guard carries(cell, move, hidden), mayMove(cell, move) else { return nil }
        let ends = links[cell].ends
        let own = [(cell, move)]
        guard let first = ends.first else { return table(own) }
        let start = (first.relation, first.coefficient * move)
        guard ends.count > 1 else {
            return search(from: start, nil, besides: own, hidden, mayMove).flatMap { table(own + $0.cells) }
        }
        let goal = (ends[1].relation, -ends[1].coefficient * move)
        guard let found = search(from: start, goal, besides: own, hidden, mayMove) else { return nil }
        if found.reachesGoal { return table(own + found.cells) }
        // One end came to rest before it met the other, which has to come to rest as well.
        let other = (goal.0, -goal.1)
        if let rest = search(from: other, nil, besides: own + found.cells, hidden, mayMove),
            let both = table(own + found.cells + rest.cells)
        {
            return both
        }
        return search(from: start, goal, mayRest: false, besides: own, hidden, mayMove).flatMap {
            table(own + $0.cells)
        }
    }

    /// nil where cells that are met twice break a bound or a relation.
    private func table(_ chain: [(Int, Double)]) -> CellMoves? {
        var sum: [Int: Double] = [:]
        for (cell, move) in chain {
            sum[cell, default: 0] += move
            for other in links[cell].others { sum[other.cell, default: 0] += other.ratio * move }
        }
        let moves = sum.filter { $0.value != 0 }.sorted { $0.key < $1.key }.map { (cell: $0.key, move: $0.value) }
        return system.allows(moves) ? moves : nil
    }

    /// Whether a cell, and what makes up for it, can move so far by themselves.
    private func carries(_ cell: Int, _ move: Double, _ hidden: [Bool]) -> Bool {
        let link = links[cell]
        guard link.isUsable, isWithin(cell, move, hidden) else { return false }
        for other in link.others where !isWithin(other.cell, other.ratio * move, hidden) { return false }
        for range in link.ranges {
            let relation = system.relations[range.relation]
            let sum = system.value(of: relation) + range.coefficient * move
            guard sum >= relation.least, sum <= relation.most else { return false }
        }
        return true
    }

    private func isWithin(_ cell: Int, _ move: Double, _ hidden: [Bool]) -> Bool {
        guard hidden[cell] else { return false }
        let value = system.values[cell] + move
        return value >= system.lower[cell] && value <= system.upper[cell]
    }

    /// A step of the search: the cell that was moved, how far, and the state it came from.
    private struct Step {
        let cell: Int
        let move: Double
        let state: Int
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
        var steps = [Int: Step]()
        var queue = [first]
        var next = 0
        while next < queue.count {
            let from = queue[next]
            next += 1
            let relation = from / 2
            let excess = from % 2 == 1 ? size : -size
            for term in system.relations[relation].terms where hidden[term.cell] {
                let link = links[term.cell]
                let move = -excess / term.coefficient
                guard link.isUsable, link.ends.contains(where: { $0.relation == relation }),
                    !used.contains(where: { $0.0 == term.cell }), carries(term.cell, move, hidden),
                    mayMove(term.cell, move)
                else { continue }
                let step = Step(cell: term.cell, move: move, state: from)
                guard let end = link.ends.first(where: { $0.relation != relation }) else {
                    guard mayRest else { continue }
                    return (path(step, steps, first), false)
                }
                let reached = state(end.relation, end.coefficient * move)
                if reached == last { return (path(step, steps, first), true) }
                guard reached != first, steps[reached] == nil else { continue }
                steps[reached] = step
                queue.append(reached)
            }
        }
        return nil
    }

    private func path(_ end: Step, _ steps: [Int: Step], _ first: Int) -> [(Int, Double)] {
        var result = [(end.cell, end.move)]
        var state = end.state
        while state != first, let step = steps[state] {
            result.append((step.cell, step.move))
            state = step.state
        }
        return result
    }
}
