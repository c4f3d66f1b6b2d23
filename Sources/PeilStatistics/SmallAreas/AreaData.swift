internal import PeilNumerics
internal import PeilTable

/// Direct estimates, their variances and covariates, checked.
struct AreaData: Sendable {
    let names: [String]
    /// Rows of the table, one an area.
    let rows: [Int]
    /// Of each area: nil without a direct estimate.
    let y: [Double?]
    let variances: [Double?]
    let matrix: AreaMatrix
    /// Areas with a direct estimate, by number, and what the model is fitted to.
    let direct: [Int]
    let fitted: (y: [Double], d: [Double], x: DenseMatrix)

    init(_ model: FayHerriot, _ table: Table, _ mask: [Bool]?) throws {
        let rows = (0..<table.rowCount).filter { mask?[$0] != false }
        let labels = try table.column(model.area).rowLabels()
        if let row = rows.first(where: { labels[$0] == nil }) {
            throw SmallAreaError.missingArea(column: model.area, row: row)
        }
        names = rows.map { labels[$0] ?? "" }
        var seen = Set<String>()
        for name in names where !seen.insert(name).inserted { throw SmallAreaError.repeatedArea(name) }
        for covariate in model.covariates {
            let column = try table.column(covariate.column)
            if let place = rows.indices.first(where: { !column.isPresent(rows[$0]) }) {
                throw SmallAreaError.missingCovariate(column: covariate.column, area: names[place])
            }
        }
        let (answers, spread) = (try table.numbers(model.direct), try table.numbers(model.variance))
        y = rows.map { answers.isPresent($0) ? answers.values[$0] : nil }
        variances = rows.map { spread.isPresent($0) ? spread.values[$0] : nil }
        for (index, answer) in y.enumerated() where answer != nil {
            guard let variance = variances[index], variance > 0, variance.isFinite else {
                throw SmallAreaError.badVariance(column: model.variance, area: names[index])
            }
        }
        let chosen = y.indices.filter { [y] in y[$0] != nil }
        direct = chosen
        self.rows = rows
        matrix = try AreaMatrix(model.covariates, of: table, rows: rows)
        let x = matrix.selecting(chosen)
        guard chosen.count > x.columns else {
            throw SmallAreaError.tooFewAreas(areas: chosen.count, coefficients: x.columns)
        }
        if let name = AreaMatrix.firstDependent(x, matrix.labels) { throw EstimationError.collinear(variable: name) }
        fitted = (chosen.map { [y] in y[$0] ?? 0 }, chosen.map { [variances] in variances[$0] ?? 0 }, x)
    }

    /// Population weights of the areas for a benchmark.
    func weights(_ benchmark: Benchmark, _ table: Table) throws -> [Double] {
        let column = try table.numbers(benchmark.weights)
        return try rows.indices.map { index in
            let row = rows[index]
            guard column.isPresent(row), column.values[row] >= 0 else {
                throw SmallAreaError.badBenchmark(
                    "'\(benchmark.weights)' of area '\(names[index])' is absent or negative")
            }
            return column.values[row]
        }
    }
}
