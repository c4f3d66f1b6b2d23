internal import PeilNumerics

/// Variances and covariances of columns that meet in the same units.
struct JointVariance {
    private let engine: VarianceEngine
    private let columns: VarianceColumns
    private let calibrated: CalibratedTotals?
    private let blocks: ParallelBlocks

    init(
        _ engine: VarianceEngine, _ columns: VarianceColumns, _ calibrated: CalibratedTotals?, blocks: ParallelBlocks
    ) {
        self.engine = engine
        self.columns = columns
        self.calibrated = calibrated
        self.blocks = blocks
    }

    struct Result {
        /// V̂ of each column.
        var variances: [Double]
        /// All covariances, where asked for.
        var covariance: DenseMatrix?
    }

    func result(_ cells: CellTotals, _ design: SampleDesign, covariance: Bool) throws(DesignError) -> Result {
        var result = Result(
            variances: [Double](repeating: 0, count: columns.count),
            covariance: covariance ? DenseMatrix(rows: columns.count, columns: columns.count) : nil)
        var residuals: CalibrationResiduals?
        for number in 0..<design.varianceStages {
            let stage = design.stages[number]
            let own = number + 1 == design.varianceStages ? cells : cells.joined(into: design.unitOfStage(number))
            try engine.refuseLonely(
                own, stage, number: number + 1,
                calibrated != nil ? .everyUnit : columns.domains.first == .allGroups ? .groupsTogether : .eachGroup)
            if !covariance, hasOneTreatment(stage),
                let variances = SparseVariance(engine, columns, own, stage, calibrated, ofStage: number, blocks)?
                    .variances()
            {
                result.add(Result(variances: variances, covariance: nil))
                continue
            }
            residuals = residuals ?? calibrated.map { CalibrationResiduals($0, columns) }
            let walk = StageWalk(engine, columns, stage, own, residuals: residuals?.byUnit(ofStage: number))
            let parts = blocks.map(walk.blocks.count) { walk.sum(walk.blocks[$0], covariance: covariance) }
            for part in parts { result.add(part) }
        }
        return result
    }

    /// Whether a stratum is treated alike in all columns: after calibration every unit is in every domain; or all groups
    /// are one domain; or no stratum is lonely in one domain and not in another.
    private func hasOneTreatment(_ stage: SampleDesign.Stage) -> Bool {
        if calibrated != nil || columns.domains.first == .allGroups { return true }
        return !engine.lonelyInDomains
            && !(engine.needsFamilies && stage.strata.contains { $0.sampled == 1 && !VarianceEngine.isCertain($0) })
    }

    /// Y of the first stage: a row a column of the variance, a column a primary sampling unit, centred in its stratum and
    /// scaled, so that V̂ of a single stage is YYᵀ. Of two samples that share units, Σ yᵢ y′ᵢ over those is a covariance.
    func contributions(_ cells: CellTotals, _ design: SampleDesign) throws(DesignError) -> DenseMatrix {
        let stage = design.stages[0]
        let own = design.varianceStages == 1 ? cells : cells.joined(into: design.unitOfStage(0))
        let residuals = calibrated.map { CalibrationResiduals($0, columns) }
        let walk = StageWalk(engine, columns, stage, own, residuals: residuals?.byUnit(ofStage: 0))
        var storage: [Double] = []
        storage.reserveCapacity(columns.count * stage.unitCount)
        for part in blocks.map(walk.blocks.count, { walk.contributions(walk.blocks[$0]) }) { storage += part.storage }
        return DenseMatrix(rows: columns.count, columns: stage.unitCount, storage: storage)
    }
}

extension JointVariance.Result {
    fileprivate mutating func add(_ other: JointVariance.Result) {
        for index in variances.indices { variances[index] += other.variances[index] }
        if let more = other.covariance, covariance != nil {
            for index in more.storage.indices { covariance?.storage[index] += more.storage[index] }
        }
    }
}
