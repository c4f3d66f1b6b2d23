import PeilTable
import Testing

/// Finding positions by what stands there.
struct PositionIndexTests {
    @Test(arguments: [0, 1, 7, 1000]) func `each value is found at its first position, and no other is`(count: Int) {
        let values = (0..<count).map { "\($0 % 600)" }
        // Hashes that many share: only what stands there decides.
        for hash in [{ $0.count }, { $0.hashValue }] as [(String) -> Int] {
            let index = PositionIndex(count: count) { hash(values[$0]) }
            for value in Set(values) + ["absent", ""] {
                let found = index.first(hash: hash(value)) { values[$0] == value }
                #expect(found == values.firstIndex(of: value), "\(value)")
            }
        }
    }
}
