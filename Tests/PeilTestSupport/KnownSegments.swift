import PeilNumerics
import PeilTable

/// Invented respondents of known segments, with weights and absent answers.
public struct KnownSegments: Sendable {
    public let items: [String]
    /// Item by item; nil for no answer.
    public let values: [[Double?]]
    public let weights: [Double]
    /// The segment each respondent was drawn from.
    public let truth: [Int]

    public var table: Table {
        var table = Table(rowCount: weights.count)
        for (name, column) in zip(items, values) { table.set(.numeric(.of(column)), for: Variable(name: name)) }
        return table
    }

    /// Answers from 1 to 5. Segments have sizes m : … : 2 : 1 and answer a middle of their own, give or take.
    public static func answers(rows: Int, items: Int, segments: Int, seed: UInt64) -> KnownSegments {
        drawn(rows, items, segments, seed) { middle, random in
            let answer = (1 + 4 * middle + 0.7 * random.normal()).rounded()
            return min(5, max(1, answer))
        }
    }

    /// Numbers with many digits.
    public static func numbers(rows: Int, items: Int, segments: Int, seed: UInt64) -> KnownSegments {
        drawn(rows, items, segments, seed) { middle, random in 40 * middle + 3 * random.normal() }
    }

    private static func drawn(
        _ rows: Int, _ items: Int, _ segments: Int, _ seed: UInt64,
        _ answer: (Double, inout StableRandom) -> Double
    ) -> KnownSegments {
        var random = StableRandom(seed: seed)
        let middles = (0..<segments).map { segment in
            (0..<items).map { item in segment == item % segments ? 0.9 : 0.15 + 0.1 * random.uniform() }
        }
        let shares = (0..<segments).map { Double(segments - $0) }
        let truth = (0..<rows).map { _ in random.choice(weights: shares) }
        let values = (0..<items).map { item in
            truth.enumerated().map { row, segment -> Double? in
                let value = answer(middles[segment][item], &random)
                // Some miss one answer, and every 23rd person answers next to nothing.
                let isAbsent = random.chance(0.04) || (row % 23 == 22 && item > 0)
                return isAbsent ? nil : value
            }
        }
        return KnownSegments(
            items: (0..<items).map { "q\($0)" }, values: values,
            weights: truth.map { _ in 0.5 + random.uniform() }, truth: truth)
    }

    /// Rows by formula, the same in Scripts/golden/kmeans.py: no chance, all answers given.
    public static func formula(rows: Int) -> KnownSegments {
        let values = (0..<4).map { item in (0..<rows).map { row in formulaAnswer(row, item) } }
        return KnownSegments(
            items: ["q0", "q1", "q2", "q3"], values: values,
            weights: (0..<rows).map { 1 + Double($0 * 37 % 101) / 100 }, truth: (0..<rows).map { _ in 0 })
    }

    private static func formulaAnswer(_ row: Int, _ item: Int) -> Double? {
        let sum = row * (item + 3) + row * row / (7 + item)
        return Double(sum % (5 + item))
    }

    public func mapped(_ change: (Double) -> Double) -> KnownSegments {
        KnownSegments(
            items: items, values: values.map { $0.map { $0.map(change) } }, weights: weights, truth: truth)
    }

    // MARK: Those who answered everything

    private var completeRows: [Int] {
        weights.indices.filter { row in values.allSatisfy { $0[row] != nil } }
    }
    public var complete: Table { table.selecting(rows: completeRows) }
    public var completeWeights: [Double] { completeRows.map { weights[$0] } }

    /// Points of those who answered everything, with weighted mean 0 and standard deviation 1 if so wished.
    public func complete(standardised: Bool) throws -> [[Double]] {
        let rows = completeRows
        let total = rows.reduce(0) { $0 + weights[$1] }
        let columns = values.map { column -> [Double] in
            let own = rows.map { column[$0] ?? 0 }
            guard standardised else { return own }
            let mean = zip(own, rows).reduce(0) { $0 + $1.0 * weights[$1.1] } / total
            let square = zip(own, rows).reduce(0) { $0 + ($1.0 - mean) * ($1.0 - mean) * weights[$1.1] } / total
            return own.map { ($0 - mean) / square.squareRoot() }
        }
        return rows.indices.map { place in columns.map { $0[place] } }
    }
}
