/// Buckets of numbers by their leading bits: what lies in a bucket is smaller than what lies in the next.
public struct ValueBuckets: Sendable {
    private let low: UInt64
    private let shift: UInt64
    /// Buckets, some of which may be empty.
    public let count: Int
    /// So many bits that sums of all buckets stay near the processor, and a number of one fits in 16 bits.
    private static let width = 14

    /// nil where all values are equal, or there are none.
    /// - Parameter values: no NaN.
    public init?(_ values: [Double]) {
        guard var least = values.first else { return nil }
        var most = least
        for value in values {
            least = value < least ? value : least
            most = value > most ? value : most
        }
        guard least < most else { return nil }
        low = StableOrder.key(least)
        let range = StableOrder.key(most) - low
        shift = UInt64(max(0, 64 - range.leadingZeroBitCount - Self.width))
        count = Int(range >> shift) + 1
    }

    /// - Parameter value: from the least to the most of the values that the buckets were made for.
    public func index(of value: Double) -> Int { Int((StableOrder.key(value) - low) >> shift) }
}
