import Foundation
import PeilDisclosure
import Testing

/// What a reader could work out from the rows that are left.
struct ComplementTests {
    private let levels = ["1", "2", "3", "4"]

    private func hidden(_ rows: [ReleasedRow]) -> Set<FigureName> {
        Set(rows.filter { $0.status == .suppressed || $0.status == .tooFew }.map(\.name))
    }

    @Test func `a second answer is hidden where one would be the rest of a hundred per cent`() throws {
        let counts = [5, 120, 55, 20]
        let figures = zip(levels, counts).map { Draft.figure("q", $0, count: $1, base: 200) }
        let rows = try Draft.release(figures, [Draft.question("q", levels: levels)]).rows
        #expect(rows.map(\.status) == [.suppressed, .released, .released, .suppressed])
        #expect(rows[3].reason == .complement)
    }

    @Test func `a second area is hidden where the region would give the first`() throws {
        let counts = [("A", 5, 200), ("B", 60, 180), ("C", 70, 300), ("", 135, 680)]
        let figures = counts.map { Draft.figure("q", area: $0.0, count: $0.1, base: $0.2) }
        let rows = try Draft.release(figures, [Draft.question("q", levels: ["1"])], areas: ["A", "B", "C"]).rows
        #expect(Set(hidden(rows).map(\.area)) == ["A", "B"])
    }

    @Test func `questions with several answers have no rest of a hundred per cent`() throws {
        let figures = zip(levels, [5, 120, 155, 120]).map { Draft.figure("q", $0, count: $1, base: 200) }
        let rows = try Draft.release(figures, [Draft.question("q", levels: levels)]).rows
        #expect(hidden(rows).count == 1)
    }

    /// A single-choice question by area or by segment with seeded counts, small ones among them.
    private func table(seed: UInt64) -> (figures: [Figure], groups: [String]) {
        var state = seed
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let groups = (0..<(3 + next(5))).map { "G\($0)" }
        var total = [Int](repeating: 0, count: levels.count)
        var figures: [Figure] = []
        for group in groups {
            let counts = levels.map { _ in next(4) == 0 ? next(12) : 10 + next(120) }
            for index in levels.indices {
                total[index] += counts[index]
                let base = counts.reduce(0, +)
                figures.append(
                    seed % 2 == 0
                        ? Draft.figure("q", levels[index], area: group, count: counts[index], base: base)
                        : Draft.figure("q", levels[index], segment: group, count: counts[index], base: base))
            }
        }
        for index in levels.indices {
            figures.append(Draft.figure("q", levels[index], count: total[index], base: total.reduce(0, +)))
        }
        return (figures, groups)
    }

    /// The reader's attack, written apart from the rules: solve every sum with one unknown until nothing new.
    private func solved(_ hidden: Set<FigureName>, _ groups: [String], byArea: Bool) -> Set<FigureName> {
        func name(_ level: String, _ group: String) -> FigureName {
            FigureName(
                question: "q", level: level, area: byArea ? group : "", segment: byArea ? "" : group,
                statistic: .share)
        }
        let sums =
            levels.map { level in ([""] + groups).map { name(level, $0) } }
            + ([""] + groups).map { group in levels.map { name($0, group) } }
        var unknown = hidden
        var changed = true
        while changed {
            changed = false
            for sum in sums {
                let open = sum.filter(unknown.contains)
                if open.count == 1 {
                    unknown.remove(open[0])
                    changed = true
                }
            }
        }
        return hidden.subtracting(unknown)
    }

    @Test func `no hidden cell follows from the others, whatever the counts`() throws {
        var protected = 0
        for seed in UInt64(1)...300 {
            let (figures, groups) = table(seed: seed)
            let byArea = seed % 2 == 0
            let rows = try Draft.release(
                figures, [Draft.question("q", levels: levels)], areas: byArea ? groups : [],
                segments: byArea ? [] : groups
            ).rows
            let hidden = hidden(rows)
            protected += hidden.count
            #expect(solved(hidden, groups, byArea: byArea).isEmpty, "seed \(seed)")
        }
        #expect(protected > 300)
    }

    @Test func `the result does not depend on the order of the figures`() throws {
        for seed in UInt64(1)...20 {
            let (figures, groups) = table(seed: seed * 2)
            let questions = [Draft.question("q", levels: levels)]
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            let forward = try encoder.encode(Draft.release(figures, questions, areas: groups))
            let backward = try encoder.encode(Draft.release(figures.reversed(), questions, areas: groups))
            #expect(forward == backward)
        }
    }

    @Test func `no hidden number survives in the encoded publication`() throws {
        let marked = 0.123456
        let figures = [Draft.figure("q", count: 5, base: 20_477, estimate: marked)]
        let publication = try Draft.release(figures, [Draft.question("q", levels: ["1"])])
        let text = String(decoding: try JSONEncoder().encode(publication), as: UTF8.self)
        #expect(text.contains("small_cell"))
        for trace in ["0.12", "20477", "0.02", "0.17", "0.07"] { #expect(!text.contains(trace), "\(trace)") }
    }
}
