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

    /// Values from small to large with their weights, equal values in the order given. values: no NaN.
    ///
    /// Values go first into buckets by their leading bits, some eight to a bucket, and are then put in order within
    /// theirs: two steps through memory instead of one for every eleven bits. A bucket that a lump or an outlier
    /// filled is sorted by all its bits.
    public static func sorted(_ values: [Double], with weights: [Double]) -> (values: [Double], weights: [Double]) {
        precondition(values.count == weights.count, "a weight for each value")
        guard values.count > 512, let low = values.min().map(key), let high = values.max().map(key), low < high else {
            return permuted(values, weights)
        }
        let width = UInt64(max(8, 64 - (values.count / 8).leadingZeroBitCount))
        let shift = UInt64(max(0, 64 - (high - low).leadingZeroBitCount - Int(width)))
        var next = [Int32](repeating: 0, count: Int((high - low) >> shift) + 2)
        for value in values { next[Int((key(value) - low) >> shift) + 1] += 1 }
        for bucket in 1..<next.count { next[bucket] += next[bucket - 1] }
        var sortedValues = values
        var sortedWeights = weights
        for index in values.indices {
            let bucket = Int((key(values[index]) - low) >> shift)
            let position = Int(next[bucket])
            next[bucket] += 1
            sortedValues[position] = values[index]
            sortedWeights[position] = weights[index]
        }
        // Each entry has moved to where its bucket ends.
        var first = 0
        for end in next.dropLast() {
            if Int(end) - first > 1 { order(first..<Int(end), &sortedValues, &sortedWeights) }
            first = Int(end)
        }
        return (sortedValues, sortedWeights)
    }

    private static func order(_ range: Range<Int>, _ values: inout [Double], _ weights: inout [Double]) {
        guard range.count <= 48 else {
            let own = permuted(Array(values[range]), Array(weights[range]))
            values.replaceSubrange(range, with: own.values)
            weights.replaceSubrange(range, with: own.weights)
            return
        }
        for index in (range.lowerBound + 1)..<range.upperBound where values[index] < values[index - 1] {
            let (value, weight) = (values[index], weights[index])
            var hole = index
            while hole > range.lowerBound, values[hole - 1] > value {
                values[hole] = values[hole - 1]
                weights[hole] = weights[hole - 1]
                hole -= 1
            }
            values[hole] = value
            weights[hole] = weight
        }
    }

    private static func permuted(_ values: [Double], _ weights: [Double]) -> (values: [Double], weights: [Double]) {
        let order = ascending(values)
        return (order.map { values[Int($0)] }, order.map { weights[Int($0)] })
    }

    private static func isAscending(_ keys: [UInt64]) -> Bool {
        for index in 1..<keys.count where keys[index] < keys[index - 1] { return false }
        return true
    }

    /// Bits whose unsigned order is the order of the numbers.
    @inlinable static func key(_ value: Double) -> UInt64 {
        let bits = (value == 0 ? 0.0 : value).bitPattern
        return bits >> 63 == 1 ? ~bits : bits | 1 << 63
    }
}
