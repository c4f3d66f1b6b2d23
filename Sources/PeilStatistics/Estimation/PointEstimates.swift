internal import PeilNumerics

/// Values and gradients of every group, and of the rest of each group where contrasts are wanted.
struct PointEstimates {
    private(set) var outcomes: [Result<[Double], EstimationError>] = []
    /// p × k; nil for groups without an estimate.
    private(set) var gradients: [DenseMatrix?] = []
    private(set) var restGradients: [DenseMatrix?] = []
    /// Group minus rest, per group and parameter; nil where either has no estimate.
    private(set) var differences: [[Double?]] = []

    init(_ estimator: some SmoothEstimator, _ groups: GroupTotals) {
        for (totals, count) in zip(groups.totals, groups.counts) {
            let (outcome, gradient) = Self.point(estimator, totals, count)
            outcomes.append(outcome)
            gradients.append(gradient)
        }
    }

    private static func point(
        _ estimator: some SmoothEstimator, _ totals: [Double], _ count: Int
    ) -> (Result<[Double], EstimationError>, DenseMatrix?) {
        do throws(EstimationError) {
            let values = try estimator.value(at: totals, count: count)
            return (.success(values), estimator.gradient(at: totals, values: values, count: count))
        } catch {
            return (.failure(error), nil)
        }
    }

    mutating func addRests(_ estimator: some SmoothEstimator, _ groups: GroupTotals) {
        let all = (0..<estimator.basicCount).map { b in CompensatedSum.of(groups.totals.lazy.map { $0[b] }) }
        let count = groups.counts.reduce(0, +)
        for (group, totals) in groups.totals.enumerated() {
            let rest = zip(all, totals).map { $0 - $1 }
            let (outcome, gradient) = Self.point(estimator, rest, count - groups.counts[group])
            restGradients.append(gradient)
            let parameters = estimator.labels.count
            guard case .success(let own) = outcomes[group], case .success(let others) = outcome else {
                differences.append([Double?](repeating: nil, count: parameters))
                continue
            }
            differences.append(zip(own, others).map { $0 - $1 })
        }
    }

    /// The full estimates as columns of a variance: group by group, then the differences.
    func columns(rests: Bool) -> [Double?] {
        let parameters = gradients.lazy.compactMap { $0 }.first?.rows ?? 0
        let plain = outcomes.flatMap { outcome -> [Double?] in
            guard case .success(let values) = outcome else { return [Double?](repeating: nil, count: parameters) }
            return values
        }
        return rests ? plain + differences.flatMap { $0 } : plain
    }

    /// The estimates of each replicate in the same columns, from its totals; NaN where undefined.
    func replicateEstimates(
        _ estimator: some SmoothEstimator, _ totals: DenseMatrix, _ groups: GroupTotals, rests: Bool,
        blocks: ParallelBlocks
    ) -> DenseMatrix {
        let k = estimator.basicCount
        let parameters = gradients.lazy.compactMap { $0 }.first?.rows ?? 0
        let groupCount = outcomes.count
        let replicates = totals.rows
        let width = groupCount * parameters
        let count = groups.counts.reduce(0, +)
        var all = [Double](repeating: 0, count: rests ? replicates * k : 0)
        if rests {
            for group in 0..<groupCount {
                for b in 0..<k {
                    for replicate in 0..<replicates { all[replicate * k + b] += totals[replicate, group * k + b] }
                }
            }
        }
        let everywhere = all
        let full = rests ? (0..<k).map { b in CompensatedSum.of(groups.totals.lazy.map { $0[b] }) } : []
        let parts = blocks.map(groupCount) { group -> DenseMatrix in
            var result = DenseMatrix(rows: replicates, columns: rests ? 2 * parameters : parameters)
            for index in result.storage.indices { result.storage[index] = .nan }
            guard case .success(let fullValues) = outcomes[group] else { return result }
            let fullRest = rests ? zip(full, groups.totals[group]).map { $0 - $1 } : []
            let fullDifferences = rests ? differences[group] : []
            for replicate in 0..<replicates {
                let own = (0..<k).map { totals[replicate, group * k + $0] }
                guard
                    let values = try? estimator.replicateValue(
                        at: own, count: groups.counts[group], fullTotals: groups.totals[group],
                        fullValues: fullValues)
                else { continue }
                for j in 0..<parameters { result[replicate, j] = values[j] }
                guard rests else { continue }
                let rest = (0..<k).map { everywhere[replicate * k + $0] - own[$0] }
                let restValues = fullDifferences.indices.map { fullValues[$0] - (fullDifferences[$0] ?? .nan) }
                guard
                    let others = try? estimator.replicateValue(
                        at: rest, count: count - groups.counts[group], fullTotals: fullRest, fullValues: restValues)
                else { continue }
                for j in 0..<parameters { result[replicate, parameters + j] = values[j] - others[j] }
            }
            return result
        }
        var result = DenseMatrix(rows: replicates, columns: rests ? 2 * width : width)
        for (group, part) in parts.enumerated() {
            for j in 0..<parameters {
                for replicate in 0..<replicates {
                    result[replicate, group * parameters + j] = part[replicate, j]
                    if rests { result[replicate, width + group * parameters + j] = part[replicate, parameters + j] }
                }
            }
        }
        return result
    }
}
