import Foundation
public import PeilNumerics
internal import PeilTable

/// A statistic that solves equations instead of being a formula of totals: a regression, latent classes. It gives its
/// solution and the influence of every row on it, θ̂ − θ ≈ Σ wᵢzᵢ; the engine does the rest.  Binder 1983.
public protocol FittedEstimator: Sendable {
    /// Names of the parameters, p.
    var labels: [ParameterLabel] { get }
    /// True when the row has what the estimator reads; other rows count as outside the domain.
    func isComplete(_ row: Int) -> Bool
    /// The solution under some weights; rows outside the domain have weight 0.
    func fit(weights: [Double]) throws -> FittedValues
    /// The solution in a replicate, near the full one. Parameters mean the same as in `full`.
    func refit(weights: [Double], from full: FittedValues) throws -> [Double]
}

/// A solution and what each row did to it.
public struct FittedValues: Sendable {
    /// How the influence values are kept.
    enum Influence: Sendable {
        /// zᵢ as columns: parameters × kinds of rows, and the column of each row; −1 for rows that had no part.
        case kinds(DenseMatrix, columnOfRow: [Int32])
        case rows(RowInfluence)
    }

    public let values: [Double]
    let influence: Influence

    /// - Parameters:
    ///   - values: the estimates.
    ///   - influence: parameters × kinds of rows. Rows that answered alike share a column.
    ///   - columnOfRow: −1 for rows that had no part.
    public init(values: [Double], influence: DenseMatrix, columnOfRow: [Int32]) {
        precondition(influence.rows == values.count, "an influence on each parameter")
        self.values = values
        self.influence = .kinds(influence, columnOfRow: columnOfRow)
    }

    /// Where rows hardly ever answer alike.
    public init(values: [Double], influence: RowInfluence) {
        self.values = values
        self.influence = .rows(influence)
    }
}

/// What `Estimation` says of a fitted statistic in one domain.
public struct FittedEstimates: Sendable {
    public let labels: [ParameterLabel]
    public let values: [Double]
    /// p × p; nil where nothing is assumed about how people came into the sample.
    public let covariance: DenseMatrix?
    /// Complete rows with weight, their weights and squared weights.
    public let count: Int
    public let completeWeight: Double
    public let squaredWeight: Double
    /// Units minus strata of the domain, and of its complete rows only.
    public let degreesOfFreedom: Int
    public let completeDegreesOfFreedom: Int
    /// Replicates in which the statistic could not be computed.
    public let discardedReplicates: Int
    public let claim: MarginClaim

    /// nil when the variance is undefined or nothing may be claimed.
    public func standardError(_ parameter: Int) -> Double? {
        guard let variance = covariance?[parameter, parameter], variance.isFinite, variance >= 0 else { return nil }
        return variance.squareRoot()
    }

    /// e to the power of a parameter: an odds or rate ratio.
    public func ratio(_ parameter: Int) -> Double { exp(values[parameter]) }

    /// Kish: (Σw)² / Σw².
    public var effectiveSampleSize: Double? {
        squaredWeight > 0 ? completeWeight * completeWeight / squaredWeight : nil
    }
}

extension Estimation {
    /// A fitted statistic with its covariance: by its influence values under linearisation, by fitting anew in every
    /// replicate under replication.
    /// - Throws: errors of the fit in the full sample; `DesignError` for lonely strata; `ReplicateError.allUndefined`.
    public func estimate(_ estimator: some FittedEstimator, in domain: [Bool]? = nil) throws -> FittedEstimates {
        let everyone = Grouping.everyone(rowCount: design.rowCount)
        let weights = design.weights.indices.map { row in
            domain?[row] != false && estimator.isComplete(row) ? design.weights[row] : 0
        }
        let fitted = try estimator.fit(weights: weights)
        if let quick = quickEstimate(estimator.labels, fitted, domain) { return quick }
        if let result = try estimateByUnit(estimator.labels, fitted, self.domain(by: everyone, in: domain)) {
            return result
        }
        let sums = InfluenceSums(estimator.labels, fitted, rowCount: design.rowCount, blocks: blocks)
        guard let replicates = design.replicates else {
            let result = try estimate(
                sums, over: self.domain(by: everyone, in: domain), wishes: Wishes(covariance: true))
            return result.fitted(fitted, covariance: claim == .none ? nil : result.covariance, discarded: 0)
        }
        // Counts and degrees of freedom come from the same walk; its variance is replaced.
        let result = try estimate(sums, over: self.domain(by: everyone, in: domain))
        let refits = blocks.map(replicates.count) { number -> [Double]? in
            var own = design.rowWeights(ofReplicate: number, replicates)
            for row in own.indices where domain?[row] == false || !estimator.isComplete(row) { own[row] = 0 }
            return try? estimator.refit(weights: own, from: fitted)
        }
        var estimates = DenseMatrix(rows: replicates.count, columns: fitted.values.count)
        for (row, refit) in refits.enumerated() {
            for column in fitted.values.indices { estimates[row, column] = refit?[column] ?? .nan }
        }
        let discarded = refits.count { $0 == nil }
        guard discarded < replicates.count else { throw ReplicateError.allUndefined }
        let variance = ReplicateVariance(replicates, estimates: estimates, full: fitted.values.map { $0 })
        return result.fitted(
            fitted, covariance: claim == .none ? nil : variance.covariance(Array(fitted.values.indices)),
            discarded: discarded)
    }
}

extension Estimation {
    /// Where rows are units, without arranging them by unit; nil where the design or the form of the influence values
    /// needs the full walk.
    private func quickEstimate(
        _ labels: [ParameterLabel], _ fitted: FittedValues, _ domain: [Bool]?
    ) -> FittedEstimates? {
        guard case .rows(let influence) = fitted.influence, let variance = RowUnitVariance(design, engine) else {
            return nil
        }
        let own = influence.rows.lazy.map { design.weights[Int($0)] }
        let inDomain = design.weights.indices.lazy.filter { design.weights[$0] != 0 && domain?[$0] != false }
        return FittedEstimates(
            labels: labels, values: fitted.values,
            covariance: claim == .none
                ? nil : variance.covariance(of: influence, weights: design.weights, blocks: blocks),
            count: influence.rows.count, completeWeight: CompensatedSum.of(own),
            squaredWeight: CompensatedSum.of(own.map { $0 * $0 }),
            degreesOfFreedom: variance.degreesOfFreedom(inDomain.map { Int32($0) }),
            completeDegreesOfFreedom: variance.degreesOfFreedom(influence.rows), discardedReplicates: 0, claim: claim)
    }
}

extension Estimation {
    /// Blocks whose rows are summed one after another; a constant, so that the sums depend on no number of threads.
    private static let blocksOfPart = 64

    /// Where units are few against rows, influence values go into the totals of units as their blocks are made, and never
    /// stand in memory together. nil where rows are asked for again: by replicates, and by the residuals of a calibration.
    private func estimateByUnit(
        _ labels: [ParameterLabel], _ fitted: FittedValues, _ domain: @autoclosure () -> GroupedDomain
    ) throws -> FittedEstimates? {
        guard case .rows(let influence) = fitted.influence, design.replicates == nil, design.calibration == nil else {
            return nil
        }
        let parts = (influence.blockCount + Self.blocksOfPart - 1) / Self.blocksOfPart
        guard parts * design.unitCountForTotals <= influence.rows.count else { return nil }
        let columns = influence.carrier?.rows ?? fitted.values.count
        let sums = unitTotals(influence, columns: columns, parts: parts)
        let domain = domain()
        let cells = CellTotals(sums, units: domain.units, groups: domain.groups, carrier: influence.carrier)
        let result = try estimate(
            InfluenceSums(labels, fitted.values, rows: influence.rows, rowCount: design.rowCount), over: domain,
            wishes: Wishes(covariance: true), prepared: Prepared(cells: cells))
        return result.fitted(fitted, covariance: claim == .none ? nil : result.covariance, discarded: 0)
    }

    private func unitTotals(_ influence: RowInfluence, columns: Int, parts: Int) -> KeyedRowTotals {
        let (units, count) = (design.unitOfRowForTotals, design.unitCountForTotals)
        let sums = blocks.map(parts) { part -> KeyedRowTotals in
            var sums = KeyedRowTotals(keys: count, columns: columns)
            let first = part * Self.blocksOfPart
            for number in first..<min(first + Self.blocksOfPart, influence.blockCount) {
                sums.add(
                    influence.block(number), rows: influence.rows[influence.range(number)], weights: design.weights,
                    keys: units)
            }
            return sums
        }
        return sums.dropFirst().reduce(into: sums[0]) { $0.merge($1) }
    }
}

extension CellTotals {
    /// The totals of the units that cells name, carried to parameters.
    fileprivate init(_ sums: KeyedRowTotals, units: [Int32], groups: [Int32], carrier: DenseMatrix?) {
        let all = DenseMatrix(rows: sums.columns, columns: sums.counts.count, storage: sums.totals)
        let carried = carrier.map { LinearAlgebra.product($0.transposed, all) } ?? all
        var own = CellSums(cells: units.count, basicCount: carried.rows)
        for (cell, unit) in units.enumerated() {
            let unit = Int(unit)
            own.counts[cell] = sums.counts[unit]
            own.weights[cell] = sums.weights[unit]
            own.squaredWeights[cell] = sums.squaredWeights[unit]
            for j in 0..<carried.rows { own.totals[cell * carried.rows + j] = carried[j, unit] }
        }
        self.init(basicCount: carried.rows, units: units, groups: groups, parts: [own])
    }
}

extension GroupedEstimates {
    fileprivate func fitted(_ values: FittedValues, covariance: DenseMatrix?, discarded: Int) -> FittedEstimates {
        FittedEstimates(
            labels: labels, values: values.values, covariance: covariance, count: counts[0],
            completeWeight: completeWeights[0], squaredWeight: squaredWeights[0],
            degreesOfFreedom: degreesOfFreedom[0], completeDegreesOfFreedom: completeDegreesOfFreedom[0],
            discardedReplicates: discarded, claim: claim)
    }
}

/// A fitted statistic as the engine reads it: totals of influence values, whose gradient is the identity.
private struct InfluenceSums: SmoothEstimator {
    let labels: [ParameterLabel]
    private let values: [Double]
    private let influence: DenseMatrix
    private let columnOfRow: [Int32]
    var basicCount: Int { values.count }

    init(_ labels: [ParameterLabel], _ fitted: FittedValues, rowCount: Int, blocks: ParallelBlocks) {
        self.labels = labels
        values = fitted.values
        switch fitted.influence {
        case .kinds(let columns, let columnOfRow):
            influence = columns
            self.columnOfRow = columnOfRow
        case .rows(let rows):
            influence = rows.columns(parameters: fitted.values.count, blocks: blocks)
            var columnOfRow = [Int32](repeating: -1, count: rowCount)
            for (place, row) in rows.rows.enumerated() { columnOfRow[Int(row)] = Int32(place) }
            self.columnOfRow = columnOfRow
        }
    }

    /// Whose totals were summed before: only which rows had a part is left to ask.
    init(_ labels: [ParameterLabel], _ values: [Double], rows: [Int32], rowCount: Int) {
        self.labels = labels
        self.values = values
        influence = DenseMatrix(rows: values.count, columns: 0)
        var columnOfRow = [Int32](repeating: -1, count: rowCount)
        for (place, row) in rows.enumerated() { columnOfRow[Int(row)] = Int32(place) }
        self.columnOfRow = columnOfRow
    }

    func isComplete(_ row: Int) -> Bool { columnOfRow[row] >= 0 }

    func add(_ row: Int, weight: Double, to totals: inout [Double], at offset: Int) {
        let start = Int(columnOfRow[row]) * values.count
        for j in values.indices { totals[offset + j] += weight * influence.storage[start + j] }
    }

    func value(at totals: [Double], count: Int) throws(EstimationError) -> [Double] {
        guard count > 0 else { throw .emptyDomain }
        return values
    }

    func gradient(at totals: [Double], values: [Double], count: Int) -> DenseMatrix { .identity(values.count) }
}
