internal import PeilNumerics

extension VarianceEngine {
    /// Variances (no covariances between groups) straight from the cells: O(cells), whatever the number of
    /// groups, where a dense matrix would hold units × groups numbers. One entry a group and parameter.
    func variances(
        of cells: CellTotals, gradients: [DenseMatrix?], under design: SampleDesign,
        groupCount: Int
    ) throws(DesignError) -> [[Double]] {
        let parameters = gradients.lazy.compactMap { $0 }.first?.rows ?? 0
        var result = [[Double]](repeating: [Double](repeating: 0, count: parameters), count: groupCount)
        for number in 0..<design.varianceStages {
            let stage = design.stages[number]
            let influence = StageInfluence(cells, gradients, parameters, from: design, to: number)
            try influence.addVariances(to: &result, stage, number: number + 1, engine: self, groupCount: groupCount)
        }
        return result
    }
}

/// Influence totals by unit of one stage and group, ordered by unit, then group.
private struct StageInfluence {
    var units: [Int32] = []
    var groups: [Int32] = []
    var values: [Double] = []
    let parameters: Int

    init(_ cells: CellTotals, _ gradients: [DenseMatrix?], _ parameters: Int, from design: SampleDesign, to stage: Int)
    {
        self.parameters = parameters
        let unitOfLast = design.unitOfStage(stage)
        let k = cells.basicCount
        var z = [Double](repeating: 0, count: parameters)
        // Rows without weight do not make a unit part of the domain, as in the dense form.
        for cell in 0..<cells.cellCount where cells.counts[cell] > 0 {
            guard let gradient = gradients[Int(cells.groups[cell])] else { continue }
            for j in 0..<parameters {
                var sum = 0.0
                for b in 0..<k { sum += gradient[j, b] * cells.totals[cell * k + b] }
                z[j] = sum
            }
            units.append(unitOfLast[Int(cells.units[cell])])
            groups.append(cells.groups[cell])
            values.append(contentsOf: z)
        }
        if stage + 1 < design.varianceStages { mergeCells() }
    }

    /// Joins the cells of one unit and group, which lie apart when units of a later stage were merged.
    private mutating func mergeCells() {
        let order = units.indices.sorted { (units[$0], groups[$0]) < (units[$1], groups[$1]) }
        var merged = (units: [Int32](), groups: [Int32](), values: [Double]())
        for index in order {
            if merged.units.last == units[index], merged.groups.last == groups[index] {
                let start = merged.values.count - parameters
                for j in 0..<parameters { merged.values[start + j] += values[index * parameters + j] }
            } else {
                merged.units.append(units[index])
                merged.groups.append(groups[index])
                merged.values.append(contentsOf: values[(index * parameters)..<((index + 1) * parameters)])
            }
        }
        (units, groups, values) = merged
    }

    func addVariances(
        to result: inout [[Double]], _ stage: SampleDesign.Stage, number: Int, engine: VarianceEngine,
        groupCount: Int
    ) throws(DesignError) {
        var entries: [UInt64: Entry] = [:]
        for index in units.indices {
            let key = UInt64(stage.stratumOfUnit[Int(units[index])]) << 32 | UInt64(groups[index])
            entries[key, default: Entry(parameters)].add(values, at: index * parameters)
        }
        let lonely = entries.keys.filter { stage.strata[Int($0 >> 32)].sampled == 1 }
        if engine.lonelyPSU == .fail, !lonely.isEmpty {
            let names = Set(lonely.map { Int($0 >> 32) }).filter { stage.strata[$0].finiteCorrection >= 1e-7 }
            if !names.isEmpty {
                throw .lonelyUnits(strata: names.sorted().map { stage.strata[$0].label }, stage: number)
            }
        }
        for index in units.indices {
            let stratum = Int(stage.stratumOfUnit[Int(units[index])])
            let key = UInt64(stratum) << 32 | UInt64(groups[index])
            entries[key]?.addSquares(values, at: index * parameters, sampled: stage.strata[stratum].sampled)
        }
        for key in entries.keys.sorted() {
            guard let entry = entries[key] else { continue }
            let stratum = stage.strata[Int(key >> 32)]
            for j in 0..<parameters {
                result[Int(key & 0xffff_ffff)][j] += entry.contribution(j, of: stratum)
            }
        }
    }

    private struct Entry {
        var present = 0
        var sum: [Double]
        var squares: [Double]

        init(_ parameters: Int) {
            sum = [Double](repeating: 0, count: parameters)
            squares = sum
        }

        mutating func add(_ values: [Double], at start: Int) {
            present += 1
            for j in sum.indices { sum[j] += values[start + j] }
        }

        mutating func addSquares(_ values: [Double], at start: Int, sampled: Int) {
            for j in sum.indices {
                let deviation = values[start + j] - sum[j] / Double(sampled)
                squares[j] += deviation * deviation
            }
        }

        /// Units without rows in the group count as zero totals.
        func contribution(_ j: Int, of stratum: SampleDesign.Stratum) -> Double {
            guard stratum.sampled > 1, stratum.finiteCorrection >= 1e-7 else { return 0 }
            let n = Double(stratum.sampled)
            let mean = sum[j] / n
            let total = squares[j] + Double(stratum.sampled - present) * mean * mean
            return stratum.earlierFraction * stratum.finiteCorrection * n / (n - 1) * total
        }
    }
}

extension SampleDesign {
    /// For each unit of the last variance stage, the unit of stage `number` in which it lies.
    func unitOfStage(_ number: Int) -> [Int32] {
        let last = varianceStages - 1
        var current = (0..<Int32(stages[last].unitCount)).map { $0 }
        var stage = last
        while stage > number {
            let parents = stages[stage].stratumOfUnit.map { stages[stage].strata[Int($0)].parent }
            current = current.map { parents[Int($0)] }
            stage -= 1
        }
        return current
    }
}
