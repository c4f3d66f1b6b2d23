internal import PeilTable

/// A column as an estimator reads it: numbers shifted by their plain mean, so that sums of values near 1e8
/// with a spread of 1e-3 lose no digits.
struct ShiftedColumn: Sendable {
    let name: String
    let values: [Double]
    let reasons: [UInt8]
    let shift: Double

    init(_ name: String, _ column: NumericColumn, from origin: ColumnOrigin = .mean) {
        let mean = Self.mean(column)
        guard origin == .nearMean else {
            self.init(name: name, values: column.values, reasons: column.reasons, shift: mean)
            return
        }
        var largest = 0.0
        for row in column.values.indices where column.isPresent(row) {
            largest = max(largest, abs(column.values[row] - mean))
        }
        self.init(
            name: name, values: column.values, reasons: column.reasons,
            shift: Self.roundOrigin(mean, largestDeviation: largest))
    }

    /// Columns of which only the totals are at hand.
    static func withoutRows(_ names: [String], _ origins: [Double]) -> [ShiftedColumn] {
        zip(names, origins).map { ShiftedColumn(name: $0, values: [], reasons: [], shift: $1) }
    }

    /// A few digits of the mean suffice for a shift; where the plain sum overflows, the running mean does not.
    private static func mean(_ column: NumericColumn) -> Double {
        var sum = 0.0
        var present = 0.0
        if column.reasons.isEmpty {
            for value in column.values { sum += value }
            present = Double(column.count)
        } else {
            for row in column.values.indices where column.reasons[row] == 0 {
                sum += column.values[row]
                present += 1
            }
        }
        if present == 0 { return 0 }
        if sum.isFinite { return sum / present }
        var mean = 0.0
        var seen = 0.0
        for row in column.values.indices where column.isPresent(row) {
            seen += 1
            mean += column.values[row] / seen - mean / seen
        }
        return mean
    }

    private init(name: String, values: [Double], reasons: [UInt8], shift: Double) {
        self.name = name
        self.values = values
        self.reasons = reasons
        self.shift = shift
    }

    @inline(__always) func isPresent(_ row: Int) -> Bool { reasons.isEmpty || reasons[row] == 0 }
    @inline(__always) func deviation(_ row: Int) -> Double { values[row] - shift }

    /// The same column in another unit, in which the largest deviation lies between 1 and 2: its squares neither
    /// overflow nor vanish. The unit is a power of two, so that no digit changes.
    func inUnitSize() -> ShiftedColumn {
        var largest = 0.0
        for row in values.indices where isPresent(row) { largest = max(largest, abs(deviation(row))) }
        guard largest.isNormal else { return self }
        // In two steps: 2¹⁰²³ is the largest factor that a double holds.
        let first = Double(sign: .plus, exponent: -Int(largest.exponent) / 2, significand: 1)
        let second = Double(sign: .plus, exponent: -Int(largest.exponent) - -Int(largest.exponent) / 2, significand: 1)
        return ShiftedColumn(
            name: name, values: values.map { $0 * first * second }, reasons: reasons, shift: shift * first * second)
    }
}
