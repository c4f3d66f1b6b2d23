import PeilDisclosure

extension FailureNames {
    func tableSystem(_ error: TableSystemError) -> Failure {
        switch error {
        case .negative(let cell):
            configuration(
                "NEGATIVE_CELL", "Cell '\(cell)' is below 0", "correct the cell: counts and totals are 0 or more")
        case .notWhole(let cell):
            configuration(
                "NOT_WHOLE", "Cell '\(cell)' is not a whole number in tables of whole numbers",
                "correct the cell, or the `domain`")
        case .notFinite(let cell):
            configuration(
                "NOT_FINITE", "Cell '\(cell)' is too large to compute with",
                "check it, or state the table in a larger unit")
        case .outsideBounds(let cell):
            configuration("OUTSIDE_BOUNDS", "Cell '\(cell)' lies outside its own bounds", "correct the bounds")
        case .doesNotAddUp(let relation, let cells):
            configuration(
                "DOES_NOT_ADD_UP", "Relation \(relation) does not hold for the values of \(Self.list(cells))",
                "correct a cell or the relation")
        case .loop(let cells):
            configuration(
                "HIERARCHY_LOOP", "Cells are parts of themselves: \(Self.list(cells))",
                "take out the relation that closes the loop")
        case .cannotBeProtected(let cells):
            data(
                "CANNOT_BE_PROTECTED", "Even with all other cells hidden these stay open: \(Self.list(cells))",
                "ask for less protection, hide totals too, or publish a coarser table")
        case .notSolved(let cell):
            data(
                "NOT_SOLVED", "The bounds of cell '\(cell)' could not be computed",
                "check coefficients that differ by many powers of ten")
        }
    }

    private static func list(_ cells: [String]) -> String {
        cells.prefix(8).map { "'\($0)'" }.joined(separator: ", ")
            + (cells.count > 8 ? " and \(cells.count - 8) more" : "")
    }
}
