/// Rows sorted by a small key together with what is asked of them: where rows stand at random, to look that up again would
/// cost more than to carry it.
struct CarriedRows: Sendable {
    struct Row: Sendable {
        var row: Int32 = 0
        /// What its key is parted into: the sampling unit that the row is in, or its cell of a calibration.
        var part: Int32 = 0
        var weight = 0.0
    }

    /// By key, those of a key in their order.
    private(set) var rows: [Row]
    private let start: [Int]
    var keyCount: Int { start.count - 1 }

    /// - Parameters:
    ///   - keys: of each row, 0 ..< count; below 0 for rows left out.
    ///   - mask: false for rows left out; nil where none is.
    ///   - parts: of each row; empty where all are in one.
    init(by keys: [Int32], count: Int, in mask: [Bool]?, parts: [Int32], weights: [Double]) {
        var start = [Int](repeating: 0, count: count + 1)
        for row in keys.indices where keys[row] >= 0 && mask?[row] != false { start[Int(keys[row]) + 1] += 1 }
        for key in 0..<count { start[key + 1] += start[key] }
        self.start = start
        var rows = [Row](repeating: Row(), count: start[count])
        for row in keys.indices where keys[row] >= 0 && mask?[row] != false {
            let key = Int(keys[row])
            rows[start[key]] = Row(row: Int32(row), part: parts.isEmpty ? 0 : parts[row], weight: weights[row])
            start[key] += 1
        }
        self.rows = rows
    }

    /// Gives each row another part and weight.
    mutating func carry(parts: [Int32], weights: [Double]) {
        for index in rows.indices {
            let row = Int(rows[index].row)
            rows[index] = Row(row: Int32(row), part: parts[row], weight: weights[row])
        }
    }

    /// Where the rows of a key stand.
    func range(_ key: Int) -> Range<Int> { start[key]..<start[key + 1] }
}
