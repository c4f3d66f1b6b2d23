internal import PeilNumerics

/// The axes that R survey's svyprcomp reports as loadings: principal axes of √(w/w̄)·x about its unweighted mean. They
/// are those of the weighted covariances where weights are equal, and only then: √w·x varies also because the weights do.
/// Kept because analyses are compared with R; `PrincipalComponents` has the eigenvectors that belong to its eigenvalues.
struct RootWeightedAxes {
    let columns: [ShiftedColumn]
    let isScaled: Bool

    /// Rows of a block; a constant, so that blocks depend on neither threads nor memory.
    private static let blockRows = 4096

    /// Variables × axes, each with its loading of largest size positive.
    /// - Parameters:
    ///   - rows: rows that are used; all columns have a value there.
    ///   - weights: of all rows; those used have positive ones.
    func axes(rows: [Int], weights: [Double]) throws(EstimationError) -> DenseMatrix {
        guard rows.count > 1 else { throw .tooFewRows }
        let mean = CompensatedSum.of(rows.lazy.map { weights[$0] }) / Double(rows.count)
        let roots = rows.map { (weights[$0] / mean).squareRoot() }
        let centres = columns.map { column in
            CompensatedSum.of(rows.indices.lazy.map { roots[$0] * (column.deviation(rows[$0]) + column.shift) })
                / Double(rows.count)
        }
        var products = DenseMatrix(rows: columns.count, columns: columns.count)
        for start in stride(from: 0, to: rows.count, by: Self.blockRows) {
            let range = start..<min(rows.count, start + Self.blockRows)
            var block = DenseMatrix(rows: range.count, columns: columns.count)
            for (j, column) in columns.enumerated() {
                for (i, place) in range.enumerated() {
                    block[i, j] = roots[place] * (column.deviation(rows[place]) + column.shift) - centres[j]
                }
            }
            let own = LinearAlgebra.crossProduct(block)
            for index in own.storage.indices { products.storage[index] += own.storage[index] }
        }
        if isScaled { try scale(&products) }
        guard let eigen = try? LinearAlgebra.symmetricEigen(products) else { throw .constantColumn(columns[0].name) }
        return eigen.vectors
    }

    private func scale(_ products: inout DenseMatrix) throws(EstimationError) {
        let spreads = products.diagonal.map { $0.squareRoot() }
        for (j, spread) in spreads.enumerated() where !(spread > 0) { throw .constantColumn(columns[j].name) }
        for j in spreads.indices { for k in spreads.indices { products[j, k] /= spreads[j] * spreads[k] } }
    }
}
