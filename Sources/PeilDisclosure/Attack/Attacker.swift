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
public struct Attacker: Sendable {
    public let system: TableSystem
    /// Branches tried for one end of one interval.
    private static let branchLimit = 400

    public init(_ system: TableSystem) { self.system = system }

    /// The interval of each hidden cell.
    public func intervals(hidden: [Bool]) throws(TableSystemError) -> [Int: AttackInterval] {
        var result: [Int: AttackInterval] = [:]
        var isDone = [Bool](repeating: false, count: hidden.count)
        for start in hidden.indices where hidden[start] && !isDone[start] {
            let component = Component(system, of: start, hidden: hidden)
            for cell in component.cells {
                isDone[cell] = true
                result[cell] = try interval(of: cell, in: component)
            }
        }
        return result
    }

    /// The interval of one hidden cell.
    func interval(of cell: Int, hidden: [Bool]) throws(TableSystemError) -> AttackInterval {
        try interval(of: cell, in: Component(system, of: cell, hidden: hidden))
    }

    func interval(of cell: Int, in component: Component) throws(TableSystemError) -> AttackInterval {
        do {
            let low = try end(of: cell, in: component, sign: 1)
            let high = try end(of: cell, in: component, sign: -1)
            return AttackInterval(low: low.value, high: -high.value, isExact: low.isExact && high.isExact)
        } catch {
            throw .notSolved(cell: system.names[cell])
        }
    }

    /// The least of sign·x.
    private func end(
        of cell: Int, in component: Component, sign: Double
    ) throws(LinearProgramError) -> (value: Double, isExact: Bool) {
        guard let column = component.columnOfCell[cell] else { return (sign * system.values[cell], true) }
        var cost = [Double](repeating: 0, count: component.lower.count)
        cost[column] = sign
        var simplex = try component.vertex.get()
        let value = try simplex.minimise(cost)
        guard system.isWhole, value.isFinite else { return (value, true) }
        let first = simplex.values
        if component.isWhole(first) { return (value.rounded(), true) }
        return try wholeEnd(cost, component, known: sign * system.values[cell])
    }

    /// Branch and bound; the true tables are the first known whole point.
    private func wholeEnd(
        _ cost: [Double], _ component: Component, known: Double
    ) throws(LinearProgramError) -> (value: Double, isExact: Bool) {
        var best = known
        var open = [(component.lower, component.upper)]
        var count = 0
        while let (lower, upper) = open.popLast() {
            count += 1
            guard count <= Self.branchLimit else { return (best, false) }
            var simplex: BoundedSimplex
            do { simplex = try BoundedSimplex(component.rows, lower: lower, upper: upper) } catch {
                guard error == .infeasible else { throw error }
                continue
            }
            let value = try simplex.minimise(cost)
            guard (value - 1e-6).rounded(.up) < best - 0.5 else { continue }
            let point = simplex.values
            guard let split = component.firstFraction(point) else {
                best = value.rounded()
                continue
            }
            var (above, below) = (lower, upper)
            above[split] = point[split].rounded(.up)
            below[split] = point[split].rounded(.down)
            // The last is tried first: the side on which the cell itself lies farther out.
            open.append((above, upper))
            open.append((lower, below))
        }
        return (best, true)
    }
}

/// Hidden cells that relations tie together, as a linear program: columns are the cells, then a slack for each
/// relation with two different bounds.
struct Component: Sendable {
    let cells: [Int]
    let columnOfCell: [Int: Int]
    let rows: [BoundedSimplex.Row]
    let lower: [Double]
    let upper: [Double]
    /// Where every attack on a cell of the component begins.
    let vertex: Result<BoundedSimplex, LinearProgramError>

    init(_ system: TableSystem, of start: Int, hidden: [Bool]) {
        let (cells, relations) = Self.connected(system, start, hidden)
        self.cells = cells
        var columnOfCell: [Int: Int] = [:]
        for (column, cell) in cells.enumerated() { columnOfCell[cell] = column }
        self.columnOfCell = columnOfCell
        var rows: [BoundedSimplex.Row] = []
        var lower = cells.map { system.lower[$0] }
        var upper = cells.map { system.upper[$0] }
        for index in relations {
            let relation = system.relations[index]
            var terms: [(column: Int, coefficient: Double)] = []
            var published = 0.0
            var truth = 0.0
            for term in relation.terms {
                if let column = columnOfCell[term.cell] {
                    terms.append((column, term.coefficient))
                    truth += term.coefficient * system.values[term.cell]
                } else {
                    published += term.coefficient * system.values[term.cell]
                }
            }
            if relation.isEquation {
                // What the hidden cells sum to; from themselves, so that rounding cannot make the tables impossible.
                rows.append(.init(terms, equals: truth))
            } else {
                terms.append((lower.count, -1))
                rows.append(.init(terms, equals: 0))
                lower.append(min(relation.least - published, truth))
                upper.append(max(relation.most - published, truth))
            }
        }
        self.rows = rows
        self.lower = lower
        self.upper = upper
        vertex = Result { () throws(LinearProgramError) in try BoundedSimplex(rows, lower: lower, upper: upper) }
    }

    /// Cells and relations that hang together with `start`, each in ascending order.
    private static func connected(_ system: TableSystem, _ start: Int, _ hidden: [Bool]) -> (cells: [Int], [Int]) {
        var cells: Set<Int> = [start]
        var relations: Set<Int> = []
        var open = [start]
        while let cell = open.popLast() {
            for relation in system.relationsOfCell[cell] where relations.insert(relation).inserted {
                for term in system.relations[relation].terms
                where hidden[term.cell] && term.coefficient != 0 && cells.insert(term.cell).inserted {
                    open.append(term.cell)
                }
            }
        }
        return (cells.sorted(), relations.sorted())
    }

    func firstFraction(_ point: [Double]) -> Int? {
        cells.indices.first { abs(point[$0] - point[$0].rounded()) > 1e-6 }
    }

    func isWhole(_ point: [Double]) -> Bool { firstFraction(point) == nil }
}
