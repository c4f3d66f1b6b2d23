import CByteScan
import Testing

@testable import PeilIngest

/// Plain numbers that are read a tile of rows at a time, against one cell after the other.
struct ShortNumberTests {
    private static func cell(_ random: inout Numbers) -> String {
        func digits(_ most: Int) -> String {
            (0..<random.next(below: most + 1)).map { _ in "\(random.next(below: 10))" }.joined()
        }
        switch random.next(below: 8) {
        case 0: return ""
        case 1:
            return ["-1", "1-", ".5", "5.", ".", "1..2", "1.2.3", " 1", "1 ", "\"1\"", "x", "12a4", "é"][
                random.next(below: 13)]
        case 2: return digits(12)
        case 3, 4: return digits(8)
        default: return digits(4) + "." + digits(5)
        }
    }

    @Test("Digits, decimals, bounds and whatever else stands in a column; nothing is written behind the rows")
    func sameAsCellByCell() throws {
        guard NumberTile.isKnown else { return }
        let book = try codebook(
            "csv: {encoding: utf-8, delimiter: \",\", decimal: \".\"}\nvariables: [{id: two, type: number}]")
        var random = Numbers(state: 12)
        var plain = 0
        for _ in 0..<600 {
            let cells = (0..<(1 + random.next(below: 150))).map { _ in Self.cell(&random) }
            let records = try open(
                "one,two,three\n" + cells.map { "1,\($0),a long cell behind it\n" }.joined(), codebook: book)
            let (places, isWhole) = (random.next(below: 8), random.next(below: 3) == 0)
            let least = Int32(random.next(below: 3) == 0 ? random.next(below: 500) : 0)
            let most = Int32(random.next(below: 3) == 0 ? random.next(below: 2_000_000) : Int(Int32.max - 1))
            let plan = peil_number_plan(
                mark: isWhole ? 0xFF : Ascii.point, places: isWhole ? 0 : UInt8(places), least: least, most: most)
            var numbers = [Int32](repeating: -7, count: cells.count + 8)
            BlockCells.with(records) { block in
                let end = block.quickEnd(1)
                #expect(end >= cells.count - 1)
                var row = 0
                while row < end {
                    let tile = unsafe NumberTile(block.places(1), row..<end, plan, into: &numbers)
                    #expect(tile.first == row && tile.end == min(row + 64, end))
                    var (highest, longest) = (Int32(0), 0)
                    for index in row..<tile.end {
                        let cell = block.places(1)[index]
                        let bit = UInt64(1) << UInt64(index - row)
                        let wanted = Self.number(cell, isWhole: isWhole, plan)
                        #expect((tile.found.empties & bit != 0) == (cell.count == 0))
                        #expect((tile.found.others & bit != 0) == (cell.count > 0 && wanted == nil), "\(cells[index])")
                        if cell.count == 0 { #expect(numbers[index] == 0) }
                        guard let wanted else { continue }
                        #expect(numbers[index] == wanted, "\(cells[index])")
                        (highest, longest) = (max(highest, wanted), max(longest, cell.count))
                        plain += 1
                    }
                    #expect(tile.found.highest == highest && Int(tile.found.longest) == longest)
                    let left = UInt64.max &<< UInt64(tile.end - row)
                    #expect(tile.end - row == 64 || (tile.found.others | tile.found.empties) & left == 0)
                    row = tile.end
                }
                #expect(numbers[end...].allSatisfy { $0 == -7 })
            }
        }
        #expect(plain > 10_000)
    }

    private static func number(_ cell: RawCell, isWhole: Bool, _ plan: peil_number_plan) -> Int32? {
        guard cell.count > 0, cell.count <= 8 else { return nil }
        let found: (digits: UInt32, decimals: Int)? =
            isWhole
            ? DigitWord.whole(cell.word, cell.count).map { ($0, 0) }
            : DigitWord.decimal(cell.word, cell.count, marks: Word.repeating(Ascii.point))
        guard let found, found.decimals <= Int(plan.places) else { return nil }
        let power = (0..<(Int(plan.places) - found.decimals)).reduce(1) { power, _ in power * 10 }
        let number = Int(found.digits) * power
        return number >= plan.least && number <= plan.most ? Int32(number) : nil
    }

    @Test("Columns with more decimals further down, with bounds, and too long for four bytes: the numbers themselves")
    func wholeColumns() throws {
        let book = try codebook(
            """
            csv: {encoding: utf-8, delimiter: ","}
            policy: {max_bad_records: 5000}
            variables:
            - {id: a, type: number}
            - {id: b, type: number, min: 0.2, max: 75.5}
            - {id: c, type: number, missing: [{code: 99.9, kind: refused}]}
            - {id: w, type: weight}
            - {id: d, type: number}
            """)
        var random = Numbers(state: 3)
        for _ in 0..<20 {
            let count = 200 + random.next(below: 200)
            let change = random.next(below: count)
            func decimals(_ digits: Int) -> String {
                (0..<(1 + random.next(below: digits))).map { _ in "\(random.next(below: 10))" }.joined()
            }
            let rows = (0..<count).map { row in
                [
                    "\(random.next(below: 900)).\(decimals(row < change ? 1 : 4))",
                    "\(random.next(below: 75)).\(decimals(2))5",
                    random.next(below: 9) == 0
                        ? "99.9" : random.next(below: 5) == 0 ? "" : "-\(random.next(below: 5)).5",
                    "\(1 + random.next(below: 300)).\(decimals(4))",
                    row == change ? "0.123456789012" : "\(random.next(below: 1000)).25"
                ]
            }
            let text = "a,b,c,w,d\n" + rows.map { $0.joined(separator: ",") + "\n" }.joined()
            let wave = try WaveReader.read(bytes: Array(text.utf8), path: "", codebook: book)
            let good = rows.filter { Double($0[1]).map { $0 >= 0.2 && $0 <= 75.5 } ?? false }
            #expect(wave.table.rowCount == good.count)
            for (column, name) in ["a", "b", "c", "w", "d"].enumerated() {
                guard case .numeric(let numbers) = try wave.table.column(name) else {
                    Issue.record("\(name) holds no numbers")
                    continue
                }
                for (row, cells) in good.enumerated() {
                    let isAbsent = cells[column].isEmpty || name == "c" && cells[column] == "99.9"
                    #expect((numbers.reason(row) != nil) == isAbsent)
                    let wanted = try #require(isAbsent ? 0 : Double(cells[column]))
                    #expect(
                        isAbsent || numbers.values[row].bitPattern == wanted.bitPattern, "\(name), \(cells[column])")
                }
            }
        }
    }
}
