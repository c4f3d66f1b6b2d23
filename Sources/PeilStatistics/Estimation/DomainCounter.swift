/// Counts units, strata and weights of each group's domain.
struct DomainCounter {
    private let stage: SampleDesign.Stage
    private let groupCount: Int
    private var unitSeen: Set<UInt64> = []
    private var anySeen: [Bool]
    private var lastUnitOfGroup: [Int32]
    private(set) var weights: [Double]
    private(set) var squaredWeights: [Double]

    init(_ stage: SampleDesign.Stage, groupCount: Int) {
        self.stage = stage
        self.groupCount = groupCount
        anySeen = [Bool](repeating: false, count: stage.unitCount)
        lastUnitOfGroup = [Int32](repeating: -1, count: groupCount)
        weights = [Double](repeating: 0, count: groupCount)
        squaredWeights = weights
    }

    mutating func see(_ row: Int, group: Int, weight: Double) {
        let unit = stage.unitOfRow[row]
        anySeen[Int(unit)] = true
        if lastUnitOfGroup[group] != unit {
            lastUnitOfGroup[group] = unit
            unitSeen.insert(UInt64(group) << 32 | UInt64(UInt32(unit)))
        }
        weights[group] += weight
        squaredWeights[group] += weight * weight
    }

    /// Units minus strata, per group.
    func degreesOfFreedom() -> [Int] {
        var units = [Int](repeating: 0, count: groupCount)
        var strata = Set<UInt64>()
        for key in unitSeen {
            let group = key >> 32
            units[Int(group)] += 1
            strata.insert(group << 32 | UInt64(stage.stratumOfUnit[Int(key & 0xffff_ffff)]))
        }
        for key in strata { units[Int(key >> 32)] -= 1 }
        return units
    }

    /// Units minus strata of all groups together.
    func overallDegreesOfFreedom() -> Int {
        var strata = [Bool](repeating: false, count: stage.strata.count)
        var units = 0
        for unit in anySeen.indices where anySeen[unit] {
            units += 1
            strata[Int(stage.stratumOfUnit[unit])] = true
        }
        return units - strata.count { $0 }
    }
}
