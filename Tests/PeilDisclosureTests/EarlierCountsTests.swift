import Testing

@testable import PeilDisclosure

/// Two versions of a wave in one hand.
struct EarlierCountsTests {
    /// Nobody joined in B. Eleven joined in A.
    private static let now = [
        ("A", [9, 9, 55], 73), ("B", [92, 200, 60], 352), ("", [101, 209, 115], 425)
    ]
    private static let before = [
        ("A", [7, 5, 50], 62), ("B", [92, 200, 60], 352), ("", [99, 205, 110], 414)
    ]

    private func counts(_ table: [(String, [Int], Int)], hiding hidden: Set<String>) throws -> LinkedCounts {
        let rules = try DisclosureRules()
        var cells: [Cell] = []
        for (level, name) in ["a", "b", "c"].enumerated() {
            for (area, counts, base) in table {
                let figure = Draft.figure("q", name, area: area, count: counts[level], base: base)
                var cell = rules.decide(figure, isSensitive: false)
                if hidden.contains(figure.name.rowID), !cell.isHidden { cell.hide(.complement) }
                cells.append(cell)
            }
        }
        return LinkedCounts(cells, rules: rules, areas: ["A", "B"], segments: [], links: [])
    }

    private func version(
        _ table: [(String, [Int], Int)], hiding hidden: Set<String>, keepsCounts: Bool = true
    ) -> EarlierRelease.Version {
        var (shown, counts) = ([String: Int](), [String: Int]())
        for (level, name) in ["a", "b", "c"].enumerated() {
            for (area, own, base) in table {
                let row = FigureName(question: "q", level: name, area: area, segment: "", statistic: .share).rowID
                guard !hidden.contains(row) else { continue }
                shown[row] = base
                counts[row] = own[level]
            }
        }
        return .init(hidden: hidden, shown: shown, counts: keepsCounts ? counts : [:])
    }

    private func unsafe(_ counts: LinkedCounts) throws -> Set<String> {
        var seen = SeenTables()
        return Set(try counts.attack(seen: &seen, threads: 1).unsafe.map { counts.names[$0] })
    }

    private let four: Set = ["q.a.A.-.share", "q.b.A.-.share", "q.a.B.-.share", "q.b.B.-.share"]
    private let other: Set = ["q.a.A.-.share", "q.b.A.-.share", "q.a.-.-.share", "q.b.-.-.share"]

    @Test func `each version is safe by itself`() throws {
        #expect(try unsafe(counts(Self.now, hiding: other)).isEmpty)
        #expect(try unsafe(counts(Self.before, hiding: four)).isEmpty)
    }

    /// The new version shows B, of which the earlier one showed the sum with A: at most 92 and 200 of 99 and 205 were in B then, and so
    /// 7 and 5 in A, where 12 were both together.
    @Test func `who has both knows what either hides`() throws {
        var both = try counts(Self.now, hiding: other)
        both.add(version(Self.before, hiding: four), number: 1)
        let found = try unsafe(both)
        for row in ["q.a.A.-.share", "q.b.A.-.share"] {
            #expect(found.contains(row))
            #expect(found.contains("version 1|" + row))
        }
        let place = try #require(both.names.firstIndex(of: "version 1|q.a.A.-.share"))
        #expect(both.values[place] == 7 && both.isHidden[place])
    }

    /// Hiding the same cells leaves all tables of the earlier version possible, with those who joined as they are.
    @Test func `a version that keeps hidden what was hidden tells nothing of either`() throws {
        var both = try counts(Self.now, hiding: four)
        both.add(version(Self.before, hiding: four), number: 1)
        #expect(both.names.contains("version 1|q.a.A.-.share"))
        #expect(try unsafe(both).isEmpty)
    }

    @Test func `people who left are taken off likewise`() throws {
        var both = try counts(Self.before, hiding: other)
        both.add(version(Self.now, hiding: four), number: 1)
        #expect(try both.system().names.contains("since version 1|q.a.A.-.share"))
        #expect(try !unsafe(both).isEmpty)
    }

    @Test func `answers that were corrected, and logs without counts, give no sums`() throws {
        var corrected = Self.before
        corrected[0].1[2] = 57
        corrected[0].2 = 69
        let plain = try counts(Self.now, hiding: four)
        for version in [
            version(corrected, hiding: four), version(Self.now, hiding: four),
            version(Self.before, hiding: four, keepsCounts: false)
        ] {
            var both = plain
            both.add(version, number: 1)
            #expect(both.names == plain.names)
        }
    }

    // MARK: What the user hears

    private func draft(_ table: [(String, [Int], Int)]) -> PublicationDraft {
        let figures = ["a", "b", "c"].enumerated().flatMap { level, name in
            table.map { Draft.figure("q", name, area: $0.0, count: $0.1[level], base: $0.2) }
        }
        return PublicationDraft(
            subject: Draft.subject([Draft.question("q", levels: ["a", "b", "c"])], areas: ["A", "B"]),
            figures: figures, facts: [])
    }

    /// The region was shown then: nothing is left to hide for 9 people in A. That 3 are new is the reason to give.
    @Test func `a correction of a few is refused as that, whatever else is the matter`() throws {
        var shown = version(Self.now, hiding: ["q.a.A.-.share"])
        let few = [("A", [9, 12, 55], 76), ("B", [92, 200, 60], 352), ("", [101, 212, 115], 428)]
        #expect {
            try DisclosureRules().release(draft(few), boundBy: EarlierRelease([shown]))
        } throws: { error in
            guard case DisclosureError.differencing(let rows) = error else { return false }
            return rows.contains("q.c.A.-.share")
        }
        shown = version(Self.before, hiding: ["q.a.A.-.share", "q.b.A.-.share"])
        #expect {
            try DisclosureRules().release(draft(Self.now), boundBy: EarlierRelease([shown]))
        } throws: { error in
            guard case DisclosureError.unsafeBesideEarlier(let cells) = error else { return false }
            return !cells.isEmpty
        }
    }
}
