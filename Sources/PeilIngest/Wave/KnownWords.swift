import CByteScan

/// What the longer cells of a column of answers become, as long as there are so few that one look tells.
@safe final class KnownWords {
    private let table: UnsafeMutablePointer<peil_known_words>
    private var cells: [peil_short_cell] = []
    /// Words have slots of their own: until there are too many.
    private var isFew = true

    init() {
        unsafe table = .allocate(capacity: 1)
        unsafe table.initialize(to: peil_known_words())
    }

    deinit { unsafe table.deallocate() }

    /// `cell` has 2 to 15 bytes and is not there yet. `answer`: as `PackedCodes.answers` keeps it.
    func insert(_ cell: Cell, answer: UInt8) {
        guard isFew else { return }
        cells.append(peil_short_cell(low: cell.key.low, high: cell.key.high, entry: UInt32(answer)))
        isFew = unsafe peil_place_words(table, cells, cells.count) != 0
    }

    /// What finds them; nil where there is nothing to find. A word that is learned while a block is read is found from then
    /// on.
    var found: UnsafePointer<peil_known_words>? { unsafe isFew && !cells.isEmpty ? UnsafePointer(table) : nil }
}
