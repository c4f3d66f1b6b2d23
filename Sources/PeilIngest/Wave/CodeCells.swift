import PeilTable

/// What one spelling of an answer stands for; found once per spelling, not once per cell.
struct CellMeaning: Sendable {
    enum Answer: Sendable {
        /// Category of the codebook.
        case category(Int)
        /// Options of a multiple response, in the order of the codebook.
        case options([Int])
        /// A code that no codebook lists (regions without a list).
        case name(String)
        case absent(MissingReason)
        /// The record is quarantined.
        case trouble(code: String, message: String)
    }
    var answer: Answer
    var warnings: [(code: String, message: String)] = []
}

/// The meanings that one thread has met in one column. It saves work and changes no result.
struct KnownCells {
    fileprivate var table = CellTable()
    fileprivate var meanings: [CellMeaning] = []
    /// Of each meaning: category, −2 − reason where absent, `special` where the meaning itself must be asked.
    fileprivate var quick: [Int32] = []
    /// Meaning of each cell of one byte, −1 where it has not been met.
    fileprivate var single = [Int32](repeating: -1, count: 256)

    /// Of cells of two to seven bytes, the one met last at each place: key and meaning.
    fileprivate var shortKeys = [UInt64](repeating: 0, count: 256)
    fileprivate var shortMeanings = [Int32](repeating: -1, count: 256)

    fileprivate static let special: Int32 = -1
    /// Beyond this many spellings a column is no list of answers; they are looked up each time.
    private static let limit = 1 << 16

    fileprivate var count: Int { meanings.count }

    fileprivate func options(_ meaning: Int) -> [Int] {
        if case .options(let options) = meanings[meaning].answer { options } else { [] }
    }

    fileprivate mutating func learn(_ cell: Cell, _ meaning: CellMeaning) {
        guard table.count < Self.limit else { return }
        // Cells and their meanings are numbered alike.
        _ = table.intern(cell)
        if cell.count == 1 { single[Int(cell[0])] = Int32(meanings.count) }
        meanings.append(meaning)
        let isQuick = meaning.warnings.isEmpty
        switch meaning.answer {
        case .category(let index) where isQuick: quick.append(Int32(index))
        case .options where isQuick: quick.append(Int32(meanings.count - 1))
        case .absent(let reason) where isQuick: quick.append(-2 - Int32(reason.rawValue))
        default: quick.append(Self.special)
        }
    }
}

/// The categories of a column while a block is decoded.
struct CodeSink {
    fileprivate var codes: [UInt16]
    fileprivate var reasons: Reasons

    init(rowCount: Int) {
        codes = [UInt16](repeating: 0, count: rowCount)
        reasons = Reasons(count: rowCount)
    }
}

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

    /// Calls `quick` for each row with a plain category and `other` for the rest that hold an answer.
    @inline(__always)
    private func walk(
        _ cells: BlockCells, _ column: Int, _ rows: Range<Int>, _ known: inout KnownCells,
        _ notes: inout ColumnNotes, _ reasons: inout Reasons, quick: (Int, Int32) -> Void,
        other: (Int, CellMeaning.Answer) -> Void
    ) {
        cells.forEach(column, rows) { row, cell in
            let index: Int
            if cell.count == 1 {
                index = Int(known.single[Int(cell[0])])
            } else if cell.count == 0 {
                reasons.miss(row, .notAnswered)
                return
            } else if cell.count < 8 {
                let key = cell.word(at: 0) | UInt64(cell.count) << 56
                let place = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 56)
                if known.shortKeys[place] == key {
                    index = Int(known.shortMeanings[place])
                } else {
                    index = Int(known.table.find(cell))
                    if index >= 0 {
                        known.shortKeys[place] = key
                        known.shortMeanings[place] = Int32(index)
                    }
                }
            } else {
                index = Int(known.table.find(cell))
            }
            if index >= 0 {
                let value = known.quick[index]
                if value >= 0 {
                    quick(row, value)
                    return
                }
                if value != KnownCells.special {
                    reasons.miss(row, MissingReason(rawValue: UInt8(-2 - value)) ?? .technical)
                    return
                }
                tell(known.meanings[index], row, cells, &notes, &reasons, other)
                return
            }
            let meaning = read(cell)
            known.learn(cell, meaning)
            if case .category(let category) = meaning.answer, meaning.warnings.isEmpty {
                quick(row, Int32(category))
            } else {
                tell(meaning, row, cells, &notes, &reasons, other)
            }
        }
    }

    private func read(_ cell: Cell) -> CellMeaning {
        let inner = cell.trimmed
        var result = absent.reason(inner).map { CellMeaning(answer: .absent($0)) } ?? meaning(inner)
        if inner.count != cell.count {
            result.warnings.insert(("SPACES_TRIMMED", "spaces around values were taken off"), at: 0)
        }
        return result
    }

    private func tell(
        _ meaning: CellMeaning, _ row: Int, _ cells: BlockCells, _ notes: inout ColumnNotes, _ reasons: inout Reasons,
        _ other: (Int, CellMeaning.Answer) -> Void
    ) {
        for warning in meaning.warnings { notes.warn(warning.code, line: cells.line(row), warning.message) }
        switch meaning.answer {
        case .absent(let reason): reasons.miss(row, reason)
        case .trouble(let code, let message):
            notes.trouble(row, code, message)
            reasons.miss(row, .technical)
        case .category, .options, .name: other(row, meaning.answer)
        }
    }

    /// One category a row, for the rows of `rows`. The caller goes through a block a few rows at a time, all columns
    /// in turn, so that a record is in the nearest cache for all of them.
    func decode(
        _ cells: BlockCells, _ column: Int, _ rows: Range<Int>, _ known: inout KnownCells,
        _ notes: inout ColumnNotes, into sink: inout CodeSink
    ) {
        var codes: [UInt16] = []
        swap(&codes, &sink.codes)
        var reasons = sink.reasons
        sink.reasons = Reasons(count: 0)
        unsafe codes.withUnsafeMutableBufferPointer { buffer in
            guard let codes = buffer.baseAddress else { return }
            walk(
                cells, column, rows, &known, &notes, &reasons,
                quick: { unsafe codes[$0] = UInt16(truncatingIfNeeded: $1) },
                other: { row, answer in
                    if case .category(let index) = answer { unsafe codes[row] = UInt16(truncatingIfNeeded: index) }
                })
        }
        sink.reasons = reasons
        swap(&codes, &sink.codes)
    }

    /// The chunk of a block whose rows have all been decoded.
    func chunk(_ sink: CodeSink) -> ColumnChunk {
        .codes(PackedCodes(sink.codes, categoryCount: categoryCount), reasons: sink.reasons.list)
    }

    /// `count` zeros, into which `fill` writes without a check a row.
    @inline(__always)
    static func filled<Number: Numeric>(
        _ count: Int, _ fill: (UnsafeMutablePointer<Number>) -> Void
    ) -> [Number] {
        unsafe [Number](unsafeUninitializedCapacity: count) { buffer, used in
            guard let base = buffer.baseAddress else { return }
            unsafe base.initialize(repeating: 0, count: count)
            unsafe fill(base)
            used = count
        }
    }

    /// One 0/1 column an option and the number of options ticked.
    func decodeOptions(
        _ cells: BlockCells, _ column: Int, _ known: inout KnownCells, _ notes: inout ColumnNotes
    ) -> [ColumnChunk] {
        var reasons = Reasons(count: cells.rowCount)
        // Of each row the meaning of its cell; then option by option, so that each is one plain walk.
        var untidy: [[Int]] = []
        let meanings = unsafe Self.filled(cells.rowCount) { (meanings: UnsafeMutablePointer<Int32>) in
            unsafe meanings.update(repeating: -1, count: cells.rowCount)
            walk(
                cells, column, 0..<cells.rowCount, &known, &notes, &reasons,
                quick: { unsafe meanings[$0] = $1 },
                other: { row, answer in
                    guard case .options(let options) = answer else { return }
                    untidy.append(options)
                    unsafe meanings[row] = -1 - Int32(untidy.count)
                })
        }
        let tidyCount = known.count
        let chosen = (0..<tidyCount).map { known.options($0) } + untidy + [[]]
        let places = meanings.map { $0 >= 0 ? Int($0) : $0 == -1 ? chosen.count - 1 : tidyCount - 2 - Int($0) }
        let ticked = (0..<categoryCount).map { option -> ColumnChunk in
            let isChosen = chosen.map { $0.contains(option) ? UInt8(1) : 0 }
            return .codes(.bytes(places.map { isChosen[$0] }), reasons: reasons.list)
        }
        let counts = places.map { Double(chosen[$0].count) }
        return ticked + [.numbers(PackedNumbers(counts), reasons: reasons.list)]
    }

    /// Names that no codebook lists.
    func decodeNames(
        _ cells: BlockCells, _ column: Int, _ known: inout KnownCells, _ notes: inout ColumnNotes
    ) -> ColumnChunk {
        var reasons = Reasons(count: cells.rowCount)
        var table = CellTable()
        var indices = [Int32](repeating: -1, count: cells.rowCount)
        walk(
            cells, column, 0..<cells.rowCount, &known, &notes, &reasons, quick: { _, _ in },
            other: { row, answer in
                guard case .name(let name) = answer else { return }
                indices[row] = table.intern(name)
            })
        return .names(table, indices: indices, reasons: reasons.list)
    }
}

extension CellTable {
    mutating func intern(_ name: String) -> Int32 {
        let bytes = Array(name.utf8)
        return unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return -1 }
            return unsafe intern(Cell(start: base, count: buffer.count, limit: base + buffer.count))
        }
    }
}

/// What the codes and labels of a codebook make of a cell.
struct CodeMeanings: Sendable {
    private var indexOfCode: [[UInt8]: Int] = [:]
    /// Labels in every language, and aliases, in small letters.
    private var labels: [[UInt8]: (index: Int, isAlias: Bool)] = [:]

    init(_ variable: CodebookVariable) {
        for (index, category) in variable.categories.enumerated() { indexOfCode[Array(category.code.utf8)] = index }
        for (index, category) in variable.categories.enumerated() {
            for label in category.label.byLanguage.values { labels[Array(label.lowercased().utf8)] = (index, false) }
        }
        for (spelling, code) in variable.aliases {
            guard let index = variable.categories.firstIndex(where: { $0.code == code }) else { continue }
            labels[Array(spelling.lowercased().utf8)] = (index, true)
        }
    }

    func meaning(_ cell: Cell) -> CellMeaning {
        if let index = indexOfCode[cell.bytes] { return CellMeaning(answer: .category(index)) }
        guard let match = labels[Array(cell.text.lowercased().utf8)] else {
            return CellMeaning(
                answer: .trouble(code: "OUT_OF_CODEBOOK", message: "value that the codebook does not list"))
        }
        if match.isAlias { return CellMeaning(answer: .category(match.index)) }
        return CellMeaning(
            answer: .category(match.index),
            warnings: [("LABELS_NOT_CODES", "labels stand where codes are expected")])
    }

    /// Several codes in one cell.
    func options(_ cell: Cell, separator: UInt8) -> CellMeaning {
        var chosen: [Int] = []
        var isUntidy = false
        for part in cell.bytes.split(separator: separator, omittingEmptySubsequences: false) {
            let code = Self.trimmed(part)
            if code.isEmpty {
                isUntidy = true
                continue
            }
            guard let index = indexOfCode[code] else {
                return CellMeaning(
                    answer: .trouble(
                        code: "OUT_OF_CODEBOOK", message: "an option that the codebook does not list"))
            }
            if chosen.contains(index) { isUntidy = true } else { chosen.append(index) }
        }
        return CellMeaning(
            answer: .options(chosen),
            warnings: isUntidy ? [("MULTI_NORMALISED", "empty or repeated options were taken out")] : [])
    }

    private static func trimmed(_ part: ArraySlice<UInt8>) -> [UInt8] {
        var part = part
        while let first = part.first, Ascii.isSpace(first) { part.removeFirst() }
        while let last = part.last, Ascii.isSpace(last) { part.removeLast() }
        return Array(part)
    }
}
