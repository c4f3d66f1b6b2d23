internal import PeilNumerics
internal import PeilTable

/// What a calibration explains of each column of a variance: R = T − A·B with A the units' totals of the auxiliaries
/// under the calibrated weights and B = S⁻ Σ dᵢ xᵢ zᵢᵀ the regression, weighted with the base weights, of the columns'
/// influence values on the auxiliaries.  Deville, Särndal & Sautory 1993.
struct CalibrationResiduals: Sendable {
    private let model: CalibrationModel
    private let weights: [Double]
    /// Element (column of the variance, auxiliary).
    private let coefficients: DenseMatrix

    init(
        _ model: CalibrationModel, _ factor: SemidefiniteFactor, weights: [Double], columns: DenseMatrix,
        _ estimator: some SmoothEstimator, over domain: GroupedDomain
    ) {
        self.model = model
        self.weights = weights
        let products = Self.products(model, estimator, domain)
        coefficients = factor.solve(LinearAlgebra.product(products, columns.transposed)).transposed
    }

    /// Σ dᵢ xᵢ bᵢᵀ per group: auxiliaries × (groups · k).
    private static func products(
        _ model: CalibrationModel, _ estimator: some SmoothEstimator, _ domain: GroupedDomain
    ) -> DenseMatrix {
        let k = estimator.basicCount
        var products = DenseMatrix(rows: model.columnCount, columns: domain.grouping.count * k)
        var basics = [Double](repeating: 0, count: k)
        for position in domain.rows.indices {
            let row = Int(domain.rows[position])
            guard domain.weights[position] != 0, estimator.isComplete(row) else { continue }
            for b in 0..<k { basics[b] = 0 }
            estimator.add(row, weight: model.baseWeights[row], to: &basics, at: 0)
            let offset = Int(domain.grouping.groupOfRow[row]) * k
            for margin in model.columnsOfRow where margin[row] >= 0 {
                for b in 0..<k { products[Int(margin[row]), offset + b] += basics[b] }
            }
        }
        return products
    }

    /// The rows of the sample by unit of one stage.
    struct OfStage: Sendable {
        fileprivate let residuals: CalibrationResiduals
        fileprivate let rowsOfUnit: Buckets

        /// A row has one auxiliary a margin, so the fitted part is summed row by row instead of through a matrix
        /// that is nearly all zero.
        func subtractFitted(_ unit: Int, from influence: inout DenseMatrix, column: Int) {
            let all = 0..<residuals.coefficients.rows
            for row in rowsOfUnit[unit] {
                let weight = residuals.weights[row]
                guard weight != 0 else { continue }
                for margin in residuals.model.columnsOfRow where margin[row] >= 0 {
                    influence.add(
                        -weight, times: residuals.coefficients, column: Int(margin[row]), rows: all, to: column)
                }
            }
        }
    }

    func byUnit(of stage: SampleDesign.Stage) -> OfStage {
        OfStage(residuals: self, rowsOfUnit: Buckets(stage.unitOfRow, count: stage.unitCount))
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
}
