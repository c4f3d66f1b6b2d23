internal import PeilNumerics
internal import PeilTable

/// What the nested error model reads from its rows: products and sums by area. Columns are centred, so that products keep
/// their digits; `centres` turns coefficients back.
struct NestedSums: Sendable {
    let labels: [String]
    let count: Int
    /// Areas of the sample, in the order of their labels.
    let areas: [String]
    let sizes: [Double]
    /// Sums of (x, y) per area, centred columns, y last.
    let sums: [[Double]]
    /// Σ over all rows of (x, y)(x, y)ᵀ.
    let products: DenseMatrix
    /// What columns were centred at: 0 for the intercept; y last.
    let centres: [Double]

    init(_ model: NestedErrorModel, _ table: Table, _ mask: [Bool]?) throws {
        if let twice = firstRepeated(model.covariates) {
            throw EstimationError.badOption("covariate '\(twice)' is named twice", remedy: "name each once")
        }
        let columns = try (model.covariates + [model.response]).map { try table.numbers($0) }
        let area = try table.column(model.area).coded()
        let rows = (0..<table.rowCount).filter { row in
            mask?[row] != false && columns.allSatisfy { $0.isPresent(row) }
        }
        guard !rows.isEmpty else { throw EstimationError.emptyDomain }
        if let row = rows.first(where: { area.indexOfRow[$0] < 0 }) {
            throw SmallAreaError.missingArea(column: model.area, row: row)
        }
        let used = Set(rows.map { area.indexOfRow[$0] }).sorted()
        guard rows.count > used.count else { throw SmallAreaError.onlySingles }
        labels = ["(Intercept)"] + model.covariates
        count = rows.count
        areas = used.map { area.labels[Int($0)] }
        centres =
            [0]
            + columns.map { column in
                CompensatedSum.of(rows.lazy.map { column.values[$0] }) / Double(rows.count)
            }
        let u = Self.matrix(columns, rows, centres)
        products = LinearAlgebra.crossProduct(u)
        var place: [Int32: Int] = [:]
        for (index, label) in used.enumerated() { place[label] = index }
        (sizes, sums) = Self.byArea(u, rows.map { place[area.indexOfRow[$0]] ?? 0 }, count: used.count)
        try check()
    }

    private func check() throws {
        guard count > labels.count else {
            throw SmallAreaError.tooFewAreas(areas: count, coefficients: labels.count)
        }
        for size in 1...labels.count where SemidefiniteFactor(products.leading(size)).rank < size {
            throw EstimationError.collinear(variable: labels[size - 1])
        }
    }

    /// (1, x, y) of each row, centred.
    private static func matrix(_ columns: [NumericColumn], _ rows: [Int], _ centres: [Double]) -> DenseMatrix {
        var u = DenseMatrix(rows: rows.count, columns: columns.count + 1)
        for (i, row) in rows.enumerated() {
            u[i, 0] = 1
            for (j, column) in columns.enumerated() { u[i, j + 1] = column.values[row] - centres[j + 1] }
        }
        return u
    }

    private static func byArea(_ u: DenseMatrix, _ areaOfRow: [Int], count: Int) -> ([Double], [[Double]]) {
        var sizes = [Double](repeating: 0, count: count)
        var sums = [[Double]](repeating: [Double](repeating: 0, count: u.columns), count: count)
        for (i, own) in areaOfRow.enumerated() {
            sizes[own] += 1
            for j in 0..<u.columns { sums[own][j] += u[i, j] }
        }
        return (sizes, sums)
    }

    var coefficientCount: Int { labels.count }
}
