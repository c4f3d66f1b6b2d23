public import PeilNumerics
public import PeilTable

/// Coefficients of weighted least squares: β̂ = (Σwᵢxᵢxᵢᵀ)⁻¹ Σwᵢxᵢyᵢ over rows complete in all variables, the
/// intercept first. A categorical predictor enters as its 0/1 columns.
///
/// Basic values: xⱼxₗ (j ≤ l) and xⱼy, with x₀ = 1 and every column shifted by its mean; the coefficients are
/// those of the columns as given.  Fuller 1975; Binder 1983.  R survey's svyglm with family gaussian.
public struct LinearRegressionEstimator: SmoothEstimator {
    let response: ShiftedColumn
    let predictors: [ShiftedColumn]
    /// Upper triangle of xxᵀ, by column.
    private let pairs: [(Int, Int)]

    private var size: Int { 1 + predictors.count }
    public var basicCount: Int { pairs.count + size }
    public var labels: [ParameterLabel] {
        [ParameterLabel("(Intercept)")] + predictors.map { ParameterLabel($0.name) }
    }

    public init(_ response: String, on predictors: [String], of table: Table) throws {
        self.init(
            response: (response, try table.numbers(response)),
            predictors: try predictors.map { ($0, try table.numbers($0)) })
    }

    /// Columns that need not stand in a table, such as scores and dummies.
    public init(response: (name: String, column: NumericColumn), predictors: [(name: String, column: NumericColumn)]) {
        self.response = ShiftedColumn(response.name, response.column)
        self.predictors = predictors.map { ShiftedColumn($0.name, $0.column) }
        pairs = (0...predictors.count).flatMap { l in (0...l).map { ($0, l) } }
    }

    public func isComplete(_ row: Int) -> Bool {
        response.isPresent(row) && predictors.allSatisfy { $0.isPresent(row) }
    }

    public func add(_ row: Int, weight: Double, to totals: inout [Double], at offset: Int) {
        let y = response.deviation(row)
        var position = offset
        for l in 0..<size {
            let weighted = weight * x(l, row)
            for j in 0...l {
                totals[position] += x(j, row) * weighted
                position += 1
            }
        }
        for j in 0..<size { totals[position + j] += weight * x(j, row) * y }
    }

    @inline(__always) private func x(_ j: Int, _ row: Int) -> Double {
        j == 0 ? 1 : predictors[j - 1].deviation(row)
    }

    /// - Throws: `.collinear` with the first predictor that follows from those before it in these rows.
    public func value(at totals: [Double], count: Int) throws(EstimationError) -> [Double] {
        guard totals[0] > 0 else { throw .emptyDomain }
        let (products, right) = normalEquations(totals)
        let (solution, rank) = LinearAlgebra.solveSemidefinite(products, right)
        guard rank == size else { throw .collinear(variable: firstDependent(products)) }
        var coefficients = solution.storage
        coefficients[0] += response.shift
        for j in predictors.indices { coefficients[0] -= predictors[j].shift * coefficients[j + 1] }
        return coefficients
    }

    /// dβ̂ = A⁻¹(d(xy) − d(xxᵀ)β̂), then the intercept back to columns as given.
    public func gradient(at totals: [Double], values: [Double], count: Int) -> DenseMatrix {
        let (products, right) = normalEquations(totals)
        let inverse = LinearAlgebra.solveSemidefinite(products, .identity(size)).solution
        let slopes = LinearAlgebra.solveSemidefinite(products, right).solution.storage
        var gradient = DenseMatrix(rows: size, columns: basicCount)
        for (index, pair) in pairs.enumerated() {
            let (j, l) = pair
            for i in 0..<size {
                gradient[i, index] = -inverse[i, j] * slopes[l] - (j == l ? 0 : inverse[i, l] * slopes[j])
            }
        }
        for j in 0..<size {
            for i in 0..<size { gradient[i, pairs.count + j] = inverse[i, j] }
        }
        for column in 0..<basicCount {
            for j in predictors.indices { gradient[0, column] -= predictors[j].shift * gradient[j + 1, column] }
        }
        return gradient
    }

    private func normalEquations(_ totals: [Double]) -> (products: DenseMatrix, right: DenseMatrix) {
        var products = DenseMatrix(rows: size, columns: size)
        for (index, pair) in pairs.enumerated() {
            products[pair.0, pair.1] = totals[index]
            products[pair.1, pair.0] = totals[index]
        }
        let right = DenseMatrix(rows: size, columns: 1, storage: Array(totals[pairs.count...]))
        return (products, right)
    }

    private func firstDependent(_ products: DenseMatrix) -> String {
        for j in predictors.indices {
            var leading = DenseMatrix(rows: j + 2, columns: j + 2)
            for l in 0..<(j + 2) { for i in 0..<(j + 2) { leading[i, l] = products[i, l] } }
            let none = DenseMatrix(rows: j + 2, columns: 0)
            if LinearAlgebra.solveSemidefinite(leading, none).rank < j + 2 { return predictors[j].name }
        }
        return predictors.last?.name ?? response.name
    }
}
