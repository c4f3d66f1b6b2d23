public import PeilNumerics
public import PeilTable

/// Where estimator and design meet: one function for every smooth statistic, with or without groups, domains,
/// calibration, later stages or replicates.
public struct Estimation: Sendable {
    public let design: SampleDesign
    public let engine: VarianceEngine
    public let blocks: ParallelBlocks
    /// What a margin of these estimates rests on.
    public let claim: MarginClaim
    private let calibration: CalibrationRegression?

    public init(_ design: SampleDesign, engine: VarianceEngine, threads: Int = 1) {
        self.init(design, engine: engine, threads: threads, claim: .sampling)
    }

    /// Estimates from people who chose to take part. Points are the same as those of a design; a margin is given only
    /// under the assumption that the sample names.
    public init(_ sample: OptInSample, engine: VarianceEngine, threads: Int = 1) {
        self.init(
            sample.asIfDesigned, engine: engine, threads: threads,
            claim: sample.assumption.map { .model($0) } ?? .none)
    }

    private init(_ design: SampleDesign, engine: VarianceEngine, threads: Int, claim: MarginClaim) {
        self.design = design
        self.engine = engine
        self.claim = claim
        blocks = ParallelBlocks(threads: threads)
        calibration =
            design.replicates == nil ? design.calibration.map { CalibrationRegression($0, design, engine) } : nil
    }

    /// What the caller wants besides values and standard errors.
    public struct Wishes: Sendable {
        /// The full covariance of all groups and parameters.
        public var covariance: Bool
        /// The difference of each group from all other rows of the domain, with its standard error.
        public var groupAgainstRest: Bool
        /// The groups are cells of one table, not domains of their own: rules for lonely units look at all of them
        /// together.
        public var groupsAreOneDomain: Bool
        /// Degrees of freedom over the rows that answered: the rank of a large matrix where replicates are many.
        public var completeDegreesOfFreedom: Bool
        /// What each primary sampling unit contributes, for the covariance with another sample that shares units. A design
        /// with replicates has none.
        public var contributions: Bool

        public init(
            covariance: Bool = false, groupAgainstRest: Bool = false, groupsAreOneDomain: Bool = false,
            completeDegreesOfFreedom: Bool = true, contributions: Bool = false
        ) {
            self.contributions = contributions
            self.completeDegreesOfFreedom = completeDegreesOfFreedom
            self.covariance = covariance
            self.groupAgainstRest = groupAgainstRest
            self.groupsAreOneDomain = groupsAreOneDomain
        }
    }

    /// Rows arranged by group and sampling unit, to be used for any number of estimators.
    /// - Parameters:
    ///   - grouping: the groups; rows outside stay in the design and count zero.
    ///   - mask: the domain, nil for all rows.
    public func domain(by grouping: Grouping, in mask: [Bool]? = nil) -> GroupedDomain {
        GroupedDomain(design, by: grouping, in: mask)
    }

    /// - Throws: `DesignError` for lonely strata, `ReplicateError`; errors of single groups are in the result.
    public func estimate(
        _ estimator: some SmoothEstimator, by grouping: Grouping, in domain: [Bool]? = nil,
        wishes: Wishes = Wishes()
    ) throws -> GroupedEstimates {
        try estimate(estimator, over: self.domain(by: grouping, in: domain), wishes: wishes)
    }

    /// Totals that were summed before, with those of other estimators or while values were made.
    public struct Prepared: Sendable {
        let cells: CellTotals
        /// By cell of the last calibration; nil where they are summed when they are needed.
        var auxiliaries: CellTotals?
        /// Where rows are units and only their moments are at hand.
        var rowUnits: RowUnitSums?
        /// nil without replicates.
        var replicates: ReplicateTotals?
    }

    /// Sums several estimators over one domain before any is evaluated. Worth while, and done, only where units are
    /// multiplied in replicates and there are no groups: the multipliers are then read once for all. nil otherwise.
    public func prepare(_ estimators: [any SmoothEstimator], over domain: GroupedDomain) -> [Prepared]? {
        guard domain.grouping.count == 1, case .unitMultipliers(let matrix, _) = design.replicates?.source else {
            return nil
        }
        let cells = estimators.map { domain.totals(of: $0, blocks: blocks) }
        let replicates = ReplicateTotals.together(matrix, cells)
        guard replicates.count == cells.count else { return nil }
        return zip(cells, replicates).map { Prepared(cells: $0, replicates: $1) }
    }

    /// - Parameter domain: rows and groups.
    /// - Parameter wishes: what is wanted beside estimates.
    /// - Parameter estimator: what is estimated.
    /// - Parameter prepared: what `prepare` gave for this estimator and domain.
    /// - Throws: `DesignError` for lonely strata, `ReplicateError`; errors of single groups are in the result.
    public func estimate(
        _ estimator: some SmoothEstimator, over domain: GroupedDomain, wishes: Wishes = Wishes(),
        prepared: Prepared? = nil
    ) throws -> GroupedEstimates {
        let (cells, auxiliaries) = sums(estimator, domain, prepared)
        let groups = GroupTotals(cells, groupCount: domain.grouping.count)
        var points = PointEstimates(estimator, groups)
        if wishes.groupAgainstRest { points.addRests(estimator, groups) }
        var result = GroupedEstimates(
            labels: estimator.labels, grouping: domain.grouping, outcomes: points.outcomes, counts: groups.counts,
            claim: claim)
        result.differencesFromRest = points.differences
        result.degreesOfFreedom = domain.degreesOfFreedom
        result.domainDegreesOfFreedom = domain.overallDegreesOfFreedom
        result.completeWeights = groups.weights
        result.squaredWeights = groups.squaredWeights
        result.allWeights = domain.groupWeights
        if wishes.completeDegreesOfFreedom {
            result.completeDegreesOfFreedom =
                prepared?.rowUnits == nil
                ? completeDegreesOfFreedom(estimator, cells, groups, domain)
                : design.rowsMinusStrata(cells.units, cells.groups, cells.counts.map { Int($0) }, domain.grouping.count)
        }
        if let replicates = design.replicates {
            let totals =
                try prepared?.replicates
                ?? ReplicateTotals(replicates, design, estimator, cells, groups, over: domain, blocks: blocks)
            addReplicateVariance(&result, replicates, estimator, totals, groups, points, domain, wishes)
        } else {
            try addLinearisedVariance(
                &result, estimator, cells, auxiliaries, points, domain, wishes, prepared?.rowUnits)
        }
        return result
    }

    /// Sums by unit; and by cell of the last calibration, where variances are taken around its regression.
    private func sums(
        _ estimator: some SmoothEstimator, _ domain: GroupedDomain, _ prepared: Prepared?
    ) -> (cells: CellTotals, auxiliaries: CellTotals?) {
        guard calibration != nil else {
            return (prepared?.cells ?? domain.totals(of: estimator, blocks: blocks), nil)
        }
        guard let prepared else { return domain.calibratedTotals(of: estimator, blocks: blocks) }
        return (prepared.cells, prepared.auxiliaries ?? domain.auxiliaryTotals(of: estimator, blocks: blocks))
    }

    /// Units minus strata of rows that answered.
    private func completeDegreesOfFreedom(
        _ estimator: some SmoothEstimator, _ cells: CellTotals, _ groups: GroupTotals, _ domain: GroupedDomain
    ) -> [Int] {
        let isOccupied = cells.counts.map { $0 > 0 }
        // Where every unit of the domain answered, the degrees of freedom are the domain's, without ranks anew.
        if case .rowWeights = design.replicates?.source {
            if groups.weights == domain.groupWeights { return domain.degreesOfFreedom }
        } else if !isOccupied.contains(false) {
            return domain.degreesOfFreedom
        }
        return design.degreesOfFreedom(
            SampleDesign.DomainCells(
                units: domain.units, isOccupied: isOccupied, cellStart: domain.cellStart,
                rowsOfGroup: { group in
                    domain.positions(of: group).filter {
                        domain.weights[$0] != 0 && estimator.isComplete(Int(domain.rows[$0]))
                    }.map { domain.rows[$0] }
                },
                mask: nil, countsAllRows: false)
        ).perGroup
    }

    // MARK: Linearisation

    private func addLinearisedVariance(
        _ result: inout GroupedEstimates, _ estimator: some SmoothEstimator, _ cells: CellTotals,
        _ auxiliaries: CellTotals?, _ points: PointEstimates, _ domain: GroupedDomain, _ wishes: Wishes,
        _ rowUnits: RowUnitSums?
    ) throws(DesignError) {
        if rowUnits == nil, calibration == nil, !wishes.covariance, !wishes.groupAgainstRest,
            !wishes.groupsAreOneDomain,
            !wishes.contributions
        {
            result.variances = try engine.variances(
                of: cells, gradients: points.gradients, under: design, blocks: blocks)
            return
        }
        var columns = VarianceColumns(
            groupCount: domain.grouping.count, basicCount: estimator.basicCount, gradients: points.gradients,
            groupsAreOneDomain: wishes.groupsAreOneDomain)
        let parameters = columns.parameters
        if wishes.groupAgainstRest {
            for group in 0..<columns.groupCount {
                for j in 0..<parameters {
                    columns.addContrast(group: group, parameter: j, restGradient: points.restGradients[group])
                }
            }
        }
        let calibrated = calibration.flatMap { regression in
            auxiliaries.map { CalibratedTotals(parts: regression.parts, totals: $0, met: domain.metAuxiliaries) }
        }
        let joint: JointVariance.Result
        if let rowUnits {
            joint = try MomentVariance(
                engine, columns, residuals: calibrated.map { CalibrationResiduals($0, columns) }, cells, rowUnits,
                design.stages[0]
            ).result(covariance: wishes.covariance)
        } else {
            let variance = JointVariance(engine, columns, calibrated, blocks: blocks)
            joint = try variance.result(cells, design, covariance: wishes.covariance)
            if wishes.contributions { result.contributions = try variance.contributions(cells, design) }
        }
        result.read(joint.variances, parameters: parameters, contrasts: wishes.groupAgainstRest)
        if let covariance = joint.covariance {
            let plain = columns.groupCount * parameters
            result.covariance = covariance.leading(plain)
        }
    }

    // MARK: Replication

    private func addReplicateVariance(
        _ result: inout GroupedEstimates, _ replicates: ReplicateWeights, _ estimator: some SmoothEstimator,
        _ totals: ReplicateTotals, _ groups: GroupTotals, _ points: PointEstimates, _ domain: GroupedDomain,
        _ wishes: Wishes
    ) {
        let parameters = points.gradients.lazy.compactMap { $0 }.first?.rows ?? 0
        let columns = points.replicateEstimates(
            estimator, totals.totals, groups, rests: wishes.groupAgainstRest, blocks: blocks)
        let variance = ReplicateVariance(
            replicates, estimates: columns, full: points.columns(rests: wishes.groupAgainstRest))
        result.read(
            (0..<columns.columns).map { variance.variance($0) }, parameters: parameters,
            contrasts: wishes.groupAgainstRest)
        let plain = domain.grouping.count * parameters
        result.discardedReplicates = (0..<domain.grouping.count).map { group in
            parameters > 0 && points.gradients[group] != nil ? variance.discarded(group * parameters) : 0
        }
        if wishes.covariance { result.covariance = variance.covariance(Array(0..<plain)) }
    }
}
