internal import PeilNumerics

/// The one place where influence totals become a variance.
///
/// V̂ = Σ over stages and strata of  F · (1 − nₕ/Nₕ) · nₕ/(nₕ−1) · Σᵢ (tₕᵢ − t̄ₕ)(tₕᵢ − t̄ₕ)ᵀ,
/// tₕᵢ the influence total of unit i of stratum h, F the sampling fraction of the stages before.
/// Bellhouse 1985; R `survey`'s svyrecvar computes the same by recursion.
///
/// Two walks over the same formula: `GroupVariance` for the variance of each group apart, from the group's own
/// cells; `JointVariance` where columns meet (covariances, contrasts, calibration residuals).
public struct VarianceEngine: Sendable {
    public let lonelyPSU: LonelyPSU
    /// Also treat strata in which a domain has a single unit as lonely.
    public let lonelyInDomains: Bool

    public init(lonelyPSU: LonelyPSU = .fail, lonelyInDomains: Bool = false) {
        self.lonelyPSU = lonelyPSU
        self.lonelyInDomains = lonelyInDomains
    }

    /// A stratum taken whole has no variance, alone or not.
    static func isCertain(_ stratum: SampleDesign.Stratum) -> Bool { stratum.finiteCorrection < 1e-7 }

    /// One sampled unit, or, where domains count too, one unit of the domain.
    func isLonely(_ sampled: Int, _ occupied: Int) -> Bool {
        sampled == 1 || (lonelyInDomains && occupied == 1)
    }

    /// Where a stratum's totals are centred, and what its squares are multiplied with.
    enum Treatment {
        case none
        /// No stratum is left to stand in: the variance is not defined.
        case undefined
        case aroundOwnMean(factor: Double)
        case aroundFamilyMean(factor: Double)
    }

    /// What all strata with the same parent (at the first stage: all strata) tell about a lonely one, counted over
    /// strata that the domain occupies.
    struct Family {
        var units = 0
        var strata = 0
        var lonely = 0

        /// H / (H − lonely); nil when no stratum is left.
        var averageFactor: Double? {
            if lonely == 0 { return 1 }
            return strata > lonely ? Double(strata) / Double(strata - lonely) : nil
        }

        mutating func see(_ stratum: SampleDesign.Stratum, occupied: Int, _ engine: VarianceEngine) {
            guard occupied > 0 else { return }
            strata += 1
            units += stratum.sampled
            if !VarianceEngine.isCertain(stratum), engine.isLonely(stratum.sampled, occupied) { lonely += 1 }
        }
    }

    /// - Parameter occupied: units of the stratum in the domain.
    func treatment(_ stratum: SampleDesign.Stratum, occupied: Int, _ family: Family) -> Treatment {
        if Self.isCertain(stratum) || occupied == 0 { return .none }
        let size = Double(stratum.sampled)
        let factor =
            stratum.earlierFraction * stratum.finiteCorrection * (stratum.sampled > 1 ? size / (size - 1) : 1)
        let average = lonelyPSU == .average ? family.averageFactor : 1
        guard isLonely(stratum.sampled, occupied) else { return .aroundOwnMean(factor: factor * (average ?? 0)) }
        switch lonelyPSU {
        case .fail, .remove, .certainty: return stratum.sampled == 1 ? .none : .aroundOwnMean(factor: factor)
        case .adjust: return .aroundFamilyMean(factor: factor)
        case .average: return average == nil ? .undefined : .none
        }
    }

    /// Whether the treatment of a stratum can depend on the others.
    var needsFamilies: Bool { lonelyPSU == .adjust || lonelyPSU == .average }

    /// Whose units make a stratum lonely.
    enum LonelyScope { case eachGroup, groupsTogether, everyUnit }

    /// Where the rule is `fail`, names the lonely strata that the cells occupy.
    /// - Parameter scope: after calibration every unit of the sample has a residual, also outside the domain.
    func refuseLonely(
        _ cells: CellTotals, _ stage: SampleDesign.Stage, number: Int, _ scope: LonelyScope
    ) throws(DesignError) {
        guard lonelyPSU == .fail, lonelyInDomains || stage.strata.contains(where: { $0.sampled == 1 }) else { return }
        var lonely = Set<Int>()
        switch scope {
        case .everyUnit:
            for index in stage.strata.indices where stage.strata[index].sampled == 1 { lonely.insert(index) }
        case .groupsTogether:
            var isOccupied = [Bool](repeating: false, count: stage.unitCount)
            for cell in 0..<cells.cellCount where cells.counts[cell] > 0 { isOccupied[Int(cells.units[cell])] = true }
            var occupied = [Int](repeating: 0, count: stage.strata.count)
            for unit in isOccupied.indices where isOccupied[unit] { occupied[Int(stage.stratumOfUnit[unit])] += 1 }
            for (index, count) in occupied.enumerated() where count > 0 && isLonely(stage.strata[index].sampled, count)
            {
                lonely.insert(index)
            }
        case .eachGroup:
            var cell = 0
            while cell < cells.cellCount {
                let stratum = stage.stratumOfUnit[Int(cells.units[cell])]
                let group = cells.groups[cell]
                var occupied = 0
                while cell < cells.cellCount, cells.groups[cell] == group,
                    stage.stratumOfUnit[Int(cells.units[cell])] == stratum
                {
                    if cells.counts[cell] > 0 { occupied += 1 }
                    cell += 1
                }
                if occupied > 0, isLonely(stage.strata[Int(stratum)].sampled, occupied) { lonely.insert(Int(stratum)) }
            }
        }
        let names = lonely.sorted().filter { !Self.isCertain(stage.strata[$0]) }.map { stage.strata[$0].label }
        if !names.isEmpty { throw .lonelyUnits(strata: names, stage: number) }
    }
}
