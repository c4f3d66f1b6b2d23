/// Many sums of doubles that are kept without any rounding, so that they come out the same whatever the order and
/// grouping in which their terms arrive: partitions of a file can be merged in any tree.
///
/// Each sum is an unevaluated s + e of two doubles, |e| at most half a unit in the last place of s, and in the rare
/// case that this does not hold it exactly, further doubles beside it. Additions are error-free transformations
/// (Knuth's two-sum), the value is the exact sum rounded once.  Shewchuk 1997; Ogita, Rump & Oishi 2005.
public struct ExactSums: Sendable, Equatable {
    /// The sum of each number, rounded.
    public private(set) var high: [Double]
    /// What is left of it.
    public private(set) var low: [Double]
    /// What two doubles do not hold: non-overlapping, ascending in size.
    public private(set) var rest: [Int: [Double]] = [:]

    public var count: Int { high.count }

    public init(count: Int) {
        high = [Double](repeating: 0, count: count)
        low = high
    }

    /// Sums that were kept.
    /// - Returns: nil where the parts do not belong together.
    public init?(high: [Double], low: [Double], rest: [Int: [Double]]) {
        guard high.count == low.count, rest.keys.allSatisfy({ high.indices.contains($0) }) else { return nil }
        self.high = high
        self.low = low
        self.rest = rest
    }

    /// Adds room for more sums, each 0.
    public mutating func grow(to count: Int) {
        guard count > self.count else { return }
        high += [Double](repeating: 0, count: count - self.count)
        low += [Double](repeating: 0, count: count - low.count)
    }

    public mutating func reserve(_ count: Int) {
        high.reserveCapacity(count)
        low.reserveCapacity(count)
    }

    @inline(__always)
    private static func twoSum(_ a: Double, _ b: Double) -> (Double, Double) {
        let sum = a + b
        let part = sum - a
        return (sum, (a - (sum - part)) + (b - part))
    }

    @inline(__always)
    public mutating func add(_ value: Double, at index: Int) {
        let (sum, lost) = Self.twoSum(high[index], value)
        guard sum.isFinite else {
            // What overflows has no remainder.
            (high[index], low[index]) = (sum, 0)
            return
        }
        let (small, smaller) = Self.twoSum(low[index], lost)
        (high[index], low[index]) = Self.twoSum(sum, small)
        if smaller != 0 { addRest(smaller, at: index) }
    }

    private mutating func addRest(_ value: Double, at index: Int) { Self.grow(&rest[index, default: []], value) }

    /// Adds sum number `other` of `sums` to sum number `index`.
    @inline(__always)
    public mutating func add(_ sums: ExactSums, _ other: Int, at index: Int) {
        add(sums.high[other], at: index)
        if sums.low[other] != 0 { add(sums.low[other], at: index) }
        if !sums.rest.isEmpty, let more = sums.rest[other] { for value in more { add(value, at: index) } }
    }

    /// The exact sum, rounded to the nearest double once.
    public func value(_ index: Int) -> Double {
        guard !rest.isEmpty, let more = rest[index] else { return high[index] }
        return Self.rounded(Self.expansion([low[index], high[index]] + more))
    }

    /// The same sums in the one form that depends on their exact values only.
    public mutating func settle() {
        guard !rest.isEmpty else { return }
        var kept: [Int: [Double]] = [:]
        for (index, more) in rest {
            var parts = Self.expansion([low[index], high[index]] + more)
            var settled: [Double] = []
            while true {
                let next = Self.rounded(parts)
                guard next != 0, next.isFinite else { break }
                settled.append(next)
                parts = Self.expansion(parts + [-next])
            }
            high[index] = settled.first ?? 0
            low[index] = settled.count > 1 ? settled[1] : 0
            if settled.count > 2 { kept[index] = settled[2...].reversed() }
        }
        rest = kept
    }

    // MARK: Expansions

    /// Adds a number to non-overlapping ones, ascending.
    private static func grow(_ parts: inout [Double], _ value: Double) {
        var carried = value
        var result: [Double] = []
        for part in parts {
            let (sum, lost) = twoSum(carried, part)
            if lost != 0 { result.append(lost) }
            carried = sum
        }
        if carried != 0 { result.append(carried) }
        parts = result
    }

    private static func expansion(_ values: [Double]) -> [Double] {
        var parts: [Double] = []
        for value in values { grow(&parts, value) }
        return parts
    }

    /// Non-overlapping numbers, ascending, rounded once: half-way cases look at what lies below.
    private static func rounded(_ parts: [Double]) -> Double {
        guard var index = parts.indices.last else { return 0 }
        var sum = parts[index]
        var lost = 0.0
        while index > 0, lost == 0 {
            index -= 1
            (sum, lost) = twoSum(sum, parts[index])
        }
        if index > 0, lost != 0, (lost < 0) == (parts[index - 1] < 0) {
            let doubled = lost * 2
            let next = sum + doubled
            if next - sum == doubled { sum = next }
        }
        return sum
    }
}
