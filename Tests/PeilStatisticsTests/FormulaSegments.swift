import PeilStatistics
import PeilTable
import PeilTestSupport

/// 240 rows in three strata and thirty units, three segments with six items and two outside variables, from
/// whole-number arithmetic that Scripts/golden/multinomial.R and three-step.py repeat.
enum FormulaSegments {
    static let rowCount = 240
    static let columns = DesignColumns(weights: "w", strata: ["h"], clusters: ["psu"])

    static let classes: [Int] = (0..<rowCount).map { row in
        let u = (row * 37 + row / 8 * 11) % 101
        return u < 40 ? 0 : u < 75 ? 1 : 2
    }

    /// The chance of each segment, by row.
    static let chances: [Double] = (0..<rowCount).flatMap { row in
        let own = 0.6 + Double(row * 19 % 8) * 0.04
        return (0..<3).map { [own, (1 - own) * 0.7, (1 - own) * 0.3][($0 - classes[row] + 3) % 3] }
    }

    static func item(_ j: Int, _ row: Int) -> String? {
        guard (row + 3 * j) % 29 != 0 else { return nil }
        let noise = (row * (13 + 4 * j) + row / 8 * (7 + j)) % 17
        let level =
            noise < 9 ? classes[row] : noise < 13 ? (classes[row] + 1) % 3 : noise < 15 ? (classes[row] + 2) % 3 : 3
        return ["a", "b", "c", "d"][level]
    }

    static let table: Table = {
        let rows = Array(0..<rowCount)
        var table = Table.of(
            numbers: [
                "h": rows.map { Double($0 / 80) }, "psu": rows.map { Double($0 / 8) },
                "w": rows.map { 1 + Double($0 * 37 % 23) / 4 }, "double": rows.map { 2 + Double($0 * 37 % 23) / 2 },
                "x": rows.map { Double(classes[$0] * 3) + Double($0 * 29 % 13) / 2 },
                "y": rows.map { $0 % 13 == 5 ? nil : 2 * Double(classes[$0]) + Double($0 * 23 % 19) / 5 }
            ],
            codes: [
                "class": rows.map { String(classes[$0]) }, "two": rows.map { classes[$0] == 0 ? "0" : "1" },
                "z": rows.map { ["s", "t", "u"][(classes[$0] + $0 * 5 % 7 / 3) % 3] },
                "area": rows.map { $0 * 7 % 5 < 2 ? "north" : "south" }
            ])
        for j in 1...6 {
            table.set(.categorical(.of(rows.map { item(j, $0) })), for: Variable(name: "q\(j)"))
        }
        return table
    }()

    static let items = (1...6).map { "q\($0)" }

    static func design(_ weights: String = "w", of table: Table = FormulaSegments.table) throws -> SampleDesign {
        try SampleDesign(DesignColumns(weights: weights, strata: ["h"], clusters: ["psu"]), of: table)
    }

    static func estimation(threads: Int = 1) throws -> Estimation {
        Estimation(try design(), engine: VarianceEngine(), threads: threads)
    }

    static let hard = Segmentation(
        codes: ["A", "B", "C", "none"], codeOfRow: classes.map { UInt16($0) }, method: "formula")

    static let soft = Segmentation(
        codes: ["A", "B", "C", "none"], codeOfRow: classes.map { UInt16($0) },
        memberships: Memberships(segmentCount: 3, chances: chances, lineOfRow: (0..<rowCount).map { Int32($0) }),
        method: "formula")
}
