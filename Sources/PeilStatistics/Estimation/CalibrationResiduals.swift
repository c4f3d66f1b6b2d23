internal import PeilNumerics

/// What a calibration explains of each column of a variance: t = Σ wᵢzᵢ − Aᵀ B per unit, with A the unit's totals of
/// the auxiliaries under the calibrated weights and B = S⁻ Σ dᵢ xᵢ zᵢᵀ the regression, weighted with the base weights,
/// of the columns' influence values on the auxiliaries.  Deville, Särndal & Sautory 1993.
///
/// All columns are regressed at once. A domain meets few auxiliaries (a municipality its own category and no other), so
/// most products are 0 and are never touched.
struct CalibrationResiduals: Sendable {
    private let parts: CalibrationRegression.Parts
    /// Element (column of the variance, auxiliary).
    private let coefficients: DenseMatrix

    init(_ calibrated: CalibratedTotals, _ columns: VarianceColumns) {
        parts = calibrated.parts
        let products = Self.products(parts.cells, calibrated.totals, columns)
        var coefficients = Self.solution(parts.inverse, products)
        if let matrix = parts.products {
            // One step of refinement: B + S⁻(P − S·B).
            var rest = LinearAlgebra.product(coefficients, matrix)
            for index in rest.storage.indices { rest.storage[index] = products.storage[index] - rest.storage[index] }
            let more = LinearAlgebra.product(rest, parts.inverse)
            for index in more.storage.indices { coefficients.storage[index] += more.storage[index] }
        }
        self.coefficients = coefficients
    }

    /// Σ dᵢ xᵢ zᵢ per column: columns × auxiliaries.
    private static func products(
        _ cells: AuxiliaryCells, _ totals: CellTotals, _ columns: VarianceColumns
    ) -> DenseMatrix {
        var result = DenseMatrix(rows: columns.count, columns: cells.columnCount)
        let (k, parameters, contrasts) = (totals.basicCount, columns.parameters, columns.contrastMatrix)
        for cell in 0..<totals.cellCount where totals.counts[cell] > 0 {
            let group = Int(totals.groups[cell])
            for entry in cells.entries(Int(totals.units[cell])) {
                let (auxiliary, value) = (Int(cells.columns[entry]), cells.values[entry])
                for j in 0..<parameters {
                    let sum = columns.plain(group, j, totals.totals, at: cell * k)
                    result[group * parameters + j, auxiliary] += value * sum
                }
                guard let contrasts else { continue }
                for b in 0..<k where totals.totals[cell * k + b] != 0 {
                    result.add(
                        value * totals.totals[cell * k + b], times: contrasts, column: group * k + b,
                        rows: columns.plainCount..<columns.count, to: auxiliary)
                }
            }
        }
        return result
    }

    /// Products times the inverse: auxiliaries that many columns meet as one matrix product, the others entry by entry.
    private static func solution(_ inverse: DenseMatrix, _ products: DenseMatrix) -> DenseMatrix {
        let (rows, size) = (products.rows, products.columns)
        var common: [Int] = []
        var rare: [(auxiliary: Int, column: Int, value: Double)] = []
        for auxiliary in 0..<size {
            let own = (0..<rows).filter { products[$0, auxiliary] != 0 }
            if own.count > rows / 8 {
                common.append(auxiliary)
            } else {
                rare += own.map { (auxiliary, $0, products[$0, auxiliary]) }
            }
        }
        var left = DenseMatrix(rows: rows, columns: common.count)
        var right = DenseMatrix(rows: common.count, columns: size)
        for (place, auxiliary) in common.enumerated() {
            for row in 0..<rows { left[row, place] = products[row, auxiliary] }
            for other in 0..<size { right[place, other] = inverse[auxiliary, other] }
        }
        var result = LinearAlgebra.product(left, right)
        for (auxiliary, column, value) in rare {
            for other in 0..<size { result[column, other] += value * inverse[other, auxiliary] }
        }
        return result
    }

    /// xᵀB of a cell of the calibration, for every column.
    func fitted(_ cell: Int) -> [Double] {
        var result = [Double](repeating: 0, count: coefficients.rows)
        for entry in parts.cells.entries(cell) {
            let (auxiliary, value) = (Int(parts.cells.columns[entry]), parts.cells.values[entry])
            for column in result.indices { result[column] += value * coefficients[column, auxiliary] }
        }
        return result
    }

    /// The fitted part of each unit of one stage.
    struct OfStage: Sendable {
        fileprivate let coefficients: DenseMatrix
        fileprivate let units: UnitAuxiliaries

        func subtractFitted(_ unit: Int, from influence: inout DenseMatrix, column: Int) {
            units.subtractFitted(unit, coefficients, from: &influence, column: column)
        }
    }

    func byUnit(ofStage number: Int) -> OfStage {
        OfStage(coefficients: coefficients, units: parts.stages[number].units.value)
    }
}
