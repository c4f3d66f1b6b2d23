import CByteScan
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

/// What a cell becomes, in one number: what to write, the reason of absence, and whether that is all.
struct CellEntry: Equatable {
    let bits: UInt32

    @inline(__always)
    init(bits: UInt32) { self.bits = bits }

    /// `value`: the category; of options and names the number of the meaning.
    init(value: Int) { bits = UInt32(truncatingIfNeeded: value) & 0xFFFF }
    init(absent reason: MissingReason) { bits = UInt32(reason.rawValue) << 16 }
    /// The meaning of this number comes with a warning.
    init(warning meaning: Int) { bits = Self.warns | UInt32(truncatingIfNeeded: meaning) & 0xFFFF }

    private static let warns: UInt32 = 1 << 30
    /// The cell has to be looked at itself.
    static let ask = CellEntry(bits: 1 << 31)

    @inline(__always) var isPlain: Bool { bits < Self.warns }
    @inline(__always) var isWarning: Bool { bits & (Self.warns | Self.ask.bits) == Self.warns }
    @inline(__always) var value: UInt16 { UInt16(truncatingIfNeeded: bits) }
    /// As `PackedCodes.answers` keeps it, of a category that fits.
    @inline(__always) var answer: UInt8 { UInt8(truncatingIfNeeded: value) &- reason }
    @inline(__always) var reason: UInt8 { UInt8(truncatingIfNeeded: bits >> 16) }
}

/// The meanings that one thread has met in one column. It saves work and changes no result.
@safe final class KnownCells {
    private(set) var meanings: [CellMeaning] = []
    /// Of each meaning: if it comes with warnings, which, and what its cells become.
    private(set) var warned: [Warned?] = []
    /// Warnings that come together, each set once.
    private(set) var warnings: [[(code: String, message: String)]] = []

    struct Warned {
        /// Place in `warnings`.
        let warnings: Int
        let entry: CellEntry
    }

    /// Entry of each cell as it stands in the text, where it is not quoted.
    let entries = CellEntries(empty: CellEntry(absent: .notAnswered))
    /// What cells become by their mark.
    private(set) var marks: UnsafeMutablePointer<peil_mark_table>
    /// What cells become that have no mark of their own.
    let words = KnownWords()
    /// Meaning of each cell that is not found by its entry alone.
    private var indexOfCell = CellTable()

    /// Beyond this many spellings a column is no list of answers; they are looked up each time.
    private static let limit = 1 << 16

    init() {
        unsafe marks = .allocate(capacity: 1)
        unsafe marks.initialize(to: peil_mark_table())
        unsafe marks.pointee.unknown = PackedCodes.neither
        unsafe withUnsafeMutableBytes(of: &marks.pointee.answers) { answers in
            for index in answers.indices { unsafe answers[index] = PackedCodes.neither }
        }
        set(mark: UInt8(peil_mark_empty), CellEntry(absent: .notAnswered))
    }

    deinit { unsafe marks.deallocate() }

    /// A cell with this mark becomes `entry`, which is plain.
    private func set(mark: UInt8, _ entry: CellEntry) {
        unsafe withUnsafeMutableBytes(of: &marks.pointee.answers) { unsafe $0[Int(mark)] = entry.answer }
    }

    var count: Int { meanings.count }
    /// A meaning comes with a warning.
    var holdsWarnings: Bool { !warnings.isEmpty }

    /// Number of the cell's meaning; nil where it has not been met.
    func find(_ cell: Cell) -> Int? {
        let index = Int(indexOfCell.find(cell))
        return index < 0 ? nil : index
    }

    /// Keeps the meaning of a cell that was not known. Nil where there is no room for more.
    func learn(_ cell: Cell, _ meaning: CellMeaning) -> Int? {
        guard meanings.count < Self.limit else { return nil }
        // Cells and their meanings are numbered alike.
        _ = indexOfCell.intern(cell)
        let index = meanings.count
        meanings.append(meaning)
        warned.append(nil)
        let entry = entry(meaning, index)
        entries.insert(cell, entry)
        // Marks are read where answers are kept in one byte; elsewhere they do no harm.
        if cell.count == 1, cell[0] < 0x80, entry.isPlain { set(mark: cell[0], entry) }
        if 2..<16 ~= cell.count, entry.isPlain { words.insert(cell, answer: entry.answer) }
        return index
    }

    private func entry(_ meaning: CellMeaning, _ index: Int) -> CellEntry {
        let plain =
            switch meaning.answer {
            case .category(let category): CellEntry(value: category)
            case .options, .name: CellEntry(value: index)
            case .absent(let reason): CellEntry(absent: reason)
            case .trouble: CellEntry.ask
            }
        guard !meaning.warnings.isEmpty, plain != .ask else { return plain }
        let known = warnings.firstIndex { own in
            own.count == meaning.warnings.count && zip(own, meaning.warnings).allSatisfy { $0 == $1 }
        }
        if known == nil { warnings.append(meaning.warnings) }
        warned[index] = Warned(warnings: known ?? warnings.count - 1, entry: plain)
        return CellEntry(warning: index)
    }
}
