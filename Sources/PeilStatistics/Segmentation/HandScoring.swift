internal import PeilNumerics

/// Points in whole numbers for each answer and segment, to be added by hand: the segment with most points wins, the
/// first of equals.
///
/// Points are the scores of the tool times a factor, rounded; an answer's lowest is 0, because what all segments get
/// changes nothing. The smallest factor wins whose agreement with the exact tool comes within `tolerance` of the best.
/// An item left open counts as the average answer.
public struct HandScoring: Sendable, Equatable {
    /// What everybody starts with, one a segment.
    public let startPoints: [Int]
    /// By item, answer and segment.
    public let points: [[[Int]]]
    /// By item and segment, where the item was left open.
    public let openPoints: [[Int]]
    /// The weighted share of respondents whom points and tool place alike, of those whom the tool places.
    public let agreement: Double

    /// Largest points of one answer that anybody should have to add.
    public static let largestPoints = 12
    static let tolerance = 0.002

    public init(startPoints: [Int], points: [[[Int]]], openPoints: [[Int]], agreement: Double) {
        precondition(points.count == openPoints.count, "points for each item")
        self.startPoints = startPoints
        self.points = points
        self.openPoints = openPoints
        self.agreement = agreement
    }

    /// - Parameters:
    ///   - patterns: answers of people to the items of `classifier`, −1 for none.
    ///   - weights: of each pattern.
    init(_ classifier: ShortClassifier, patterns: [[Int]], weights: [Double]) {
        let table = classifier.tables[0]
        let averages = table.items.indices.map { place in
            Self.average(table.scores[place], patterns.map { $0[table.items[place]] }, weights)
        }
        let exact = patterns.map { classifier.chances($0).map(likeliest) }
        let spread = (table.scores.flatMap { $0 } + [table.constants]).map { ($0.max() ?? 0) - ($0.min() ?? 0) }
        let largest = max(spread.max() ?? 1, 1e-6)
        let all = (2...Self.largestPoints).map { points -> HandScoring in
            Self.rounded(table, averages, factor: Double(points) / largest)
                .measured(against: exact, patterns, weights)
        }
        let best = all.map(\.agreement).max() ?? 0
        self = all.first { $0.agreement >= best - Self.tolerance } ?? all[0]
    }

    /// The average score of an item by segment, over those who answered it.
    private static func average(_ scores: [[Double]], _ answers: [Int], _ weights: [Double]) -> [Double] {
        var shares = [Double](repeating: 0, count: scores.count)
        for (answer, weight) in zip(answers, weights) where answer >= 0 { shares[answer] += weight }
        let total = max(shares.reduce(0, +), Double.leastNormalMagnitude)
        let count = scores.first?.count ?? 0
        return (0..<count).map { k in shares.indices.reduce(0) { $0 + shares[$1] * scores[$1][k] } / total }
    }

    private static func rounded(_ table: ScoreTable, _ averages: [[Double]], factor: Double) -> HandScoring {
        func whole(_ scores: [Double]) -> [Int] {
            let lowest = scores.min() ?? 0
            return scores.map { Int((($0 - lowest) * factor).rounded()) }
        }
        return HandScoring(
            startPoints: whole(table.constants), points: table.scores.map { $0.map(whole) },
            openPoints: averages.map(whole), agreement: 0)
    }

    private func measured(against exact: [Int?], _ patterns: [[Int]], _ weights: [Double]) -> HandScoring {
        var (same, all) = (CompensatedSum(), CompensatedSum())
        for (index, answers) in patterns.enumerated() {
            guard let segment = exact[index] else { continue }
            all.add(weights[index])
            if self.segment(answers) == segment { same.add(weights[index]) }
        }
        return HandScoring(
            startPoints: startPoints, points: points, openPoints: openPoints,
            agreement: all.value > 0 ? same.value / all.value : 0)
    }

    /// The segment with most points.
    /// - Parameter answers: for each item the place of the answer, −1 for none.
    public func segment(_ answers: [Int]) -> Int {
        var sums = startPoints
        for (item, answer) in answers.enumerated() {
            let own = answer < 0 ? openPoints[item] : points[item][answer]
            for k in sums.indices { sums[k] += own[k] }
        }
        return likeliest(sums.map(Double.init))
    }
}
