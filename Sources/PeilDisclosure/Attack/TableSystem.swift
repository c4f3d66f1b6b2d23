/// Tables as a reader sees them: named cells with their true values, and the linear relations among them that
/// are common knowledge (rows that add up to totals, roundings, what another release says).
public struct TableSystem: Sendable {
    /// least ≤ Σ coefficient·cell ≤ most; an equation where the two are equal.
    public struct Relation: Sendable {
        public let terms: [(cell: Int, coefficient: Double)]
        public let least: Double
        public let most: Double

        public init(_ terms: [(cell: Int, coefficient: Double)], from least: Double, to most: Double) {
            self.terms = terms
            self.least = least
            self.most = most
        }

        /// Parts that add up to a total.
        public init(parts: [Int], total: Int) {
            self.init(parts.map { ($0, 1) } + [(total, -1)], from: 0, to: 0)
        }

        var isEquation: Bool { least == most }

        /// The total whose parts the other cells are: the one cell with -1 among +1, summing to 0; or all of that times the same
        /// number, which says the same.
        public var total: Int? {
            guard isEquation, least == 0, terms.count >= 2, terms[0].coefficient != 0 else { return nil }
            let size = abs(terms[0].coefficient)
            guard terms.allSatisfy({ abs($0.coefficient) == size }) else { return nil }
            let negative = terms.filter { $0.coefficient < 0 }
            if negative.count == 1 { return negative[0].cell }
            return negative.count == terms.count - 1 ? terms.first { $0.coefficient > 0 }?.cell : nil
        }
    }

    public let names: [String]
    public private(set) var values: [Double]
    public let relations: [Relation]
    /// What a reader knows of any cell before looking: no value below `lower` or above `upper`.
    public private(set) var lower: [Double]
    public private(set) var upper: [Double]
    /// Whether all cells are whole numbers, and readers know it.
    public let isWhole: Bool
    /// Relations of each cell.
    let relationsOfCell: [[Int]]

    /// Cells are 0 or more unless `lower` says otherwise.
    /// - Throws: `TableSystemError` for values that are negative, not whole or outside their bounds, for relations that
    ///   the values break by more than 1e-9 of their size, and for totals that are parts of themselves.
    public init(
        names: [String], values: [Double], relations: [Relation], isWhole: Bool, lower: [Double]? = nil,
        upper: [Double]? = nil
    ) throws(TableSystemError) {
        precondition(names.count == values.count)
        self.names = names
        self.values = values
        self.relations = relations
        self.isWhole = isWhole
        self.lower = lower ?? Array(repeating: 0, count: names.count)
        self.upper = upper ?? Array(repeating: .infinity, count: names.count)
        var relationsOfCell = [[Int]](repeating: [], count: names.count)
        for (index, relation) in relations.enumerated() {
            for term in relation.terms where term.coefficient != 0 { relationsOfCell[term.cell].append(index) }
        }
        self.relationsOfCell = relationsOfCell
        try checkValues()
        try checkRelations()
        try checkHierarchy()
    }

    /// Beside larger numbers a person is lost in rounding.
    private static let largestValue = 1e12

    private func checkValues() throws(TableSystemError) {
        for (cell, value) in values.enumerated() {
            guard value.isFinite, abs(value) <= Self.largestValue else { throw .notFinite(cell: names[cell]) }
            guard lower[cell].isFinite, value >= lower[cell] else {
                throw lower[cell] == 0 ? .negative(cell: names[cell]) : .outsideBounds(cell: names[cell])
            }
            guard value <= upper[cell] else { throw .outsideBounds(cell: names[cell]) }
            guard !isWhole || value == value.rounded() else { throw .notWhole(cell: names[cell]) }
        }
    }

    private func checkRelations() throws(TableSystemError) {
        for (index, relation) in relations.enumerated() {
            var size = 1.0
            for term in relation.terms { size = max(size, abs(term.coefficient * values[term.cell])) }
            let sum = value(of: relation)
            guard sum.isFinite, relation.terms.allSatisfy({ $0.coefficient.isFinite }) else {
                throw .notFinite(cell: relation.terms.first.map { names[$0.cell] } ?? "relation \(index + 1)")
            }
            guard sum >= relation.least - 1e-9 * size, sum <= relation.most + 1e-9 * size else {
                throw .doesNotAddUp(relation: index + 1, cells: relation.terms.map { names[$0.cell] })
            }
        }
    }

    /// Σ coefficient·value.
    func value(of relation: Relation) -> Double {
        relation.terms.reduce(0) { $0 + $1.coefficient * values[$1.cell] }
    }

    /// The same tables with other values, which keep every relation where the moves do.
    func moved(_ moves: CellMoves) -> TableSystem {
        var result = self
        for (cell, move) in moves { result.values[cell] += move }
        return result
    }

    /// What the cells that differ would be in these tables.
    func values(in tables: [Int: [CellMoves]]) -> [Int: [[Int: Double]]] {
        tables.mapValues { list in
            list.map { table in
                Dictionary(uniqueKeysWithValues: table.map { ($0.cell, values[$0.cell] + $0.move) })
            }
        }
    }

    /// Whether tables that differ from the true ones by these moves, and in nothing else, keep every relation and every bound.
    func allows(_ moves: CellMoves) -> Bool {
        var change: [Int: (sum: Double, size: Double)] = [:]
        for (cell, move) in moves {
            let value = values[cell] + move
            let slack = 1e-9 * max(1, abs(values[cell]))
            guard value >= lower[cell] - slack, value <= upper[cell] + slack else { return false }
            var last = -1
            for index in relationsOfCell[cell] where index != last {
                last = index
                for term in relations[index].terms where term.cell == cell {
                    let (sum, size) = change[index] ?? (0, 1)
                    let part = term.coefficient * move
                    change[index] = (sum + part, max(size, abs(part)))
                }
            }
        }
        return change.allSatisfy { index, change in
            let relation = relations[index]
            let slack = 1e-9 * change.size
            guard !relation.isEquation else { return abs(change.sum) <= slack }
            let sum = value(of: relation)
            // What is true is possible, whatever rounding made of it.
            return change.sum >= min(0, relation.least - sum) - slack
                && change.sum <= max(0, relation.most - sum) + slack
        }
    }

    /// Cells, and the relations that tie them together, starting at one of them; each in ascending order.
    /// - Parameter isMovable: cells that can differ from their true values; through others nothing is tied.
    func connected(to start: Int, by isMovable: [Bool]) -> (cells: [Int], relations: [Int]) {
        var isCell = [Bool](repeating: false, count: values.count)
        var isRelation = [Bool](repeating: false, count: self.relations.count)
        isCell[start] = true
        var (cells, relations, next) = ([start], [Int](), 0)
        while next < cells.count {
            for relation in relationsOfCell[cells[next]] where !isRelation[relation] {
                isRelation[relation] = true
                relations.append(relation)
                for term in self.relations[relation].terms
                where isMovable[term.cell] && term.coefficient != 0 && !isCell[term.cell] {
                    isCell[term.cell] = true
                    cells.append(term.cell)
                }
            }
            next += 1
        }
        return (cells.sorted(), relations.sorted())
    }

    /// The same tables for somebody who knows more of one cell.
    func seen(by contributor: Contributor) -> TableSystem {
        let cell = contributor.cell
        var result = self
        // The true value stays possible, whatever rounding made of a contribution.
        result.lower[cell] = max(lower[cell], min(contributor.least, values[cell]))
        result.upper[cell] = min(upper[cell], max(contributor.most, values[cell]))
        return result
    }

    // MARK: Hierarchies

    /// A cell that is, through its totals, a part of itself makes the tables a contradiction.
    private func checkHierarchy() throws(TableSystemError) {
        var totalsOfCell = [[Int]](repeating: [], count: names.count)
        for relation in relations {
            guard let total = relation.total else { continue }
            for term in relation.terms where term.cell != total { totalsOfCell[term.cell].append(total) }
        }
        // 0 not seen, 1 on the way, 2 done; without recursion, as a chain may be long.
        var state = [Int](repeating: 0, count: names.count)
        for start in names.indices where state[start] == 0 {
            var way: [(cell: Int, next: Int)] = [(start, 0)]
            state[start] = 1
            while let (cell, next) = way.last {
                guard next < totalsOfCell[cell].count else {
                    state[cell] = 2
                    way.removeLast()
                    continue
                }
                way[way.count - 1].next += 1
                let total = totalsOfCell[cell][next]
                if state[total] == 1 {
                    let loop = way.drop { $0.cell != total }.map { names[$0.cell] }
                    throw .loop(cells: loop)
                }
                if state[total] == 0 {
                    state[total] = 1
                    way.append((total, 0))
                }
            }
        }
    }
}

/// What is wrong with a set of tables. Names cells and relations, never a value.
public enum TableSystemError: Error, Sendable, Equatable {
    case negative(cell: String)
    case notWhole(cell: String)
    case notFinite(cell: String)
    case outsideBounds(cell: String)
    /// Relations count from 1.
    case doesNotAddUp(relation: Int, cells: [String])
    case loop(cells: [String])
    /// Even with every cell that may be hidden hidden, these stay open.
    case cannotBeProtected(cells: [String])
    /// The bounds of this cell could not be computed.
    case notSolved(cell: String)

    /// The cells that it names.
    public var cells: [String] {
        switch self {
        case .negative(let cell), .notWhole(let cell), .notFinite(let cell), .outsideBounds(let cell),
            .notSolved(let cell):
            [cell]
        case .doesNotAddUp(_, let cells), .loop(let cells), .cannotBeProtected(let cells): cells
        }
    }
}
