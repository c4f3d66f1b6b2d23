internal import COpenBLAS

/// The products and factorisations the statistics need, on OpenBLAS and its LAPACK. This file and
/// its two neighbours (Cholesky, Eigenvalues) are the only callers of the C library; everything that crosses is a
/// whole matrix.
public enum LinearAlgebra {
    /// A·B (m×k times k×n).
    public static func product(_ a: DenseMatrix, _ b: DenseMatrix) -> DenseMatrix {
        product(a, columns: 0..<a.columns, b)
    }

    /// Some columns of A times B, without a copy of them.
    public static func product(_ a: DenseMatrix, columns: Range<Int>, _ b: DenseMatrix) -> DenseMatrix {
        precondition(columns.count == b.rows, "inner dimensions agree")
        precondition(columns.lowerBound >= 0 && columns.upperBound <= a.columns, "columns of the matrix")
        var c = DenseMatrix(rows: a.rows, columns: b.columns)
        guard a.rows > 0, b.columns > 0, !columns.isEmpty else { return c }
        let offset = columns.lowerBound * a.rows
        unsafe a.storage.withUnsafeBufferPointer { pa in
            unsafe b.storage.withUnsafeBufferPointer { pb in
                unsafe c.storage.withUnsafeMutableBufferPointer { pc in
                    unsafe BLASLibrary.required.matrixProduct(
                        CblasColMajor, CblasNoTrans, CblasNoTrans, Int32(a.rows), Int32(b.columns),
                        Int32(columns.count), 1, pa.baseAddress.map { unsafe $0 + offset }, Int32(a.rows),
                        pb.baseAddress,
                        Int32(b.rows), 0, pc.baseAddress, Int32(a.rows))
                }
            }
        }
        return c
    }

    /// A·B where most columns of B hold few numbers: those cost one column of A a number.
    public static func product(_ a: DenseMatrix, mostlyZero b: DenseMatrix) -> DenseMatrix {
        precondition(a.columns == b.rows, "A has a column for each row of B")
        var result = DenseMatrix(rows: a.rows, columns: b.columns)
        guard a.rows > 0, b.rows > 0 else { return result }
        var full: [Int] = []
        var places = [Int](repeating: 0, count: b.rows)
        for column in 0..<b.columns {
            let start = column * b.rows
            var count = 0
            for row in 0..<b.rows where b.storage[start + row] != 0 {
                places[count] = row
                count += 1
            }
            if count * 8 > b.rows {
                full.append(column)
            } else {
                addColumns(a, places[..<count], of: b, column, to: &result)
            }
        }
        guard !full.isEmpty else { return result }
        var left = DenseMatrix(rows: b.rows, columns: full.count)
        for (place, column) in full.enumerated() {
            for row in 0..<b.rows { left[row, place] = b[row, column] }
        }
        let product = product(a, left)
        for (place, column) in full.enumerated() {
            for row in 0..<a.rows { result[row, column] = product[row, place] }
        }
        return result
    }

    /// Adds some columns of A, each times its number in a column of B, to the same column of the result.
    private static func addColumns(
        _ a: DenseMatrix, _ places: ArraySlice<Int>, of b: DenseMatrix, _ column: Int, to result: inout DenseMatrix
    ) {
        let (rows, from, to) = (a.rows, column * b.rows, column * a.rows)
        let scaledSum = unsafe BLASLibrary.required.scaledSum
        unsafe a.storage.withUnsafeBufferPointer { x in
            unsafe result.storage.withUnsafeMutableBufferPointer { y in
                guard let x = x.baseAddress, let y = y.baseAddress else { return }
                for place in places {
                    unsafe scaledSum(Int32(rows), b.storage[from + place], x + place * rows, 1, y + to, 1)
                }
            }
        }
    }

    /// XᵀX for X with n rows and p columns, symmetric p×p.
    public static func crossProduct(_ x: DenseMatrix) -> DenseMatrix {
        symmetricProduct(x, size: x.columns, inner: x.rows, CblasTrans)
    }

    /// XXᵀ for X with p rows and n columns, symmetric p×p.
    public static func outerProduct(_ x: DenseMatrix) -> DenseMatrix {
        symmetricProduct(x, size: x.rows, inner: x.columns, CblasNoTrans)
    }

    private static func symmetricProduct(
        _ x: DenseMatrix, size: Int, inner: Int, _ transposition: CBLAS_TRANSPOSE
    ) -> DenseMatrix {
        var c = DenseMatrix(rows: size, columns: size)
        guard inner > 0, size > 0 else { return c }
        unsafe x.storage.withUnsafeBufferPointer { px in
            unsafe c.storage.withUnsafeMutableBufferPointer { pc in
                unsafe BLASLibrary.required.symmetricProduct(
                    CblasColMajor, CblasUpper, transposition, Int32(size), Int32(inner), 1,
                    px.baseAddress, Int32(x.rows), 0, pc.baseAddress, Int32(size))
            }
        }
        for j in 0..<size { for i in 0..<j { c[j, i] = c[i, j] } }
        return c
    }

    /// A generalised solution of A·X = B for symmetric positive semi-definite A; see `SemidefiniteFactor`.
    public static func solveSemidefinite(
        _ a: DenseMatrix, _ b: DenseMatrix, tolerance: Double = 1e-11
    ) -> (solution: DenseMatrix, rank: Int) {
        let factor = SemidefiniteFactor(a, tolerance: tolerance)
        return (factor.solve(b), factor.rank)
    }
}

/// Pivoted Cholesky of a symmetric positive semi-definite matrix, with the rank found at `tolerance` × the largest
/// diagonal element; coefficients of dependent columns are 0. Dummies of two margins are always dependent, so a
/// plain Cholesky would fail.  LAPACK dpstrf; Lucas 2004 for the pivoting.
public struct SemidefiniteFactor: Sendable {
    public let rank: Int
    private let factor: DenseMatrix
    private let scale: [Double]
    private let order: [Int]

    public init(_ a: DenseMatrix, tolerance: Double = 1e-11) {
        precondition(a.rows == a.columns, "square matrix")
        let size = a.rows
        // Unit diagonal, so that one tolerance serves columns of very different size.
        let scale = a.diagonal.map { $0 > 0 ? 1 / $0.squareRoot() : 0 }
        var factor = a
        for j in 0..<size { for i in 0..<size { factor[i, j] *= scale[i] * scale[j] } }
        var pivots = [Int32](repeating: 0, count: size)
        var rank: Int32 = 0
        var dimension = Int32(size)
        var bound = tolerance
        var status: Int32 = 0
        var work = [Double](repeating: 0, count: 2 * size)
        var upper = CChar(UInt8(ascii: "U"))
        if size > 0 {
            unsafe factor.storage.withUnsafeMutableBufferPointer { pf in
                unsafe BLASLibrary.required.pivotedCholesky(
                    &upper, &dimension, pf.baseAddress, &dimension, &pivots, &rank,
                    &bound, &work, &status, 1)
            }
        }
        self.rank = Int(rank)
        self.factor = factor
        self.scale = scale
        order = pivots.map { Int($0) - 1 }
    }

    /// X with A·X = B, 0 in the rows of dependent columns.
    public func solve(_ b: DenseMatrix) -> DenseMatrix {
        precondition(b.rows == scale.count, "as many rows as the matrix")
        var solution = DenseMatrix(rows: b.rows, columns: b.columns)
        for column in 0..<b.columns {
            let z = triangularSolve(order.map { b[$0, column] * scale[$0] })
            for i in 0..<rank { solution[order[i], column] = z[i] * scale[order[i]] }
        }
        return solution
    }

    /// The columns that follow from others: column j = Σ factor · column k, k independent. A column of zeros follows
    /// from none.
    public var dependencies: [(column: Int, on: [(column: Int, factor: Double)])] {
        (rank..<max(rank, order.count)).map { place in
            let column = order[place]
            guard scale[column] > 0 else { return (column, []) }
            // U₁₁ c = U₁₂ in the scaled columns.
            var c = (0..<rank).map { factor[$0, place] }
            for i in stride(from: rank - 1, through: 0, by: -1) {
                for k in (i + 1)..<max(rank, i + 1) { c[i] -= factor[i, k] * c[k] }
                c[i] /= factor[i, i]
            }
            let used = (0..<rank).filter { abs(c[$0]) > 1e-7 }
            return (column, used.map { (order[$0], c[$0] * scale[order[$0]] / scale[column]) })
        }
    }

    /// A symmetric generalised inverse G of A: A·G·A = A, 0 in the rows and columns of dependent ones.
    public var generalisedInverse: DenseMatrix {
        let size = order.count
        var inverse = DenseMatrix(rows: size, columns: size)
        // V = U₁₁⁻¹ by columns, then G = V Vᵀ.
        var triangle = DenseMatrix(rows: rank, columns: rank)
        for j in 0..<rank {
            triangle[j, j] = 1 / factor[j, j]
            for i in stride(from: j - 1, through: 0, by: -1) {
                var sum = 0.0
                for k in (i + 1)...j { sum += factor[i, k] * triangle[k, j] }
                triangle[i, j] = -sum / factor[i, i]
            }
        }
        let leading = LinearAlgebra.outerProduct(triangle)
        for j in 0..<rank {
            for i in 0..<rank {
                inverse[order[i], order[j]] = leading[i, j] * scale[order[i]] * scale[order[j]]
            }
        }
        return inverse
    }

    /// Uᵀ U z = r on the leading `rank` rows.
    private func triangularSolve(_ right: [Double]) -> [Double] {
        var z = Array(right.prefix(rank))
        for i in 0..<rank {
            for k in 0..<i { z[i] -= factor[k, i] * z[k] }
            z[i] /= factor[i, i]
        }
        for i in stride(from: rank - 1, through: 0, by: -1) {
            for k in (i + 1)..<max(rank, i + 1) { z[i] -= factor[i, k] * z[k] }
            z[i] /= factor[i, i]
        }
        return z
    }
}

public enum LinearAlgebraError: Error, Equatable, Sendable {
    /// An element is NaN or infinite; row and column count from 0.
    case notFinite(row: Int, column: Int)
    /// The leading block up to and with this column, counted from 0, is not positive definite.
    case notPositiveDefinite(pivot: Int)
    /// LAPACK's iteration did not end; its own code.
    case notConverged(code: Int)
}
