import PeilTable
import Testing

@testable import PeilIngest

/// The same answers with quotes and without: quoted cells are looked at one by one, others in tiles of rows, and the
/// table is the same.
struct QuotedAnswersTests {
    private func table(_ rows: [[String]], quoted: (Int, Int) -> Bool, _ codebook: Codebook) throws -> IngestedWave {
        let lines = rows.enumerated().map { row, cells in
            cells.enumerated().map { column, cell in
                row > 0 && quoted(row, column) ? "\"\(cell)\"" : cell
            }.joined(separator: ",") + (row % 3 == 0 ? "\r\n" : "\n")
        }
        return try WaveReader.read(bytes: Array(lines.joined().utf8), path: "", codebook: codebook)
    }

    @Test("Codes of one byte, of several, too many for a byte, options, regions, texts and numbers")
    func quotesChangeNothing() throws {
        let many = (1...300).map { "\($0)" }.joined(separator: ", ")
        let book = try codebook(
            """
            csv: {encoding: utf-8, delimiter: ","}
            variables:
            - {id: one, type: code, labels: [1, 2, 3, x], missing: [{code: 9, kind: refused}, {code: weet niet, kind: dont_know}]}
            - {id: word, type: code, labels: [ja, nee, een heel lang antwoord]}
            - {id: most, type: code, labels: [\((1...240).map { "\($0)" }.joined(separator: ", "))]}
            - {id: many, type: code, labels: [\(many)]}
            - {id: which, type: multi, sep: "|", labels: [a, b, radio, television]}
            - {id: place, type: region}
            - {id: number, type: number}
            - {id: whole, type: int}
            - {id: who, type: id}
            - {id: said, type: text, keep: true}
            """)
        let cells = [
            ["1", "2", "3", "x", "9", "weet niet", " 1", ""], ["ja", "nee", "een heel lang antwoord", "ja ", ""],
            ["1", "2", "24", "239", "240", ""], ["1", "20", "256", "257", "300", ""],
            ["a", "a|b", "radio|television", "a|b|radio|television", ""], ["518", "0599", "GM0344", ""],
            ["1.5", "-2", "1803.25", "0.643", ""], ["0", "17", "12345678", "-4", ""], ["7", "0007", "b12", "12345"],
            ["", "een zin van meer dan zestien bytes", "kort", "een zin van meer dan zestien letters"]
        ]
        var random = Numbers(state: 5)
        let names = ["one", "word", "most", "many", "which", "place", "number", "whole", "who", "said"]
        let rows = [names] + (0..<1000).map { _ in cells.map { $0[random.next(below: $0.count)] } }
        let plain = try table(rows, quoted: { _, _ in false }, book)
        for share in [1, 2, 5] {
            let quoted = try table(rows, quoted: { row, column in (row * 7 + column * 3) % share == 0 }, book)
            #expect(quoted.table == plain.table)
            #expect(quoted.quality.itemMissing == plain.quality.itemMissing)
        }
        // The answers themselves, so that both are not wrong alike.
        let one = try values(plain, "one")
        for (row, cells) in rows.dropFirst().enumerated() {
            let wanted = ["9": "(refused)", "weet niet": "(dont_know)", " 1": "1", "": "(not_answered)"]
            #expect(one[row] == wanted[cells[0]] ?? cells[0])
        }
        #expect(try values(plain, "most") == rows.dropFirst().map { $0[2].isEmpty ? "(not_answered)" : $0[2] })
        #expect(try values(plain, "many") == rows.dropFirst().map { $0[3].isEmpty ? "(not_answered)" : $0[3] })
    }
}
