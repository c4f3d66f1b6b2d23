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
        let names = rows.map { labels[$0] ?? "" }
        var seen = Set<String>()
        for name in names where !seen.insert(name).inserted { throw SmallAreaError.repeatedArea(name) }
        for covariate in model.covariates {
            let column = try table.column(covariate.column)
            if let place = rows.indices.first(where: { !column.isPresent(rows[$0]) }) {
                throw SmallAreaError.missingCovariate(column: covariate.column, area: names[place])
            }
        }
        let (answers, spread) = (try table.numbers(model.direct), try table.numbers(model.variance))
        try self.init(
            names, rows: rows, y: rows.map { answers.isPresent($0) ? answers.values[$0] : nil },
            variances: rows.map { spread.isPresent($0) ? spread.values[$0] : nil },
            matrix: try AreaMatrix(model.covariates, of: table, rows: rows), varianceName: model.variance)
    }

    /// - Parameter varianceName: what messages call the variances.
    private init(
        _ names: [String], rows: [Int], y: [Double?], variances: [Double?], matrix: AreaMatrix, varianceName: String
    ) throws {
        self.names = names
        self.rows = rows
        self.y = y
        self.variances = variances
        self.matrix = matrix
        for (index, answer) in y.enumerated() where answer != nil {
            guard let variance = variances[index], variance > 0, variance.isFinite else {
                throw SmallAreaError.badVariance(column: varianceName, area: names[index])
            }
            guard answer?.isFinite == true else { throw SmallAreaError.notFinite(area: names[index]) }
        }
        if let value = matrix.x.storage.firstIndex(where: { !$0.isFinite }) {
            throw SmallAreaError.notFinite(area: names[value % matrix.x.rows])
        }
        direct = y.indices.filter { y[$0] != nil }
        let x = matrix.selecting(direct)
        guard direct.count > x.columns else {
            throw SmallAreaError.tooFewAreas(areas: direct.count, coefficients: x.columns)
        }
        if let name = AreaMatrix.firstDependent(x, matrix.labels) { throw EstimationError.collinear(variable: name) }
        fitted = (direct.map { y[$0] ?? 0 }, direct.map { variances[$0] ?? 0 }, x)
    }

    /// The same areas with other direct estimates where there are any: a draw from the model.
    init(_ data: AreaData, drawn: [Double]) {
        (names, rows, variances, matrix, direct) = (data.names, data.rows, data.variances, data.matrix, data.direct)
        y = data.y.indices.map { data.y[$0] == nil ? nil : drawn[$0] }
        fitted = (direct.map { drawn[$0] }, data.fitted.d, data.fitted.x)
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
