internal import PeilTable

/// A column as an estimator reads it: numbers shifted by their plain mean, so that sums of values near 1e8
/// with a spread of 1e-3 lose no digits.
struct ShiftedColumn: Sendable {
    let name: String
    let values: [Double]
    let reasons: [UInt8]
    let shift: Double

    init(_ name: String, _ column: NumericColumn) {
        self.name = name
        values = column.values
        reasons = column.reasons
        var mean = 0.0
        var present = 0.0
        for row in 0..<column.count where column.isPresent(row) {
            present += 1
            mean += (column.values[row] - mean) / present
        }
        shift = mean
    }

    @inline(__always) func isPresent(_ row: Int) -> Bool { reasons.isEmpty || reasons[row] == 0 }
    @inline(__always) func deviation(_ row: Int) -> Double { values[row] - shift }
}
