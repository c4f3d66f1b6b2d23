internal import PeilNumerics
import Synchronization

extension CalibrationModel {
    /// Weights of the regression of influence values on the auxiliaries: the base weights; where a later step changed
    /// the calibrated weights (trimming), times that change, as R `survey` does.
    func regressionWeights(_ weights: [Double]) -> [Double] {
        guard let calibratedWeights else { return baseWeights }
        var result = baseWeights
        for row in result.indices where weights[row] != calibratedWeights[row] && calibratedWeights[row] != 0 {
            result[row] *= weights[row] / calibratedWeights[row]
        }
        return result
    }
}

/// What all regressions on the auxiliaries of one calibrated sample share, made when first asked for.
final class CalibrationRegression: Sendable {
    private let model: CalibrationModel
    private let design: SampleDesign
    private let made = Mutex<Parts?>(nil)

    init(_ model: CalibrationModel, _ design: SampleDesign) {
        self.model = model
        self.design = design
    }

    struct Parts: Sendable {
        let cells: AuxiliaryCells
        /// S = Σ dᵢ xᵢ xᵢᵀ, where it is small, and its generalised inverse.
        let products: DenseMatrix?
        let inverse: DenseMatrix
        /// Auxiliaries of each unit under the calibrated weights, by variance stage.
        let units: [UnitAuxiliaries]
    }

    /// Controls up to which solutions are refined: numeric auxiliaries, which can be ill-conditioned, are few.
    private static let refinedSize = 64

    var parts: Parts {
        made.withLock { parts in
            if let parts { return parts }
            let products = model.cells.crossProducts(model.cells.sums(model.baseWeights))
            let new = Parts(
                cells: model.cells, products: products.rows <= Self.refinedSize ? products : nil,
                inverse: SemidefiniteFactor(products).generalisedInverse,
                units: (0..<design.varianceStages).map { stage in
                    UnitAuxiliaries(
                        model.cells, weights: model.calibratedWeights ?? design.weights, design.stages[stage])
                })
            parts = new
            return new
        }
    }
}

/// Σ wᵢ xᵢ over the rows of each unit of a stage, sparse.
struct UnitAuxiliaries: Sendable {
    private var start: [Int32] = [0]
    private var columns: [Int32] = []
    private var values: [Double] = []

    init(_ cells: AuxiliaryCells, weights: [Double], _ stage: SampleDesign.Stage) {
        let rows = Buckets(stage.unitOfRow, count: stage.unitCount)
        var place = [Int32](repeating: -1, count: cells.columnCount)
        start.reserveCapacity(stage.unitCount + 1)
        for unit in 0..<stage.unitCount {
            let first = columns.count
            for row in rows[unit] where weights[row] != 0 {
                for entry in cells.entries(Int(cells.cellOfRow[row])) {
                    let column = Int(cells.columns[entry])
                    if place[column] < 0 {
                        place[column] = Int32(columns.count)
                        columns.append(Int32(column))
                        values.append(0)
                    }
                    values[Int(place[column])] += weights[row] * cells.values[entry]
                }
            }
            for position in first..<columns.count { place[Int(columns[position])] = -1 }
            start.append(Int32(columns.count))
        }
    }

    /// Subtracts the unit's fitted part, Σ wᵢ xᵢᵀB, from a column of influence totals.
    /// - Parameter coefficients: element (column of the variance, auxiliary).
    func subtractFitted(
        _ unit: Int, _ coefficients: DenseMatrix, from influence: inout DenseMatrix, column: Int
    ) {
        let all = 0..<coefficients.rows
        for entry in Int(start[unit])..<Int(start[unit + 1]) where values[entry] != 0 {
            influence.add(-values[entry], times: coefficients, column: Int(columns[entry]), rows: all, to: column)
        }
    }
}
