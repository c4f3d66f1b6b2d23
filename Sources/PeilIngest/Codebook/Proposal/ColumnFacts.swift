/// What the cells of a column are like: counts and distinct values, as far as they are few.
struct ColumnFacts {
    /// Distinct values, and how often each occurs; complete unless `hasMany`.
    private(set) var counts: [String: Int] = [:]
    private(set) var hasMany = false
    private(set) var present = 0
    private(set) var isNumber = true
    private(set) var isWhole = true
    private(set) var isDate = true
    private(set) var isPositive = true
    private(set) var longest = 0
    /// Cells that hold the separator of several codes, by separator.
    private(set) var separated: [UInt8: Int] = [:]
    /// Every value occurs once; told up to `uniqueLimit` records.
    private(set) var isUnique = true
    private var seen: Set<String> = []
    let rowCount: Int

    private static let distinctLimit = 200
    /// Codes are looked at in so many records at most.
    static let rowLimit = 100_000

    init(_ records: CSVRecords, column: Int, from firstRow: Int) {
        let last = min(records.rowCount, firstRow + Self.rowLimit)
        rowCount = max(0, last - firstRow)
        for row in firstRow..<max(firstRow, last) { take(records.text(row, column), decimal: records.dialect.decimal) }
        if present == 0 { (isNumber, isWhole, isDate, isUnique) = (false, false, false, false) }
        seen = []
    }

    private mutating func take(_ cell: String, decimal: UInt8) {
        let bytes = Array(cell.utf8)
        let place = CellSource.trimmed(bytes.span, 0..<bytes.count)
        guard !place.isEmpty else { return }
        present += 1
        longest = max(longest, place.count)
        let value = place.count == bytes.count ? cell : String(decoding: bytes[place], as: UTF8.self)
        if isUnique { isUnique = seen.insert(value).inserted }
        if !hasMany {
            counts[value, default: 0] += 1
            hasMany = counts.count > Self.distinctLimit
        }
        for separator in [Ascii.semicolon, Ascii.comma, Ascii.bar] where bytes[place].contains(separator) {
            separated[separator, default: 0] += 1
        }
        if isNumber {
            let number = NumberParser.plain(bytes.span, place, decimal: decimal)
            isNumber = number != nil
            if let number {
                if number != number.rounded() { isWhole = false }
                if number <= 0 { isPositive = false }
            }
        }
        if isDate, DateParser.days(bytes.span, place) == nil { isDate = false }
    }

    var distinct: Int { counts.count }

    /// The values in the order of codes: numbers by size, then texts.
    var values: [String] {
        counts.keys.sorted {
            switch (Double($0), Double($1)) {
            case (let first?, let second?) where first != second: first < second
            case (.some, nil): true
            case (nil, .some): false
            default: $0.utf8.lexicographicallyPrecedes($1.utf8)
            }
        }
    }
}
