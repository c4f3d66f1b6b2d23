internal import PeilNumerics
internal import PeilTable

/// A covariate of a small-area model: a number, or a level with its own 0/1 columns but for the first.
public struct AreaCovariate: Sendable, Equatable {
    public let column: String
    public let isCategorical: Bool

    public init(_ column: String, isCategorical: Bool = false) {
        self.column = column
        self.isCategorical = isCategorical
    }
}

/// Areas (or people) with their names and the columns of the model, an intercept first.
struct AreaMatrix: Sendable {
    let labels: [String]
    /// Rows × coefficients.
    let x: DenseMatrix

    /// - Parameter rows: rows of the table that are used; each has all covariates.
    init(_ covariates: [AreaCovariate], of table: Table, rows: [Int]) throws {
        var labels = ["(Intercept)"]
        var storage = [Double](repeating: 1, count: rows.count)
        for covariate in covariates {
            if covariate.isCategorical || !Self.isNumeric(covariate.column, table) {
                let coded = try table.column(covariate.column).coded()
                let used = Set(rows.map { coded.indexOfRow[$0] }).sorted()
                for level in used.dropFirst() {
                    labels.append("\(covariate.column)=\(coded.labels[Int(level)])")
                    storage += rows.map { coded.indexOfRow[$0] == level ? 1 : 0 }
                }
            } else {
                let numbers = try table.numbers(covariate.column)
                labels.append(covariate.column)
                storage += rows.map { numbers.values[$0] }
            }
        }
        self.labels = labels
        x = DenseMatrix(rows: rows.count, columns: labels.count, storage: storage)
    }

    private static func isNumeric(_ name: String, _ table: Table) -> Bool { (try? table.numbers(name)) != nil }

    func row(_ i: Int) -> [Double] { (0..<x.columns).map { x[i, $0] } }

    /// The rows with these numbers.
    func selecting(_ rows: [Int]) -> DenseMatrix {
        var result = DenseMatrix(rows: rows.count, columns: x.columns)
        for j in 0..<x.columns { for (i, row) in rows.enumerated() { result[i, j] = x[row, j] } }
        return result
    }

    /// The first column that follows from those before it, with weights of 1.
    static func firstDependent(_ x: DenseMatrix, _ labels: [String]) -> String? {
        let products = LinearAlgebra.crossProduct(x)
        for size in 1...max(1, x.columns) where SemidefiniteFactor(products.leading(size)).rank < size {
            return labels[size - 1]
        }
        return nil
    }
}
