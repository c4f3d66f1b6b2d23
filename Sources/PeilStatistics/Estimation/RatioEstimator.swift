public import PeilNumerics
public import PeilTable

/// R̂ = Σwᵢyᵢ / Σwᵢxᵢ.
public struct RatioEstimator: SmoothEstimator {
    let numerator: ShiftedColumn
    let denominator: ShiftedColumn
    public var basicCount: Int { 2 }
    public var labels: [ParameterLabel] { [ParameterLabel("\(numerator.name)/\(denominator.name)")] }

    public init(_ numerator: String, over denominator: String, of table: Table) throws {
        self.numerator = ShiftedColumn(numerator, try table.numbers(numerator))
        self.denominator = ShiftedColumn(denominator, try table.numbers(denominator))
    }

    public func isComplete(_ row: Int) -> Bool { numerator.isPresent(row) && denominator.isPresent(row) }

    public func add(_ row: Int, weight: Double, to totals: inout [Double], at offset: Int) {
        totals[offset] += weight * numerator.values[row]
        totals[offset + 1] += weight * denominator.values[row]
    }

    public func value(at totals: [Double], count: Int) throws(EstimationError) -> [Double] {
        guard count > 0 else { throw .emptyDomain }
        guard totals[1] != 0 else { throw .zeroDenominator(variable: denominator.name) }
        return [totals[0] / totals[1]]
    }

    public func gradient(at totals: [Double], values: [Double], count: Int) -> DenseMatrix {
        DenseMatrix(rows: 1, columns: 2, storage: [1 / totals[1], -values[0] / totals[1]])
    }
}
