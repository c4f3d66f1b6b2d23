import PeilTable

/// Texts of a column that come back in block after block: postcodes, regions, answers in few words. A thread gives each
/// a number when it first meets it, and tells its bytes once; after that rows are only numbers. It saves work and
/// changes no result.
@safe final class KnownNames {
    /// Tells the numbers of one thread and column from those of others.
    let owner: Int
    private var table = CellTable()
    /// Numbers of cells as they stand in the text, as entries.
    private let entries = CellEntries(empty: .ask)
    private let found: UnsafeMutablePointer<UInt32>
    /// Of each number, the block in which it was met last.
    private var blockOfNumber: UnsafeMutablePointer<Int32>
    private var room = 1024
    private var block: Int32 = 0

    /// Of each meaning of a name, its number; −1 where it has none yet.
    private var numberOfMeaning: [Int32] = []

    /// The block at hand: numbers in the order in which they were met, and those that are new.
    private var met: UnsafeMutablePointer<Int32>
    private var metCount = 0
    private var metRoom = 1
    private var fresh = CellTable()
    private var firstFresh = 0

    /// Beyond so many texts a column is no list that comes back.
    private static let limit = 1 << 14

    init(owner: Int) {
        self.owner = owner
        unsafe found = .allocate(capacity: RowBits.count)
        unsafe blockOfNumber = .allocate(capacity: room)
        unsafe met = .allocate(capacity: metRoom)
    }

    deinit {
        unsafe blockOfNumber.deallocate()
        unsafe met.deallocate()
        unsafe found.deallocate()
    }

    /// So many texts have been met that looking for them does not pay.
    var isFull: Bool { table.count > Self.limit }

    func beginBlock(_ rowCount: Int) {
        block += 1
        metCount = 0
        fresh = CellTable()
        firstFresh = table.count
        guard rowCount > metRoom else { return }
        metRoom = rowCount + rowCount / 4
        unsafe met.deallocate()
        unsafe met = .allocate(capacity: metRoom)
    }

    /// Numbers of a column of a block, −1 where `look` finds none, and for empty cells where `skipsEmpty`. `look` is asked
    /// for cells that are not remembered: it gives the number, and whether the cell may be remembered. Begins a block.
    func numbers(
        _ cells: BlockCells, _ column: Int, skipsEmpty: Bool, _ look: (Int, Cell) -> (number: Int32, isQuiet: Bool)?
    ) -> [Int32] {
        beginBlock(cells.rowCount)
        entries.set(empty: skipsEmpty ? Self.noText : .ask)
        return unsafe [Int32](unsafeUninitializedCapacity: cells.rowCount) { numbers, count in
            guard let base = numbers.baseAddress else { return }
            for first in stride(from: 0, to: cells.rowCount, by: RowBits.count) {
                unsafe tile(cells, column, first, base + first, look)
            }
            count = cells.rowCount
        }
    }

    /// The entry of a cell that is no text.
    private static let noText = CellEntry(bits: UInt32(bitPattern: -1))

    /// The same for the rows of a tile, in their order: texts are numbered as they are met.
    @inline(__always)
    private func tile(
        _ cells: BlockCells, _ column: Int, _ first: Int, _ numbers: UnsafeMutablePointer<Int32>,
        _ look: (Int, Cell) -> (number: Int32, isQuiet: Bool)?
    ) {
        let places = cells.places(column, quote: nil)
        let rows = min(cells.rowCount - first, RowBits.count)
        let quick = RowBits.first(cells.quickEnd(column) - first)
        unsafe entries.find(places, first, quick & RowBits.first(rows), found)
        let (found, met, block) = unsafe (found, met, block)
        var blocks = unsafe blockOfNumber
        var count = metCount
        for row in 0..<rows {
            let isQuick = quick >> UInt64(truncatingIfNeeded: row) & 1 != 0
            let entry = isQuick ? unsafe CellEntry(bits: found[row]) : .ask
            if entry != .ask {
                let number = Int32(bitPattern: entry.bits)
                unsafe numbers[row] = number
                if number >= 0, unsafe blocks[Int(number)] != block {
                    unsafe blocks[Int(number)] = block
                    unsafe met[count] = number
                    count &+= 1
                }
                continue
            }
            metCount = count
            unsafe numbers[row] = -1
            cells.with(column, first + row) { _, cell in
                guard let own = look(first + row, cell) else { return }
                unsafe numbers[row] = own.number
                if own.isQuiet, isQuick { remember(places[first + row], own.number) }
            }
            // A new text may have moved them.
            unsafe blocks = blockOfNumber
            count = metCount
        }
        metCount = count
    }

    /// From now on the number of a cell that stands like this, of which there is nothing else to say.
    private func remember(_ cell: RawCell, _ number: Int32) {
        guard cell.count > 0, entries.entry(cell) == .ask else { return }
        entries.insert(cell.cell, CellEntry(bits: UInt32(truncatingIfNeeded: number)))
    }

    /// Number of a text, which gets one where it is new.
    func intern(_ cell: Cell) -> (number: Int32, isNew: Bool) {
        let before = table.count
        let number = table.intern(cell)
        let isNew = table.count > before
        if isNew {
            growIfNeeded()
            unsafe blockOfNumber[before] = 0
            fresh.add(cell)
        }
        meet(number)
        return (number, isNew)
    }

    /// Number of the name that a meaning stands for, if it was kept.
    func number(ofMeaning meaning: Int) -> Int32? {
        guard meaning < numberOfMeaning.count, numberOfMeaning[meaning] >= 0 else { return nil }
        meet(numberOfMeaning[meaning])
        return numberOfMeaning[meaning]
    }

    func keep(_ number: Int32, ofMeaning meaning: Int) {
        if meaning >= numberOfMeaning.count {
            numberOfMeaning += repeatElement(-1, count: meaning + 1 - numberOfMeaning.count)
        }
        numberOfMeaning[meaning] = number
    }

    private func meet(_ number: Int32) {
        guard unsafe blockOfNumber[Int(number)] != block else { return }
        unsafe blockOfNumber[Int(number)] = block
        // A block meets a number once, and has no more of them than rows.
        unsafe met[metCount] = number
        metCount += 1
    }

    private func growIfNeeded() {
        guard table.count > room else { return }
        let larger = UnsafeMutablePointer<Int32>.allocate(capacity: room * 2)
        unsafe larger.update(from: blockOfNumber, count: room)
        unsafe blockOfNumber.deallocate()
        unsafe blockOfNumber = larger
        room *= 2
    }

    /// What the block at hand tells of its texts.
    func takeBlock() -> KnownNumbers {
        KnownNumbers(
            owner: owner, met: unsafe Array(UnsafeBufferPointer(start: met, count: metCount)), fresh: fresh,
            firstFresh: firstFresh)
    }
}

/// Texts of one block by the numbers that one thread gave them.
struct KnownNumbers: Sendable {
    let owner: Int
    /// In the order in which the block has them.
    let met: [Int32]
    /// The texts with the numbers from `firstFresh` on: those that no earlier block of the thread had.
    let fresh: CellTable
    let firstFresh: Int
}

/// Where the texts of the threads stand in the column of the file.
struct KnownPlaces: Sendable {
    private var places: [Int: [Int32]] = [:]

    /// Gives the texts of a block their places in `names`, in the order in which the block has them; for each number of
    /// the thread its place.
    mutating func settle(_ numbers: KnownNumbers, in names: inout CellTable) -> [Int32] {
        var own = places.removeValue(forKey: numbers.owner) ?? []
        own += repeatElement(-1, count: numbers.firstFresh + numbers.fresh.count - own.count)
        for number in numbers.met where own[Int(number)] < 0 {
            own[Int(number)] = names.intern(Int(number) - numbers.firstFresh, of: numbers.fresh)
        }
        places[numbers.owner] = own
        return own
    }
}
