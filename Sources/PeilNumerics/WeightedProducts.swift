internal import COpenBLAS

extension LinearAlgebra {
    /// XᵀDX, symmetric p×p, for X with n rows and p columns and D the diagonal of n `weights` ≥ 0: what a step of
    /// reweighted least squares sums.  BLAS dsyrk on √D·X.
    public static func crossProduct(_ x: DenseMatrix, weights: [Double]) -> DenseMatrix {
        precondition(weights.count == x.rows, "a weight a row")
        var scaled = x
        let roots = weights.map { $0.squareRoot() }
        let rows = x.rows
        unsafe scaled.storage.withUnsafeMutableBufferPointer { px in
            unsafe roots.withUnsafeBufferPointer { pr in
                for column in 0..<x.columns {
                    let start = column * rows
                    for row in 0..<rows { unsafe px[start + row] *= pr[row] }
                }
            }
        }
        return crossProduct(scaled)
    }

    /// Xᵀv, p numbers, for X with n rows and p columns.
    public static func transposedProduct(_ x: DenseMatrix, _ vector: [Double]) -> [Double] {
        precondition(vector.count == x.rows, "a number a row")
        var result = [Double](repeating: 0, count: x.columns)
        guard x.rows > 0, x.columns > 0 else { return result }
        unsafe x.storage.withUnsafeBufferPointer { px in
            unsafe vector.withUnsafeBufferPointer { pv in
                unsafe result.withUnsafeMutableBufferPointer { pr in
                    unsafe BLASLibrary.required.matrixProduct(
                        CblasColMajor, CblasTrans, CblasNoTrans, Int32(x.columns), 1, Int32(x.rows), 1,
                        px.baseAddress, Int32(x.rows), pv.baseAddress, Int32(x.rows), 0, pr.baseAddress,
                        Int32(x.columns))
                }
            }
        }
        return result
    }

    /// X·v, n numbers.
    public static func product(_ x: DenseMatrix, _ vector: [Double]) -> [Double] {
        product(x, DenseMatrix(rows: vector.count, columns: 1, storage: vector)).storage
    }
}
