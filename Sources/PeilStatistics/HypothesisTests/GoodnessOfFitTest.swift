internal import PeilNumerics
public import PeilTable

/// Whether a closed question has the given shares in the population: X² = Σ (T̂ₗ − N̂pₗ)² / N̂pₗ in weighted totals.
///
/// Its distribution is that of Σ λᵢχ²₁, λ the eigenvalues of the covariance of (T̂ₗ − N̂pₗ)/√(N̂pₗ).
/// Rao & Scott 1981; R survey's svygofchisq, whose p is `satterthwaite`.
public struct GoodnessOfFitTest: Sendable {
    public enum Statistic: String, Sendable, CaseIterable, Codable {
        /// X² against a χ² scaled to the mean and variance of the mixture.
        case satterthwaite
        /// X²/Σλ against F(d, d·ν), d = (Σλ)²/Σλ²: as the second order of `AssociationTest`.
        case secondOrder = "F"
        /// X² against the mixture.
        case linearCombination = "lincom"
        case saddlepoint
    }

    public struct Share: Sendable, Equatable {
        public let level: String
        public let share: Double
        public init(_ level: String, _ share: Double) {
            self.level = level
            self.share = share
        }
    }

    public let variable: String
    /// What the levels are compared with; scaled to sum 1.
    public let shares: [Share]
    public let statistic: Statistic

    public init(_ variable: String, shares: [Share], statistic: Statistic = .satterthwaite) {
        self.variable = variable
        self.shares = shares
        self.statistic = statistic
    }

    /// - Throws: `TestError`, `TableError`, `DesignError`. A level with a share that nobody chose counts as 0.
    public func run(_ estimation: Estimation, of table: Table, in domain: [Bool]? = nil) throws -> GoodnessOfFitResult {
        guard shares.count >= 2 else { throw TestError.tooFewLevels(column: variable, levels: shares.count) }
        for share in shares where !(share.share > 0 && share.share.isFinite) {
            throw TestError.badShare(column: variable, level: share.level)
        }
        let question = try CodedQuestion.all(
            [variable], of: table, weights: estimation.design.weights, in: domain)[0]
        let places = try place(question.levels)
        let cells = try estimation.cells(
            question.levelOfRow.map { $0 < 0 ? -1 : places[Int($0)] }, count: shares.count, .totals)
        guard cells.degreesOfFreedom > 0 else {
            throw TestError.tooFewUnits(
                columns: [variable], designDegreesOfFreedom: cells.degreesOfFreedom, needed: 1)
        }
        let sum = CompensatedSum.of(shares.lazy.map(\.share))
        let departures = ScaledDepartures(totals: cells.values, shares: shares.map { $0.share / sum })
        let mixture = try MixtureWeights(departures.covariance(cells.covariance))
        guard mixture.sum > 0 else { throw TestError.noVariation(columns: [variable]) }
        return GoodnessOfFitResult(
            outcome: try outcome(departures.statistic, mixture, Double(cells.degreesOfFreedom)),
            levels: shares.map(\.level), expected: shares.map { $0.share / sum },
            observed: cells.values.map { $0 / departures.total }, counts: cells.counts,
            eigenvalues: mixture.values, designDegreesOfFreedom: cells.degreesOfFreedom)
    }

    /// Where each level that occurs stands among the given ones, by bytes.
    private func place(_ levels: [String]) throws(TestError) -> [Int32] {
        var places: [Int32] = []
        for level in levels {
            guard let place = shares.firstIndex(where: { $0.level.utf8.elementsEqual(level.utf8) }) else {
                throw .levelWithoutShare(column: variable, level: level)
            }
            places.append(Int32(place))
        }
        return places
    }

    private func outcome(_ x: Double, _ mixture: MixtureWeights, _ nu: Double) throws -> TestOutcome {
        let d = mixture.satterthwaite
        let name = "Design-based chi-squared test for given probabilities"
        switch statistic {
        case .satterthwaite:
            return TestOutcome(
                method: name, statistic: x, degreesOfFreedom: d, denominatorDegreesOfFreedom: nil,
                p: ChiSquared(degreesOfFreedom: d).upperTail(x / mixture.sum * d))
        case .secondOrder:
            let f = x / mixture.sum
            return TestOutcome(
                method: name, statistic: f, degreesOfFreedom: d, denominatorDegreesOfFreedom: d * nu,
                p: FDistribution(numerator: d, denominator: d * nu).upperTail(f))
        case .linearCombination, .saddlepoint:
            return TestOutcome(
                method: name, statistic: x, degreesOfFreedom: nil, denominatorDegreesOfFreedom: nil,
                p: try mixture.upperTail(x, isExact: statistic == .linearCombination))
        }
    }
}

public struct GoodnessOfFitResult: Sendable, Equatable {
    public let outcome: TestOutcome
    public let levels: [String]
    public let expected: [Double]
    public let observed: [Double]
    public let counts: [Int]
    /// Weights of the mixture, largest first.
    public let eigenvalues: [Double]
    public let designDegreesOfFreedom: Int
}

/// (Tₗ − Npₗ)/√(Npₗ) with N = ΣT, and the derivatives to T.
private struct ScaledDepartures {
    let total: Double
    let statistic: Double
    private let gradient: DenseMatrix

    init(totals: [Double], shares: [Double]) {
        total = CompensatedSum.of(totals)
        let expected = shares.map { [total] in $0 * total }
        statistic = CompensatedSum.of(
            zip(totals, expected).lazy.map { ($0 - $1) * ($0 - $1) / $1 })
        var gradient = DenseMatrix(rows: totals.count, columns: totals.count)
        for l in totals.indices {
            let root = expected[l].squareRoot()
            let toTotal = -shares[l] * (1 + totals[l] / expected[l]) / (2 * root)
            for m in totals.indices { gradient[m, l] = toTotal + (l == m ? 1 / root : 0) }
        }
        self.gradient = gradient
    }

    func covariance(_ ofTotals: DenseMatrix) -> DenseMatrix {
        var transposed = gradient
        for l in 0..<gradient.columns { for m in 0..<gradient.rows { transposed[l, m] = gradient[m, l] } }
        return LinearAlgebra.product(transposed, LinearAlgebra.product(ofTotals, gradient))
    }
}
