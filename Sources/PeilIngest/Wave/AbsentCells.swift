import PeilTable

/// Which cells of a column hold no answer, and why: the empty cell, the codes of the codebook for this
/// variable, and the words that mean absent in every column.
struct AbsentCells: Sendable {
    private let codes: [(code: [UInt8], reason: MissingReason)]
    private let longest: Int
    /// Whether a code begins with this byte: most cells need no second look.
    private let begins: [Bool]
    /// Whether a code begins with a digit.
    let holdsDigits: Bool

    init(_ variable: CodebookVariable, tokens: [String]) {
        let own = variable.missing.sorted { $0.key < $1.key }.map { (code: Array($0.key.utf8), reason: $0.value) }
        codes = own + tokens.filter { !$0.isEmpty }.map { (Array($0.utf8), .notAnswered) }
        longest = codes.map(\.code.count).max() ?? 0
        var begins = [Bool](repeating: false, count: 256)
        for entry in codes { if let first = entry.code.first { begins[Int(first)] = true } }
        self.begins = begins
        holdsDigits = codes.contains { $0.code.first.map(Ascii.isDigit) ?? false }
    }

    /// Whether a code begins with this byte.
    @inline(__always)
    func mayBegin(with byte: UInt8) -> Bool { begins[Int(byte)] }

    /// Why the trimmed cell holds no answer; nil where it holds one.
    @inline(__always)
    func reason(_ cell: Cell) -> MissingReason? {
        if cell.isEmpty { return .notAnswered }
        guard cell.count <= longest, begins[Int(cell[0])] else { return nil }
        return listed(cell)
    }

    private func listed(_ cell: Cell) -> MissingReason? {
        for entry in codes where cell.equals(entry.code) { return entry.reason }
        return nil
    }
}
