import PeilNumerics
import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

/// Variances are summed over the units of each group where no covariance is asked for, and unit by unit over all columns
/// where it is: two ways to one number.
@Suite("Variances from a group's own units are those of the walk over all units")
struct GroupVarianceTests {
    struct Design: Sendable, CustomTestStringConvertible {
        var towns: Int
        var isRaked: Bool
        /// Rows in units of their own, or units of several rows; a lonely stratum where asked for.
        var unitSize = 8
        var lonely: LonelyPSU = .fail
        var stages = 1

        var testDescription: String {
            "\(towns) towns\(isRaked ? ", raked" : ""), units of \(unitSize), \(stages) stages, \(lonely)"
        }
    }

    static let designs: [Design] = [
        Design(towns: 4, isRaked: false), Design(towns: 4, isRaked: true), Design(towns: 90, isRaked: false),
        Design(towns: 90, isRaked: true), Design(towns: 90, isRaked: true, unitSize: 1),
        Design(towns: 6, isRaked: true, lonely: .adjust), Design(towns: 6, isRaked: true, lonely: .average),
        Design(towns: 6, isRaked: false, lonely: .adjust), Design(towns: 90, isRaked: true, lonely: .certainty),
        Design(towns: 6, isRaked: true, stages: 2)
    ]

    private static let rowCount = 2_400

    private func table(_ design: Design) -> Table {
        var random = StableRandom(seed: 77)
        var (stratum, town, sex): ([String?], [String?], [String?]) = ([], [], [])
        var (psu, household, weight): ([Double?], [Double?], [Double?]) = ([], [], [])
        var (y, one): ([Double?], [Double?]) = ([], [])
        for row in 0..<Self.rowCount {
            let unit = row / design.unitSize
            // The last unit is a stratum of its own.
            let isLast = unit == (Self.rowCount - 1) / design.unitSize && design.lonely != .fail
            stratum.append(isLast ? "alone" : "s\(unit % 7)")
            psu.append(Double(unit))
            household.append(Double(row / 2))
            weight.append(10 + 90 * random.uniform())
            let place =
                design.towns < 10
                ? random.integer(below: design.towns) : (unit + random.integer(below: 2)) % design.towns
            town.append("t\(place)")
            sex.append(random.chance(0.5) ? "m" : "v")
            // One town answers alike.
            y.append(
                random.chance(0.06) ? nil : place == 1 ? 3 : Double(1 + random.integer(below: 5)) + Double(place % 3))
            one.append(place == 0 ? 1 : 0)
        }
        return .of(
            numbers: ["psu": psu, "household": household, "w": weight, "y": y, "one": one],
            codes: ["stratum": stratum, "town": town, "sex": sex])
    }

    private func estimation(_ design: Design, _ table: Table, threads: Int = 1) throws -> Estimation {
        let columns = DesignColumns(
            weights: "w", strata: ["stratum"], clusters: design.stages == 2 ? ["psu", "household"] : ["psu"])
        var sample = try SampleDesign(columns, of: table)
        if design.isRaked {
            let margins = try ["town", "sex"].map { name in
                let column = try table.categories(name)
                let share = Double(60 * Self.rowCount) / Double(column.categories.count)
                return MarginClasses(
                    variable: name, names: column.categories.map(\.code), classOfRow: column.codes.map(Int32.init),
                    totals: column.categories.map { _ in share })
            }
            let weights = try Raking(tolerance: 1e-12).fit(sample.weights, to: margins).weights
            sample = sample.calibrated(
                weights: weights, by: CalibrationModel(baseWeights: sample.weights, margins: margins))
        }
        return Estimation(sample, engine: VarianceEngine(lonelyPSU: design.lonely), threads: threads)
    }

    private func variances(_ result: GroupedEstimates) -> [Double] {
        result.variances.flatMap { $0 } + result.variancesOfDifferences.flatMap { $0 }
    }

    @Test("Means, shares and totals, beside the rest too", arguments: designs)
    func twoWays(design: Design) throws {
        let table = table(design)
        let estimation = try estimation(design, table)
        let towns = Grouping.cross([("town", try table.column("town"))])
        let domain = estimation.domain(by: towns)
        let estimators: [any SmoothEstimator] = [
            try MeanEstimator(["y"], of: table), try TotalEstimator(["y"], of: table),
            try ProportionEstimator("sex", of: table), try RatioEstimator("y", over: "w", of: table),
            // The total of a control: after raking nothing of it is left.
            try TotalEstimator(["one"], of: table)
        ]
        for estimator in estimators {
            let result = try estimation.estimate(estimator, over: domain, wishes: .init(groupAgainstRest: true))
            let own = variances(result)
            let walked = variances(
                try estimation.estimate(
                    estimator, over: domain, wishes: .init(covariance: true, groupAgainstRest: true)))
            #expect(own.count == walked.count)
            let values = (0..<towns.count).flatMap { group in
                result.labels.indices.compactMap { result.value(group, $0) }
            }
            // A standard error of nothing: 1e-14 of the largest value.
            let rounding = 1e-28 * (values.map { $0 * $0 }.max() ?? 0)
            for (found, expected) in zip(own, walked) {
                #expect(
                    abs(found - expected) <= 2e-12 * expected + rounding,
                    "\(estimator.labels): \(found), \(expected) by the walk")
            }
        }
    }

    @Test("Threads change no bit", arguments: [designs[3], designs[5]])
    func threads(design: Design) throws {
        let table = table(design)
        let towns = Grouping.cross([("town", try table.column("town"))])
        let estimator = try MeanEstimator(["y"], of: table)
        let results = try [1, 2, 3].map { threads in
            variances(
                try estimation(design, table, threads: threads).estimate(
                    estimator, by: towns, wishes: .init(groupAgainstRest: true)))
        }
        #expect(results[0].map(\.bitPattern) == results[1].map(\.bitPattern))
        #expect(results[0].map(\.bitPattern) == results[2].map(\.bitPattern))
    }
}
