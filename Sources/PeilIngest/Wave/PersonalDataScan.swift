/// Looks for personal data in open answers: counts by kind, never the text.
enum PersonalDataScan {
    /// The kinds that occur in a text.
    static func kinds(_ bytes: Span<UInt8>, _ place: Range<Int>) -> [String] {
        var kinds: [String] = []
        if holdsMailAddress(bytes, place) { kinds.append("e-mail address") }
        if holdsTelephoneNumber(bytes, place) { kinds.append("telephone number") }
        return kinds
    }

    /// An @ with a letter or digit before it and a point somewhere after it in the same word.
    private static func holdsMailAddress(_ bytes: Span<UInt8>, _ place: Range<Int>) -> Bool {
        for index in place where bytes[index] == UInt8(ascii: "@") {
            guard index > place.lowerBound, Ascii.isLetter(bytes[index - 1]) || Ascii.isDigit(bytes[index - 1]) else {
                continue
            }
            var after = index + 1
            while after < place.upperBound, !Ascii.isSpace(bytes[after]) {
                if bytes[after] == Ascii.point, after > index + 1, after + 1 < place.upperBound,
                    Ascii.isLetter(bytes[after + 1])
                {
                    return true
                }
                after += 1
            }
        }
        return false
    }

    /// A number in national form: a zero and nine more digits, single spaces, hyphens or points between them.
    private static func holdsTelephoneNumber(_ bytes: Span<UInt8>, _ place: Range<Int>) -> Bool {
        var run = 0
        var gap = 0
        var first: UInt8 = 0
        for index in place {
            let byte = bytes[index]
            if Ascii.isDigit(byte) {
                if run == 0 { first = byte }
                run += 1
                gap = 0
                if run == 10, first == Ascii.zero { return true }
            } else if run > 0, gap == 0, byte == Ascii.minus || byte == Ascii.space || byte == Ascii.point {
                gap = 1
            } else {
                run = 0
                gap = 0
            }
        }
        return false
    }
}
