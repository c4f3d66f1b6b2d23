extension LinearAlgebra {
    /// A = V diag(values) Vᵀ for symmetric A (n×n; only the upper triangle is read): eigenvalues from large to small,
    /// V's columns the unit eigenvectors, each with its loading of largest size positive (the first of equals).
    /// Vectors of equal eigenvalues span the right space but are not unique in it.  Throws .notFinite,
    /// .notConverged.  LAPACK dsyevd.
    public static func symmetricEigen(
        _ a: DenseMatrix
    ) throws(LinearAlgebraError) -> (values: [Double], vectors: DenseMatrix) {
        precondition(a.rows == a.columns, "a square matrix")
        try checkFinite(a)
        var vectors = a
        var values = [Double](repeating: 0, count: a.rows)
        guard a.rows > 0 else { return (values, vectors) }
        var work = Workspace(a.rows)
        var (size, status) = (Int32(a.rows), Int32(0))
        var (job, upper) = (CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "U")))
        unsafe vectors.storage.withUnsafeMutableBufferPointer { pv in
            unsafe BLASLibrary.required.symmetricEigen(
                &job, &upper, &size, pv.baseAddress, &size, &values, &work.numbers, &work.count, &work.integers,
                &work.integerCount, &status, 1, 1)
        }
        if status != 0 { throw .notConverged(code: Int(status)) }
        return (values.reversed(), oriented(vectors))
    }

    /// The eigenvalues of A⁻¹B, from large to small, for symmetric positive definite A and symmetric B (n×n; only
    /// upper triangles are read): the λ of B v = λ A v, all real.  With A the variance under simple random sampling
    /// and B the one under the design they are Rao & Scott's generalised design effects.  Throws .notFinite,
    /// .notPositiveDefinite with A's pivot, .notConverged.  LAPACK dsygvd.
    public static func eigenvaluesOfProduct(
        inverseOf a: DenseMatrix, _ b: DenseMatrix
    ) throws(LinearAlgebraError) -> [Double] {
        precondition(a.rows == a.columns && b.rows == a.rows && b.columns == a.rows, "square matrices of one size")
        try checkFinite(b)
        // dsygvd factors A itself; this one finds the pivot that is only rounding.
        _ = try cholesky(a)
        var (left, right) = (b, a)
        var values = [Double](repeating: 0, count: a.rows)
        guard a.rows > 0 else { return values }
        var work = Workspace(a.rows)
        var (kind, size, status) = (Int32(1), Int32(a.rows), Int32(0))
        var (job, upper) = (CChar(UInt8(ascii: "N")), CChar(UInt8(ascii: "U")))
        unsafe left.storage.withUnsafeMutableBufferPointer { pl in
            unsafe right.storage.withUnsafeMutableBufferPointer { pr in
                unsafe BLASLibrary.required.generalisedEigen(
                    &kind, &job, &upper, &size, pl.baseAddress, &size, pr.baseAddress, &size, &values, &work.numbers,
                    &work.count, &work.integers, &work.integerCount, &status, 1, 1)
            }
        }
        if status != 0 { throw .notConverged(code: Int(status)) }
        return values.reversed()
    }

    /// What dsyevd and dsygvd ask for with vectors, which is enough without.
    private struct Workspace {
        var numbers: [Double]
        var integers: [Int32]
        var count: Int32
        var integerCount: Int32

        init(_ n: Int) {
            numbers = [Double](repeating: 0, count: 1 + 6 * n + 2 * n * n)
            integers = [Int32](repeating: 0, count: 3 + 5 * n)
            count = Int32(numbers.count)
            integerCount = Int32(integers.count)
        }
    }

    /// Columns in reverse order, each with its largest loading positive.
    private static func oriented(_ ascending: DenseMatrix) -> DenseMatrix {
        let n = ascending.rows
        var result = DenseMatrix(rows: n, columns: n)
        for j in 0..<n {
            var largest = 0.0
            for i in 0..<n where abs(ascending[i, n - 1 - j]) > abs(largest) { largest = ascending[i, n - 1 - j] }
            for i in 0..<n { result[i, j] = largest < 0 ? -ascending[i, n - 1 - j] : ascending[i, n - 1 - j] }
        }
        return result
    }
}
