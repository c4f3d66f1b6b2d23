/// The day that a workbook bears.
enum WorkbookDate {
    /// Seconds since 1970 at noon (UTC) of an ISO date. Never 0, which would mean the clock's own time.
    /// A text that is no date gives the first day that a spreadsheet's archive can hold.
    static func seconds(of iso: String) -> Int {
        let parts = iso.split(separator: "-").map { Int($0) }
        guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2],
            (1900...9999).contains(year), (1...12).contains(month), (1...31).contains(day)
        else { return seconds(year: 1980, month: 1, day: 1) }
        return seconds(year: year, month: month, day: day)
    }

    /// Days of the Gregorian calendar, with the year begun in March so that a leap day is its last.
    private static func seconds(year: Int, month: Int, day: Int) -> Int {
        let shifted = month < 3 ? year - 1 : year
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let days = shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
        return days * 86_400 + 43_200
    }
}
