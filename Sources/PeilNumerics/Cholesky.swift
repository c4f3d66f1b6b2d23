extension LinearAlgebra {
    /// X with A·X = B for symmetric positive definite A (n×n; only the upper triangle is read) and any number of right
    /// sides B (n×k).  Throws .notFinite, and .notPositiveDefinite with the first bad pivot: a pivot that keeps less
    /// than n·2⁻⁵² of its diagonal element counts as none.  For dependent columns use `solveSemidefinite`.
    /// LAPACK dpotrf, dpotrs.
    public static func solvePositiveDefinite(
        _ a: DenseMatrix, _ b: DenseMatrix
    ) throws(LinearAlgebraError) -> DenseMatrix {
        precondition(a.rows == a.columns && a.rows == b.rows, "square system")
        try checkFinite(b)
        let factor = try cholesky(a)
        var solution = b
        guard a.rows > 0, b.columns > 0 else { return solution }
        var (size, sides, status) = (Int32(a.rows), Int32(b.columns), Int32(0))
        var upper = CChar(UInt8(ascii: "U"))
        unsafe factor.storage.withUnsafeBufferPointer { pf in
            unsafe solution.storage.withUnsafeMutableBufferPointer { ps in
                unsafe BLASLibrary.required.choleskySolve(
                    &upper, &size, &sides, pf.baseAddress, &size, ps.baseAddress, &size, &status, 1)
            }
        }
        return solution
    }

    /// U with A = UᵀU, 0 below the diagonal, for symmetric positive definite A; throws as `solvePositiveDefinite`.
    public static func upperFactor(_ a: DenseMatrix) throws(LinearAlgebraError) -> DenseMatrix {
        var factor = try cholesky(a)
        for column in 0..<factor.columns {
            for row in (column + 1)..<max(column + 1, factor.rows) { factor[row, column] = 0 }
        }
        return factor
    }

    /// U in the upper triangle with A = UᵀU; what stands below the diagonal is A's.
    static func cholesky(_ a: DenseMatrix) throws(LinearAlgebraError) -> DenseMatrix {
        precondition(a.rows == a.columns, "a square matrix")
        try checkFinite(a)
        var factor = a
        guard a.rows > 0 else { return factor }
        var (size, status) = (Int32(a.rows), Int32(0))
        var upper = CChar(UInt8(ascii: "U"))
        unsafe factor.storage.withUnsafeMutableBufferPointer { pf in
            unsafe BLASLibrary.required.cholesky(&upper, &size, pf.baseAddress, &size, &status, 1)
        }
        let done = status > 0 ? Int(status) - 1 : a.rows
        let least = Double(a.rows) * Double.ulpOfOne
        for j in 0..<done where factor[j, j] * factor[j, j] <= least * a[j, j] {
            throw .notPositiveDefinite(pivot: j)
        }
        if done < a.rows { throw .notPositiveDefinite(pivot: done) }
        return factor
    }

    static func checkFinite(_ a: DenseMatrix) throws(LinearAlgebraError) {
        guard let place = a.storage.firstIndex(where: { !$0.isFinite }) else { return }
        throw .notFinite(row: place % a.rows, column: place / a.rows)
    }
}
