import CByteScan
import PeilTable
import Testing

@testable import PeilIngest

/// Answers in words: one look each, against a dictionary of their bytes, and whole files with quotes and without.
struct KnownWordTests {
    /// Cells that are easily taken for one another: equal beginnings, equal ends, zeros behind, lengths around eight and
    /// sixteen.
    private static func cell(_ random: inout Numbers) -> [UInt8] {
        switch random.next(below: 6) {
        case 0: return (0..<random.next(below: 4)).map { _ in UInt8(97 + random.next(below: 2)) }
        case 1:
            return Array("helemaal".utf8) + (0..<random.next(below: 10)).map { _ in UInt8(97 + random.next(below: 2)) }
        case 2: return (0..<random.next(below: 18)).map { _ in UInt8(random.next(below: 3)) }
        case 3: return [[34, 97, 34], [34], [10], [44], [195, 169]][random.next(below: 5)]
        default:
            return Array(
                ["ja", "nee", "weet niet", "own", "owm", "rent social", "rent private"][random.next(below: 7)].utf8)
        }
    }

    @Test("Words are found by one look, and nothing else; no byte is read behind the last sixteen")
    func sameAsDictionary() {
        var random = Numbers(state: 29)
        var (found, tables) = (0, 0)
        for _ in 0..<400 {
            let words = KnownWords()
            var (answers, known) = ([[UInt8]: UInt8](), [[UInt8]]())
            for _ in 0..<(1 + random.next(below: 30)) {
                let word = Self.cell(&random)
                guard 2..<16 ~= word.count, answers[word] == nil else { continue }
                answers[word] = UInt8(random.next(below: 240))
                known.append(word)
                unsafe word.withUnsafeBufferPointer { bytes in
                    guard let base = bytes.baseAddress else { return }
                    unsafe words.insert(
                        Cell(start: base, count: word.count, limit: base + word.count), answer: answers[word] ?? 0)
                }
            }
            guard let table = unsafe words.found else { continue }
            tables += 1
            let quote: UInt32 = random.next(below: 2) == 0 ? 256 : 34
            let rows = 1 + random.next(below: 64)
            let cells = (0..<rows).map { _ in
                random.next(below: 2) == 0 ? Self.cell(&random) : known[random.next(below: known.count)]
            }
            // A record is a cell of one byte and the cell.
            var (text, ends, firsts) = ([UInt8](), [UInt32](), [UInt32]())
            for cell in cells {
                firsts.append(UInt32(ends.count))
                text.append(50)
                ends.append(UInt32(text.count))
                text.append(44)
                text += cell
                ends.append(UInt32(text.count))
                text.append(10)
            }
            text += [UInt8](repeating: 97, count: max(0, 16 - (cells.last?.count ?? 0) - 1))
            let asked = random.next() & RowBits.first(rows)
            var result = [UInt8](repeating: 99, count: 64)
            let others = unsafe text.withUnsafeBufferPointer { text in
                unsafe ends.withUnsafeBufferPointer { ends in
                    unsafe firsts.withUnsafeBufferPointer { firsts in
                        var places = unsafe peil_cell_places(
                            bytes: text.baseAddress, ends: ends.baseAddress.map { unsafe $0 + 1 },
                            first_fields: firsts.baseAddress, quote: quote)
                        return unsafe peil_find_words(&places, 0, asked, table, &result)
                    }
                }
            }
            for (row, cell) in cells.enumerated() {
                guard asked >> UInt64(row) & 1 != 0 else {
                    #expect(others >> UInt64(row) & 1 == 0 && result[row] == 99)
                    continue
                }
                let isQuoted = cell.first.map(UInt32.init) == quote
                #expect((others >> UInt64(row) & 1 != 0) == (answers[cell] == nil || isQuoted), "\(cell)")
                guard let answer = answers[cell], !isQuoted else { continue }
                #expect(result[row] == answer, "\(cell)")
                found += 1
            }
        }
        #expect(found > 1000 && tables > 200)
    }

    @Test func tooManyWordsAreNoTable() {
        let words = KnownWords()
        for number in 0..<40 {
            unsafe Array("woord \(number)".utf8).withUnsafeBufferPointer { bytes in
                guard let base = bytes.baseAddress else { return }
                unsafe words.insert(Cell(start: base, count: bytes.count, limit: base + bytes.count), answer: 1)
            }
            #expect(unsafe number < 8 ? words.found != nil : number < 24 || words.found == nil)
        }
    }

    @Test("Several blocks, so that words of the first are known in the next: quotes and threads change nothing")
    func wholeFiles() throws {
        let book = try codebook(
            """
            csv: {encoding: utf-8, delimiter: ","}
            variables:
            - {id: first, type: code, labels: [ja, nee]}
            - {id: word, type: code, labels: [ja, nee, jaa, nooit, helemaal mee eens, helemaal eens], missing: [{code: weet niet, kind: dont_know}]}
            - {id: mixed, type: code, labels: [1, 2, 10, "'s nachts", ja, '"ja"']}
            - {id: whole, type: int}
            - {id: late, type: code, labels: [web, papier]}
            """)
        let cells = [
            ["ja", "nee"], ["ja", "nee", "jaa", "nooit", "helemaal mee eens", "helemaal eens", "weet niet", "", " ja"],
            // "ja" in the text is ja; the last stands there as """ja""".
            ["1", "2", "10", "'s nachts", "", "ja", "\"ja\""], ["7", "12", "345", "0044", "12345", ""]
        ]
        var random = Numbers(state: 8)
        let rows = (0..<40_000).map { row in
            cells.map { $0[random.next(below: $0.count)] } + [row < 30_000 ? "web" : "papier"]
        }
        func text(_ share: Int) -> [UInt8] {
            var text = "first,word,mixed,whole,late\n"
            for (row, cells) in rows.enumerated() {
                text += cells.enumerated().map { column, cell in
                    let isQuoted = cell.contains("\"") || share > 0 && (row + column) % share == 0
                    return isQuoted ? "\"\(cell.replacing("\"", with: "\"\""))\"" : cell
                }.joined(separator: ",")
                text += row % 3 == 0 ? "\r\n" : "\n"
            }
            return Array(text.utf8)
        }
        #expect(text(0).count > 2 * BlockCutter.blockBytes)
        let plain = try WaveReader.read(bytes: text(0), path: "", codebook: book)
        #expect(try values(plain, "first") == rows.map { $0[0] })
        #expect(try values(plain, "word") == rows.map { Self.shown($0[1]) })
        #expect(try values(plain, "mixed") == rows.map { Self.shown($0[2]) })
        #expect(try values(plain, "late") == rows.map { $0[4] })
        for share in [1, 3] {
            let quoted = try WaveReader.read(bytes: text(share), path: "", codebook: book)
            #expect(quoted.table == plain.table)
            #expect(quoted.quality.itemMissing == plain.quality.itemMissing)
        }
    }

    private static func shown(_ cell: String) -> String {
        ["": "(not_answered)", "weet niet": "(dont_know)", " ja": "ja"][cell] ?? cell
    }
}
