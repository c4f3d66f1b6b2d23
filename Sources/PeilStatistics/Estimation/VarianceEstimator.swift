public import PeilNumerics
public import PeilTable

/// Variances and covariances n/(n−1) · Σwᵢ(yᵢⱼ − ȳⱼ)(yᵢₖ − ȳₖ)/Σwᵢ; n counts complete rows with weight.
/// Or the square root of one variance. Basic values: those of `SecondMoments`.  R survey's svyvar.
public struct VarianceEstimator: SmoothEstimator {
    let moments: SecondMoments
    /// The square root of a single variance instead of the variance.
    private let isStandardDeviation: Bool
    public var basicCount: Int { moments.basicCount }

    public var labels: [ParameterLabel] {
        let names = moments.columns.map(\.name)
        if names.count == 1 { return [ParameterLabel(names[0])] }
        return moments.pairs.map { ParameterLabel("\(names[$0.0])*\(names[$0.1])") }
    }

    public init(
        _ variables: [String], of table: Table, standardDeviation: Bool = false, from origin: ColumnOrigin = .mean
    ) throws {
        if standardDeviation, variables.count != 1 {
            throw EstimationError.badOption("sd takes one variable", remedy: "ask for one item a variable")
        }
        moments = SecondMoments(try variables.map { ShiftedColumn($0, try table.numbers($0), from: origin) })
        isStandardDeviation = standardDeviation
    }

    init(_ moments: SecondMoments, standardDeviation: Bool) {
        self.moments = moments
        isStandardDeviation = standardDeviation
    }

    public func isComplete(_ row: Int) -> Bool { moments.isComplete(row) }

    public func add(_ row: Int, weight: Double, to totals: inout [Double], at offset: Int) {
        moments.add(row, weight: weight, to: &totals, at: offset)
    }

    public func value(at totals: [Double], count: Int) throws(EstimationError) -> [Double] {
        guard totals[0] > 0 else { throw .emptyDomain }
        guard count > 1 else { throw .tooFewRows }
        let variances = moments.pairs.indices.map { correction(count) * moments.covariance($0, at: totals) }
        return isStandardDeviation ? [variances[0].squareRoot()] : variances
    }

    public func gradient(at totals: [Double], values: [Double], count: Int) -> DenseMatrix {
        var gradient = DenseMatrix(rows: moments.pairs.count, columns: basicCount)
        // d√v = dv / (2√v); a spread of 0 has no slope.
        let root = isStandardDeviation ? (values[0] > 0 ? 0.5 / values[0] : 0) : 1
        for pair in moments.pairs.indices {
            moments.addGradient(of: pair, times: correction(count) * root, at: totals, to: &gradient, row: pair)
        }
        return gradient
    }

    /// Replicates give the covariance of variances; from there to a standard deviation goes the delta method, as in R:
    /// √v + (vᵣ − v) / (2√v).
    public func replicateValue(
        at totals: [Double], count: Int, fullTotals: [Double], fullValues: [Double]
    ) throws(EstimationError) -> [Double] {
        let own = try value(at: totals, count: count)
        guard isStandardDeviation, fullValues[0] > 0 else { return own }
        return [fullValues[0] + (own[0] * own[0] - fullValues[0] * fullValues[0]) / (2 * fullValues[0])]
    }

    private func correction(_ count: Int) -> Double { Double(count) / Double(count - 1) }
}
