internal import PeilNumerics

/// Weighted multinomial logistic regression: how the odds of each class against the first go with the predictors.
///
/// A value of its options; `MultinomialLogitEstimator` joins them with data.
public struct MultinomialLogit: Sendable, Equatable {
    /// λ ≥ 0 on the mean log-likelihood; with n rows of weight 1, λ·n is the usual penalty on the sum. 0: none.
    public let ridge: Double
    public let iterations: Int
    /// Newton stops when twice the gain in mean log-likelihood that its step promises is below this.
    public let tolerance: Double

    /// More parameters than this are no table that anybody reads, and a covariance that no machine holds.
    public static let parameterLimit = 3000

    public init(ridge: Double = 0, iterations: Int = 100, tolerance: Double = 1e-13) throws(MultinomialError) {
        guard ridge >= 0, ridge.isFinite else { throw .badOption("the ridge must be 0 or more") }
        guard iterations >= 1 else { throw .badOption("at least one iteration") }
        guard tolerance > 0, tolerance < 1e-3 else { throw .badOption("the tolerance lies between 0 and 0.001") }
        self.ridge = ridge
        self.iterations = iterations
        self.tolerance = tolerance
    }
}

/// The coefficients β of a multinomial logit, class by class without the first, with the influence of each row,
/// zᵢ = A⁻¹((tᵢ − pᵢ) ⊗ xᵢ − λΠβ), A = Σ w (diag p − ppᵀ) ⊗ xxᵀ + WλΠ.  t: the class, or the chance of each;
/// Π: the penalty of `ridge`.  With replicates it is fitted anew in each.
/// Binder 1983, sect. 4.2; with two classes the numbers of R survey's svyglm with family quasibinomial.
public struct MultinomialLogitEstimator: FittedEstimator {
    let response: MultinomialResponse
    let predictors: PredictorMatrix
    let options: MultinomialLogit
    /// Rows that agree in predictors and response.
    private let kinds: PairedKinds

    /// - Throws: `MultinomialError.tooManyParameters`, `.tooFewClasses`.
    public init(
        _ response: MultinomialResponse, on predictors: PredictorMatrix, options: MultinomialLogit
    ) throws(MultinomialError) {
        precondition(response.lineOfRow.count == predictors.lineOfRow.count, "response and predictors of the same rows")
        guard response.classes.count >= 2 else { throw .tooFewClasses(found: response.classes.count) }
        let size = (response.classes.count - 1) * predictors.columnCount
        guard size <= MultinomialLogit.parameterLimit else {
            throw .tooManyParameters(found: size, limit: MultinomialLogit.parameterLimit)
        }
        self.response = response
        self.predictors = predictors
        self.options = options
        kinds = PairedKinds(
            predictors.lineOfRow, count: predictors.lineCount, response.lineOfRow, count: response.lineCount)
    }

    public var labels: [ParameterLabel] {
        response.classes.dropFirst().flatMap { name in
            predictors.columns.map { ParameterLabel($0.name, level: name) }
        }
    }

    public func isComplete(_ row: Int) -> Bool { kinds.kindOfRow[row] >= 0 }

    /// - Throws: `MultinomialError`.
    public func fit(weights: [Double]) throws -> FittedValues {
        let solver = try solver(weights)
        let coefficients = try solver.solve()
        return FittedValues(
            values: coefficients, influence: try influence(solver, coefficients), columnOfRow: kinds.kindOfRow)
    }

    public func refit(weights: [Double], from full: FittedValues) throws -> [Double] {
        try solver(weights).solve(from: full.values)
    }

    private func solver(_ weights: [Double]) throws(MultinomialError) -> MultinomialSolver {
        if let row = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) { throw .badWeight(row: row) }
        let count = response.classes.count
        let sums = CanonicalSums.of(weights, by: kinds.kindOfRow, count: kinds.count)
        var targets = [Double](repeating: 0, count: predictors.lineCount * count)
        for kind in 0..<kinds.count {
            let (line, own) = (Int(kinds.first[kind]), Int(kinds.second[kind]))
            for k in 0..<count { targets[line * count + k] += sums[kind] * response.chances[own * count + k] }
        }
        let solver = MultinomialSolver(predictors, targets: targets, classes: response.classes, options: options)
        try MultinomialCheck(solver).check()
        return solver
    }

    private func influence(_ solver: MultinomialSolver, _ coefficients: [Double]) throws -> DenseMatrix {
        let (count, width) = (response.classes.count, predictors.columnCount)
        let chances = solver.chances(coefficients)
        let pull = solver.penaltyGradient(coefficients)
        var scores = DenseMatrix(rows: solver.size, columns: kinds.count)
        for kind in 0..<kinds.count {
            let (line, own) = (Int(kinds.first[kind]), Int(kinds.second[kind]))
            for k in 1..<count {
                let residual = response.chances[own * count + k] - chances[line * count + k]
                for entry in predictors.entries(line) {
                    scores[(k - 1) * width + predictors.place(entry), kind] = residual * predictors.value(entry)
                }
            }
            for index in pull.indices { scores[index, kind] -= pull[index] }
        }
        let information = solver.evaluate(coefficients).information
        var influence = try LinearAlgebra.solvePositiveDefinite(information, scores)
        for index in influence.storage.indices { influence.storage[index] /= solver.total }
        return influence
    }
}
