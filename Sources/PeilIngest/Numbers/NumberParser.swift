/// A cell read as a number, or the class of what is wrong with it.
enum ParsedNumber: Equatable {
    case value(Double)
    /// Groups of three digits, and the value they give: 1.250,5.
    case grouped(Double)
    /// One group mark that could as well be the other decimal mark (1.000 where a comma is declared).
    case ambiguous(Double)
    /// The other decimal mark: 1.5 where a comma is declared.
    case otherDecimal(Double)
    case notFinite
    case notANumber
}

/// Numbers from bytes. Grammar: sign? digits (mark digits?)? | sign? mark digits, then (e sign? digits)?.
/// Words such as nan and inf, hexadecimal and surrounding text are no numbers.
enum NumberParser {
    private static let powers: [Double] = (0...22).map { power in (0..<power).reduce(1.0) { value, _ in value * 10 } }

    /// The plain number of `bytes[place]` with decimal mark `decimal`; nil where it is none.
    /// Up to 15 digits and a power of ten up to 22 are exact in double arithmetic (Clinger 1990);
    /// other numbers go through the standard library.
    static func plain(_ bytes: Span<UInt8>, _ place: Range<Int>, decimal: UInt8) -> Double? {
        var index = place.lowerBound
        let end = place.upperBound
        guard index < end else { return nil }
        let isNegative = bytes[index] == Ascii.minus
        if isNegative || bytes[index] == UInt8(ascii: "+") { index += 1 }
        var mantissa: UInt64 = 0
        var digits = 0
        var significant = 0
        var scale = 0
        var seenMark = false
        while index < end {
            let byte = bytes[index]
            if Ascii.isDigit(byte) {
                digits += 1
                if significant < 19 {
                    mantissa = mantissa &* 10 &+ UInt64(byte - Ascii.zero)
                    if mantissa > 0 { significant += 1 }
                    if seenMark { scale -= 1 }
                } else if !seenMark {
                    scale += 1
                }
            } else if byte == decimal, !seenMark {
                seenMark = true
            } else {
                break
            }
            index += 1
        }
        guard digits > 0 else { return nil }
        if index < end {
            guard bytes[index] | 0x20 == UInt8(ascii: "e"), let power = exponent(bytes, (index + 1)..<end) else {
                return nil
            }
            scale += power
        }
        let value: Double
        if significant <= 15, scale == 0 {
            value = Double(mantissa)
        } else if significant <= 15, scale < 0, scale >= -22 {
            value = Double(mantissa) / powers[-scale]
        } else if significant <= 15, scale > 0, scale <= 22 {
            value = Double(mantissa) * powers[scale]
        } else {
            return slow(bytes, place, decimal: decimal)
        }
        return isNegative ? -value : value
    }

    private static func exponent(_ bytes: Span<UInt8>, _ place: Range<Int>) -> Int? {
        var index = place.lowerBound
        guard index < place.upperBound else { return nil }
        let isNegative = bytes[index] == Ascii.minus
        if isNegative || bytes[index] == UInt8(ascii: "+") { index += 1 }
        guard index < place.upperBound else { return nil }
        var power = 0
        while index < place.upperBound {
            guard Ascii.isDigit(bytes[index]) else { return nil }
            power = min(power * 10 + Int(bytes[index] - Ascii.zero), 100_000)
            index += 1
        }
        return isNegative ? -power : power
    }

    /// The grammar has been checked, so the standard library reads it as meant; infinite where too large.
    private static func slow(_ bytes: Span<UInt8>, _ place: Range<Int>, decimal: UInt8) -> Double? {
        var copy: [UInt8] = []
        for index in place { copy.append(bytes[index] == decimal ? Ascii.point : bytes[index]) }
        return Double(String(decoding: copy, as: UTF8.self))
    }

    /// The number with everything that may be wrong with it told apart.
    static func parse(_ bytes: Span<UInt8>, _ place: Range<Int>, decimal: UInt8) -> ParsedNumber {
        if let value = plain(bytes, place, decimal: decimal) { return value.isFinite ? .value(value) : .notFinite }
        let other = decimal == Ascii.comma ? Ascii.point : Ascii.comma
        if let value = grouped(bytes, place, decimal: decimal, group: other) {
            if let asOther = plain(bytes, place, decimal: other), asOther.isFinite { return .ambiguous(value) }
            return .grouped(value)
        }
        if let value = plain(bytes, place, decimal: other) { return value.isFinite ? .otherDecimal(value) : .notFinite }
        return isWordForInfinity(bytes, place) ? .notFinite : .notANumber
    }

    /// 1.250,5 and 12 345: one to three digits, then groups of exactly three, then the decimals.
    private static func grouped(_ bytes: Span<UInt8>, _ place: Range<Int>, decimal: UInt8, group: UInt8) -> Double? {
        var digits: [UInt8] = []
        var sinceGroup = 0
        var groups = 0
        var index = place.lowerBound
        if index < place.upperBound, bytes[index] == Ascii.minus {
            digits.append(Ascii.minus)
            index += 1
        }
        while index < place.upperBound, bytes[index] != decimal {
            let byte = bytes[index]
            if Ascii.isDigit(byte) {
                digits.append(byte)
                sinceGroup += 1
            } else if byte == group || byte == Ascii.space {
                guard groups == 0 ? (1...3).contains(sinceGroup) : sinceGroup == 3 else { return nil }
                groups += 1
                sinceGroup = 0
            } else {
                return nil
            }
            index += 1
        }
        guard groups > 0, sinceGroup == 3 else { return nil }
        while index < place.upperBound {
            digits.append(bytes[index])
            index += 1
        }
        return plain(digits.span, 0..<digits.count, decimal: decimal)
    }

    private static func isWordForInfinity(_ bytes: Span<UInt8>, _ place: Range<Int>) -> Bool {
        guard place.count <= 10 else { return false }
        var word = ""
        for index in place where bytes[index] != Ascii.minus && bytes[index] != UInt8(ascii: "+") {
            word.unicodeScalars.append(UnicodeScalar(bytes[index] | 0x20))
        }
        return ["nan", "inf", "infinity", "oneindig"].contains(word)
    }

    /// The decimal mark of a cell that is digits, one mark and digits; nil for any other cell.
    static func mark(of cell: ArraySlice<UInt8>) -> UInt8? {
        var mark: UInt8?
        var last: UInt8 = 0
        for byte in cell {
            if byte == Ascii.comma || byte == Ascii.point {
                guard mark == nil, Ascii.isDigit(last) else { return nil }
                mark = byte
            } else if !Ascii.isDigit(byte), !(byte == Ascii.minus && last == 0) {
                return nil
            }
            last = byte
        }
        return Ascii.isDigit(last) ? mark : nil
    }
}
