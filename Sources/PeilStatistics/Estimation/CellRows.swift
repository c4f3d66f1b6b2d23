/// The rows of consecutive cells: what an estimator sums over.
public struct CellRows: Sendable {
    /// Rows and their weights, cell by cell.
    let rows: [Int32]
    let weights: [Double]
    /// Where the rows of each cell begin.
    let rowStart: [Int32]
    let cells: Range<Int>
}

/// What is summed per cell: basic values, complete rows with weight, their weights and squared weights.
public struct CellSums: Sendable {
    let basicCount: Int
    var counts: [Int32]
    var weights: [Double]
    var squaredWeights: [Double]
    var totals: [Double]

    init(cells: Int, basicCount: Int) {
        self.basicCount = basicCount
        counts = [Int32](repeating: 0, count: cells)
        weights = [Double](repeating: 0, count: cells)
        squaredWeights = weights
        totals = [Double](repeating: 0, count: cells * basicCount)
    }
}

extension CellRows {
    /// Sums 1 and one value per row, in this order.
    /// - Parameter value: nil where the row is not complete. Inlined into the loop: a call a row would cost more than
    ///   the sum.
    @inline(__always)
    func sumOneColumn(into sums: inout CellSums, _ value: (Int) -> Double?) {
        for (offset, cell) in cells.enumerated() {
            var count: Int32 = 0
            var sum = 0.0
            var squares = 0.0
            var total = 0.0
            for position in Int(rowStart[cell])..<Int(rowStart[cell + 1]) {
                guard let value = value(Int(rows[position])) else { continue }
                let weight = weights[position]
                guard weight != 0 else { continue }
                count += 1
                sum += weight
                squares += weight * weight
                total += weight * value
            }
            sums.counts[offset] = count
            sums.weights[offset] = sum
            sums.squaredWeights[offset] = squares
            sums.totals[2 * offset] = sum
            sums.totals[2 * offset + 1] = total
        }
    }
}

extension CellRows {
    /// Where the rows of these cells stand among those of all cells.
    var positions: Range<Int> { Int(rowStart[cells.lowerBound])..<Int(rowStart[cells.upperBound]) }

    /// The codes of these rows: they stand at random, and are fetched side by side before any is waited for.
    func fetched<Code: FixedWidthInteger>(_ codes: [Code]) -> [Code] {
        let positions = positions
        var result = [Code](repeating: 0, count: positions.count)
        for place in result.indices { result[place] = codes[Int(rows[positions.lowerBound + place])] }
        return result
    }

    /// Sums 1 and a code less a shift per row, in this order. Two rows at a time, as each sum waits for the one before; an
    /// absent answer weighs nothing, as a branch would be guessed wrong where one in some is absent.
    /// - Parameter code: of the row at a position; `CompactColumn.absent` where it is not complete.
    @inline(__always)
    func sumCodes(into sums: inout CellSums, shift: Double, _ code: (Int) -> UInt8) {
        /// All bits where an answer is there, none where it is absent.
        func kept(_ position: Int, _ code: UInt8) -> Double {
            let mask = UInt64(bitPattern: (Int64(code) - Int64(CompactColumn.absent)) >> 63)
            return Double(bitPattern: weights[position].bitPattern & mask)
        }
        for (offset, cell) in cells.enumerated() {
            var count: Int32 = 0
            var (sum, squares, total) = (SIMD2<Double>.zero, SIMD2<Double>.zero, SIMD2<Double>.zero)
            var position = Int(rowStart[cell])
            let end = Int(rowStart[cell + 1])
            while position + 1 < end {
                let (first, second) = (code(position), code(position + 1))
                let weights = SIMD2(kept(position, first), kept(position + 1, second))
                count &+= (weights.x == 0 ? 0 : 1) &+ (weights.y == 0 ? 0 : 1)
                sum += weights
                squares += weights * weights
                total += weights * (SIMD2(Double(first), Double(second)) - shift)
                position += 2
            }
            if position < end {
                let code = code(position)
                let weight = kept(position, code)
                count &+= weight == 0 ? 0 : 1
                sum.x += weight
                squares.x += weight * weight
                total.x += weight * (Double(code) - shift)
            }
            sums.counts[offset] = count
            sums.weights[offset] = sum.sum()
            sums.squaredWeights[offset] = squares.sum()
            sums.totals[2 * offset] = sum.sum()
            sums.totals[2 * offset + 1] = total.sum()
        }
    }
}

extension CellRows {
    /// Sums 1 and the indicators of `count` levels per row, in this order.
    /// - Parameter level: of the row at a position; −1 where it is not complete, one beyond the last counts for none.
    @inline(__always)
    func sumLevels(into sums: inout CellSums, count levels: Int, _ level: (Int) -> Int) {
        let k = levels + 1
        // The sums of one cell; the last counts for none.
        var own = [Double](repeating: 0, count: k)
        for (offset, cell) in cells.enumerated() {
            var count: Int32 = 0
            var sum = 0.0
            var squares = 0.0
            for position in Int(rowStart[cell])..<Int(rowStart[cell + 1]) {
                let level = level(position)
                guard level >= 0 else { continue }
                let weight = weights[position]
                guard weight != 0 else { continue }
                count += 1
                sum += weight
                squares += weight * weight
                own[level] += weight
            }
            sums.counts[offset] = count
            sums.weights[offset] = sum
            sums.squaredWeights[offset] = squares
            sums.totals[offset * k] = sum
            for level in 0..<levels {
                sums.totals[offset * k + 1 + level] = own[level]
                own[level] = 0
            }
        }
    }
}

extension SmoothEstimator {
    public func add(_ rows: CellRows, to sums: inout CellSums) { addEachRow(rows, to: &sums) }

    public func add(
        _ rows: CellRows, to sums: inout CellSums, again others: CellRows, at places: [Int32],
        to otherSums: inout CellSums
    ) {
        add(rows, to: &sums)
        add(others, to: &otherSums)
    }

    func addEachRow(_ rows: CellRows, to sums: inout CellSums) {
        let k = basicCount
        for (offset, cell) in rows.cells.enumerated() {
            var count: Int32 = 0
            var sum = 0.0
            var squares = 0.0
            for position in Int(rows.rowStart[cell])..<Int(rows.rowStart[cell + 1]) {
                let row = Int(rows.rows[position])
                guard isComplete(row) else { continue }
                let weight = rows.weights[position]
                guard weight != 0 else { continue }
                add(row, weight: weight, to: &sums.totals, at: offset * k)
                count += 1
                sum += weight
                squares += weight * weight
            }
            sums.counts[offset] = count
            sums.weights[offset] = sum
            sums.squaredWeights[offset] = squares
        }
    }
}
