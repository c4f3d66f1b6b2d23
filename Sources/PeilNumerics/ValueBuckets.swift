/// Buckets of numbers by their leading bits: what lies in a bucket is smaller than what lies in the next.
@frozen
public struct ValueBuckets: Sendable {
    @usableFromInline let low: UInt64
    @usableFromInline let shift: UInt64
    /// Buckets, some of which may be empty.
    public let count: Int
    /// So many bits that sums of all buckets stay near the processor, and a number of one fits in 16 bits.
    private static let width = 14

    /// nil where the least value is the most.
    /// - Parameters:
    ///   - least: of the values that will be asked for, none of which is NaN.
    ///   - most: of the same values.
    public init?(from least: Double, through most: Double) {
        guard least < most else { return nil }
        low = StableOrder.key(least)
        let range = StableOrder.key(most) - low
        shift = UInt64(max(0, 64 - range.leadingZeroBitCount - Self.width))
        count = Int(range >> shift) + 1
    }

    /// - Parameter value: from the least to the most of the values that the buckets were made for.
    @inlinable public func index(of value: Double) -> Int { Int((StableOrder.key(value) - low) >> shift) }
}
