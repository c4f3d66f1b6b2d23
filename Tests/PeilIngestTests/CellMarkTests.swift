import CByteScan
import PeilTable
import Testing

@testable import PeilIngest

/// Marks of cells, and columns that are read by them, in every way that this processor knows.
struct CellMarkTests {
    private static func dialect(_ quote: UInt8?) -> CSVDialect {
        var dialect = CSVDialect(delimiter: Ascii.comma, decimal: Ascii.point)
        dialect.quote = quote
        dialect.escape = quote
        return dialect
    }

    private static let pieces = [
        "", "", "1", "2", "9", "x", "é", "ja", "\"\"", "\"1\"", "\"b,c\"", "\"d\ne\"", "een lang woord"
    ]

    /// Records of as many cells each, their line ends drawn as well.
    private static func text(_ random: inout Numbers, rows: Int, columns: Int, endsOpen: Bool) -> [UInt8] {
        var text = ""
        for row in 0..<rows {
            text += (0..<columns).map { _ in pieces[random.next(below: pieces.count)] }.joined(separator: ",")
            if row < rows - 1 || !endsOpen { text += random.next(below: 4) == 0 ? "\r\n" : "\n" }
        }
        return Array(text.utf8)
    }

    /// The mark that a cell must have. One that ends with the text has no mark of its own, and may be said to be longer.
    private static func mark(_ cell: ArraySlice<UInt8>) -> UInt8 {
        switch cell.count {
        case 0: UInt8(peil_mark_empty)
        case 1: cell[cell.startIndex]
        default: UInt8(peil_mark_other)
        }
    }

    @Test("Each cell of one byte or none is marked, wherever it stands in a lane")
    func marksOfRandomTexts() throws {
        var random = Numbers(state: 20_261_128)
        var marked = 0
        for round in 0..<600 {
            let columns = 1 + random.next(below: 70)
            let bytes = Self.text(&random, rows: 1 + random.next(below: 12), columns: columns, endsOpen: round % 5 == 0)
            for way in ScanWay.known {
                let found = PlainSplitter.split(
                    bytes, from: 0, line: 1, dialect: Self.dialect(Ascii.quote), limits: CSVLimits(), isFinal: true,
                    way: way, keepsMarks: true)
                // A text of one empty record is left to the other splitter.
                guard let found else { continue }
                #expect(found.marks.count >= found.fieldEnds.count + Int(peil_mark_room) - 1)
                for record in found.records {
                    var start = Int(record.start)
                    for field in Int(record.firstField)..<Int(record.firstField + record.fieldCount) {
                        let end = Int(found.fieldEnds[field])
                        let isLast = end == bytes.count
                        let wanted = Self.mark(bytes[start..<end])
                        #expect(
                            found.marks[field] == (isLast ? UInt8(peil_mark_other) : wanted),
                            "\(way), cell at \(start) of \(String(decoding: bytes, as: UTF8.self).debugDescription)")
                        if wanted < 0x80 { marked += 1 }
                        start = end + 1
                    }
                }
            }
        }
        #expect(marked > 10_000, "hardly any cell had a mark")
    }

    @Test func withoutWishNoMarks() throws {
        let bytes = Array("1,2\n".utf8)
        let found = PlainSplitter.split(
            bytes, from: 0, line: 1, dialect: Self.dialect(nil), limits: CSVLimits(), isFinal: true)
        #expect(try #require(found).marks.isEmpty)
    }

    @Test("Tiles of any number of rows, columns far apart and in any order, against one look-up after the other")
    func tiles() {
        var random = Numbers(state: 3)
        for _ in 0..<300 {
            let rowCount = 1 + random.next(below: 200)
            let width = 1 + random.next(below: 300)
            // Records may be wider than they seem: what stands between them is nobody's.
            var firsts: [UInt32] = []
            var place = random.next(below: 3)
            for _ in 0..<rowCount {
                firsts.append(UInt32(place))
                place += width + random.next(below: 2)
            }
            let marks = (0..<(place + Int(peil_mark_room))).map { _ in
                random.next(below: 10) == 0 ? UInt8(peil_mark_other) : UInt8(random.next(below: 0x84))
            }
            var columns = (0..<width).filter { _ in random.next(below: 3) == 0 }
            if random.next(below: 4) == 0 { columns.reverse() }
            guard !columns.isEmpty else { continue }
            var table = peil_mark_table()
            unsafe withUnsafeMutableBytes(of: &table) { bytes in
                for index in 0..<128 {
                    unsafe bytes[index] = UInt8(random.next(below: 3) == 0 ? 240 : random.next(below: 256))
                }
            }
            table.unknown = 240
            let answers = unsafe withUnsafeBytes(of: &table) { unsafe Array($0) }
            for way in ScanWay.known {
                let found = Self.read(marks, firsts, columns, table, way)
                for (index, column) in columns.enumerated() {
                    for row in 0..<rowCount {
                        let mark = marks[Int(firsts[row]) + column]
                        let wanted = mark < 0x80 ? answers[Int(mark)] : table.unknown
                        let isOther = found[index].others[row / 64] >> UInt64(row % 64) & 1 != 0
                        #expect(isOther == (wanted == table.unknown), "\(way), row \(row), column \(column)")
                        if !isOther {
                            #expect(found[index].answers[row] == wanted, "\(way), row \(row), column \(column)")
                        }
                    }
                    #expect(
                        found[index].others[(rowCount - 1) / 64] & ~RowBits.first((rowCount - 1) % 64 + 1) == 0,
                        "rows behind the last")
                    #expect(found[index].answers[rowCount...].allSatisfy { $0 == 99 }, "written behind the last row")
                }
            }
        }
    }

    /// Answers, and the rows of each tile that must be looked at, column by column.
    private static func read(
        _ marks: [UInt8], _ firsts: [UInt32], _ columns: [Int], _ table: peil_mark_table, _ way: ScanWay
    ) -> [(answers: [UInt8], others: [UInt64])] {
        let room = firsts.count + 8
        var result = columns.map { _ in (answers: [UInt8](repeating: 99, count: room), others: [UInt64]()) }
        let answers = UnsafeMutablePointer<UInt8>.allocate(capacity: room * columns.count)
        defer { unsafe answers.deallocate() }
        unsafe answers.initialize(repeating: 99, count: room * columns.count)
        var table = table
        unsafe withUnsafePointer(to: &table) { table in
            var plans = unsafe columns.indices.map { index in
                unsafe peil_mark_column(
                    column: UInt32(columns[index]), table: table, words: nil, answers: answers + index * room, others: 0
                )
            }
            for first in stride(from: 0, to: firsts.count, by: 64) {
                unsafe marks.withUnsafeBufferPointer { marks in
                    unsafe firsts.withUnsafeBufferPointer { firsts in
                        var rows = unsafe peil_mark_rows(
                            marks: marks.baseAddress, first_fields: firsts.baseAddress, first_row: first,
                            row_count: min(64, firsts.count - first), bytes: nil, ends: nil, quote: 256, open_rows: 0)
                        unsafe peil_read_marks(&rows, &plans, plans.count, way.rawValue)
                    }
                }
                for index in columns.indices { unsafe result[index].others.append(plans[index].others) }
            }
        }
        for index in columns.indices {
            for row in 0..<room { unsafe result[index].answers[row] = answers[index * room + row] }
        }
        return result
    }
}
