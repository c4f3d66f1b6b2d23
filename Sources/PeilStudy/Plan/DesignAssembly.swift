import PeilStatistics
import PeilTable

extension DesignRequest {
    /// The design in the data: strata and units, replicates, then the weighting steps, each in the full sample and
    /// in every replicate.
    func estimation(over table: Table, threads: Int) throws -> Estimation {
        var design = try base(of: table)
        for step in adjust { design = try step.applied(to: design, table, threads: threads) }
        return estimation(design, threads: threads)
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

extension AdjustmentStep {
    func applied(to design: SampleDesign, _ table: Table, threads: Int) throws -> SampleDesign {
        let classes = try margins.map { try $0.classes(table) }
        let raking =
            switch self {
            case .rake(_, let tolerance, let iterations):
                Raking(tolerance: tolerance, maximumIterations: iterations)
            // One margin is met by the first round.
            case .poststratify: Raking(maximumIterations: 2)
            }
        if design.replicates != nil {
            return try design.adjustingEachReplicate(threads: threads) { try raking.fit($0, to: classes).weights }
        }
        let fit = try raking.fit(design.weights, to: classes)
        return design.calibrated(
            weights: fit.weights, by: CalibrationModel(baseWeights: design.weights, margins: classes))
    }
}

extension AdjustmentStep.Margin {
    fileprivate func classes(_ table: Table) throws -> MarginClasses {
        let grouping = Grouping.cross(try variables.map { ($0, try table.column($0)) })
        var indexOfKey: [[[UInt8]]: Int32] = [:]
        for (index, entry) in totals.enumerated() { indexOfKey[entry.key.map { Array($0.utf8) }] = Int32(index) }
        let classOfGroup = try grouping.keys.map { key in
            guard let index = indexOfKey[key.map { Array($0.utf8) }] else {
                throw WeightingError.unknownCategory(margin: name, category: key.joined(separator: " × "))
            }
            return index
        }
        return MarginClasses(
            variable: name, names: totals.map { $0.key.joined(separator: " × ") },
            classOfRow: grouping.groupOfRow.map { $0 < 0 ? -1 : classOfGroup[Int($0)] }, totals: totals.map(\.total))
    }
}
