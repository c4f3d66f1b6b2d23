internal import PeilNumerics

extension VarianceEngine {
    /// The variances of each group's parameters from its own cells alone: O(cells), whatever the number of groups.
    /// - Returns: one entry a group and parameter; NaN where no stratum is left to estimate it.
    func variances(
        of cells: CellTotals, gradients: [DenseMatrix?], under design: SampleDesign, blocks: ParallelBlocks
    ) throws(DesignError) -> [[Double]] {
        let parameters = gradients.lazy.compactMap { $0 }.first?.rows ?? 0
        var result = [[Double]](repeating: [Double](repeating: 0, count: parameters), count: gradients.count)
        for number in 0..<design.varianceStages {
            let stage = design.stages[number]
            let own = number + 1 == design.varianceStages ? cells : cells.joined(into: design.unitOfStage(number))
            try refuseLonely(own, stage, number: number + 1, .eachGroup)
            let start = own.groupStart(count: gradients.count)
            let parts = blocks.map(gradients.count) { group in
                gradients[group].map { gradient in
                    GroupVariance(self, stage, own, start[group]..<start[group + 1], gradient).sum()
                }
            }
            for (group, part) in parts.enumerated() {
                for (j, value) in (part ?? []).enumerated() { result[group][j] += value }
            }
        }
        return result
    }
}

extension CellTotals {
    /// Where the cells of each group begin.
    func groupStart(count: Int) -> [Int] {
        var start = [Int](repeating: 0, count: count + 1)
        for group in groups { start[Int(group) + 1] += 1 }
        for group in 0..<count { start[group + 1] += start[group] }
        return start
    }
}

/// One group's variance at one stage: its strata are runs of its cells; units of a stratum without rows of the
/// group are zero totals that need no storage.
private struct GroupVariance {
    private let engine: VarianceEngine
    private let stage: SampleDesign.Stage
    private let parameters: Int
    /// Units that the group occupies, ascending, and their influence totals, `parameters` each.
    private var units: [Int32] = []
    private var influence: [Double] = []

    init(
        _ engine: VarianceEngine, _ stage: SampleDesign.Stage, _ cells: CellTotals, _ range: Range<Int>,
        _ gradient: DenseMatrix
    ) {
        self.engine = engine
        self.stage = stage
        parameters = gradient.rows
        let k = cells.basicCount
        units.reserveCapacity(range.count)
        influence.reserveCapacity(range.count * parameters)
        for cell in range where cells.counts[cell] > 0 {
            units.append(cells.units[cell])
            for j in 0..<parameters {
                var sum = 0.0
                for b in 0..<k { sum += gradient[j, b] * cells.totals[cell * k + b] }
                influence.append(sum)
            }
        }
    }

    /// A run of the group's units that lie in one stratum.
    private struct Run {
        let stratum: Int
        let range: Range<Int>
    }

    func sum() -> [Double] {
        let runs = self.runs()
        var result = [Double](repeating: 0, count: parameters)
        var first = 0
        while first < runs.count {
            let parent = stage.strata[runs[first].stratum].parent
            var end = first
            var family = VarianceEngine.Family()
            while end < runs.count, stage.strata[runs[end].stratum].parent == parent {
                family.see(stage.strata[runs[end].stratum], occupied: runs[end].range.count, engine)
                end += 1
            }
            addFamily(runs[first..<end], family, to: &result)
            first = end
        }
        return result
    }

    private func runs() -> [Run] {
        var result: [Run] = []
        var start = 0
        while start < units.count {
            let stratum = stage.stratumOfUnit[Int(units[start])]
            var end = start + 1
            while end < units.count, stage.stratumOfUnit[Int(units[end])] == stratum { end += 1 }
            result.append(Run(stratum: Int(stratum), range: start..<end))
            start = end
        }
        return result
    }

    private func addFamily(_ runs: ArraySlice<Run>, _ family: VarianceEngine.Family, to result: inout [Double]) {
        for j in 0..<parameters {
            var familyMean: Double?
            for run in runs {
                let stratum = stage.strata[run.stratum]
                switch engine.treatment(stratum, occupied: run.range.count, family) {
                case .none: break
                case .undefined: result[j] = .nan
                case .aroundOwnMean(let factor):
                    result[j] += factor * squares(run, j, around: total(run, j) / Double(stratum.sampled))
                case .aroundFamilyMean(let factor):
                    let mean =
                        familyMean
                        ?? runs.reduce(0) { $0 + total($1, j) } / Double(max(1, family.units))
                    familyMean = mean
                    result[j] += factor * squares(run, j, around: mean)
                }
            }
        }
    }

    private func total(_ run: Run, _ j: Int) -> Double {
        var sum = 0.0
        for index in run.range { sum += influence[index * parameters + j] }
        return sum
    }

    /// Σ (t − centre)² over all sampled units of the stratum.
    private func squares(_ run: Run, _ j: Int, around centre: Double) -> Double {
        var sum = 0.0
        for index in run.range {
            let deviation = influence[index * parameters + j] - centre
            sum += deviation * deviation
        }
        return sum + Double(stage.strata[run.stratum].sampled - run.range.count) * centre * centre
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
