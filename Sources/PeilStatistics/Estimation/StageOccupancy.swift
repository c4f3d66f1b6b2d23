/// How many units of each stratum the domains occupy, for the rules that ask.
struct StageOccupancy: Sendable {
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
