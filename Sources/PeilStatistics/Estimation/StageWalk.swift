internal import PeilNumerics

/// One stage, walked unit by unit in blocks of whole strata, so that memory holds one block whatever the size of the sample; a
/// stratum larger than a block is walked in pieces around the mean found before.
struct StageWalk: Sendable {
    /// Some strata, or a piece of one.
    struct Block: Sendable {
        let strata: Range<Int>
        let units: Range<Int>
    }

    /// Numbers in one block; a constant, so that blocks depend on neither threads nor memory.
    private static let blockNumbers = 1 << 20

    let blocks: [Block]
    private let engine: VarianceEngine
    private let columns: VarianceColumns
    private let contrasts: DenseMatrix?
    private let stage: SampleDesign.Stage
    private let cells: CellTotals
    private let residuals: CalibrationResiduals.OfStage?
    private let cellsOfUnit: Buckets
    /// First unit of each stratum; units of a stratum stand together.
    private let firstUnit: [Int]
    private let occupancy: StageOccupancy?
    /// Totals of all columns over families that hold a lonely stratum, and over strata larger than a block.
    private var familySums: [Int32: [Double]] = [:]
    private var largeSums: [Int: [Double]] = [:]

    init(
        _ engine: VarianceEngine, _ columns: VarianceColumns, _ stage: SampleDesign.Stage, _ cells: CellTotals,
        residuals: CalibrationResiduals.OfStage?
    ) {
        self.engine = engine
        self.columns = columns
        contrasts = columns.contrastMatrix
        self.stage = stage
        self.cells = cells
        self.residuals = residuals
        cellsOfUnit = Buckets(cells.units, count: stage.unitCount)
        firstUnit = stage.strata.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.sampled) }
        let size = max(32, Self.blockNumbers / max(1, columns.count))
        blocks = Self.blocks(firstUnit, size: size)
        occupancy =
            engine.needsFamilies || engine.lonelyInDomains
            ? StageOccupancy(engine, stage, cells, groupCount: columns.groupCount, everywhere: residuals != nil) : nil
        for stratum in stage.strata.indices where stage.strata[stratum].sampled > size {
            largeSums[stratum] = sums(firstUnit[stratum]..<firstUnit[stratum + 1])
        }
        guard engine.lonelyPSU == .adjust, let occupancy else { return }
        for (parent, strata) in occupancy.strataOfFamily {
            familySums[parent] = sums(firstUnit[strata.lowerBound]..<firstUnit[strata.upperBound])
        }
    }

    private static func blocks(_ firstUnit: [Int], size: Int) -> [Block] {
        var result: [Block] = []
        var first = 0
        for stratum in 0..<(firstUnit.count - 1) {
            let end = firstUnit[stratum + 1]
            if end - firstUnit[stratum] > size {
                if first < stratum {
                    result.append(Block(strata: first..<stratum, units: firstUnit[first]..<firstUnit[stratum]))
                }
                for start in stride(from: firstUnit[stratum], to: end, by: size) {
                    result.append(Block(strata: stratum..<(stratum + 1), units: start..<min(end, start + size)))
                }
                first = stratum + 1
            } else if end - firstUnit[first] >= size || stratum + 2 == firstUnit.count {
                result.append(Block(strata: first..<(stratum + 1), units: firstUnit[first]..<end))
                first = stratum + 1
            }
        }
        return result
    }

    /// Centred and scaled influence totals of a block: a row a column of the variance, a column a unit.
    func contributions(_ block: Block) -> DenseMatrix {
        var influence = self.influence(of: block.units)
        for stratum in block.strata { scale(&influence, stratum, block.units) }
        return influence
    }

    func sum(_ block: Block, covariance: Bool) -> JointVariance.Result {
        let influence = contributions(block)
        var variances = [Double](repeating: 0, count: columns.count)
        for unit in 0..<influence.columns {
            let start = unit * columns.count
            for column in variances.indices {
                let value = influence.storage[start + column]
                variances[column] += value * value
            }
        }
        return JointVariance.Result(
            variances: variances, covariance: covariance ? LinearAlgebra.outerProduct(influence) : nil)
    }

    /// Influence totals: a row a column of the variance, a column a unit.
    private func influence(of units: Range<Int>) -> DenseMatrix {
        var result = DenseMatrix(rows: columns.count, columns: units.count)
        let (k, parameters) = (cells.basicCount, columns.parameters)
        for unit in units {
            let target = unit - units.lowerBound
            for cell in cellsOfUnit[unit] where cells.counts[cell] > 0 {
                let group = Int(cells.groups[cell])
                for j in 0..<parameters {
                    result[group * parameters + j, target] += columns.plain(group, j, cells.totals, at: cell * k)
                }
                guard let contrasts else { continue }
                for b in 0..<k where cells.totals[cell * k + b] != 0 {
                    result.add(
                        cells.totals[cell * k + b], times: contrasts, column: group * k + b,
                        rows: columns.plainCount..<columns.count, to: target)
                }
            }
            residuals?.subtractFitted(unit, from: &result, column: target)
        }
        return result
    }

    private func sums(_ units: Range<Int>) -> [Double] {
        let size = max(32, Self.blockNumbers / max(1, columns.count))
        var result = [Double](repeating: 0, count: columns.count)
        for start in stride(from: units.lowerBound, to: units.upperBound, by: size) {
            let part = influence(of: start..<min(units.upperBound, start + size))
            for unit in 0..<part.columns {
                for column in result.indices { result[column] += part.storage[unit * columns.count + column] }
            }
        }
        return result
    }

    /// Centres the units of a stratum and multiplies them by the root of its factor, so that V̂ = YYᵀ.
    private func scale(_ influence: inout DenseMatrix, _ index: Int, _ units: Range<Int>) {
        let stratum = stage.strata[index]
        let first = max(firstUnit[index], units.lowerBound) - units.lowerBound
        let end = min(firstUnit[index + 1], units.upperBound) - units.lowerBound
        let own = first..<end
        let totals = largeSums[index] ?? total(influence, own)
        var roots = [Double](repeating: 0, count: columns.count)
        var centres = roots
        for column in roots.indices {
            let domain = columns.domains[column]
            let occupied = occupancy?.units(of: index, in: domain) ?? stratum.sampled
            let family = occupancy?.family(of: stratum.parent, in: domain) ?? VarianceEngine.Family()
            switch engine.treatment(stratum, occupied: occupied, family) {
            case .none: break
            case .undefined: roots[column] = .nan
            case .aroundOwnMean(let factor):
                roots[column] = factor.squareRoot()
                centres[column] = totals[column] / Double(stratum.sampled)
            case .aroundFamilyMean(let factor):
                roots[column] = factor.squareRoot()
                centres[column] = (familySums[stratum.parent]?[column] ?? 0) / Double(max(1, family.units))
            }
        }
        for unit in own {
            let start = unit * columns.count
            for column in roots.indices {
                influence.storage[start + column] =
                    roots[column] * (influence.storage[start + column] - centres[column])
            }
        }
    }

    private func total(_ influence: DenseMatrix, _ units: Range<Int>) -> [Double] {
        var result = [Double](repeating: 0, count: columns.count)
        for unit in units {
            for column in result.indices { result[column] += influence.storage[unit * columns.count + column] }
        }
        return result
    }
}
