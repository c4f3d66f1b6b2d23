internal import PeilNumerics

/// Columns of a joint variance: each a linear combination of the groups' basic totals.
struct VarianceColumns {
    /// Which cells a column's domain holds.
    enum Domain: Equatable {
        case group(Int)
        case allGroups
    }

    let groupCount: Int
    let basicCount: Int
    /// Parameters per group.
    let parameters: Int
    private(set) var domains: [Domain] = []
    /// Coefficients of the columns of groups: parameters × k a group, row by row.
    private let gradients: [Double]
    private(set) var contrasts: [Contrast] = []

    init(groupCount: Int, basicCount: Int, gradients: [DenseMatrix?], groupsAreOneDomain: Bool) {
        self.groupCount = groupCount
        self.basicCount = basicCount
        let parameters = gradients.lazy.compactMap { $0 }.first?.rows ?? 0
        self.parameters = parameters
        var coefficients = [Double](repeating: 0, count: groupCount * parameters * basicCount)
        for group in 0..<groupCount {
            for j in 0..<parameters {
                let offset = (group * parameters + j) * basicCount
                if let gradient = gradients[group] {
                    for b in 0..<basicCount { coefficients[offset + b] = gradient[j, b] }
                }
                domains.append(groupsAreOneDomain ? .allGroups : .group(group))
            }
        }
        self.gradients = coefficients
    }

    var count: Int { domains.count }
    /// Columns of groups, before the contrasts.
    var plainCount: Int { groupCount * parameters }

    /// What basic totals of one group give for parameter j of it.
    @inline(__always)
    func plain(_ group: Int, _ j: Int, _ totals: [Double], at offset: Int) -> Double {
        var sum = 0.0
        let first = (group * parameters + j) * basicCount
        for b in 0..<basicCount { sum += gradients[first + b] * totals[offset + b] }
        return sum
    }

    /// A group beside all other rows of the domain.
    struct Contrast {
        let group: Int
        let parameter: Int
        /// The rest's gradient, k; nil where the rest has no value.
        let rest: [Double]?
    }

    /// θ(group) − θ(rest): adds the column of group and parameter with minus the rest's gradient in every other
    /// group; the rest is every other row of the domain, so the two share no row.
    mutating func addContrast(group: Int, parameter: Int, restGradient: DenseMatrix?) {
        let rest = restGradient.map { gradient in (0..<basicCount).map { gradient[parameter, $0] } }
        contrasts.append(Contrast(group: group, parameter: parameter, rest: rest))
        domains.append(.allGroups)
    }

    /// Coefficients of a group's own column, k.
    func gradient(_ group: Int, _ parameter: Int) -> ArraySlice<Double> {
        let first = (group * parameters + parameter) * basicCount
        return gradients[first..<first + basicCount]
    }

    /// Element (column, group · k + b) of the contrasts; nil without any. Rows of groups are 0.
    var contrastMatrix: DenseMatrix? {
        guard !contrasts.isEmpty else { return nil }
        var result = DenseMatrix(rows: count, columns: groupCount * basicCount)
        for (column, contrast) in contrasts.enumerated() {
            let row = plainCount + column
            for (b, value) in gradient(contrast.group, contrast.parameter).enumerated() {
                result[row, contrast.group * basicCount + b] = value
            }
            guard let rest = contrast.rest else { continue }
            for other in 0..<groupCount where other != contrast.group {
                for b in 0..<basicCount { result[row, other * basicCount + b] = -rest[b] }
            }
        }
        return result
    }
}

/// Variances and covariances of columns that meet in the same units.
struct JointVariance {
    private let engine: VarianceEngine
    private let columns: VarianceColumns
    private let calibrated: CalibratedTotals?
    private let blocks: ParallelBlocks

    init(
        _ engine: VarianceEngine, _ columns: VarianceColumns, _ calibrated: CalibratedTotals?, blocks: ParallelBlocks
    ) {
        self.engine = engine
        self.columns = columns
        self.calibrated = calibrated
        self.blocks = blocks
    }

    struct Result {
        /// V̂ of each column.
        var variances: [Double]
        /// All covariances, where asked for.
        var covariance: DenseMatrix?
    }

    func result(_ cells: CellTotals, _ design: SampleDesign, covariance: Bool) throws(DesignError) -> Result {
        var result = Result(
            variances: [Double](repeating: 0, count: columns.count),
            covariance: covariance ? DenseMatrix(rows: columns.count, columns: columns.count) : nil)
        var residuals: CalibrationResiduals?
        for number in 0..<design.varianceStages {
            let stage = design.stages[number]
            let own = number + 1 == design.varianceStages ? cells : cells.joined(into: design.unitOfStage(number))
            try engine.refuseLonely(
                own, stage, number: number + 1,
                calibrated != nil ? .everyUnit : columns.domains.first == .allGroups ? .groupsTogether : .eachGroup)
            if !covariance, hasOneTreatment(stage),
                let variances = SparseVariance(engine, columns, own, stage, calibrated, ofStage: number, blocks)?
                    .variances()
            {
                result.add(Result(variances: variances, covariance: nil))
                continue
            }
            residuals = residuals ?? calibrated.map { CalibrationResiduals($0, columns) }
            let walk = StageWalk(engine, columns, stage, own, residuals: residuals?.byUnit(ofStage: number))
            let parts = blocks.map(walk.blocks.count) { walk.sum(walk.blocks[$0], covariance: covariance) }
            for part in parts { result.add(part) }
        }
        return result
    }

    /// Whether a stratum is treated alike in all columns: after calibration every unit is in every domain; or all groups
    /// are one domain; or no stratum is lonely in one domain and not in another.
    private func hasOneTreatment(_ stage: SampleDesign.Stage) -> Bool {
        if calibrated != nil || columns.domains.first == .allGroups { return true }
        return !engine.lonelyInDomains
            && !(engine.needsFamilies && stage.strata.contains { $0.sampled == 1 && !VarianceEngine.isCertain($0) })
    }

    /// Y of the first stage: a row a column of the variance, a column a primary sampling unit, centred in its stratum and
    /// scaled, so that V̂ of a single stage is YYᵀ. Of two samples that share units, Σ yᵢ y′ᵢ over those is a covariance.
    func contributions(_ cells: CellTotals, _ design: SampleDesign) throws(DesignError) -> DenseMatrix {
        let stage = design.stages[0]
        let own = design.varianceStages == 1 ? cells : cells.joined(into: design.unitOfStage(0))
        let residuals = calibrated.map { CalibrationResiduals($0, columns) }
        let walk = StageWalk(engine, columns, stage, own, residuals: residuals?.byUnit(ofStage: 0))
        var storage: [Double] = []
        storage.reserveCapacity(columns.count * stage.unitCount)
        for part in blocks.map(walk.blocks.count, { walk.contributions(walk.blocks[$0]) }) { storage += part.storage }
        return DenseMatrix(rows: columns.count, columns: stage.unitCount, storage: storage)
    }
}

extension JointVariance.Result {
    fileprivate mutating func add(_ other: JointVariance.Result) {
        for index in variances.indices { variances[index] += other.variances[index] }
        if let more = other.covariance, covariance != nil {
            for index in more.storage.indices { covariance?.storage[index] += more.storage[index] }
        }
    }
}

/// One stage, walked unit by unit in blocks of whole strata, so that memory holds one block whatever the size of the sample; a stratum larger than a block is walked in pieces around the mean
/// found before.
private struct StageWalk: Sendable {
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
    private let occupancy: Occupancy?
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
            ? Occupancy(engine, stage, cells, groupCount: columns.groupCount, everywhere: residuals != nil) : nil
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

/// How many units of each stratum the domains occupy, for the rules that ask.
private struct Occupancy: Sendable {
    private let groupCount: Int
    /// Per stratum: one number a group, then the number for all groups together.
    private var counts: [Int32]
    /// Families that hold a lonely stratum in some domain: one entry a group, then all groups.
    private var families: [Int32: [VarianceEngine.Family]] = [:]
    private(set) var strataOfFamily: [Int32: Range<Int>] = [:]

    /// - Parameter everywhere: every unit belongs to every domain: after calibration each row has a residual.
    init(
        _ engine: VarianceEngine, _ stage: SampleDesign.Stage, _ cells: CellTotals, groupCount: Int, everywhere: Bool
    ) {
        self.groupCount = groupCount
        let width = groupCount + 1
        counts = [Int32](repeating: 0, count: stage.strata.count * width)
        if everywhere {
            for stratum in stage.strata.indices {
                for domain in 0..<width { counts[stratum * width + domain] = Int32(stage.strata[stratum].sampled) }
            }
        } else {
            var seen = [Bool](repeating: false, count: stage.unitCount)
            for cell in 0..<cells.cellCount where cells.counts[cell] > 0 {
                let unit = Int(cells.units[cell])
                let stratum = Int(stage.stratumOfUnit[unit])
                counts[stratum * width + Int(cells.groups[cell])] += 1
                if !seen[unit] { counts[stratum * width + groupCount] += 1 }
                seen[unit] = true
            }
        }
        var first = 0
        while first < stage.strata.count {
            var end = first
            var family = [VarianceEngine.Family](repeating: .init(), count: width)
            while end < stage.strata.count, stage.strata[end].parent == stage.strata[first].parent {
                for domain in 0..<width {
                    family[domain].see(stage.strata[end], occupied: Int(counts[end * width + domain]), engine)
                }
                end += 1
            }
            if family.contains(where: { $0.lonely > 0 }) {
                families[stage.strata[first].parent] = family
                strataOfFamily[stage.strata[first].parent] = first..<end
            }
            first = end
        }
    }

    func units(of stratum: Int, in domain: VarianceColumns.Domain) -> Int {
        Int(counts[stratum * (groupCount + 1) + index(domain)])
    }

    func family(of parent: Int32, in domain: VarianceColumns.Domain) -> VarianceEngine.Family? {
        families[parent]?[index(domain)]
    }

    private func index(_ domain: VarianceColumns.Domain) -> Int {
        if case .group(let group) = domain { return group }
        return groupCount
    }
}
