/// Numbers and dates as most cells write them; nil sends a cell to the parser that knows all the rest.
enum QuickNumber {
    private static let powers: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
    ]

    /// Sign?, digits, then at most one mark and digits; up to 15 digits, whose double is exact (Clinger 1990).
    @inline(__always)
    static func plain(_ cell: Cell, decimal: UInt8) -> Double? {
        let count = cell.count
        var index = 0
        let isNegative = cell[0] == Ascii.minus
        if isNegative { index = 1 }
        guard count - index <= 16, index < count else { return nil }
        var mantissa: UInt64 = 0
        var mark = -1
        while index < count {
            let byte = cell[index]
            let digit = byte &- Ascii.zero
            if digit < 10 {
                mantissa = mantissa &* 10 &+ UInt64(digit)
            } else if byte == decimal, mark < 0, index > 0, Ascii.isDigit(cell[index - 1]) {
                mark = index
            } else {
                return nil
            }
            index &+= 1
        }
        guard mantissa < 1_000_000_000_000_000, mark < count - 1 else { return nil }
        var value = Double(mantissa)
        if mark >= 0 { value /= powers[count &- 1 &- mark] }
        return isNegative ? (mantissa == 0 ? nil : -value) : value
    }

    /// jjjj-mm-dd; nil for any other form and for days that do not exist.
    @inline(__always)
    static func isoDays(_ cell: Cell) -> Double? {
        guard cell.count == 10, cell[4] == Ascii.minus, cell[7] == Ascii.minus else { return nil }
        var number = 0
        for index in 0..<10 where index != 4 && index != 7 {
            let digit = cell[index] &- Ascii.zero
            guard digit < 10 else { return nil }
            number = number &* 10 &+ Int(digit)
        }
        return DateParser.days(year: number / 10_000, month: number / 100 % 100, day: number % 100)
    }

    /// Days of the months that have been met: dates of a file lie in few of them.
    struct Month {
        /// Of each place "jjjj-mm-" of a month (no text while there is none), its first day and its length.
        private var known = [(name: UInt64, first: Int32, length: UInt32)](repeating: (0, 0, 0), count: 16)

        /// Days since 1970 of jjjj-mm-dd, its ten bytes in two numbers; nil for any other form.
        @inline(__always)
        mutating func day(_ words: (low: UInt64, high: UInt64)) -> Int32? {
            let tens = (words.high & 0xFF) &- UInt64(Ascii.zero)
            let ones = (words.high >> 8) &- UInt64(Ascii.zero)
            guard tens < 10, ones < 10 else { return nil }
            // Neighbouring months have neighbouring places: the two digits of the month tell them apart.
            let place = Int(truncatingIfNeeded: (words.low >> 48 & 0xF) &+ (words.low >> 40 & 0xF) &* 10) & 15
            guard known[place].name == words.low || find(words.low, place) else { return nil }
            let day = UInt32(truncatingIfNeeded: tens &* 10 &+ ones)
            guard day > 0, day <= known[place].length else { return nil }
            return known[place].first &+ Int32(truncatingIfNeeded: day) &- 1
        }

        private mutating func find(_ word: UInt64, _ place: Int) -> Bool {
            let minus = UInt64(Ascii.minus)
            guard word >> 32 & 0xFF == minus, word >> 56 == minus, let year = DigitWord.whole(word, 4),
                let month = DigitWord.whole(word >> 40, 2),
                let start = DateParser.days(year: Int(year), month: Int(month), day: 1)
            else { return false }
            var length = 28
            while length < 31, DateParser.days(year: Int(year), month: Int(month), day: length + 1) != nil {
                length += 1
            }
            known[place] = (word, Int32(start), UInt32(length))
            return true
        }
    }
}
