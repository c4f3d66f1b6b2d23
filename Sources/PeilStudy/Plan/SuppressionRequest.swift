import PeilDisclosure

/// A table of two margins whose cells are to be protected, as an item of a plan brings it.
public struct SuppressionRequest: Sendable {
    enum Need: Sendable {
        case exact
        case absolute(Double)
        case relative(Double)
    }

    let rows: [String]
    let columns: [String]
    let cells: [[Double]]
    let rowTotals: [Double]
    let columnTotals: [Double]
    let total: Double
    let primary: [(row: Int, column: Int)]
    let need: Need
    let cost: SuppressionProblem.Cost

    private enum Published: String, CaseIterable { case published }
    private enum Kind: String, CaseIterable { case exact, interval }
    private enum Rule: String, CaseIterable {
        case given = "given_primary"
        case frequency = "minimum_frequency"
        case dominance
    }

    init(_ section: Section) throws {
        try section.allow(["cost", "margins", "protection", "rule", "table", "zero_cells"])
        let _: Published = try section.choice("margins", default: .published)
        let _: Published = try section.choice("zero_cells", default: .published)
        cost = try section.choice("cost", default: .cells)
        need = try section.optionalSection("protection").map(Self.need) ?? .exact
        // The rule says where the primary cells came from; they are given.
        if let rule = try section.optionalSection("rule") { let _: Rule = try rule.choice("type", default: .given) }
        let table = try section.section("table")
        try table.allow(["row_labels", "col_labels", "cells", "row_totals", "col_totals", "total", "primary"])
        rows = try Self.labels(table, "row_labels")
        columns = try Self.labels(table, "col_labels")
        let (rowCount, columnCount) = (rows.count, columns.count)
        cells = try table.numberLists("cells")
        guard cells.count == rowCount, cells.allSatisfy({ $0.count == columnCount }) else {
            throw table.fail("cells", "\(rowCount) lists of \(columnCount) numbers, as the labels say")
        }
        rowTotals = try Self.totals(table, "row_totals", rowCount)
        columnTotals = try Self.totals(table, "col_totals", columnCount)
        total = try table.number("total")
        let (rowNames, columnNames) = (rows, columns)
        primary = try table.sections("primary", optional: true).map { cell in
            try cell.allow(["row", "col"])
            guard let row = rowNames.firstIndex(of: try cell.text("row")) else {
                throw cell.fail("row", "one of row_labels")
            }
            guard let column = columnNames.firstIndex(of: try cell.text("col")) else {
                throw cell.fail("col", "one of col_labels")
            }
            return (row, column)
        }
    }

    private static func need(_ section: Section) throws -> Need {
        try section.allow(["type", "absolute", "relative"])
        let kind: Kind = try section.choice("type")
        switch (kind, section.isAbsent("absolute"), section.isAbsent("relative")) {
        case (.exact, true, true): return .exact
        case (.interval, false, true): return .absolute(try positive(section, "absolute"))
        case (.interval, true, false): return .relative(try positive(section, "relative"))
        case (.exact, _, _): throw section.fail("type", "`interval` beside a distance")
        case (.interval, _, _): throw section.fail("type", "followed by one of `absolute` and `relative`")
        }
    }

    private static func positive(_ section: Section, _ key: String) throws -> Double {
        let value = try section.number(key)
        guard value > 0 else { throw section.fail(key, "above 0") }
        return value
    }

    private static func labels(_ table: Section, _ key: String) throws -> [String] {
        let labels = try table.texts(key)
        guard !labels.isEmpty, Set(labels).count == labels.count else { throw table.fail(key, "different labels") }
        guard labels.count <= 5_000 else { throw table.fail(key, "at most 5000 labels") }
        return labels
    }

    private static func totals(_ table: Section, _ key: String, _ count: Int) throws -> [Double] {
        let totals = try table.numbers(key)
        guard totals.count == count else { throw table.fail(key, "\(count) numbers") }
        return totals
    }
}

/// Runs `cell_suppression`: secondary cells of the item's own table.
struct SuppressionItem {
    private let item: PlanItem

    init(_ item: PlanItem) { self.item = item }

    func result() throws -> [(String, JSONValue)] {
        guard let request = item.options.suppression else {
            throw item.usage("followed by the `table` to protect", "add options: {table: {...}}")
        }
        let problem = try request.problem()
        let pattern = try problem.solve()
        return [
            ("secondary", .array(pattern.secondary.map { .object(request.place($0)) })),
            (
                "intervals",
                .array(
                    pattern.intervals.sorted { $0.key < $1.key }.map { cell, interval in
                        .object(
                            request.place(cell)
                                + [("low", .optional(interval.low)), ("high", .optional(interval.high))])
                    })
            ),
            (
                "scalars",
                .object([
                    ("cost", .number(pattern.cost)), ("lower_bound", .optional(pattern.lowerBound)),
                    ("primary", .integer(problem.primary.count)), ("secondary", .integer(pattern.secondary.count))
                ])
            )
        ]
    }
}

extension SuppressionRequest {
    /// The inner cells by rows, then the totals of rows, of columns, and of all.
    func problem() throws -> SuppressionProblem {
        let (rowCount, columnCount) = (rows.count, columns.count)
        let inner = rowCount * columnCount
        let names =
            rows.flatMap { row in columns.map { "\(row)|\($0)" } } + rows.map { "\($0)|total" }
            + columns.map { "total|\($0)" } + ["total"]
        let grand = inner + rowCount + columnCount
        var relations: [TableSystem.Relation] = []
        for row in 0..<rowCount {
            let parts = (0..<columnCount).map { row * columnCount + $0 }
            relations.append(.init(parts: parts, total: inner + row))
        }
        for column in 0..<columnCount {
            let parts = (0..<rowCount).map { $0 * columnCount + column }
            relations.append(.init(parts: parts, total: inner + rowCount + column))
        }
        relations.append(.init(parts: Array(inner..<inner + rowCount), total: grand))
        relations.append(.init(parts: Array(inner + rowCount..<grand), total: grand))
        let system = try TableSystem(
            names: names, values: cells.flatMap { $0 } + rowTotals + columnTotals + [total], relations: relations,
            // The matrix of two margins is totally unimodular: tables of whole numbers have whole bounds anyway.
            isWhole: false)
        var protections: [Int: Protection] = [:]
        for (row, column) in primary {
            protections[row * columnCount + column] = protection(cells[row][column])
        }
        return SuppressionProblem(
            system, primary: protections, mayHide: names.indices.map { $0 < inner }, cost: cost)
    }

    private func protection(_ value: Double) -> Protection {
        switch need {
        case .exact: .exact(value)
        case .absolute(let distance): .interval(value, need: distance)
        case .relative(let share): .interval(value, need: share * value)
        }
    }

    func place(_ cell: Int) -> [(String, JSONValue)] {
        [("row", .string(rows[cell / columns.count])), ("col", .string(columns[cell % columns.count]))]
    }
}
