/// Looks for personal data in open answers: counts by kind, never the text.
enum PersonalDataScan {
    /// The kinds that occur in a text.
    static func kinds(_ bytes: Span<UInt8>, _ place: Range<Int>) -> [String] {
        var kinds: [String] = []
        if holdsMailAddress(bytes, place) { kinds.append("e-mail address") }
        if longestDigitRun(bytes, place) >= 9 { kinds.append("telephone or identity number") }
        return kinds
    }

    /// An @ with a letter or digit before it and a point somewhere after it in the same word.
    private static func holdsMailAddress(_ bytes: Span<UInt8>, _ place: Range<Int>) -> Bool {
        for index in place where bytes[index] == UInt8(ascii: "@") {
            guard index > place.lowerBound, Ascii.isLetter(bytes[index - 1]) || Ascii.isDigit(bytes[index - 1]) else { continue }
            var after = index + 1
            while after < place.upperBound, !Ascii.isSpace(bytes[after]) {
                if bytes[after] == Ascii.point, after > index + 1, after + 1 < place.upperBound, Ascii.isLetter(bytes[after + 1]) { return true }
                after += 1
            }
        }
        return false
    }

    /// Digits in a row, with single spaces, hyphens or points between them left aside.
    private static func longestDigitRun(_ bytes: Span<UInt8>, _ place: Range<Int>) -> Int {
        var longest = 0, run = 0, gap = 0
        for index in place {
            if Ascii.isDigit(bytes[index]) {
                run += 1
                gap = 0
                longest = max(longest, run)
            } else if run > 0, gap == 0, bytes[index] == Ascii.minus || bytes[index] == Ascii.space || bytes[index] == Ascii.point {
                gap = 1
            } else {
                run = 0
                gap = 0
            }
        }
        return longest
    }
}
