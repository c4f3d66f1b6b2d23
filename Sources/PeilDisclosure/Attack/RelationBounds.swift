/// What single relations say of hidden cells, followed from one to the next: the least and the most of each cell, given
/// those of the others in its relation. Wider than the attacker's intervals, and found without a program: a cell that
/// lies too close within these bounds is open, whatever a program would say.
struct RelationBounds {
    private let system: TableSystem
    private(set) var low: [Double]
    private(set) var high: [Double]
    /// Relations looked at after one cell is published; bounds are right wherever this ends.
    private static let visitLimit = 400

    /// Bounds as they were.
    typealias Before = [(cell: Int, low: Double, high: Double)]

    init(_ system: TableSystem, hidden: [Bool]) {
        self.system = system
        low = hidden.indices.map { hidden[$0] ? system.lower[$0] : system.values[$0] }
        high = hidden.indices.map { hidden[$0] ? system.upper[$0] : system.values[$0] }
        var before: Before = []
        follow(Array(system.relations.indices), limit: 4 * system.relations.count, &before)
    }

    /// - Returns: what `restore` needs to hide the cell again.
    mutating func publish(_ cell: Int) -> Before {
        var before: Before = [(cell, low[cell], high[cell])]
        (low[cell], high[cell]) = (system.values[cell], system.values[cell])
        follow(system.relationsOfCell[cell], limit: Self.visitLimit, &before)
        return before
    }

    mutating func restore(_ before: Before) {
        for old in before.reversed() { (low[old.cell], high[old.cell]) = (old.low, old.high) }
    }

    /// False where a primary cell is open by these bounds alone.
    func allow(_ cell: Int, _ problem: SuppressionProblem) -> Bool {
        problem.primary[cell]?.isMet(by: .init(low: low[cell], high: high[cell], isExact: false)) ?? true
    }

    private mutating func follow(_ relations: [Int], limit: Int, _ before: inout Before) {
        var queue = relations
        var isQueued = Set(relations)
        var next = 0
        while next < queue.count, next < limit {
            let relation = queue[next]
            next += 1
            isQueued.remove(relation)
            for cell in narrow(system.relations[relation], &before) {
                for other in system.relationsOfCell[cell] where isQueued.insert(other).inserted { queue.append(other) }
            }
        }
    }

    /// least ≤ Σ c·x ≤ most, solved for each x; the cells that this narrows.
    private mutating func narrow(_ relation: TableSystem.Relation, _ before: inout Before) -> [Int] {
        var (smallest, largest) = (Ends(), Ends())
        for term in relation.terms where term.coefficient != 0 {
            smallest.add(min(term.coefficient * low[term.cell], term.coefficient * high[term.cell]))
            largest.add(max(term.coefficient * low[term.cell], term.coefficient * high[term.cell]))
        }
        var changed: [Int] = []
        for term in relation.terms where term.coefficient != 0 && low[term.cell] < high[term.cell] {
            let (first, second) = (term.coefficient * low[term.cell], term.coefficient * high[term.cell])
            let ends = [
                (relation.least - largest.without(max(first, second))) / term.coefficient,
                (relation.most - smallest.without(min(first, second))) / term.coefficient
            ]
            let slack = 1e-7 * max(1, abs(system.values[term.cell]))
            let (down, up) = (min(ends[0], ends[1]) - slack, max(ends[0], ends[1]) + slack)
            guard down > low[term.cell] + slack || up < high[term.cell] - slack else { continue }
            before.append((term.cell, low[term.cell], high[term.cell]))
            low[term.cell] = max(low[term.cell], down)
            high[term.cell] = min(high[term.cell], up)
            changed.append(term.cell)
            // The sums are those of the wider bounds, which stay right; the relation is looked at again.
        }
        return changed
    }

    /// A sum of ends, of which some may be without limit.
    private struct Ends {
        private var finite = 0.0
        private var infinite = 0
        private var sign = 0.0

        mutating func add(_ end: Double) {
            guard end.isFinite else {
                infinite += 1
                sign = end
                return
            }
            finite += end
        }

        func without(_ end: Double) -> Double {
            end.isFinite
                ? (infinite == 0 ? finite - end : sign) : (infinite == 1 ? finite : sign)
        }
    }
}
