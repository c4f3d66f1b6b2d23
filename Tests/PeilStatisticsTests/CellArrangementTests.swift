import PeilNumerics
import PeilTable
import Testing

@testable import PeilStatistics

/// Rows arranged by group, then unit, then row, whichever way the units of a group are found.
@Suite struct CellArrangementTests {
    private struct Sample {
        let units: [Int32]
        let weights: [Double]
        let groups: Grouping
        let mask: [Bool]

        init(rows: Int, units: Int, groups: Int, seed: UInt64) {
            var state = seed
            func draw(_ bound: Int) -> Int {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Int((state >> 33) % UInt64(bound))
            }
            self.units = (0..<rows).map { _ in Int32(draw(units)) }
            weights = (0..<rows).map { _ in Double(draw(4)) / 2 }
            // The last group stays empty, and some rows are in none.
            self.groups = Grouping(
                groupOfRow: (0..<rows).map { _ in Int32(draw(groups) - 1) }, keys: (0..<groups).map { ["\($0)"] },
                variables: ["area"])
            mask = (0..<rows).map { _ in draw(3) > 0 }
        }
    }

    @Test(arguments: [(0, 1, 1), (1, 1, 1), (500, 7, 3), (2_000, 1, 5), (4_000, 40, 60)])
    func byGroupThenUnitThenRow(_ rows: Int, _ units: Int, _ groups: Int) {
        let sample = Sample(rows: rows, units: units, groups: groups, seed: UInt64(rows + units))
        for mask in [nil, sample.mask] {
            // Where so many units are possible, those of a group are sorted; else all are looked at.
            let (looked, sorted) = (arrangement(sample, units, mask), arrangement(sample, 1 << 20, mask))
            #expect(looked.rows == sorted.rows && looked.weights == sorted.weights)
            #expect(looked.units == sorted.units && looked.groups == sorted.groups)
            #expect(looked.rowStart == sorted.rowStart && looked.cellStart == sorted.cellStart)
            let expected = (0..<rows).filter { sample.groups.groupOfRow[$0] >= 0 && mask?[$0] != false }
                .sorted { (key($0, sample), $0) < (key($1, sample), $1) }
            #expect(looked.rows == expected.map { Int32($0) })
            #expect(looked.weights == expected.map { sample.weights[$0] })
            for cell in 0..<looked.cellCount {
                for position in Int(looked.rowStart[cell])..<Int(looked.rowStart[cell + 1]) {
                    let row = Int(looked.rows[position])
                    #expect(looked.units[cell] == sample.units[row])
                    #expect(looked.groups[cell] == sample.groups.groupOfRow[row])
                }
            }
        }
    }

    /// All rows in one unit, each a group of its own.
    @Test func oneUnitAndManyGroups() {
        let rows = 70_000
        let grouping = Grouping(
            groupOfRow: (0..<rows).map { Int32(rows - 1 - $0) }, keys: (0..<rows).map { ["\($0)"] },
            variables: ["area"])
        let made = CellArrangement(
            unitOfRow: [], unitCount: 1, weights: [Double](repeating: 1, count: rows), by: grouping, in: nil)
        #expect(made.rows == (0..<Int32(rows)).reversed() && made.units.allSatisfy { $0 == 0 })
        #expect(made.groups == (0..<Int32(rows)).map { $0 } && made.cellStart == Array(0...rows))
    }

    /// One group of all rows: these stay where they are, and everything comes out as if they had been carried.
    @Test(arguments: [(0, 1), (1, 1), (900, 1), (900, 40)])
    func oneGroupOfAllRows(_ rows: Int, _ units: Int) {
        let sample = Sample(rows: rows, units: units, groups: 1, seed: UInt64(rows))
        let others = sample.units.map { ($0 * 7 + 3) % 5 }
        var (inOrder, carried) = (
            RowsInOrder(parts: sample.units, weights: sample.weights),
            CarriedRows(
                by: [Int32](repeating: 0, count: rows), count: 1, in: nil, parts: sample.units, weights: sample.weights)
        )
        var (ofOrder, ofCarried) = (RowPlaces.ofRows, RowPlaces.ofRows)
        expectEqual(
            CellArrangement(inOrder, unitCount: units, &ofOrder), CellArrangement(carried, unitCount: units, &ofCarried)
        )
        #expect(ofOrder.places == ofCarried.places && ofOrder.places.sorted() == (0..<Int32(rows)).map { $0 })
        inOrder.carry(parts: others, weights: sample.weights.map { $0 + 1 })
        carried.carry(parts: others, weights: sample.weights.map { $0 + 1 })
        var (there, thereCarried) = (RowPlaces.inOther(ofOrder.places), RowPlaces.inOther(ofCarried.places))
        let other = CellArrangement(inOrder, unitCount: 5, &there)
        expectEqual(other, CellArrangement(carried, unitCount: 5, &thereCarried))
        // A place of the second arrangement leads to the same row in the first.
        var unused = RowPlaces.notAsked
        let first = CellArrangement(
            RowsInOrder(parts: sample.units, weights: sample.weights), unitCount: units, &unused)
        #expect(there.places == thereCarried.places && unused.places.isEmpty)
        #expect(other.rows.indices.allSatisfy { first.rows[Int(there.places[$0])] == other.rows[$0] })
    }

    private func expectEqual(_ one: CellArrangement, _ other: CellArrangement) {
        #expect(one.rows == other.rows && one.weights == other.weights)
        #expect(one.units == other.units && one.groups == other.groups)
        #expect(one.rowStart == other.rowStart && one.cellStart == other.cellStart)
    }

    private func key(_ row: Int, _ sample: Sample) -> Int {
        Int(sample.groups.groupOfRow[row]) * 1000 + Int(sample.units[row])
    }

    private func arrangement(_ sample: Sample, _ units: Int, _ mask: [Bool]?) -> CellArrangement {
        CellArrangement(
            unitOfRow: sample.units, unitCount: units, weights: sample.weights, by: sample.groups, in: mask)
    }
}
