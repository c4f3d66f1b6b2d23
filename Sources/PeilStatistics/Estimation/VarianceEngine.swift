public import PeilNumerics

/// The one place where influence totals become a variance.
///
/// V̂ = Σ over stages and strata of  F · (1 − nₕ/Nₕ) · nₕ/(nₕ−1) · Σᵢ (tₕᵢ − t̄ₕ)(tₕᵢ − t̄ₕ)ᵀ,
/// tₕᵢ the influence total of unit i of stratum h, F the sampling fraction of the stages before.
/// Bellhouse 1985; R `survey`'s svyrecvar computes the same by recursion.
public struct VarianceEngine: Sendable {
    public let lonelyPSU: LonelyPSU
    /// Also treat strata in which a domain has a single unit as lonely.
    public let lonelyInDomains: Bool

    public init(lonelyPSU: LonelyPSU = .fail, lonelyInDomains: Bool = false) {
        self.lonelyPSU = lonelyPSU
        self.lonelyInDomains = lonelyInDomains
    }

    /// Influence totals of one stage: a row a unit, a column a parameter.
    public struct StageTotals: Sendable {
        public let stage: SampleDesign.Stage
        public let number: Int
        public var totals: DenseMatrix
        /// Whether unit i has rows in the domain of group g, at `g * units + i`.
        public let presence: [Bool]
        /// The groups that make up the domain of each column.
        public let groupsOfColumn: [[Int]]
    }

    /// Centred and scaled totals Y with V̂ = YᵀY for this stage.
    /// - Throws: `.lonelyUnits` where the rule is `fail`.
    public func scaledDeviations(_ input: StageTotals) throws(DesignError) -> DenseMatrix {
        let unitsOfStratum = Self.unitsByStratum(input.stage)
        try refuseLonely(input, unitsOfStratum)
        var result = input.totals
        var occupiedOfGroups: [[Int]: [Int]] = [:]
        for column in 0..<result.columns {
            let groups = input.groupsOfColumn[column]
            let occupied = occupiedOfGroups[groups] ?? occupiedUnits(input, groups, unitsOfStratum)
            occupiedOfGroups[groups] = occupied
            let families = Families(input, column, occupied, self)
            for stratum in unitsOfStratum.indices {
                scale(&result, column, stratum, unitsOfStratum[stratum], occupied[stratum], families, input)
            }
        }
        return result
    }

    private func scale(
        _ result: inout DenseMatrix, _ column: Int, _ index: Int, _ units: [Int], _ occupied: Int,
        _ families: Families, _ input: StageTotals
    ) {
        let stratum = input.stage.strata[index]
        let size = Double(units.count)
        let correction = stratum.finiteCorrection
        let isCertain = correction < 1e-7
        let isLonely = isLonely(units.count, occupied)
        var factor = isCertain ? 0 : stratum.earlierFraction * correction * (units.count > 1 ? size / (size - 1) : 1)
        var centre = 0.0
        if isLonely {
            switch lonelyPSU {
            case .fail, .remove, .certainty:
                if units.count == 1 { factor = 0 } else { centre = mean(result, column, units) }
            case .adjust:
                centre = families.grandMean(of: stratum.parent)
                if occupied == 0 { factor = 0 }
            case .average:
                // Where every stratum is alone there is no average: undefined, not 0.
                factor = isCertain || families.averageFactor(of: stratum.parent).isFinite ? 0 : .nan
            }
        } else {
            centre = mean(result, column, units)
            factor *= lonelyPSU == .average ? families.averageFactor(of: stratum.parent) : 1
        }
        let root = factor.squareRoot()
        for unit in units { result[unit, column] = root == 0 ? 0 : root * (result[unit, column] - centre) }
    }

    private func mean(_ matrix: DenseMatrix, _ column: Int, _ units: [Int]) -> Double {
        var sum = CompensatedSum()
        for unit in units { sum.add(matrix[unit, column]) }
        return sum.value / Double(units.count)
    }

    /// One sampled unit, or, where domains count too, one unit of the domain.
    fileprivate func isLonely(_ sampled: Int, _ occupied: Int) -> Bool {
        sampled == 1 || (lonelyInDomains && occupied == 1)
    }

    static func unitsByStratum(_ stage: SampleDesign.Stage) -> [[Int]] {
        var result = [[Int]](repeating: [], count: stage.strata.count)
        for (unit, stratum) in stage.stratumOfUnit.enumerated() { result[Int(stratum)].append(unit) }
        return result
    }

    private func occupiedUnits(_ input: StageTotals, _ groups: [Int], _ unitsOfStratum: [[Int]]) -> [Int] {
        let unitCount = input.stage.unitCount
        return unitsOfStratum.map { units in
            units.count { unit in groups.contains { input.presence[$0 * unitCount + unit] } }
        }
    }

    private func refuseLonely(_ input: StageTotals, _ unitsOfStratum: [[Int]]) throws(DesignError) {
        guard lonelyPSU == .fail else { return }
        let unitCount = input.stage.unitCount
        let groups = Set(input.groupsOfColumn.joined())
        let names = unitsOfStratum.indices.filter { index in
            guard input.stage.strata[index].finiteCorrection >= 1e-7 else { return false }
            let occupied = unitsOfStratum[index].count { unit in
                groups.contains { input.presence[$0 * unitCount + unit] }
            }
            return occupied > 0 && isLonely(unitsOfStratum[index].count, occupied)
        }.map { input.stage.strata[$0].label }
        if !names.isEmpty { throw .lonelyUnits(strata: names, stage: input.number) }
    }

    /// What the rules `adjust` and `average` need of all strata with the same parent, for one column.
    private struct Families {
        private var sum: [Int32: Double] = [:]
        private var units: [Int32: Int] = [:]
        private var strata: [Int32: Int] = [:]
        private var lonely: [Int32: Int] = [:]

        init(_ input: StageTotals, _ column: Int, _ occupied: [Int], _ engine: VarianceEngine) {
            guard engine.lonelyPSU == .adjust || engine.lonelyPSU == .average else { return }
            for (unit, stratum) in input.stage.stratumOfUnit.enumerated() where occupied[Int(stratum)] > 0 {
                let parent = input.stage.strata[Int(stratum)].parent
                sum[parent, default: 0] += input.totals[unit, column]
                units[parent, default: 0] += 1
            }
            for (index, stratum) in input.stage.strata.enumerated() where occupied[index] > 0 {
                strata[stratum.parent, default: 0] += 1
                // A stratum taken whole has no variance, alone or not.
                guard stratum.finiteCorrection >= 1e-7 else { continue }
                if engine.isLonely(stratum.sampled, occupied[index]) { lonely[stratum.parent, default: 0] += 1 }
            }
        }

        func grandMean(of parent: Int32) -> Double { (sum[parent] ?? 0) / Double(max(1, units[parent] ?? 1)) }

        /// H / (H − lonely); infinite when no stratum is left, which the caller reports as undefined.
        func averageFactor(of parent: Int32) -> Double {
            let all = Double(strata[parent] ?? 0)
            let alone = Double(lonely[parent] ?? 0)
            return alone == 0 ? 1 : all / (all - alone)
        }
    }
}
