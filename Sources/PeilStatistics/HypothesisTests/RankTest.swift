internal import PeilNumerics
public import PeilTable

/// Rank tests for data from complex samples: every row gets the rank it would have in the population, estimated
/// from the weights with ties averaged; the mean scores of these ranks are compared between groups.
///
/// Score: rank share r/N (`wilcoxon`, `kruskalWallis`), Φ⁻¹(r/N) (`vanDerWaerden`), 1(r > N/2) (`median`).
/// Two groups: t with ν − 1 degrees of freedom. g groups: Wald χ², p from χ²/(g−1) against F(g−1, ν − (g−1)).
/// The scores count as fixed.  Lumley & Scott 2013; R survey's svyranktest.
public struct RankTest: Sendable {
    public enum Score: String, Sendable, CaseIterable, Codable {
        case wilcoxon
        case median
        case vanDerWaerden = "vanderWaerden"
        case kruskalWallis = "KruskalWallis"
    }

    public let variable: String
    public let groups: String
    public let score: Score

    public init(_ variable: String, by groups: String, score: Score = .wilcoxon) {
        self.variable = variable
        self.groups = groups
        self.score = score
    }

    /// - Throws: `TestError`, `TableError`, `DesignError`.
    public func run(_ estimation: Estimation, of table: Table, in domain: [Bool]? = nil) throws -> RankTestResult {
        let weights = estimation.design.weights
        let response = try table.numbers(variable)
        let question = try CodedQuestion.all(
            [groups], of: table, weights: weights, in: response.presence(within: domain))[0]
        guard question.levels.count >= 2 else {
            throw TestError.tooFewLevels(column: groups, levels: question.levels.count)
        }
        let rows = question.levelOfRow.indices.filter { question.levelOfRow[$0] >= 0 }
        if let row = rows.first(where: { weights[$0] < 0 }) { throw TestError.negativeWeight(row: row) }
        let ranks = PopulationRanks(rows: rows, values: response.values, weights: weights)
        var scores = [Double](repeating: 0, count: table.rowCount)
        for (position, row) in rows.enumerated() { scores[row] = scored(ranks.ofRow[position], ranks.total) }
        guard !question.isConstantWithinLevels(scores) else {
            throw TestError.noVariation(columns: [variable, groups])
        }
        let means = GroupMeans(scores, question, weights)
        let result = try estimation.estimate(
            means, by: .everyone(rowCount: table.rowCount), wishes: .init(covariance: true))
        return try question.levels.count == 2
            ? twoGroups(means, result, question.levels) : manyGroups(means, result, question.levels)
    }

    private func scored(_ rank: Double, _ total: Double) -> Double {
        switch score {
        case .wilcoxon, .kruskalWallis: rank / total
        case .vanDerWaerden: StandardNormal.quantile(rank / total)
        case .median: rank > total / 2 ? 1 : 0
        }
    }

    private var method: String {
        "Design-based \(score == .wilcoxon ? Score.kruskalWallis.rawValue : score.rawValue) test"
    }

    private func twoGroups(
        _ means: GroupMeans, _ result: GroupedEstimates, _ levels: [String]
    ) throws -> RankTestResult {
        let designFreedom = result.completeDegreesOfFreedom[0]
        let freedom = designFreedom - 1
        guard freedom > 0 else {
            throw TestError.tooFewUnits(
                columns: [variable, groups], designDegreesOfFreedom: designFreedom, needed: 2)
        }
        let variance = result.covariance?.quadraticForm([-1, 1]) ?? 0
        guard variance > 0 else { throw TestError.noVariation(columns: [variable, groups]) }
        let difference = means.means[1] - means.means[0]
        let t = difference / variance.squareRoot()
        return RankTestResult(
            outcome: TestOutcome(
                method: method, statistic: t, degreesOfFreedom: Double(freedom), denominatorDegreesOfFreedom: nil,
                p: StudentT(degreesOfFreedom: Double(freedom)).twoSidedP(t)),
            differenceInMeanRankScore: difference, standardError: variance.squareRoot(), groups: levels,
            meanScores: means.means, counts: means.counts, designDegreesOfFreedom: designFreedom)
    }

    private func manyGroups(
        _ means: GroupMeans, _ result: GroupedEstimates, _ levels: [String]
    ) throws -> RankTestResult {
        let designFreedom = result.completeDegreesOfFreedom[0]
        let others = levels.count - 1
        guard designFreedom > others, let covariance = result.covariance else {
            throw TestError.tooFewUnits(
                columns: [variable, groups], designDegreesOfFreedom: designFreedom, needed: others + 1)
        }
        var ofDifferences = DenseMatrix(rows: others, columns: others)
        for j in 1...others {
            for i in 1...others {
                ofDifferences[i - 1, j - 1] = covariance[i, j] - covariance[i, 0] - covariance[0, j] + covariance[0, 0]
            }
        }
        let differences = DenseMatrix(
            rows: others, columns: 1, storage: means.means.dropFirst().map { $0 - means.means[0] })
        let (solution, rank) = LinearAlgebra.solveSemidefinite(ofDifferences, differences)
        guard rank == others else { throw TestError.noVariation(columns: [variable, groups]) }
        let wald = zip(differences.storage, solution.storage).reduce(0) { $0 + $1.0 * $1.1 }
        let (numerator, denominator) = (Double(others), Double(designFreedom - others))
        return RankTestResult(
            outcome: TestOutcome(
                method: method, statistic: wald, degreesOfFreedom: numerator,
                denominatorDegreesOfFreedom: denominator,
                p: FDistribution(numerator: numerator, denominator: denominator).upperTail(wald / numerator)),
            differenceInMeanRankScore: nil, standardError: nil, groups: levels, meanScores: means.means,
            counts: means.counts, designDegreesOfFreedom: designFreedom)
    }
}

public struct RankTestResult: Sendable, Equatable {
    /// Two groups: a t. More: a Wald χ² with both degrees of freedom.
    public let outcome: TestOutcome
    /// Second group minus first; nil for more than two groups.
    public let differenceInMeanRankScore: Double?
    public let standardError: Double?
    public let groups: [String]
    /// Weighted mean score per group.
    public let meanScores: [Double]
    public let counts: [Int]
    public let designDegreesOfFreedom: Int
}

/// Estimated ranks in the population: the weight of all that is smaller, and half of the row's own; the plain mean
/// of these over rows with equal values.  O(n log n).
struct PopulationRanks {
    let ofRow: [Double]
    let total: Double

    /// - Parameters:
    ///   - rows: the rows to rank; equal values keep this order.
    init(rows: [Int], values: [Double], weights: [Double]) {
        let order = rows.indices.sorted { (values[rows[$0]], $0) < (values[rows[$1]], $1) }
        var ranks = [Double](repeating: 0, count: rows.count)
        var below = CompensatedSum()
        var start = 0
        while start < order.count {
            let value = values[rows[order[start]]]
            var end = start
            var sum = CompensatedSum()
            while end < order.count, values[rows[order[end]]] == value {
                let weight = weights[rows[order[end]]]
                below.add(weight)
                sum.add(below.value - weight / 2)
                end += 1
            }
            for position in start..<end { ranks[order[position]] = sum.value / Double(end - start) }
            start = end
        }
        ofRow = ranks
        total = below.value
    }
}

/// Influence totals of the weighted group means of fixed scores, zᵢ = 1(gᵢ = g)(sᵢ − s̄_g)/W_g: what the regression
/// of the scores on the groups has.
private struct GroupMeans: SmoothEstimator {
    let means: [Double]
    let counts: [Int]
    private let weights: [Double]
    private let scores: [Double]
    private let groupOfRow: [Int32]

    var basicCount: Int { means.count }
    var labels: [ParameterLabel] { means.indices.map { ParameterLabel("mean score", level: String($0)) } }

    init(_ scores: [Double], _ question: CodedQuestion, _ weights: [Double]) {
        let size = question.levels.count
        var sums = [CompensatedSum](repeating: CompensatedSum(), count: size)
        var totals = sums
        var counts = [Int](repeating: 0, count: size)
        for row in scores.indices where question.levelOfRow[row] >= 0 {
            let group = Int(question.levelOfRow[row])
            sums[group].add(weights[row])
            totals[group].add(weights[row] * scores[row])
            counts[group] += 1
        }
        means = zip(totals, sums).map { $0.value / $1.value }
        self.weights = sums.map(\.value)
        self.counts = counts
        self.scores = scores
        groupOfRow = question.levelOfRow
    }

    func isComplete(_ row: Int) -> Bool { groupOfRow[row] >= 0 }
    func add(_ row: Int, weight: Double, to totals: inout [Double], at offset: Int) {
        let group = Int(groupOfRow[row])
        totals[offset + group] += weight * (scores[row] - means[group]) / weights[group]
    }
    func value(at totals: [Double], count: Int) throws(EstimationError) -> [Double] { totals }
    func gradient(at totals: [Double], values: [Double], count: Int) -> DenseMatrix { .identity(means.count) }
}
