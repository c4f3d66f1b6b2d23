import PeilNumerics
import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

/// 120 rows in three strata and fifteen clusters, from whole-number arithmetic that Scripts/golden/hypothesis-tests.R
/// repeats; the numbers that R computed from them stand in the tests.
enum TestSurvey {
    static let version = "R 4.2.2, survey 4.1-1, Scripts/golden/hypothesis-tests.R"
    static let rowCount = 120

    static let table: Table = {
        let rows = Array(0..<rowCount)
        func pick(_ names: [String], _ index: (Int) -> Int) -> [String] { rows.map { names[index($0) % 3] } }
        let a = pick(["p", "q", "r"]) { ($0 * 7 + $0 / 8) % 11 }
        let b = pick(["u", "v", "w"]) { ($0 * 5 + $0 / 8 * 3) % 13 }
        func missing(_ row: Int) -> Bool { row % 19 == 5 }
        let y = rows.map { Double($0 * 37 % 101 + 3 * ($0 / 8)) / 4 }
        let k = rows.map { Double(($0 * $0 + $0 / 8) % 7 % 2) }
        return .of(
            numbers: [
                "psu": rows.map { Double($0 / 8) }, "w": rows.map { Double(5 + $0 * 7 % 13) },
                "one": rows.map { _ in 1 }, "n1": rows.map { _ in 50 }, "k": k,
                "y": rows.map { $0 % 17 == 3 ? nil : y[$0] },
                "z": rows.map { Double($0 * 37 % 101 + $0 * 11 % 23) / 4 }
            ],
            codes: [
                "h": rows.map { ["A", "B", "C"][$0 / 40] }, "a": rows.map { missing($0) ? nil : a[$0] }, "b": b,
                "empty": rows.map { !missing($0) && a[$0] == "p" && b[$0] == "w" ? "v" : b[$0] },
                "k as text": k.map { $0 == 1 ? "yes" : "no" }, "all alike": rows.map { _ in "u" }
            ])
    }()

    static func plain(_ engine: VarianceEngine = VarianceEngine()) throws -> Estimation {
        Estimation(
            try SampleDesign(
                DesignColumns(
                    weights: "w", strata: ["h"], clusters: ["psu"], populationSizes: ["n1"],
                    populationSizeKind: .size), of: table),
            engine: engine)
    }

    static func elements() throws -> Estimation {
        Estimation(
            try SampleDesign(DesignColumns(weights: "w", strata: ["h"]), of: table), engine: VarianceEngine())
    }

    /// Every row once, as if drawn with replacement with equal chances.
    static func simple() throws -> Estimation {
        Estimation(try SampleDesign(DesignColumns(weights: "one"), of: table), engine: VarianceEngine())
    }

    static func raked() throws -> Estimation {
        let design = try plain().design
        let strata = MarginClasses(
            variable: "h", names: ["A", "B", "C"], classOfRow: (0..<120).map { Int32($0 / 40) },
            totals: [480, 500, 420])
        let k = MarginClasses(
            variable: "k", names: ["0", "1"], classOfRow: try table.numbers("k").values.map { Int32($0) },
            totals: [800, 600])
        let weights = try Raking(tolerance: 1e-14).fit(design.weights, to: [strata, k]).weights
        return Estimation(
            design.calibrated(
                weights: weights, by: CalibrationModel(baseWeights: design.weights, margins: [strata, k])),
            engine: VarianceEngine())
    }

    static func rows(where column: String, is label: String) throws -> [Bool] {
        try table.column(column).rowLabels().map { $0 == label }
    }
}

/// Statistic, degrees of freedom and p of a test against R's, to 1e-12.
func expectOutcome(
    _ outcome: TestOutcome, statistic: Double, _ df1: Double?, _ df2: Double? = nil, p: Double, source: String
) {
    let source = "\(source), \(TestSurvey.version)"
    expectClose(outcome.statistic, statistic, relative: 1e-12, source: "statistic of \(source)")
    expectClose(outcome.p, p, relative: 1e-11, source: "p of \(source)")
    for (found, expected) in [(outcome.degreesOfFreedom, df1), (outcome.denominatorDegreesOfFreedom, df2)] {
        expectClose(found ?? 0, expected ?? 0, relative: 1e-12, source: "df of \(source)")
    }
}
