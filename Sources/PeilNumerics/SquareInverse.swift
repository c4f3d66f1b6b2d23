extension LinearAlgebra {
    /// A⁻¹ and |A|₁·|A⁻¹|₁, its condition number, for a small square matrix of any kind (n×n): Gauss–Jordan with
    /// partial pivoting. nil where a pivot keeps less than n·2⁻⁵² of the largest element of A.  Throws .notFinite.
    /// Golub & Van Loan 2013, sect. 3.4; for large or symmetric matrices use `solvePositiveDefinite`.
    public static func inverse(
        _ a: DenseMatrix
    ) throws(LinearAlgebraError) -> (inverse: DenseMatrix, condition: Double)? {
        precondition(a.rows == a.columns, "a square matrix")
        try checkFinite(a)
        let size = a.rows
        let least = Double(size) * Double.ulpOfOne * (a.storage.lazy.map { abs($0) }.max() ?? 0)
        var left = a
        var right = DenseMatrix.identity(size)
        for column in 0..<size {
            var pivot = column
            for row in column..<size where abs(left[row, column]) > abs(left[pivot, column]) { pivot = row }
            guard abs(left[pivot, column]) > least else { return nil }
            for j in 0..<size where pivot != column {
                (left[column, j], left[pivot, j]) = (left[pivot, j], left[column, j])
                (right[column, j], right[pivot, j]) = (right[pivot, j], right[column, j])
            }
            let factor = 1 / left[column, column]
            for j in 0..<size {
                left[column, j] *= factor
                right[column, j] *= factor
            }
            for row in 0..<size where row != column && left[row, column] != 0 {
                let share = left[row, column]
                for j in 0..<size {
                    left[row, j] -= share * left[column, j]
                    right[row, j] -= share * right[column, j]
                }
            }
        }
        return (right, largestColumnSum(a) * largestColumnSum(right))
    }

    private static func largestColumnSum(_ a: DenseMatrix) -> Double {
        (0..<a.columns).map { j in (0..<a.rows).reduce(0) { $0 + abs(a[$1, j]) } }.max() ?? 0
    }
}
