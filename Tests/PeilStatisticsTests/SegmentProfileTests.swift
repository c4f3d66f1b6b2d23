import PeilNumerics
import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

@Suite("Profiles of segments")
struct SegmentProfileTests {
    private static func profiler(
        _ limits: BaseLimits = BaseLimits(minimum: 20, full: 50, widestInterval: 0.5)
    ) throws -> SegmentProfiler {
        try SegmentProfiler(
            inputs: [.shares("q1"), .shares("q2"), .shares("q3"), .mean("x")], outside: [.mean("y"), .shares("z")],
            area: "area", limits: limits)
    }

    private static let profile = Result {
        try profiler().profile(
            FormulaSegments.table, by: FormulaSegments.hard, estimation: FormulaSegments.estimation())
    }

    @Test("sizes are the shares that any proportion has, with those who cannot be placed")
    func sizes() throws {
        let profile = try Self.profile.get()
        let table = FormulaSegments.table
        let estimates = try FormulaSegments.estimation().estimate(
            ProportionEstimator("class", of: table), by: .everyone(rowCount: table.rowCount))
        #expect(profile.sizes.map(\.code) == ["A", "B", "C", "none"])
        for k in 0..<3 {
            expectClose(profile.sizes[k].share, try #require(estimates.value(0, k)), relative: 1e-12, source: "a share")
            expectClose(
                try #require(profile.sizes[k].standardError), try #require(estimates.standardError(0, k)),
                relative: 1e-10, source: "a share")
            #expect(profile.sizes[k].count == FormulaSegments.classes.count { $0 == k })
        }
        #expect(profile.sizes[3].share == 0 && profile.sizes[3].count == 0)
        let people = profile.sizes.reduce(0) { $0 + $1.people }
        expectClose(people, try FormulaSegments.design().weights.reduce(0, +), relative: 1e-12, source: "Σ w")
    }

    @Test("what made the segments is not tested; p of the others is adjusted over all of them")
    func tests() throws {
        let profile = try Self.profile.get()
        #expect(profile.inputs.allSatisfy { $0.comparison == nil })
        #expect(profile.outside.count == 3 + 9)
        let p = try profile.outside.map { try #require($0.comparison?.p) }
        let adjusted = try profile.outside.map { try #require($0.comparison?.adjustedP) }
        #expect(adjusted == benjaminiHochberg(p))
    }

    @Test("items that set a segment apart: Cramér's V and correlation by hand, strongest first")
    func distinguishing() throws {
        let profile = try Self.profile.get()
        let table = FormulaSegments.table
        let weights = try FormulaSegments.design().weights
        #expect(profile.distinguishing.allSatisfy { $0.count == 3 })
        for (k, items) in profile.distinguishing.enumerated() {
            #expect(zip(items, items.dropFirst()).allSatisfy { $0.association >= $1.association })
            for item in items where item.item == "x" {
                let x = try table.numbers("x").values
                let estimate = try FormulaSegments.estimation().estimate(
                    CorrelationEstimator(
                        ["x", "in"],
                        of: table.adding("in", FormulaSegments.classes.map { $0 == k ? 1 : 0 })),
                    by: .everyone(rowCount: x.count))
                let r = try #require(estimate.value(0, 0))
                expectClose(item.association, abs(r), absolute: 1e-10, source: "weighted correlation")
                #expect(item.answer == nil)
            }
            for item in items where item.item != "x" {
                let labels = try table.column(item.item).rowLabels()
                let used = labels.indices.filter { labels[$0] != nil }
                let total = used.reduce(0.0) { $0 + weights[$1] }
                func sum(_ holds: (Int) -> Bool) -> Double { used.filter(holds).reduce(0) { $0 + weights[$1] } }
                var square = 0.0
                for level in ["a", "b", "c", "d"] {
                    for inside in [true, false] {
                        let cell = sum { labels[$0] == level && (FormulaSegments.classes[$0] == k) == inside }
                        let row = sum { (FormulaSegments.classes[$0] == k) == inside }
                        let expected = row * sum { labels[$0] == level } / total
                        square += (cell - expected) * (cell - expected) / expected
                    }
                }
                expectClose(item.association, (square / total).squareRoot(), absolute: 1e-12, source: "√(χ²/W)")
                let size = sum { FormulaSegments.classes[$0] == k }
                let share = sum { FormulaSegments.classes[$0] == k && labels[$0] == item.answer } / size
                expectClose(item.inSegment, share, absolute: 1e-12, source: "share of the answer in the segment")
                #expect(item.inSegment > item.inRest)
            }
        }
    }

    @Test("areas: shares against the rest of the region; too small a base is not tested")
    func areas() throws {
        let profile = try Self.profile.get()
        #expect(profile.areas.count == 2 * 4)
        let table = FormulaSegments.table
        let grouping = Grouping.cross([("area", try table.column("area"))])
        let estimates = try FormulaSegments.estimation().estimate(
            ProportionEstimator("class", of: table), by: grouping, wishes: Estimation.Wishes(groupAgainstRest: true))
        for area in 0..<2 {
            for k in 0..<3 {
                let row = profile.areas[area * 4 + k]
                #expect(row.area == ["north", "south"][area] && row.status == .released)
                expectClose(row.share, try #require(estimates.value(area, k)), relative: 1e-12, source: "a share")
                expectClose(
                    try #require(row.difference), try #require(estimates.differencesFromRest[area][k]),
                    absolute: 1e-13, source: "against the rest")
                expectClose(
                    try #require(row.differenceError), try #require(estimates.standardErrorOfDifference(area, k)),
                    relative: 1e-10, source: "against the rest")
                #expect(row.isDistinguishable == (try #require(row.adjustedP) < 0.05))
            }
        }
        let strict = try Self.profiler(BaseLimits(minimum: 500, full: 1000)).profile(
            table, by: FormulaSegments.hard, estimation: FormulaSegments.estimation())
        #expect(strict.areas.allSatisfy { $0.status == .tooFew && $0.p == nil && !$0.isDistinguishable })
        let half = try Self.profiler(BaseLimits(minimum: 20, full: 1000)).profile(
            table, by: FormulaSegments.hard, estimation: FormulaSegments.estimation())
        #expect(half.areas.allSatisfy { $0.status == .indicative })
    }

    @Test("an area that differs is told apart, areas that do not are not")
    func areasThatDiffer() throws {
        var random = StableRandom(seed: 21)
        var (area, code) = ([String](), [UInt16]())
        for row in 0..<2400 {
            let own = ["east", "mid", "north", "west"][row % 4]
            area.append(own)
            code.append(random.chance(own == "east" ? 0.7 : 0.4) ? 0 : 1)
        }
        let table = Table.of(codes: ["area": area, "q": code.map { "\($0)" }])
        let profile = try SegmentProfiler(inputs: [.shares("q")], area: "area").profile(
            table, by: Segmentation(codes: ["A", "B", "none"], codeOfRow: code, method: "known"),
            estimation: Estimation(try SampleDesign(DesignColumns(), of: table), engine: VarianceEngine()))
        let east = profile.areas.filter { $0.area == "east" && $0.code == "A" }
        #expect(east.count == 1 && east[0].isDistinguishable && (east[0].difference ?? 0) > 0.2)
    }

    @Test("a sample without a claim has shares and no margins")
    func optIn() throws {
        let estimation = Estimation(OptInSample(try FormulaSegments.design()), engine: VarianceEngine())
        let profile = try Self.profiler().profile(
            FormulaSegments.table, by: FormulaSegments.hard, estimation: estimation)
        #expect(profile.sizes.allSatisfy { $0.standardError == nil && $0.interval == nil })
        #expect(profile.outside.allSatisfy { $0.comparison?.p == nil && $0.comparison?.indexInterval == nil })
        #expect(profile.areas.allSatisfy { $0.p == nil && !$0.isDistinguishable })
        #expect(profile.areas.allSatisfy { $0.status != .released }, "no interval shows that the base suffices")
    }

    @Test("a segment of which nobody was asked is named; the others keep their figures")
    func unanswered() throws {
        var table = FormulaSegments.table
        let asked = (0..<table.rowCount).map { FormulaSegments.classes[$0] == 1 ? nil : Double($0 % 7) }
        table.set(.numeric(.of(asked)), for: Variable(name: "why"))
        let profile = try SegmentProfiler(inputs: [], outside: [.mean("y"), .mean("why")]).profile(
            table, by: FormulaSegments.hard, estimation: FormulaSegments.estimation())
        #expect(profile.unanswered.map(\.variable) == ["why"] && profile.unanswered.map(\.code) == ["B"])
        #expect(profile.outside.filter { $0.variable == "why" }.map(\.segment) == [0, 2])
        #expect(profile.outside.filter { $0.variable == "y" }.count == 3)
        #expect(profile.outside.allSatisfy { $0.comparison?.adjustedP != nil })
    }

    @Test("a variable cannot both make and describe segments")
    func badInput() throws {
        #expect(throws: SegmentationError.self) { try SegmentProfiler(inputs: [.mean("x")], outside: [.mean("x")]) }
        #expect(throws: SegmentationError.self) { try SegmentProfiler(inputs: [], level: 2) }
        #expect(throws: TableError.self) {
            try SegmentProfiler(inputs: [.mean("nothing")]).profile(
                FormulaSegments.table, by: FormulaSegments.hard, estimation: FormulaSegments.estimation())
        }
    }
}

extension Table {
    fileprivate func adding(_ name: String, _ values: [Double]) -> Table {
        var result = self
        result.set(.numeric(NumericColumn(values: values)), for: Variable(name: name))
        return result
    }
}
