import PeilTable

/// Decodes the closed answers of a block: codes, regions, options ticked in one cell.
///
/// A class, because it is called for a few rows at a time and a value would be copied with all it holds.
final class CodeCells: Sendable {
    let absent: AbsentCells
    let categoryCount: Int
    /// The meaning of a trimmed cell that holds an answer.
    let meaning: @Sendable (Cell) -> CellMeaning

    init(absent: AbsentCells, categoryCount: Int, meaning: @escaping @Sendable (Cell) -> CellMeaning) {
        self.absent = absent
        self.categoryCount = categoryCount
        self.meaning = meaning
    }

    /// Room for the categories of a column while its block is decoded.
    func makeSink() -> CodeSink { CodeSink(width: categoryCount <= 256 ? 1 : 2) }

    // MARK: One category a row

    /// One category a row, for the rows of `rows`. The caller goes through a block a few rows at a time, all columns
    /// in turn, so that a record is in the nearest cache for all of them.
    func decode(
        _ cells: BlockCells, _ column: Int, _ rows: Range<Int>, _ known: KnownCells, _ sink: CodeSink,
        _ notes: inout ColumnNotes
    ) {
        if sink.width == 1 {
            unsafe walk(cells, column, rows, known, sink, sink.bytes, &notes)
        } else {
            unsafe walk(cells, column, rows, known, sink, sink.words, &notes)
        }
    }

    /// Writes what each row becomes into `values`: its category, or the number of its meaning.
    @inline(__always)
    private func walk<Number: FixedWidthInteger>(
        _ cells: BlockCells, _ column: Int, _ rows: Range<Int>, _ known: KnownCells, _ sink: CodeSink,
        _ values: UnsafeMutablePointer<Number>, _ notes: inout ColumnNotes
    ) {
        let end = column > 0 ? cells.quick(column, rows).upperBound : rows.lowerBound
        let places = cells.places(column)
        let reasons = unsafe sink.reasons
        var row = rows.lowerBound
        while row < rows.upperBound {
            if row < end {
                row = unsafe Self.run(places, known.tables, row..<end, values, reasons, sink)
                guard row < end else { continue }
            }
            if row < end, known.holdsWarnings {
                let next = unsafe warnedRun(places, known, row..<end, values, reasons, sink)
                if next > row {
                    row = next
                    continue
                }
            }
            unsafe values[row] = Number(truncatingIfNeeded: read(cells, column, row, known, sink, &notes))
            row += 1
        }
    }

    /// The same where warnings need only be counted.
    @inline(never)
    private func warnedRun<Number: FixedWidthInteger>(
        _ places: CellPlaces, _ known: KnownCells, _ rows: Range<Int>,
        _ values: UnsafeMutablePointer<Number>, _ reasons: UnsafeMutablePointer<UInt8>, _ sink: CodeSink
    ) -> Int {
        let (tables, warned) = (known.tables, known.warned)
        var row = rows.lowerBound
        var seen: UInt8 = 0
        sink.withTold { told in
            while row < rows.upperBound {
                var entry = tables.entry(places[row], quote: places.quote)
                if entry.isWarning, let own = warned[Int(entry.value)], own.warnings < told.count,
                    told[own.warnings].isTold
                {
                    told[own.warnings].count += 1
                    entry = own.entry
                }
                guard entry.isPlain else { break }
                unsafe values[row] = Number(truncatingIfNeeded: entry.value)
                unsafe reasons[row] = entry.reason
                seen |= entry.reason
                row &+= 1
            }
        }
        sink.note(reason: seen)
        return row
    }

    /// The same as long as cells are known and nothing is to be said of them; the first row that was not done. Cells of
    /// one byte follow one another, and longer ones do, so each kind has its loop.
    @inline(__always)
    private static func run<Number: FixedWidthInteger>(
        _ places: CellPlaces, _ tables: KnownCells.Tables, _ rows: Range<Int>,
        _ values: UnsafeMutablePointer<Number>, _ reasons: UnsafeMutablePointer<UInt8>, _ sink: CodeSink
    ) -> Int {
        var row = rows.lowerBound
        var seen: UInt8 = 0
        while row < rows.upperBound {
            let first = row
            unsafe narrowRun(places, tables, &row, rows.upperBound, values, reasons, &seen)
            unsafe wideRun(places, tables, &row, rows.upperBound, values, reasons, &seen)
            if row == first { break }
        }
        sink.note(reason: seen)
        return row
    }

    @inline(never)
    private static func narrowRun<Number: FixedWidthInteger>(
        _ places: CellPlaces, _ tables: KnownCells.Tables, _ row: inout Int, _ end: Int,
        _ values: UnsafeMutablePointer<Number>, _ reasons: UnsafeMutablePointer<UInt8>, _ seen: inout UInt8
    ) {
        var (next, found) = (row, seen)
        while next < end, let entry = tables.narrowEntry(places[next]), entry.isPlain {
            unsafe values[next] = Number(truncatingIfNeeded: entry.value)
            unsafe reasons[next] = entry.reason
            found |= entry.reason
            next &+= 1
        }
        (row, seen) = (next, found)
    }

    @inline(never)
    private static func wideRun<Number: FixedWidthInteger>(
        _ places: CellPlaces, _ tables: KnownCells.Tables, _ row: inout Int, _ end: Int,
        _ values: UnsafeMutablePointer<Number>, _ reasons: UnsafeMutablePointer<UInt8>, _ seen: inout UInt8
    ) {
        var (next, found) = (row, seen)
        while next < end {
            let cell = places[next]
            let entry = tables.entry(cell, quote: places.quote)
            guard entry.isPlain, cell.count != 1 else { break }
            unsafe values[next] = Number(truncatingIfNeeded: entry.value)
            unsafe reasons[next] = entry.reason
            found |= entry.reason
            next &+= 1
        }
        (row, seen) = (next, found)
    }

    /// What one row becomes, by a look at its cell; says what there is to say of it.
    @inline(never)
    private func read(
        _ cells: BlockCells, _ column: Int, _ row: Int, _ known: KnownCells, _ sink: CodeSink,
        _ notes: inout ColumnNotes
    ) -> Int {
        var value = 0
        sink.set(nil, row)
        cells.with(column, row) { _, cell in
            guard !cell.isEmpty else { return sink.set(.notAnswered, row) }
            if let index = known.find(cell) {
                value = tell(known.meanings[index], index, cells, row, known, sink, &notes)
            } else {
                let meaning = meaning(of: cell)
                value = tell(meaning, known.learn(cell, meaning), cells, row, known, sink, &notes)
            }
        }
        return value
    }

    private func meaning(of cell: Cell) -> CellMeaning {
        let inner = cell.trimmed
        var result = absent.reason(inner).map { CellMeaning(answer: .absent($0)) } ?? meaning(inner)
        if inner.count != cell.count {
            result.warnings.insert(("SPACES_TRIMMED", "spaces around values were taken off"), at: 0)
        }
        return result
    }

    /// `index`: number of the meaning; nil where it is not kept.
    private func tell(
        _ meaning: CellMeaning, _ index: Int?, _ cells: BlockCells, _ row: Int, _ known: KnownCells, _ sink: CodeSink,
        _ notes: inout ColumnNotes
    ) -> Int {
        for warning in meaning.warnings { notes.warn(warning.code, line: cells.line(row), warning.message) }
        var value = 0
        switch meaning.answer {
        case .category(let category): value = category
        // A meaning that is not kept is kept for this block.
        case .options, .name: value = index ?? sink.keep(meaning)
        case .absent(let reason): sink.set(reason, row)
        case .trouble(let code, let message):
            notes.trouble(row, code, message)
            sink.set(.technical, row)
        }
        if let index, let warned = known.warned[index], notes.needNoMore(of: meaning.warnings.map(\.code)) {
            sink.told(warned.warnings)
        }
        return value
    }

    /// Adds the warnings that were only counted.
    private func settle(_ known: KnownCells, _ sink: CodeSink, _ notes: inout ColumnNotes) {
        for (warnings, count) in sink.takeTold() {
            for warning in known.warnings[warnings] { notes.warnMore(warning.code, count) }
        }
    }

    /// The chunk of a block whose rows have all been decoded.
    func chunk(_ sink: CodeSink, _ rowCount: Int, _ known: KnownCells, _ notes: inout ColumnNotes) -> ColumnChunk {
        settle(known, sink, &notes)
        return .codes(sink.codes(rowCount), reasons: sink.takeReasons(rowCount))
    }

    // MARK: Meanings that are more than a category

    /// The number of the meaning of each row, and of what is behind them: in `known`, or in the sink.
    private func decodeMeanings(
        _ cells: BlockCells, _ column: Int, _ known: KnownCells, _ sink: CodeSink, _ notes: inout ColumnNotes
    ) {
        unsafe walk(cells, column, 0..<cells.rowCount, known, sink, sink.longs, &notes)
        settle(known, sink, &notes)
    }

    /// One 0/1 column an option and the number of options ticked.
    func decodeOptions(
        _ cells: BlockCells, _ column: Int, _ known: KnownCells, _ sink: CodeSink, _ notes: inout ColumnNotes
    ) -> [ColumnChunk] {
        let count = cells.rowCount
        decodeMeanings(cells, column, known, sink, &notes)
        let reasons = sink.takeReasons(count)
        let kept = sink.takeKept()
        let tables = sink.tables(of: known, kept, optionCount: categoryCount)
        let ticked = tables.ticked.map { table -> ColumnChunk in
            .codes(.bytes(sink.looked(up: table, reasons: reasons, count)), reasons: reasons)
        }
        let counts: [Int16] = sink.looked(up: tables.counts, reasons: reasons, count)
        return ticked + [.numbers(PackedNumbers(counts.map { Double($0) }), reasons: reasons)]
    }

    /// Names that no codebook lists.
    func decodeNames(
        _ cells: BlockCells, _ column: Int, _ known: KnownCells, _ sink: CodeSink, _ scratch: NameScratch,
        _ notes: inout ColumnNotes
    ) -> ColumnChunk {
        let count = cells.rowCount
        decodeMeanings(cells, column, known, sink, &notes)
        let reasons = sink.takeReasons(count)
        let kept = sink.takeKept()
        func name(_ meaning: Int) -> String? {
            let own = meaning < known.count ? known.meanings[meaning] : kept[meaning - CodeSink.mostMeanings]
            if case .name(let name) = own.answer { return name }
            return nil
        }
        // Of each meaning the number of its name in this block, −1 until it is met.
        var places = [Int32](repeating: -1, count: kept.isEmpty ? known.count : CodeSink.mostMeanings + kept.count)
        if let names = scratch.known {
            names.beginBlock(count)
            let numbers = sink.indices(reasons: reasons, count, places: &places) { names.intern(name($0)) }
            return .known(names.takeBlock(), numbers: numbers, reasons: reasons)
        }
        var table = CellTable()
        let indices = sink.indices(reasons: reasons, count, places: &places) { meaning in
            name(meaning).map { table.intern($0) } ?? -1
        }
        scratch.note(isAscending: false)
        return .names(table, indices: indices, reasons: reasons)
    }
}

extension KnownNames {
    fileprivate func intern(_ name: String?) -> Int32 {
        guard let name else { return -1 }
        var text = name
        return text.withUTF8 { buffer in
            guard let base = buffer.baseAddress else { return -1 }
            return unsafe intern(Cell(start: base, count: buffer.count, limit: base + buffer.count)).number
        }
    }
}

extension CellTable {
    mutating func intern(_ name: String) -> Int32 {
        var text = name
        return text.withUTF8 { buffer in
            guard let base = buffer.baseAddress else { return -1 }
            return unsafe intern(Cell(start: base, count: buffer.count, limit: base + buffer.count))
        }
    }
}
