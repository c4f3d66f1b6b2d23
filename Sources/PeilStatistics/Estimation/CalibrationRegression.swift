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
    private let engine: VarianceEngine
    private let made = Mutex<Parts?>(nil)

    init(_ model: CalibrationModel, _ design: SampleDesign, _ engine: VarianceEngine) {
        self.model = model
        self.design = design
        self.engine = engine
    }

    struct Parts: Sendable {
        let cells: AuxiliaryCells
        /// S = Σ dᵢ xᵢ xᵢᵀ, where it is small, and its generalised inverse.
        let products: DenseMatrix?
        let inverse: DenseMatrix
        /// By variance stage.
        let stages: [Stage]

        /// B = S⁻P, refined once where controls are few: B + S⁻(P − S·B).
        /// - Parameter right: P, auxiliaries × columns.
        func solution(_ right: DenseMatrix) -> DenseMatrix {
            var result = LinearAlgebra.product(inverse, mostlyZero: right)
            guard let products else { return result }
            var rest = LinearAlgebra.product(products, result)
            for index in rest.storage.indices { rest.storage[index] = right.storage[index] - rest.storage[index] }
            let more = LinearAlgebra.product(inverse, rest)
            for index in more.storage.indices { result.storage[index] += more.storage[index] }
            return result
        }
    }

    /// How the fitted part of a stage's units is found.
    struct Stage: Sendable {
        /// Auxiliaries of each unit under the calibrated weights.
        let units: Lazy<UnitAuxiliaries>
        /// Their products, every unit being in every domain after calibration.
        let products: Lazy<AuxiliaryProducts>
    }

    /// Made when first asked for.
    final class Lazy<Value: Sendable>: Sendable {
        private let make: @Sendable () -> Value
        private let made = Mutex<Value?>(nil)

        init(_ make: @escaping @Sendable () -> Value) { self.make = make }

        var value: Value {
            made.withLock { value in
                if let value { return value }
                let new = make()
                value = new
                return new
            }
        }
    }

    /// Controls up to which solutions are refined: numeric auxiliaries, which can be ill-conditioned, are few.
    private static let refinedSize = 64

    private func stage(_ number: Int, _ inverse: DenseMatrix, isRefined: Bool) -> Stage {
        let (cells, stage) = (model.cells, design.stages[number])
        let weights = model.calibratedWeights ?? design.weights
        let (engine, units) = (engine, Lazy { UnitAuxiliaries(cells, weights: weights, stage) })
        return Stage(
            units: units,
            products: Lazy {
                let treatment = StageTreatment(engine, stage, occupied: stage.strata.map(\.sampled))
                return AuxiliaryProducts(
                    units.value, treatment, inverse: isRefined ? nil : inverse, auxiliaryCount: cells.columnCount)
            })
    }

    var parts: Parts {
        made.withLock { parts in
            if let parts { return parts }
            let products = model.cells.crossProducts(model.cells.sums(model.baseWeights))
            let isRefined = products.rows <= Self.refinedSize
            let inverse = SemidefiniteFactor(products).generalisedInverse
            let new = Parts(
                cells: model.cells, products: isRefined ? products : nil, inverse: inverse,
                stages: (0..<design.varianceStages).map { stage($0, inverse, isRefined: isRefined) })
            parts = new
            return new
        }
    }
}

/// Σ wᵢ xᵢ over the rows of each unit of a stage, sparse.
struct UnitAuxiliaries: Sendable {
    private var start: [Int32] = [0]
    private(set) var columns: [Int32] = []
    private(set) var values: [Double] = []

    private init() {}

    init(_ cells: AuxiliaryCells, weights: [Double], _ stage: SampleDesign.Stage) {
        // Rows by unit, each with its cell of the calibration.
        let rows = CarriedRows(
            by: stage.unitOfRow, count: stage.unitCount, in: nil, parts: cells.cellOfRow, weights: weights)
        // Of each control: its sum, and the unit that it was last met in.
        var sums = [Double](repeating: 0, count: cells.columnCount)
        var lastUnit = [Int](repeating: -1, count: cells.columnCount)
        var start: [Int32] = [0]
        start.reserveCapacity(stage.unitCount + 1)
        var columns: [Int32] = []
        var values: [Double] = []
        for unit in 0..<stage.unitCount {
            let first = columns.count
            for index in rows.range(unit) where rows[index].weight != 0 {
                let row = rows[index]
                for entry in cells.entries(Int(row.part)) {
                    let column = Int(cells.columns[entry])
                    if lastUnit[column] != unit {
                        lastUnit[column] = unit
                        sums[column] = 0
                        columns.append(Int32(column))
                    }
                    sums[column] += row.weight * cells.values[entry]
                }
            }
            for column in columns[first...] { values.append(sums[Int(column)]) }
            start.append(Int32(columns.count))
        }
        (self.start, self.columns, self.values) = (start, columns, values)
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

    func entries(_ unit: Int) -> Range<Int> { Int(start[unit])..<Int(start[unit + 1]) }

    /// Sums over runs of units.
    /// - Parameter first: first unit of each run, and one past the last.
    func summed(_ first: [Int], auxiliaryCount: Int) -> UnitAuxiliaries {
        var result = UnitAuxiliaries()
        var sums = [Double](repeating: 0, count: auxiliaryCount)
        var isSeen = [Bool](repeating: false, count: auxiliaryCount)
        for run in 0..<(first.count - 1) {
            var seen: [Int32] = []
            for unit in first[run]..<first[run + 1] {
                for entry in entries(unit) {
                    let column = Int(columns[entry])
                    if !isSeen[column] { seen.append(columns[entry]) }
                    isSeen[column] = true
                    sums[column] += values[entry]
                }
            }
            for column in seen {
                result.columns.append(column)
                result.values.append(sums[Int(column)])
                sums[Int(column)] = 0
                isSeen[Int(column)] = false
            }
            result.start.append(Int32(result.columns.count))
        }
        return result
    }

    /// Adds factor · AAᵀ of a unit.
    func addProduct(_ unit: Int, times factor: Double, to matrix: inout DenseMatrix) {
        for a in entries(unit) {
            let (row, left) = (Int(columns[a]), factor * values[a])
            for b in entries(unit) { matrix[row, Int(columns[b])] += left * values[b] }
        }
    }
}
