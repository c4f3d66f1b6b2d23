import PeilTable
import Testing

/// Codes that hold in the same byte why an answer is absent, against codes and reasons side by side.
struct PackedAnswersTests {
    private let categories = ["a", "b", "c"].map { Category(code: $0, label: LocalizedText(everywhere: $0)) }
    private let codes: [UInt8] = [2, 0, 0, 1, 0, 2]
    private let reasons: [UInt8] = [0, 1, 5, 0, 0, 0]

    private func column(_ codes: [UInt8], _ reasons: [UInt8]) -> (packed: PackedColumn, parted: PackedColumn) {
        (
            .categorical(categories, .answers(zip(codes, reasons).map { $0 &- $1 }), reasons: []),
            .categorical(categories, .bytes(codes), reasons: reasons.contains { $0 != 0 } ? reasons : [])
        )
    }

    @Test func sameColumn() {
        let (packed, parted) = column(codes, reasons)
        #expect(packed == parted)
        #expect(packed.count == 6)
        #expect(packed.reasons == reasons)
        #expect(packed.column.missingCounts == parted.column.missingCounts)
        guard case .categorical(_, .bytes(let own), let ownReasons) = packed.parted else {
            Issue.record("reasons still stand among the codes")
            return
        }
        #expect(own == codes)
        #expect(ownReasons == reasons)
    }

    @Test func nothingAbsentMeansNoReasons() {
        let (packed, parted) = column(codes, [0, 0, 0, 0, 0, 0])
        #expect(packed == parted)
        #expect(packed.reasons.isEmpty)
        #expect(packed.parted.reasons.isEmpty)
    }

    @Test func rowsAreSelectedAndAdded() {
        let (packed, parted) = column(codes, reasons)
        #expect(packed.selecting(rows: [5, 2, 2]) == parted.selecting(rows: [5, 2, 2]))
        #expect(packed.selecting(rows: [0, 3]).reasons.isEmpty)
        var all = PackedCodes.answers([255, 1])
        all.reserve(10)
        all.append(.answers([2, 251]))
        #expect(all.count == 4)
        #expect(all.unpacked == [0, 1, 2, 0])
        #expect(all.reasons == [1, 0, 0, 5])
    }

    @Test("The last category that fits, and the reason next to it")
    func mostCategories() {
        let last = PackedCodes.answers([UInt8(PackedCodes.mostAnswers - 1), 241])
        #expect(last.unpacked == [239, 0])
        #expect(last.reasons == [0, 15])
    }

    @Test func tablesAreJoined() throws {
        let (packed, parted) = column(codes, reasons)
        func table(_ column: PackedColumn) -> Table {
            var table = Table(rowCount: column.count)
            table.set(packed: column, for: Variable(name: "x", wording: LocalizedText(everywhere: "x")))
            return table
        }
        let joined = try Table.joined([table(packed), table(parted)], absent: .notAsked)
        #expect(try joined.packed("x").reasons == reasons + reasons)
        #expect(try joined.column("x") == Table.joined([table(parted), table(parted)], absent: .notAsked).column("x"))
    }
}
