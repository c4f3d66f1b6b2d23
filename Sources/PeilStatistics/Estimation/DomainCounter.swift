/// Counts units, strata and weights of each group's domain.
struct DomainCounter {
    private let stage: SampleDesign.Stage
    private let groupCount: Int
    /// Units and strata that a group was seen in, without repeats.
    private var unitsOfGroup: DistinctPairs
    private var strataOfGroup: DistinctPairs
    private var anySeen: [Bool]
    private(set) var weights: [Double]
    private(set) var squaredWeights: [Double]

    init(_ stage: SampleDesign.Stage, groupCount: Int) {
        self.stage = stage
        self.groupCount = groupCount
        unitsOfGroup = DistinctPairs(groups: groupCount, others: stage.unitCount)
        strataOfGroup = DistinctPairs(groups: groupCount, others: stage.strata.count)
        anySeen = [Bool](repeating: false, count: stage.unitCount)
        weights = [Double](repeating: 0, count: groupCount)
        squaredWeights = weights
    }

    mutating func see(_ row: Int, group: Int, weight: Double) {
        let unit = Int(stage.unitOfRow[row])
        anySeen[unit] = true
        if unitsOfGroup.insert(group, unit) { _ = strataOfGroup.insert(group, Int(stage.stratumOfUnit[unit])) }
        weights[group] += weight
        squaredWeights[group] += weight * weight
    }

    /// Units minus strata, per group.
    func degreesOfFreedom() -> [Int] {
        (0..<groupCount).map { unitsOfGroup.countOfGroup[$0] - strataOfGroup.countOfGroup[$0] }
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

/// The distinct pairs of a group and something else, counted per group: a bit map while that is small, a set
/// where groups × units would not fit.
private struct DistinctPairs {
    private static let bitMapLimit = 16_000_000
    private let others: Int
    private var bits: [Bool] = []
    private var set: Set<Int> = []
    private(set) var countOfGroup: [Int]

    init(groups: Int, others: Int) {
        self.others = others
        countOfGroup = [Int](repeating: 0, count: groups)
        if groups * others <= Self.bitMapLimit { bits = [Bool](repeating: false, count: groups * others) }
    }

    /// Whether the pair is new.
    mutating func insert(_ group: Int, _ other: Int) -> Bool {
        let key = group * others + other
        if bits.isEmpty {
            guard set.insert(key).inserted else { return false }
        } else {
            guard !bits[key] else { return false }
            bits[key] = true
        }
        countOfGroup[group] += 1
        return true
    }
}
