extension LinearAlgebra {
    /// XᵀDX, symmetric p×p, for X with n rows and p columns and D the diagonal of n `weights` ≥ 0.  BLAS dsyrk on √D·X.
    public static func crossProduct(_ x: DenseMatrix, weights: [Double]) -> DenseMatrix {
        let storage = scaled(x, by: weights.map { $0.squareRoot() }, spareColumns: 0)
        return crossProduct(DenseMatrix(rows: x.rows, columns: x.columns, storage: storage))
    }

    /// ZᵀZ, symmetric (p+1)×(p+1), for Z = (RX, v): R the diagonal of n `factors`, v one more column. One product gives
    /// what a step of reweighted least squares sums: its matrix and, in the last column, its right side.
    public static func crossProduct(_ x: DenseMatrix, factors: [Double], andColumn v: [Double]) -> DenseMatrix {
        precondition(v.count == x.rows, "a number a row")
        var storage = scaled(x, by: factors, spareColumns: 1)
        storage.append(contentsOf: v)
        return crossProduct(DenseMatrix(rows: x.rows, columns: x.columns + 1, storage: storage))
    }

    /// X·v, n numbers, for X with n rows and p columns: column by column, in one pass over memory.
    public static func product(_ x: DenseMatrix, _ vector: [Double]) -> [Double] {
        precondition(vector.count == x.columns, "a number a column")
        var result = [Double](repeating: 0, count: x.rows)
        let rows = x.rows
        unsafe x.storage.withUnsafeBufferPointer { px in
            unsafe result.withUnsafeMutableBufferPointer { pr in
                for (column, factor) in vector.enumerated() where factor != 0 {
                    let start = column * rows
                    for row in 0..<rows { unsafe pr[row] += factor * px[start + row] }
                }
            }
        }
        return result
    }

    /// Xᵀv, p numbers.
    public static func transposedProduct(_ x: DenseMatrix, _ vector: [Double]) -> [Double] {
        precondition(vector.count == x.rows, "a number a row")
        let rows = x.rows
        return unsafe x.storage.withUnsafeBufferPointer { px in
            unsafe vector.withUnsafeBufferPointer { pv in
                (0..<x.columns).map { column in
                    // Four sums at a time, in an order that depends on the number of rows only.
                    var sums = SIMD4<Double>.zero
                    let start = column * rows
                    var row = 0
                    while row + 4 <= rows {
                        let a = unsafe SIMD4(
                            px[start + row], px[start + row + 1], px[start + row + 2], px[start + row + 3])
                        let b = unsafe SIMD4(pv[row], pv[row + 1], pv[row + 2], pv[row + 3])
                        sums += a * b
                        row += 4
                    }
                    var sum = sums.sum()
                    while row < rows {
                        unsafe sum += px[start + row] * pv[row]
                        row += 1
                    }
                    return sum
                }
            }
        }
    }

    /// Rows of X times `factors`, with room for more columns.
    fileprivate static func scaled(_ x: DenseMatrix, by factors: [Double], spareColumns: Int) -> [Double] {
        precondition(factors.count == x.rows, "a factor a row")
        let (rows, columns) = (x.rows, x.columns)
        let capacity = rows * (columns + spareColumns)
        return unsafe x.storage.withUnsafeBufferPointer { px in
            unsafe factors.withUnsafeBufferPointer { pf in
                unsafe [Double](unsafeUninitializedCapacity: capacity) { buffer, count in
                    for column in 0..<columns {
                        let start = column * rows
                        for row in 0..<rows {
                            unsafe buffer.initializeElement(at: start + row, to: px[start + row] * pf[row])
                        }
                    }
                    count = rows * columns
                }
            }
        }
    }
}

extension DenseMatrix {
    /// The same matrix with each row multiplied by its factor.
    public func scalingRows(by factors: [Double]) -> DenseMatrix {
        DenseMatrix(rows: rows, columns: columns, storage: LinearAlgebra.scaled(self, by: factors, spareColumns: 0))
    }

    /// Takes `centres` off the columns, and tells each column's sum of squares after that.
    public mutating func centreColumns(at centres: [Double]) -> [Double] {
        precondition(centres.count == columns, "a centre a column")
        let (rows, columns) = (rows, columns)
        return unsafe storage.withUnsafeMutableBufferPointer { x in
            (0..<columns).map { column in
                let (start, centre) = (column * rows, centres[column])
                // Four sums at a time, in an order that depends on the number of rows only.
                var sums = SIMD4<Double>.zero
                var row = 0
                while row + 4 <= rows {
                    let place = start + row
                    let moved = unsafe SIMD4(x[place], x[place + 1], x[place + 2], x[place + 3]) - centre
                    for lane in 0..<4 { unsafe x[place + lane] = moved[lane] }
                    sums += moved * moved
                    row += 4
                }
                var sum = sums.sum()
                while row < rows {
                    unsafe x[start + row] -= centre
                    unsafe sum += x[start + row] * x[start + row]
                    row += 1
                }
                return sum
            }
        }
    }
}
