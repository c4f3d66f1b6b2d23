import CByteScan
import PeilTable

extension AnalysisColumns {
    /// What a thread keeps from block to block. It saves work and changes no result.
    final class Scratch {
        /// Columns that marks tell little of: most of their cells are longer than a byte, or hold something else than
        /// small numbers.
        fileprivate(set) var unfit: Set<Int>

        init(unfit: Set<Int>) { self.unfit = unfit }
    }

    /// Of the columns whose cells all hold one digit or two, or nothing, the numbers; by place in the file. Cells of one
    /// byte are read by their marks, a tile of rows of all columns at a time.
    func markedNumbers(_ cells: BlockCells, _ scratch: Scratch) -> [Int: Chunk] {
        let columns = wanted.filter { !scratch.unfit.contains($0) }
        guard cells.hasMarks, missing.isEmpty, !columns.isEmpty else { return [:] }
        let rowCount = cells.rowCount
        var table = Self.digitMarks
        var chunks: [Int: Chunk] = [:]
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: rowCount * columns.count) { answers in
            guard let base = answers.baseAddress else { return }
            let longer = unsafe withUnsafePointer(to: &table) { table in
                let plans = unsafe columns.indices.map { index in
                    unsafe peil_mark_column(
                        column: UInt32(truncatingIfNeeded: columns[index]), table: table, words: nil,
                        answers: base + index * rowCount, others: 0)
                }
                return unsafe read(cells, plans)
            }
            for (index, column) in columns.enumerated() {
                if longer[index].map({ $0 > rowCount / 2 }) ?? true { scratch.unfit.insert(column) }
                guard longer[index] != nil else { continue }
                chunks[column] = unsafe Self.chunk(
                    UnsafeBufferPointer(start: base + index * rowCount, count: rowCount))
            }
        }
        return chunks
    }

    /// What stands in a byte of answers where a cell is empty; more than two digits write.
    private static let empty = UInt8.max
    /// What stands there where a cell must be looked at.
    private static let unknown = empty - 1

    private static var digitMarks: peil_mark_table {
        var table = peil_mark_table()
        table.unknown = unknown
        unsafe withUnsafeMutableBytes(of: &table.answers) { answers in
            for index in answers.indices { unsafe answers[index] = unknown }
            for digit in UInt8(0)..<10 { unsafe answers[Int(Ascii.zero + digit)] = digit }
            unsafe answers[Int(peil_mark_empty)] = empty
        }
        return table
    }

    /// Writes the answers of all columns; how many cells of each are longer than a byte, nil where one holds something
    /// else than a small number.
    private func read(_ cells: BlockCells, _ plans: [peil_mark_column]) -> [Int?] {
        var plans = unsafe plans
        var longer = [Int?](repeating: 0, count: unsafe plans.count)
        for first in stride(from: 0, to: cells.rowCount, by: RowBits.count) {
            unsafe plans.withUnsafeMutableBufferPointer { plans in
                unsafe cells.readMarks(first, plans)
                for index in plans.indices {
                    guard let before = longer[index] else { continue }
                    let isSmall = unsafe Self.readOthers(cells, first, plans[index])
                    longer[index] = isSmall ? unsafe before + plans[index].others.nonzeroBitCount : nil
                }
            }
        }
        return longer
    }

    /// Reads the cells of a tile that are longer than a byte; false at the first that is no number of two digits.
    private static func readOthers(_ cells: BlockCells, _ first: Int, _ plan: peil_mark_column) -> Bool {
        var left = unsafe plan.others
        guard left != 0 else { return true }
        let column = unsafe Int(plan.column)
        let (places, end) = (cells.places(column), cells.quickEnd(column))
        while left != 0 {
            let row = first + left.trailingZeroBitCount
            left &= left &- 1
            guard row < end else { return false }
            let cell = places[row]
            let word = cell.word
            let tens = UInt8(truncatingIfNeeded: word) &- Ascii.zero
            let ones = UInt8(truncatingIfNeeded: word >> 8) &- Ascii.zero
            guard cell.count == 2, tens < 10, ones < 10 else { return false }
            unsafe plan.answers[row] = tens &* 10 &+ ones
        }
        return true
    }

    private static func chunk(_ answers: UnsafeBufferPointer<UInt8>) -> Chunk {
        // 1 where a cell is empty, which is why its answer is absent too.
        func absence(_ answer: UInt8) -> UInt8 { max(answer, empty - 1) &- (empty - 1) }
        var absent = 0
        for row in answers.indices { absent &+= unsafe Int(absence(answers[row])) }
        guard absent < answers.count else { return .empty(answers.count) }
        let values = unsafe [Int8](unsafeUninitializedCapacity: answers.count) { values, count in
            for row in answers.indices {
                let answer = unsafe answers[row]
                unsafe values.initializeElement(at: row, to: Int8(bitPattern: answer & (absence(answer) &- 1)))
            }
            count = answers.count
        }
        guard absent > 0 else { return .numbers(.numbers(.bytes(values), reasons: [])) }
        let reasons = unsafe [UInt8](unsafeUninitializedCapacity: answers.count) { reasons, count in
            for row in answers.indices {
                unsafe reasons.initializeElement(at: row, to: absence(answers[row]))
            }
            count = answers.count
        }
        return .numbers(.numbers(.bytes(values), reasons: reasons))
    }
}
