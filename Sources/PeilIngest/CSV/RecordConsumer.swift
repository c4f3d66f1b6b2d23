/// What is done with the records of a file, block by block: `take` on any thread, `add` in the order of the file.
/// So the same bytes come out on any number of threads.
protocol RecordConsumer: Sendable {
    /// What a thread keeps from block to block to be quicker; it changes no result.
    associatedtype Scratch
    associatedtype Part: Sendable

    /// Whether the records of the next block come with the marks of their cells.
    func readsMarks(_ scratch: Scratch) -> Bool

    func makeScratch() -> Scratch
    /// Lines and numbers of `records` are counted from the beginning of the block.
    func take(_ records: CSVRecords, _ scratch: inout Scratch) -> Part
    mutating func add(_ part: consuming Part, at place: BlockPlace)
}

extension RecordConsumer {
    func readsMarks(_ scratch: Scratch) -> Bool { false }
}

/// What stands before a block.
struct BlockPlace: Sendable {
    /// Physical lines of the file before the block.
    let lines: Int
    /// Number of the block's first record.
    let firstNumber: Int
    /// Position of the block's first byte in the text.
    let offset: Int
    /// Bytes of the block, and of the text from the first answer on: together they say how many rows to expect.
    let blockBytes: Int
    let textBytes: Int

    /// Rows to expect of a file of which this block holds `rows`: a guess that saves copies, and never so much that
    /// an odd first block could exhaust memory.
    func room(rows: Int) -> Int {
        guard blockBytes > 0 else { return rows }
        return min(Int(Double(rows) * Double(textBytes) / Double(blockBytes) * 1.02) + 1024, 50_000_000)
    }
}

/// A consumer that only counts: for files whose header is refused, so that what is wrong with the whole file comes first.
struct NoConsumer: RecordConsumer {
    func makeScratch() {}
    func take(_ records: CSVRecords, _ scratch: inout Void) {}
    mutating func add(_ part: Void, at place: BlockPlace) {}
}
