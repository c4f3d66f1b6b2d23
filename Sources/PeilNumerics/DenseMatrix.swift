/// A dense matrix of doubles in column-major order, the order that BLAS and LAPACK read without copying.
///
/// Elements are read in the innermost loops of other modules, so their access is inlinable.
@frozen
public struct DenseMatrix: Sendable, Equatable {
    public let rows: Int
    public let columns: Int
    /// Element (i, j) stands at `j * rows + i`.
    public var storage: [Double]

    public init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
        storage = [Double](repeating: 0, count: rows * columns)
    }

    public init(rows: Int, columns: Int, storage: [Double]) {
        precondition(storage.count == rows * columns, "storage holds rows × columns numbers")
        self.rows = rows
        self.columns = columns
        self.storage = storage
    }

    public static func identity(_ size: Int) -> DenseMatrix {
        var result = DenseMatrix(rows: size, columns: size)
        for i in 0..<size { result[i, i] = 1 }
        return result
    }

    @inlinable
    public subscript(row: Int, column: Int) -> Double {
        get { storage[column * rows + row] }
        set { storage[column * rows + row] = newValue }
    }

    public var diagonal: [Double] { (0..<min(rows, columns)).map { self[$0, $0] } }

    /// The rows as arrays, for output.
    public var rowArrays: [[Double]] {
        (0..<rows).map { i in (0..<columns).map { self[i, $0] } }
    }

    public var transposed: DenseMatrix {
        var result = DenseMatrix(rows: columns, columns: rows)
        for j in 0..<columns { for i in 0..<rows { result.storage[i * columns + j] = storage[j * rows + i] } }
        return result
    }

    /// The first `size` rows and columns.
    public func leading(_ size: Int) -> DenseMatrix {
        var result = DenseMatrix(rows: size, columns: size)
        for j in 0..<size { for i in 0..<size { result[i, j] = self[i, j] } }
        return result
    }

    /// Adds factor × `rows` of a column of `source` to the same rows of column `target`.
    public mutating func add(
        _ factor: Double, times source: DenseMatrix, column: Int, rows range: Range<Int>, to target: Int
    ) {
        precondition(source.rows == rows && range.lowerBound >= 0 && range.upperBound <= rows, "rows of both")
        precondition(column >= 0 && column < source.columns && target >= 0 && target < columns, "columns of each")
        let from = column * rows
        let to = target * rows
        unsafe source.storage.withUnsafeBufferPointer { x in
            unsafe storage.withUnsafeMutableBufferPointer { y in
                for index in range { unsafe y[to + index] += factor * x[from + index] }
            }
        }
    }

    /// vᵀ A v for a square matrix: the variance of a linear combination.
    public func quadraticForm(_ vector: [Double]) -> Double {
        precondition(rows == columns && vector.count == rows, "square matrix, vector of its size")
        var sum = 0.0
        for j in 0..<columns where vector[j] != 0 {
            for i in 0..<rows where vector[i] != 0 { sum += vector[i] * self[i, j] * vector[j] }
        }
        return sum
    }
}
