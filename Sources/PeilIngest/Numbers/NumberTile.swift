import CByteScan

/// Plain numbers of a tile of rows, read many at a time.
struct NumberTile {
    let found: peil_number_result
    /// Rows read: the first, and behind the last.
    let first, end: Int

    /// Whether this processor reads them so.
    static let isKnown = peil_reads_numbers() != 0

    /// Reads the first rows of `rows`, whose cells are `quick`, into their places in `longs`.
    init(
        _ cells: CellPlaces, _ rows: Range<Int>, _ plan: peil_number_plan, into longs: UnsafeMutablePointer<Int32>
    ) {
        first = rows.lowerBound
        end = min(rows.upperBound, first + RowBits.count)
        let count = end - first
        found = unsafe withUnsafePointer(to: cells.places) { cells in
            unsafe withUnsafePointer(to: plan) { unsafe peil_read_numbers(cells, rows.lowerBound, count, $0, longs) }
        }
    }

    /// Digits alone.
    static func plan(_ range: ClosedRange<UInt32>) -> peil_number_plan {
        peil_number_plan(
            mark: 0xFF, places: 0, least: Int32(range.lowerBound), most: Int32(range.upperBound))
    }

    /// The rows of some bits, ascending.
    func rows(_ bits: UInt64) -> Rows { Rows(left: bits, first: first) }

    struct Rows: Sequence, IteratorProtocol {
        fileprivate var left: UInt64
        fileprivate let first: Int

        mutating func next() -> Int? {
            guard left != 0 else { return nil }
            defer { left &= left &- 1 }
            return first + left.trailingZeroBitCount
        }
    }
}
