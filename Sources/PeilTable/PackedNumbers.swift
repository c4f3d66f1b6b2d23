/// Numbers in the narrowest type that holds each of them exactly: most answers are whole and small, and a wave
/// of a million rows then fits in memory beside its file.
public enum PackedNumbers: Sendable {
    case bytes([Int8])
    case words([Int16])
    case longs([Int32])
    /// Whole numbers, each to be divided by ten to the power `places`, which is 1 to 7: prices, shares, weights.
    case decimals([Int32], places: Int)
    case doubles([Double])

    public init(_ values: [Double]) {
        var low = 0
        var high = 0
        for value in values {
            guard abs(value) < 2e9 else {
                self = .doubles(values)
                return
            }
            let whole = Int(value)
            // Compared by bits: the sign of negative zero would be lost.
            guard Double(whole).bitPattern == value.bitPattern else {
                self = .doubles(values)
                return
            }
            low = min(low, whole)
            high = max(high, whole)
        }
        if low >= -128, high <= 127 {
            self = .bytes(values.map { Int8(truncatingIfNeeded: Int($0)) })
        } else if low >= -32_768, high <= 32_767 {
            self = .words(values.map { Int16(truncatingIfNeeded: Int($0)) })
        } else {
            self = .longs(values.map { Int32(truncatingIfNeeded: Int($0)) })
        }
    }

    public var count: Int {
        switch self {
        case .bytes(let values): values.count
        case .words(let values): values.count
        case .longs(let values), .decimals(let values, _): values.count
        case .doubles(let values): values.count
        }
    }

    /// The numbers themselves; no copy where they are kept as doubles.
    public var unpacked: [Double] {
        switch self {
        case .bytes(let values): values.eachMapped { Double($0) }
        case .words(let values): values.eachMapped { Double($0) }
        case .longs(let values): values.eachMapped { Double($0) }
        case .decimals(let values, let places):
            values.eachMapped { [power = Double(Self.power(places))] in Double($0) / power }
        case .doubles(let values): values
        }
    }

    /// Makes room for `count` numbers of this width.
    public mutating func reserve(_ count: Int) {
        switch self {
        case .bytes(var values):
            self = .bytes([])
            values.reserveCapacity(count)
            self = .bytes(values)
        case .words(var values):
            self = .words([])
            values.reserveCapacity(count)
            self = .words(values)
        case .longs(var values):
            self = .longs([])
            values.reserveCapacity(count)
            self = .longs(values)
        case .decimals(var values, let places):
            self = .longs([])
            values.reserveCapacity(count)
            self = .decimals(values, places: places)
        case .doubles(var values):
            self = .doubles([])
            values.reserveCapacity(count)
            self = .doubles(values)
        }
    }

    /// Adds `next` behind the numbers, in the width of the wider of the two. `room`: how many numbers there will
    /// be, where that is known.
    public mutating func append(_ next: PackedNumbers, room: Int) {
        if places > 0 || next.places > 0, isOfWholes, next.isOfWholes {
            appendDecimals(next, room: room)
            return
        }
        widen(to: next, room: room)
        // The numbers are taken out and put back, so that they are added in place.
        switch self {
        case .bytes(var values):
            self = .bytes([])
            next.add(to: &values)
            self = .bytes(values)
        case .words(var values):
            self = .words([])
            next.add(to: &values)
            self = .words(values)
        case .longs(var values):
            self = .longs([])
            next.add(to: &values)
            self = .longs(values)
        case .decimals: break
        case .doubles(var values):
            self = .doubles([])
            if case .doubles(let more) = next { values += more } else { values += next.unpacked }
            self = .doubles(values)
        }
    }

    private func add<Number: FixedWidthInteger>(to values: inout [Number]) {
        switch self {
        case .bytes(let more as [Number]): values += more
        case .words(let more as [Number]): values += more
        case .longs(let more as [Number]): values += more
        case .bytes(let more): for value in more { values.append(Number(truncatingIfNeeded: value)) }
        case .words(let more): for value in more { values.append(Number(truncatingIfNeeded: value)) }
        case .longs(let more): for value in more { values.append(Number(truncatingIfNeeded: value)) }
        case .decimals, .doubles: break
        }
    }

    // MARK: Decimals

    /// Ten to a power of up to 7.
    static func power(_ places: Int) -> Int32 { (0..<places).reduce(1) { power, _ in power * 10 } }

    private var places: Int { if case .decimals(_, let places) = self { places } else { 0 } }

    private var isOfWholes: Bool { if case .doubles = self { false } else { true } }

    /// Adds decimals to whole numbers or the other way about, or decimals to others. As doubles, which give the same
    /// quotients, where a whole number becomes too large.
    private mutating func appendDecimals(_ next: PackedNumbers, room: Int) {
        let most = max(places, next.places)
        guard let more = next.scaled(to: most), var values = takeScaled(to: most, room: room) else {
            self = .doubles(unpacked)
            append(.doubles(next.unpacked), room: room)
            return
        }
        values += more
        self = .decimals(values, places: most)
    }

    /// The whole numbers at `places`, taken out where they stand at so many already; nil, and nothing taken, where one is
    /// too large.
    private mutating func takeScaled(to places: Int, room: Int) -> [Int32]? {
        if case .decimals(let values, places) = self {
            self = .longs([])
            return values
        }
        guard var values = scaled(to: places) else { return nil }
        values.reserveCapacity(max(room, count))
        return values
    }

    /// The whole numbers at `places`; nil where one is too large.
    private func scaled(to places: Int) -> [Int32]? {
        let factor = Self.power(places - self.places)
        switch self {
        case .bytes(let values): return Self.scaled(values, by: factor)
        case .words(let values): return Self.scaled(values, by: factor)
        case .longs(let values): return Self.scaled(values, by: factor)
        case .decimals(let values, _): return factor == 1 ? values : Self.scaled(values, by: factor)
        case .doubles: return nil
        }
    }

    private static func scaled<Number: FixedWidthInteger>(_ values: [Number], by factor: Int32) -> [Int32]? {
        let most = Int32.max / factor
        guard values.allSatisfy({ -most <= $0 && $0 <= most }) else { return nil }
        return values.map { Int32(truncatingIfNeeded: $0) &* factor }
    }

    private var width: Int {
        switch self {
        case .bytes: 1
        case .words: 2
        case .longs, .decimals: 4
        case .doubles: 8
        }
    }

    private mutating func widen(to next: PackedNumbers, room: Int) {
        guard next.width > width else { return }
        switch next {
        case .bytes: break
        case .words:
            var values: [Int16] = []
            values.reserveCapacity(max(room, count))
            add(to: &values)
            self = .words(values)
        case .longs:
            var values: [Int32] = []
            values.reserveCapacity(max(room, count))
            add(to: &values)
            self = .longs(values)
        case .decimals: break
        case .doubles:
            var values: [Double] = []
            values.reserveCapacity(max(room, count))
            values += unpacked
            self = .doubles(values)
        }
    }

    func selecting(rows: [Int]) -> PackedNumbers {
        switch self {
        case .bytes(let values): .bytes(rows.map { values[$0] })
        case .words(let values): .words(rows.map { values[$0] })
        case .longs(let values): .longs(rows.map { values[$0] })
        case .decimals(let values, let places): .decimals(rows.map { values[$0] }, places: places)
        case .doubles(let values): .doubles(rows.map { values[$0] })
        }
    }
}
