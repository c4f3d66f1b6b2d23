internal import PeilNumerics

/// The weights λ of a sum Σ λᵢχ²₁: the distribution of a Pearson statistic under a complex design.
struct MixtureWeights: Sendable {
    /// Largest first.
    let values: [Double]
    let sum: Double
    let sumOfSquares: Double

    /// Degrees of freedom of the scaled χ² with the mixture's mean and variance: (Σλ)² / Σλ².
    var satterthwaite: Double { sum * sum / sumOfSquares }

    /// Eigenvalues of a covariance; what rounding leaves below 0 is 0.
    init(_ covariance: DenseMatrix) throws(LinearAlgebraError) {
        self.init(values: try LinearAlgebra.symmetricEigen(covariance).values)
    }

    private init(values: [Double]) {
        let sorted = values.sorted(by: >)
        let noise = (sorted.first ?? 0) * 1e-14 * Double(sorted.count)
        self.values = sorted.map { $0 > noise ? $0 : 0 }
        sum = CompensatedSum.of(self.values)
        sumOfSquares = CompensatedSum.of(self.values.lazy.map { $0 * $0 })
    }

    /// P(Σ λᵢχ²₁ > x).
    func upperTail(_ x: Double, isExact: Bool) throws -> Double {
        try ChiSquaredMixture(weights: values).upperTail(x, method: isExact ? .exact : .saddlepoint)
    }

    /// P(Σ λᵢχ²₁ > x·χ²ᵥ/v), v the degrees of freedom of the denominator.
    ///
    /// The saddlepoint takes ⌊v⌋ degrees of freedom for the denominator and the weight x/v, as R survey's pFsum; the
    /// exact tail keeps v, so that for two by two tables it is the tail of F.
    func upperTail(_ x: Double, denominator: Double, isExact: Bool) throws -> Double {
        let degreesOfFreedom = isExact ? denominator : denominator.rounded(.down)
        guard degreesOfFreedom > 0 else { return try upperTail(x, isExact: isExact) }
        return try ChiSquaredMixture(
            weights: values + [-x / denominator], degreesOfFreedom: values.map { _ in 1 } + [degreesOfFreedom]
        ).upperTail(0, method: isExact ? .exact : .saddlepoint)
    }

    /// The eigenvalues of Δ = (CᵀD⁻¹C/n)⁻¹ CᵀD⁻¹VD⁻¹C: by what factors the design changes the variance of the
    /// contrasts C of a table, D the diagonal of the shares and V their covariance. A share of 0 counts for
    /// nothing. C spans the tables whose rows and columns sum to 0; the eigenvalues do not depend on its basis.
    /// nil when so many cells are empty that CᵀD⁻¹C has no inverse.  Rao & Scott 1984.
    static func designEffects(
        of cross: CrossTable, covariance: DenseMatrix
    ) throws(LinearAlgebraError) -> MixtureWeights? {
        let contrasts = tableContrasts(cross.rowLevels.count, cross.columnLevels.count)
        var scaled = contrasts
        var root = contrasts
        var transposed = DenseMatrix(rows: contrasts.columns, columns: contrasts.rows)
        for column in 0..<contrasts.columns {
            for cell in 0..<contrasts.rows {
                let inverse = cross.shares[cell] == 0 ? 0 : 1 / cross.shares[cell]
                scaled[cell, column] *= inverse
                root[cell, column] *= inverse.squareRoot()
                transposed[column, cell] = scaled[cell, column]
            }
        }
        var simple = LinearAlgebra.crossProduct(root)
        for index in simple.storage.indices { simple.storage[index] /= Double(cross.rowCount) }
        let actual = LinearAlgebra.product(transposed, LinearAlgebra.product(covariance, scaled))
        let none = DenseMatrix(rows: simple.rows, columns: 0)
        guard LinearAlgebra.solveSemidefinite(simple, none).rank == simple.rows else { return nil }
        return MixtureWeights(values: try LinearAlgebra.eigenvaluesOfProduct(inverseOf: simple, actual))
    }

    /// Orthonormal contrasts of the rows ⊗ those of the columns, cells × contrasts.
    private static func tableContrasts(_ height: Int, _ width: Int) -> DenseMatrix {
        let (ofRows, ofColumns) = (helmert(height), helmert(width))
        var result = DenseMatrix(rows: height * width, columns: (height - 1) * (width - 1))
        for b in 0..<(width - 1) {
            for a in 0..<(height - 1) {
                for j in 0..<width {
                    for i in 0..<height {
                        result[i + height * j, a + (height - 1) * b] = ofRows[i, a] * ofColumns[j, b]
                    }
                }
            }
        }
        return result
    }

    /// Column a compares level a + 1 with the mean of those before it.
    private static func helmert(_ size: Int) -> DenseMatrix {
        var result = DenseMatrix(rows: size, columns: size - 1)
        for a in 0..<(size - 1) {
            let length = Double((a + 1) * (a + 2)).squareRoot()
            for i in 0...a { result[i, a] = -1 / length }
            result[a + 1, a] = Double(a + 1) / length
        }
        return result
    }
}
