/// A day of the Gregorian calendar, counted from 1970-01-01. Pure arithmetic: no clock, no time zone.
public struct CalendarDay: Sendable, Hashable, Comparable {
    public var daysSince1970: Int

    public init(daysSince1970: Int) { self.daysSince1970 = daysSince1970 }

    /// Reads `dd-mm-jjjj`; nil for anything else, also for 31-02-2026.
    public init?(dutch text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 3, let day = parts[0], let month = parts[1], let year = parts[2],
            text.utf8.count == 10, (1...12).contains(month), day > 0
        else { return nil }
        daysSince1970 = Self.days(year: year, month: month, day: day)
        guard dutchText == text else { return nil }
    }

    /// `dd-mm-jjjj`.
    public var dutchText: String {
        let (year, month, day) = yearMonthDay
        return "\(Self.padded(day, 2))-\(Self.padded(month, 2))-\(Self.padded(year, 4))"
    }

    /// `jjjj-mm-dd`.
    public var isoText: String {
        let (year, month, day) = yearMonthDay
        return "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))"
    }

    /// The first and the last day of its month.
    public var month: (first: CalendarDay, last: CalendarDay) {
        let (year, month, _) = yearMonthDay
        let next =
            month == 12
            ? Self.days(year: year + 1, month: 1, day: 1)
            : Self.days(year: year, month: month + 1, day: 1)
        return (
            CalendarDay(daysSince1970: Self.days(year: year, month: month, day: 1)),
            CalendarDay(daysSince1970: next - 1)
        )
    }

    public static func < (left: CalendarDay, right: CalendarDay) -> Bool {
        left.daysSince1970 < right.daysSince1970
    }

    /// Days from 1970 in the proleptic Gregorian calendar; years start in March so that the leap day is last.
    private static func days(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    }

    private var yearMonthDay: (Int, Int, Int) {
        var year = 1970 + daysSince1970 / 366
        while Self.days(year: year + 1, month: 1, day: 1) <= daysSince1970 { year += 1 }
        var month = 12
        while Self.days(year: year, month: month, day: 1) > daysSince1970 { month -= 1 }
        return (year, month, daysSince1970 - Self.days(year: year, month: month, day: 1) + 1)
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
