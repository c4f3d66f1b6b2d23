internal import PeilNumerics
internal import PeilTable

/// Rows that are sampling units of their own, by stratum and cell of a calibration: outside its domain a row's residual
/// is −wᵢ xᵀB, the same multiple of its weight for every row of a cell, so that Σw and Σw² of each pair of stratum and
/// cell stand for all its rows. A variance then costs the rows of its own domain and one step a pair.
struct StratumCells: Sendable {
    /// Pair and calibrated weight of each unit.
    private let pairOfUnit: [Int32]
    private let weightOfUnit: [Double]
    /// Where the pairs of each stratum begin; one entry more than there are strata.
    private let pairStart: [Int]
    private let cellOfPair: [Int32]
    /// Σw, Σw² and rows of each pair.
    private let sums: [Double]
    private let squares: [Double]
    private let counts: [Int32]

    /// nil where units hold several rows, or pairs are nearly as many as rows and nothing is gained.
    init?(_ cells: AuxiliaryCells, weights: [Double], _ stage: SampleDesign.Stage) {
        guard stage.unitCount == weights.count else { return nil }
        let pairs = PairCoding(
            outer: stage.unitOfRow.map { stage.stratumOfUnit[Int($0)] }, count: stage.strata.count,
            inner: cells.cellOfRow, count: cells.count)
        guard pairs.count * 4 <= weights.count else { return nil }
        var pairOfUnit = [Int32](repeating: 0, count: weights.count)
        var weightOfUnit = [Double](repeating: 0, count: weights.count)
        var sums = [Double](repeating: 0, count: pairs.count)
        var squares = sums
        var counts = [Int32](repeating: 0, count: pairs.count)
        for row in weights.indices {
            let (unit, pair) = (Int(stage.unitOfRow[row]), pairs.indexOfRow[row])
            pairOfUnit[unit] = pair
            weightOfUnit[unit] = weights[row]
            sums[Int(pair)] += weights[row]
            squares[Int(pair)] += weights[row] * weights[row]
            counts[Int(pair)] += 1
        }
        var pairStart = [Int](repeating: 0, count: stage.strata.count + 1)
        for stratum in pairs.outer { pairStart[Int(stratum) + 1] += 1 }
        for stratum in stage.strata.indices { pairStart[stratum + 1] += pairStart[stratum] }
        self.pairOfUnit = pairOfUnit
        self.weightOfUnit = weightOfUnit
        self.pairStart = pairStart
        cellOfPair = pairs.inner
        self.sums = sums
        self.squares = squares
        self.counts = counts
    }

    /// V̂ of every column of a group.
    /// - Parameter coefficients: element (column of the variance, auxiliary).
    func variances(
        _ engine: VarianceEngine, _ columns: VarianceColumns, _ totals: CellTotals, _ coefficients: DenseMatrix,
        _ auxiliaries: AuxiliaryCells, _ stage: SampleDesign.Stage, _ blocks: ParallelBlocks
    ) -> [Double] {
        let start = totals.groupStart(count: columns.groupCount)
        return blocks.map(columns.groupCount) { group in
            let own = (start[group]..<start[group + 1]).filter { totals.counts[$0] > 0 }
            let outside = self.outside(own, totals)
            return (0..<columns.parameters).map { j in
                let column = group * columns.parameters + j
                let fitted = cellOfPair.map { cell in
                    var sum = 0.0
                    for entry in auxiliaries.entries(Int(cell)) {
                        sum += auxiliaries.values[entry] * coefficients[column, Int(auxiliaries.columns[entry])]
                    }
                    return sum
                }
                var moments = self.moments(outside, fitted)
                for cell in own {
                    let unit = Int(totals.units[cell])
                    let value = columns.plain(group, j, totals.totals, at: cell * totals.basicCount)
                    let residual = value - weightOfUnit[unit] * fitted[Int(pairOfUnit[unit])]
                    let stratum = Int(stage.stratumOfUnit[unit])
                    moments[stratum].sum += value
                    moments[stratum].squares += residual * residual
                }
                return Self.variance(engine, moments, stage)
            }
        }.flatMap { $0 }
    }

    /// Σw² of the rows of each pair outside the group; exactly 0 where all rows of the pair are in it.
    private func outside(_ own: [Int], _ totals: CellTotals) -> [Double] {
        var result = squares
        var left = counts
        for cell in own {
            let unit = Int(totals.units[cell])
            let pair = Int(pairOfUnit[unit])
            result[pair] -= weightOfUnit[unit] * weightOfUnit[unit]
            left[pair] -= 1
        }
        for pair in left.indices where left[pair] == 0 { result[pair] = 0 }
        return result
    }

    /// Σt and Σt² of the units of a stratum.
    private struct Moments {
        var sum = 0.0
        var squares = 0.0
    }

    /// What rows outside the group give, and the fitted part of all sums.
    private func moments(_ outside: [Double], _ fitted: [Double]) -> [Moments] {
        (0..<(pairStart.count - 1)).map { stratum in
            var moments = Moments()
            for pair in pairStart[stratum]..<pairStart[stratum + 1] {
                moments.sum -= sums[pair] * fitted[pair]
                moments.squares += max(0, outside[pair]) * fitted[pair] * fitted[pair]
            }
            return moments
        }
    }

    /// The engine's formula from the moments of each stratum. After calibration every unit is occupied.
    private static func variance(
        _ engine: VarianceEngine, _ moments: [Moments], _ stage: SampleDesign.Stage
    ) -> Double {
        var result = 0.0
        var first = 0
        while first < stage.strata.count {
            var family = VarianceEngine.Family()
            var end = first
            var sum = 0.0
            while end < stage.strata.count, stage.strata[end].parent == stage.strata[first].parent {
                family.see(stage.strata[end], occupied: stage.strata[end].sampled, engine)
                sum += moments[end].sum
                end += 1
            }
            for index in first..<end {
                let (stratum, own) = (stage.strata[index], moments[index])
                let size = Double(stratum.sampled)
                switch engine.treatment(stratum, occupied: stratum.sampled, family) {
                case .none: break
                case .undefined: result = .nan
                case .aroundOwnMean(let factor): result += factor * max(0, own.squares - own.sum * own.sum / size)
                case .aroundFamilyMean(let factor):
                    let centre = sum / Double(max(1, family.units))
                    result += factor * max(0, own.squares - 2 * centre * own.sum + size * centre * centre)
                }
            }
            first = end
        }
        return result
    }
}
