import Foundation
import PeilNumerics
import PeilTable
import PeilTestSupport
import Testing

@testable import PeilStatistics

/// Every state and every estimator under the checker of its protocol.
@Suite("Laws of estimators and states")
struct EstimatorConformanceTests {
    private let table: Table = {
        var random = StableRandom(seed: 4)
        func column(_ mean: Double, _ spread: Double, _ missing: Int) -> [Double?] {
            (0..<40).map { row in row % 9 == missing ? nil : mean + spread * random.normal() }
        }
        return .of(
            numbers: ["y": column(10, 3, 2), "x": column(5, 1, 4)],
            codes: ["g": (0..<40).map { $0 % 11 == 3 ? nil : ["a", "b", "c"][$0 % 3] }])
    }()

    private func complete(_ names: String...) throws -> [Bool] {
        let columns = try names.map { try table.column($0) }
        return (0..<40).map { row in columns.allSatisfy { $0.isPresent(row) } }
    }

    @Test("Means") func mean() throws {
        try SmoothEstimatorConformance(complete: complete("y"), degree: 0).check(MeanEstimator(["y"], of: table))
        try SmoothEstimatorConformance(complete: complete("y", "x"), degree: 0).check(
            MeanEstimator(["y", "x"], of: table))
    }

    @Test("Alpha and principal components") func scales() throws {
        var table = table
        var random = StableRandom(seed: 12)
        let x = try table.numbers("x")
        for (name, weight) in [("u", 0.8), ("v", -0.5)] {
            let values = x.values.indices.map { weight * x.values[$0] + random.normal() }
            table.set(.numeric(NumericColumn(values: values, reasons: x.reasons)), for: Variable(name: name))
        }
        let conformance = SmoothEstimatorConformance(complete: try complete("y", "x"), degree: 0)
        let names = ["y", "x", "u", "v"]
        try conformance.check(AlphaEstimator(ScaleItems(names, reversed: ["v"]), of: table))
        try conformance.check(AlphaEstimator(ScaleItems(["y", "x"]), of: table))
        try conformance.check(PrincipalComponents(names, of: table, isScaled: false))
        try conformance.check(PrincipalComponents(names, of: table, isScaled: true))
    }

    @Test("Totals") func total() throws {
        try SmoothEstimatorConformance(complete: complete("y", "x"), degree: 1).check(
            TotalEstimator(["y", "x"], of: table))
    }

    @Test("Numbers of people") func people() throws {
        try SmoothEstimatorConformance(complete: [Bool](repeating: true, count: 40), degree: 1).check(
            PeopleEstimator(ProportionEstimator("g", of: table)))
    }

    @Test("Shares") func proportion() throws {
        try SmoothEstimatorConformance(complete: complete("g"), degree: 0).check(ProportionEstimator("g", of: table))
        let levels = (0..<40).map { Int32($0 % 3) - ($0 == 5 ? 3 : 0) }
        let some = ProportionEstimator("z", levels: ["0", "1"], levelOfRow: levels)
        try SmoothEstimatorConformance(complete: levels.map { $0 >= 0 }, degree: 0).check(some)
    }

    @Test("Ratios") func ratio() throws {
        try SmoothEstimatorConformance(complete: complete("y", "x"), degree: 0).check(
            RatioEstimator("y", over: "x", of: table))
    }

    @Test("Variances, covariances and standard deviations") func variance() throws {
        try SmoothEstimatorConformance(complete: complete("y"), degree: 0).check(VarianceEstimator(["y"], of: table))
        try SmoothEstimatorConformance(complete: complete("y", "x"), degree: 0).check(
            VarianceEstimator(["y", "x"], of: table))
        try SmoothEstimatorConformance(complete: complete("y"), degree: 0)
            .check(VarianceEstimator(["y"], of: table, standardDeviation: true))
    }

    @Test("Regression coefficients") func regression() throws {
        var table = table
        var random = StableRandom(seed: 9)
        table.set(.numeric(.of((0..<40).map { _ in 1e3 + random.normal() })), for: Variable(name: "z"))
        try SmoothEstimatorConformance(complete: complete("y", "x"), degree: 0)
            .check(LinearRegressionEstimator("y", on: ["x", "z"], of: table))
        try SmoothEstimatorConformance(complete: complete("y"), degree: 0)
            .check(LinearRegressionEstimator("y", on: [], of: table))
    }

    @Test("Correlations") func correlation() throws {
        try SmoothEstimatorConformance(complete: complete("y", "x"), degree: 0).check(
            CorrelationEstimator(["y", "x"], of: table))
        var wide = table
        wide.set(.numeric(.of((0..<40).map { 1e8 + Double($0 * 7 % 13) })), for: Variable(name: "v"))
        try SmoothEstimatorConformance(complete: complete("y", "x"), degree: 0).check(
            CorrelationEstimator(["v", "y", "x"], of: wide))
    }

    @Test("Percent of responses") func multipleResponse() throws {
        var wide = table
        for (name, modulus) in [("p", 2), ("q", 3), ("r", 5)] {
            wide.set(
                .numeric(.of((0..<40).map { $0 % 13 == 1 ? nil : $0 * 7 % modulus == 0 ? 1 : 0 })),
                for: Variable(name: name))
        }
        try SmoothEstimatorConformance(complete: (0..<40).map { $0 % 13 != 1 }, degree: 0).check(
            MultipleResponseEstimator(["p", "q", "r"], of: wide))
    }

    @Test("Counts") func count() throws {
        try SmoothEstimatorConformance(complete: complete("g"), degree: 1).check(CountEstimator("g", of: table))
        let levels = (0..<40).map { Int32($0 % 3) - ($0 == 5 ? 3 : 0) }
        try SmoothEstimatorConformance(complete: levels.map { $0 >= 0 }, degree: 1).check(
            CountEstimator("z", levels: ["0", "1"], levelOfRow: levels))
    }

    @Test("Standardised means") func standardisedMean() throws {
        let all = try StandardPopulation(["g"], [(["a"], 3), (["b"], 2), (["c"], 5)])
        try SmoothEstimatorConformance(complete: complete("g", "y", "x"), degree: 0).check(
            StandardisedMeanEstimator(["y", "x"], of: table, to: all))
        let some = try StandardPopulation(["g"], [(["a"], 3), (["b"], 0), (["c"], 5)])
        let labels = try table.column("g").rowLabels()
        let isIn = try complete("g", "y").indices.map { try complete("g", "y")[$0] && labels[$0] != "b" }
        try SmoothEstimatorConformance(complete: isIn, degree: 0).check(
            StandardisedMeanEstimator(["y"], of: table, to: some))
    }

    /// Whatever loops an estimator has of its own: cells are summed as row by row, alone and beside another arrangement.
    @Test("Sums of whole cells are sums of their rows") func cells() throws {
        var table = table
        let codes = (0..<40).map { $0 % 7 == 3 ? nil : Double($0 * 5 % 6) }
        table.set(.numeric(.of(codes)), for: Variable(name: "code"))
        table.set(.numeric(.of(codes.map { $0 ?? 254 })), for: Variable(name: "full"))
        table.set(.numeric(.of(codes.map { $0 ?? 1e6 })), for: Variable(name: "wide"))
        let levels = (0..<40).map { Int32($0 % 4) - 1 }
        let estimators: [any SmoothEstimator] = [
            try MeanEstimator(["code"], of: table), try MeanEstimator(["full"], of: table),
            try MeanEstimator(["wide"], of: table), try MeanEstimator(["y"], of: table),
            try MeanEstimator(["y", "code"], of: table), try ProportionEstimator("g", of: table),
            ProportionEstimator("z", levels: ["0", "1"], levelOfRow: levels), try CountEstimator("g", of: table),
            try RatioEstimator("y", over: "x", of: table)
        ]
        for estimator in estimators { try checkCells(estimator) }
    }

    private func checkCells(_ estimator: some SmoothEstimator) throws {
        var random = StableRandom(seed: 21)
        // Rows in any order, some without weight; cells of 0, 1, 2 and more rows.
        let rows = (0..<40).map { Int32($0 * 27 % 40) }
        let weights = (0..<40).map { $0 % 6 == 1 ? 0 : 0.5 + random.uniform() }
        let cells = CellRows(rows: rows, weights: weights, rowStart: [0, 0, 1, 3, 8, 21, 40], cells: 0..<6)
        let places = (0..<40).map { Int32($0 * 11 % 40) }
        let others = CellRows(
            rows: places.map { rows[Int($0)] }, weights: weights.reversed(), rowStart: [0, 5, 6, 29, 40], cells: 0..<4)
        var (sums, otherSums) = (
            CellSums(cells: 6, basicCount: estimator.basicCount), CellSums(cells: 4, basicCount: estimator.basicCount)
        )
        estimator.add(cells, to: &sums, again: others, at: places, to: &otherSums)
        for (given, found) in [(cells, sums), (others, otherSums)] {
            var expected = CellSums(cells: given.cells.count, basicCount: estimator.basicCount)
            estimator.addEachRow(given, to: &expected)
            var alone = CellSums(cells: given.cells.count, basicCount: estimator.basicCount)
            estimator.add(given, to: &alone)
            for sums in [found, alone] {
                #expect(sums.counts == expected.counts, "\(estimator.labels)")
                for (own, right) in [
                    (sums.weights, expected.weights), (sums.squaredWeights, expected.squaredWeights),
                    (sums.totals, expected.totals)
                ] {
                    #expect(own.count == right.count)
                    for (a, b) in zip(own, right) {
                        expectClose(a, b, relative: 1e-13, absolute: 1e-9, source: "row by row")
                    }
                }
            }
        }
        #expect(sums.counts.reduce(0, +) > 20)
    }

    @Test("Totals by cell merge") func cellTotals() throws {
        let estimator = try MeanEstimator(["y", "x"], of: table)
        let design = SampleDesign(
            weights: (0..<40).map { 1 + Double($0 % 7) / 8 },
            stages: [
                SampleDesign.Stage(
                    unitOfRow: (0..<40).map { Int32($0 * 7 % 5) }, stratumOfUnit: [0, 0, 0, 0, 0],
                    strata: [.init(label: "all", sampled: 5, population: nil, parent: -1, earlierFraction: 1)])
            ], calibration: nil)
        let groups = Grouping(
            groupOfRow: (0..<40).map { Int32($0 % 3) }, keys: [["a"], ["b"], ["c"]], variables: ["g"])
        let usable = try complete("y", "x")
        try checkMergeable(
            rows: Array(0..<40),
            summarise: { rows in
                let chosen = Set(rows)
                return GroupedDomain(design, by: groups, in: (0..<40).map { chosen.contains($0) && usable[$0] })
                    .totals(of: estimator, blocks: ParallelBlocks(threads: 1))
            },
            empty: CellTotals(basicCount: 3), otherShape: CellTotals(basicCount: 2), distance: Self.distance)
    }

    private static func distance(_ a: CellTotals, _ b: CellTotals) -> Double {
        guard a.basicCount == b.basicCount, a.units == b.units, a.groups == b.groups, a.counts == b.counts else {
            return .infinity
        }
        let largest = b.totals.map(abs).max() ?? 1
        return zip(a.totals, b.totals).map { abs($0 - $1) / largest }.max() ?? 0
    }

    @Test("What has no value is an error of its own kind")
    func errors() throws {
        let mean = try MeanEstimator(["y"], of: table)
        let spread = try VarianceEstimator(["y"], of: table)
        let ratio = try RatioEstimator("y", over: "x", of: table)
        #expect(throws: EstimationError.emptyDomain) { try mean.value(at: [0, 0], count: 0) }
        #expect(throws: EstimationError.tooFewRows) { try spread.value(at: [1, 0, 0], count: 1) }
        #expect(throws: EstimationError.zeroDenominator(variable: "x")) { try ratio.value(at: [3, 0], count: 4) }
        #expect(throws: EstimationError.self) { try VarianceEstimator(["y", "x"], of: table, standardDeviation: true) }
        #expect(throws: TableError.notNumeric("g")) { try MeanEstimator(["g"], of: table) }
    }
}
