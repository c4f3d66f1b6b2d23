import PeilTable

/// What one column of a block becomes while its cells are read: kept by a thread from block to block.
@safe final class CodeSink {
    /// Bytes of a value.
    let width: Int
    private var room = 0
    private var values: UnsafeMutableRawPointer
    /// Raw `MissingReason` a row, 0 where an answer stands.
    private(set) var reasons: UnsafeMutablePointer<UInt8>
    /// Entries of the cells of a tile.
    let entries: UnsafeMutablePointer<UInt32>
    /// The reasons of the block in one number: 0 while nothing is absent.
    private var seen: UInt8 = 0

    /// Of each set of warnings that need only be counted in this block, how often it was; −1 for others.
    private var told: UnsafeMutablePointer<Int>
    private var toldRoom = 0
    private var kept: [CellMeaning] = []
    private var optionTables = OptionTables()

    init(width: Int) {
        self.width = width
        unsafe values = .allocate(byteCount: 8, alignment: 8)
        unsafe reasons = .allocate(capacity: 1)
        unsafe entries = .allocate(capacity: RowBits.count)
        unsafe told = .allocate(capacity: 1)
    }

    deinit {
        unsafe values.deallocate()
        unsafe reasons.deallocate()
        unsafe entries.deallocate()
        unsafe told.deallocate()
    }

    /// Makes room for a block of `rowCount` rows.
    func prepare(_ rowCount: Int) {
        guard rowCount > room else { return }
        room = rowCount + rowCount / 4
        unsafe values.deallocate()
        unsafe reasons.deallocate()
        unsafe values = .allocate(byteCount: room * width, alignment: 8)
        unsafe reasons = .allocate(capacity: room)
    }

    var bytes: UnsafeMutablePointer<UInt8> { unsafe values.assumingMemoryBound(to: UInt8.self) }
    var words: UnsafeMutablePointer<UInt16> { unsafe values.assumingMemoryBound(to: UInt16.self) }
    /// Numbers of meanings.
    var longs: UnsafeMutablePointer<Int32> { unsafe values.assumingMemoryBound(to: Int32.self) }

    // MARK: Reasons

    /// Nil: the row holds an answer.
    func set(_ reason: MissingReason?, _ row: Int) {
        unsafe reasons[row] = reason?.rawValue ?? 0
        seen |= reason?.rawValue ?? 0
    }

    /// Reasons that were written without a word.
    func note(reason: UInt8) { seen |= reason }

    /// The reasons of the block, empty where nothing is absent. The next block begins.
    func takeReasons(_ rowCount: Int) -> [UInt8] {
        defer { seen = 0 }
        return seen == 0 ? [] : unsafe Array(UnsafeBufferPointer(start: reasons, count: rowCount))
    }

    // MARK: Warnings that were told

    /// Counts a row with these warnings, where they were told enough in this block; whether they were.
    @inline(__always)
    func count(_ warnings: Int) -> Bool {
        guard warnings < toldRoom, unsafe told[warnings] >= 0 else { return false }
        unsafe told[warnings] &+= 1
        return true
    }

    /// From now on rows with these warnings need only be counted.
    func told(_ warnings: Int) {
        if warnings >= toldRoom {
            let room = warnings * 2 + 8
            let larger = UnsafeMutablePointer<Int>.allocate(capacity: room)
            unsafe larger.initialize(repeating: -1, count: room)
            unsafe larger.update(from: told, count: toldRoom)
            unsafe told.deallocate()
            unsafe told = larger
            toldRoom = room
        }
        unsafe told[warnings] = max(told[warnings], 0)
    }

    /// How many rows were counted with each set of warnings. The next block begins.
    func takeTold() -> [(warnings: Int, count: Int)] {
        let result = (0..<toldRoom).map { (warnings: $0, count: unsafe told[$0]) }.filter { $0.count > 0 }
        unsafe told.update(repeating: -1, count: toldRoom)
        return result
    }

    // MARK: Meanings of this block only

    /// Numbers of meanings that nobody keeps longer begin here.
    static let mostMeanings = 1 << 16

    func keep(_ meaning: CellMeaning) -> Int {
        kept.append(meaning)
        return Self.mostMeanings + kept.count - 1
    }

    func takeKept() -> [CellMeaning] {
        defer { kept = [] }
        return kept
    }

    // MARK: The column

    func codes(_ rowCount: Int) -> PackedCodes {
        width == 1
            ? unsafe .answers(Array(UnsafeBufferPointer(start: bytes, count: rowCount)))
            : unsafe .words(Array(UnsafeBufferPointer(start: words, count: rowCount)))
    }

    /// Of the meanings of a multiple response, which options they tick.
    func tables(of known: KnownCells, _ kept: [CellMeaning], optionCount: Int) -> OptionTables {
        guard kept.isEmpty else { return OptionTables(known.meanings, kept, optionCount: optionCount) }
        if optionTables.counts.count != known.count || optionTables.ticked.count != optionCount {
            optionTables = OptionTables(known.meanings, [], optionCount: optionCount)
        }
        return optionTables
    }

    /// As `PackedCodes.answers`: the entry of `table` for the meaning of each row, or why there is none.
    func answers(_ table: [UInt8], reasons: [UInt8], _ rowCount: Int) -> [UInt8] {
        var answers = looked(up: table, reasons: reasons, rowCount)
        for row in reasons.indices { answers[row] &-= reasons[row] }
        return answers
    }

    /// The entry of `table` for the meaning of each row, 0 where `reasons` says that there is none.
    func looked<Number: FixedWidthInteger>(up table: [Number], reasons: [UInt8], _ rowCount: Int) -> [Number] {
        unsafe [Number](unsafeUninitializedCapacity: rowCount) { result, count in
            unsafe table.withUnsafeBufferPointer { table in
                let meanings = unsafe longs
                for row in 0..<rowCount {
                    let isAbsent = !reasons.isEmpty && reasons[row] != 0
                    unsafe result.initializeElement(at: row, to: isAbsent ? 0 : table[Int(meanings[row])])
                }
            }
            count = rowCount
        }
    }

    /// The place of the meaning of each row, −1 where `reasons` says that there is none; `make` gives the place of a
    /// meaning that has none yet.
    func indices(
        reasons: [UInt8], _ rowCount: Int, places: inout [Int32], _ make: (Int) -> Int32
    ) -> [Int32] {
        let meanings = unsafe longs
        return unsafe [Int32](unsafeUninitializedCapacity: rowCount) { indices, count in
            unsafe places.withUnsafeMutableBufferPointer { places in
                for row in 0..<rowCount {
                    var place: Int32 = -1
                    if reasons.isEmpty || reasons[row] == 0 {
                        let meaning = unsafe Int(meanings[row])
                        place = unsafe places[meaning]
                        if place < 0 {
                            place = make(meaning)
                            unsafe places[meaning] = place
                        }
                    }
                    unsafe indices.initializeElement(at: row, to: place)
                }
            }
            count = rowCount
        }
    }
}

/// Of each meaning, by its number: whether it ticks an option, and how many options it ticks.
struct OptionTables {
    private(set) var ticked: [[UInt8]] = []
    private(set) var counts: [Int16] = []

    init() {}

    /// `kept`: meanings of one block, whose numbers begin behind all others.
    init(_ meanings: [CellMeaning], _ kept: [CellMeaning], optionCount: Int) {
        let room = kept.isEmpty ? meanings.count : CodeSink.mostMeanings + kept.count
        ticked = [[UInt8]](repeating: [UInt8](repeating: 0, count: room), count: optionCount)
        counts = [Int16](repeating: 0, count: room)
        for (index, meaning) in meanings.enumerated() { set(meaning, index) }
        for (index, meaning) in kept.enumerated() { set(meaning, CodeSink.mostMeanings + index) }
    }

    private mutating func set(_ meaning: CellMeaning, _ index: Int) {
        guard case .options(let options) = meaning.answer else { return }
        for option in options { ticked[option][index] = 1 }
        counts[index] = Int16(truncatingIfNeeded: options.count)
    }
}
