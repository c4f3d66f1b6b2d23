/// A dense matrix of doubles in column-major order, the order that BLAS and LAPACK read without copying.
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

    public subscript(row: Int, column: Int) -> Double {
        get { storage[column * rows + row] }
        set { storage[column * rows + row] = newValue }
    }

    public var diagonal: [Double] { (0..<min(rows, columns)).map { self[$0, $0] } }

    /// The rows as arrays, for output.
    public var rowArrays: [[Double]] {
        (0..<rows).map { i in (0..<columns).map { self[i, $0] } }
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
