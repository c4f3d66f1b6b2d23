import PeilTable

/// Identifiers of one block that ascend, each once.
struct AscendingNames: Sendable {
    /// One at least.
    let keys: [CellKey]
}

/// The distinct texts of a column of a file, in the order in which they first stand in it.
struct AssembledNames: Sendable {
    /// To find texts again.
    private(set) var table = CellTable()
    /// In place of the table as long as each text comes behind all before it: nothing is looked for then.
    private var texts: [String] = []
    private var last: CellKey?

    var count: Int { texts.isEmpty ? table.count : texts.count }

    func text(_ index: Int) -> String { texts.isEmpty ? table.text(index) : texts[index] }

    func holdsDigit(_ index: Int) -> Bool {
        texts.isEmpty ? table.holdsDigit(index) : texts[index].utf8.contains(where: Ascii.isDigit)
    }

    var all: [String] { texts.isEmpty ? (0..<table.count).map { table.text($0) } : texts }

    /// Adds texts that come behind all others; the number of the first, or nil where they must be looked for.
    /// `room`: texts to expect.
    mutating func append(_ names: AscendingNames, room: Int) -> Int32? {
        guard table.count == 0, let first = names.keys.first, last.map({ $0 < first }) ?? true else { return nil }
        if texts.isEmpty { texts.reserveCapacity(room) }
        let number = Int32(truncatingIfNeeded: texts.count)
        for key in names.keys { texts.append(key.shortText) }
        last = names.keys.last
        return number
    }

    /// Calls `use` with the table of all texts.
    mutating func withTable<R>(_ use: (inout CellTable) -> R) -> R {
        for text in texts { _ = table.intern(text) }
        texts = []
        return use(&table)
    }

    /// Lets go what only finding needs.
    mutating func seal() { table.seal() }
}
