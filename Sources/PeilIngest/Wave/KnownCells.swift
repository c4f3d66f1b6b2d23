import PeilTable

/// What one spelling of an answer stands for; found once per spelling, not once per cell.
struct CellMeaning: Sendable {
    enum Answer: Sendable {
        /// Category of the codebook.
        case category(Int)
        /// Options of a multiple response, in the order of the codebook.
        case options([Int])
        /// A code that no codebook lists (regions without a list).
        case name(String)
        case absent(MissingReason)
        /// The record is quarantined.
        case trouble(code: String, message: String)
    }
    var answer: Answer
    var warnings: [(code: String, message: String)] = []
}

/// What a cell becomes, in one number: what to write, the reason of absence, and whether that is all.
struct CellEntry: Equatable {
    let bits: UInt32

    @inline(__always)
    init(bits: UInt32) { self.bits = bits }

    /// `value`: the category; of options and names the number of the meaning.
    init(value: Int) { bits = UInt32(truncatingIfNeeded: value) & 0xFFFF }
    init(absent reason: MissingReason) { bits = UInt32(reason.rawValue) << 16 }
    /// The meaning of this number comes with a warning.
    init(warning meaning: Int) { bits = Self.warns | UInt32(truncatingIfNeeded: meaning) & 0xFFFF }

    private static let warns: UInt32 = 1 << 30
    /// The cell has to be looked at itself.
    static let ask = CellEntry(bits: 1 << 31)

    @inline(__always) var isPlain: Bool { bits < Self.warns }
    @inline(__always) var isWarning: Bool { bits & (Self.warns | Self.ask.bits) == Self.warns }
    @inline(__always) var value: UInt16 { UInt16(truncatingIfNeeded: bits) }
    @inline(__always) var reason: UInt8 { UInt8(truncatingIfNeeded: bits >> 16) }
}

/// The meanings that one thread has met in one column. It saves work and changes no result.
@safe final class KnownCells {
    private(set) var meanings: [CellMeaning] = []
    /// Of each meaning: if it comes with warnings, which, and what its cells become.
    private(set) var warned: [Warned?] = []
    /// Warnings that come together, each set once.
    private(set) var warnings: [[(code: String, message: String)]] = []

    struct Warned {
        /// Place in `warnings`.
        let warnings: Int
        let entry: CellEntry
    }

    /// Entry of each cell of one byte.
    private let single: UnsafeMutablePointer<CellEntry>
    private let short: ShortCells
    private let long: LongCells
    /// Meaning of each cell that is not found by its entry alone.
    private var indexOfCell = CellTable()

    /// Beyond this many spellings a column is no list of answers; they are looked up each time.
    private static let limit = 1 << 16

    init() {
        unsafe single = .allocate(capacity: 256)
        unsafe single.initialize(repeating: .ask, count: 256)
        short = ShortCells()
        long = LongCells()
    }

    deinit { unsafe single.deallocate() }

    var count: Int { meanings.count }
    /// A meaning comes with a warning.
    var holdsWarnings: Bool { !warnings.isEmpty }

    /// The tables as they stand, until something is learnt.
    var tables: Tables { unsafe Tables(single: single, short: short.table, long: long) }

    @safe struct Tables {
        private let single: UnsafePointer<CellEntry>
        private let short: ShortCells.Table
        private let long: LongCells

        fileprivate init(single: UnsafePointer<CellEntry>, short: ShortCells.Table, long: LongCells) {
            unsafe self.single = single
            self.short = short
            self.long = long
        }

        /// What a cell of one byte becomes, or an empty one; nil where the cell is longer.
        @inline(__always)
        func narrowEntry(_ cell: RawCell) -> CellEntry? {
            if cell.count == 1 { return unsafe single[Int(cell.first)] }
            return cell.count == 0 ? CellEntry(absent: .notAnswered) : nil
        }

        /// What a cell becomes; `ask` where it must be looked at. `quote`: what a quoted cell begins with.
        @inline(__always)
        func entry(_ cell: RawCell, quote: UInt8) -> CellEntry {
            if cell.count >= 2, cell.count < 16 {
                guard cell.first != quote else { return .ask }
                return short.entry(cell.key)
            }
            if let narrow = narrowEntry(cell) { return narrow }
            return cell.first != quote ? long.entry(cell) : .ask
        }
    }

    /// Number of the cell's meaning; nil where it has not been met.
    func find(_ cell: Cell) -> Int? {
        let index = Int(indexOfCell.find(cell))
        return index < 0 ? nil : index
    }

    /// Keeps the meaning of a cell that was not known. Nil where there is no room for more.
    func learn(_ cell: Cell, _ meaning: CellMeaning) -> Int? {
        guard meanings.count < Self.limit else { return nil }
        // Cells and their meanings are numbered alike.
        _ = indexOfCell.intern(cell)
        let index = meanings.count
        meanings.append(meaning)
        warned.append(nil)
        let entry = entry(meaning, index)
        if cell.count == 1 {
            unsafe single[Int(cell[0])] = entry
        } else if cell.count < 16 {
            short.insert(cell.key, entry)
        } else {
            long.insert(cell, entry)
        }
        return index
    }

    private func entry(_ meaning: CellMeaning, _ index: Int) -> CellEntry {
        let plain =
            switch meaning.answer {
            case .category(let category): CellEntry(value: category)
            case .options, .name: CellEntry(value: index)
            case .absent(let reason): CellEntry(absent: reason)
            case .trouble: CellEntry.ask
            }
        guard !meaning.warnings.isEmpty, plain != .ask else { return plain }
        let known = warnings.firstIndex { own in
            own.count == meaning.warnings.count && zip(own, meaning.warnings).allSatisfy { $0 == $1 }
        }
        if known == nil { warnings.append(meaning.warnings) }
        warned[index] = Warned(warnings: known ?? warnings.count - 1, entry: plain)
        return CellEntry(warning: index)
    }
}

/// Entries of cells of up to fifteen bytes. Open addressing, at most half full.
@safe final class ShortCells {
    struct Slot {
        var key: CellKey
        var entry: CellEntry
    }

    private var slots: UnsafeMutablePointer<Slot>
    private var room = 64
    private var count = 0
    /// No cell has the key of no bytes.
    @inline(__always) fileprivate static var emptyKey: CellKey { CellKey(low: 0, high: 0) }
    private static var empty: Slot { Slot(key: emptyKey, entry: .ask) }

    init() {
        unsafe slots = .allocate(capacity: room)
        unsafe slots.initialize(repeating: Self.empty, count: room)
    }

    deinit { unsafe slots.deallocate() }

    /// The table as it stands, until a cell is inserted.
    var table: Table { unsafe Table(slots: slots, room: room) }

    func entry(_ key: CellKey) -> CellEntry { table.entry(key) }

    @safe struct Table {
        private let slots: UnsafePointer<Slot>
        private let room: Int

        fileprivate init(slots: UnsafePointer<Slot>, room: Int) {
            unsafe self.slots = slots
            self.room = room
        }

        /// `ask` where the cell is not there.
        @inline(__always)
        func entry(_ key: CellKey) -> CellEntry {
            var place = key.place(of: room)
            while true {
                let slot = unsafe slots + place
                if unsafe slot.pointee.key == key { return unsafe slot.pointee.entry }
                if unsafe slot.pointee.key == ShortCells.emptyKey { return .ask }
                place = (place &+ 1) & (room &- 1)
            }
        }
    }

    /// `key` is not there yet.
    func insert(_ key: CellKey, _ entry: CellEntry) {
        if count * 2 >= room { grow() }
        count += 1
        put(Slot(key: key, entry: entry))
    }

    private func put(_ slot: Slot) {
        var place = slot.key.place(of: room)
        while unsafe slots[place].key != Self.emptyKey { place = (place + 1) & (room - 1) }
        unsafe slots[place] = slot
    }

    private func grow() {
        let (old, oldRoom) = unsafe (slots, room)
        room *= 2
        unsafe slots = .allocate(capacity: room)
        unsafe slots.initialize(repeating: Self.empty, count: room)
        for place in 0..<oldRoom where unsafe old[place].key != Self.emptyKey { put(unsafe old[place]) }
        unsafe old.deallocate()
    }
}

/// Entries of cells of sixteen bytes and more, whose bytes are kept. Open addressing, at most a quarter full.
@safe final class LongCells {
    @safe private struct Slot {
        var bytes: UnsafeMutablePointer<UInt8>?
        var count: Int
        var hash: UInt64
        var entry: CellEntry
    }

    private var slots: UnsafeMutablePointer<Slot>
    private var room = 0
    private var count = 0
    /// Longer spellings are rare; they are looked up each time.
    private static let longest = 256

    init() { unsafe slots = .allocate(capacity: 1) }

    deinit {
        for place in 0..<room { unsafe slots[place].bytes?.deallocate() }
        unsafe slots.deallocate()
    }

    @inline(never)
    func entry(_ cell: RawCell) -> CellEntry {
        guard room > 0 else { return .ask }
        let hash = cell.longHash
        var place = Int(truncatingIfNeeded: hash >> 32) & (room &- 1)
        while true {
            let slot = unsafe slots + place
            guard let bytes = unsafe slot.pointee.bytes else { return .ask }
            if unsafe slot.pointee.hash == hash, unsafe slot.pointee.count == cell.count, unsafe cell.equals(bytes) {
                return unsafe slot.pointee.entry
            }
            place = (place &+ 1) & (room &- 1)
        }
    }

    /// `cell` is not there yet.
    func insert(_ cell: Cell, _ entry: CellEntry) {
        guard cell.count <= Self.longest else { return }
        if count * 4 >= room { grow() }
        count += 1
        let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: cell.count)
        for index in 0..<cell.count { unsafe (bytes + index).initialize(to: cell[index]) }
        let hash = unsafe RawCell(start: bytes, count: cell.count).longHash
        put(unsafe Slot(bytes: bytes, count: cell.count, hash: hash, entry: entry))
    }

    private func put(_ slot: Slot) {
        var place = Int(truncatingIfNeeded: slot.hash >> 32) & (room - 1)
        while unsafe slots[place].bytes != nil { place = (place + 1) & (room - 1) }
        unsafe slots[place] = slot
    }

    private func grow() {
        let (old, oldRoom) = unsafe (slots, room)
        room = max(room * 2, 64)
        unsafe slots = .allocate(capacity: room)
        unsafe slots.initialize(repeating: Slot(bytes: nil, count: 0, hash: 0, entry: .ask), count: room)
        for place in 0..<oldRoom where unsafe old[place].bytes != nil { put(unsafe old[place]) }
        unsafe old.deallocate()
    }
}
