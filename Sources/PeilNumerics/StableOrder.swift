/// The order of numbers from small to large, equal numbers in the order given.
public enum StableOrder {
    /// Indices into `values`, ascending by value; −0 and 0 are equal. values: no NaN.
    ///
    /// A radix sort on the bits of the numbers, eleven at a time from the lowest: whole numbers of modest size share
    /// most of their bits, and a digit that all share costs one look.
    public static func ascending(_ values: [Double]) -> [Int32] {
        precondition(values.count < Int(Int32.max), "an index fits in 32 bits")
        let count = values.count
        var order = (0..<Int32(count)).map { $0 }
        guard count > 1 else { return order }
        var keys = values.map(key)
        if isAscending(keys) { return order }
        var otherKeys = keys
        var otherOrder = order
        for shift in stride(from: UInt64(0), to: 64, by: 11) {
            var start = [Int](repeating: 0, count: 2049)
            for key in keys { start[Int((key >> shift) & 2047) + 1] += 1 }
            if start.contains(count) { continue }
            for digit in 0..<2048 { start[digit + 1] += start[digit] }
            for index in 0..<count {
                let digit = Int((keys[index] >> shift) & 2047)
                otherKeys[start[digit]] = keys[index]
                otherOrder[start[digit]] = order[index]
                start[digit] += 1
            }
            swap(&keys, &otherKeys)
            swap(&order, &otherOrder)
        }
        return order
    }

    private static func isAscending(_ keys: [UInt64]) -> Bool {
        for index in 1..<keys.count where keys[index] < keys[index - 1] { return false }
        return true
    }

    /// Bits whose unsigned order is the order of the numbers.
    private static func key(_ value: Double) -> UInt64 {
        let bits = (value == 0 ? 0.0 : value).bitPattern
        return bits >> 63 == 1 ? ~bits : bits | 1 << 63
    }
}
