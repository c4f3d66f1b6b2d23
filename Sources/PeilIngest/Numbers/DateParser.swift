/// How a codebook says that dates are written (`format`).
public enum DateFormat: String, Sendable, CaseIterable {
    case dayFirst = "dd-mm-jjjj"
    case iso = "jjjj-mm-dd"
    case dayFirstSlashes = "dd/mm/jjjj"
    case monthFirstSlashes = "mm/dd/jjjj"
    /// Serial numbers of Excel: days, 1 is 1 January 1900, and a day 60 that never was.
    case excel
    /// Serial numbers of Excel for older Macs: days, 0 is 1 January 1904.
    case excel1904 = "excel_1904"

    /// `jjjj` is the Dutch year; `yyyy` says the same.
    init?(word: String) { self.init(rawValue: word.lowercased().replacing("yyyy", with: "jjjj")) }
}

/// Calendar days as days since 1970-01-01, read strictly: 12-09-2026 is 12 September under dd-mm-jjjj.
enum DateParser {
    /// d-m-jjjj (day first) or ISO 8601, which begins with four digits; a time of day after a space
    /// or `T` is left aside. Two-digit years and serial numbers are no dates.
    static func days(_ bytes: Span<UInt8>, _ place: Range<Int>) -> Double? {
        var end = place.upperBound
        for index in place where bytes[index] == Ascii.space || bytes[index] == UInt8(ascii: "T") {
            end = index
            break
        }
        var parts: [(value: Int, digits: Int)] = [(0, 0)]
        for index in place.lowerBound..<end {
            let byte = bytes[index]
            if Ascii.isDigit(byte) {
                parts[parts.count - 1].value = parts[parts.count - 1].value * 10 + Int(byte - Ascii.zero)
                parts[parts.count - 1].digits += 1
                if parts[parts.count - 1].digits > 4 { return nil }
            } else if byte == Ascii.minus, parts.count < 3 {
                parts.append((0, 0))
            } else {
                return nil
            }
        }
        guard parts.count == 3 else { return nil }
        let isISO = parts[0].digits == 4
        let (year, day) = isISO ? (parts[0], parts[2]) : (parts[2], parts[0])
        guard year.digits == 4, (1...2).contains(day.digits), (1...2).contains(parts[1].digits) else { return nil }
        return days(year: year.value, month: parts[1].value, day: day.value)
    }

    /// A cell that is written as declared. A dash and ISO 8601 cannot be taken for each other, so either may stand
    /// where the other is declared; slashes and serial numbers are read only where they are declared.
    static func days(_ bytes: Span<UInt8>, _ place: Range<Int>, as format: DateFormat) -> Double? {
        switch format {
        case .dayFirst, .iso: days(bytes, place)
        case .dayFirstSlashes, .monthFirstSlashes: slashed(bytes, place, monthFirst: format == .monthFirstSlashes)
        case .excel, .excel1904: serial(bytes, place, from1904: format == .excel1904)
        }
    }

    private static func slashed(_ bytes: Span<UInt8>, _ place: Range<Int>, monthFirst: Bool) -> Double? {
        var parts = [0]
        var digits = [0]
        for index in place {
            let byte = bytes[index]
            if byte == Ascii.space { break }
            if byte == UInt8(ascii: "/"), parts.count < 3 {
                parts.append(0)
                digits.append(0)
            } else if Ascii.isDigit(byte), digits[digits.count - 1] < 4 {
                parts[parts.count - 1] = parts[parts.count - 1] * 10 + Int(byte - Ascii.zero)
                digits[digits.count - 1] += 1
            } else {
                return nil
            }
        }
        guard digits.count == 3, (1...2).contains(digits[0]), (1...2).contains(digits[1]), digits[2] == 4 else {
            return nil
        }
        return days(year: parts[2], month: parts[monthFirst ? 0 : 1], day: parts[monthFirst ? 1 : 0])
    }

    /// Whole days, a fraction (the time of day) left aside. Excel counts a 29 February 1900, which is no date.
    private static func serial(_ bytes: Span<UInt8>, _ place: Range<Int>, from1904: Bool) -> Double? {
        var number = 0
        var digits = 0
        for index in place {
            let byte = bytes[index]
            if byte == Ascii.point || byte == Ascii.comma, digits > 0 {
                guard index + 1 < place.upperBound else { return nil }
                for rest in (index + 1)..<place.upperBound where !Ascii.isDigit(bytes[rest]) { return nil }
                break
            }
            guard Ascii.isDigit(byte), digits < 7 else { return nil }
            number = number * 10 + Int(byte - Ascii.zero)
            digits += 1
        }
        // 31 December 9999, the last day that Excel knows.
        guard digits > 0, number <= (from1904 ? 2_957_003 : 2_958_465) else { return nil }
        if from1904 { return Double(number - 24_107) }
        guard number > 0, number != 60 else { return nil }
        return Double(number > 60 ? number - 25_569 : number - 25_568)
    }

    /// Days of each month in a leap year.
    private static let lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

    /// Days since 1970-01-01 in the Gregorian calendar; nil for a day that does not exist.
    static func days(year: Int, month: Int, day: Int) -> Double? {
        guard (1...12).contains(month), day >= 1, year >= 1 else { return nil }
        let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
        guard day <= lengths[month - 1], isLeap || month != 2 || day <= 28 else { return nil }
        // Years are counted from March, so that the leap day comes last (Hinnant, chrono algorithms).
        let shifted = month > 2 ? year : year - 1
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Double(era * 146_097 + dayOfEra - 719_468)
    }
}
