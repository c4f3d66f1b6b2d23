import PeilTable
import Testing

@testable import PeilStatistics

/// Numbers become bytes where all are whole and from 0 to 254, wherever in the column one is not.
@Suite struct CompactColumnTests {
    @Test(arguments: [254.5, 255, 256, -1, -0.5, 0.5, 1e9, 1e300, -1e300, .infinity, -.infinity, .leastNonzeroMagnitude]
    )
    func oneNumberThatIsNoCode(_ value: Double) {
        // Before, at and after the end of a stretch that is looked at together.
        for row in [0, 4_095, 4_096, 9_999] {
            var values = (0..<10_000).map { Double($0 % 255) }
            values[row] = value
            guard case .doubles(let kept, _) = CompactColumn(NumericColumn(values: values)) else {
                Issue.record("\(value) in row \(row) became a byte")
                continue
            }
            #expect(kept == values)
        }
    }

    @Test func codesAndAbsentAnswers() {
        let values = (0..<10_000).map { Double($0 % 255) } + [-0.0]
        var reasons = [UInt8](repeating: 0, count: values.count)
        guard case .bytes(let all) = CompactColumn(NumericColumn(values: values)) else {
            Issue.record("codes did not become bytes")
            return
        }
        #expect(all.map(Double.init) == values)
        reasons[17] = 1
        guard case .bytes(let some) = CompactColumn(NumericColumn(values: values, reasons: reasons)) else {
            Issue.record("codes did not become bytes")
            return
        }
        #expect(some.indices.allSatisfy { some[$0] == ($0 == 17 ? CompactColumn.absent : all[$0]) })
    }
}
