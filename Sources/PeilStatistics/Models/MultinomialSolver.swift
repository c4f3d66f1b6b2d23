import Foundation
internal import PeilNumerics

/// The likelihood of a multinomial logit over lines of predictors, and its maximum.
///
/// P(class k | x) = exp(xᵀβₖ) / Σ exp(xᵀβₗ), β₀ = 0. Maximises
/// (1/W) Σ Tₗₖ log pₗₖ − (λ/2) Σₖₗ (δₖₗ − 1/K) βₖᵀPβₗ, Tₗₖ = Σ w·chance of class k over the rows of a line.  The
/// penalty is that of coefficients about their mean over the classes, so that no class is special.
/// Coefficients stand class by class (without the reference), within it by column.  McCullagh & Nelder 1989, sect. 5.2.
struct MultinomialSolver {
    let predictors: PredictorMatrix
    /// Lines × classes, line by line.
    let targets: [Double]
    let classes: [String]
    let options: MultinomialLogit
    private let penalty: DenseMatrix
    private let lineTotals: [Double]
    let total: Double

    let size: Int

    init(_ predictors: PredictorMatrix, targets: [Double], classes: [String], options: MultinomialLogit) {
        self.predictors = predictors
        self.targets = targets
        self.classes = classes
        self.options = options
        penalty = predictors.penalty
        size = predictors.columnCount * (classes.count - 1)
        let count = classes.count
        lineTotals = (0..<predictors.lineCount).map { line in
            (0..<count).reduce(0) { $0 + targets[line * count + $1] }
        }
        total = CompensatedSum.of(lineTotals)
    }

    struct Point {
        var value: Double
        var gradient: [Double]
        /// Minus the second derivatives, with the penalty; only the upper triangle is filled.
        var information: DenseMatrix
    }

    /// Newton's method with step halving.
    /// - Parameter start: coefficients near the solution; nil for zeros.
    func solve(from start: [Double]? = nil) throws -> [Double] {
        var coefficients = start ?? [Double](repeating: 0, count: size)
        let ranges = predictors.halfRanges
        let scales = (0..<size).map { ranges[$0 % predictors.columnCount] }
        var last = [Double](repeating: 0, count: size)
        var change = Double.infinity
        for _ in 0..<options.iterations {
            let point = evaluate(coefficients)
            let right = DenseMatrix(rows: size, columns: 1, storage: point.gradient)
            guard let step = try? LinearAlgebra.solvePositiveDefinite(point.information, right).storage else {
                throw divergence(coefficients, last, scales)
            }
            // Twice what the step may still gain.
            change = zip(step, point.gradient).reduce(0) { $0 + $1.0 * $1.1 }
            let movement = zip(step, scales).reduce(0) { max($0, abs($1.0) * $1.1) }
            guard change.isFinite, movement.isFinite else { throw divergence(coefficients, last, scales) }
            var factor = 1.0
            while factor > 1e-9, value(moved(coefficients, step, factor)) < point.value - 1e-12 { factor /= 2 }
            coefficients = moved(coefficients, step, factor)
            last = step
            if change < options.tolerance, movement < 30 * options.tolerance.squareRoot() { return coefficients }
            if options.ridge == 0, largestPredictor(coefficients) > 40 {
                throw divergence(coefficients, last, scales)
            }
        }
        if options.ridge == 0, largestPredictor(coefficients) > 20 { throw divergence(coefficients, last, scales) }
        throw MultinomialError.notConverged(iterations: options.iterations, change: change)
    }

    private func moved(_ from: [Double], _ step: [Double], _ factor: Double) -> [Double] {
        zip(from, step).map { $0 + factor * $1 }
    }

    /// The coefficient that ran farthest in the last step is the one without end.
    private func divergence(_ coefficients: [Double], _ step: [Double], _ scales: [Double]) -> MultinomialError {
        let sizes = zip(zip(coefficients, step), scales).map { abs($0.0) * $1 * (abs($0.1) * $1 + 1e-9) }
        let width = predictors.columnCount
        let slopes = sizes.indices.filter { $0 % width > 0 }
        guard let worst = (slopes.isEmpty ? Array(sizes.indices) : slopes).max(by: { sizes[$0] < sizes[$1] }) else {
            return .notConverged(iterations: options.iterations, change: 0)
        }
        let column = predictors.columns[worst % width]
        return .separated(
            variable: column.variable, level: column.level, responseClass: classes[worst / width + 1])
    }

    // MARK: Likelihood

    /// xᵀβₖ of one line for all classes, 0 for the reference.
    func linearPredictors(_ line: Int, _ coefficients: [Double], into result: inout [Double]) {
        let width = predictors.columnCount
        let entries = predictors.entries(line)
        for k in 1..<classes.count {
            var sum = 0.0
            let offset = (k - 1) * width
            for entry in entries {
                sum += coefficients[offset + predictors.place(entry)] * predictors.value(entry)
            }
            result[k] = sum
        }
        result[0] = 0
    }

    private func largestPredictor(_ coefficients: [Double]) -> Double {
        var row = [Double](repeating: 0, count: classes.count)
        var largest = 0.0
        for line in lineTotals.indices where lineTotals[line] > 0 {
            linearPredictors(line, coefficients, into: &row)
            largest = max(largest, (row.max() ?? 0) - (row.min() ?? 0))
        }
        return largest
    }

    private func value(_ coefficients: [Double]) -> Double {
        var row = [Double](repeating: 0, count: classes.count)
        var sum = CompensatedSum()
        for line in lineTotals.indices where lineTotals[line] > 0 {
            linearPredictors(line, coefficients, into: &row)
            sum.add(logLikelihood(line, row, softmax(&row)))
        }
        return sum.value / total - penalised(coefficients).value
    }

    /// Turns predictors into chances and gives log Σ exp of the predictors.
    private func softmax(_ row: inout [Double]) -> Double {
        let largest = row.max() ?? 0
        var sum = 0.0
        for k in row.indices {
            row[k] = exp(row[k] - largest)
            sum += row[k]
        }
        for k in row.indices { row[k] /= sum }
        return largest + log(sum)
    }

    private func logLikelihood(_ line: Int, _ predictors: [Double], _ logSum: Double) -> Double {
        var sum = 0.0
        for k in predictors.indices { sum += targets[line * predictors.count + k] * (predictors[k] - logSum) }
        return sum
    }

    /// Half the penalty and its gradient.
    private func penalised(_ coefficients: [Double]) -> (value: Double, gradient: [Double]) {
        guard options.ridge > 0 else { return (0, []) }
        let width = predictors.columnCount
        let count = classes.count
        var mean = [Double](repeating: 0, count: width)
        for index in coefficients.indices { mean[index % width] += coefficients[index] / Double(count) }
        var gradient = [Double](repeating: 0, count: size)
        for k in 0..<(count - 1) {
            for i in 1..<max(1, width) {
                var sum = 0.0
                for j in 1..<width where penalty[i, j] != 0 {
                    sum += penalty[i, j] * (coefficients[k * width + j] - mean[j])
                }
                gradient[k * width + i] = options.ridge * sum
            }
        }
        let value = zip(gradient, coefficients).reduce(0) { $0 + $1.0 * $1.1 } / 2
        return (value, gradient)
    }

    func evaluate(_ coefficients: [Double]) -> Point {
        let (count, width) = (classes.count, predictors.columnCount)
        var point = Point(
            value: 0, gradient: [Double](repeating: 0, count: size),
            information: DenseMatrix(rows: size, columns: size))
        var row = [Double](repeating: 0, count: count)
        var sum = CompensatedSum()
        for line in lineTotals.indices where lineTotals[line] > 0 {
            linearPredictors(line, coefficients, into: &row)
            let raw = row
            sum.add(logLikelihood(line, raw, softmax(&row)))
            let weight = lineTotals[line] / total
            let entries = predictors.entries(line)
            for k in 1..<count {
                let residual = targets[line * count + k] / total - weight * row[k]
                for entry in entries {
                    point.gradient[(k - 1) * width + predictors.place(entry)] += residual * predictors.value(entry)
                }
            }
            addProducts(entries, weight, row, to: &point.information.storage)
        }
        point.value = sum.value / total
        addPenalty(coefficients, to: &point)
        return point
    }

    /// Adds weight · (diag p − ppᵀ) ⊗ xxᵀ of one line to the upper triangle. Nearly all time of a fit is spent here.
    private func addProducts(
        _ entries: Range<Int>, _ weight: Double, _ chances: [Double], to storage: inout [Double]
    ) {
        let width = predictors.columnCount
        for right in entries {
            let (place, value) = (predictors.place(right), weight * predictors.value(right))
            for l in 1..<chances.count {
                let column = ((l - 1) * width + place) * size
                for k in 1...l {
                    let factor = value * chances[l] * ((k == l ? 1 : 0) - chances[k])
                    let start = column + (k - 1) * width
                    // Entries rise by column: of one class only those up to this one stand above the diagonal.
                    for left in entries.lowerBound..<(k == l ? right + 1 : entries.upperBound) {
                        storage[start + predictors.place(left)] += factor * predictors.value(left)
                    }
                }
            }
        }
    }

    private func addPenalty(_ coefficients: [Double], to point: inout Point) {
        guard options.ridge > 0 else { return }
        let (value, gradient) = penalised(coefficients)
        point.value -= value
        let width = predictors.columnCount
        for index in gradient.indices { point.gradient[index] -= gradient[index] }
        for k in 0..<(classes.count - 1) {
            for l in k..<(classes.count - 1) {
                let factor = options.ridge * ((k == l ? 1 : 0) - 1 / Double(classes.count))
                for j in 1..<max(1, width) {
                    for i in 1..<max(1, width) where penalty[i, j] != 0 && (k < l || i <= j) {
                        point.information[k * width + i, l * width + j] += factor * penalty[i, j]
                    }
                }
            }
        }
    }

    /// What the penalty takes from each row's score, per unit of weight.
    func penaltyGradient(_ coefficients: [Double]) -> [Double] { penalised(coefficients).gradient }

    /// The chances of every line, line by line.
    func chances(_ coefficients: [Double]) -> [Double] {
        var result: [Double] = []
        result.reserveCapacity(targets.count)
        var row = [Double](repeating: 0, count: classes.count)
        for line in 0..<predictors.lineCount {
            linearPredictors(line, coefficients, into: &row)
            _ = softmax(&row)
            result += row
        }
        return result
    }
}
