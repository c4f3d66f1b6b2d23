/// What the cells of a column are like: counts and distinct values, as far as they are few.
struct ColumnFacts {
    /// Distinct values, and how often each occurs; complete unless `hasMany`.
    private(set) var counts: [String: Int] = [:]
    private(set) var hasMany = false
    private(set) var present = 0
    private(set) var isNumber = true
    private(set) var isWhole = true
    private(set) var isDate = true
    /// The first and the last day of dates.
    private(set) var days: ClosedRange<Int>?
    private(set) var isPositive = true
    /// Values that are not four digits, as the public part of a Dutch postcode is; the first few.
    private(set) var notFourDigits: Set<String> = []
    /// Some value has no digit.
    private(set) var hasPlainWords = false
    /// Every value is letters, digits, hyphens and underscores.
    private(set) var isOneWord = true
    private(set) var longest = 0
    /// Cells that hold the separator of several codes, by separator.
    private(set) var separated: [UInt8: Int] = [:]
    /// Every value occurs once; told up to `uniqueLimit` records.
    private(set) var isUnique = true
    private var seen: Set<String> = []
    let rowCount: Int

    private static let distinctLimit = 200
    /// Codes are looked at in so many records, from the whole file: waves and regions often stand one after another.
    private static let rowLimit = 100_000

    /// Of `count` records, every how manieth is looked at.
    static func step(of count: Int) -> Int { max(1, (count + rowLimit - 1) / rowLimit) }

    init(_ records: CSVRecords, column: Int, from firstRow: Int) {
        let step = Self.step(of: records.rowCount - firstRow)
        let rows = stride(from: firstRow, to: max(firstRow, records.rowCount), by: step)
        rowCount = rows.reduce(0) { count, _ in count + 1 }
        for row in rows { take(records.text(row, column), decimal: records.dialect.decimal) }
        if !isDate { days = nil }
        if present == 0 { (isNumber, isWhole, isDate, isUnique) = (false, false, false, false) }
        seen = []
    }

    private mutating func take(_ cell: String, decimal: UInt8) {
        let bytes = Array(cell.utf8)
        let place = Ascii.trimmed(bytes)
        guard !place.isEmpty else { return }
        present += 1
        longest = max(longest, place.count)
        if !bytes[place].contains(where: Ascii.isDigit) { hasPlainWords = true }
        if !bytes[place].allSatisfy(Self.isWordByte) { isOneWord = false }
        let value = place.count == bytes.count ? cell : String(decoding: bytes[place], as: UTF8.self)
        if place.count != 4 || !bytes[place].allSatisfy(Ascii.isDigit), notFourDigits.count < 5 {
            notFourDigits.insert(value)
        }
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
        if isDate {
            let day = DateParser.days(bytes.span, place).flatMap { Int(exactly: $0.rounded(.down)) }
            isDate = day != nil
            if let day { days = min(days?.lowerBound ?? day, day)...max(days?.upperBound ?? day, day) }
        }
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        Ascii.isLetter(byte) || Ascii.isDigit(byte) || byte == Ascii.minus || byte == UInt8(ascii: "_")
    }

    var distinct: Int { counts.count }

    /// Whole codes at the end that surveys give to absent answers and that stand apart from the others: 1 to 5, 8, 9.
    var apart: [String] {
        let numbers = values.compactMap(Int.init)
        guard numbers.count == distinct else { return [] }
        let others = numbers.filter { !Self.habits.contains($0) && $0 >= 0 }
        guard let last = others.last else { return [] }
        return numbers.filter { $0 < 0 || Self.habits.contains($0) && $0 > last + 1 }.map(String.init)
    }

    private static let habits: Set<Int> = [8, 9, 98, 99, 998, 999, 9998, 9999]

    /// Codes of absence among four digits; nil where something else stands there.
    var besidesFourDigits: [String]? {
        let codes = notFourDigits.compactMap(Int.init).filter { $0 < 0 || Self.habits.contains($0) }
        return codes.count == notFourDigits.count && codes.count < 5 ? codes.sorted().map(String.init) : nil
    }

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
