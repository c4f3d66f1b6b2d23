import PeilNumerics
import PeilTestSupport
import Testing

@Suite("Compensated sum")
struct CompensatedSumTests {
    @Test("What cancels leaves the small terms")
    func cancellation() {
        #expect(CompensatedSum.of([1, 1e100, 1, -1e100]) == 2, "Neumaier's example; plain and Kahan sums give 0")
        #expect(CompensatedSum.of([1e16, 1, -1e16]) == 1)
        #expect(CompensatedSum.of([1e16, 3, 3, -1e16, -3]) == 3)
        #expect(CompensatedSum.of([]) == 0)
    }

    @Test("A million tenths sum to the rounded product")
    func manyTenths() {
        // The double 0.1 × 10⁶, exactly 100000.00000000000555…, rounds to 100000.
        #expect(CompensatedSum.of(repeatElement(0.1, count: 1_000_000)) == 100_000)
    }

    @Test("The order of the terms does not show", arguments: [1, 2, 3] as [UInt64])
    func order(seed: UInt64) {
        // Whole numbers times powers of two: the exact sum is known in integers.
        var random = StableRandom(seed: seed)
        let whole = (0..<2000).map { _ in Int64(random.integer(below: 1 << 40)) - (1 << 39) }
        var terms = whole.map { Double($0) * 0x1p-20 } + [0x1p70, -0x1p70, 0x1p60, -0x1p60]
        random.shuffle(&terms)
        let exact = Double(whole.reduce(0, +)) * 0x1p-20
        expectClose(CompensatedSum.of(terms), exact, relative: 1e-15, source: "exact sum in integers")
        #expect(CompensatedSum.of(terms.sorted()) == exact)
    }

    @Test("Adding one by one equals the sum of the sequence")
    func oneByOne() {
        var sum = CompensatedSum()
        for value in [0.1, 1e20, 0.2, -1e20] { sum.add(value) }
        #expect(sum.value == CompensatedSum.of([0.1, 1e20, 0.2, -1e20]))
        expectClose(sum.value, 0.3, relative: 4e-16, source: "0.1 + 0.2")
    }
}
