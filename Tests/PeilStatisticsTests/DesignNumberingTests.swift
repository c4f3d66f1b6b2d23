import PeilStatistics
import PeilTable
import PeilTestSupport
import Testing

@Suite("Numbers of strata and units")
struct DesignNumberingTests {
    /// A survey of two stages in random row order: strata are numbers, clusters are names that recur.
    private func table(seed: UInt64, rows: Int = 600) -> Table {
        var state = seed
        func draw(_ bound: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % bound
        }
        let strata = (0..<rows).map { _ in Double(draw(12)) * 1.5 - 3 }
        return .of(
            numbers: [
                "h": strata, "N": strata.map { 1000 + $0 }, "far": (0..<rows).map { _ in Double(draw(9)) * 1e12 }
            ],
            codes: [
                "wijk": (0..<rows).map { _ in ["10", "9", "caf\u{e9}", "cafe\u{301}", "b"][Int(draw(5))] },
                "half": (0..<rows).map { _ in draw(2) == 0 ? "x" : "y" }
            ])
    }

    /// The clear numbering: rows sorted by the labels of their columns, a number for each distinct key.
    private func reference(_ keys: [[String]]) -> [Int32] {
        let codes = Grouping.cross(
            keys.indices.map { column in ("k", Column.identifier(IdentifierColumn(keys[column]))) })
        return codes.groupOfRow
    }

    private func labels(_ table: Table, _ columns: [String]) throws -> [[String]] {
        try columns.map { try table.column($0).rowLabels().map { $0! } }
    }

    @Test(
        "Strata by value, units within them by name, later stages within their unit",
        arguments: 1...6 as ClosedRange<UInt64>)
    func order(seed: UInt64) throws {
        let table = table(seed: seed)
        let columns = DesignColumns(strata: ["h", "half"], clusters: ["wijk", "far"], populationSizes: ["N"])
        let design = try SampleDesign(columns, of: table)
        let paths = [["h"], ["h", "wijk"], ["h", "wijk", "half"], ["h", "wijk", "half", "far"]]
        let numbers = try paths.map { reference(try labels(table, $0)) }
        for (index, stage) in design.stages.enumerated() {
            #expect(stage.isOrderedByStratum)
            #expect(stage.unitOfRow == numbers[2 * index + 1])
            #expect(stage.unitOfRow.map { stage.stratumOfUnit[Int($0)] } == numbers[2 * index])
            #expect(
                stage.strata.indices.allSatisfy { h in
                    stage.strata[h].sampled == stage.stratumOfUnit.count { Int($0) == h }
                })
        }
        let half = try labels(table, ["half"])[0]
        let sizes = try table.numbers("h").values
        for row in 0..<table.rowCount {
            let inner = design.stages[1].strata[Int(numbers[2][row])]
            #expect(inner.label == half[row] && inner.parent == numbers[1][row])
            let outer = design.stages[0].strata[Int(numbers[0][row])]
            #expect(outer.population == 1000 + sizes[row] && outer.parent == -1)
        }
    }

    @Test("Without strata at a later stage its strata are the units before")
    func unitsAsStrata() throws {
        let table = table(seed: 9)
        let design = try SampleDesign(DesignColumns(clusters: ["h", "wijk"]), of: table)
        #expect(design.stages.allSatisfy { $0.isOrderedByStratum })
        #expect(design.stages[0].strata.map(\.label) == ["all"])
        #expect(design.stages[1].strata.map(\.parent) == (0..<12).map { Int32($0) })
        let expected = try labels(table, ["h", "wijk"])
        #expect(design.stages[1].unitOfRow == reference(expected))
    }

    @Test("Without clusters every row is a unit, in row order within its stratum")
    func rows() throws {
        let table = table(seed: 3)
        let stage = try SampleDesign(DesignColumns(strata: ["h"]), of: table).stages[0]
        let strata = reference(try labels(table, ["h"]))
        let order = (0..<table.rowCount).sorted { (strata[$0], $0) < (strata[$1], $1) }
        #expect(stage.isOrderedByStratum)
        #expect(order.map { stage.unitOfRow[$0] } == (0..<Int32(table.rowCount)).map { $0 })
        #expect(stage.stratumOfUnit == order.map { strata[$0] })
        #expect(stage.strata.map(\.label) == (0..<12).map { shortestText(Double($0) * 1.5 - 3) })
        let plain = try SampleDesign(DesignColumns(), of: table).stages[0]
        #expect(plain.unitOfRow == (0..<600).map { Int32($0) } && plain.isOrderedByStratum)
    }

    @Test("The order of rows does not show in strata or clusters")
    func rowOrder() throws {
        let table = table(seed: 4)
        let reversed = table.selecting(rows: Array((0..<table.rowCount).reversed()))
        let columns = DesignColumns(strata: ["h"], clusters: ["wijk", "far"], populationSizes: ["N"])
        for (one, other) in zip(
            try SampleDesign(columns, of: table).stages, try SampleDesign(columns, of: reversed).stages)
        {
            #expect(one.unitOfRow == other.unitOfRow.reversed() && one.stratumOfUnit == other.stratumOfUnit)
            #expect(one.strata.map(\.label) == other.strata.map(\.label))
            #expect(one.strata.map(\.sampled) == other.strata.map(\.sampled))
        }
    }

    @Test("Of several wrong strata the one of the earliest row is named, whatever its label")
    func firstInFile() {
        let table = Table.of(numbers: ["N": [1, 1, 1, 1], "psu": [1, 1, 2, 2]], codes: ["h": ["b", "b", "a", "a"]])
        #expect(throws: DesignError.populationSmallerThanSample(column: "N", stratum: "b")) {
            try SampleDesign(
                DesignColumns(strata: ["h"], populationSizes: ["N"], populationSizeKind: .size), of: table)
        }
        let split = Table.of(numbers: ["psu": [7, 5, 5, 7]], codes: ["h": ["b", "b", "a", "a"]])
        #expect(throws: DesignError.clusterInTwoStrata(column: "psu", cluster: "5")) {
            try SampleDesign(DesignColumns(strata: ["h"], clusters: ["psu"], nested: false), of: split)
        }
    }
}
