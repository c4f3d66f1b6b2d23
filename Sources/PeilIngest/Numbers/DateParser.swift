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
