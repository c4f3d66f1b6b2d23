import PeilNumerics
import Testing

@Suite("Stable order")
struct StableOrderTests {
    /// Numbers of every kind that a column may hold: lumps, outliers, both zeros, the ends of the range.
    private static func columns() -> [[Double]] {
        var random = StableRandom(seed: 3)
        let lumps = (0..<5000).map { _ in Double(random.integer(below: 90)) }
        let cents = (0..<70_000).map { _ in (random.uniform() * 1e6).rounded() / 100 }
        let outlier = (0..<5000).map { $0 == 17 ? 1e300 : random.normal() }
        let signs = (0..<3000).map { _ in (random.normal() * 3).rounded() * 0.5 }
        let ends = [
            0, -0.0, .infinity, -.infinity, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .greatestFiniteMagnitude,
            1, -1, 0, -0.0
        ]
        let wide = (0..<2000).map { _ in Double.greatestFiniteMagnitude * (random.uniform() - 0.5) * 2 }
        return [lumps, cents, outlier, signs, ends, wide, [], [4], lumps.sorted(), lumps.sorted(by: >)]
    }

    @Test("Indices and pairs stand as a stable comparison sort puts them", arguments: Self.columns().indices)
    func order(_ number: Int) {
        let values = Self.columns()[number]
        let expected = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        #expect(StableOrder.ascending(values).map { Int($0) } == expected)
        let weights = values.indices.map(Double.init)
        let sorted = StableOrder.sorted(values, with: weights)
        #expect(sorted.weights.map { Int($0) } == expected)
        #expect(sorted.values == expected.map { values[$0] })
    }
}
