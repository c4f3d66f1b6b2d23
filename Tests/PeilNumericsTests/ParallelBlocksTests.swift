import PeilNumerics
import Testing

@Suite("Parallel blocks")
struct ParallelBlocksTests {
    @Test("Any number of threads gives the same results in the same order", arguments: [1, 2, 7, 64])
    func sameResults(threads: Int) {
        let results = ParallelBlocks(threads: threads).map(1000) { block -> [Double] in
            var random = StableRandom(seed: UInt64(block))
            return (0..<(block % 7)).map { _ in random.normal() }
        }
        let expected = (0..<1000).map { block -> [Double] in
            var random = StableRandom(seed: UInt64(block))
            return (0..<(block % 7)).map { _ in random.normal() }
        }
        #expect(results == expected)
    }

    @Test("No blocks and one block", arguments: [1, 2, 7])
    func fewBlocks(threads: Int) {
        #expect(ParallelBlocks(threads: threads).map(0) { $0 }.isEmpty)
        #expect(ParallelBlocks(threads: threads).map(1) { $0 + 41 } == [41])
    }

    @Test("Blocks may give nothing as their result", arguments: [1, 2, 7])
    func optionalResults(threads: Int) {
        let results = ParallelBlocks(threads: threads).map(6) { $0.isMultiple(of: 2) ? $0 : nil }
        #expect(results == [0, nil, 2, nil, 4, nil])
    }

    @Test("Fewer than one thread counts as one", arguments: [0, -3])
    func atLeastOne(threads: Int) {
        #expect(ParallelBlocks(threads: threads).threads == 1)
    }
}
