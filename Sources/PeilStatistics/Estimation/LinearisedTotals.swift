internal import PeilNumerics

/// The columns of a dense variance: each a linear combination of the groups' basic totals.
struct ColumnPlan {
    private let groupCount: Int
    private let basicCount: Int
    private let gradients: [DenseMatrix?]
    /// Parameters per group.
    private let parameters: Int
    /// Coefficients over groups · k, a column each.
    private(set) var coefficients: [[Double]] = []
    private(set) var groupsOfColumn: [[Int]] = []
    private var hasContrasts = false

    init(groupCount: Int, basicCount: Int, gradients: [DenseMatrix?]) {
        self.groupCount = groupCount
        self.basicCount = basicCount
        self.gradients = gradients
        parameters = gradients.lazy.compactMap { $0 }.first?.rows ?? 0
        for group in 0..<groupCount {
            for j in 0..<parameters {
                var column = [Double](repeating: 0, count: groupCount * basicCount)
                if let gradient = gradients[group] {
                    for b in 0..<basicCount { column[group * basicCount + b] = gradient[j, b] }
                }
                coefficients.append(column)
                groupsOfColumn.append([group])
            }
        }
    }

    var matrix: DenseMatrix {
        DenseMatrix(rows: groupCount * basicCount, columns: coefficients.count, storage: Array(coefficients.joined()))
    }

    /// θ(group) − θ(rest): the rest is every other row of the domain, so the two share no row.
    mutating func addContrastsWithRest(
        _ estimator: some SmoothEstimator, _ totals: [[Double]], _ counts: [Int],
        _ result: inout GroupedEstimates
    ) {
        hasContrasts = true
        let all = (0..<basicCount).map { b in CompensatedSum.of(totals.lazy.map { $0[b] }) }
        let count = counts.reduce(0, +)
        var differences: [[Double?]] = []
        for group in 0..<groupCount {
            let rest = (0..<basicCount).map { all[$0] - totals[group][$0] }
            let values = try? estimator.value(at: rest, count: count - counts[group])
            let gradient = values.map { estimator.gradient(at: rest, values: $0, count: count - counts[group]) }
            differences.append(
                (0..<parameters).map { j in
                    guard let values, case .success(let own) = result.outcomes[group] else { return nil }
                    return own[j] - values[j]
                })
            for j in 0..<parameters {
                var column = coefficients[group * parameters + j]
                if let gradient {
                    for other in 0..<groupCount where other != group {
                        for b in 0..<basicCount { column[other * basicCount + b] = -gradient[j, b] }
                    }
                }
                coefficients.append(column)
                groupsOfColumn.append(Array(0..<groupCount))
            }
        }
        result.differencesFromRest = differences
    }

    /// Turns Y into variances, the covariance when asked, and the variances of the contrasts.
    func read(_ stages: [DenseMatrix], covariance: Bool, into result: inout GroupedEstimates) {
        let plain = groupCount * parameters
        func variance(_ column: Int) -> Double {
            var sum = CompensatedSum()
            for y in stages {
                for row in 0..<y.rows { sum.add(y[row, column] * y[row, column]) }
            }
            return sum.value
        }
        result.variances = (0..<groupCount).map { group in
            (0..<parameters).map { variance(group * parameters + $0) }
        }
        if hasContrasts {
            result.variancesOfDifferences = (0..<groupCount).map { group in
                (0..<parameters).map { variance(plain + group * parameters + $0) }
            }
        }
        if covariance {
            var sum = DenseMatrix(rows: plain, columns: plain)
            for y in stages {
                let own = DenseMatrix(rows: y.rows, columns: plain, storage: Array(y.storage[0..<(y.rows * plain)]))
                let product = LinearAlgebra.crossProduct(own)
                for index in sum.storage.indices { sum.storage[index] += product.storage[index] }
            }
            result.covariance = sum
        }
    }
}

/// Totals by unit as dense matrices, a stage each, with the calibration already taken out:
/// R = T − A·S⁻·M with T units × (groups · k), A the units' calibrated totals of the auxiliaries, S their
/// base-weighted cross-products and M = Σ dᵢ xᵢ bᵢᵀ. One regression serves every parameter.
struct LinearisedTotals {
    private let design: SampleDesign
    private let cells: CellTotals
    private let groupCount: Int
    private let coefficients: DenseMatrix?

    init(_ design: SampleDesign, _ cells: CellTotals, groupCount: Int, crossProducts: DenseMatrix?) {
        self.design = design
        self.cells = cells
        self.groupCount = groupCount
        coefficients = design.calibration.flatMap { model in
            crossProducts.map { LinearAlgebra.solveSemidefinite(model.crossProducts(), $0).solution }
        }
    }

    func scaledDeviations(_ columns: ColumnPlan, _ engine: VarianceEngine) throws(DesignError) -> [DenseMatrix] {
        var result: [DenseMatrix] = []
        for number in 0..<design.varianceStages {
            let (totals, presence) = unitTotals(number)
            let input = VarianceEngine.StageTotals(
                stage: design.stages[number], number: number + 1,
                totals: LinearAlgebra.product(totals, columns.matrix),
                presence: presence, groupsOfColumn: columns.groupsOfColumn)
            result.append(try engine.scaledDeviations(input))
        }
        return result
    }

    private func unitTotals(_ number: Int) -> (DenseMatrix, [Bool]) {
        let stage = design.stages[number]
        let unitOfLast = design.unitOfStage(number)
        let k = cells.basicCount
        var totals = DenseMatrix(rows: stage.unitCount, columns: groupCount * k)
        var presence = [Bool](repeating: false, count: groupCount * stage.unitCount)
        for cell in 0..<cells.cellCount where cells.counts[cell] > 0 {
            let unit = Int(unitOfLast[Int(cells.units[cell])])
            let group = Int(cells.groups[cell])
            presence[group * stage.unitCount + unit] = true
            for b in 0..<k { totals[unit, group * k + b] += cells.totals[cell * k + b] }
        }
        guard let coefficients, let model = design.calibration else { return (totals, presence) }
        // After calibration every row has a residual, also outside the domain.
        presence = [Bool](repeating: true, count: presence.count)
        model.subtractFitted(coefficients, weights: design.weights, stage, from: &totals)
        return (totals, presence)
    }
}

extension CalibrationModel {
    /// Σ dᵢ xᵢ xᵢᵀ.
    func crossProducts() -> DenseMatrix {
        var result = DenseMatrix(rows: columnCount, columns: columnCount)
        for row in baseWeights.indices {
            for a in columnsOfRow where a[row] >= 0 {
                for b in columnsOfRow where b[row] >= 0 {
                    result[Int(a[row]), Int(b[row])] += baseWeights[row]
                }
            }
        }
        return result
    }

    /// T − A·B, A the units' totals of the auxiliaries with the calibrated weights. A row has one auxiliary a
    /// margin, so the product is summed row by row instead of through a matrix that is nearly all zero.
    func subtractFitted(
        _ coefficients: DenseMatrix, weights: [Double], _ stage: SampleDesign.Stage,
        from totals: inout DenseMatrix
    ) {
        for row in weights.indices {
            let unit = Int(stage.unitOfRow[row])
            for margin in columnsOfRow where margin[row] >= 0 {
                let auxiliary = Int(margin[row])
                for column in 0..<totals.columns {
                    totals[unit, column] -= weights[row] * coefficients[auxiliary, column]
                }
            }
        }
    }
}
