/// Weighted totals of rows by a key: Σ wᵢ xᵢ, how many rows, Σ wᵢ and Σ wᵢ² of each key. Rows come block by block, as
/// they are made; keys are few against rows, so that all totals stand in memory.
public struct KeyedRowTotals: Sendable {
    public let columns: Int
    public private(set) var counts: [Int32]
    public private(set) var weights: [Double]
    public private(set) var squaredWeights: [Double]
    /// `columns` numbers a key.
    public private(set) var totals: [Double]

    public init(keys: Int, columns: Int) {
        self.columns = columns
        counts = [Int32](repeating: 0, count: keys)
        weights = [Double](repeating: 0, count: keys)
        squaredWeights = weights
        totals = [Double](repeating: 0, count: keys * columns)
    }

    /// Adds the rows of a block, in their order.
    /// - Parameters:
    ///   - ofRow: weights by place.
    ///   - x: one row for each of `rows`, with `columns` columns.
    ///   - rows: places in `weights` and `keys`; those with weight 0 count for nothing.
    ///   - keys: empty where all rows have key 0.
    public mutating func add(_ x: DenseMatrix, rows: ArraySlice<Int32>, weights ofRow: [Double], keys: [Int32]) {
        precondition(x.rows == rows.count && x.columns == columns, "a row of the block for each row")
        for (i, row) in rows.enumerated() {
            let weight = ofRow[Int(row)]
            guard weight != 0 else { continue }
            let key = keys.isEmpty ? 0 : Int(keys[Int(row)])
            counts[key] += 1
            weights[key] += weight
            squaredWeights[key] += weight * weight
            add(x, row: i, weight, at: key * columns)
        }
    }

    private mutating func add(_ x: DenseMatrix, row: Int, _ weight: Double, at start: Int) {
        precondition(start >= 0 && start + columns <= totals.count, "a key in range")
        let (rows, columns) = (x.rows, columns)
        // Both ranges were checked once for the row instead of once a number.
        unsafe x.storage.withUnsafeBufferPointer { px in
            unsafe totals.withUnsafeMutableBufferPointer { pt in
                for j in 0..<columns { unsafe pt[start + j] += weight * px[j * rows + row] }
            }
        }
    }

    /// Adds the totals of later rows.
    public mutating func merge(_ other: KeyedRowTotals) {
        precondition(other.columns == columns && other.counts.count == counts.count, "totals of the same keys")
        for key in counts.indices {
            counts[key] += other.counts[key]
            weights[key] += other.weights[key]
            squaredWeights[key] += other.squaredWeights[key]
        }
        for index in totals.indices { totals[index] += other.totals[index] }
    }
}
