import CByteScan

/// What cells of one column are known to become, each by its bytes: looked up many at a time.
@safe final class CellEntries {
    private let table: UnsafeMutablePointer<peil_known_cells>
    private let singles: UnsafeMutablePointer<UInt32>
    private var digits: UnsafeMutablePointer<UInt32>?
    private var shorts: UnsafeMutablePointer<peil_short_cell>
    private var shortCount = 0
    private var longs: UnsafeMutablePointer<peil_long_cell>?
    private var longCount = 0

    /// Longer cells are rare; they are looked at each time.
    private static let longest = 256

    /// `empty`: entry of an empty cell.
    init(empty: CellEntry) {
        unsafe singles = .allocate(capacity: 256)
        unsafe singles.initialize(repeating: CellEntry.ask.bits, count: 256)
        unsafe shorts = .allocate(capacity: 64)
        unsafe shorts.initialize(repeating: peil_short_cell(), count: 64)
        unsafe table = .allocate(capacity: 1)
        unsafe table.initialize(to: peil_known_cells())
        unsafe table.pointee.singles = UnsafePointer(singles)
        unsafe table.pointee.shorts = UnsafePointer(shorts)
        unsafe table.pointee.short_room = 64
        unsafe table.pointee.empty = empty.bits
    }

    deinit {
        unsafe singles.deallocate()
        unsafe digits?.deallocate()
        unsafe shorts.deallocate()
        defer { unsafe table.deallocate() }
        if let longs = unsafe longs {
            for place in unsafe 0..<table.pointee.long_room { unsafe longs[place].bytes?.deallocate() }
            unsafe longs.deallocate()
        }
    }

    /// Of the rows `first` + i for the bits i of `rows`, the entry at place i of `entries`; `ask` for cells that are not
    /// known.
    @inline(__always)
    func find(_ places: CellPlaces, _ first: Int, _ rows: UInt64, _ entries: UnsafeMutablePointer<UInt32>) {
        unsafe withUnsafePointer(to: places.places) { places in
            unsafe peil_find_cells(places, first, rows, table, entries)
        }
    }

    func entry(_ cell: RawCell) -> CellEntry {
        unsafe CellEntry(bits: peil_find_cell(table, cell.start, cell.count))
    }

    // MARK: Learning

    func set(empty entry: CellEntry) { unsafe table.pointee.empty = entry.bits }

    /// `cell` has bytes, and is not there yet.
    func insert(_ cell: Cell, _ entry: CellEntry) {
        switch cell.count {
        case 1: unsafe singles[Int(cell[0])] = entry.bits
        case 2..<16:
            let key = cell.key
            let place = cell.count > peil_most_digits ? Int(peil_digit_places) : digitPlace(key, cell.count)
            if place < peil_digit_places {
                unsafe digitTable()[place] = entry.bits
            } else {
                insertShort(peil_short_cell(low: key.low, high: key.high, entry: entry.bits))
            }
        case ...Self.longest: insertLong(cell, entry)
        default: break
        }
    }

    private func digitPlace(_ key: CellKey, _ count: Int) -> Int {
        Int(peil_digit_place(UInt32(truncatingIfNeeded: key.low), count))
    }

    private func digitTable() -> UnsafeMutablePointer<UInt32> {
        if let digits = unsafe digits { return unsafe digits }
        let made = UnsafeMutablePointer<UInt32>.allocate(capacity: Int(peil_digit_places))
        unsafe made.initialize(repeating: CellEntry.ask.bits, count: Int(peil_digit_places))
        unsafe digits = made
        unsafe table.pointee.digits = UnsafePointer(made)
        return unsafe made
    }

    // MARK: Short cells, at most half full

    private func insertShort(_ cell: peil_short_cell) {
        if unsafe shortCount * 2 >= table.pointee.short_room { growShorts() }
        shortCount += 1
        put(cell)
    }

    private func put(_ cell: peil_short_cell) {
        let room = unsafe table.pointee.short_room
        var place = peil_short_place(cell.low, cell.high, room)
        while unsafe shorts[place].high != 0 { place = (place + 1) & (room - 1) }
        unsafe shorts[place] = cell
    }

    private func growShorts() {
        let (old, oldRoom) = unsafe (shorts, table.pointee.short_room)
        unsafe shorts = .allocate(capacity: oldRoom * 2)
        unsafe shorts.initialize(repeating: peil_short_cell(), count: oldRoom * 2)
        unsafe table.pointee.shorts = UnsafePointer(shorts)
        unsafe table.pointee.short_room = oldRoom * 2
        for place in 0..<oldRoom where unsafe old[place].high != 0 { unsafe put(old[place]) }
        unsafe old.deallocate()
    }

    // MARK: Long cells, at most a quarter full

    private func insertLong(_ cell: Cell, _ entry: CellEntry) {
        if unsafe longCount * 4 >= table.pointee.long_room { growLongs() }
        longCount += 1
        let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: cell.count)
        for index in 0..<cell.count { unsafe (bytes + index).initialize(to: cell[index]) }
        unsafe put(
            peil_long_cell(
                bytes: UnsafePointer(bytes), hash: peil_long_hash(bytes, cell.count),
                count: UInt32(truncatingIfNeeded: cell.count), entry: entry.bits))
    }

    private func put(_ cell: peil_long_cell) {
        guard let longs = unsafe longs else { return }
        let room = unsafe table.pointee.long_room
        var place = unsafe Int(truncatingIfNeeded: cell.hash >> 32) & (room - 1)
        while unsafe longs[place].bytes != nil { place = (place + 1) & (room - 1) }
        unsafe longs[place] = cell
    }

    private func growLongs() {
        let (old, oldRoom) = unsafe (longs, table.pointee.long_room)
        let room = max(oldRoom * 2, 64)
        let made = UnsafeMutablePointer<peil_long_cell>.allocate(capacity: room)
        unsafe made.initialize(repeating: peil_long_cell(), count: room)
        unsafe longs = made
        unsafe table.pointee.longs = UnsafePointer(made)
        unsafe table.pointee.long_room = room
        guard let old = unsafe old else { return }
        for place in 0..<oldRoom where unsafe old[place].bytes != nil { unsafe put(old[place]) }
        unsafe old.deallocate()
    }
}
