import PeilTable

/// A numeric column in the least room in which it can be read at random: answers on a scale are small whole numbers,
/// and a million of them as bytes stay in the cache where doubles do not.
enum CompactColumn: Sendable {
    /// Whole numbers 0…254 as they are; 255 where absent.
    case bytes([UInt8])
    /// Any numbers, with a reason above 0 where absent; no reasons when nothing is.
    case doubles([Double], reasons: [UInt8])

    static let absent: UInt8 = 255

    init(_ column: NumericColumn) {
        guard let bytes = Self.bytes(column) else {
            self = .doubles(column.values, reasons: column.reasons)
            return
        }
        self = .bytes(bytes)
    }

    private static func bytes(_ column: NumericColumn) -> [UInt8]? {
        // A look at some rows spares the columns that cannot.
        for row in stride(from: 0, to: column.count, by: max(1, column.count / 64)) where !fits(column.values[row]) {
            return nil
        }
        let count = column.count
        var bytes = [UInt8](repeating: 0, count: count)
        for start in stride(from: 0, to: count, by: 4096) {
            var areCodes = true
            for row in start..<min(start + 4096, count) {
                let value = column.values[row]
                // A number of 2⁵² and more has no digits behind the point: the last byte of the sum is the whole number.
                let whole = (value > 0 ? (value < 254 ? value : 254) : 0) + 0x1p52
                areCodes = areCodes && whole - 0x1p52 == value
                bytes[row] = UInt8(truncatingIfNeeded: whole.bitPattern)
            }
            guard areCodes else { return nil }
        }
        if !column.reasons.isEmpty {
            for row in 0..<count where column.reasons[row] != 0 { bytes[row] = absent }
        }
        return bytes
    }

    private static func fits(_ value: Double) -> Bool {
        value >= 0 && value < 255 && value == value.rounded(.towardZero)
    }
}
