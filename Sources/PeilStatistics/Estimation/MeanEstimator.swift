public import PeilNumerics
public import PeilTable

/// Weighted means ȳⱼ = Σwᵢyᵢⱼ / Σwᵢ over rows complete in all variables.
/// Basic values: 1, yⱼ − cⱼ.  Särndal, Swensson & Wretman 1992, ch. 5.
public struct MeanEstimator: SmoothEstimator {
    let columns: [ShiftedColumn]
    public var basicCount: Int { 1 + columns.count }
    public var labels: [ParameterLabel] { columns.map { ParameterLabel($0.name) } }

    public init(_ variables: [String], of table: Table) throws {
        columns = try variables.map { ShiftedColumn($0, try table.numbers($0)) }
    }

    public func isComplete(_ row: Int) -> Bool { columns.allSatisfy { $0.isPresent(row) } }

    public func add(_ row: Int, weight: Double, to totals: inout [Double], at offset: Int) {
        totals[offset] += weight
        for j in columns.indices { totals[offset + 1 + j] += weight * columns[j].deviation(row) }
    }

    public func value(at totals: [Double], count: Int) throws(EstimationError) -> [Double] {
        guard totals[0] > 0 else { throw .emptyDomain }
        return columns.indices.map { columns[$0].shift + totals[1 + $0] / totals[0] }
    }

    public func gradient(at totals: [Double], values: [Double], count: Int) -> DenseMatrix {
        var gradient = DenseMatrix(rows: columns.count, columns: basicCount)
        for j in columns.indices {
            gradient[j, 0] = -(totals[1 + j] / totals[0]) / totals[0]
            gradient[j, 1 + j] = 1 / totals[0]
        }
        return gradient
    }
}
