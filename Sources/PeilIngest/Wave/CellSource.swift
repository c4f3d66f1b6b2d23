import PeilTable

/// One column of a split file: hands out cells trimmed of outer spaces, and knows which are absent.
struct CellSource {
    let records: CSVRecords
    let variable: CodebookVariable
    let fileColumn: Int
    private let missingTokens: [[UInt8]]
    private let missingCodes: [(code: [UInt8], reason: MissingReason)]

    init(records: CSVRecords, variable: CodebookVariable, fileColumn: Int, tokens: [String]) {
        self.records = records
        self.variable = variable
        self.fileColumn = fileColumn
        missingTokens = tokens.filter { !$0.isEmpty }.map { Array($0.utf8) }
        missingCodes = variable.missing.sorted { $0.key < $1.key }.map { (Array($0.key.utf8), $0.value) }
    }

    /// Calls `use` with the bytes and place of the cell, without quotes.
    func withCell<R>(_ row: Int, _ use: (Span<UInt8>, Range<Int>) -> R) -> R {
        records.withField(row, fileColumn, use)
    }

    static func trimmed(_ bytes: Span<UInt8>, _ place: Range<Int>) -> Range<Int> {
        var start = place.lowerBound
        var end = place.upperBound
        while start < end, Ascii.isSpace(bytes[start]) { start += 1 }
        while end > start, Ascii.isSpace(bytes[end - 1]) { end -= 1 }
        return start..<end
    }

    /// Why the cell holds no answer; nil where it holds one.
    func reason(_ bytes: Span<UInt8>, _ place: Range<Int>) -> MissingReason? {
        if place.isEmpty { return .notAnswered }
        for (code, reason) in missingCodes where Self.equal(bytes, place, code) { return reason }
        for token in missingTokens where Self.equal(bytes, place, token) { return .notAnswered }
        return nil
    }

    static func equal(_ bytes: Span<UInt8>, _ place: Range<Int>, _ other: [UInt8]) -> Bool {
        guard place.count == other.count else { return false }
        for (offset, byte) in other.enumerated() where bytes[place.lowerBound + offset] != byte { return false }
        return true
    }

    static func copy(_ bytes: Span<UInt8>, _ place: Range<Int>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(place.count)
        for index in place { result.append(bytes[index]) }
        return result
    }
}

/// The index of each distinct cell, found without making a string for it: cells of one or two bytes
/// through a table, longer ones through a dictionary of bytes.
struct CellInterner {
    private var short = [Int32](repeating: -1, count: 1 << 16)
    private var long: [[UInt8]: Int32] = [:]

    func index(_ bytes: Span<UInt8>, _ place: Range<Int>) -> Int32? {
        if let slot = Self.slot(bytes, place) { return short[slot] < 0 ? nil : short[slot] }
        return long[CellSource.copy(bytes, place)]
    }

    mutating func set(_ bytes: Span<UInt8>, _ place: Range<Int>, to index: Int32) {
        if let slot = Self.slot(bytes, place) {
            short[slot] = index
        } else {
            long[CellSource.copy(bytes, place)] = index
        }
    }

    private static func slot(_ bytes: Span<UInt8>, _ place: Range<Int>) -> Int? {
        switch place.count {
        case 1: Int(bytes[place.lowerBound])
        case 2: Int(bytes[place.lowerBound]) << 8 | Int(bytes[place.lowerBound + 1])
        default: nil
        }
    }
}
