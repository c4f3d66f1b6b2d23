internal import PeilNumerics
public import PeilTable

/// Whether two closed questions are independent in the population.
///
/// Rows without an answer to either leave as a domain: n, the table and the degrees of freedom are those of the
/// rest. Levels that do not occur there are not in the table. Needs two levels of each question.
/// Rao & Scott 1984; Thomas & Rao 1987; R survey's svychisq.
public struct AssociationTest: Sendable {
    public enum Statistic: String, Sendable, CaseIterable, Codable {
        /// Rao & Scott, second order: X²/tr Δ against F(d, d·ν), d = (tr Δ)²/tr Δ².
        case secondOrder = "F"
        /// Rao & Scott, first order: X² over the mean of the design effects, against χ².
        case firstOrder = "Chisq"
        /// Koch, Freeman & Freeman 1975: pᵢⱼ − pᵢ₊p₊ⱼ against its covariance.
        case wald = "Wald"
        /// The same, adjusted for few sampling units.
        case adjustedWald = "adjWald"
        /// X² against Σ λᵢχ²₁ over χ² of the design, λ the design effects; exact.
        case linearCombination = "lincom"
        /// The same by the saddlepoint.
        case saddlepoint
    }

    public let rows: String
    public let columns: String
    public let statistic: Statistic

    public init(_ rows: String, _ columns: String, statistic: Statistic = .secondOrder) {
        self.rows = rows
        self.columns = columns
        self.statistic = statistic
    }

    /// - Throws: `TestError`, `TableError`, `DesignError`.
    public func run(_ estimation: Estimation, of table: Table, in domain: [Bool]? = nil) throws -> AssociationResult {
        let crossed = try CrossedQuestions(
            rows, columns, of: table, weights: estimation.design.weights, in: domain)
        let isWald = statistic == .wald || statistic == .adjustedWald
        let cells = try estimation.cells(
            crossed.cellOfRow, count: crossed.cellCount, isWald ? .totals : .shares)
        guard cells.degreesOfFreedom > 0 else {
            throw TestError.tooFewUnits(
                columns: [rows, columns], designDegreesOfFreedom: cells.degreesOfFreedom, needed: 1)
        }
        let sum = CompensatedSum.of(cells.values)
        let shares = isWald ? cells.values.map { $0 / sum } : cells.values
        let cross = crossed.table(shares: shares, counts: cells.counts)
        if isWald {
            return AssociationResult(
                try wald(cells, cross), cross, designEffects: [], degreesOfFreedom: cells.degreesOfFreedom)
        }
        guard let effects = try MixtureWeights.designEffects(of: cross, covariance: cells.covariance) else {
            throw TestError.singularTable(columns: [rows, columns])
        }
        guard effects.sum > 0 else { throw TestError.noVariation(columns: [rows, columns]) }
        return AssociationResult(
            try raoScott(cross.pearson, effects, Double(cells.degreesOfFreedom)), cross,
            designEffects: effects.values, degreesOfFreedom: cells.degreesOfFreedom)
    }

    private func raoScott(_ pearson: Double, _ effects: MixtureWeights, _ nu: Double) throws -> TestOutcome {
        let d = effects.satterthwaite
        let count = Double(effects.values.count)
        switch statistic {
        case .firstOrder:
            return TestOutcome(
                method: "Pearson's X^2: Rao & Scott adjustment", statistic: pearson, degreesOfFreedom: count,
                denominatorDegreesOfFreedom: nil,
                p: ChiSquared(degreesOfFreedom: count).upperTail(pearson * count / effects.sum))
        case .linearCombination, .saddlepoint:
            let isExact = statistic == .linearCombination
            return TestOutcome(
                method: isExact
                    ? "Pearson's X^2: asymptotic exact distribution" : "Pearson's X^2: saddlepoint approximation",
                statistic: pearson, degreesOfFreedom: nil, denominatorDegreesOfFreedom: nil,
                p: try effects.upperTail(pearson, denominator: d * nu, isExact: isExact))
        default:
            let f = pearson / effects.sum
            return TestOutcome(
                method: "Pearson's X^2: Rao & Scott adjustment", statistic: f, degreesOfFreedom: d,
                denominatorDegreesOfFreedom: d * nu,
                p: FDistribution(numerator: d, denominator: d * nu).upperTail(f))
        }
    }

    /// Yᵢⱼ = Tᵢⱼ − Tᵢ₊T₊ⱼ/T over all rows and columns but the first, W = Yᵀ V(Y)⁻¹ Y.
    private func wald(_ cells: CellStatistics, _ cross: CrossTable) throws -> TestOutcome {
        let departures = Departures(cross, totals: cells.values)
        let (solution, rank) = LinearAlgebra.solveSemidefinite(
            departures.covariance(cells.covariance), departures.column)
        let size = departures.values.count
        let (numerator, nu) = (Double(size), Double(cells.degreesOfFreedom))
        let denominator = statistic == .wald ? nu : nu - numerator + 1
        guard denominator > 0, rank == size || cells.degreesOfFreedom >= size else {
            throw TestError.tooFewUnits(
                columns: [rows, columns], designDegreesOfFreedom: cells.degreesOfFreedom, needed: size)
        }
        guard rank == size else { throw TestError.singularTable(columns: [rows, columns]) }
        let w = zip(departures.values, solution.storage).reduce(0) { $0 + $1.0 * $1.1 }
        let f = w * denominator / (numerator * nu)
        return TestOutcome(
            method: "Design-based Wald test of association", statistic: f, degreesOfFreedom: numerator,
            denominatorDegreesOfFreedom: denominator,
            p: FDistribution(numerator: numerator, denominator: denominator).upperTail(f))
    }
}

public struct AssociationResult: Sendable, Equatable {
    public let outcome: TestOutcome
    public let table: CrossTable
    /// Eigenvalues of Δ, largest first: design effects of the contrasts of the table. Empty for Wald tests.
    public let designEffects: [Double]
    /// Units minus strata of the rows used.
    public let designDegreesOfFreedom: Int

    init(_ outcome: TestOutcome, _ table: CrossTable, designEffects: [Double], degreesOfFreedom: Int) {
        self.outcome = outcome
        self.table = table
        self.designEffects = designEffects
        designDegreesOfFreedom = degreesOfFreedom
    }
}

/// The departures from independence with their derivatives to the cell totals.
private struct Departures {
    let values: [Double]
    /// Cells × departures.
    private let gradient: DenseMatrix
    private let transposed: DenseMatrix

    var column: DenseMatrix { DenseMatrix(rows: values.count, columns: 1, storage: values) }

    init(_ cross: CrossTable, totals: [Double]) {
        let (height, width) = (cross.rowLevels.count, cross.columnLevels.count)
        let total = CompensatedSum.of(totals)
        let (rowShares, columnShares) = (cross.rowShares, cross.columnShares)
        let used = (1..<width).flatMap { j in (1..<height).map { (i: $0, j: j) } }
        values = used.map { totals[$0.i + height * $0.j] - rowShares[$0.i] * columnShares[$0.j] * total }
        var gradient = DenseMatrix(rows: height * width, columns: used.count)
        var transposed = DenseMatrix(rows: used.count, columns: height * width)
        for (index, cell) in used.enumerated() {
            for j in 0..<width {
                for i in 0..<height {
                    var slope = rowShares[cell.i] * columnShares[cell.j]
                    if i == cell.i { slope -= columnShares[cell.j] }
                    if j == cell.j { slope -= rowShares[cell.i] }
                    if i == cell.i && j == cell.j { slope += 1 }
                    gradient[i + height * j, index] = slope
                    transposed[index, i + height * j] = slope
                }
            }
        }
        self.gradient = gradient
        self.transposed = transposed
    }

    func covariance(_ ofTotals: DenseMatrix) -> DenseMatrix {
        LinearAlgebra.product(transposed, LinearAlgebra.product(ofTotals, gradient))
    }
}
