internal import PeilNumerics

/// Totals by cell of a calibration, and what its regressions share.
struct CalibratedTotals {
    let parts: CalibrationRegression.Parts
    /// Basic values by cell of the calibration and group, weighted as the regression weights them.
    let totals: CellTotals
    /// The auxiliaries that each group meets, where its rows are at hand.
    var met: MetAuxiliaries?
}

/// The auxiliaries that rows of each group have, answered or not, in the order in which its cells have them.
struct MetAuxiliaries: Sendable {
    private var start = [0]
    private var columns: [Int32] = []

    init(_ cells: AuxiliaryCells, _ arranged: CellArrangement) {
        self.init(cells, arranged.units, arranged.cellStart)
    }

    init(_ cells: AuxiliaryCells, _ totals: CellTotals, groupCount: Int) {
        self.init(cells, totals.units, totals.groupStart(count: groupCount))
    }

    private init(_ cells: AuxiliaryCells, _ units: [Int32], _ cellStart: [Int]) {
        var lastGroup = [Int](repeating: -1, count: cells.columnCount)
        for group in 0..<(cellStart.count - 1) {
            for cell in cellStart[group]..<cellStart[group + 1] {
                for entry in cells.entries(Int(units[cell])) where lastGroup[Int(cells.columns[entry])] != group {
                    lastGroup[Int(cells.columns[entry])] = group
                    columns.append(cells.columns[entry])
                }
            }
            start.append(columns.count)
        }
    }

    func auxiliaries(of group: Int) -> ArraySlice<Int32> { columns[start[group]..<start[group + 1]] }
}

/// What a calibration explains of the columns of a basis: B, ⟨A, A⟩B, and ⟨A, s⟩ of the shared columns.
struct FittedParts: Sendable {
    let units: UnitAuxiliaries
    let products: AuxiliaryProducts
    let auxiliaryCount: Int
    /// Element (auxiliary, column of the basis): P = Σ dᵢ xᵢ zᵢ, and B.
    private let right: DenseMatrix
    private let solved: DenseMatrix
    /// The auxiliaries that each group meets.
    private let met: MetAuxiliaries
    /// ⟨A, A⟩B of the columns from this one on: where regressions are not refined, of the shared ones.
    private let firstMultiplied: Int
    private let multiplied: DenseMatrix
    private let crosses: [Double]
    private let perGroup: Int

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
        perGroup = basis.perGroup
        met = calibrated.met ?? MetAuxiliaries(calibrated.parts.cells, calibrated.totals, groupCount: basis.groupCount)
        right = Self.products(calibrated, basis)
        solved = calibrated.parts.solution(right)
        firstMultiplied = products.ofProducts == nil ? 0 : basis.place(shared: 0)
        multiplied = products.times(solved.columns(from: firstMultiplied), of: right.columns(from: firstMultiplied))
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
        let (k, size) = (totals.basicCount, cells.columnCount)
        var sums = [Double](repeating: 0, count: size * basis.count)
        for cell in 0..<totals.cellCount where totals.counts[cell] > 0 {
            let group = Int(totals.groups[cell])
            let entries = cells.entries(Int(totals.units[cell]))
            for column in 0..<basis.perGroup {
                let value = basis.value(group, column, totals.totals, at: cell * k)
                let first = basis.place(group, column) * size
                for entry in entries { sums[first + Int(cells.columns[entry])] += cells.values[entry] * value }
            }
            for (e, coefficients) in basis.shared.enumerated() {
                var value = 0.0
                for b in 0..<k { value += coefficients[b] * totals.totals[cell * k + b] }
                let first = basis.place(shared: e) * size
                for entry in entries { sums[first + Int(cells.columns[entry])] += cells.values[entry] * value }
            }
        }
        return DenseMatrix(rows: size, columns: basis.count, storage: sums)
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

    /// Bᵀ⟨A, A⟩B′ of a column and a shared one, or of a group's column with itself.
    func quadratic(_ column: Int, _ other: Int) -> Double {
        guard let matrix = products.ofProducts, other < firstMultiplied else {
            let first = (other - firstMultiplied) * auxiliaryCount
            return Self.product(coefficients(column), multiplied.storage[first..<first + auxiliaryCount])
        }
        // PᵀS⁻⟨A, A⟩S⁻P: a group meets few auxiliaries.
        let own = met.auxiliaries(of: column / perGroup)
        var sum = 0.0
        for a in own {
            var product = 0.0
            for b in own { product += matrix[Int(b), Int(a)] * right[Int(b), other] }
            sum += right[Int(a), column] * product
        }
        return sum
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

extension DenseMatrix {
    fileprivate func columns(from first: Int) -> DenseMatrix {
        DenseMatrix(rows: rows, columns: columns - first, storage: Array(storage[(first * rows)...]))
    }
}
