import PeilNumerics
import Testing

@Suite struct ExactSumsTests {
    /// Numbers of very different sizes, many of which cancel.
    private func terms(_ seed: UInt64, count: Int) -> [Double] {
        var random = StableRandom(seed: seed)
        return (0..<count).map { _ in
            let value = random.uniform() - 0.5
            return Double(sign: .plus, exponent: Int(random.uniform() * 120) - 60, significand: value)
        }
    }

    /// The exact value as a multiple of 2⁻¹⁸⁰, digit by digit in a wide integer.
    private func reference(_ terms: [Double]) -> Double {
        var positive = WideInteger()
        var negative = WideInteger()
        for term in terms where term != 0 {
            let shift = Int(term.exponent) - 52 + 180
            if term > 0 {
                positive.add(term.significandBitPattern | 1 << 52, shiftedBy: shift)
            } else {
                negative.add(term.significandBitPattern | 1 << 52, shiftedBy: shift)
            }
        }
        return positive.rounded(minus: negative, exponent: -180)
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func theValueIsTheExactSumRoundedOnce(seed: UInt64) {
        let terms = terms(seed, count: 400)
        var sums = ExactSums(count: 2)
        for term in terms { sums.add(term, at: 1) }
        #expect(sums.value(1) == reference(terms), "source: integers of 640 bits")
        #expect(sums.value(0) == 0)
    }

    /// Any tree of merges, in any order, ends in the same bits.
    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func orderAndTreeChangeNoBit(seed: UInt64) {
        let terms = terms(seed, count: 60)
        var random = StableRandom(seed: seed + 100)
        var plain = ExactSums(count: 1)
        for term in terms { plain.add(term, at: 0) }
        plain.settle()
        for _ in 0..<20 {
            var parts = terms.map { term in
                var part = ExactSums(count: 1)
                part.add(term, at: 0)
                return part
            }
            while parts.count > 1 {
                let first = parts.remove(at: Int(random.uniform() * Double(parts.count)))
                let place = Int(random.uniform() * Double(parts.count))
                parts[place].add(first, 0, at: 0)
            }
            #expect(parts[0].value(0).bitPattern == plain.value(0).bitPattern)
            parts[0].settle()
            #expect(parts[0] == plain)
        }
    }

    @Test func whatTwoDoublesDoNotHoldIsKept() {
        var sums = ExactSums(count: 1)
        for term in [1e100, 1, 1e-100, -1e100, -1] { sums.add(term, at: 0) }
        #expect(sums.value(0) == 1e-100 && !sums.rest.isEmpty)
        sums.settle()
        #expect(sums.value(0) == 1e-100 && sums.rest.isEmpty && sums.low[0] == 0)
    }

    @Test func keptPartsThatDoNotFitAreRefused() {
        #expect(ExactSums(high: [1, 2], low: [0], rest: [:]) == nil)
        #expect(ExactSums(high: [1], low: [0], rest: [1: [1]]) == nil)
        #expect(ExactSums(high: [1], low: [0], rest: [0: [1e-40]])?.value(0) == 1)
    }
}

/// A whole number of 640 bits, for sums of a few hundred doubles.
private struct WideInteger {
    private var words = [UInt64](repeating: 0, count: 10)

    mutating func add(_ value: UInt64, shiftedBy shift: Int) {
        let (word, bits) = (shift / 64, UInt64(shift % 64))
        add(value << bits, at: word)
        if bits > 0 { add(value >> (64 - bits), at: word + 1) }
    }

    private mutating func add(_ value: UInt64, at first: Int) {
        var carry = value
        var word = first
        while carry != 0 {
            let (sum, overflow) = words[word].addingReportingOverflow(carry)
            words[word] = sum
            carry = overflow ? 1 : 0
            word += 1
        }
    }

    private func isLess(than other: WideInteger) -> Bool {
        for word in words.indices.reversed() where words[word] != other.words[word] {
            return words[word] < other.words[word]
        }
        return false
    }

    /// The difference times 2^exponent, to the nearest double, halves to even.
    func rounded(minus other: WideInteger, exponent: Int) -> Double {
        if isLess(than: other) { return -other.rounded(minus: self, exponent: exponent) }
        var difference = words
        var borrow: UInt64 = 0
        for word in difference.indices {
            let (first, one) = words[word].subtractingReportingOverflow(other.words[word])
            let (second, two) = first.subtractingReportingOverflow(borrow)
            difference[word] = second
            borrow = one || two ? 1 : 0
        }
        guard let top = difference.lastIndex(where: { $0 != 0 }) else { return 0 }
        let length = top * 64 + 64 - difference[top].leadingZeroBitCount
        func bit(_ place: Int) -> UInt64 { place < 0 ? 0 : difference[place / 64] >> UInt64(place % 64) & 1 }
        var mantissa: UInt64 = 0
        for place in stride(from: length - 1, through: length - 53, by: -1) { mantissa = mantissa << 1 | bit(place) }
        let isBeyondHalf = length > 54 && (0..<(length - 54)).contains { bit($0) == 1 }
        if bit(length - 54) == 1, isBeyondHalf || mantissa & 1 == 1 { mantissa += 1 }
        return Double(sign: .plus, exponent: length - 53 + exponent, significand: Double(mantissa))
    }
}
