import PeilNumerics
import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

@Suite("Change between waves with designs of their own")
struct OverlappingWavesTests {
    /// 24 households of two people in three strata. `moved` households are others than before.
    private func wave(_ seed: UInt64, moved: Int, shift: Double = 0) -> Table {
        var stable = StableRandom(seed: 3)
        let own = (0..<24).map { _ in 5 + 2 * stable.normal() }
        var random = StableRandom(seed: seed)
        let household = (0..<48).map { $0 / 2 }
        return .of(
            numbers: [
                "household": household.map { Double($0 < moved ? Int(seed) * 100 + $0 : $0) },
                "stratum": household.map { Double($0 % 3) },
                "w": household.map { Double(1 + $0 % 5) },
                "y": household.map { own[$0] + shift + 0.5 * random.normal() }
            ])
    }

    private func estimates(
        _ name: String, _ table: Table, threads: Int = 1, by grouping: Grouping? = nil
    ) throws -> WaveEstimates {
        let design = try SampleDesign(
            DesignColumns(weights: "w", strata: ["stratum"], clusters: ["household"]), of: table)
        return try WaveEstimates(
            name, Estimation(design, engine: VarianceEngine(), threads: threads), MeanEstimator(["y"], of: table),
            by: grouping ?? .everyone(rowCount: table.rowCount),
            names: SamplingUnitNames(design, labels: try table.column("household").rowLabels(), withinStrata: false))
    }

    private func change(
        _ first: WaveEstimates, _ second: WaveEstimates, bridge: BridgeFactor = .none
    ) throws -> ChangeBetweenWaves.Outcome {
        let both = OverlappingWaves(first, second)
        let group = try #require(both.group([]))
        return try #require(try both.outcome(of: ParameterLabel("y"), in: group, bridge: bridge))
    }

    @Test("The same households in the same strata: as of the stacked design")
    func panel() throws {
        let (before, now) = (wave(1, moved: 0), wave(2, moved: 0, shift: 0.4))
        let own = try change(estimates("a", before), estimates("b", now))
        func both(_ name: String) throws -> [Double] {
            try before.numbers(name).values + now.numbers(name).values
        }
        let stacked = Table.of(
            numbers: [
                "household": try both("household"), "stratum": try both("stratum"), "w": try both("w"),
                "y": try both("y")
            ], codes: ["wave": (0..<96).map { $0 < 48 ? "a" : "b" }])
        let design = try SampleDesign(
            DesignColumns(weights: "w", strata: ["stratum"], clusters: ["household"]), of: stacked)
        let peer = try #require(
            try ChangeBetweenWaves(from: "a", to: "b").run(
                Estimation(design, engine: VarianceEngine()), MeanEstimator(["y"], of: stacked),
                by: ("wave", try stacked.column("wave"))
            ).outcomes.first)
        expectClose(own.difference, peer.difference, relative: 1e-12, source: "stacked design")
        expectClose(
            try #require(own.standardError), try #require(peer.standardError), relative: 1e-12, source: "stacked")
        #expect(own.degreesOfFreedom == peer.degreesOfFreedom && own.degreesOfFreedom == 21)
        #expect(try #require(own.correlation) > 0.7)
    }

    @Test("A wave compared with itself did not change, and that is certain")
    func itself() throws {
        let one = try estimates("a", wave(1, moved: 0))
        let none = try change(one, one)
        let error = try #require(none.standardError)
        #expect(none.difference == 0 && error < 1e-8)
    }

    @Test("Strangers: variances and degrees of freedom add up")
    func strangers() throws {
        let (before, now) = (try estimates("a", wave(1, moved: 24)), try estimates("b", wave(2, moved: 24)))
        let own = try change(before, now)
        let sum = before.estimates.variances[0][0] + now.estimates.variances[0][0]
        expectClose(try #require(own.standardError), sum.squareRoot(), relative: 1e-14, source: "V1 + V2")
        #expect(own.degreesOfFreedom == 42)
        #expect(OverlappingWaves(before, now).group([])?.sharedUnits == 0)
    }

    @Test("Half the households again: between a panel and strangers, and never a negative variance")
    func partly() throws {
        let before = try estimates("a", wave(1, moved: 0))
        let half = try change(before, estimates("b", wave(2, moved: 12)))
        let all = try change(before, estimates("b", wave(2, moved: 0)))
        let none = try change(before, estimates("b", wave(2, moved: 24)))
        let errors = try [all, half, none].map { try #require($0.standardError) }
        #expect(errors[0] < errors[1] && errors[1] < errors[2])
        // 12 shared households in three strata: 21 + 21 − (12 − 3).
        #expect(half.degreesOfFreedom == 33)
    }

    @Test("A bridge scales the first wave, and its standard error enters the change")
    func bridge() throws {
        let (before, now) = (try estimates("a", wave(1, moved: 0)), try estimates("b", wave(2, moved: 12)))
        let plain = try change(before, now)
        let factor = BridgeFactor(factor: 1.1, standardError: 0.04)
        let own = try change(before, now, bridge: factor)
        let parts = try #require(plain.variances)
        let first = plain.first
        expectClose(own.difference, plain.second - 1.1 * first, relative: 1e-13, source: "θ₂ − f θ₁")
        let variance = 1.21 * parts.first + first * first * 0.0016 + parts.second - 2.2 * parts.shared
        expectClose(try #require(own.standardError), variance.squareRoot(), relative: 1e-12, source: "delta method")
        let chain = factor.followed(by: BridgeFactor(factor: 0.9, standardError: 0.03))
        expectClose(chain.factor, 0.99, relative: 1e-14, source: "f g")
        expectClose(
            chain.standardError, (0.9 * 0.9 * 0.04 * 0.04 + 1.1 * 1.1 * 0.03 * 0.03).squareRoot(), relative: 1e-13,
            source: "g² V(f) + f² V(g)")
    }

    @Test("Threads change no bit, the order of rows nothing beyond rounding")
    func order() throws {
        let (first, second) = (wave(1, moved: 0), wave(2, moved: 12))
        let own = try change(estimates("a", first), estimates("b", second))
        let threads = try change(estimates("a", first, threads: 4), estimates("b", second, threads: 3))
        #expect(own.standardError?.bitPattern == threads.standardError?.bitPattern)
        let rows = (0..<48).map { ($0 * 29) % 48 }
        var shuffled = Table(rowCount: 48)
        for name in ["household", "stratum", "w", "y"] {
            let values = try second.numbers(name).values
            shuffled.set(.numeric(.of(rows.map { values[$0] })), for: Variable(name: name))
        }
        let other = try change(estimates("a", first), estimates("b", shuffled))
        expectClose(
            try #require(other.standardError), try #require(own.standardError), relative: 1e-12, source: "row order")
    }

    @Test("Groups that one of the waves lacks are not compared; a name of two units is refused")
    func absent() throws {
        let table = wave(1, moved: 0)
        let groups = Grouping.cross([("stratum", try table.column("stratum"))])
        let both = OverlappingWaves(
            try estimates("a", table, by: groups), try estimates("b", wave(2, moved: 12)))
        #expect(both.group(["1"]) == nil)
        let design = try SampleDesign(
            DesignColumns(weights: "w", strata: ["stratum"], clusters: ["household"]), of: table)
        let one = [String?](repeating: "same", count: 48)
        #expect(throws: ChangeError.repeatedUnit) {
            try SamplingUnitNames(design, labels: one, withinStrata: false)
        }
    }
}
