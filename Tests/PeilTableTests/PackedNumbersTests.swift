import Testing

@testable import PeilTable

/// Numbers with a few decimals, joined with others in any order, against the numbers themselves.
struct PackedNumbersTests {
    private static func part(_ kind: Int, _ count: Int, _ seed: Int) -> (PackedNumbers, [Double]) {
        let longs = (0..<count).map { Int32(truncatingIfNeeded: ($0 * 7919 + seed * 104_729) % 4001 - 1000) }
        switch kind {
        case 0: return (.bytes(longs.map { Int8($0 % 100) }), longs.map { Double($0 % 100) })
        case 1: return (.words(longs.map { Int16($0) }), longs.map { Double($0) })
        case 2: return (.longs(longs.map { $0 * 100_000 }), longs.map { Double($0 * 100_000) })
        case 3: return (.decimals(longs, places: 1), longs.map { Double($0) / 10 })
        case 4: return (.decimals(longs.map { $0 * 9973 }, places: 4), longs.map { Double($0 * 9973) / 10_000 })
        case 5: return (.decimals(longs.map { $0 * 400_000 }, places: 7), longs.map { Double($0 * 400_000) / 1e7 })
        default: return (.doubles(longs.map { Double($0) / 3 }), longs.map { Double($0) / 3 })
        }
    }

    @Test("Any kinds behind one another are the same numbers, to the last bit")
    func joined() {
        for first in 0..<7 {
            for second in 0..<7 {
                for third in 0..<7 {
                    let parts = [first, second, third].enumerated().map { Self.part($1, 5 + $0, $0) }
                    var numbers = parts[0].0
                    numbers.reserve(40)
                    for part in parts.dropFirst() { numbers.append(part.0, room: 40) }
                    let wanted = parts.flatMap(\.1)
                    #expect(numbers.count == wanted.count)
                    #expect(
                        numbers.unpacked.map(\.bitPattern) == wanted.map(\.bitPattern), "\(first) \(second) \(third)")
                    let rows = [0, 3, wanted.count - 1]
                    #expect(numbers.selecting(rows: rows).unpacked == rows.map { wanted[$0] })
                }
            }
        }
    }

    @Test func decimalsStayInFourBytes() {
        var numbers = PackedNumbers.words([12, -30_000])
        numbers.append(.decimals([1812, 5], places: 2), room: 4)
        guard case .decimals(let values, let places) = numbers else {
            Issue.record("no decimals")
            return
        }
        #expect(values == [1200, -3_000_000, 1812, 5] && places == 2)
    }
}
