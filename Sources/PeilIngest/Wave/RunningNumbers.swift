/// Numbers of rows of which nearly each is one more than that of the row before, as lines and records are counted.
/// Only the beginnings of runs are kept, so that a million rows need next to no memory.
struct RunningNumbers: Sequence, Sendable {
    private struct Run {
        /// First row of the run, and its number.
        let row, number: UInt32
    }
    private var runs: [Run] = []
    private(set) var count = 0
    /// What continues the last run.
    private var next: UInt32 = 0

    init() {}

    init(_ numbers: some Sequence<UInt32>) { for number in numbers { append(number) } }

    var underestimatedCount: Int { count }

    subscript(row: Int) -> Int {
        var (low, high) = (0, runs.count - 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if Int(runs[middle].row) <= row { low = middle } else { high = middle - 1 }
        }
        return Int(runs[low].number) + row - Int(runs[low].row)
    }

    private mutating func append(_ number: UInt32) {
        if count == 0 || number != next { runs.append(Run(row: UInt32(truncatingIfNeeded: count), number: number)) }
        count += 1
        next = number &+ 1
    }

    /// Adds the numbers of a block, each of them `shift` more.
    mutating func append(_ block: RunningNumbers, shift: Int) {
        let (rows, shift) = (UInt32(truncatingIfNeeded: count), UInt32(truncatingIfNeeded: shift))
        for run in block.runs where run.row > 0 || count == 0 || run.number &+ shift != next {
            runs.append(Run(row: run.row &+ rows, number: run.number &+ shift))
        }
        guard block.count > 0 else { return }
        count += block.count
        next = block.next &+ shift
    }

    /// The numbers of `rows`, which ascend.
    func selecting(rows: [Int]) -> RunningNumbers {
        var result = RunningNumbers()
        var place = 0
        for row in rows {
            while place + 1 < runs.count, Int(runs[place + 1].row) <= row { place += 1 }
            result.append(runs[place].number &+ UInt32(truncatingIfNeeded: row) &- runs[place].row)
        }
        return result
    }

    func makeIterator() -> Iterator { Iterator(numbers: self) }

    struct Iterator: IteratorProtocol {
        fileprivate let numbers: RunningNumbers
        private var row = 0
        private var place = 0

        fileprivate init(numbers: RunningNumbers) { self.numbers = numbers }

        mutating func next() -> Int? {
            guard row < numbers.count else { return nil }
            if place + 1 < numbers.runs.count, Int(numbers.runs[place + 1].row) == row { place += 1 }
            defer { row += 1 }
            return Int(numbers.runs[place].number) + row - Int(numbers.runs[place].row)
        }
    }
}

/// Where the records of the rows of a file can be read again: of some rows where they begin, and from there so many
/// records on.
struct RecordPlaces: Sendable {
    /// A record of a text: the one behind `skipped` others from `offset` on.
    struct Place: Equatable {
        let offset, skipped: Int
    }

    private struct Block {
        let firstRow, offset, firstStart: Int
    }
    private var blocks: [Block] = []
    private var starts: [UInt32] = []
    /// Of each row the number of its record.
    private(set) var numbers = RunningNumbers()

    /// Rows of a block of which one is kept.
    private static let step = 16

    /// Where every so manieth of the records of a block begins.
    static func starts(_ rows: [SplitRecord]) -> [UInt32] {
        stride(from: 0, to: rows.count, by: step).map { rows[$0].start }
    }

    /// Adds a block that stands in the text at `offset`. `starts`: as above; `numbers`: of its records in the block, the
    /// first of which is the file's `firstNumber`.
    mutating func append(_ starts: [UInt32], _ numbers: RunningNumbers, at place: BlockPlace) {
        if !starts.isEmpty {
            blocks.append(Block(firstRow: self.numbers.count, offset: place.offset, firstStart: self.starts.count))
        }
        self.starts += starts
        self.numbers.append(numbers, shift: place.firstNumber)
    }

    subscript(row: Int) -> Place {
        var (low, high) = (0, blocks.count - 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if blocks[middle].firstRow <= row { low = middle } else { high = middle - 1 }
        }
        let step = (row - blocks[low].firstRow) / Self.step
        let first = blocks[low].firstRow + step * Self.step
        return Place(
            offset: blocks[low].offset + Int(starts[blocks[low].firstStart + step]),
            skipped: numbers[row] - numbers[first])
    }
}
