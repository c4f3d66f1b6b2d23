import Foundation
import PeilDisclosure
import Testing

/// What a reader could work out from the rows that are left.
struct ComplementTests {
    private let levels = ["1", "2", "3", "4"]

    private func hidden(_ rows: ReleasedRows) -> Set<FigureName> {
        Set(rows.filter { $0.status == .suppressed || $0.status == .tooFew }.map(\.name))
    }

    @Test func `a second answer is hidden where one would be the rest of a hundred per cent`() throws {
        let counts = [5, 120, 55, 20]
        let figures = zip(levels, counts).map { Draft.figure("q", $0, count: $1, base: 200) }
        let rows = try Draft.release(figures, [Draft.question("q", levels: levels)]).rows
        #expect(rows.map(\.status) == [.suppressed, .released, .released, .suppressed])
        #expect(rows[3].reason == .confidential && rows[0].reason == .confidential)
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

    /// Few people gave this answer, or few did not. What is hidden for want of respondents may follow from the rest.
    private func isSmall(_ name: FigureName, _ figures: [Figure]) -> Bool {
        guard let figure = figures.first(where: { $0.name == name }), let count = figure.count else { return false }
        return (1..<10).contains(count) || (1..<10).contains(figure.base - count)
    }

    @Test func `no small cell follows from the others, whatever the counts`() throws {
        var protected = 0
        for seed in UInt64(1)...120 {
            let (figures, groups) = table(seed: seed)
            let byArea = seed % 2 == 0
            let rows = try Draft.release(
                figures, [Draft.question("q", levels: levels)], areas: byArea ? groups : [],
                segments: byArea ? [] : groups
            ).rows
            let hidden = hidden(rows)
            protected += hidden.count
            let known = solved(hidden, groups, byArea: byArea).filter { isSmall($0, figures) }
            #expect(known.isEmpty, "seed \(seed)")
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

    // MARK: Linked tables

    @Test func `an answer under another name is hidden too`() throws {
        // Classes of hours by area, and "72 hours or more" as a question of its own.
        let classes = ["<24", "24-71", "72+"]
        let areas: [(String, [Int])] = [("A", [150, 140, 4]), ("B", [90, 120, 60]), ("C", [200, 50, 100])]
        var figures: [Figure] = []
        var sums = [0, 0, 0]
        for (area, counts) in areas {
            let base = counts.reduce(0, +)
            for (level, count) in zip(classes, counts) {
                figures.append(Draft.figure("hours", level, area: area, count: count, base: base))
            }
            figures.append(Draft.figure("enough", "1", area: area, count: counts[2], base: base))
            for index in 0..<3 { sums[index] += counts[index] }
        }
        let all = sums.reduce(0, +)
        for (level, count) in zip(classes, sums) {
            figures.append(Draft.figure("hours", level, count: count, base: all))
        }
        figures.append(Draft.figure("enough", "1", count: sums[2], base: all))
        let questions = [Draft.question("hours", levels: classes), Draft.question("enough", levels: ["1"])]
        let subject = Draft.subject(questions, areas: ["A", "B", "C"])
        let link = CountLink(
            parts: [.init(question: "hours", level: "72+")], whole: .init(question: "enough", level: "1"))
        let rows = try DisclosureRules().release(
            PublicationDraft(subject: subject, figures: figures, facts: [], links: [link])
        ).content.rows
        let shown = Set(rows.filter { $0.n != nil }.map { "\($0.name.question) \($0.name.level) \($0.name.area)" })
        #expect(!shown.contains("hours 72+ A") && !shown.contains("enough 1 A"))
        // The second hidden area must be the same in both tables, or each gives the other's away.
        let hidden = { (question: String) in
            Set(
                rows.filter { $0.n == nil && $0.name.question == question && ["72+", "1"].contains($0.name.level) }.map(
                    \.name.area))
        }
        #expect(hidden("hours") == hidden("enough") && hidden("enough").count == 2)
    }

    @Test func `a small base does not follow from the region's and the others'`() throws {
        let bases = [("A", 6), ("B", 180), ("C", 300), ("D", 90), ("", 576)]
        let figures = bases.map {
            Draft.figure("q", "", area: $0.0, count: nil, base: $0.1, statistic: .mean, estimate: 50)
        }
        let rows = try Draft.release(
            figures, [Draft.question("q", levels: [], statistic: .mean)], areas: ["A", "B", "C", "D"]
        ).rows
        #expect(Set(hidden(rows).map(\.area)) == ["A", "D"], "the smallest other area hides the base of the small one")
    }

    // MARK: Versions

    private func published(_ counts: [(String, Int, Int)], _ earlier: EarlierRelease) throws -> ReleasedRows {
        let figures = counts.map { Draft.figure("q", area: $0.0, count: $0.1, base: $0.2) }
        let subject = Draft.subject([Draft.question("q", levels: ["1"])], areas: ["A", "B", "C"])
        return try DisclosureRules().release(
            PublicationDraft(subject: subject, figures: figures, facts: []), boundBy: earlier
        ).content.rows
    }

    @Test func `what an earlier version hid stays hidden`() throws {
        let earlier = EarlierRelease([.init(hidden: ["q.1.A.-.share", "q.1.B.-.share"], shown: [:])])
        let rows = try published([("A", 40, 200), ("B", 60, 180), ("C", 70, 300), ("", 170, 680)], earlier)
        #expect(Set(hidden(rows).map(\.area)) == ["A", "B"])
    }

    @Test func `a few respondents more are not published`() throws {
        let earlier = EarlierRelease([
            .init(hidden: [], shown: ["q.1.C.-.share": 297, "q.1.-.-.share": 680]),
            .init(hidden: [], shown: ["q.1.C.-.share": 280, "q.1.-.-.share": 660])
        ])
        let counts = [("A", 40, 200), ("B", 60, 180), ("C", 70, 300), ("", 170, 680)]
        #expect(throws: DisclosureError.differencing(rowIDs: ["q.1.-.-.share", "q.1.C.-.share"])) {
            try published(counts, earlier)
        }
        let apart = EarlierRelease([.init(hidden: [], shown: ["q.1.C.-.share": 290, "q.1.-.-.share": 670])])
        #expect(hidden(try published(counts, apart)).isEmpty)
        // C grew by 14 and the region by 17: three joined the others, whose bases are not compared.
        let hiddenOnes = EarlierRelease([
            .init(hidden: ["q.1.A.-.share", "q.1.B.-.share"], shown: ["q.1.C.-.share": 286, "q.1.-.-.share": 663])
        ])
        #expect(throws: DisclosureError.differencing(rowIDs: ["q.1.-.-.share"])) { try published(counts, hiddenOnes) }
    }

    @Test func `no hidden number survives in the encoded publication`() throws {
        let marked = 0.123456
        let figures = [Draft.figure("q", count: 5, base: 20_477, estimate: marked)]
        let publication = try Draft.release(figures, [Draft.question("q", levels: ["1"])])
        let text = String(decoding: try JSONEncoder().encode(publication), as: UTF8.self)
        #expect(text.contains("confidential"))
        for trace in ["0.12", "20477", "0.02", "0.17", "0.07"] { #expect(!text.contains(trace), "\(trace)") }
    }
}
