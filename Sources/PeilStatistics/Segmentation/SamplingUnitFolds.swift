internal import PeilNumerics

/// Folds for cross-validation of a survey: whole primary sampling units, spread over the folds within each stratum, so
/// that people of one household never judge a model they helped to make.  Wieczorek, Guerin & McMahon 2022.
public struct SamplingUnitFolds: Sendable {
    public let count: Int
    public let foldOfRow: [Int]

    /// - Parameter count: number of folds.
    /// - Parameter design: the design of the sample.
    /// - Parameter seed: seed of what is drawn.
    /// - Parameter rankOfRow: equal for rows that are the same to the method. Units are put in order of the ranks of their
    ///   rows before they are drawn, so that the order of the file changes nothing.
    public init(_ count: Int, of design: SampleDesign, rankOfRow: [Int32], seed: UInt64) {
        precondition(count >= 2, "at least two folds")
        self.count = count
        let stage = design.stages[0]
        var ranks = [[Int32]](repeating: [], count: stage.unitCount)
        for row in 0..<design.rowCount { ranks[Int(stage.unitOfRow[row])].append(rankOfRow[row]) }
        for unit in ranks.indices { ranks[unit].sort() }
        var unitsOfStratum = [[Int]](repeating: [], count: stage.strata.count)
        for unit in 0..<stage.unitCount { unitsOfStratum[Int(stage.stratumOfUnit[unit])].append(unit) }
        let random = StableRandom(seed: seed).stream("folds of sampling units")
        var foldOfUnit = [Int](repeating: 0, count: stage.unitCount)
        // Strata take turns at being first, or small ones would all fill the first folds.
        var next = 0
        for (stratum, units) in unitsOfStratum.enumerated() {
            var order = units.sorted { ranks[$0].lexicographicallyPrecedes(ranks[$1]) }
            var stream = random.stream(UInt64(stratum))
            stream.shuffle(&order)
            for unit in order {
                foldOfUnit[unit] = next % count
                next += 1
            }
        }
        foldOfRow = stage.unitOfRow.map { foldOfUnit[Int($0)] }
    }
}

extension AnswerPatterns {
    /// Rows in order of pattern and weight: equal for rows with the same answers and the same weight.
    func ranks(weights: [Double]) -> [Int32] {
        let order = patternOfRow.indices.sorted { a, b in
            patternOfRow[a] != patternOfRow[b] ? patternOfRow[a] < patternOfRow[b] : weights[a] < weights[b]
        }
        var ranks = [Int32](repeating: 0, count: patternOfRow.count)
        var rank: Int32 = 0
        for (place, row) in order.enumerated() {
            if place > 0 {
                let before = order[place - 1]
                if patternOfRow[before] != patternOfRow[row] || weights[before] != weights[row] { rank += 1 }
            }
            ranks[row] = rank
        }
        return ranks
    }
}
