import PeilDisclosure
import Testing

/// What weighted shares and means tell of counts and sums that are hidden.
struct WeightedAttackTests {
    /// Of one area: respondents with the answer and their weights' sum, and the same of the base.
    private struct Area {
        let count: Int
        let base: Int
        let total: Double
        let weight: Double
    }

    private let names = ["A", "B", "C", "D", "E"]

    /// One answer by area, and of the region.
    private func draft(_ areas: [Area], weights: WeightKnowledge?) -> PublicationDraft {
        let own = zip(names, areas).map { name, area in
            Draft.figure(
                "q", area: name, count: area.count, base: area.base, estimate: area.total / area.weight,
                weightedBase: area.weight)
        }
        let weight = areas.reduce(0) { $0 + $1.weight }
        let region = Draft.figure(
            "q", count: areas.reduce(0) { $0 + $1.count }, base: areas.reduce(0) { $0 + $1.base },
            estimate: areas.reduce(0) { $0 + $1.total } / weight, weightedBase: weight)
        var draft = PublicationDraft(
            subject: Draft.subject([Draft.question("q", levels: ["1"])], areas: Array(names.prefix(areas.count))),
            figures: [region] + own, facts: [])
        draft.weights = weights
        return draft
    }

    private func hidden(_ draft: PublicationDraft, _ earlier: EarlierRelease = .none) throws -> [String] {
        try DisclosureRules().release(draft, boundBy: earlier).content.rows.filter { $0.n == nil || $0.estimate == nil }
            .map(\.name.area)
    }

    /// Everybody in A weighs 1, in B 3, in C 2.
    private func constant() -> (areas: [Area], weights: WeightKnowledge) {
        let areas = [(5, 200, 1.0), (60, 180, 3), (90, 300, 2)].map {
            Area(count: $0.0, base: $0.1, total: Double($0.0) * $0.2, weight: Double($0.1) * $0.2)
        }
        return (areas, WeightKnowledge(everywhere: 1...3, ofArea: ["A": 1...1, "B": 3...3, "C": 2...2]))
    }

    /// Region less C: a + b = 65 respondents. The region prints 27.2 % of a weighted base of 1,340 and C 30.0 % of 600, so that
    /// a + 3b lies in 364.5 ± 0.7 less 180 ± 0.3: between 183.5 and 185.5. With b = 65 − a that is 195 − 2a, and only
    /// a = 5 is whole.
    @Test func `two hidden areas of unlike weights are not told apart by the weighted share of the region`() throws {
        let (areas, weights) = constant()
        #expect(try hidden(draft(areas, weights: nil)) == ["A", "B"], "counts alone are satisfied with two")
        #expect(try hidden(draft(areas, weights: weights)).count > 2)
    }

    @Test func `what was shown before cannot be hidden any more, and then nothing is published`() throws {
        let (areas, weights) = constant()
        let shown = ["q.1.-.-.share": 680, "q.1.C.-.share": 300]
        let earlier = EarlierRelease([.init(hidden: [], shown: shown)])
        #expect(try hidden(draft(areas, weights: nil), earlier) == ["A", "B"])
        #expect(throws: DisclosureError.self) { try hidden(draft(areas, weights: weights), earlier) }
    }

    @Test func `equal weights tell nothing that counts do not tell`() throws {
        var random = Draws(state: 5)
        for _ in 0..<40 {
            let areas = (0..<(3 + random.next(3))).map { _ -> Area in
                let base = 60 + random.next(200)
                let count = random.next(3) == 0 ? random.next(10) : 10 + random.next(40)
                return Area(count: count, base: base, total: 250 * Double(count), weight: 250 * Double(base))
            }
            let known = WeightKnowledge(everywhere: 250...250)
            #expect(try hidden(draft(areas, weights: known)) == hidden(draft(areas, weights: nil)))
        }
    }

    @Test func `of weights that were adjusted the smallest follows from the mean and the largest`() throws {
        func known(_ weights: [Double], areOfDesign: Bool, minimumBase: Int = 2) throws -> ClosedRange<Double>? {
            try #require(
                WeightKnowledge(
                    weights: weights, areas: weights.map { _ in "A" }, areOfDesign: areOfDesign,
                    minimumBase: minimumBase)
            ).ofArea["A"]
        }
        #expect(try known([2, 2, 2], areOfDesign: false) == 2...2)
        #expect(try known([1, 2, 3], areOfDesign: false) == 0...3)
        #expect(try known([2.8, 3, 3], areOfDesign: false).map { abs($0.lowerBound - 2.8) < 1e-12 } == true)
        #expect(try known([1, 2, 3], areOfDesign: true) == 1...3)
        #expect(try known([1, 2, 3], areOfDesign: true, minimumBase: 4) == nil)
        #expect(WeightKnowledge(weights: [], areas: [], areOfDesign: true, minimumBase: 2) == nil)
        #expect(WeightKnowledge(weights: [-1, 2], areas: ["A", "A"], areOfDesign: true, minimumBase: 2) == nil)
    }

    // MARK: By trying everything

    private struct Draws {
        var state: UInt64
        mutating func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
    }

    /// Every table of whole counts is tried that a reader could hold for true.
    @Test func `small counts lie open to a reader who tries all tables`() throws {
        let looked = try (1...60).count { try checkedByTables(seed: $0) }
        #expect(looked >= 15, "else the test looks at nothing")
    }

    /// False where nothing small is hidden beside a region that is shown.
    private func checkedByTables(seed: Int) throws -> Bool {
        var random = Draws(state: UInt64(seed))
        var ranges: [ClosedRange<Double>] = []
        let areas = (0..<(3 + random.next(3))).map { _ -> Area in
            let least = 0.2 + 0.1 * Double(random.next(30))
            let range = least...(least * (1 + 0.05 * Double(random.next(20))))
            ranges.append(range)
            let base = 100 + random.next(60)
            let count = random.next(2) == 0 ? 1 + random.next(9) : 10 + random.next(12)
            func weight(_ n: Int) -> Double {
                (0..<n).reduce(0) { sum, _ in
                    sum + range.lowerBound + (range.upperBound - range.lowerBound) * Double(random.next(101)) / 100
                }
            }
            let total = weight(count)
            return Area(count: count, base: base, total: total, weight: total + weight(base - count))
        }
        let all = (ranges.map(\.lowerBound).min() ?? 0)...(ranges.map(\.upperBound).max() ?? 1)
        let known = WeightKnowledge(
            everywhere: all, ofArea: Dictionary(uniqueKeysWithValues: zip(names, ranges)))
        let rows: ReleasedRows
        let rules = try DisclosureRules()
        do throws(DisclosureError) {
            rows = try rules.release(draft(areas, weights: known)).content.rows
        } catch {
            // Where all areas are small nothing can be kept back but everything.
            guard case .cannotBeProtected = error else { throw error }
            return false
        }
        let shown = Dictionary(uniqueKeysWithValues: rows.map { ($0.name.area, $0.estimate != nil) })
        guard shown[""] == true else { return false }
        let hidden = areas.indices.filter { shown[names[$0]] == false }
        let possible = tables(areas, ranges, hidden)
        var looked = false
        for (place, area) in hidden.enumerated() where (1...9).contains(areas[area].count) {
            looked = true
            let counts = possible.map { $0[place] }
            let (low, high) = (counts.min() ?? 0, counts.max() ?? 0)
            #expect(low < 10 && high >= 10 && high - low >= 10, "\(names[area]) between \(low) and \(high)")
        }
        return looked
    }

    /// Counts of the hidden areas that sum to the true sum and whose weights can make up what the region prints.
    private func tables(_ areas: [Area], _ ranges: [ClosedRange<Double>], _ hidden: [Int]) -> [[Int]] {
        let sum = hidden.reduce(0) { $0 + areas[$1].count }
        let weight = areas.reduce(0) { $0 + $1.weight }
        func printed(_ share: Double) -> Double { (share * 1000).rounded(.toNearestOrAwayFromZero) / 1000 }
        let region = printed(areas.reduce(0) { $0 + $1.total } / weight) * weight
        var (least, most) = (region - weight / 2000, region + weight / 2000)
        for index in areas.indices where !hidden.contains(index) {
            let own = printed(areas[index].total / areas[index].weight) * areas[index].weight
            least -= own + areas[index].weight / 2000
            most -= own - areas[index].weight / 2000
        }
        var found: [[Int]] = []
        func extend(_ table: [Int], _ left: Int, _ low: Double, _ high: Double) {
            guard table.count < hidden.count else {
                if left == 0, low <= most + 1e-9, high >= least - 1e-9 { found.append(table) }
                return
            }
            let range = ranges[hidden[table.count]]
            for count in (table.count == hidden.count - 1 ? left : 0)...left {
                extend(
                    table + [count], left - count, low + range.lowerBound * Double(count),
                    high + range.upperBound * Double(count))
            }
        }
        extend([], sum, 0, 0)
        return found
    }

    // MARK: Means

    private func means(_ groups: [(area: String, mean: Double, base: Int)]) -> PublicationDraft {
        let base = groups.reduce(0) { $0 + $1.base }
        let mean = groups.reduce(0) { $0 + $1.mean * Double($1.base) } / Double(base)
        let figures = ([("", mean, base)] + groups).map {
            Draft.figure(
                "m", "", area: $0.0, count: nil, base: $0.2, statistic: .mean, estimate: $0.1,
                weightedBase: Double($0.2))
        }
        var draft = PublicationDraft(
            subject: Draft.subject([Draft.question("m", levels: [], statistic: .mean)], areas: groups.map(\.area)),
            figures: figures, facts: [])
        draft.weights = WeightKnowledge(everywhere: 1...1)
        return draft
    }

    /// A (8 people) and B (60) are hidden together. The region's mean is 59.24 of 368 people, C's 50.00 of 300: the 68 have 6800.3
    /// together, give or take 3.4, and nobody has more than 100, so that A's 8 people have 796 or more of their 800.
    @Test func `nobody's answer follows where all of two hidden groups gave the highest`() throws {
        var draft = means([("A", 100, 8), ("B", 100, 60), ("C", 50, 300)])
        #expect(try hidden(draft) == ["A", "B"], "bases alone are satisfied with two")
        draft.answerRanges = ["m": 0...100]
        #expect(try hidden(draft).count > 2)
    }

    @Test func `two hidden groups in the middle of the scale are enough`() throws {
        var draft = means([("A", 60, 8), ("B", 45, 60), ("C", 50, 300)])
        draft.answerRanges = ["m": 0...100]
        #expect(try hidden(draft) == ["A", "B"])
    }
}
