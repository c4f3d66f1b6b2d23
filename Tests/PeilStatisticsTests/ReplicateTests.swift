import PeilNumerics
import PeilTable
import PeilTestSupport
import Testing

@testable import PeilStatistics

/// Ninety rows in three strata of five units of six, answers missing here and there.
private func table() -> Table {
    var random = StableRandom(seed: 11)
    return Table.of(
        numbers: [
            "y": (0..<90).map { $0 % 13 == 5 ? nil : 20 + 5 * random.normal() + Double($0 / 30) },
            "x": (0..<90).map { _ in 50 + 9 * random.normal() }, "w": (0..<90).map { 1 + Double($0 * 7 % 5) },
            "h": (0..<90).map { Double($0 / 30) }, "u": (0..<90).map { Double($0 / 6) },
            "size": (0..<90).map { 8 + 4 * Double($0 / 30) }
        ], codes: ["g": (0..<90).map { ["a", "b", "c"][$0 * 5 % 7 % 3] }])
}

private func design(strata: Bool = true, sizes: Bool = false) throws -> SampleDesign {
    try SampleDesign(
        DesignColumns(
            weights: "w", strata: strata ? ["h"] : [], clusters: ["u"], populationSizes: sizes ? ["size"] : []),
        of: table())
}

/// The same replicates with every weight written out.
private func explicit(_ design: SampleDesign, _ replicates: ReplicateWeights) -> SampleDesign {
    var matrix = DenseMatrix(rows: replicates.count, columns: design.rowCount)
    for number in 0..<replicates.count {
        for (row, weight) in design.rowWeights(ofReplicate: number, replicates).enumerated() {
            matrix[number, row] = weight
        }
    }
    return design.replicated(
        ReplicateWeights(
            source: .rowWeights(matrix), scale: replicates.scale, replicateScales: replicates.replicateScales,
            isCentredAtEstimate: replicates.isCentredAtEstimate))
}

private func estimation(_ design: SampleDesign, threads: Int = 1) -> Estimation {
    Estimation(design, engine: VarianceEngine(), threads: threads)
}

@Suite("Replicates")
struct ReplicateTests {
    private let wishes = Estimation.Wishes(covariance: true, groupAgainstRest: true)

    @Test("Deleted units and drawn units give what their written-out weights give", arguments: 0..<4)
    func explicitWeights(number: Int) throws {
        let methods: [ReplicateMaker.Method] = [
            .jackknifeN, .jackknife1, .raoWuBootstrap(replicates: 30, seed: 4),
            .prestonBootstrap(replicates: 30, seed: 4)
        ]
        let base = try design(strata: number != 1, sizes: number == 3)
        for isCentred in [false, true] {
            let replicates = try ReplicateMaker(methods[number], centredAtEstimate: isCentred).replicates(of: base)
            let mask = (0..<90).map { $0 % 17 != 3 }
            let groups = Grouping.cross([("g", try table().column("g"))])
            let short = try estimation(base.replicated(replicates)).estimate(
                RatioEstimator("y", over: "x", of: table()), by: groups, in: mask, wishes: wishes)
            let long = try estimation(explicit(base, replicates)).estimate(
                RatioEstimator("y", over: "x", of: table()), by: groups, in: mask, wishes: wishes)
            for group in 0..<3 {
                expectClose(
                    short.variances[group][0], long.variances[group][0], relative: 1e-10, source: "written out")
                expectClose(
                    short.variancesOfDifferences[group][0], long.variancesOfDifferences[group][0], relative: 1e-10,
                    source: "written out")
            }
            #expect(short.degreesOfFreedom == long.degreesOfFreedom, "the rank by rule and by numbers")
            #expect(short.domainDegreesOfFreedom == long.domainDegreesOfFreedom)
        }
    }

    @Test("Without population sizes the jackknife of a total is its linearised variance")
    func totals() throws {
        let base = try design()
        let jackknife = base.replicated(try ReplicateMaker(.jackknifeN, centredAtEstimate: true).replicates(of: base))
        let everyone = Grouping.everyone(rowCount: 90)
        let replicated = try estimation(jackknife).estimate(TotalEstimator(["x"], of: table()), by: everyone)
        let linear = try estimation(base).estimate(TotalEstimator(["x"], of: table()), by: everyone)
        expectClose(replicated.variances[0][0], linear.variances[0][0], relative: 1e-11, source: "linearisation")
    }

    @Test("A bootstrap of a total comes near its linearised variance", arguments: [false, true])
    func bootstrap(sizes: Bool) throws {
        let base = try design(sizes: sizes)
        let method: ReplicateMaker.Method =
            sizes ? .prestonBootstrap(replicates: 4000, seed: 8) : .raoWuBootstrap(replicates: 4000, seed: 8)
        let replicated = base.replicated(try ReplicateMaker(method).replicates(of: base))
        let everyone = Grouping.everyone(rowCount: 90)
        let drawn = try estimation(replicated).estimate(TotalEstimator(["x"], of: table()), by: everyone)
        let linear = try estimation(base).estimate(TotalEstimator(["x"], of: table()), by: everyone)
        // √(2/4000) is 2.2 %; four of these.
        expectClose(drawn.variances[0][0], linear.variances[0][0], relative: 0.09, source: "linearisation")
    }

    @Test("The same seed draws the same, another seed does not") func seeds() throws {
        let base = try design()
        func matrix(_ seed: UInt64) throws -> DenseMatrix? {
            let made = try ReplicateMaker(.raoWuBootstrap(replicates: 20, seed: seed)).replicates(of: base)
            guard case .unitMultipliers(let matrix, _) = made.source else { return nil }
            return matrix
        }
        #expect(try matrix(1) == matrix(1))
        #expect(try matrix(1) != matrix(2))
        let drawn = try #require(try matrix(1))
        for replicate in 0..<20 {
            for stratum in 0..<3 {
                let sum = (0..<5).reduce(0) { $0 + drawn[replicate, stratum * 5 + $1] }
                expectClose(sum, 5, relative: 1e-14, source: "four draws of five units, times 5/4")
            }
        }
    }

    @Test("Sums made together are those made alone") func together() throws {
        let base = try design()
        let made = estimation(
            base.replicated(try ReplicateMaker(.raoWuBootstrap(replicates: 25, seed: 2)).replicates(of: base)))
        let domain = made.domain(by: .everyone(rowCount: 90))
        let mean = try MeanEstimator(["y"], of: table())
        let ratio = try RatioEstimator("y", over: "x", of: table())
        let prepared = try #require(made.prepare([mean, ratio], over: domain))
        let alone = try made.estimate(ratio, over: domain)
        let both = try made.estimate(ratio, over: domain, prepared: prepared[1])
        expectClose(both.variances[0][0], alone.variances[0][0], relative: 1e-12, source: "alone")
    }

    @Test("Every replicate meets the margins; one that cannot is named") func adjusted() throws {
        let base = try design()
        let replicates = try ReplicateMaker(.jackknifeN).replicates(of: base)
        let labels = try table().column("g").rowLabels()
        let classes = MarginClasses(
            variable: "g", names: ["a", "b", "c"],
            classOfRow: labels.map { Int32(["a", "b", "c"].firstIndex(of: $0!)!) },
            totals: [100, 200, 50])
        let adjusted = try base.replicated(replicates).adjustingEachReplicate {
            try Raking().fit($0, to: [classes]).weights
        }
        guard case .rowWeights(let matrix)? = adjusted.replicates?.source else {
            Issue.record("weights by row")
            return
        }
        for number in 0..<replicates.count {
            for (index, total) in classes.totals.enumerated() {
                let sum = (0..<90).filter { Int(classes.classOfRow[$0]) == index }.reduce(0) { $0 + matrix[number, $1] }
                expectClose(sum, total, relative: 1e-9, source: "the margin, in replicate \(number)")
            }
        }
        // Only unit 0 holds this class: the replicate without it cannot meet the total.
        let lonely = MarginClasses(
            variable: "u", names: ["first", "others"], classOfRow: (0..<90).map { $0 < 6 ? 0 : 1 }, totals: [10, 90])
        #expect(throws: ReplicateError.adjustment(replicate: 1, .emptyCell(margin: "u", category: "first"))) {
            try base.replicated(replicates).adjustingEachReplicate { try Raking().fit($0, to: [lonely]).weights }
        }
    }

    @Test("A replicate without the domain is left out and counted; without any there is no error") func undefined()
        throws
    {
        let base = try design()
        let made = estimation(base.replicated(try ReplicateMaker(.jackknifeN).replicates(of: base)))
        let everyone = Grouping.everyone(rowCount: 90)
        let one = try made.estimate(
            MeanEstimator(["x"], of: table()), by: everyone, in: (0..<90).map { $0 < 6 })
        #expect(one.discardedReplicates == [1])
        let none = explicit(base, try ReplicateMaker(.jackknifeN).replicates(of: base))
        let zero = none.replicated(
            ReplicateWeights(
                source: .rowWeights(DenseMatrix(rows: 3, columns: 90)), scale: 1, replicateScales: [1, 1, 1],
                isCentredAtEstimate: false))
        #expect(
            try estimation(zero).estimate(MeanEstimator(["x"], of: table()), by: everyone).standardError(0, 0) == nil)
    }

    @Test("Strata of one unit: the rules that replicates know") func lonely() throws {
        var table = table()
        table.set(.numeric(.of((0..<90).map { $0 < 6 ? 9 : Double($0 / 30) })), for: Variable(name: "h"))
        let base = try SampleDesign(DesignColumns(weights: "w", strata: ["h"], clusters: ["u"]), of: table)
        #expect(throws: ReplicateError.lonelyUnits(strata: ["9"])) {
            try ReplicateMaker(.jackknifeN).replicates(of: base)
        }
        #expect(throws: ReplicateError.unsupportedLonelyRule("adjust")) {
            try ReplicateMaker(.jackknifeN, lonelyPSU: .adjust).replicates(of: base)
        }
        #expect(throws: ReplicateError.strataNeedJackknifeN(strata: 4)) {
            try ReplicateMaker(.jackknife1).replicates(of: base)
        }
        let made = try ReplicateMaker(.jackknifeN, lonelyPSU: .certainty).replicates(of: base)
        #expect(made.replicateScales[14] == 0, "the unit alone varies nothing")
    }

    @Test("A panel has points and no margin, until an assumption gives one") func panel() throws {
        let base = try design()
        let everyone = Grouping.cross([("g", try table().column("g"))])
        let mean = try MeanEstimator(["y"], of: table())
        let drawn = try estimation(base).estimate(mean, by: everyone, wishes: wishes)
        let bare = try Estimation(OptInSample(base), engine: VarianceEngine()).estimate(
            mean, by: everyone, wishes: wishes)
        #expect(bare.value(0, 0) == drawn.value(0, 0))
        #expect(bare.standardError(0, 0) == nil && bare.standardErrorOfDifference(0, 0) == nil)
        let assumed = try Estimation(
            OptInSample(base, assuming: .weightingExplainsParticipation), engine: VarianceEngine()
        ).estimate(mean, by: everyone, wishes: wishes)
        #expect(assumed.standardError(0, 0) == drawn.standardError(0, 0))
        #expect(assumed.claim == .model(.weightingExplainsParticipation))
    }

    @Test("Variances group by group are those of the joint walk, on any number of threads") func walks() throws {
        let groups = Grouping.cross([("g", try table().column("g"))])
        let mean = try MeanEstimator(["y", "x"], of: table())
        for rule in [LonelyPSU.remove, .adjust, .average] {
            for inDomains in [false, true] {
                let engine = VarianceEngine(lonelyPSU: rule, lonelyInDomains: inDomains)
                let mask = (0..<90).map { $0 < 41 || $0 > 70 }
                let apart = try Estimation(try design(), engine: engine).estimate(mean, by: groups, in: mask)
                let joint = try Estimation(try design(), engine: engine, threads: 3).estimate(
                    mean, by: groups, in: mask, wishes: wishes)
                for group in 0..<3 {
                    for j in 0..<2 {
                        expectClose(
                            apart.variances[group][j], joint.variances[group][j], relative: 1e-12,
                            source: "the joint walk, \(rule), in domains \(inDomains)")
                    }
                }
                let again = try Estimation(try design(), engine: engine, threads: 2).estimate(
                    mean, by: groups, in: mask, wishes: wishes)
                #expect(again.covariance == joint.covariance && again.variances == joint.variances)
            }
        }
    }
}
