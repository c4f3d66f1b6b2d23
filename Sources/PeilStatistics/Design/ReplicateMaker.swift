internal import PeilNumerics

/// Makes replicates of a design from its strata and units, before any adjustment of the weights.
public struct ReplicateMaker: Sendable {
    public enum Method: Sendable, Equatable {
        /// Delete one unit; no strata.  Quenouille 1956.
        case jackknife1
        /// Delete one unit of a stratum.  Rust & Rao 1996.
        case jackknifeN
        /// nₕ − 1 units of each stratum drawn with replacement.  Rao & Wu 1988.
        case raoWuBootstrap(replicates: Int, seed: UInt64)
        /// Half of the units of each stratum drawn without replacement, at every stage with population sizes.
        /// Preston 2009.
        case prestonBootstrap(replicates: Int, seed: UInt64)
    }

    public let method: Method
    /// Squares are taken around the full estimate instead of the mean of the replicates.
    public let isCentredAtEstimate: Bool
    public let lonelyPSU: LonelyPSU

    public init(_ method: Method, centredAtEstimate: Bool = false, lonelyPSU: LonelyPSU = .fail) {
        self.method = method
        isCentredAtEstimate = centredAtEstimate
        self.lonelyPSU = lonelyPSU
    }

    /// - Throws: `ReplicateError` for lonely strata and designs the method does not know.
    public func replicates(of design: SampleDesign) throws(ReplicateError) -> ReplicateWeights {
        switch method {
        case .jackknife1: return try jackknife(design.stages[0], stratified: false)
        case .jackknifeN: return try jackknife(design.stages[0], stratified: true)
        case .raoWuBootstrap(let count, let seed): return try raoWu(design.stages[0], count, seed)
        case .prestonBootstrap(let count, let seed): return try preston(design, count, seed)
        }
    }

    // MARK: Jackknife

    /// Scale (n−1)/n · (1 − f) per stratum; a stratum taken whole varies nothing.
    private func jackknife(_ stage: SampleDesign.Stage, stratified: Bool) throws(ReplicateError) -> ReplicateWeights {
        guard stratified || stage.strata.count == 1 else { throw .strataNeedJackknifeN(strata: stage.strata.count) }
        try refuseLonely(stage)
        let scales = stage.stratumOfUnit.map { index in
            let stratum = stage.strata[Int(index)]
            let size = Double(stratum.sampled)
            return (size - 1) / size * max(0, stratum.finiteCorrection)
        }
        return ReplicateWeights(
            source: .deletedUnits, scale: 1, replicateScales: scales, isCentredAtEstimate: isCentredAtEstimate)
    }

    /// Lonely strata vary nothing under `remove` and `certainty`; the other rules have no replicate form.
    private func refuseLonely(_ stage: SampleDesign.Stage) throws(ReplicateError) {
        let lonely = stage.strata.filter { $0.sampled == 1 && $0.finiteCorrection >= 1e-7 }.map(\.label)
        guard !lonely.isEmpty else { return }
        switch lonelyPSU {
        case .remove, .certainty: return
        case .fail: throw .lonelyUnits(strata: lonely)
        case .adjust, .average: throw .unsupportedLonelyRule(lonelyPSU.rawValue)
        }
    }

    // MARK: Bootstrap

    /// Multiplier nₕ/(nₕ−1) · times drawn; scale 1/(R−1). Sampling with replacement: population sizes are not used.
    private func raoWu(
        _ stage: SampleDesign.Stage, _ count: Int, _ seed: UInt64
    ) throws(ReplicateError)
        -> ReplicateWeights
    {
        guard count >= 2 else { throw .noReplicates }
        try refuseLonely(stage)
        var matrix = DenseMatrix(rows: count, columns: stage.unitCount)
        let random = StableRandom(seed: seed).stream("Rao-Wu bootstrap")
        // Some replicates at a time, so that a unit's multipliers are written side by side.
        let batch = 16
        for first in stride(from: 0, to: count, by: batch) {
            let own = first..<min(first + batch, count)
            let drawn = own.map { Self.timesDrawn(stage, random.stream(UInt64($0))) }
            var unit = 0
            for stratum in stage.strata {
                let size = Double(stratum.sampled)
                let factor = stratum.sampled > 1 ? size / (size - 1) : 1
                for _ in 0..<stratum.sampled {
                    for (offset, times) in drawn.enumerated() {
                        matrix[first + offset, unit] = factor * Double(times[unit])
                    }
                    unit += 1
                }
            }
        }
        return bootstrap(matrix, stage: 0)
    }

    /// How often each unit is drawn: nₕ − 1 draws with replacement; a unit alone once.
    private static func timesDrawn(_ stage: SampleDesign.Stage, _ stream: StableRandom) -> [UInt16] {
        var random = stream
        var times = [UInt16](repeating: 0, count: stage.unitCount)
        var first = 0
        for stratum in stage.strata {
            if stratum.sampled == 1 {
                times[first] = 1
            } else {
                random.tally(stratum.sampled - 1, below: stratum.sampled, in: &times, from: first)
            }
            first += stratum.sampled
        }
        return times
    }

    private func bootstrap(_ matrix: DenseMatrix, stage: Int) -> ReplicateWeights {
        ReplicateWeights(
            source: .unitMultipliers(matrix, stage: stage), scale: 1 / Double(matrix.rows - 1),
            replicateScales: [Double](repeating: 1, count: matrix.rows), isCentredAtEstimate: isCentredAtEstimate)
    }

    /// Preston's multistage rescaling. At stage s a unit in stratum h, m of n drawn, δ 1 where drawn, carries
    /// a_s = a_{s−1} + λ · Π_{t<s} √(nₜ/mₜ) δₜ · (n/m · δ − 1), λ = √(m · F · (1 − f) / (n − m)),
    /// F the sampling fractions of the stages before, f of this one.
    private func preston(
        _ design: SampleDesign, _ count: Int, _ seed: UInt64
    ) throws(ReplicateError)
        -> ReplicateWeights
    {
        guard count >= 2 else { throw .noReplicates }
        let last = design.varianceStages - 1
        for stage in design.stages[0...last] { try refuseLonely(stage) }
        let matrix = DenseMatrix(rows: count, columns: design.stages[last].unitCount)
        let random = StableRandom(seed: seed).stream("Preston bootstrap")
        var result = matrix
        for replicate in 0..<count {
            var draws = random.stream(UInt64(replicate))
            var level = PrestonLevel(multipliers: [], paths: [])
            for number in 0...last { level = level.next(design.stages[number], &draws) }
            for unit in level.multipliers.indices { result[replicate, unit] = level.multipliers[unit] }
        }
        return bootstrap(result, stage: last)
    }
}

/// Multipliers of the units of one stage in one Preston replicate, and the product √(n/m)·δ along the path to each.
private struct PrestonLevel {
    var multipliers: [Double]
    var paths: [Double]

    func next(_ stage: SampleDesign.Stage, _ draws: inout StableRandom) -> PrestonLevel {
        var result = PrestonLevel(
            multipliers: [Double](repeating: 1, count: stage.unitCount),
            paths: [Double](repeating: 0, count: stage.unitCount))
        var first = 0
        for stratum in stage.strata {
            let size = stratum.sampled
            let base = stratum.parent < 0 ? 1 : multipliers[Int(stratum.parent)]
            let path = stratum.parent < 0 ? 1 : paths[Int(stratum.parent)]
            let taken = size / 2
            let chosen = Set(taken > 0 ? draws.sample(taken, from: size) : [])
            let ratio = taken > 0 ? Double(size) / Double(taken) : 0
            let lambda =
                taken > 0
                ? (Double(taken) * stratum.earlierFraction * max(0, stratum.finiteCorrection) / Double(size - taken))
                    .squareRoot() : 0
            for offset in 0..<size {
                let isDrawn = chosen.contains(offset)
                result.multipliers[first + offset] = base + lambda * path * ((isDrawn ? ratio : 0) - 1)
                result.paths[first + offset] = isDrawn ? path * ratio.squareRoot() : 0
            }
            // A unit alone in its stratum stays whole, so that its own later stages still vary.
            if taken == 0 { for offset in 0..<size { result.paths[first + offset] = path } }
            first += size
        }
        return result
    }
}
