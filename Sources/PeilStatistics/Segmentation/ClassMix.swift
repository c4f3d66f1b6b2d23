import Foundation
internal import PeilNumerics
internal import PeilTable

/// How the mix of latent classes depends on facts about respondents: a multinomial logit,
/// log(πₖ(z) / π₁(z)) = γₖᵀz, with z an intercept, 0/1 columns of categorical facts and numbers as they are.  Dayton & Macready 1988; Bandeen-Roche et al. 1997.
public struct ClassMix: Sendable, Equatable {
    /// A fact about respondents: its categories, the first of which the others are compared with; nil for a number.
    public struct Covariate: Sendable, Equatable {
        public let variable: String
        public let categories: [String]?
        public init(variable: String, categories: [String]?) {
            self.variable = variable
            self.categories = categories
        }
        /// Columns of z.
        var width: Int { categories.map { $0.count - 1 } ?? 1 }
    }

    public let covariates: [Covariate]
    /// Class by class from the second, coefficients of the intercept and the columns of the covariates.
    public let coefficients: [Double]

    public init(covariates: [Covariate], coefficients: [Double]) {
        self.covariates = covariates
        self.coefficients = coefficients
    }

    /// πₖ(z) of each distinct z.
    func shares(_ cells: MixCells, classes: Int) -> [[Double]] {
        (0..<cells.count).map { cells.shares($0, coefficients, classes: classes) }
    }
}

/// The distinct values of the covariates, z, with the intercept first.
struct MixCells: Sendable {
    let covariates: [ClassMix.Covariate]
    /// Cells × width, cell by cell.
    let values: [Double]
    /// −1 where a covariate is absent or has a category that nobody had before.
    let cellOfRow: [Int32]
    let count: Int
    let width: Int

    /// No covariates: everybody in one cell.
    init(everyone rowCount: Int) {
        self.init(covariates: [], values: [1], cellOfRow: [Int32](repeating: 0, count: rowCount))
    }

    private init(covariates: [ClassMix.Covariate], values: [Double], cellOfRow: [Int32]) {
        self.covariates = covariates
        self.values = values
        self.cellOfRow = cellOfRow
        width = 1 + covariates.reduce(0) { $0 + $1.width }
        count = values.count / width
    }

    /// The covariates of a sample, with the categories that occur.
    /// - Throws: `.constantInput` for one with a single value among rows with weight.
    static func covariates(
        _ variables: [String], of table: Table, weights: [Double]
    ) throws -> [ClassMix.Covariate] {
        try variables.map { variable in
            let item = try AnswerPatterns.items([variable], of: table, weights: weights)[0]
            guard item.categories.count > 1 else { throw SegmentationError.constantInput(variable) }
            if case .numeric = try table.column(variable) {
                return ClassMix.Covariate(variable: variable, categories: nil)
            }
            return ClassMix.Covariate(variable: variable, categories: item.categories)
        }
    }

    init(_ covariates: [ClassMix.Covariate], of table: Table) throws {
        guard !covariates.isEmpty else {
            self.init(everyone: table.rowCount)
            return
        }
        var cellOfRow = [Int32](repeating: 0, count: table.rowCount)
        var values: [[Double]] = [[1]]
        for covariate in covariates {
            let coded = try table.column(covariate.variable).coded()
            let columns = try coded.labels.map { try Self.columns(covariate, $0) }
            let known = coded.indexOfRow.map { $0 < 0 || columns[Int($0)] == nil ? -1 : $0 }
            let pairs = PairCoding(outer: cellOfRow, count: values.count, inner: known, count: coded.count)
            values = zip(pairs.outer, pairs.inner).map { values[Int($0)] + (columns[Int($1)] ?? []) }
            cellOfRow = pairs.indexOfRow
        }
        self.init(covariates: covariates, values: values.flatMap { $0 }, cellOfRow: cellOfRow)
    }

    /// What a value of a covariate puts in z; nil for a category that the covariate does not have.
    private static func columns(_ covariate: ClassMix.Covariate, _ label: String) throws -> [Double]? {
        guard let categories = covariate.categories else {
            guard let number = Double(label), number.isFinite else {
                throw TableError.notNumeric(covariate.variable)
            }
            return [number]
        }
        guard categories.contains(where: { $0.utf8.elementsEqual(label.utf8) }) else { return nil }
        return categories.dropFirst().map { $0.utf8.elementsEqual(label.utf8) ? 1 : 0 }
    }

    /// Rows without a cell in a last cell of their own.
    func withCellForOthers() -> MixCells {
        MixCells(
            covariates: covariates, values: values + [Double](repeating: 0, count: width),
            cellOfRow: cellOfRow.map { $0 < 0 ? Int32(count) : $0 })
    }

    func value(_ cell: Int, _ column: Int) -> Double { values[cell * width + column] }

    /// The shares of the classes in a cell.
    func shares(_ cell: Int, _ coefficients: [Double], classes: Int) -> [Double] {
        var logits = [Double](repeating: 0, count: classes)
        for k in 1..<max(1, classes) {
            for column in 0..<width { logits[k] += coefficients[(k - 1) * width + column] * value(cell, column) }
        }
        let largest = logits.max() ?? 0
        let scaled = logits.map { exp($0 - largest) }
        let total = scaled.reduce(0, +)
        return scaled.map { $0 / total }
    }

    /// Coefficients that make Σ over cells and classes of counts · log πₖ largest: Newton's method from a start, each
    /// step halved until the sum rises.
    func fitted(_ counts: [[Double]], from start: [Double], classes: Int, steps: Int) -> [Double] {
        var coefficients = start
        var value = objective(counts, coefficients, classes)
        for _ in 0..<steps {
            let (score, information) = derivatives(counts, coefficients, classes)
            let right = DenseMatrix(rows: score.count, columns: 1, storage: score)
            var step = SemidefiniteFactor(information).solve(right).storage
            var moved = zip(coefficients, step).map { $0 + $1 }
            var next = objective(counts, moved, classes)
            var halvings = 0
            while !(next >= value), halvings < 30 {
                step = step.map { $0 / 2 }
                moved = zip(coefficients, step).map { $0 + $1 }
                next = objective(counts, moved, classes)
                halvings += 1
            }
            guard next >= value else { return coefficients }
            let gain = next - value
            (coefficients, value) = (moved, next)
            if gain <= 1e-13 * abs(value) { return coefficients }
        }
        return coefficients
    }

    private func objective(_ counts: [[Double]], _ coefficients: [Double], _ classes: Int) -> Double {
        var sum = CompensatedSum()
        for cell in 0..<count {
            let shares = shares(cell, coefficients, classes: classes)
            for k in 0..<classes where counts[cell][k] > 0 { sum.add(counts[cell][k] * log(shares[k])) }
        }
        return sum.value
    }

    private func derivatives(
        _ counts: [[Double]], _ coefficients: [Double], _ classes: Int
    ) -> (score: [Double], information: DenseMatrix) {
        let size = (classes - 1) * width
        var score = [Double](repeating: 0, count: size)
        var information = DenseMatrix(rows: size, columns: size)
        for cell in 0..<count {
            let shares = shares(cell, coefficients, classes: classes)
            let total = counts[cell].reduce(0, +)
            for k in 1..<classes {
                for a in 0..<width {
                    let row = (k - 1) * width + a
                    score[row] += (counts[cell][k] - total * shares[k]) * value(cell, a)
                    for l in 1..<classes {
                        let factor = total * shares[k] * ((k == l ? 1 : 0) - shares[l]) * value(cell, a)
                        for b in 0..<width { information[row, (l - 1) * width + b] += factor * value(cell, b) }
                    }
                }
            }
        }
        return (score, information)
    }
}
