import PeilStatistics
import PeilTable
import Testing

@testable import PeilStudy

/// Patterns of answers that a state keeps, and states of other versions.
@Suite struct PatternSumsTests {
    private func request(limit: Int) throws -> SegmentRequest {
        let text = """
            {"id": "p", "dataset": "none", "items": [{"id": "s", "statistic": "kmeans", "variables": ["a", "b"],
            "options": {"k": 2, "patterns": \(limit)}}]}
            """
        return try #require(try PassPlan(AnalysisPlan(text: text, file: "p.json")).segments.first)
    }

    private func sums(_ request: SegmentRequest, _ rows: [Int]) -> PatternSums {
        var sums = PatternSums(request)
        let labels = (0..<40).map { "\($0)" }
        var block = PatternSums.Block(
            CodedTuples(
                labels: [labels, labels], tuples: rows.map { [Int32($0 % 40), Int32($0 / 40 % 40)] }, tupleOfRow: []))
        for place in rows.indices {
            block.counts[place] = 1
            block.weights.add(0.1 * Double(1 + rows[place] % 7), at: place)
        }
        sums.add(block, partition: 1)
        return sums
    }

    private func bytes(_ sums: PatternSums) -> [String] {
        var own = sums
        own.settle()
        return own.patterns.tuples.enumerated().map { place, tuple in
            let names = zip(own.patterns.labels, tuple).map { $0.labels[Int($1)] }
            return "\(names) \(own.counts[place]) \(own.weights.value(place))"
        }.sorted()
    }

    @Test("Which patterns are kept, and their sums, do not depend on how rows are divided and merged")
    func divisions() throws {
        let request = try request(limit: 100)
        let rows = (0..<900).map { $0 * 7 % 1600 }
        let whole = bytes(sums(request, rows))
        #expect(whole.count == 100)
        for parts in [2, 7, 30] {
            var states = (0..<parts).map { part in
                sums(request, rows.indices.filter { $0 % parts == part }.map { rows[$0] })
            }
            while states.count > 1 {
                var last = states.removeLast()
                last.merge(states.removeFirst())
                states.append(last)
            }
            #expect(bytes(states[0]) == whole, "\(parts) parts")
        }
        #expect(bytes(sums(try self.request(limit: 2_000), rows)).count == 900)
    }

    @Test("A state of another version is refused as that", arguments: ["peil-partition-1", "peil-partition-77"])
    func otherForms(magic: String) throws {
        var writer = ByteWriter(magic)
        writer.write("anything")
        let failure = StudyFixture.failure { _ = try PassState.plan(writer.sealed(), named: "1.state") }
        #expect(failure?.code == "OTHER_VERSION" && failure?.file == "1.state")
    }

    @Test("A state of another release is refused by its version")
    func otherRelease() throws {
        var writer = ByteWriter("peil-partition-2")
        for text in ["0.0.0", "id: p"] { writer.write(text) }
        let failure = StudyFixture.failure { _ = try PassState.plan(writer.sealed(), named: "1.state") }
        #expect(failure?.code == "OTHER_VERSION" && failure?.message.contains("0.0.0") == true)
    }
}
