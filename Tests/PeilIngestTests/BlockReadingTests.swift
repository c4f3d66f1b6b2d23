import Foundation
import PeilTable
import Synchronization
import Testing

@testable import PeilIngest

@Suite struct BlockReadingTests {
    /// Blocks as they are handed out; those before a new beginning do not count.
    private final class Seen: Sendable {
        let blocks = Mutex<[AnalysisTableReader.Block]>([])
        let beginnings = Mutex(0)
    }

    private func read(
        _ text: String, threads: Int = 2, asText: Set<String> = [], stopAfter: Int = .max
    ) throws -> (seen: Seen, reading: AnalysisTableReader.BlockReading?) {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("peil-\(UUID().uuidString).csv").path
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let seen = Seen()
        let reading = try AnalysisTableReader.readBlocks(
            path: path, columns: ["a", "b"], missingValue: nil, asText: asText, threads: threads,
            begin: {
                seen.blocks.withLock { $0 = [] }
                seen.beginnings.withLock { $0 += 1 }
            },
            take: { block in
                seen.blocks.withLock { blocks in
                    blocks.append(block)
                    return blocks.count < stopAfter
                }
            })
        return (seen, reading)
    }

    /// More rows than two blocks hold; the second column is the row's number in words.
    private static let rowCount = 2 * AnalysisTableReader.blockRows + 70_000
    private static let text: String = {
        var text = "a,unused,b\n"
        for row in 0..<rowCount { text += "\(row % 9 == 4 ? "" : String(row % 1000)),x,w\(row % 7)\n" }
        return text
    }()

    @Test(arguments: [1, 2])
    func blocksMakeTheWholeTable(threads: Int) throws {
        let (seen, reading) = try read(Self.text, threads: threads)
        let whole = try AnalysisTableReader.read(bytes: Array(Self.text.utf8), columns: ["a", "b"], missingValue: nil)
        let blocks = seen.blocks.withLock { $0 }
        #expect(blocks.count == 3 && reading?.rowCount == Self.rowCount && whole.rowCount == Self.rowCount)
        #expect(
            blocks.map(\.firstRow) == [0, blocks[0].table.rowCount, blocks[0].table.rowCount + blocks[1].table.rowCount]
        )
        #expect(blocks.last?.share == 1 && blocks[0].share < 0.6)
        var numbers: [Double] = []
        var present: [Bool] = []
        var words: [String?] = []
        for block in blocks {
            let column = try block.table.numbers("a")
            numbers += column.values
            present += (0..<column.count).map { column.isPresent($0) }
            words += try block.table.column("b").rowLabels()
            #expect(block.kinds == ["a": .numbers, "b": .words])
        }
        let column = try whole.numbers("a")
        #expect(numbers == column.values && present == (0..<column.count).map { column.isPresent($0) })
        #expect(try words == whole.column("b").rowLabels())
        #expect(reading?.hash.count == 64)
    }

    /// A word in the last rows makes the column one of words from the first row on, as when the file is read whole.
    @Test func aLateWordChangesTheKindFromTheBeginning() throws {
        let (seen, reading) = try read(Self.text + "late,x,w1\n")
        let blocks = seen.blocks.withLock { $0 }
        #expect(seen.beginnings.withLock { $0 } == 2 && reading?.rowCount == Self.rowCount + 1)
        #expect(blocks.allSatisfy { $0.kinds["a"] == .words })
        #expect(blocks.reduce(0) { $0 + $1.table.rowCount } == Self.rowCount + 1)
    }

    @Test func whoHasSeenEnoughEndsTheReading() throws {
        let (seen, reading) = try read(Self.text, stopAfter: 1)
        #expect(reading == nil && seen.blocks.withLock { $0.count } == 1)
    }

    @Test func aFileWithoutRowsIsOneEmptyBlock() throws {
        let (seen, reading) = try read("a,unused,b\n")
        #expect(reading?.rowCount == 0 && seen.blocks.withLock { $0.map(\.table.rowCount) } == [0])
    }

    @Test func aDeclaredColumnOfWordsKeepsItsText() throws {
        let (seen, _) = try read("a,b\n01,1\n2,2\n", asText: ["a"])
        let block = try #require(seen.blocks.withLock { $0.first })
        #expect(try block.table.column("a").rowLabels() == ["01", "2"] && block.kinds["a"] == .words)
        #expect(block.kinds["b"] == .numbers)
    }

    @Test func brokenRecordsAreRefusedWhole() throws {
        let bad = #expect(throws: IngestError.self) { try read("a,b\n1,2\n3\n") }
        #expect(bad?.code == "RAGGED_SHORT" && bad?.line == 3)
    }

    @Test func kindsJoinUnlessTheyContradict() {
        typealias Kind = AnalysisTableReader.ColumnKind
        #expect(Kind.nothing.joined(.words) == .words && Kind.numbers.joined(.nothing) == .numbers)
        #expect(Kind.numbers.joined(.words) == nil && Kind.words.joined(.words) == .words)
    }
}
