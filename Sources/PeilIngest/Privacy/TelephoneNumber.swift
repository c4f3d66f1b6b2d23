/// Telephone numbers as they are written in the Netherlands: 06-12345678, 070 123 45 67, (070) 1234567,
/// +31 6 12345678, 0031 (0)70 1234567; numbers of other countries with a plus.
enum TelephoneNumber {
    /// The form of the number that begins with the word, the first group of its digits; empty where none does.
    static func kind(_ bytes: Span<UInt8>, _ word: Range<Int>, in place: Range<Int>) -> PersonalDataKinds {
        let start = word.lowerBound
        if start > place.lowerBound, bytes[start - 1] == UInt8(ascii: "+") {
            return isInternational(bytes, start, in: place, byPlus: true) ? .internationalTelephone : []
        }
        guard bytes[start] == Ascii.zero, word.count >= 2 else { return [] }
        if bytes[start + 1] == Ascii.zero {
            return isInternational(bytes, start + 2, in: place, byPlus: false) ? .internationalTelephone : []
        }
        return isNational(bytes, word, in: place) ? .telephone : []
    }

    /// Ten digits in one word: such a number may as well be an identifier.
    static func isBare(_ bytes: Span<UInt8>, _ word: Range<Int>) -> Bool {
        word.count == 10 && bytes[word.lowerBound] == Ascii.zero && isNational(bytes, word, in: word)
    }

    /// 06 and 1…5 or 8, or an area code of three or four digits; then ten digits in all. No date: 06-10-2026 14.
    private static func isNational(_ bytes: Span<UInt8>, _ word: Range<Int>, in place: Range<Int>) -> Bool {
        let number = Digits(bytes, from: word.lowerBound, in: place, limit: 10)
        guard number.count == 10, number.endsThere else { return false }
        let second = number[1]
        if second == 6 {
            return ((1...5).contains(number[2]) || number[2] == 8) && !number.isDate && number.firstGroup != 3
        }
        return second > 0 && [3, 4, 10].contains(number.firstGroup)
    }

    private static func isInternational(
        _ bytes: Span<UInt8>, _ start: Int, in place: Range<Int>, byPlus: Bool
    ) -> Bool {
        let number = Digits(bytes, from: start, in: place, limit: 15)
        guard number.count >= 2 else { return false }
        guard number[0] == 3, number[1] == 1 else { return byPlus && (10...15).contains(number.count) }
        // The zero of "(0)70" may be written or not.
        let hasZero = number.count > 2 && number[2] == 0
        let rest = number.count - (hasZero ? 3 : 2)
        return rest >= 9 && rest <= 11 && number[hasZero ? 3 : 2] > 0
    }

    /// Digits with at most two marks between two of them.
    private struct Digits {
        private var value: UInt64 = 0
        private(set) var count = 0
        /// Length of the first group, and whether the groups are those of a date.
        private(set) var firstGroup = 0
        private(set) var isDate = false
        /// No digit follows at once.
        private(set) var endsThere = true

        init(_ bytes: Span<UInt8>, from start: Int, in place: Range<Int>, limit: Int) {
            var index = start
            // Lengths of the first three groups.
            var lengths = (0, 0, 0)
            var groupCount = 0
            var group = 0
            func close() {
                if groupCount == 0 { lengths.0 = group }
                if groupCount == 1 { lengths.1 = group }
                if groupCount == 2 { lengths.2 = group }
                groupCount += 1
                group = 0
            }
            while index < place.upperBound, count < limit {
                if Ascii.isDigit(bytes[index]) {
                    value |= UInt64(bytes[index] - Ascii.zero) << UInt64(4 * count)
                    count += 1
                    group += 1
                    index += 1
                    continue
                }
                var next = index
                while next < place.upperBound, next < index + 3, Self.isMark(bytes[next]) { next += 1 }
                guard next > index, next < place.upperBound, next <= index + 3, Ascii.isDigit(bytes[next]) else {
                    break
                }
                close()
                index = next
            }
            close()
            firstGroup = lengths.0
            isDate = lengths == (2, 2, 4)
            endsThere = index >= place.upperBound || !Ascii.isDigit(bytes[index])
        }

        subscript(_ position: Int) -> UInt64 { position < 16 ? value >> UInt64(4 * position) & 15 : 0 }

        private static func isMark(_ byte: UInt8) -> Bool {
            byte == Ascii.space || byte == Ascii.minus || byte == Ascii.point || byte == UInt8(ascii: "(")
                || byte == UInt8(ascii: ")") || byte == UInt8(ascii: "/")
        }
    }
}
