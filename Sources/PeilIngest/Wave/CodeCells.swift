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

    /// Whether answers are kept in one byte, with why they are absent.
    var isNarrow: Bool { categoryCount <= PackedCodes.mostAnswers }

    /// Room for the categories of a column while its block is decoded.
    func makeSink() -> CodeSink { CodeSink(width: isNarrow ? 1 : 2) }

    // MARK: One category a row

    /// One category a row, for the rows of a tile, `first` + i for the bits i of `rows`. The caller goes through a block
    /// tile by tile, all columns in turn, so that a record is in the nearest cache for all of them.
    func decode(
        _ cells: BlockCells, _ column: Int, _ first: Int, _ rows: UInt64, _ known: KnownCells, _ sink: CodeSink,
        _ notes: inout ColumnNotes
    ) {
        if sink.width == 1 {
            unsafe tile(cells, column, first, rows, known, sink, sink.bytes, &notes, isNarrow: true)
        } else {
            unsafe tile(cells, column, first, rows, known, sink, sink.words, &notes)
        }
    }

    /// Writes what each row becomes into `values`: its category, or the number of its meaning. `isNarrow`: why an answer
    /// is absent stands there too, and not with the reasons.
    @inline(__always)
    private func tile<Number: FixedWidthInteger>(
        _ cells: BlockCells, _ column: Int, _ first: Int, _ rows: UInt64, _ known: KnownCells, _ sink: CodeSink,
        _ values: UnsafeMutablePointer<Number>, _ notes: inout ColumnNotes, isNarrow: Bool = false
    ) {
        let quick = rows & RowBits.first(cells.quickEnd(column) - first)
        let (entries, reasons) = unsafe (sink.entries, sink.reasons)
        unsafe known.entries.find(cells.places(column), first, quick, entries)
        var (left, seen) = (rows, UInt8(0))
        while left != 0 {
            let bit = left.trailingZeroBitCount
            let isQuick = quick >> UInt64(truncatingIfNeeded: bit) & 1 != 0
            left &= left &- 1
            var entry = isQuick ? unsafe CellEntry(bits: entries[bit]) : .ask
            if entry.isWarning, let own = known.warned[Int(entry.value)], sink.count(own.warnings) { entry = own.entry }
            let row = first + bit
            guard entry.isPlain else {
                let value = read(cells, column, row, known, sink, &notes)
                unsafe values[row] = Number(truncatingIfNeeded: isNarrow ? value &- Int(reasons[row]) : value)
                continue
            }
            if isNarrow {
                unsafe values[row] = Number(truncatingIfNeeded: entry.answer)
                continue
            }
            unsafe values[row] = Number(truncatingIfNeeded: entry.value)
            unsafe reasons[row] = entry.reason
            seen |= entry.reason
        }
        sink.note(reason: seen)
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
        return .codes(sink.codes(rowCount), reasons: isNarrow ? [] : sink.takeReasons(rowCount))
    }

    // MARK: Meanings that are more than a category

    /// The number of the meaning of each row, and of what is behind them: in `known`, or in the sink.
    private func decodeMeanings(
        _ cells: BlockCells, _ column: Int, _ known: KnownCells, _ sink: CodeSink, _ notes: inout ColumnNotes
    ) {
        for first in stride(from: 0, to: cells.rowCount, by: RowBits.count) {
            unsafe tile(
                cells, column, first, RowBits.first(cells.rowCount - first), known, sink, sink.longs, &notes)
        }
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
            .codes(.answers(sink.answers(table, reasons: reasons, count)), reasons: [])
        }
        let counts: PackedNumbers =
            categoryCount <= Int8.max
            ? .bytes(sink.looked(up: tables.counts.map { Int8($0) }, reasons: reasons, count))
            : .words(sink.looked(up: tables.counts, reasons: reasons, count))
        return ticked + [.numbers(counts, reasons: reasons)]
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
            let numbers = sink.indices(reasons: reasons, count, places: &places) { meaning in
                names.intern(meaning: meaning) { name(meaning) }
            }
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
    /// The number of the name of a meaning; one that a thread keeps is asked for its name once.
    fileprivate func intern(meaning: Int, _ name: () -> String?) -> Int32 {
        if let number = number(ofMeaning: meaning) { return number }
        guard let name = name() else { return -1 }
        let number = intern(name)
        if meaning < CodeSink.mostMeanings { keep(number, ofMeaning: meaning) }
        return number
    }

    private func intern(_ name: String) -> Int32 {
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
