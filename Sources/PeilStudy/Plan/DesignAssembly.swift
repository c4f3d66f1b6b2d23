import PeilStatistics
import PeilTable

extension DesignRequest {
    /// The design in the data: strata and units, replicates, then the weighting steps, each in the full sample and
    /// in every replicate.
    func estimation(over table: Table, threads: Int) throws -> Estimation {
        let design = try base(of: table)
        let steps = try adjust.map { try $0.step(over: table, design) }
        return estimation(try WeightSteps(steps).apply(to: design, threads: threads).design, threads: threads)
    }

    /// Before the weighting steps.
    func base(of table: Table) throws -> SampleDesign {
        let design = try SampleDesign(columns, of: table)
        switch replicates {
        case nil: return design
        case .made(let method, let isCentred):
            let maker = ReplicateMaker(method, centredAtEstimate: isCentred, lonelyPSU: lonelyPSU)
            return design.replicated(try maker.replicates(of: design))
        case .supplied(let supplied): return design.replicated(try supplied.weights(of: table, design))
        }
    }

    func estimation(_ design: SampleDesign, threads: Int) -> Estimation {
        let engine = VarianceEngine(lonelyPSU: lonelyPSU, lonelyInDomains: lonelyInDomains)
        switch sample {
        case .probability: return Estimation(design, engine: engine, threads: threads)
        case .optIn(let assumption):
            return Estimation(OptInSample(design, assuming: assumption), engine: engine, threads: threads)
        }
    }
}

extension SuppliedReplicates {
    fileprivate func weights(of table: Table, _ design: SampleDesign) throws -> ReplicateWeights {
        let matrix = try SampleDesign.replicateWeights(
            columns, of: table, baseWeights: design.weights, isCombined: isCombined)
        guard replicateScales.count == 1 || replicateScales.count == columns.count else {
            throw ReplicateError.badScale("\(replicateScales.count) rscales for \(columns.count) replicates")
        }
        return ReplicateWeights(
            source: .rowWeights(matrix), scale: scale,
            replicateScales: replicateScales.count == 1
                ? [Double](repeating: replicateScales[0], count: columns.count) : replicateScales,
            isCentredAtEstimate: isCentredAtEstimate)
    }
}
