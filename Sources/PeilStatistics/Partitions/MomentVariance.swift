internal import PeilNumerics

/// The variance engine's formula where rows are units of a single stage and only their moments are at hand:
///
///     Σᵢ (eᵢ − c)(eᵢ′ − c′) = Σ ee′ − c′Σe − cΣe′ + nₕcc′  over the nₕ rows of a stratum,
///
/// e = t − w xᵀB the residual of a row: t its influence, 0 outside the column's groups, and x its auxiliaries. Rows of a
/// stratum with equal auxiliaries have one fitted xᵀB, so that Σw², Σwt and Σtt′ of them suffice.
struct MomentVariance {
    private let engine: VarianceEngine
    private let columns: VarianceColumns
    private let residuals: CalibrationResiduals?
    private let cells: CellTotals
    private let rows: RowUnitSums
    private let stage: SampleDesign.Stage
    /// Coefficients over groups · k of every column.
    private let coefficients: DenseMatrix
    /// Columns that a group's rows enter: its own, and contrasts.
    private let contrastColumns: Range<Int>
    /// Rows with an answer per stratum: one number a group, then of all groups.
    private let occupied: [Int]

    init(
        _ engine: VarianceEngine, _ columns: VarianceColumns, residuals: CalibrationResiduals?, _ cells: CellTotals,
        _ rows: RowUnitSums, _ stage: SampleDesign.Stage
    ) {
        self.engine = engine
        self.columns = columns
        self.residuals = residuals
        self.cells = cells
        self.rows = rows
        self.stage = stage
        contrastColumns = columns.plainCount..<columns.count
        coefficients = columns.coefficients
        let width = columns.groupCount + 1
        var occupied = [Int](repeating: 0, count: stage.strata.count * width)
        for cell in 0..<cells.cellCount {
            let stratum = Int(stage.stratumOfUnit[Int(cells.units[cell])])
            occupied[stratum * width + Int(cells.groups[cell])] += Int(cells.counts[cell])
            occupied[stratum * width + columns.groupCount] += Int(cells.counts[cell])
        }
        if residuals != nil {
            // After calibration every row has a residual.
            for stratum in stage.strata.indices {
                for domain in 0..<width { occupied[stratum * width + domain] = stage.strata[stratum].sampled }
            }
        }
        self.occupied = occupied
    }

    private func occupied(_ stratum: Int, _ domain: VarianceColumns.Domain) -> Int {
        let width = columns.groupCount + 1
        if case .group(let group) = domain { return occupied[stratum * width + group] }
        return occupied[stratum * width + columns.groupCount]
    }

    /// Where the rule is `fail`, names the lonely strata.
    private func refuseLonely() throws(DesignError) {
        guard engine.lonelyPSU == .fail else { return }
        let groups = columns.groupCount
        let lonely = stage.strata.indices.filter { stratum in
            (0..<groups).contains { group in
                let count = occupied(stratum, .group(group))
                return count > 0 && engine.isLonely(stage.strata[stratum].sampled, count)
            }
        }
        let names = lonely.filter { !VarianceEngine.isCertain(stage.strata[$0]) }.map { stage.strata[$0].label }
        if !names.isEmpty { throw .lonelyUnits(strata: names, stage: 1) }
    }

    func result(covariance: Bool) throws(DesignError) -> JointVariance.Result {
        try refuseLonely()
        var result = JointVariance.Result(
            variances: [Double](repeating: 0, count: columns.count),
            covariance: covariance ? DenseMatrix(rows: columns.count, columns: columns.count) : nil)
        let cellsOfStratum = Buckets(
            cells.units.map { stage.stratumOfUnit[Int($0)] }, count: stage.strata.count)
        let unitsOfStratum = Buckets(stage.stratumOfUnit, count: stage.strata.count)
        let all = stage.strata.indices.map { stratum in
            sums(Array(cellsOfStratum[stratum]), Array(unitsOfStratum[stratum]), products: covariance)
        }
        // All strata of a single stage are one family.
        var domains: [VarianceEngine.Family] = []
        var centres = [Double](repeating: 0, count: columns.count)
        for column in 0..<columns.count {
            var family = VarianceEngine.Family()
            for (index, stratum) in stage.strata.enumerated() {
                family.see(stratum, occupied: occupied(index, columns.domains[column]), engine)
            }
            domains.append(family)
            centres[column] = all.reduce(0) { $0 + $1.first[column] } / Double(max(1, family.units))
        }
        for (index, stratum) in stage.strata.enumerated() {
            let size = Double(stratum.sampled)
            var roots = [Double](repeating: 0, count: columns.count)
            var own = roots
            for column in roots.indices {
                let count = occupied(index, columns.domains[column])
                switch engine.treatment(stratum, occupied: count, domains[column]) {
                case .none: break
                case .undefined: roots[column] = .nan
                case .aroundOwnMean(let factor):
                    roots[column] = factor.squareRoot()
                    own[column] = all[index].first[column] / size
                case .aroundFamilyMean(let factor):
                    roots[column] = factor.squareRoot()
                    own[column] = centres[column]
                }
            }
            add(all[index], size, roots, own, to: &result)
        }
        return result
    }

    /// Σe of each column, and Σee′: of each column with itself, or of all pairs.
    private struct Sums {
        var first: [Double]
        var squares: [Double]
        /// Σ |terms| of the squares.
        var magnitudes: [Double]
        var products: DenseMatrix?
    }

    private func sums(_ own: [Int], _ units: [Int], products: Bool) -> Sums {
        var result = Sums(
            first: [Double](repeating: 0, count: columns.count),
            squares: [Double](repeating: 0, count: columns.count),
            magnitudes: [Double](repeating: 0, count: columns.count),
            products: products ? DenseMatrix(rows: columns.count, columns: columns.count) : nil)
        var fittedOfCell: [Int32: [Double]] = [:]
        func fitted(_ unit: Int) -> [Double] {
            guard let residuals else { return [] }
            let cell = rows.auxiliaryOfUnit[unit]
            if let known = fittedOfCell[cell] { return known }
            let new = residuals.fitted(Int(cell))
            fittedOfCell[cell] = new
            return new
        }
        for cell in own where cells.counts[cell] > 0 {
            addCell(cell, fitted(Int(cells.units[cell])), to: &result)
        }
        guard residuals != nil else { return result }
        for unit in units {
            let values = fitted(unit)
            for a in values.indices {
                result.first[a] -= rows.weights[unit] * values[a]
                let square = rows.squaredWeights[unit] * values[a] * values[a]
                result.squares[a] += square
                result.magnitudes[a] += square
                guard result.products != nil else { continue }
                for b in values.indices { result.products?[a, b] += rows.squaredWeights[unit] * values[a] * values[b] }
            }
        }
        return result
    }

    /// The rows of a cell: t of the columns that its group enters, and their products with the fitted parts of all.
    private func addCell(_ cell: Int, _ fitted: [Double], to result: inout Sums) {
        let (group, k) = (Int(cells.groups[cell]), cells.basicCount)
        let parameters = columns.parameters
        let entering = Array(group * parameters..<(group + 1) * parameters) + Array(contrastColumns)
        let slopes = entering.map { column in (0..<k).map { coefficients[column, group * k + $0] } }
        let crossed = slopes.map { rows.moments.first(cell, $0[...]) }
        for (place, column) in entering.enumerated() {
            for b in 0..<k { result.first[column] += slopes[place][b] * cells.totals[cell * k + b] }
            let square = rows.moments.second(cell, slopes[place][...], slopes[place][...])
            let cross = fitted.isEmpty ? 0 : 2 * fitted[column] * crossed[place]
            result.squares[column] += square - cross
            result.magnitudes[column] += rows.moments.magnitude(cell, slopes[place][...]) + abs(cross)
            guard result.products != nil else { continue }
            for (other, second) in entering.enumerated() {
                result.products?[column, second] += rows.moments.second(cell, slopes[place][...], slopes[other][...])
            }
            for second in fitted.indices {
                result.products?[column, second] -= crossed[place] * fitted[second]
                result.products?[second, column] -= crossed[place] * fitted[second]
            }
        }
    }

    /// Below this share of its terms a sum of squares is rounding: everybody answered alike, or the controls explain all.
    private static let rounding = 1e-13

    /// Σ(e − c)².
    private func spread(_ sums: Sums, _ column: Int, _ size: Double, _ centre: Double) -> Double {
        let (cross, square) = (2 * centre * sums.first[column], size * centre * centre)
        let spread = sums.squares[column] - cross + square
        let magnitude = sums.magnitudes[column] + abs(cross) + square
        return spread > Self.rounding * magnitude ? spread : 0
    }

    private func add(
        _ sums: Sums, _ size: Double, _ roots: [Double], _ centres: [Double], to result: inout JointVariance.Result
    ) {
        for a in roots.indices {
            let spread = spread(sums, a, size, centres[a])
            result.variances[a] += roots[a] * roots[a] * spread
            guard let products = sums.products else { continue }
            for b in roots.indices {
                let cross =
                    products[a, b] - centres[b] * sums.first[a] - centres[a] * sums.first[b]
                    + size * centres[a] * centres[b]
                result.covariance?[a, b] += roots[a] * roots[b] * (a == b ? spread : cross)
            }
        }
    }
}

extension VarianceColumns {
    /// Element (column, group · k + b) of all columns.
    var coefficients: DenseMatrix {
        var result = contrastMatrix ?? DenseMatrix(rows: count, columns: groupCount * basicCount)
        var unit = [Double](repeating: 0, count: basicCount)
        for group in 0..<groupCount {
            for j in 0..<parameters {
                for b in 0..<basicCount {
                    unit[b] = 1
                    result[group * parameters + j, group * basicCount + b] = plain(group, j, unit, at: 0)
                    unit[b] = 0
                }
            }
        }
        return result
    }
}
