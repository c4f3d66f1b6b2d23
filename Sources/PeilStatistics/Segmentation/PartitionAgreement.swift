public import PeilNumerics

/// How far two divisions of the same people agree, from the weights in each pair of segments. Names of segments play
/// no part. Weights are persons: a row of weight 2 is two people, here as elsewhere.
public struct PartitionAgreement: Sendable {
    /// Weight in segment i of the first division and j of the second.
    public let table: DenseMatrix
    /// Share of the weight of those whom both divisions place.
    public let placedShare: Double

    /// - Parameter table: no number negative.
    public init(table: DenseMatrix) {
        precondition(table.storage.allSatisfy { $0 >= 0 && $0.isFinite }, "weights of pairs")
        self.table = table
        placedShare = 1
    }

    /// Respondents whom one of the two does not place are left out.
    /// - Parameter second: the other.
    /// - Parameter first: one division of the rows.
    /// - Parameter weights: one a row, 0 or more.
    public init(_ first: Segmentation, _ second: Segmentation, weights: [Double]) {
        precondition(
            first.codeOfRow.count == weights.count && second.codeOfRow.count == weights.count, "the same rows")
        // Sums without error, so that the order of rows does not show.
        var sums = [CompensatedSum](
            repeating: CompensatedSum(), count: first.segmentCount * second.segmentCount)
        for row in weights.indices where first.isPlaced(row) && second.isPlaced(row) {
            sums[Int(second.codeOfRow[row]) * first.segmentCount + Int(first.codeOfRow[row])].add(weights[row])
        }
        table = DenseMatrix(
            rows: first.segmentCount, columns: second.segmentCount, storage: sums.map(\.value))
        let all = CompensatedSum.of(weights)
        placedShare = all > 0 ? CompensatedSum.of(table.storage) / all : 0
    }

    public var total: Double { CompensatedSum.of(table.storage) }
    /// Weight of each segment of the first division.
    public var firstSizes: [Double] {
        (0..<table.rows).map { row in CompensatedSum.of((0..<table.columns).lazy.map { table[row, $0] }) }
    }
    /// Weight of each segment of the second division.
    public var secondSizes: [Double] {
        (0..<table.columns).map { column in CompensatedSum.of((0..<table.rows).lazy.map { table[$0, column] }) }
    }

    /// Of pairs of people, how many more are together in both divisions or apart in both than chance would have it:
    /// 1 for equal divisions, 0 on average for unrelated ones with these sizes.
    ///
    /// (Σᵢⱼ C(nᵢⱼ) − e) / (½(Σᵢ C(nᵢ·) + Σⱼ C(n·ⱼ)) − e), e = Σᵢ C(nᵢ·) Σⱼ C(n·ⱼ) / C(n), C(x) = x(x − 1)/2 with weights
    /// for numbers of people; C is 0 below one person. 1 where both put all together or each one apart.
    /// Hubert & Arabie 1985.
    public var adjustedRandIndex: Double {
        func pairs(_ sizes: [Double]) -> Double { CompensatedSum.of(sizes.lazy.map { max(0, $0 * ($0 - 1)) / 2 }) }
        let (together, first, second) = (pairs(table.storage), pairs(firstSizes), pairs(secondSizes))
        let all = pairs([total])
        let expected = all > 0 ? first / all * second : 0
        let most = (first + second) / 2
        return most - expected > 1e-15 * most ? (together - expected) / (most - expected) : 1
    }

    /// Jaccard's coefficient of segment i of the first division and j of the second: who is in both, of who is in one
    /// or the other; 0 where both are empty.  Jaccard 1901.
    public var jaccard: DenseMatrix {
        let (first, second) = (firstSizes, secondSizes)
        var result = table
        for column in 0..<table.columns {
            for row in 0..<table.rows {
                let either = first[row] + second[column] - table[row, column]
                result[row, column] = either > 0 ? table[row, column] / either : 0
            }
        }
        return result
    }

    /// For each segment of the first division the Jaccard coefficient of the segment of the second that is most like
    /// it, whatever others it is most like.  Hennig 2007.
    public var largestJaccard: [Double] {
        let jaccard = jaccard
        return (0..<table.rows).map { row in (0..<table.columns).map { jaccard[row, $0] }.max() ?? 0 }
    }

    /// For each segment of the first division its own segment of the second, so that most people are in both; nil for
    /// segments left over.
    public var matching: [Int?] { LinearAssignment.dearest(table) }

    /// Share of people whose segment of the second division is the one that matches theirs of the first.
    public var matchedShare: Double {
        let total = total
        guard total > 0 else { return 0 }
        return CompensatedSum.of(matching.enumerated().lazy.map { row, column in column.map { table[row, $0] } ?? 0 })
            / total
    }
}
