import Foundation
import Testing

@testable import PeilDisclosure

/// Rows in compact form are the rows that went in.
struct ReleasedRowsTests {
    /// A row whose numbers are there by the bits of `mask`, each another one.
    private func row(_ mask: Int, name: FigureName) -> ReleasedRow {
        func number(_ place: Int) -> Double? { mask & (1 << place) == 0 ? nil : Double(mask) / 7 - Double(place) }
        func whole(_ place: Int) -> Int? { mask & (1 << place) == 0 ? nil : mask * (place % 2 == 0 ? 1 : -1) }
        func text(_ place: Int) -> String? { mask & (1 << place) == 0 ? nil : ["", "rest", "t"][place % 3] }
        return ReleasedRow(
            name: name, status: mask % 2 == 0 ? .released : .indicative, reason: mask % 3 == 0 ? .wideInterval : nil,
            estimate: number(0), bound: number(1).map { mask % 5 == 0 ? .above($0) : .below($0) },
            tableEstimate: number(2), standardError: number(3), lower: number(4), upper: number(5),
            tableLower: number(6), tableUpper: number(7), intervalLevel: number(8), intervalMethod: text(9),
            degreesOfFreedom: whole(10), n: whole(11), missingShare: number(12), effectiveN: number(13),
            designEffect: number(14), reference: text(15), referenceEstimate: number(16), difference: number(17),
            p: number(18), adjustedP: number(19), family: text(20), detectableChange: number(21))
    }

    private var rows: [ReleasedRow] {
        let masks = [0, (1 << 22) - 1] + (0..<22).map { 1 << $0 } + (0..<400).map { $0 * 10_477 }
        return masks.enumerated().map { place, mask in
            row(
                mask,
                name: FigureName(
                    question: "q\(place % 5)", level: place % 3 == 0 ? "" : "\(place)", area: "A\(place % 7)",
                    segment: place % 2 == 0 ? "" : "S", statistic: FigureName.Statistic.allCases[place % 3]))
        }
    }

    private func encoded(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    @Test func `every number, text and gap of a row comes back`() throws {
        let compact = ReleasedRows(rows)
        #expect(compact.count == rows.count)
        for (one, other) in zip(rows, compact) { #expect(try encoded(one) == encoded(other)) }
        #expect(try encoded(compact) == encoded(rows))
        #expect(compact.indices.map { compact.name(at: $0) } == rows.map(\.name))
    }

    @Test func `a row is found by its name`() throws {
        let compact = ReleasedRows(rows)
        let index = compact.nameIndex()
        for row in rows {
            let first = try #require(rows.first { $0.name == row.name })
            let found = try #require(compact.row(row.name, by: index))
            #expect(try encoded(found) == encoded(first))
        }
        #expect(compact.row(FigureName(question: "q9", statistic: .share), by: index) == nil)
    }
}
