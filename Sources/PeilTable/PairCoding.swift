/// The pairs of an outer and an inner index that occur together in a row, numbered by outer index first and
/// inner index second: groups of two variables, clusters within strata, strata within units.
public struct PairCoding: Sendable, Equatable {
    /// The pair of each row, −1 where one of its indices is.
    public let indexOfRow: [Int32]
    /// The outer and the inner index of each pair.
    public let outer: [Int32]
    public let inner: [Int32]

    public var count: Int { outer.count }

    /// `outer` and `inner`: an index a row, from 0 and below their count, −1 for none.
    public init(outer: [Int32], count outerCount: Int, inner: [Int32], count innerCount: Int) {
        precondition(outer.count == inner.count, "one index a row on both sides")
        let keyCount = outerCount * innerCount
        if Ranking.fitsTable(keyCount, rowCount: outer.count) {
            let width = Int32(innerCount)
            var codes = [Int32](repeating: -1, count: outer.count)
            for row in codes.indices where outer[row] >= 0 && inner[row] >= 0 {
                codes[row] = outer[row] * width + inner[row]
            }
            let pairs = Ranking.rank(&codes, keyCount: keyCount)
            indexOfRow = codes
            self.outer = pairs.map { $0 / width }
            self.inner = pairs.map { $0 % width }
        } else {
            let (ranks, keys) = Ranking.rank(rowCount: outer.count) { row in
                guard outer[row] >= 0, inner[row] >= 0 else { return nil }
                return UInt64(outer[row]) << 32 | UInt64(inner[row])
            }
            indexOfRow = ranks
            self.outer = keys.map { Int32($0 >> 32) }
            self.inner = keys.map { Int32($0 & 0xFFFF_FFFF) }
        }
    }
}
