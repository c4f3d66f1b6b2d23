/// Values of an SPSS file as cells of a delimited text: UTF-8, comma, decimal point, quotes where needed, LF.
struct SAVText {
    private(set) var bytes: [UInt8] = []
    /// The reader of delimited text takes no more.
    static let limit = Int(UInt32.max) - 1

    mutating func endCell() { bytes.append(Ascii.comma) }
    mutating func endRecord() { bytes.append(Ascii.lineFeed) }

    /// An absent value: the empty cell, in quotes where it would make an empty line.
    mutating func appendEmpty(alone: Bool) {
        if alone { bytes.append(contentsOf: [Ascii.quote, Ascii.quote]) }
    }

    mutating func append(_ cell: some Collection<UInt8>) {
        let needsQuotes =
            cell.contains {
                $0 == Ascii.comma || $0 == Ascii.quote || $0 == Ascii.lineFeed || $0 == Ascii.carriageReturn
            } || cell.first.map(Ascii.isSpace) ?? false
        guard needsQuotes else { return bytes.append(contentsOf: cell) }
        bytes.append(Ascii.quote)
        for byte in cell {
            if byte == Ascii.quote { bytes.append(byte) }
            bytes.append(byte)
        }
        bytes.append(Ascii.quote)
    }

    // MARK: Numbers

    mutating func append(_ value: Double, _ kind: SAVVariable.Kind) {
        if kind == .number || kind == .duration, let whole = Int64(exactly: value) {
            append(whole)
        } else {
            bytes.append(contentsOf: Self.text(value, kind).utf8)
        }
    }

    private mutating func append(_ whole: Int64) {
        if (0...9).contains(whole) { return bytes.append(Ascii.zero + UInt8(whole)) }
        bytes.append(contentsOf: String(whole).utf8)
    }

    /// A number as its cell: whole without a decimal point, else the shortest digits that read back as the same number.
    static func text(_ value: Double, _ kind: SAVVariable.Kind) -> String {
        switch kind {
        case .date: if let date = isoDate(value) { return date }
        case .dateTime: if let date = isoDate(value) { return date + "T" + time(value) }
        case .number, .duration, .text: break
        }
        return Int64(exactly: value).map(String.init) ?? "\(value)"
    }

    // MARK: Dates

    /// Days from 1582-10-14, where SPSS begins to count seconds, to 1970-01-01.
    private static let daysToEpoch = 141_428.0

    /// jjjj-mm-dd; nil for what lies outside the years 1 to 9999.
    static func isoDate(_ seconds: Double) -> String? {
        let days = (seconds / 86_400).rounded(.down) - daysToEpoch
        guard days.isFinite, abs(days) < 4_000_000 else { return nil }
        // Years are counted from March, so that the leap day comes last (Hinnant, chrono algorithms).
        let shifted = Int(days) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        guard (1...9999).contains(year) else { return nil }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }

    /// hh:mm:ss, with a fraction where there is one.
    private static func time(_ seconds: Double) -> String {
        let ofDay = seconds - (seconds / 86_400).rounded(.down) * 86_400
        let whole = Int(ofDay)
        let fraction = Int(((ofDay - Double(whole)) * 1000).rounded(.down))
        let text = "\(padded(whole / 3600, 2)):\(padded(whole / 60 % 60, 2)):\(padded(whole % 60, 2))"
        return fraction > 0 ? text + "." + padded(fraction, 3) : text
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension SAVVariable.Kind {
    /// From a print format such as DATE11 or F8.2.
    init(format: String) {
        switch format.prefix(while: { $0.isLetter }) {
        case "DATE", "ADATE", "EDATE", "JDATE", "SDATE", "QYR", "MOYR", "WKYR": self = .date
        case "DATETIME", "YMDHMS": self = .dateTime
        case "TIME", "DTIME", "MTIME": self = .duration
        default: self = .number
        }
    }
}
