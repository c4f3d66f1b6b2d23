import CByteScan

/// The cells of a block, column by column.
@safe struct BlockCells {
    private let bytes: UnsafePointer<UInt8>
    private let limit: UnsafePointer<UInt8>
    private let ends: UnsafePointer<UInt32>
    private let records: UnsafeBufferPointer<SplitRecord>
    /// Of each row, where its ends begin: four bytes a row, so that a column's walk stays in the nearest cache.
    private let firstFields: UnsafePointer<UInt32>
    /// Of each cell, where the block was split with them.
    private let marks: UnsafePointer<UInt8>?
    /// A byte that no field begins with unless it is quoted; the delimiter where nothing is quoted.
    let quote: UInt8
    private let escape: UInt8?
    private let skipsSpace: Bool
    /// Rows from the top whose cells may be read sixteen bytes at a time, whatever their length.
    private let openRows: Int

    /// Calls `use` with the cells of `records`.
    static func with<R>(_ records: CSVRecords, _ use: (BlockCells) -> R) -> R {
        unsafe records.bytes.withUnsafeBufferPointer { bytes in
            unsafe records.fieldEnds.withUnsafeBufferPointer { ends in
                unsafe records.rows.withUnsafeBufferPointer { rows in
                    unsafe records.rows.map(\.firstField).withUnsafeBufferPointer { firstFields in
                        guard let first = bytes.baseAddress, let firstEnd = ends.baseAddress,
                            let fields = firstFields.baseAddress
                        else {
                            preconditionFailure("a block holds bytes")
                        }
                        let openRows =
                            unsafe rows.lastIndex { record in
                                unsafe Int(firstEnd[Int(record.firstField + record.fieldCount) - 1]) + 16 <= bytes.count
                            }.map { $0 + 1 } ?? 0
                        return unsafe records.marks.withUnsafeBufferPointer { marks in
                            unsafe use(
                                BlockCells(
                                    bytes: first, limit: first + bytes.count, ends: firstEnd, records: rows,
                                    firstFields: fields, marks: marks.isEmpty ? nil : marks.baseAddress,
                                    quote: records.dialect.quote ?? records.dialect.delimiter,
                                    escape: records.dialect.escape, skipsSpace: records.dialect.skipsSpace,
                                    openRows: openRows))
                        }
                    }
                }
            }
        }
    }

    var rowCount: Int { unsafe records.count }

    func line(_ row: Int) -> Int { unsafe Int(records[row].line) }

    // MARK: Many cells at once

    /// Of `rows` those whose cells in `column` stand between two delimiters with room behind them: a first part of
    /// them, mostly all. The rest goes through `forEach`.
    func quick(_ column: Int, _ rows: Range<Int>) -> Range<Int> {
        guard !skipsSpace else { return rows.lowerBound..<rows.lowerBound }
        return rows.lowerBound..<max(min(rows.upperBound, openRows), rows.lowerBound)
    }

    /// The cell of a row that is `quick` for its column.
    @inline(__always)
    func raw(_ column: Int, _ row: Int) -> RawCell {
        let field = unsafe ends + Int(firstFields[row]) + column
        let start = unsafe column == 0 ? Int(records[row].start) : Int(field[-1]) &+ 1
        return unsafe RawCell(start: bytes + start, count: Int(field[0]) &- start)
    }

    /// Behind the last row that is `quick` for this column, and none where the column is the first.
    func quickEnd(_ column: Int) -> Int { column > 0 ? quick(column, 0..<rowCount).upperBound : 0 }

    /// The cells of a column behind the first, for loops that need every register.
    func places(_ column: Int) -> CellPlaces { places(column, quote: quote) }

    /// The same; cells that begin with `quote` are not looked for among known ones.
    func places(_ column: Int, quote: UInt8?) -> CellPlaces {
        unsafe CellPlaces(
            places: peil_cell_places(
                bytes: bytes, ends: ends + column, first_fields: firstFields, quote: quote.map { UInt32($0) } ?? 256))
    }

    // MARK: Marks

    /// Whether cells have marks.
    var hasMarks: Bool { unsafe marks != nil }

    /// Reads the rows of a tile for all `columns`, which ascend.
    func readMarks(_ first: Int, _ columns: UnsafeMutableBufferPointer<peil_mark_column>) {
        var rows = unsafe peil_mark_rows(
            marks: marks, first_fields: firstFields, first_row: first,
            row_count: min(rowCount - first, RowBits.count), bytes: bytes, ends: ends, quote: UInt32(quote),
            open_rows: skipsSpace ? 0 : openRows)
        unsafe peil_read_marks(&rows, columns.baseAddress, columns.count, ScanWay.best.rawValue)
    }

    // MARK: Any cell

    /// Calls `use` with the row and its cell in `column`.
    func with(_ column: Int, _ row: Int, _ use: (Int, Cell) -> Void) { forEach(column, row..<(row + 1), use) }

    /// Calls `use` with each row of `rows` and its cell in `column`.
    @inline(__always)
    func forEach(_ column: Int, _ rows: Range<Int>, _ use: (Int, Cell) -> Void) {
        guard column > 0, !skipsSpace else {
            forEachSlowly(column, rows, use)
            return
        }
        for row in rows {
            let field = unsafe ends + Int(firstFields[row]) + column
            let start = unsafe Int(field[-1]) &+ 1
            let count = unsafe Int(field[0]) &- start
            if count > 0, unsafe bytes[start] == quote {
                unquoted(start, start + count) { use(row, $0) }
            } else {
                unsafe use(row, Cell(start: bytes + start, count: count, limit: limit))
            }
        }
    }

    /// The first column, and dialects in which spaces stand between a delimiter and its field.
    private func forEachSlowly(_ column: Int, _ rows: Range<Int>, _ use: (Int, Cell) -> Void) {
        for row in rows {
            let record = unsafe records[row]
            let field = Int(record.firstField) + column
            var start = unsafe column == 0 ? Int(record.start) : Int(ends[field - 1]) + 1
            let end = unsafe Int(ends[field])
            if column > 0 { while start < end, unsafe bytes[start] == Ascii.space { start += 1 } }
            if record.holdsQuote, start < end, unsafe bytes[start] == quote {
                unquoted(start, end) { use(row, $0) }
            } else {
                unsafe use(row, Cell(start: bytes + start, count: end - start, limit: limit))
            }
        }
    }

    private func unquoted(_ start: Int, _ end: Int, _ use: (Cell) -> Void) {
        let inner = (start + 1)..<max(end - 1, start + 1)
        let plain = unsafe Cell(start: bytes + inner.lowerBound, count: inner.count, limit: limit)
        guard let escape, plain.contains(escape) else {
            use(plain)
            return
        }
        let clear = CSVRecords.unescaped(plain.bytes, 0..<plain.count, quote: quote, escape: escape)
        unsafe clear.withUnsafeBufferPointer { buffer in
            if let base = buffer.baseAddress {
                unsafe use(Cell(start: base, count: buffer.count, limit: base + buffer.count))
            } else {
                unsafe use(Cell(start: bytes, count: 0, limit: bytes))
            }
        }
    }
}

/// Where the cells of one column stand.
@safe struct CellPlaces {
    let places: peil_cell_places

    @inline(__always)
    subscript(row: Int) -> RawCell {
        let field = unsafe places.ends + Int(places.first_fields[row])
        let start = unsafe Int(field[-1]) &+ 1
        return unsafe RawCell(start: places.bytes + start, count: Int(field[0]) &- start)
    }
}

/// Rows of a tile as bits of a number.
enum RowBits {
    /// Rows of a tile.
    static let count = Int(peil_tile_rows)

    /// The first `count` rows; none or all where it lies beyond.
    @inline(__always)
    static func first(_ count: Int) -> UInt64 { (1 << UInt64(truncatingIfNeeded: max(count, 0))) &- 1 }
}

/// A cell as it stands in the text, its quotes and all. Sixteen bytes from its start may be read.
@safe struct RawCell {
    let start: UnsafePointer<UInt8>
    let count: Int

    @inline(__always)
    init(start: UnsafePointer<UInt8>, count: Int) {
        unsafe self.start = start
        self.count = count
    }

    /// Its first byte; of an empty cell the mark behind it.
    @inline(__always)
    var first: UInt8 { unsafe start[0] }

    /// Its last byte; it has one.
    @inline(__always)
    var last: UInt8 { unsafe start[count &- 1] }

    /// Whether it holds this small letter or its capital; `count` is 16 at most.
    @inline(__always)
    func holds(letter: UInt8) -> Bool {
        let (pattern, small) = (Word.repeating(letter), Word.repeating(0x20))
        let words = words
        return Word.matches(words.low | small, pattern) | Word.matches(words.high | small, pattern) != 0
    }

    /// Its first eight bytes, whatever stands there behind a shorter cell.
    @inline(__always)
    var word: UInt64 { unsafe Word.load(start) }

    /// Its bytes in two numbers, zeros behind them. `count` is 16 at most.
    @inline(__always)
    var words: (low: UInt64, high: UInt64) {
        let bits = UInt64(truncatingIfNeeded: count &* 8)
        // Shifts beyond the width of a number give 0, and 0 − 1 keeps every bit.
        let low = unsafe Word.load(start) & ((1 << bits) &- 1)
        let high = unsafe Word.load(start + 8) & (bits <= 64 ? 0 : (1 << (bits &- 64)) &- 1)
        return (low, high)
    }

    /// As `Cell.key`; `count` is 15 at most.
    @inline(__always)
    var key: CellKey {
        let words = words
        return CellKey(low: words.low, high: words.high | UInt64(truncatingIfNeeded: count) << 56)
    }

    /// A cell with these bytes in it, as the slower ways take it.
    var cell: Cell { unsafe Cell(start: start, count: count, limit: start + max(count, 16)) }
}
