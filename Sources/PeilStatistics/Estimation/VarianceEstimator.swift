public import PeilNumerics
public import PeilTable

/// Variances and covariances n/(n−1) · Σwᵢ(yᵢⱼ − ȳⱼ)(yᵢₖ − ȳₖ)/Σwᵢ; n counts complete rows with weight.
/// Basic values: 1, dⱼ, dⱼdₖ (j ≤ k) with d = y − c.  R survey's svyvar.
public struct VarianceEstimator: SmoothEstimator {
    let columns: [ShiftedColumn]
    let pairs: [(Int, Int)]
    /// The square root of a single variance instead of the variance.
    let isStandardDeviation: Bool
    public var basicCount: Int { 1 + columns.count + pairs.count }

    public var labels: [ParameterLabel] {
        if isStandardDeviation { return [ParameterLabel(columns[0].name)] }
        return pairs.map { pair in
            let (j, k) = pair
            return ParameterLabel(columns.count == 1 ? columns[0].name : "\(columns[j].name)*\(columns[k].name)")
        }
    }

    public init(_ variables: [String], of table: Table, standardDeviation: Bool = false) throws {
        if standardDeviation, variables.count != 1 {
            throw EstimationError.badOption("sd takes one variable", remedy: "ask for one item a variable")
        }
        columns = try variables.map { ShiftedColumn($0, try table.numbers($0)) }
        pairs = variables.indices.flatMap { j in (j..<variables.count).map { (j, $0) } }
        isStandardDeviation = standardDeviation
    }

    public func isComplete(_ row: Int) -> Bool { columns.allSatisfy { $0.isPresent(row) } }

    public func add(_ row: Int, weight: Double, to totals: inout [Double], at offset: Int) {
        totals[offset] += weight
        for j in columns.indices { totals[offset + 1 + j] += weight * columns[j].deviation(row) }
        for (index, pair) in pairs.enumerated() {
            totals[offset + 1 + columns.count + index] +=
                weight * columns[pair.0].deviation(row) * columns[pair.1].deviation(row)
        }
    }

    public func value(at totals: [Double], count: Int) throws(EstimationError) -> [Double] {
        guard totals[0] > 0 else { throw .emptyDomain }
        guard count > 1 else { throw .tooFewRows }
        let variances = pairs.indices.map { index in
            let (mj, mk) = means(of: index, totals)
            return correction(count) * (totals[1 + columns.count + index] / totals[0] - mj * mk)
        }
        return isStandardDeviation ? [max(0, variances[0]).squareRoot()] : variances
    }

    public func gradient(at totals: [Double], values: [Double], count: Int) -> DenseMatrix {
        var gradient = DenseMatrix(rows: pairs.count, columns: basicCount)
        for index in pairs.indices {
            let (j, k) = pairs[index]
            let (mj, mk) = means(of: index, totals)
            let square = totals[1 + columns.count + index] / totals[0]
            let factor =
                correction(count) / totals[0]
                * (isStandardDeviation ? (values[0] > 0 ? 0.5 / values[0] : 0) : 1)
            gradient[index, 0] = factor * (2 * mj * mk - square)
            gradient[index, 1 + j] -= factor * mk
            gradient[index, 1 + k] -= factor * mj
            gradient[index, 1 + columns.count + index] = factor
        }
        return gradient
    }

    private func means(of pair: Int, _ totals: [Double]) -> (Double, Double) {
        (totals[1 + pairs[pair].0] / totals[0], totals[1 + pairs[pair].1] / totals[0])
    }

    private func correction(_ count: Int) -> Double { Double(count) / Double(count - 1) }
}
