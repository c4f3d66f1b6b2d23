public import PeilNumerics
public import PeilTable

/// Weighted principal components: eigenvalues and unit eigenvectors of the covariances n/(n − 1) S of some columns, or of
/// their correlations, over rows that have all of them. Each component's loading of largest size is positive.
///
/// Where an eigenvalue λ stands alone, dλ = vᵀ dS v, from which the engine has its standard error.
/// Skinner, Holmes & Smith 1986; R survey's svyprcomp.
public struct PrincipalComponents: SmoothEstimator {
    private let items: ItemCovariances
    private let isScaled: Bool
    public let labels: [ParameterLabel]
    public var basicCount: Int { items.moments.basicCount }

    public init(_ variables: [String], of table: Table, isScaled: Bool) throws {
        guard variables.count > 1 else { throw ScaleError.tooFewItems }
        if let twice = firstRepeated(variables) { throw ScaleError.repeatedItem(twice) }
        items = try ItemCovariances(variables, variables.map { try table.numbers($0) })
        self.isScaled = isScaled
        labels = variables.indices.map { ParameterLabel("component\($0 + 1)", level: "eigenvalue") }
    }

    /// Components from large to small: eigenvalues, and vectors as variables × components.
    public struct Components: Sendable {
        public let eigenvalues: [Double]
        /// Unit eigenvectors.
        public let vectors: DenseMatrix
        /// What svyprcomp reports as loadings: see `RootWeightedAxes`.
        public internal(set) var rootWeightedAxes: DenseMatrix
        /// Shares of the total variance.
        public var proportions: [Double] {
            let total = CompensatedSum.of(eigenvalues)
            return eigenvalues.map { $0 / total }
        }
    }

    public func isComplete(_ row: Int) -> Bool { items.moments.isComplete(row) }

    public func add(_ row: Int, weight: Double, to totals: inout [Double], at offset: Int) {
        items.moments.add(row, weight: weight, to: &totals, at: offset)
    }

    /// The components of rows with these totals.
    func components(at totals: [Double], count: Int) throws(EstimationError) -> Components {
        let matrix = try matrix(at: totals, count: count)
        guard let eigen = try? LinearAlgebra.symmetricEigen(matrix) else { throw .constantColumn(items.names[0]) }
        return Components(
            eigenvalues: eigen.values.map { max(0, $0) }, vectors: eigen.vectors, rootWeightedAxes: eigen.vectors)
    }

    public func value(at totals: [Double], count: Int) throws(EstimationError) -> [Double] {
        try components(at: totals, count: count).eigenvalues
    }

    public func gradient(at totals: [Double], values: [Double], count: Int) -> DenseMatrix {
        guard let s = try? items.matrix(at: totals, count: count),
            let components = try? components(at: totals, count: count)
        else { return DenseMatrix(rows: values.count, columns: basicCount) }
        let size = items.names.count
        let slopes = (0..<size).map { component -> DenseMatrix in
            let v = (0..<size).map { components.vectors[$0, component] }
            return isScaled ? correlationSlopes(s, v) : covarianceSlopes(v, count)
        }
        return items.gradient(slopes, at: totals, isScaleFree: isScaled)
    }

    func rootWeightedAxes(_ rows: [Int], _ weights: [Double]) throws(EstimationError) -> DenseMatrix {
        try RootWeightedAxes(columns: items.moments.columns, isScaled: isScaled).axes(rows: rows, weights: weights)
    }

    /// What the eigenvectors are taken of.
    private func matrix(at totals: [Double], count: Int) throws(EstimationError) -> DenseMatrix {
        var s = try items.matrix(at: totals, count: count)
        let spreads = s.diagonal.map { $0.squareRoot() }
        let factor = Double(count) / Double(count - 1)
        for j in spreads.indices {
            for k in spreads.indices { s[j, k] = isScaled ? s[j, k] / spreads[j] / spreads[k] : s[j, k] * factor }
            if isScaled { s[j, j] = 1 }
        }
        return s
    }

    private func covarianceSlopes(_ v: [Double], _ count: Int) -> DenseMatrix {
        let factor = Double(count) / Double(count - 1)
        var slopes = DenseMatrix(rows: v.count, columns: v.count)
        for j in v.indices {
            for k in j..<v.count { slopes[j, k] = factor * v[j] * v[k] * (j == k ? 1 : 2) }
        }
        return slopes
    }

    /// vᵀ dR v with dr = dSⱼₖ/√(Sⱼⱼ Sₖₖ) − r/2 (dSⱼⱼ/Sⱼⱼ + dSₖₖ/Sₖₖ); the diagonal of R does not move.
    private func correlationSlopes(_ s: DenseMatrix, _ v: [Double]) -> DenseMatrix {
        var slopes = DenseMatrix(rows: v.count, columns: v.count)
        for j in v.indices {
            for k in (j + 1)..<max(v.count, j + 1) {
                let root = (s[j, j] * s[k, k]).squareRoot()
                let weight = 2 * v[j] * v[k]
                slopes[j, k] += weight / root
                slopes[j, j] -= weight * s[j, k] / root / (2 * s[j, j])
                slopes[k, k] -= weight * s[j, k] / root / (2 * s[k, k])
            }
        }
        return slopes
    }
}

extension Estimation {
    /// The components of one domain, and their eigenvalues with standard errors.
    public func components(
        _ analysis: PrincipalComponents, over domain: GroupedDomain
    ) throws -> (components: PrincipalComponents.Components, estimates: GroupedEstimates) {
        let estimates = try estimate(analysis, over: domain)
        if case .failure(let error) = estimates.outcomes[0] { throw error }
        let groups = GroupTotals(domain.totals(of: analysis, blocks: blocks), groupCount: 1)
        var components = try analysis.components(at: groups.totals[0], count: groups.counts[0])
        let rows = design.weights.indices.filter { row in
            design.weights[row] > 0 && domain.mask?[row] != false && analysis.isComplete(row)
        }
        components.rootWeightedAxes = try analysis.rootWeightedAxes(rows, design.weights)
        return (components, estimates)
    }
}
