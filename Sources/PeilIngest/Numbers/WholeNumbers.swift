import PeilTable

/// Room for the numbers of one column of a block: kept by a thread from block to block.
@safe final class NumberScratch {
    private var room = 0
    private var numbers: UnsafeMutablePointer<Int32>
    /// Ten to the powers 0 to 7, exactly.
    let powers: UnsafePointer<Double>
    /// Columns of the block at hand of which every cell that stands between two delimiters with room behind it is a
    /// number in digits, and how many digits the longest has.
    private(set) var mostDigits: [Int: Int] = [:]

    init() {
        unsafe numbers = .allocate(capacity: 1)
        let powers = UnsafeMutablePointer<Double>.allocate(capacity: 8)
        for power in 0..<8 {
            unsafe (powers + power).initialize(to: (0..<power).reduce(1.0) { value, _ in value * 10 })
        }
        unsafe self.powers = UnsafePointer(powers)
    }

    deinit {
        unsafe numbers.deallocate()
        unsafe powers.deallocate()
    }

    func beginBlock() { mostDigits = [:] }
    func note(_ column: Int, mostDigits digits: Int) { mostDigits[column] = digits }

    func longs(_ count: Int) -> UnsafeMutablePointer<Int32> {
        if count > room {
            room = count + count / 4
            unsafe numbers.deallocate()
            unsafe numbers = .allocate(capacity: room)
        }
        return unsafe numbers
    }
}

/// Whole numbers of a column while they come in, with their bounds.
@safe struct WholeNumbers {
    let longs: UnsafeMutablePointer<Int32>
    /// Numbers from here on are kept as doubles, as `PackedNumbers` keeps them.
    private static let limit = 2e9
    private var low: Int32 = 0
    private var high: Int32 = 0
    /// Digits of the longest cell; nil where cells hold anything else than digits.
    private(set) var mostDigits: Int? = 0

    init(_ longs: UnsafeMutablePointer<Int32>) { unsafe self.longs = longs }

    @inline(__always)
    mutating func set(_ value: Int32, _ row: Int) {
        unsafe longs[row] = value
        low = min(low, value)
        high = max(high, value)
    }

    /// Numbers from 0 to `highest` were set, all of them plain cells of up to so many digits.
    mutating func note(highest: Int32, digits: Int) {
        high = max(high, highest)
        mostDigits = mostDigits.map { max($0, digits) }
    }

    /// A cell was no plain one.
    mutating func noteOther() { mostDigits = nil }

    /// False where the value is not whole, or too large.
    mutating func set(_ value: Double, _ row: Int) -> Bool {
        guard abs(value) < Self.limit else { return false }
        let whole = Int32(value)
        // Compared by bits: the sign of negative zero would be lost.
        guard Double(whole).bitPattern == value.bitPattern else { return false }
        set(whole, row)
        return true
    }

    /// The first `count` of them in the narrowest type, as `PackedNumbers` packs doubles.
    func packed(_ count: Int) -> PackedNumbers {
        if low >= -128, high <= 127 { return .bytes(narrow(count)) }
        if low >= -32_768, high <= 32_767 { return .words(narrow(count)) }
        return .longs(narrow(count))
    }

    private func narrow<Number: FixedWidthInteger>(_ count: Int) -> [Number] {
        unsafe [Number](unsafeUninitializedCapacity: count) { result, used in
            guard let base = result.baseAddress else { return }
            for row in 0..<count { unsafe (base + row).initialize(to: Number(truncatingIfNeeded: longs[row])) }
            used = count
        }
    }
}
