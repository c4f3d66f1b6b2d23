import PeilNumerics

/// Tables that a reader cannot tell from the true ones, as a linear program: columns are cells, rows the relations
/// between them. One program serves all attacks on its cells; the last vertex is where the next attack begins.
final class ReaderProgram {
    private let system: TableSystem
    let cells: [Int]
    private let columnOfCell: [Int: Int]
    private let program: LinearProgram
    private var isOpen: [Bool]

    /// A way in which the tables could be, besides the true one: cells by column.
    struct Found {
        /// No table has less than this of sign·cell; -∞ where nothing limits it.
        let bound: Double
        /// The vertex; nil where there is none because nothing limits the cell.
        let point: [Double]?
    }

    /// - Parameter cells: all open at first; cells outside are published.
    init(_ system: TableSystem, cells: [Int], relations: [Int]) throws(LinearProgramError) {
        self.system = system
        self.cells = cells
        isOpen = Array(repeating: true, count: cells.count)
        let columnOfCell = Dictionary(uniqueKeysWithValues: cells.enumerated().map { ($1, $0) })
        self.columnOfCell = columnOfCell
        var rows: [LinearProgram.Row] = []
        for (relation, terms) in system.independent(relations, columnOfCell) {
            // What the hidden cells sum to; from themselves, so that rounding cannot make the tables impossible.
            let truth = terms.reduce(0) { $0 + $1.1 * system.values[cells[$1.0]] }
            let published = relation.isEquation ? 0 : system.value(of: relation) - truth
            rows.append(
                relation.isEquation
                    ? .init(terms, equals: truth)
                    : .init(
                        terms, from: min(relation.least - published, truth), to: max(relation.most - published, truth)))
        }
        program = try LinearProgram(
            rows, lower: cells.map { system.lower[$0] }, upper: cells.map { system.upper[$0] })
    }

    func column(of cell: Int) -> Int? { columnOfCell[cell] }

    /// Closes the cells that a pattern publishes, opens the others.
    func open(_ hidden: [Bool]) {
        for (column, cell) in cells.enumerated() where isOpen[column] != hidden[cell] {
            isOpen[column] = hidden[cell]
            limit(column)
        }
    }

    private func limit(_ column: Int) {
        let cell = cells[column]
        let value = system.values[cell]
        program.limit(
            column, from: isOpen[column] ? system.lower[cell] : value, to: isOpen[column] ? system.upper[cell] : value)
    }

    // MARK: Attacks

    /// The least of sign·cell over all tables, whole or not.
    /// - Parameter enough: how far from its value the cell has to be looked for; nil for the very end.
    func extreme(of column: Int, sign: Double, enough: Double? = nil) throws(LinearProgramError) -> Found {
        program.setCost(sign, of: column)
        defer { program.setCost(0, of: column) }
        if let enough { keep(column, sign, within: enough) }
        defer { if enough != nil { limit(column) } }
        return try solved()
    }

    /// The cell need not go farther than this.
    private func keep(_ column: Int, _ sign: Double, within distance: Double) {
        let value = system.values[cells[column]]
        if sign < 0 {
            program.limit(column, from: program.lower[column], to: min(program.upper[column], value + distance))
        } else {
            program.limit(column, from: max(program.lower[column], value - distance), to: program.upper[column])
        }
    }

    private func solved() throws(LinearProgramError) -> Found {
        let value = try program.minimise()
        return Found(bound: value, point: value.isFinite ? program.values : nil)
    }

    /// The least of sign·cell among whole tables, by branch and bound.
    /// - Parameters:
    ///   - known: what some whole table is known to have of sign·cell.
    ///   - goal: a table with this is good enough.
    /// - Returns: the least that was found, the table that has it where it is better than `known`, and whether
    ///   nothing is less; and the branches that this took.
    func wholeExtreme(
        of column: Int, sign: Double, known: Double, goal: Double, branches: Int, enough: Double? = nil
    ) throws(LinearProgramError) -> (value: Double, point: [Double]?, isExact: Bool, branches: Int) {
        program.setCost(sign, of: column)
        defer { program.setCost(0, of: column) }
        if let enough { keep(column, sign, within: enough) }
        defer { if enough != nil { limit(column) } }
        let search = WholeSearch(program, limit: branches)
        let found = try search.least(below: known, goal: goal)
        return (found?.value ?? known, found?.point, search.isComplete, search.count)
    }

    /// Whether a point is a table that can be: whole where all tables are.
    func isTable(_ point: [Double]) -> Bool { !system.isWhole || WholeSearch.firstFraction(point) == nil }
}
