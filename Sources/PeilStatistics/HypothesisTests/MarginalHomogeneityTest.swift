internal import PeilNumerics
public import PeilTable

/// Whether the same respondents answer two questions with the same levels alike: the differences of the paired
/// shares against their covariance, W = dᵀ V(d)⁻ d, W/r against F(r, ν − r) with r the rank, at most
/// levels − 1.  Two levels: the paired t of the difference, squared.
///
/// McNemar 1947, Stuart 1955 and Maxwell 1970 with the covariance of the design; degrees of freedom as R survey's
/// regTermTest of a model with r + 1 coefficients.
public struct MarginalHomogeneityTest: Sendable {
    public let first: String
    public let second: String

    public init(_ first: String, _ second: String) {
        self.first = first
        self.second = second
    }

    /// - Throws: `TestError`, `TableError`, `DesignError`.
    public func run(
        _ estimation: Estimation, of table: Table, in domain: [Bool]? = nil
    ) throws -> MarginalHomogeneityResult {
        let pair = try PairedShares(first, second, of: table, weights: estimation.design.weights, in: domain)
        let everyone = Grouping.everyone(rowCount: table.rowCount)
        let result = try estimation.estimate(pair, by: everyone, wishes: .init(covariance: true))
        let differences = try result.outcomes[0].get()
        let covariance = result.covariance ?? DenseMatrix(rows: 0, columns: 0)
        let column = DenseMatrix(rows: differences.count, columns: 1, storage: differences)
        let (solution, rank) = LinearAlgebra.solveSemidefinite(covariance, column)
        guard rank > 0 else { throw TestError.noVariation(columns: [first, second]) }
        let designFreedom = result.completeDegreesOfFreedom[0]
        let denominator = designFreedom - rank
        guard denominator > 0 else {
            throw TestError.tooFewUnits(
                columns: [first, second], designDegreesOfFreedom: designFreedom, needed: rank + 1)
        }
        let f = zip(differences, solution.storage).reduce(0) { $0 + $1.0 * $1.1 } / Double(rank)
        let outcome = TestOutcome(
            method: "Design-based test of marginal homogeneity", statistic: f, degreesOfFreedom: Double(rank),
            denominatorDegreesOfFreedom: Double(denominator),
            p: FDistribution(numerator: Double(rank), denominator: Double(denominator)).upperTail(f))
        let shares = pair.shares(estimation.design.weights)
        return MarginalHomogeneityResult(
            outcome: outcome, levels: pair.levels, firstShares: shares.first, secondShares: shares.second,
            differences: differences,
            standardErrors: covariance.diagonal.map { max(0, $0).squareRoot() },
            rowCount: result.counts[0], designDegreesOfFreedom: designFreedom)
    }
}

public struct MarginalHomogeneityResult: Sendable, Equatable {
    public let outcome: TestOutcome
    /// Levels of either question.
    public let levels: [String]
    public let firstShares: [Double]
    public let secondShares: [Double]
    /// First minus second, per level.
    public let differences: [Double]
    public let standardErrors: [Double]
    public let rowCount: Int
    public let designDegreesOfFreedom: Int
}

/// dₗ = Σwᵢ(1(aᵢ = l) − 1(bᵢ = l)) / Σwᵢ over rows with both answers.
private struct PairedShares: SmoothEstimator {
    let levels: [String]
    private let levelOfFirst: [Int32]
    private let levelOfSecond: [Int32]

    var basicCount: Int { 1 + levels.count }
    var labels: [ParameterLabel] { levels.map { ParameterLabel("difference", level: $0) } }

    init(_ first: String, _ second: String, of table: Table, weights: [Double], in domain: [Bool]?) throws {
        let coded = try CodedQuestion.all([first, second], of: table, weights: weights, in: domain)
        let union = CodedQuestion.union(coded[0].levels, coded[1].levels)
        guard union.levels.count >= 2 else {
            throw TestError.tooFewLevels(column: first, levels: union.levels.count)
        }
        levels = union.levels
        levelOfFirst = coded[0].levelOfRow.map { $0 < 0 ? -1 : union.first[Int($0)] }
        levelOfSecond = coded[1].levelOfRow.map { $0 < 0 ? -1 : union.second[Int($0)] }
    }

    func isComplete(_ row: Int) -> Bool { levelOfFirst[row] >= 0 }

    func add(_ row: Int, weight: Double, to totals: inout [Double], at offset: Int) {
        totals[offset] += weight
        guard levelOfFirst[row] != levelOfSecond[row] else { return }
        totals[offset + 1 + Int(levelOfFirst[row])] += weight
        totals[offset + 1 + Int(levelOfSecond[row])] -= weight
    }

    func value(at totals: [Double], count: Int) throws(EstimationError) -> [Double] {
        guard totals[0] > 0 else { throw .emptyDomain }
        return levels.indices.map { totals[1 + $0] / totals[0] }
    }

    func gradient(at totals: [Double], values: [Double], count: Int) -> DenseMatrix {
        var gradient = DenseMatrix(rows: levels.count, columns: basicCount)
        for l in levels.indices {
            gradient[l, 0] = -values[l] / totals[0]
            gradient[l, 1 + l] = 1 / totals[0]
        }
        return gradient
    }

    func shares(_ weights: [Double]) -> (first: [Double], second: [Double]) {
        (share(levelOfFirst, weights), share(levelOfSecond, weights))
    }

    private func share(_ levelOfRow: [Int32], _ weights: [Double]) -> [Double] {
        var sums = [CompensatedSum](repeating: CompensatedSum(), count: levels.count)
        for row in levelOfRow.indices where levelOfRow[row] >= 0 { sums[Int(levelOfRow[row])].add(weights[row]) }
        let total = CompensatedSum.of(sums.lazy.map(\.value))
        return sums.map { $0.value / total }
    }
}
