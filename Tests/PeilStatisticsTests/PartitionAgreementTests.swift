import PeilNumerics
import PeilStatistics
import PeilTestSupport
import Testing

@Suite("Agreement of divisions")
struct PartitionAgreementTests {
    private static func segments(_ labels: [Int]) -> Segmentation {
        let count = (labels.max() ?? 0) + 1
        return Segmentation(
            codes: (0..<count).map { "s\($0)" } + ["none"], codeOfRow: labels.map { UInt16($0 < 0 ? count : $0) },
            method: "given")
    }

    @Test("Adjusted Rand index and the best matching as scikit-learn and scipy", arguments: PartitionReference.all)
    func published(reference: PartitionReference) {
        let agreement = PartitionAgreement(
            Self.segments(reference.first), Self.segments(reference.second), weights: reference.first.map { _ in 1 })
        expectClose(
            agreement.adjustedRandIndex, reference.adjustedRand, relative: 1e-13, absolute: 1e-15,
            source: "adjusted_rand_score; Scripts/golden/kmeans.py")
        expectClose(
            agreement.matchedShare * agreement.total, reference.matchedCount, relative: 1e-14,
            source: "linear_sum_assignment(maximize=True)")
    }

    @Test("The dearest assignment as scipy finds it", arguments: PartitionReference.assignments)
    func assignments(rows: Int, columns: Int, largest: Double) {
        var values = DenseMatrix(rows: rows, columns: columns)
        for row in 0..<rows {
            for column in 0..<columns {
                values[row, column] = Double((row * 17 + column * 31 + row * column * 7) % 23)
            }
        }
        let chosen = LinearAssignment.dearest(values)
        let columnsTaken = chosen.compactMap { $0 }
        #expect(columnsTaken.count == min(rows, columns) && Set(columnsTaken).count == columnsTaken.count)
        var sum = 0.0
        for (row, column) in chosen.enumerated() { if let column { sum += values[row, column] } }
        #expect(sum == largest, "linear_sum_assignment; Scripts/golden/kmeans.py")
    }

    @Test("Weight 2 is the row twice")
    func weights() {
        let first = PartitionReference.all[1].first
        let second = PartitionReference.all[1].second
        let heavy = first.indices.map { $0 % 4 == 0 ? 2.0 : 1 }
        let twice = first.indices.filter { $0 % 4 == 0 }
        let weighted = PartitionAgreement(Self.segments(first), Self.segments(second), weights: heavy)
        let doubled = PartitionAgreement(
            Self.segments(first + twice.map { first[$0] }), Self.segments(second + twice.map { second[$0] }),
            weights: [Double](repeating: 1, count: first.count + twice.count))
        #expect(weighted.table == doubled.table)
        #expect(weighted.adjustedRandIndex == doubled.adjustedRandIndex)
        #expect(weighted.jaccard == doubled.jaccard && weighted.matching == doubled.matching)
    }

    @Test("Equal divisions agree wholly, whatever their names")
    func equal() {
        let labels = (0..<40).map { [0, 2, 1, 0, 2][$0 % 5] }
        let renamed = labels.map { [2, 0, 1][$0] }
        let agreement = PartitionAgreement(
            Self.segments(labels), Self.segments(renamed), weights: labels.map { _ in 3.5 })
        expectClose(agreement.adjustedRandIndex, 1, relative: 1e-15, source: "equal divisions")
        #expect(agreement.largestJaccard == [1, 1, 1] && agreement.matching == [2, 0, 1])
        #expect(agreement.matchedShare == 1)
    }

    @Test("Jaccard by hand; those whom one division does not place are left out")
    func byHand() {
        let first = Self.segments([0, 0, 0, 1, 1, 0, -1])
        let second = Self.segments([0, 0, 1, 1, 1, -1, 1])
        let agreement = PartitionAgreement(first, second, weights: [1, 2, 3, 4, 5, 6, 7])
        let table: [[Double]] = [[3, 3], [0, 9]]
        #expect(agreement.table.rowArrays == table)
        let jaccard: [[Double]] = [[0.5, 0.2], [0, 0.75]]
        #expect(agreement.jaccard.rowArrays == jaccard)
        #expect(agreement.placedShare == 15.0 / 28)
        #expect(agreement.firstSizes == [6, 9] && agreement.secondSizes == [3, 12])
    }

    @Test("Everybody together in both, or nobody: 1, as scikit-learn has it")
    func trivial() {
        #expect(PartitionAgreement(table: DenseMatrix(rows: 1, columns: 1, storage: [5])).adjustedRandIndex == 1)
        #expect(
            PartitionAgreement(table: DenseMatrix(rows: 2, columns: 2, storage: [0, 0, 0, 0])).adjustedRandIndex == 1)
        #expect(PartitionAgreement(table: DenseMatrix(rows: 1, columns: 2, storage: [5, 5])).adjustedRandIndex == 0)
    }
}
