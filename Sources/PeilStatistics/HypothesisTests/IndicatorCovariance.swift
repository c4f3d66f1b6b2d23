internal import PeilNumerics

/// The covariance of totals of 0/1 columns of which each row has few: the cells of a table, and with calibrated
/// weights the classes of the margins. V = Σ fₕ (Σᵤ tᵤtᵤᵀ − tₕtₕᵀ/nₕ), with tᵤ summed over the few columns that a
/// unit touches: a million respondents in 175 cells take one step each, not 175².
///
/// The same numbers as `VarianceEngine`, for designs without lonely strata; the tests compare the two.
struct IndicatorCovariance {
    private let width: Int
    private let columnsOfRow: [[Int32]]
    private let weights: [Double]

    static func serves(_ estimation: Estimation) -> Bool {
        let design = estimation.design
        return !estimation.engine.lonelyInDomains
            && design.stages[0..<design.varianceStages].allSatisfy { stage in
                stage.strata.allSatisfy { $0.sampled > 1 || $0.finiteCorrection < 1e-7 }
            }
    }

    static func ofTotals(_ cellOfRow: [Int32], _ count: Int, _ design: SampleDesign) -> DenseMatrix {
        guard let model = design.calibration else {
            return IndicatorCovariance(width: count, columnsOfRow: [cellOfRow], weights: design.weights)
                .overAllStages(of: design)
        }
        let offset = Int32(count)
        let margins = model.columnsOfRow.map { $0.map { $0 < 0 ? -1 : $0 + offset } }
        let together = IndicatorCovariance(
            width: count + model.columnCount, columnsOfRow: [cellOfRow] + margins, weights: design.weights
        ).overAllStages(of: design)
        let residual = residuals(model, cellOfRow, count, design.weights)
        return LinearAlgebra.product(LinearAlgebra.product(residual.transposed, together), residual.matrix)
    }

    /// [I; −B] with B = S⁻M, S = Σdᵢxᵢxᵢᵀ and M the base-weighted totals of margin class × cell.
    private static func residuals(
        _ model: CalibrationModel, _ cellOfRow: [Int32], _ count: Int, _ weights: [Double]
    ) -> (matrix: DenseMatrix, transposed: DenseMatrix) {
        var products = DenseMatrix(rows: model.columnCount, columns: count)
        for row in cellOfRow.indices where cellOfRow[row] >= 0 && weights[row] != 0 {
            for margin in model.columnsOfRow where margin[row] >= 0 {
                products[Int(margin[row]), Int(cellOfRow[row])] += model.baseWeights[row]
            }
        }
        let slopes = LinearAlgebra.solveSemidefinite(model.crossProducts(), products).solution
        var matrix = DenseMatrix(rows: count + model.columnCount, columns: count)
        var transposed = DenseMatrix(rows: count, columns: count + model.columnCount)
        for cell in 0..<count {
            matrix[cell, cell] = 1
            transposed[cell, cell] = 1
            for auxiliary in 0..<model.columnCount {
                matrix[count + auxiliary, cell] = -slopes[auxiliary, cell]
                transposed[cell, count + auxiliary] = -slopes[auxiliary, cell]
            }
        }
        return (matrix, transposed)
    }

    private func overAllStages(of design: SampleDesign) -> DenseMatrix {
        var sum = DenseMatrix(rows: width, columns: width)
        for stage in design.stages[0..<design.varianceStages] { add(stage, to: &sum) }
        for j in 0..<width { for i in 0..<j { sum[j, i] = sum[i, j] } }
        return sum
    }

    private func add(_ stage: SampleDesign.Stage, to sum: inout DenseMatrix) {
        let stratumOfRow = stage.unitOfRow.map { stage.stratumOfUnit[Int($0)] }
        var rows = weights.indices.filter { row in weights[row] != 0 && columnsOfRow.contains { $0[row] >= 0 } }
            .map { Int32($0) }
        if stage.unitCount < weights.count {
            rows = CellPass.counted(rows, by: stage.unitOfRow, into: stage.unitCount)
        }
        rows = CellPass.counted(rows, by: stratumOfRow, into: stage.strata.count)
        var unit = TouchedTotals(width)
        var stratum = TouchedTotals(width)
        for position in rows.indices {
            let row = Int(rows[position])
            for columns in columnsOfRow where columns[row] >= 0 { unit.add(weights[row], at: Int(columns[row])) }
            let next = position + 1 < rows.count ? Int(rows[position + 1]) : nil
            if let next, stage.unitOfRow[next] == stage.unitOfRow[row] { continue }
            let about = stage.strata[Int(stratumOfRow[row])]
            unit.addOuterProduct(times: Self.factor(about), to: &sum)
            stratum.take(&unit)
            if let next, stratumOfRow[next] == stratumOfRow[row] { continue }
            stratum.addOuterProduct(times: -Self.factor(about) / Double(about.sampled), to: &sum)
            stratum.clear()
        }
    }

    private static func factor(_ stratum: SampleDesign.Stratum) -> Double {
        guard stratum.sampled > 1, stratum.finiteCorrection >= 1e-7 else { return 0 }
        let n = Double(stratum.sampled)
        return stratum.earlierFraction * stratum.finiteCorrection * n / (n - 1)
    }
}

/// Totals of which few are not 0.
private struct TouchedTotals {
    private var values: [Double]
    private var isTouched: [Bool]
    private var touched: [Int] = []

    init(_ width: Int) {
        values = [Double](repeating: 0, count: width)
        isTouched = [Bool](repeating: false, count: width)
    }

    mutating func add(_ value: Double, at column: Int) {
        if !isTouched[column] {
            isTouched[column] = true
            touched.append(column)
        }
        values[column] += value
    }

    /// Adds the other's totals and empties it.
    mutating func take(_ other: inout TouchedTotals) {
        for column in other.touched { add(other.values[column], at: column) }
        other.clear()
    }

    mutating func clear() {
        for column in touched {
            values[column] = 0
            isTouched[column] = false
        }
        touched.removeAll(keepingCapacity: true)
    }

    /// Into the upper triangle.
    func addOuterProduct(times factor: Double, to sum: inout DenseMatrix) {
        guard factor != 0 else { return }
        for (position, a) in touched.enumerated() {
            let scaled = factor * values[a]
            for b in touched[...position] { sum[min(a, b), max(a, b)] += scaled * values[b] }
        }
    }
}
