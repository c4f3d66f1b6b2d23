import CByteScan

/// Where the numbers of a column of a block go while they come in.
protocol NumberSink {
    /// Decimals that all of them have.
    var places: Int { get }
    /// Sets the first rows of `rows` that hold plain numbers, up to a tile of them; nil where that is not known.
    mutating func setTile(_ cells: CellPlaces, _ rows: Range<Int>) -> NumberTile?
    /// Sets the number that `digits` give with so many decimals; false where it does not fit.
    mutating func set(_ digits: UInt32, decimals: Int, _ row: Int) -> Bool
    /// Sets any number; false where it does not fit. The rows before have been set.
    mutating func set(_ value: Double, _ row: Int) -> Bool
}

/// Numbers with a few decimals, as `PackedNumbers.decimals` keeps them: whole numbers, all to be divided by one power of
/// ten. What comes out is the quotient itself, to the last bit.
@safe struct DecimalNumbers: NumberSink {
    let longs: UnsafeMutablePointer<Int32>
    private(set) var places = 0
    /// Ten to the powers 0 to 7.
    private let powers: UnsafePointer<Double>
    /// Of plain numbers.
    private let lowest, highest: Double
    private var plan: peil_number_plan

    private static let mostPlaces = 7
    private static let limit = Double(Int32.max)

    /// `longs`: room, in which whole numbers may stand already. `mark`: the decimal mark.
    init(
        _ longs: UnsafeMutablePointer<Int32>, powers: UnsafePointer<Double>, mark: UInt8, lowest: Double,
        highest: Double
    ) {
        unsafe self.longs = longs
        unsafe self.powers = powers
        self.lowest = lowest
        self.highest = highest
        plan = peil_number_plan(mark: mark, places: 0, least: 0, most: 0)
    }

    mutating func setTile(_ cells: CellPlaces, _ rows: Range<Int>) -> NumberTile? {
        unsafe NumberTile(cells, rows, plan, into: longs)
    }

    /// Reads plain numbers at the places of now.
    private mutating func makePlan() {
        plan.places = UInt8(places)
        plan.least = first { $0 >= lowest }
        plan.most = first { $0 > highest } &- 1
    }

    /// The first whole number from 0 on whose quotient is as wished; the largest of all where none is.
    private func first(_ isWished: (Double) -> Bool) -> Int32 {
        var (low, high) = (Int32(0), Int32.max)
        while low < high {
            let middle = low + (high - low) / 2
            if unsafe isWished(Double(middle) / powers[places]) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    @inline(__always)
    mutating func set(_ digits: UInt32, decimals: Int, _ row: Int) -> Bool {
        guard decimals <= places else { return false }
        let scaled = unsafe Double(digits) * powers[places &- decimals]
        guard scaled <= Self.limit else { return false }
        unsafe longs[row] = Int32(scaled)
        return true
    }

    mutating func set(_ value: Double, _ row: Int) -> Bool {
        for places in max(1, places)...Self.mostPlaces {
            let scaled = unsafe (value * powers[places]).rounded()
            guard abs(scaled) <= Self.limit else { return false }
            // Compared by bits: the sign of negative zero would be lost.
            let number = Int32(scaled)
            guard unsafe (Double(number) / powers[places]).bitPattern == value.bitPattern else { continue }
            guard scale(row, to: places) else { return false }
            unsafe longs[row] = number
            return true
        }
        return false
    }

    /// Gives the first `count` numbers more places; false, and nothing done, where one becomes too large.
    private mutating func scale(_ count: Int, to places: Int) -> Bool {
        guard places > self.places else { return true }
        let factor = unsafe Int32(powers[places - self.places])
        let most = Int32.max / factor
        for row in 0..<count where unsafe longs[row] > most || longs[row] < -most { return false }
        for row in 0..<count { unsafe longs[row] &*= factor }
        self.places = places
        makePlan()
        return true
    }

    /// The number of a row.
    func value(_ row: Int) -> Double { unsafe Double(longs[row]) / powers[places] }
}

/// Any numbers.
@safe struct DoubleNumbers: NumberSink {
    let places = 0
    private let values: UnsafeMutablePointer<Double>
    private let powers: UnsafePointer<Double>

    init(_ values: UnsafeMutablePointer<Double>, powers: UnsafePointer<Double>) {
        unsafe self.values = values
        unsafe self.powers = powers
    }

    mutating func setTile(_ cells: CellPlaces, _ rows: Range<Int>) -> NumberTile? { nil }

    @inline(__always)
    mutating func set(_ digits: UInt32, decimals: Int, _ row: Int) -> Bool {
        unsafe (values + row).initialize(to: Double(digits) / powers[decimals])
        return true
    }

    mutating func set(_ value: Double, _ row: Int) -> Bool {
        unsafe (values + row).initialize(to: value)
        return true
    }
}
