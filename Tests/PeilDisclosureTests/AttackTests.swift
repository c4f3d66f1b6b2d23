import PeilDisclosure
import PeilTestSupport
import Testing

/// What a reader can work out of hidden cells.
struct AttackTests {
    private struct Bound {
        let cell: Int
        let low: Double
        let high: Double
    }

    private static let seeds: [UInt64] = Array(1...40)

    private func bounds(seed: UInt64, isWhole: Bool) throws -> [Bound] {
        let start = "\(seed) \(isWhole ? 1 : 0) "
        var result: [Bound] = []
        for line in AttackNumbers.bounds.split(separator: "\n") where line.hasPrefix(start) {
            let words = line.split(separator: " ")
            let cell = try #require(Int(words[2]))
            result.append(Bound(cell: cell, low: try #require(Double(words[3])), high: try #require(Double(words[4]))))
        }
        return result
    }

    @Test(arguments: seeds) func `bounds of random systems are those of HiGHS`(seed: UInt64) throws {
        for isWhole in [false, true] {
            let (system, hidden) = try DrawnTables.system(seed: seed, isWhole: isWhole)
            let intervals = try Attacker(system).intervals(hidden: hidden)
            let expected = try bounds(seed: seed, isWhole: isWhole)
            #expect(intervals.count == expected.count)
            for bound in expected {
                let found = try #require(intervals[bound.cell])
                let source = "HiGHS 1.16.0, Scripts/golden/attack.py, seed \(seed), cell \(bound.cell)"
                if isWhole, !found.isExact {
                    // What is shown to be possible lies within what is.
                    #expect(found.low >= bound.low && found.high <= bound.high, "\(source)")
                    continue
                }
                expectClose(found.low, bound.low, relative: 1e-9, absolute: 1e-8, source: source)
                guard bound.high.isFinite else {
                    #expect(found.high == .infinity, "\(source)")
                    continue
                }
                expectClose(found.high, bound.high, relative: 1e-9, absolute: 1e-8, source: source)
            }
        }
    }

    @Test func `nine in ten searches among whole numbers come to their end`() throws {
        var (count, early) = (0, 0)
        for seed in Self.seeds {
            let (system, hidden) = try DrawnTables.system(seed: seed, isWhole: true)
            let intervals = try Attacker(system).intervals(hidden: hidden).values
            count += intervals.count
            early += intervals.count { !$0.isExact }
        }
        #expect(count > 250)
        #expect(early * 10 < count, "\(early) of \(count)")
    }

    @Test func `one hole in a row is known, four corners are not`() throws {
        // 3 5 / 4 8 with its margins.
        let system = try TableSystem(
            names: ["a", "b", "c", "d", "ab", "cd", "ac", "bd"], values: [3, 5, 4, 8, 8, 12, 7, 13],
            relations: [
                .init(parts: [0, 1], total: 4), .init(parts: [2, 3], total: 5), .init(parts: [0, 2], total: 6),
                .init(parts: [1, 3], total: 7)
            ], isWhole: true)
        let attacker = Attacker(system)
        #expect(
            try attacker.intervals(hidden: [true] + Array(repeating: false, count: 7))
                == [0: AttackInterval(low: 3, high: 3, isExact: true)])
        let four = try attacker.intervals(hidden: [true, true, true, true, false, false, false, false])
        // a moves from 0 (b 8, c 7, d 5) to 7 (b 1, c 0, d 12).
        #expect(four[0] == AttackInterval(low: 0, high: 7, isExact: true))
        #expect(four[3] == AttackInterval(low: 5, high: 12, isExact: true))
    }

    @Test func `tables that contradict themselves are named`() throws {
        func error(_ values: [Double], _ relations: [TableSystem.Relation]) -> TableSystemError? {
            do {
                _ = try TableSystem(names: ["a", "b", "c"], values: values, relations: relations, isWhole: true)
                return nil
            } catch { return error }
        }
        let sum = TableSystem.Relation(parts: [0, 1], total: 2)
        #expect(error([1, 2, 3], [sum]) == nil)
        #expect(error([1, 2, 4], [sum]) == .doesNotAddUp(relation: 1, cells: ["a", "b", "c"]))
        #expect(error([-1, 4, 3], [sum]) == .negative(cell: "a"))
        #expect(error([0.5, 2.5, 3], [sum]) == .notWhole(cell: "a"))
        #expect(error([.nan, 2, 3], [sum]) == .notFinite(cell: "a"))
        let loop = [TableSystem.Relation(parts: [0, 1], total: 2), .init(parts: [2, 1], total: 0)]
        guard case .loop(let cells) = error([0, 0, 0], loop) else {
            Issue.record("a loop is not found")
            return
        }
        #expect(Set(cells) == ["a", "c"])
    }

    @Test func `a sum is the same sum whatever it is multiplied by`() {
        for factor in [1.0, -1, 2, -0.5] {
            let relation = TableSystem.Relation(
                [(0, factor), (3, -factor), (1, factor), (2, factor)], from: 0, to: 0)
            #expect(relation.total == 3)
        }
        #expect(TableSystem.Relation([(0, 1), (1, 2), (2, -1)], from: 0, to: 0).total == nil)
        #expect(TableSystem.Relation([(0, 1), (1, 1), (2, -1), (3, -1)], from: 0, to: 0).total == nil)
    }
}
