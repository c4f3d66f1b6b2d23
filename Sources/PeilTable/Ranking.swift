/// Numbers rows by the order of their keys: distinct keys get 0, 1, 2 … in ascending order, whatever the order
/// of the rows. Two ways with one result: a table of all possible keys, or a hash of those that occur.
enum Ranking {
    /// Keys up to which a table is made rather than a hash: a table much larger than the rows costs more to
    /// clear than the hash to fill.
    static func fitsTable(_ keyCount: Int, rowCount: Int) -> Bool {
        keyCount <= min(max(1 << 16, 4 * rowCount), 1 << 24)
    }

    /// Replaces keys 0..<keyCount by their ranks among those that occur; −1 stays.
    /// - Returns: the keys that occur, ascending.
    static func rank(_ keyOfRow: inout [Int32], keyCount: Int) -> [Int32] {
        var rankOfKey = [Int32](repeating: -1, count: keyCount)
        for key in keyOfRow where key >= 0 { rankOfKey[Int(key)] = 0 }
        var occurring: [Int32] = []
        for key in rankOfKey.indices where rankOfKey[key] == 0 {
            rankOfKey[key] = Int32(occurring.count)
            occurring.append(Int32(key))
        }
        if occurring.count < keyCount { replace(&keyOfRow, by: rankOfKey) }
        return occurring
    }

    /// Replaces each index by what stands at it in `table`; −1 stays.
    static func replace(_ indexOfRow: inout [Int32], by table: [Int32]) {
        for row in indexOfRow.indices {
            let index = indexOfRow[row]
            if index >= 0 { indexOfRow[row] = table[Int(index)] }
        }
    }

    /// The rank of each row's key, −1 where `key` gives nil, and the distinct keys, ascending.
    @inline(__always)
    static func rank(rowCount: Int, key: (Int) -> UInt64?) -> (rankOfRow: [Int32], keys: [UInt64]) {
        var numbering = KeyNumbering()
        var numberOfRow = [Int32](repeating: -1, count: rowCount)
        var last: UInt64?
        var number: Int32 = -1
        for row in 0..<rowCount {
            guard let key = key(row) else { continue }
            // Files come sorted by stratum and cluster: the row before often has the same key.
            if key != last {
                number = numbering.number(of: key)
                last = key
            }
            numberOfRow[row] = number
        }
        let keys = numbering.keys
        let order = ascending(keys)
        var rankOfNumber = [Int32](repeating: 0, count: keys.count)
        for rank in order.indices { rankOfNumber[Int(order[rank])] = Int32(rank) }
        replace(&numberOfRow, by: rankOfNumber)
        return (numberOfRow, order.map { keys[Int($0)] })
    }

    /// Positions of distinct keys in ascending order: a radix sort by bytes that skips those which all keys share.
    static func ascending(_ keys: [UInt64]) -> [Int32] {
        var order = (0..<Int32(keys.count)).map { $0 }
        var sorted = order
        let differing = keys.reduce(0) { $0 | ($1 ^ keys[0]) }
        for shift in stride(from: UInt64(0), to: 64, by: 8) where differing >> shift & 0xFF != 0 {
            var start = [Int](repeating: 0, count: 257)
            for key in keys { start[Int(key >> shift & 0xFF) + 1] += 1 }
            for byte in 0..<256 { start[byte + 1] += start[byte] }
            for position in order {
                let byte = Int(keys[Int(position)] >> shift & 0xFF)
                sorted[start[byte]] = position
                start[byte] += 1
            }
            swap(&order, &sorted)
        }
        return order
    }
}

/// Numbers distinct 64-bit keys in order of first appearance: an open hash with linear probing, at most half full.
struct KeyNumbering {
    private struct Slot {
        var key: UInt64
        /// −1 where the slot is free.
        var number: Int32
    }

    private(set) var keys: [UInt64] = []
    private var slots = [Slot](repeating: Slot(key: 0, number: -1), count: 1 << 10)
    private var mask: Int { slots.count - 1 }

    /// Another one in every process, so that nobody can make a file whose keys collide. Ranks do not depend on it.
    private static let seed = UInt64.random(in: .min ... .max)
    private let seed = Self.seed

    @inline(__always)
    mutating func number(of key: UInt64) -> Int32 {
        var index = place(of: key)
        while slots[index].number >= 0 {
            if slots[index].key == key { return slots[index].number }
            index = (index + 1) & mask
        }
        return insert(key, at: index)
    }

    /// Two rounds of multiply and fold: every bit of the key reaches the low bits.
    @inline(__always)
    private func place(of key: UInt64) -> Int {
        let first = (key ^ seed).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        let second = (first.high ^ first.low ^ seed).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        return Int(truncatingIfNeeded: second.high ^ second.low) & mask
    }

    @inline(never)
    private mutating func insert(_ key: UInt64, at index: Int) -> Int32 {
        let number = Int32(keys.count)
        slots[index] = Slot(key: key, number: number)
        keys.append(key)
        if keys.count * 2 > slots.count { grow() }
        return number
    }

    private mutating func grow() {
        slots = [Slot](repeating: Slot(key: 0, number: -1), count: slots.count * 4)
        for (number, key) in keys.enumerated() {
            var index = place(of: key)
            while slots[index].number >= 0 { index = (index + 1) & mask }
            slots[index] = Slot(key: key, number: Int32(number))
        }
    }
}
