import PeilStatistics
import PeilTable
import PeilTestSupport

/// Sixty rows made by whole-number formulas, in three strata of four clusters, with answers that are absent: the data
/// of Scripts/golden/more-estimators.R.
enum FormulaSurvey {
    static let version = "Scripts/golden/more-estimators.R, R 4.2.2, survey 4.1-1"
    static let rowCount = 60
    static let clusters = DesignColumns(weights: "w", strata: ["h"], clusters: ["psu"])
    static let sizes = DesignColumns(weights: "w", strata: ["h"], clusters: ["psu"], populationSizes: ["N"])

    static let table: Table = {
        var table = Table(rowCount: rowCount)
        func number(_ name: String, _ value: (Int) -> Double?) {
            table.set(.numeric(.of((0..<rowCount).map(value))), for: Variable(name: name))
        }
        func code(_ name: String, _ value: (Int) -> String) {
            table.set(.categorical(.of((0..<rowCount).map(value))), for: Variable(name: name))
        }
        func mod(_ factor: Int, _ modulus: Int) -> (Int) -> Double { { Double($0 * factor % modulus) } }
        let (m29, m17, m23) = (mod(29, 31), mod(17, 19), mod(23, 13))
        number("psu") { Double($0 % 12) }
        number("w") { 1 + mod(37, 23)($0) / 4 }
        number("N") { [9, 11, 14][$0 % 3] }
        number("y") { $0 % 13 == 5 ? nil : m29($0) + 0.5 * Double($0 % 12) }
        number("x") { $0 % 17 == 3 ? nil : m17($0) + 0.25 * m29($0) }
        number("z") { m23($0) - m17($0) }
        number("a1") { $0 % 11 == 7 ? nil : $0 * 3 % 4 < 2 ? 1 : 0 }
        number("a2") { $0 % 11 == 7 ? nil : $0 * 5 % 6 < 2 ? 1 : 0 }
        number("a3") { $0 % 11 == 7 ? nil : $0 * 7 % 5 < 1 ? 1 : 0 }
        number("rare") { [4, 17, 41].contains($0) ? 1 : 0 }
        number("same") { _ in 0.1 }
        number("samePerArea") { $0 % 5 < 2 ? 0.1 : 0.3 }
        number("plainY", m29)
        number("minusY") { 7 - 2 * m29($0) }
        code("h") { "h\($0 % 3)" }
        code("age") { ["young", "mid", "old"][$0 * 7 % 11 % 3] }
        code("sex") { ["m", "f"][$0 * 5 % 7 % 2] }
        code("area") { $0 % 5 < 2 ? "north" : "south" }
        return table
    }()

    static func estimation(_ columns: DesignColumns = clusters) throws -> Estimation {
        Estimation(try SampleDesign(columns, of: table), engine: VarianceEngine())
    }

    static let everyone = Grouping.everyone(rowCount: rowCount)
    static func areas() throws -> Grouping { .cross([("area", try table.column("area"))]) }
}
