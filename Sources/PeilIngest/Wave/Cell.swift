#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The bytes of one cell while its block is at hand: quotes taken off, escapes resolved.
@safe struct Cell {
    private let start: UnsafePointer<UInt8>
    let count: Int
    /// Behind the last byte that may be read at once with others.
    private let limit: UnsafePointer<UInt8>

    @inline(__always)
    init(start: UnsafePointer<UInt8>, count: Int, limit: UnsafePointer<UInt8>) {
        unsafe self.start = start
        self.count = count
        unsafe self.limit = limit
    }

    var isEmpty: Bool { count == 0 }

    @inline(__always)
    subscript(index: Int) -> UInt8 { unsafe start[index] }

    /// Up to eight bytes from `offset` on as one number, zeros behind the end of the cell.
    @inline(__always)
    func word(at offset: Int) -> UInt64 {
        let left = count - offset
        guard left > 0 else { return 0 }
        if unsafe start + offset + 8 <= limit {
            let word = unsafe Word.load(start + offset)
            return left >= 8 ? word : word & ((1 << UInt64(left * 8)) &- 1)
        }
        var word: UInt64 = 0
        for index in 0..<min(left, 8) { word |= unsafe UInt64(start[offset + index]) << UInt64(index * 8) }
        return word
    }

    /// Spaces or tabs stand at one of its ends.
    @inline(__always)
    var hasOuterSpace: Bool { count > 0 && (Ascii.isSpace(self[0]) || Ascii.isSpace(self[count - 1])) }

    var trimmed: Cell {
        var first = 0
        var end = count
        while first < end, Ascii.isSpace(self[first]) { first += 1 }
        while end > first, Ascii.isSpace(self[end - 1]) { end -= 1 }
        return unsafe Cell(start: start + first, count: end - first, limit: limit)
    }

    /// Calls `use` with the bytes, and their place in them.
    @inline(__always)
    func withSpan<R>(_ use: (Span<UInt8>, Range<Int>) -> R) -> R {
        let buffer = unsafe UnsafeBufferPointer(start: start, count: count)
        return unsafe use(buffer.span, 0..<count)
    }

    var bytes: [UInt8] { unsafe Array(UnsafeBufferPointer(start: start, count: count)) }
    var text: String { unsafe String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self) }

    /// Whether as many bytes from `other` on are the same.
    func equals(_ other: UnsafePointer<UInt8>) -> Bool { unsafe memcmp(start, other, count) == 0 }

    func equals(_ other: [UInt8]) -> Bool {
        guard count == other.count else { return false }
        for index in 0..<count where self[index] != other[index] { return false }
        return true
    }

    /// False where a short cell holds neither this small letter nor its capital; of a longer one nothing is said.
    func mayHold(letter: UInt8) -> Bool {
        guard count <= 16 else { return true }
        let pattern = Word.repeating(letter)
        let small = Word.repeating(0x20)
        return Word.matches(word(at: 0) | small, pattern) | Word.matches(word(at: 8) | small, pattern) != 0
    }

    func contains(_ byte: UInt8) -> Bool {
        let pattern = Word.repeating(byte)
        var offset = 0
        while offset + 8 <= count {
            if Word.matches(word(at: offset), pattern) != 0 { return true }
            offset += 8
        }
        while offset < count {
            if self[offset] == byte { return true }
            offset += 1
        }
        return false
    }

    /// What tells the cell from others in a table.
    @inline(__always)
    var key: CellKey {
        guard count > 15 else { return CellKey(low: word(at: 0), high: word(at: 8) | UInt64(count) << 56) }
        let (low, high) = digest
        return CellKey(low: low, high: high | CellKey.longMark)
    }

    /// 128 bits of a hash of the bytes.
    var digest: (low: UInt64, high: UInt64) {
        var low = UInt64(truncatingIfNeeded: count)
        var high: UInt64 = 0x9E37_79B9_7F4A_7C15
        for offset in stride(from: 0, to: count, by: 16) {
            (low, high) = CellKey.mix(low ^ word(at: offset), high ^ word(at: offset + 8))
        }
        return (low, high)
    }
}

/// Sixteen bytes that stand for a cell: its bytes and length up to 15 bytes, beyond that 120 bits of a hash.
struct CellKey: Sendable, Equatable {
    let low: UInt64
    let high: UInt64

    static let longMark: UInt64 = 0xFF << 56
    /// Two different cells may have this key: their bytes decide.
    var isLong: Bool { high & Self.longMark == Self.longMark }

    @inline(__always)
    static func mix(_ left: UInt64, _ right: UInt64) -> (UInt64, UInt64) {
        let product = (left ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: right ^ 0xE703_7ED1_A0B4_28DB)
        return (product.low ^ product.high, product.high &+ right)
    }

    @inline(__always)
    var hash: UInt64 { Self.mix(low, high).0 }

    /// By length, then by bytes; of long cells none comes before another.
    @inline(__always)
    static func < (left: CellKey, right: CellKey) -> Bool {
        let (length, other) = (left.high >> 56, right.high >> 56)
        if length != other { return length < other && other < 0xFF }
        guard length < 0xFF else { return false }
        return left.low != right.low
            ? left.low.byteSwapped < right.low.byteSwapped : left.high.byteSwapped < right.high.byteSwapped
    }

    /// The text of a short cell.
    var shortText: String {
        let count = Int(high >> 56)
        return unsafe withUnsafeBytes(of: (low.littleEndian, high.littleEndian)) { bytes in
            unsafe String(decoding: UnsafeRawBufferPointer(rebasing: bytes[..<count]), as: UTF8.self)
        }
    }
}

/// Distinct cells, numbered in order of first appearance. Open addressing; no text is made. While each new cell
/// comes behind all before it, as respondent numbers mostly do, it is known to be new without looking.
struct CellTable: Sendable {
    private(set) var keys: [CellKey] = []
    /// Empty while the cells ascend.
    private var slots: [Int32] = []
    /// Bytes of long cells, and where those of each cell begin; empty while all cells are short.
    private var longBytes: [UInt8] = []
    private var longPlaces: [(start: UInt32, count: UInt32)] = []

    var count: Int { keys.count }
    /// Each cell came behind all before it.
    var isAscending: Bool { slots.isEmpty }

    /// Number of the cell, −1 where it is not in the table.
    @inline(__always)
    mutating func find(_ cell: Cell) -> Int32 {
        let key = cell.key
        if slots.isEmpty { makeSlots() }
        var slot = Int(truncatingIfNeeded: key.hash) & (slots.count - 1)
        while true {
            let index = slots[slot]
            if index < 0 { return -1 }
            if keys[Int(index)] == key, !key.isLong || holds(cell, at: Int(index)) { return index }
            slot = (slot + 1) & (slots.count - 1)
        }
    }

    /// Number of the cell, which is added where it is new.
    @inline(__always)
    mutating func intern(_ cell: Cell) -> Int32 {
        let key = cell.key
        if slots.isEmpty {
            if let last = keys.last, !(last < key) { makeSlots() } else { return append(key, cell) }
        }
        var slot = Int(truncatingIfNeeded: key.hash) & (slots.count - 1)
        while true {
            let index = slots[slot]
            if index < 0 { break }
            if keys[Int(index)] == key, !key.isLong || holds(cell, at: Int(index)) { return index }
            slot = (slot + 1) & (slots.count - 1)
        }
        slots[slot] = append(key, cell)
        return growIfNeeded()
    }

    /// Adds a cell that is not looked for again in this table: only others take it from here.
    mutating func add(_ cell: Cell) { _ = append(cell.key, cell) }

    /// Adds all cells of `other` at once where both ascend and these come behind ours; the number of the first, or
    /// nil where they must be looked up one by one.
    mutating func append(ascending other: CellTable) -> Int32? {
        guard slots.isEmpty, other.slots.isEmpty, longPlaces.isEmpty, other.longPlaces.isEmpty else { return nil }
        if let last = keys.last, let first = other.keys.first, !(last < first) { return nil }
        keys += other.keys
        return Int32(truncatingIfNeeded: keys.count - other.keys.count)
    }

    /// Adds a short cell that comes behind all before it; false where it does not.
    @inline(__always)
    mutating func append(ascending key: CellKey) -> Bool {
        guard slots.isEmpty, keys.last.map({ $0 < key }) ?? true else { return false }
        keys.append(key)
        return true
    }

    /// The texts of cells that ascend, all short; nil where there is none.
    var ascendingNames: AscendingNames? {
        isAscending && longPlaces.isEmpty && !keys.isEmpty ? AscendingNames(keys: keys) : nil
    }

    /// Makes room for `count` cells.
    mutating func reserve(_ count: Int) { keys.reserveCapacity(count) }

    private mutating func append(_ key: CellKey, _ cell: Cell) -> Int32 {
        append(key, key.isLong ? cell.bytes : [])
    }

    /// Number of cell `other` of another table in this one, where it is added if it is new.
    mutating func intern(_ other: Int, of table: CellTable) -> Int32 {
        let key = table.keys[other]
        if slots.isEmpty {
            if let last = keys.last, !(last < key) {
                makeSlots()
            } else {
                return append(key, key.isLong ? Array(table.longCell(other)) : [])
            }
        }
        var slot = Int(truncatingIfNeeded: key.hash) & (slots.count - 1)
        while true {
            let index = slots[slot]
            if index < 0 { break }
            if keys[Int(index)] == key, !key.isLong || longCell(Int(index)) == table.longCell(other) { return index }
            slot = (slot + 1) & (slots.count - 1)
        }
        slots[slot] = append(key, key.isLong ? Array(table.longCell(other)) : [])
        return growIfNeeded()
    }

    private mutating func append(_ key: CellKey, _ bytes: [UInt8]) -> Int32 {
        let index = Int32(truncatingIfNeeded: keys.count)
        keys.append(key)
        if key.isLong, longPlaces.isEmpty {
            longPlaces = [(start: UInt32, count: UInt32)](repeating: (0, 0), count: keys.count - 1)
        }
        if key.isLong || !longPlaces.isEmpty {
            longPlaces.append((UInt32(truncatingIfNeeded: longBytes.count), UInt32(truncatingIfNeeded: bytes.count)))
            longBytes += bytes
        }
        return index
    }

    /// Number of the cell that was added last.
    private mutating func growIfNeeded() -> Int32 {
        if keys.count * 2 > slots.count { makeSlots() }
        return Int32(truncatingIfNeeded: keys.count - 1)
    }

    private mutating func makeSlots() {
        var room = 64
        while room < keys.count * 4 { room *= 2 }
        slots = [Int32](repeating: -1, count: room)
        for (index, key) in keys.enumerated() {
            var slot = Int(truncatingIfNeeded: key.hash) & (slots.count - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(truncatingIfNeeded: index)
        }
    }

    private func longCell(_ index: Int) -> ArraySlice<UInt8> {
        let place = longPlaces[index]
        return longBytes[Int(place.start)..<Int(place.start + place.count)]
    }

    private func holds(_ cell: Cell, at index: Int) -> Bool {
        let place = longPlaces[index]
        guard Int(place.count) == cell.count else { return false }
        return unsafe longBytes.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return false }
            return unsafe cell.equals(base + Int(place.start))
        }
    }

    func text(_ index: Int) -> String {
        let key = keys[index]
        return key.isLong ? String(decoding: longCell(index), as: UTF8.self) : key.shortText
    }

    func holdsDigit(_ index: Int) -> Bool {
        let key = keys[index]
        if key.isLong { return longCell(index).contains(where: Ascii.isDigit) }
        for place in 0..<Int(key.high >> 56) {
            let byte = UInt8(truncatingIfNeeded: (place < 8 ? key.low : key.high) >> UInt64(place % 8 * 8))
            if Ascii.isDigit(byte) { return true }
        }
        return false
    }

    /// Lets go what only finding needs.
    mutating func seal() { slots = [] }
}
