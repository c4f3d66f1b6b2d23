import Foundation
import Testing

@testable import PeilIngest

/// Lines and places of rows, against lists of them.
struct RunningNumberTests {
    @Test("Numbers of blocks, one behind the other, with gaps and without")
    func numbersOfBlocks() {
        var random = Numbers(state: 6)
        for _ in 0..<200 {
            var numbers = RunningNumbers()
            var wanted: [Int] = []
            var shift = 0
            for _ in 0..<random.next(below: 6) {
                var (block, next) = ([UInt32](), UInt32(1))
                for _ in 0..<random.next(below: 40) {
                    next += random.next(below: 4) == 0 ? UInt32(random.next(below: 3)) : 0
                    block.append(next)
                    next += 1
                }
                numbers.append(RunningNumbers(block), shift: shift)
                wanted += block.map { Int($0) + shift }
                shift += Int(next) - 1
            }
            #expect(numbers.count == wanted.count)
            #expect(Array(numbers) == wanted)
            #expect(wanted.indices.map { numbers[$0] } == wanted)
            let some = wanted.indices.filter { _ in random.next(below: 3) == 0 }
            #expect(Array(numbers.selecting(rows: some)) == some.map { wanted[$0] })
        }
    }

    @Test("Records that repeat others are found again behind blank lines, bad records and answers of several lines")
    func recordsFoundAgain() throws {
        let book = try codebook(
            """
            csv: {encoding: utf-8, delimiter: ","}
            policy: {max_bad_records: 5000}
            variables:
            - {id: who, type: id, unique: true}
            - {id: said, type: text}
            """)
        var random = Numbers(state: 77)
        var (text, lines, line) = ("who,said\n", [Int: Int](), 2)
        var repeated: [(record: Int, line: Int, first: Int)] = []
        var record = 1
        for number in 0..<4000 {
            switch random.next(below: 12) {
            case 0:
                text += "\n"
                line += 1
            case 1:
                text += "te,veel,velden\n"
                line += 1
                record += 1
            default: break
            }
            let again = number > 50 && random.next(below: 40) == 0
            let who = again ? random.next(below: number) : number
            // What a person says follows from the number, so that a record that repeats another is the same.
            text += who % 7 == 0 ? "r\(who),\"twee\nregels \(who)\"\n" : "r\(who),woord \(who)\n"
            if let first = lines[who] { repeated.append((record, line, first)) } else { lines[who] = line }
            line += who % 7 == 0 ? 2 : 1
            record += 1
        }
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("peil-\(UUID().uuidString).csv").path
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        for threads in [1, 2] {
            let wave = try WaveReader.read(path: path, codebook: book, threads: threads)
            let found = wave.quality.quarantined.filter { $0.code == "DUPLICATE_ROW" }
            #expect(found.map(\.record) == repeated.map(\.record))
            #expect(found.map(\.line) == repeated.map(\.line))
        }
        #expect(repeated.count > 50)
        // One of them with another answer: the two are told by their lines.
        let one = try #require(repeated.dropFirst(20).first)
        var changed = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        changed[one.line - 1] += changed[one.line - 1].hasSuffix("\"") ? "" : "x"
        guard changed[one.line - 1].hasSuffix("x"), changed[one.line - 1].contains(",woord") else { return }
        let error = #expect(throws: IngestError.self) {
            try WaveReader.read(
                bytes: Array(changed.joined(separator: "\n").utf8), path: "", codebook: book)
        }
        #expect(error?.code == "DUPLICATE_RESPONDENT" && error?.line == one.line)
        #expect(error?.message.contains("line \(one.first) ") == true)
    }
}
