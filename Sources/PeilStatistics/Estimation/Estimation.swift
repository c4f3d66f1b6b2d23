public import PeilNumerics
public import PeilTable

/// Where estimator and design meet: one function for every smooth statistic, with or without groups, domains,
/// calibration and later stages.
public struct Estimation: Sendable {
    public let design: SampleDesign
    public let engine: VarianceEngine
    public let blocks: ParallelBlocks

    public init(_ design: SampleDesign, engine: VarianceEngine, threads: Int = 1) {
        self.design = design
        self.engine = engine
        blocks = ParallelBlocks(threads: threads)
    }

    /// What the caller wants besides values and standard errors.
    public struct Wishes: Sendable {
        /// The full covariance of all groups and parameters.
        public var covariance: Bool
        /// The difference of each group from all other rows of the domain, with its standard error.
        public var groupAgainstRest: Bool

        public init(covariance: Bool = false, groupAgainstRest: Bool = false) {
            self.covariance = covariance
            self.groupAgainstRest = groupAgainstRest
        }
    }

    /// - Parameters:
    ///   - grouping: the groups; rows outside stay in the design and count zero.
    ///   - domain: a mask over rows, nil for all.
    /// - Throws: `DesignError` for lonely strata; errors of single groups are in the result.
    public func estimate(
        _ estimator: some SmoothEstimator, by grouping: Grouping, in domain: [Bool]? = nil,
        wishes: Wishes = Wishes()
    ) throws -> GroupedEstimates {
        let cells = cellTotals(of: estimator, by: grouping, in: domain)
        let (totals, counts) = cells.groupTotals(groupCount: grouping.count)
        var outcomes: [Result<[Double], EstimationError>] = []
        var gradients: [DenseMatrix?] = []
        for group in 0..<grouping.count {
            do throws(EstimationError) {
                let values = try estimator.value(at: totals[group], count: counts[group])
                outcomes.append(.success(values))
                gradients.append(estimator.gradient(at: totals[group], values: values, count: counts[group]))
            } catch {
                outcomes.append(.failure(error))
                gradients.append(nil)
            }
        }
        var result = GroupedEstimates(labels: estimator.labels, grouping: grouping, outcomes: outcomes, counts: counts)
        countDomain(&result, estimator, grouping, domain)
        try addVariance(&result, estimator, cells, totals, gradients, wishes, domain)
        return result
    }

    private func cellTotals(of estimator: some SmoothEstimator, by grouping: Grouping, in domain: [Bool]?) -> CellTotals
    {
        let last = design.stages[design.varianceStages - 1]
        let pass = CellPass(
            rowCount: design.rowCount, unitOfRow: last.unitOfRow, unitCount: last.unitCount,
            groupOfRow: grouping.groupOfRow, groupCount: grouping.count
        ) { row in
            (domain.map { $0[row] } ?? true) && estimator.isComplete(row)
        }
        return pass.totals(of: estimator, weights: design.weights, blocks: blocks)
    }

    /// Degrees of freedom per group: units minus strata that have rows of the group; and the sums of weights.
    private func countDomain(
        _ result: inout GroupedEstimates, _ estimator: some SmoothEstimator, _ grouping: Grouping,
        _ domain: [Bool]?
    ) {
        var complete = DomainCounter(design.stages[0], groupCount: grouping.count)
        var counter = DomainCounter(design.stages[0], groupCount: grouping.count)
        for row in 0..<design.rowCount where grouping.groupOfRow[row] >= 0 && (domain.map { $0[row] } ?? true) {
            guard design.weights[row] != 0 else { continue }
            counter.see(row, group: Int(grouping.groupOfRow[row]), weight: design.weights[row])
            guard estimator.isComplete(row) else { continue }
            complete.see(row, group: Int(grouping.groupOfRow[row]), weight: design.weights[row])
        }
        result.degreesOfFreedom = counter.degreesOfFreedom()
        result.completeDegreesOfFreedom = complete.degreesOfFreedom()
        result.domainDegreesOfFreedom = counter.overallDegreesOfFreedom()
        result.completeWeights = complete.weights
        result.allWeights = counter.weights
        result.squaredWeights = complete.squaredWeights
    }

    /// Above this many numbers a dense matrix of units × groups gives way to the sparse form.
    private static let denseLimit = 40_000_000

    private func addVariance(
        _ result: inout GroupedEstimates, _ estimator: some SmoothEstimator, _ cells: CellTotals,
        _ totals: [[Double]], _ gradients: [DenseMatrix?], _ wishes: Wishes, _ domain: [Bool]?
    ) throws {
        let units = design.stages[design.varianceStages - 1].unitCount
        let width = result.grouping.count * estimator.basicCount
        let isPlain =
            design.calibration == nil && !wishes.covariance && !wishes.groupAgainstRest
            && !engine.lonelyInDomains
            && (engine.lonelyPSU == .fail || engine.lonelyPSU == .remove || engine.lonelyPSU == .certainty)
        if isPlain, result.grouping.count > 1 || units * width > Self.denseLimit {
            result.variances = try engine.variances(
                of: cells, gradients: gradients, under: design,
                groupCount: result.grouping.count)
            return
        }
        var columns = ColumnPlan(
            groupCount: result.grouping.count, basicCount: estimator.basicCount, gradients: gradients)
        if wishes.groupAgainstRest { columns.addContrastsWithRest(estimator, totals, result.counts, &result) }
        let linear = LinearisedTotals(
            design, cells, groupCount: result.grouping.count,
            crossProducts: design.calibration.map {
                auxiliaryProducts($0, estimator, result.grouping, domain)
            })
        let deviations = try linear.scaledDeviations(columns, engine)
        columns.read(deviations, covariance: wishes.covariance, into: &result)
    }

    /// Σ dᵢ xᵢ bᵢᵀ per group: auxiliaries × (groups · k).
    private func auxiliaryProducts(
        _ model: CalibrationModel, _ estimator: some SmoothEstimator, _ grouping: Grouping,
        _ domain: [Bool]?
    ) -> DenseMatrix {
        let k = estimator.basicCount
        var products = DenseMatrix(rows: model.columnCount, columns: grouping.count * k)
        var basics = [Double](repeating: 0, count: k)
        for row in 0..<design.rowCount where grouping.groupOfRow[row] >= 0 && (domain.map { $0[row] } ?? true) {
            guard estimator.isComplete(row), design.weights[row] != 0 else { continue }
            for b in 0..<k { basics[b] = 0 }
            estimator.add(row, weight: model.baseWeights[row], to: &basics, at: 0)
            let offset = Int(grouping.groupOfRow[row]) * k
            for margin in model.columnsOfRow where margin[row] >= 0 {
                for b in 0..<k { products[Int(margin[row]), offset + b] += basics[b] }
            }
        }
        return products
    }
}
