internal import PeilNumerics

/// Totals by cell of a calibration, and what its regressions share.
struct CalibratedTotals {
    let parts: CalibrationRegression.Parts
    /// Basic values by cell of the calibration and group, weighted as the regression weights them.
    let totals: CellTotals
}

/// What a calibration explains of the columns of a basis: B, ⟨A, A⟩B, and ⟨A, s⟩ of the shared columns.
struct FittedParts: Sendable {
    let units: UnitAuxiliaries
    let products: AuxiliaryProducts
    let auxiliaryCount: Int
    /// Element (auxiliary, column of the basis): B and ⟨A, A⟩B.
    private let solved: DenseMatrix
    private let multiplied: DenseMatrix
    private let crosses: [Double]

    /// - Parameters:
    ///   - ofUnit: the shared columns by unit.
    ///   - ofStratum: their sums by stratum.
    init(
        _ calibrated: CalibratedTotals, _ basis: VarianceBasis, _ units: UnitAuxiliaries, _ products: AuxiliaryProducts,
        shared ofUnit: [Double], _ ofStratum: [Double]
    ) {
        self.units = units
        self.products = products
        auxiliaryCount = calibrated.parts.cells.columnCount
        let right = Self.products(calibrated, basis)
        solved = calibrated.parts.solution(right)
        multiplied = products.times(solved, of: right)
        crosses = Self.crosses(basis.shared.count, units, products, ofUnit, ofStratum, auxiliaryCount)
    }

    /// ⟨A, s⟩ of the shared columns.
    private static func crosses(
        _ width: Int, _ units: UnitAuxiliaries, _ products: AuxiliaryProducts, _ ofUnit: [Double],
        _ ofStratum: [Double],
        _ auxiliaryCount: Int
    ) -> [Double] {
        var result = [Double](repeating: 0, count: width * auxiliaryCount)
        guard width > 0 else { return result }
        func add(_ factor: Double, _ sums: UnitAuxiliaries, _ place: Int, _ shared: [Double]) {
            for entry in sums.entries(place) {
                let (column, value) = (Int(sums.columns[entry]), factor * sums.values[entry])
                for e in 0..<width { result[e * auxiliaryCount + column] += value * shared[place * width + e] }
            }
        }
        for (stratum, factor) in products.treatment.ownFactors.enumerated() where factor != 0 {
            let own = products.treatment.units(stratum)
            for unit in own { add(factor, units, unit, ofUnit) }
            add(-factor / Double(own.count), products.ofStratum, stratum, ofStratum)
        }
        return result
    }

    /// Σ dᵢ xᵢ zᵢ: auxiliaries × columns of the basis.
    private static func products(_ calibrated: CalibratedTotals, _ basis: VarianceBasis) -> DenseMatrix {
        let (cells, totals) = (calibrated.parts.cells, calibrated.totals)
        let k = totals.basicCount
        var result = DenseMatrix(rows: cells.columnCount, columns: basis.count)
        for cell in 0..<totals.cellCount where totals.counts[cell] > 0 {
            let group = Int(totals.groups[cell])
            for column in 0..<basis.perGroup {
                let value = basis.value(group, column, totals.totals, at: cell * k)
                for entry in cells.entries(Int(totals.units[cell])) {
                    result[Int(cells.columns[entry]), basis.place(group, column)] += cells.values[entry] * value
                }
            }
            for (e, coefficients) in basis.shared.enumerated() {
                var value = 0.0
                for b in 0..<k { value += coefficients[b] * totals.totals[cell * k + b] }
                for entry in cells.entries(Int(totals.units[cell])) {
                    result[Int(cells.columns[entry]), basis.place(shared: e)] += cells.values[entry] * value
                }
            }
        }
        return result
    }

    /// B of a column.
    func coefficients(_ column: Int) -> ArraySlice<Double> {
        solved.storage[column * auxiliaryCount..<(column + 1) * auxiliaryCount]
    }

    /// ⟨A, s⟩ of a shared column.
    func sharedCross(_ column: Int) -> ArraySlice<Double> {
        crosses[column * auxiliaryCount..<(column + 1) * auxiliaryCount]
    }

    /// Bᵀv.
    func along(_ column: Int, _ vector: ArraySlice<Double>) -> Double {
        Self.product(coefficients(column), vector)
    }

    /// Bᵀ⟨A, A⟩B′.
    func quadratic(_ column: Int, _ other: Int) -> Double {
        Self.product(
            coefficients(column), multiplied.storage[other * auxiliaryCount..<(other + 1) * auxiliaryCount])
    }

    private static func product(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double {
        var sum = 0.0
        for (x, y) in zip(a, b) { sum += x * y }
        return sum
    }

    /// No less than the terms that make up the quadratic form of a column.
    func bound(_ column: Int) -> Double {
        var sum = 0.0
        for (value, scale) in zip(coefficients(column), products.scale) { sum += abs(value) * scale }
        return sum * sum
    }
}
