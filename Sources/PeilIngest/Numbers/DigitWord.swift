/// Numbers of up to eight bytes, all bytes at once instead of one after the other.
enum DigitWord {
    private static let zeros = Word.repeating(Ascii.zero)

    /// The number that the first `count` bytes of `word` write, 1 to 8; nil where one of them is no digit.
    @inline(__always)
    static func whole(_ word: UInt64, _ count: Int) -> UInt32? {
        // The digits move to the end of the word; what is before them reads as leading zeros.
        let shift = UInt64(truncatingIfNeeded: 64 &- count &* 8)
        let digits = (word &<< shift) ^ (zeros &<< shift)
        // A byte above 9 reaches 0x80 when 0x76 is added, or is there already. Exact only as a yes or no for the word.
        guard ((digits &+ 0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080 == 0 else { return nil }
        // Neighbours join: digits to pairs, pairs to fours, fours to eight.
        let pairs = (digits &* (1 + 10 << 8)) >> 8
        let fours = ((pairs & 0x00FF_00FF_00FF_00FF) &* (1 + 100 << 16)) >> 16
        let eight = ((fours & 0x0000_FFFF_0000_FFFF) &* (1 + 10_000 << 32)) >> 32
        return UInt32(truncatingIfNeeded: eight)
    }

    /// False where none of the eight bytes is a digit.
    @inline(__always)
    static func mayHoldDigit(_ word: UInt64) -> Bool {
        // Bytes of 0x30 to 0x3F; among them only six others, none of them frequent in text.
        Word.matches(word & Word.repeating(0xF0), zeros) != 0
    }

    /// The digits and the number of decimals that the first `count` bytes of `word` write, 1 to 8: digits with at
    /// most one mark between two of them. Nil for anything else. `marks`: the decimal mark, eight times.
    @inline(__always)
    static func decimal(_ word: UInt64, _ count: Int, marks: UInt64) -> (digits: UInt32, decimals: Int)? {
        let bytes = word & (~0 &>> UInt64(truncatingIfNeeded: 64 &- count &* 8))
        let found = Word.matches(bytes, marks)
        guard found != 0 else { return whole(word, count).map { ($0, 0) } }
        let place = found.trailingZeroBitCount >> 3
        guard place > 0, place < count &- 1 else { return nil }
        // What stands behind the mark moves up to it; a second mark is no digit.
        let before: UInt64 = (1 &<< UInt64(truncatingIfNeeded: place &* 8)) &- 1
        let joined = (bytes & before) | ((bytes >> 8) & ~before)
        return whole(joined, count &- 1).map { ($0, count &- 1 &- place) }
    }
}
